// Judging: every policy of some packs over every record of a snapshot at one moment. Pure: the same input
// gives the same verdicts in the same order, whatever the number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/time_zone.h"
#include "model/verdict.h"
#include "policies/bound_pack.h"
#include "policies/verdict_view.h"
#include "records/record_source.h"
#include "records/snapshot.h"

namespace plumbline {

struct JudgeOptions {
  Instant now{};
  // A civil day instead of a moment (`--as-of 2024-06-01`): noon of that day in each record owner's zone.
  std::optional<Day> now_day{};
  std::optional<TimeZone> default_zone{};  // instead of the packs' own
  unsigned threads = 1;
  // Whether unknown verdicts are handed on, or only counted.
  enum class Unknowns : std::uint8_t { kCount, kHandOn } unknowns = Unknowns::kCount;
};

// A policy the data cannot answer at all, and what is missing.
struct NotJudged {
  std::string pack;
  std::string policy;
  std::string reason;    // there is no Task data
  std::string title{};   // of the policy
  std::string remedy{};  // what would let it be judged: export Task
};

struct PolicyCount {
  std::string pack;
  std::string policy;
  Severity severity = Severity::kMedium;
  std::uint64_t judged = 0;  // in scope, violated or not
  std::uint64_t violated = 0;
  std::uint64_t unknown = 0;
  std::string example_reason;  // of the first unknown record
};

struct JudgeSummary {
  std::vector<PolicyCount> policies;  // judged ones, in order
  std::vector<NotJudged> not_judged;
  std::vector<std::string> notices;                     // unknown time zones
  std::uint64_t records = 0;                            // visible records of the objects judged
  std::map<std::size_t, std::uint64_t> rejected_cells;  // by object: of those read on the way
};

// Judges every object that some pack has policies of. An object's records come from its source, or, where it
// has none, from its table in the snapshot. `rejects` gets the cells that could not be read on the way; it
// may be null. The Error is what made a source unreadable: verdicts of the rows before it have been taken.
Result<JudgeSummary> judge(const std::vector<const BoundPack*>& packs, const Snapshot& snapshot,
                           const RecordSources& sources, const JudgeOptions& options, VerdictSink& sink,
                           RejectSink* rejects);

// The same over the tables of a snapshot, which can all be read, with whole verdicts one by one.
JudgeSummary judge(const std::vector<const BoundPack*>& packs, const Snapshot& snapshot,
                   const JudgeOptions& options, const EachVerdict::Take& take);

// Why a policy cannot be judged on this data; empty where it can.
std::string why_not_judged(const BoundPolicy& policy, const Snapshot& snapshot);
// What to export so that it can be; empty where it can.
std::string what_would_help(const BoundPolicy& policy, const Snapshot& snapshot);

inline constexpr unsigned kMaxThreads = 256;

}  // namespace plumbline
