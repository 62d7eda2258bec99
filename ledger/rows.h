// Rows read in a loop that may fail; query.h has what is simpler.
#pragma once

#include "base/result.h"
#include "ledger/database.h"

namespace plumbline {

// `take()` gives a Status and is called for each row the statement comes to; the first Error ends it.
template <class Take>
Status each_row(Statement& rows, const Take& take) {
  while (true) {
    const Result<bool> row = rows.step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    if (Status taken = take(); !taken) {
      rows.reset();
      return taken;
    }
  }
}

}  // namespace plumbline
