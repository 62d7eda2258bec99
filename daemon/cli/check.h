#pragma once

#include "daemon/cli/command.h"

namespace plumbline {

const CommandSpec& check_command();

}  // namespace plumbline
