// A life of a ledger as its owner leads it: the program's own commands, run in this process. Small made-up
// exports that change from sync to sync are taken in, judged, and some of what is found is waived and no
// longer.
#pragma once

#include "tests/ledger/crash_life.h"

namespace plumbline {

// Each step is one command that commits once, an hour after the one before; what it does follows from what is
// in the ledger. The exports are kept beside it.
CrashLife commands_life();

// Whether this program has the commands.
bool has_ledger_commands();

}  // namespace plumbline
