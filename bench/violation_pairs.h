// What a run found, reduced to what two programs must agree on: which record breaks which policy.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace plumbline::bench {

using ViolationPairs = std::vector<std::pair<std::string, std::string>>;  // policy, record id; sorted

// Of the JSON lines of `plumbline audit --format jsonl`.
Result<ViolationPairs> read_jsonl_pairs(const std::string& path);
// Of lines "policy,record id".
Result<ViolationPairs> read_csv_pairs(const std::string& path);

// Empty where both are the same; else how many of each there are and the first that one side alone has.
std::string differences(const ViolationPairs& ours, const ViolationPairs& theirs);
// "policy: count", a line each, in the order of their names.
std::string counts_by_policy(const ViolationPairs& pairs);

}  // namespace plumbline::bench
