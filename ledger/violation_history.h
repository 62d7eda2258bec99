// What happened to one violation, as the ledger tells it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/ledger.h"
#include "model/transition.h"

namespace plumbline {

struct ToldTransition {
  TransitionKind kind = TransitionKind::kOpened;
  Instant at{};
  std::string owner{};  // of the record then
  std::string reason{};
  std::int64_t run = 0;
  std::int64_t entry = 0;  // of the audit log, that tells it
  // From the entry's personal part. Empty where it has none, or where it was erased.
  std::string owner_name{};
  std::string message{};
  std::string evidence{};  // JSON
};

// The oldest first.
Result<std::vector<ToldTransition>> read_violation_history(Ledger& ledger, ViolationNumber number);

}  // namespace plumbline
