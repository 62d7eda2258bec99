// How far back a ledger can tell how its records were.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"

namespace plumbline {

struct HistorySpan {
  // The oldest change that is known, or the first sync where that is older; where changes were pruned, the
  // moment from which they are whole. Empty in a ledger without syncs.
  std::optional<Instant> begins{};
  std::optional<Instant> pruned_before{};  // empty where no change was ever pruned
  std::optional<Instant> first_sync{};
  std::optional<Instant> last_sync{};
  // Fields whose changes the CRM's histories tell, as Opportunity.StageName, in the order of their names.
  // Before the first sync these alone are known as they were.
  std::vector<std::string> told_fields{};
};

// Goes through all changes once.
Result<HistorySpan> read_history_span(Ledger& ledger);

}  // namespace plumbline
