// Replaying packs over a ledger's history, day by day.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "daemon/cli/judging.h"
#include "daemon/cli/progress.h"
#include "daemon/cli/streams.h"
#include "ledger/history_span.h"
#include "policies/backtest.h"

namespace plumbline {

// Days from `first` to `last`, every `step` of them.
struct ReplayDays {
  Day first{};
  Day last{};
  int step = 1;

  std::uint64_t count() const;  // 0 where last is before first
};

// The first of those days, and of what history can tell: days whose noon (UTC) is before `begins` fall away.
ReplayDays days_from(ReplayDays days, Instant begins);

inline constexpr std::size_t kDraft = 0;
inline constexpr std::size_t kPresent = 1;  // the pack it is held against, where there is one

struct Replay {
  std::vector<Backtest> packs{};       // as in the setup
  std::vector<JudgeSummary> newest{};  // likewise: of the last day replayed
  std::uint64_t days = 0;              // replayed, from the first on
  Day last_day{};                      // of these; counts only where there is one
  bool is_full = false;                // ended early, because a pack had kMostSpells
};

// On each day the records are those of noon (UTC), as far as is known at `known_at`, and each policy's today
// that of the owners' zones: what `audit --as-of DAY --known-at` has. The records of one day at a time are in
// memory, and all spells. The signal that stops it is no error: the days before it stand. `judge` says zone
// and threads. Errors are the ledger's.
Result<Replay> replay(const JudgingSetup& setup, const ReplayDays& days, Instant known_at,
                      const JudgeOptions& judge, Progress& progress, Streams& streams);

}  // namespace plumbline
