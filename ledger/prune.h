// Taking out of a ledger what is older than its retention. Audit entries stay, whatever the retention says.
//
// What goes is chosen so that nothing changes for whoever asks about a moment from the bound on: the newest
// change before it stays for every field of every record. What was before the bound can no longer be
// answered, and the ledger knows so (changes_complete_from).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "ledger/retention.h"

namespace plumbline {

enum class PruneKind : std::uint8_t { kChanges, kRaw, kRejects };
std::string_view name_of(PruneKind kind);  // as in the configuration: changes, raw, rejects

struct PruneStep {
  PruneKind kind = PruneKind::kChanges;
  Instant before{};        // what is older goes
  std::uint64_t rows = 0;  // that go, or went
};
using PrunePlan = std::vector<PruneStep>;

// What the retention asks for at that moment, rows not counted. Pure.
PrunePlan plan_pruning(const Retention& retention, Instant now);

// How many rows each step would take. Writes nothing.
Result<PrunePlan> count_prunable(const Ledger& ledger, PrunePlan plan);

struct PruneOutcome {
  PrunePlan done;          // steps that took rows
  std::string checkpoint;  // for anchors; empty where nothing was pruned
};

// One transaction with an audit entry `records.pruned` for each kind of which there was something. The file
// does not shrink: the room is used again.
Result<PruneOutcome> prune(Ledger& ledger, const PrunePlan& plan, Instant now);

// Changes are complete from here on: neither a moment before, nor what was known then, can be answered
// exactly. Empty where no change was ever pruned.
Result<std::optional<Instant>> changes_complete_from(const Ledger& ledger);

// An error that says so where a question about `as_of`, as known at `known_at`, comes too late.
Status check_still_known(const Ledger& ledger, Instant as_of, Instant known_at);

}  // namespace plumbline
