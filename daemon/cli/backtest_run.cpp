#include "daemon/cli/backtest_run.h"

#include <functional>
#include <optional>
#include <span>
#include <utility>

#include "daemon/cli/audit_end.h"
#include "violations/snapshot_standings.h"

namespace plumbline {
namespace {

constexpr std::chrono::hours kNoon{12};

Instant noon_of(Day day) { return TimeZone::utc().to_instant(day, kNoon); }

UnmetSpell unmet_of(StandingKind kind) {
  switch (kind) {
    case StandingKind::kPassed:
      return UnmetSpell::kPassed;
    case StandingKind::kOutOfScope:
    case StandingKind::kGone:
      return UnmetSpell::kLapsed;
    case StandingKind::kViolated:
    case StandingKind::kUnknown:
      break;
  }
  return UnmetSpell::kUnknown;
}

std::string reason_of(const Standing& standing) {
  return standing.kind == StandingKind::kGone ? "the record is gone" : standing.reason;
}

class Replayer {
 public:
  Replayer(const JudgingSetup& setup, Instant known_at, const JudgeOptions& judge, Streams& streams)
      : setup_(setup),
        known_at_(known_at),
        judge_(judge),
        stopped_([&streams] { return stop_signal(streams) != 0; }) {
    judge_.unknowns = JudgeOptions::Unknowns::kHandOn;
    if (setup.field_map) derived_ = derived_fields(*setup.field_map, *setup.schema);
    replay_.packs.resize(setup.packs.size());
    replay_.newest.resize(setup.packs.size());
  }

  Result<Replay> go(const ReplayDays& days, Progress& progress) {
    const std::uint64_t all = days.count();
    for (Day day = days.first; replay_.days < all; day += std::chrono::days{days.step}) {
      progress.show(replay_.days, all);
      Result<bool> whole = replay_day(day);
      if (!whole && whole.error().code != ErrorCode::kCancelled) return fail(std::move(whole.error()));
      if (!whole || !*whole) break;
      replay_.last_day = day;
      ++replay_.days;
    }
    progress.clear();
    return std::move(replay_);
  }

 private:
  // False where it was stopped, or a pack has all the spells it may: then nothing of the day counts.
  Result<bool> replay_day(Day day) {
    judge_.now_day = day;
    judge_.now = noon_of(day);
    const Result<LoadedData> data =
        load_from_ledger(setup_, {.as_of = judge_.now, .known_at = known_at_},
                         {.threads = judge_.threads, .keeping = Keeping::kEverything, .stopped = stopped_});
    if (!data) return fail(data.error());
    std::vector<JudgeSummary> judged;
    for (std::size_t pack = 0; pack < setup_.packs.size(); ++pack) {
      Result<JudgeSummary> summary = judge_day(pack, day, *data);
      if (!summary) return fail(std::move(summary.error()));
      if (stopped_() || replay_.is_full) return false;
      judged.push_back(*std::move(summary));
    }
    for (std::size_t pack = 0; pack < setup_.packs.size(); ++pack) {
      if (Status ended = end_day(pack, *data->snapshot, judged[pack]); !ended)
        return fail(std::move(ended.error()));
    }
    replay_.newest = std::move(judged);
    return true;
  }

  Result<JudgeSummary> judge_day(std::size_t pack, Day day, const LoadedData& data) {
    Backtest& backtest = replay_.packs[pack];
    backtest.begin_day(day, *data.snapshot);
    StoppableVerdicts verdicts(backtest, stopped_);
    Result<JudgeSummary> summary =
        judge({&setup_.packs[pack]}, *data.snapshot, data.sources, judge_, verdicts, nullptr);
    replay_.is_full = replay_.is_full || backtest.is_full();
    return summary;
  }

  // Asks how the records stand that no verdict came for.
  Status end_day(std::size_t pack, const Snapshot& snapshot, const JudgeSummary& judged) {
    Backtest& backtest = replay_.packs[pack];
    backtest.end_day();
    const std::vector<SpellIndex> unmet = backtest.unmet();
    if (unmet.empty()) return {};
    std::vector<ViolationFacts> asked;
    asked.reserve(unmet.size());
    for (const SpellIndex index : unmet) {
      const Spell& spell = backtest.spells()[index];
      const PolicyFacts& policy = backtest.policies()[spell.policy];
      asked.push_back({.pack = policy.pack,
                       .policy = policy.policy,
                       .object = policy.object,
                       .record_key = std::string(spell.record_key)});
    }
    const BoundPack* const bound = &setup_.packs[pack];
    const RunScope scope(std::span(&bound, 1), judged.not_judged);
    Result<std::vector<Standing>> standings = SnapshotStandings(scope, derived_, snapshot, judge_).of(asked);
    if (!standings) return fail(std::move(standings.error()));
    for (std::size_t i = 0; i < unmet.size(); ++i) {
      const Standing& standing = (*standings)[i];
      backtest.settle(unmet[i], unmet_of(standing.kind), reason_of(standing));
    }
    return {};
  }

  const JudgingSetup& setup_;
  Instant known_at_;
  JudgeOptions judge_;
  std::function<bool()> stopped_;
  std::vector<DerivedField> derived_;
  Replay replay_;
};

}  // namespace

std::uint64_t ReplayDays::count() const {
  if (last < first) return 0;
  return static_cast<std::uint64_t>((last - first).count() / step) + 1;
}

ReplayDays days_from(ReplayDays days, Instant begins) {
  while (days.first <= days.last && noon_of(days.first) < begins) days.first += std::chrono::days{days.step};
  return days;
}

Result<Replay> replay(const JudgingSetup& setup, const ReplayDays& days, Instant known_at,
                      const JudgeOptions& judge, Progress& progress, Streams& streams) {
  return Replayer(setup, known_at, judge, streams).go(days, progress);
}

}  // namespace plumbline
