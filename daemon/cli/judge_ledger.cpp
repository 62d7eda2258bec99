#include "daemon/cli/judge_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "daemon/cli/audit_end.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/ledger_options.h"
#include "ledger/ledger_snapshot.h"
#include "ledger/run_writer.h"
#include "ledger/violation_store.h"
#include "ledger/waiver_store.h"
#include "violations/retraction.h"
#include "violations/snapshot_standings.h"
#include "violations/waivers.h"

namespace plumbline {
namespace {

// The texts a hash is of, readable: that of the pack itself last.
std::string text_of(const Pack& pack) {
  std::string text;
  for (const auto& file : pack.files) {
    if (!text.empty()) text += text.ends_with('\n') ? "---\n" : "\n---\n";
    text += file->text;
  }
  return text;
}

class LedgerFacts : public FactsReader {
 public:
  explicit LedgerFacts(Ledger& ledger) : ledger_(ledger) {}
  Result<std::vector<ViolationFacts>> read(std::span<const ViolationNumber> numbers) override {
    return read_violation_facts(ledger_, numbers);
  }

 private:
  Ledger& ledger_;
};

// What a run is made of, and does not change while it is under way.
struct RunInput {
  Ledger& ledger;
  const JudgingSetup& setup;  // its ledger reads what `ledger` writes
  const JudgeOptions& judge;
  std::vector<const BoundPack*> packs;
  std::vector<DerivedField> derived;
  Instant written_at{};  // by the clock
  std::function<bool()> stopped;
};

Result<LoadedData> load_at(const RunInput& run, const LedgerMoment& moment) {
  return load_from_ledger(
      run.setup, moment,
      {.threads = run.judge.threads, .keeping = Keeping::kEverything, .stopped = run.stopped});
}

// Each moment is read from the ledger as today's knowledge has it.
class LedgerPast : public PastStandings {
 public:
  explicit LedgerPast(const RunInput& run) : run_(run), scope_(run.packs, {}) {}

  Result<std::vector<Standing>> of(Instant moment, std::span<const ViolationFacts> violations) override {
    const Result<LoadedData> data = load_at(run_, {.as_of = moment, .known_at = run_.judge.now});
    if (!data) return fail(data.error());
    JudgeOptions then = run_.judge;
    then.now = moment;
    then.now_day.reset();
    return SnapshotStandings(scope_, run_.derived, *data->snapshot, then).of(violations);
  }

 private:
  const RunInput& run_;
  RunScope scope_;
};

// Those that may be judged again by what they were judged by. A pack that has changed since would tell more
// of itself than of the data.
std::vector<ViolationFacts> judged_alike(const RunInput& run, std::vector<DoubtedViolation> doubted,
                                         std::uint64_t& left_out) {
  const RunScope scope(run.packs, {});
  std::vector<ViolationFacts> alike;
  for (DoubtedViolation& violation : doubted) {
    const ViolationFacts& facts = violation.facts;
    const RunScope::Answer answer = scope.of(facts.pack, facts.policy, facts.object);
    if (answer.part != RunScope::Part::kJudged) continue;
    if (violation.packs.find(fmt::format("\"{}\"", answer.pack->pack->hash)) == std::string::npos) {
      ++left_out;
    } else {
      alike.push_back(std::move(violation.facts));
    }
  }
  return alike;
}

// One run from reading to committing.
class LedgerRun {
 public:
  LedgerRun(const RunInput& run, JudgedLedger& told) : run_(run), ledger_(run.ledger), told_(told) {}

  Status go() {
    const Result<LedgerState> before = read_ledger_state(run_.setup.ledger->ledger);
    if (!before) return fail(before.error());
    if (Status planned = plan_doubts(); !planned) return planned;
    Result<LoadedData> data = load_at(run_, {});
    if (!data) return fail(data.error());
    Result<LedgerTransaction> transaction = LedgerTransaction::begin(ledger_, run_.judge.now);
    if (!transaction) return fail(transaction.error());
    const Result<LedgerState> now = read_ledger_state(ledger_);
    if (!now) return fail(now.error());
    if (*now != *before) {
      return fail({.code = ErrorCode::kConflict,
                   .message = "somebody wrote to the ledger while its records were read; run it again",
                   .where = SourceSpan{.file = ledger_.path()}});
    }
    return write(*data, *transaction);
  }

 private:
  Status plan_doubts() {
    Result<std::vector<DoubtedViolation>> doubted =
        read_doubted_violations(ledger_, run_.judge.now - kRetractionReach);
    if (!doubted) return fail(doubted.error());
    const std::vector<ViolationFacts> alike =
        judged_alike(run_, *std::move(doubted), told_.doubts_not_looked_at);
    LedgerPast past(run_);
    Result<RetractionPlan> plan = plan_retractions(alike, past);
    if (!plan) return fail(plan.error());
    retractions_ = *std::move(plan);
    told_.doubts_not_looked_at += retractions_.not_looked_at;
    told_.retracted = retractions_.retractions.size();
    return {};
  }

  Status write(const LoadedData& data, LedgerTransaction& transaction) {
    if (Status ended = end_waivers(transaction); !ended) return ended;
    std::vector<RunPack> packs;
    for (const BoundPack* pack : run_.packs) {
      packs.push_back({.name = pack->pack->name,
                       .hash = pack->pack->hash,
                       .text = text_of(*pack->pack),
                       .policies = pack->pack->policies.size()});
    }
    Result<std::unique_ptr<RunWriter>> writer =
        RunWriter::begin(ledger_, transaction, run_.written_at, packs);
    if (!writer) return fail(writer.error());
    if (Status judged = judge_all(data, **writer); !judged) return judged;
    const Result<std::int64_t> number = (*writer)->finish(totals());
    if (!number) return fail(number.error());
    told_.run = *number;
    if (Status counted = count_open(); !counted) return counted;
    if (run_.stopped()) return fail(ErrorCode::kCancelled, "judging was stopped");
    Result<std::string> checkpoint = transaction.commit();
    if (!checkpoint) return fail(checkpoint.error());
    told_.checkpoint = *std::move(checkpoint);
    return {};
  }

