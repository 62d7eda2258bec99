// The upkeep of a ledger: `plumbline ledger prune`, `plumbline ledger erase-personal`.
#pragma once

#include "daemon/cli/command.h"

namespace plumbline {

const CommandSpec& ledger_prune_command();
const CommandSpec& ledger_erase_personal_command();

}  // namespace plumbline
