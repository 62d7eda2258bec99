// Standings answered by the data of a run, with the evaluator that judges (policies/trace.h).
#pragma once

#include <span>
#include <vector>

#include "policies/bound_pack.h"
#include "policies/judge.h"
#include "violations/run_scope.h"
#include "violations/standing.h"

namespace plumbline {

// All must outlive it. The snapshot keeps every field the policies read, and the ids of the objects judged.
// For one thread.
class SnapshotStandings : public Standings {
 public:
  SnapshotStandings(const RunScope& scope, const std::vector<DerivedField>& derived, const Snapshot& snapshot,
                    const JudgeOptions& options)
      : scope_(scope), derived_(derived), snapshot_(snapshot), options_(options) {}

  // A violation of a policy that is not judged is kUnknown.
  Result<std::vector<Standing>> of(std::span<const ViolationFacts> violations) override;

 private:
  RunScope::Answer judged_scope(const ViolationFacts& facts) const;

  const RunScope& scope_;
  const std::vector<DerivedField>& derived_;
  const Snapshot& snapshot_;
  const JudgeOptions& options_;
};

}  // namespace plumbline
