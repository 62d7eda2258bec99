// After the last verdict: what became of the open violations that none came for.
//
//   the record is in scope and passes             resolved
//   out of scope, gone, or the policy withdrawn   lapsed: nobody is congratulated
//   the data does not tell, or the policy could   unknown, the first time; it stands as it was
//     not be judged
//   the policy was not part of the run            nothing
#pragma once

#include <cstdint>

#include "violations/lifecycle.h"
#include "violations/run_scope.h"
#include "violations/standing.h"

namespace plumbline {

struct ClosingCounts {
  std::uint64_t resolved = 0;
  std::uint64_t out_of_scope = 0;  // the three are lapsed
  std::uint64_t gone = 0;
  std::uint64_t withdrawn = 0;
  std::uint64_t unknown = 0;        // became so
  std::uint64_t still_unknown = 0;  // that no verdict came for
  std::uint64_t untouched = 0;      // of policies that were not part of the run

  std::uint64_t lapsed() const { return out_of_scope + gone + withdrawn; }
};

// Facts and standings are asked for so many at once.
inline constexpr std::size_t kClosedAtOnce = 10'000;

// Hands the transitions to `sink`, in the order the violations became known.
Result<ClosingCounts> close_unmet(const KnownViolations& known, const Lifecycle& lifecycle,
                                  const RunScope& scope, FactsReader& facts, Standings& standings,
                                  TransitionSink& sink);

// What is told of a violation without a new verdict.
TransitionView transition_of(TransitionKind kind, const ViolationFacts& facts);

}  // namespace plumbline