  Status end_waivers(LedgerTransaction& transaction) {
    Result<std::vector<Waiver>> waivers = read_waivers(ledger_);
    if (!waivers) return fail(waivers.error());
    std::optional<Error> failure;
    const std::vector<WaiverEnd> ends = due_ends(*waivers, run_.judge.now, [&](const Waiver& waiver) {
      Result<bool> changed = has_field_changed(ledger_, waiver);
      if (!changed && !failure) failure = std::move(changed.error());
      return changed && *changed;
    });
    if (failure) return fail(*std::move(failure));
    for (const WaiverEnd& end : ends) {
      Waiver& waiver = *std::ranges::find(*waivers, end.number, &Waiver::number);
      if (Status ended = end_waiver(ledger_, transaction, waiver, end.why); !ended) return ended;
      waiver.ended_at = run_.judge.now;
      waiver.ended_why = end.why;
      told_.waivers_ended.push_back(waiver);
    }
    book_.emplace(*std::move(waivers), run_.judge.now);
    for (const Waiver* waiver : book_->ending_soon()) told_.waivers_ending.push_back(*waiver);
    return {};
  }

  Result<KnownViolations> read_known() {
    const Result<std::uint64_t> count = count_violations(ledger_);
    if (!count) return fail(count.error());
    KnownViolations known;
    known.reserve(*count);
    const Status read =
        read_known_violations(ledger_, [&](const KnownViolation& violation) { known.add(violation); });
    if (!read) return fail(read.error());
    return known;
  }

  Status judge_all(const LoadedData& data, TransitionSink& sink) {
    Result<KnownViolations> known = read_known();
    if (!known) return fail(known.error());
    if (Status told = tell_retractions(retractions_, *known, sink); !told) return told;
    Lifecycle lifecycle(*known, *data.snapshot, sink);
    StoppableVerdicts verdicts(lifecycle, run_.stopped);
    JudgeOptions options = run_.judge;
    options.unknowns = JudgeOptions::Unknowns::kHandOn;
    Result<JudgeSummary> summary =
        judge(run_.packs, *data.snapshot, data.sources, options, verdicts, nullptr);
    if (!summary) return fail(summary.error());
    if (lifecycle.error()) return fail(*lifecycle.error());
    if (verdicts.were_stopped()) return fail(ErrorCode::kCancelled, "judging was stopped");
    told_.judged = *std::move(summary);
    told_.verdicts = lifecycle.counts();
    const RunScope scope(run_.packs, told_.judged.not_judged);
    LedgerFacts facts(ledger_);
    SnapshotStandings standings(scope, run_.derived, *data.snapshot, run_.judge);
    const Result<ClosingCounts> closed = close_unmet(*known, lifecycle, scope, facts, standings, sink);
    if (!closed) return fail(closed.error());
    told_.closed = *closed;
    return {};
  }

  RunTotals totals() const {
    RunTotals totals{.records = told_.judged.records};
    for (const PolicyCount& policy : told_.judged.policies) {
      totals.violated += policy.violated;
      totals.unknown += policy.unknown;
    }
    for (const NotJudged& policy : told_.judged.not_judged)
      totals.not_judged.push_back({.policy = policy.pack + "/" + policy.policy, .reason = policy.reason});
    return totals;
  }

  Status count_open() {
    const bool any_waived = std::ranges::any_of(
        book_->all(), [&](const Waiver& waiver) { return is_in_force(waiver, run_.judge.now); });
    const Result<std::uint64_t> open = count_open_violations(ledger_);
    if (!open) return fail(open.error());
    told_.open = *open;
    if (!any_waived) return {};
    return scan_violations(ledger_, {}, [&](const ViolationFacts& violation) {
      if (book_->of(violation) != nullptr) ++told_.waived;
    });
  }

  const RunInput& run_;
  Ledger& ledger_;
  JudgedLedger& told_;
  RetractionPlan retractions_;
  std::optional<WaiverBook> book_;
};

Stop give_up(const Error& error, Streams& streams) {
  if (const int signal = stop_signal(streams); signal != 0) {
    complain(streams, "interrupted; the ledger is as it was: run it again");
    return Stop{kExitSignal + signal};
  }
  return Stop{tell_ledger_error(streams, error)};
}

}  // namespace

Step<JudgedLedger> judge_ledger(std::string_view command, Ledger& ledger, const JudgeLedgerInput& input,
                                Streams& streams) {
  JudgingInput judging = input.judging;
  judging.ledger = LedgerInput{.file = ledger.path()};
  const Step<JudgingSetup> setup = set_up_judging(command, judging, streams);
  if (!setup) return std::unexpected(setup.error());
  RunInput run{.ledger = ledger,
               .setup = *setup,
               .judge = input.judge,
               .packs = {},
               .derived = {},
               .written_at = streams.clock.now(),
               .stopped = [&streams] { return stop_signal(streams) != 0; }};
  if (setup->field_map) run.derived = derived_fields(*setup->field_map, *setup->schema);
  JudgedLedger told{.as_of = input.judge.now};
  for (const BoundPack& pack : setup->packs) {
    run.packs.push_back(&pack);
    told.packs.push_back(pack.pack->name);
  }
  if (const Status done = LedgerRun(run, told).go(); !done)
    return std::unexpected(give_up(done.error(), streams));
  return told;
}

}  // namespace plumbline
