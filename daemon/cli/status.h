// `plumbline status`.
#pragma once

#include "daemon/cli/command.h"

namespace plumbline {

const CommandSpec& status_command();

}  // namespace plumbline
