// Violations kept in memory as a ledger would keep them, so that lifecycles can be tested day by day.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "model/transition.h"
#include "violations/known_violations.h"
#include "violations/standing.h"

namespace plumbline {

class MemoryViolations : public TransitionSink, public FactsReader {
 public:
  struct Kept {
    ViolationFacts facts;
    bool is_unknown = false;
    std::string message;
  };

  // Of what is written from now on.
  void set_now(Instant now) { now_ = now; }

  Status take(const TransitionView& told) override {
    Kept& kept = told.number == 0 ? add(told) : kept_[static_cast<std::size_t>(told.number - 1)];
    ViolationFacts& facts = kept.facts;
    if (told.has_verdict) {
      facts.severity = told.severity;
      facts.digest = told.digest;
      facts.record = told.record;
      facts.record_name = told.record_name;
      kept.message = told.message;
    }
    facts.owner = told.owner;
    facts.owner_name = told.owner_name;
    if (told.kind == TransitionKind::kOpened || told.kind == TransitionKind::kReopened)
      facts.opened_at = now_;
    facts.state = state_after(told.kind);
    kept.is_unknown = told.kind == TransitionKind::kUnknown;
    transitions_.push_back(std::string(to_string(told.kind)) + " " + violation_name(facts.number) + " " +
                           facts.policy + " " + facts.record_key + " " + facts.owner + " " + kept.message +
                           " " + std::string(told.reason));
    last_.emplace_back(told.kind, facts.record_key + "/" + facts.policy, std::string(told.reason));
    return {};
  }

  Result<std::vector<ViolationFacts>> read(std::span<const ViolationNumber> numbers) override {
    std::vector<ViolationFacts> facts;
    for (const ViolationNumber number : numbers)
      facts.push_back(kept_[static_cast<std::size_t>(number - 1)].facts);
    return facts;
  }

  KnownViolations known() const {
    KnownViolations known;
    for (const Kept& kept : kept_) {
      known.add({.number = kept.facts.number,
                 .pack = kept.facts.pack,
                 .policy = kept.facts.policy,
                 .object = kept.facts.object,
                 .record_key = kept.facts.record_key,
                 .state = kept.facts.state,
                 .is_unknown = kept.is_unknown,
                 .digest = kept.facts.digest});
    }
    return known;
  }

  const std::vector<Kept>& all() const { return kept_; }
  // Everything ever told, one line each.
  const std::vector<std::string>& transitions() const { return transitions_; }
  // What was told since the last call: kind, RECORD/POLICY, reason.
  using Told = std::tuple<TransitionKind, std::string, std::string>;
  std::vector<Told> take_told() { return std::exchange(last_, {}); }

 private:
  Kept& add(const TransitionView& told) {
    kept_.push_back({.facts = {.number = static_cast<ViolationNumber>(kept_.size()) + 1,
                               .pack = std::string(told.pack),
                               .policy = std::string(told.policy),
                               .object = std::string(told.object),
                               .record_key = std::string(told.record_key)},
                     .message = {}});
    return kept_.back();
  }

  static ViolationState state_after(TransitionKind kind) {
    switch (kind) {
      case TransitionKind::kResolved:
        return ViolationState::kResolved;
      case TransitionKind::kLapsed:
        return ViolationState::kLapsed;
      case TransitionKind::kRetracted:
        return ViolationState::kRetracted;
      default:
        return ViolationState::kOpen;
    }
  }

  Instant now_{};
  std::vector<Kept> kept_;
  std::vector<std::string> transitions_;
  std::vector<Told> last_;
};

}  // namespace plumbline
