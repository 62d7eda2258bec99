// What became known late: a violation was opened on data of which it turns out that it was not so. Such a one
// is retracted, so that nobody is counted as having ignored what never was.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/transition.h"
#include "violations/known_violations.h"
#include "violations/standing.h"

namespace plumbline {

// Each moment is a snapshot of its own. The newest are looked at; the others stand, and are counted.
inline constexpr std::size_t kMostRetractionMoments = 8;
// Closed ones are looked at again for so long after they were opened.
inline constexpr std::chrono::days kRetractionReach{90};

// How records stood at a moment, as far as is known today.
class PastStandings {
 public:
  virtual ~PastStandings() = default;
  // One for each, in their order.
  virtual Result<std::vector<Standing>> of(Instant moment, std::span<const ViolationFacts> violations) = 0;
};

struct Retraction {
  ViolationFacts facts{};
  std::string reason{};
};

struct RetractionPlan {
  std::vector<Retraction> retractions{};
  std::uint64_t looked_at = 0;
  std::uint64_t not_looked_at = 0;  // beyond kMostRetractionMoments
};

// `doubted` are violations that are open or were closed lately, and of whose records something became known
// after they were opened that had happened before. Moment by moment, the newest first, each in the order of
// `doubted`.
Result<RetractionPlan> plan_retractions(std::span<const ViolationFacts> doubted, PastStandings& past);

// Before the run's verdicts: what is violated all the same today is then opened anew.
Status tell_retractions(const RetractionPlan& plan, KnownViolations& known, TransitionSink& sink);

}  // namespace plumbline
