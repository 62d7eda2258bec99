#pragma once

#include "daemon/cli/command.h"

namespace plumbline {

const CommandSpec& schema_command();

}  // namespace plumbline
