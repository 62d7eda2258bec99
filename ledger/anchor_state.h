// How far the audit log is known at anchors that the network leads to. It stands in the ledger, so that a
// checkpoint that could not be taken there stays due, also over a restart. It proves nothing: what the anchor
// itself holds does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "ledger/audit/checkpoint.h"
#include "ledger/ledger.h"

namespace plumbline {

// Of the newest checkpoint that the anchor took.
struct AnchorReach {
  std::uint64_t size = 0;  // entries
  Instant at{};
};

// Of the newest attempt, where it failed.
struct AnchorFailure {
  Instant at{};
  std::string why;
};

struct AnchorState {
  std::optional<AnchorReach> reached{};
  std::optional<AnchorFailure> failure{};
};

// webhook:auditor, of a webhook with that name in the configuration.
std::string anchor_name(std::string_view webhook);

// `name` as anchor_name() gives it.
Result<AnchorState> anchor_state(const Ledger& ledger, std::string_view name);
// Replaces what was kept, and is durable when it returns. Not inside a transaction.
Status keep_anchor_state(Ledger& ledger, std::string_view name, const AnchorState& state, Instant now);

struct NewestCheckpoint {
  std::string note;  // as it is signed
  Checkpoint says;
};

// Nothing where nothing was logged yet. ErrorCode::kCorrupt where it is no checkpoint.
Result<std::optional<NewestCheckpoint>> newest_checkpoint(const Ledger& ledger);

// Whether the anchor has yet to be told of the checkpoint.
bool is_due(const AnchorState& state, const Checkpoint& newest);

}  // namespace plumbline
