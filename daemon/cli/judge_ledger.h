// Judging the records of a ledger, and writing what happened to violations into it: one run, in one
// transaction.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/cli/judging.h"
#include "ledger/ledger.h"
#include "model/waiver.h"
#include "violations/closing.h"
#include "violations/lifecycle.h"

namespace plumbline {

struct JudgeLedgerInput {
  JudgingInput judging{};  // its packs, field map and selection; its paths do not count
  JudgeOptions judge{};    // `now` is frozen, and the moment the run is written as of
};

// What a run came to.
struct JudgedLedger {
  std::int64_t run = 0;
  Instant as_of{};
  std::vector<std::string> packs{};
  JudgeSummary judged{};
  LifecycleCounts verdicts{};
  ClosingCounts closed{};
  std::uint64_t retracted = 0;
  // Violations that late data makes doubtful, and that were not looked at: of too many moments, or opened by
  // another version of their pack.
  std::uint64_t doubts_not_looked_at = 0;
  // As it stands after the run.
  std::uint64_t open = 0;
  std::uint64_t waived = 0;  // of the open ones
  std::vector<Waiver> waivers_ended{};
  std::vector<Waiver> waivers_ending{};  // soon, the first to end first
  std::string checkpoint{};              // of the audit log, for anchors
};

// What `plumbline judge` is told by its options and its configuration. Faults are told, and then there is a
// Stop.
Step<JudgeLedgerInput> read_judge_input(ParsedOptions& parsed, Streams& streams);

// Reads the ledger, judges, and commits; or leaves it as it was, tells why, and gives the exit status. The
// ledger must be open for writing, with no transaction. `command` is who asks, for hints.
Step<JudgedLedger> judge_ledger(std::string_view command, Ledger& ledger, const JudgeLedgerInput& input,
                                Streams& streams);

// For standard error: a few lines, the result first.
std::string judge_summary(const JudgedLedger& judged);

}  // namespace plumbline
