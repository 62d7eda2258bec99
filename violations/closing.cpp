#include "violations/closing.h"

#include <utility>
#include <vector>

namespace plumbline {
namespace {

constexpr std::string_view kGoneReason = "the record was deleted, or is no longer in the data";

class Closer {
 public:
  Closer(const KnownViolations& known, const RunScope& scope, FactsReader& facts, Standings& standings,
         TransitionSink& sink)
      : known_(known), facts_(facts), standings_(standings), sink_(sink) {
    for (std::uint32_t number = 0; number < known.policy_count(); ++number) {
      const KnownViolations::Policy& policy = known.policy(number);
      scopes_.push_back(scope.of(policy.pack, policy.policy, policy.object));
    }
  }

  Status run(const Lifecycle& lifecycle) {
    for (KnownViolations::Index index = 0; index < known_.size(); ++index) {
      if (!lifecycle.is_unmet(index) || is_left_alone(known_.entry(index))) continue;
      waiting_.push_back(index);
      if (waiting_.size() < kClosedAtOnce) continue;
      if (Status closed = close_waiting(); !closed) return closed;
    }
    return close_waiting();
  }

  const ClosingCounts& counts() const { return counts_; }

 private:
  using Part = RunScope::Part;

  bool is_left_alone(const KnownViolations::Entry& entry) {
    const Part part = scopes_[entry.policy].part;
    if (part == Part::kOtherPack || part == Part::kLeftOut) {
      ++counts_.untouched;
      return true;
    }
    if (part != Part::kNotJudged || !entry.is_unknown) return false;
    ++counts_.still_unknown;
    return true;
  }

  Status close_waiting() {
    if (waiting_.empty()) return {};
    numbers_.clear();
    for (const KnownViolations::Index index : waiting_) numbers_.push_back(known_.entry(index).number);
    const Result<std::vector<ViolationFacts>> facts = facts_.read(numbers_);
    if (!facts) return fail(facts.error());
    const Result<std::vector<Standing>> standings = ask(*facts);
    if (!standings) return fail(standings.error());
    std::size_t asked = 0;
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      const KnownViolations::Entry& entry = known_.entry(waiting_[i]);
      const RunScope::Answer& scope = scopes_[entry.policy];
      const Status closed = scope.part == Part::kJudged
                                ? close_judged(entry, (*facts)[i], (*standings)[asked++])
                                : close_unjudged(scope, (*facts)[i]);
      if (!closed) return closed;
    }
    waiting_.clear();
    return {};
  }

  Result<std::vector<Standing>> ask(const std::vector<ViolationFacts>& facts) {
    std::vector<ViolationFacts> judged;
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      if (scopes_[known_.entry(waiting_[i]).policy].part == Part::kJudged) judged.push_back(facts[i]);
    }
    if (judged.empty()) return std::vector<Standing>{};
    return standings_.of(judged);
  }

  Status close_unjudged(const RunScope::Answer& scope, const ViolationFacts& facts) {
    const bool withdrawn = scope.part == Part::kWithdrawn;
    ++(withdrawn ? counts_.withdrawn : counts_.unknown);
    TransitionView told =
        transition_of(withdrawn ? TransitionKind::kLapsed : TransitionKind::kUnknown, facts);
    told.reason = scope.reason;
    return sink_.take(told);
  }

  Status close_judged(const KnownViolations::Entry& entry, const ViolationFacts& facts,
                      const Standing& standing) {
    TransitionView told = transition_of(TransitionKind::kResolved, facts);
    told.reason = standing.reason;
    if (!standing.owner.empty()) {
      told.owner = standing.owner;
      told.owner_name = standing.owner_name;
    }
    switch (standing.kind) {
      case StandingKind::kPassed:
        ++counts_.resolved;
        break;
      case StandingKind::kOutOfScope:
        told.kind = TransitionKind::kLapsed;
        ++counts_.out_of_scope;
        break;
      case StandingKind::kGone:
        told.kind = TransitionKind::kLapsed;
        told.reason = kGoneReason;
        ++counts_.gone;
        break;
      case StandingKind::kUnknown:
        if (entry.is_unknown) {
          ++counts_.still_unknown;
          return {};
        }
        told.kind = TransitionKind::kUnknown;
        ++counts_.unknown;
        break;
      case StandingKind::kViolated:
        // The judge said otherwise, by saying nothing. Both are one evaluator: a fault of ours.
        return fail(ErrorCode::kInternal,
                    violation_name(facts.number) + " is violated, and judging did not tell so");
    }
    return sink_.take(told);
  }

  const KnownViolations& known_;
  FactsReader& facts_;
  Standings& standings_;
  TransitionSink& sink_;
  std::vector<RunScope::Answer> scopes_;  // by policy of `known`
  std::vector<KnownViolations::Index> waiting_;
  std::vector<ViolationNumber> numbers_;
  ClosingCounts counts_;
};

}  // namespace

TransitionView transition_of(TransitionKind kind, const ViolationFacts& facts) {
  return {.kind = kind,
          .number = facts.number,
          .pack = facts.pack,
          .policy = facts.policy,
          .object = facts.object,
          .record = facts.record,
          .record_key = facts.record_key,
          .record_name = facts.record_name,
          .owner = facts.owner,
          .owner_name = facts.owner_name,
          .severity = facts.severity,
          .digest = facts.digest};
}

Result<ClosingCounts> close_unmet(const KnownViolations& known, const Lifecycle& lifecycle,
                                  const RunScope& scope, FactsReader& facts, Standings& standings,
                                  TransitionSink& sink) {
  Closer closer(known, scope, facts, standings, sink);
  if (Status closed = closer.run(lifecycle); !closed) return fail(closed.error());
  return closer.counts();
}

}  // namespace plumbline
