// `plumbline init`: from a folder of exports to a field map and a pack to start from.
#pragma once

#include "daemon/cli/command.h"

namespace plumbline {

const CommandSpec& init_command();

}  // namespace plumbline
