// `plumbline run`: what systemd starts.
#pragma once

#include "daemon/cli/daemon_commands.h"

namespace plumbline {

int run_service(const RunOptions& options, Streams& streams);

}  // namespace plumbline
