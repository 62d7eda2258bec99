#pragma once

#include <string>

#include "daemon/cli/command.h"
#include "daemon/cli/streams.h"

namespace plumbline {

// Tells every fault of one configuration and all that it names, and its verdict on streams.out. The exit
// status.
int check_configuration(const std::string& path, Streams& streams);

const CommandSpec& check_command();

}  // namespace plumbline
