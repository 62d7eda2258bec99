// What reading rows has in common.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "ledger/ledger.h"

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

// The first column of the first row of a query whose one parameter is the organisation; empty where there is
// no row, or where it is null.
inline Result<std::optional<std::int64_t>> ask_integer(Ledger& ledger, std::string_view sql) {
  Result<std::unique_ptr<Statement>> ask = ledger.database().prepare(sql);
  if (!ask) return fail(ask.error());
  (*ask)->bind_integer(1, ledger.organisation());
  const Result<bool> row = (*ask)->step();
  if (!row) return fail(row.error());
  std::optional<std::int64_t> value;
  if (*row && !(*ask)->is_null(0)) value = (*ask)->integer(0);
  (*ask)->reset();
  return value;
}

}  // namespace plumbline
