// What `plumbline policy explain` has to say, worked out: of one record by every policy that looks at its
// object, or of all records by one policy. How it is said is explain_page.cpp and explain_json.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/cli/find_record.h"
#include "daemon/cli/judging.h"
#include "daemon/cli/streams.h"
#include "policies/judge.h"
#include "policies/trace.h"

namespace plumbline {

// One policy on one record.
struct ExplainedPolicy {
  const Pack* pack = nullptr;
  const BoundPolicy* policy = nullptr;
  std::size_t number = 0;                  // in the order of the packs
  std::optional<PolicyOutcome> outcome{};  // as the judge has it; empty: not judged at all
  std::vector<std::string> needs{};        // what would have to be exported to judge it, or to know
  std::unique_ptr<TracePlan> plan{};       // what the trace's parts belong to; null where it is not judged
  PolicyTrace trace{};
  std::optional<Verdict> verdict{};  // of kViolated and kUnknown
};

struct ExplainedRecord {
  std::string object;
  std::string id;
  std::string name;                       // empty where it has none
  std::string owner;                      // their name, or else their id; empty where there is none
  std::vector<ExplainedPolicy> policies;  // violated, unknown, not violated, out of scope, not judged
};

// Policies about other objects than the record's are left out of the setup's packs.
ExplainedRecord explain_record(JudgingSetup& setup, const Snapshot& snapshot, const RecordPlace& place,
                               const JudgeOptions& options, const std::vector<DerivedField>& derived);

// One policy on all records of its object.
struct TalliedReason {
  PolicyOutcome outcome = PolicyOutcome::kNotViolated;
  std::string why;  // "CloseDate < TODAY was false"
  std::uint64_t records = 0;
  RowIndex first_row = kNoRow;  // of them
  std::string first_id;
  std::string first_name;
};

struct TalliedPolicy {
  const Pack* pack = nullptr;
  const BoundPolicy* policy = nullptr;
  std::string object;
  std::vector<std::string> needs{};  // what would have to be exported to judge it; empty where it was
  std::uint64_t records = 0;
  std::uint64_t violated = 0;
  std::uint64_t unknown = 0;
  std::uint64_t not_violated = 0;
  std::uint64_t out_of_scope = 0;
  std::vector<TalliedReason> reasons{};  // most records first
};

std::vector<TalliedPolicy> tally_policies(const JudgingSetup& setup, const Snapshot& snapshot,
                                          const JudgeOptions& options,
                                          const std::vector<DerivedField>& derived);

// What a page needs to know beside what is on it.
struct ExplainFacts {
  Terminal terminal{};
  bool policies_named = false;  // by --policy: then what is out of scope is shown whole, too
};

std::string explain_page(const ExplainedRecord& record, const ExplainFacts& facts);
std::string tally_page(const std::vector<TalliedPolicy>& policies, const ExplainFacts& facts);
// One JSON object a line for each policy (docs/explain.md).
std::string explain_lines(const ExplainedRecord& record);
std::string tally_lines(const std::vector<TalliedPolicy>& policies);

}  // namespace plumbline
