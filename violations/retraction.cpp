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

Status retract_one(const ViolationFacts& facts, const Standing& standing, KnownViolations& known,
                   TransitionSink& sink) {
  const auto index = known.find(IdentityMaker(facts.pack, facts.policy, facts.object).of(facts.record_key));
  if (index == KnownViolations::kNone) return {};
  known.note_retracted(index);
  TransitionView told = transition_of(TransitionKind::kRetracted, facts);
  told.reason = reason_of(standing);
  return sink.take(told);
}

}  // namespace

Result<RetractionCounts> retract(std::span<const ViolationFacts> doubted, PastStandings& past,
                                 KnownViolations& known, TransitionSink& sink) {
  std::map<Instant, std::vector<ViolationFacts>, std::greater<>> by_moment;
  for (const ViolationFacts& facts : doubted) by_moment[facts.opened_at].push_back(facts);
  RetractionCounts counts;
  std::size_t moments = 0;
  for (const auto& [moment, violations] : by_moment) {
    if (moments++ >= kMostRetractionMoments) {
      counts.not_looked_at += violations.size();
      continue;
    }
    const Result<std::vector<Standing>> standings = past.of(moment, violations);
    if (!standings) return fail(standings.error());
    counts.looked_at += violations.size();
    for (std::size_t i = 0; i < violations.size(); ++i) {
      if (!was_not_so((*standings)[i])) continue;
      if (Status told = retract_one(violations[i], (*standings)[i], known, sink); !told)
        return fail(told.error());
      ++counts.retracted;
    }
  }
  return counts;
}

}  // namespace plumbline
