// From the words a person typed to a command and its options.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/command.h"

namespace plumbline {

// Reads the words after the command's name. Faults (unknown option with the nearest name, a missing value, an
// option given twice) are in the result.
ParsedOptions parse_options(const CommandSpec& command, const std::vector<std::string>& words);

// Whether the words ask for help: --help or -h before any "--".
bool wants_help(const std::vector<std::string>& words);

}  // namespace plumbline
