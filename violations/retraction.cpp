#include "violations/retraction.h"

#include <functional>
#include <map>
#include <vector>

#include "violations/closing.h"

namespace plumbline {
namespace {

// Unknown is no proof.
bool was_not_so(const Standing& standing) {
  return standing.kind == StandingKind::kPassed || standing.kind == StandingKind::kOutOfScope ||
         standing.kind == StandingKind::kGone;
}

std::string_view reason_of(const Standing& standing) {
  switch (standing.kind) {
    case StandingKind::kPassed:
      return "as is known now, it was not violated when it was opened";
    case StandingKind::kGone:
      return "as is known now, the record was gone when it was opened";
    default:
      return "as is known now, it was out of scope when it was opened";
  }
}

}  // namespace

Result<RetractionPlan> plan_retractions(std::span<const ViolationFacts> doubted, PastStandings& past) {
  std::map<Instant, std::vector<ViolationFacts>, std::greater<>> by_moment;
  for (const ViolationFacts& facts : doubted) by_moment[facts.opened_at].push_back(facts);
  RetractionPlan plan;
  std::size_t moments = 0;
  for (const auto& [moment, violations] : by_moment) {
    if (moments++ >= kMostRetractionMoments) {
      plan.not_looked_at += violations.size();
      continue;
    }
    const Result<std::vector<Standing>> standings = past.of(moment, violations);
    if (!standings) return fail(standings.error());
    plan.looked_at += violations.size();
    for (std::size_t i = 0; i < violations.size(); ++i) {
      const Standing& standing = (*standings)[i];
      if (was_not_so(standing))
        plan.retractions.push_back({.facts = violations[i], .reason = std::string(reason_of(standing))});
    }
  }
  return plan;
}

Status tell_retractions(const RetractionPlan& plan, KnownViolations& known, TransitionSink& sink) {
  for (const auto& [facts, reason] : plan.retractions) {
    const auto index = known.find(IdentityMaker(facts.pack, facts.policy, facts.object).of(facts.record_key));
    if (index == KnownViolations::kNone) continue;
    known.note_retracted(index);
    TransitionView told = transition_of(TransitionKind::kRetracted, facts);
    told.reason = reason;
    if (Status taken = sink.take(told); !taken) return taken;
  }
  return {};
}

}  // namespace plumbline
