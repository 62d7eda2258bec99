// `plumbline sync --once`: every source asked once, one after the other.
#pragma once

#include "daemon/cli/daemon_commands.h"

namespace plumbline {

int sync_once(const SyncOptions& options, Streams& streams);

}  // namespace plumbline
