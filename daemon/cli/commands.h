// The table of subcommands, and running one.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "daemon/cli/command.h"

namespace plumbline {

// In the order --help lists them.
std::span<const CommandSpec> commands();

// What main does after setting up the streams: `words` are argv without the program's name. Returns the exit
// status; streams.out is finished, streams.err flushed.
int run_command_line(const std::vector<std::string>& words, Streams& streams);

}  // namespace plumbline
