// The oracle of judging: every policy over every record, one row after the other on one thread, on top of the
// row evaluator. Same verdicts, in the same order, and the same summary as judge() of policies/judge.h gives;
// `options.threads` plays no part. A sink that has enough ends it after that verdict; judge() may have
// counted more by then.
#pragma once

#include "policies/judge.h"

namespace plumbline::oracle {

JudgeSummary judge(const std::vector<const BoundPack*>& packs, const Snapshot& snapshot,
                   const JudgeOptions& options, const EachVerdict::Take& sink);

// Why the policy cannot be judged on this data; empty where it can.
std::string why_not_judged(const BoundPolicy& policy, const Snapshot& snapshot);

}  // namespace plumbline::oracle
