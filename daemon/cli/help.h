// --help pages, made of the commands' descriptions.
#pragma once

#include <span>
#include <string>

#include "daemon/cli/command.h"

namespace plumbline {

std::string help_for(const CommandSpec& command);
// The program's own page, or that of a group of commands ("policy").
std::string help_for_all(std::span<const CommandSpec> commands, std::string_view group);

std::string_view program_version();  // 0.1.0
std::string program_name();          // plumbline 0.1.0

}  // namespace plumbline
