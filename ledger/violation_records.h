// The object Violation, made of what the ledger knows of violations: a record each time one was open, from
// when it was opened to when it was closed. Spells that were retracted are none. Inner to ledger_snapshot.
#pragma once

#include <cstdint>
#include <memory>
#include <set>

#include "base/result.h"
#include "ledger/database.h"
#include "ledger/past_value.h"
#include "records/snapshot.h"

namespace plumbline {

// `columns` of the schema's object `violation`. Spells that had begun at moment.as_of, as they stood then.
Result<std::unique_ptr<Table>> make_violation_records(Database& database, std::int64_t organisation,
                                                      const Schema& schema, std::size_t violation,
                                                      const std::set<std::size_t>& columns,
                                                      const Hindsight& moment);

}  // namespace plumbline
