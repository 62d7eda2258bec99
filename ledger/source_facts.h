// What a source says besides its files: fields that the CRM no longer shows, records that could not be found,
// and what it remembers. Each is written inside the transaction of its sync. Inner to the writing of syncs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "ledger/change_store.h"
#include "ledger/ledger.h"
#include "ledger/record_tables.h"
#include "model/delivery.h"

namespace plumbline {

// A hidden field's values stay where they are and count for nothing (hidden_field). Once it is shown again,
// each is unknown until its record is delivered. Fields nobody ever delivered are passed over: they are
// unknown as it is.
Status note_visibility(Ledger& ledger, RecordTables& tables, const SyncMoment& moment,
                       std::span<const FieldVisibility> fields);

// Marks known records that are neither deleted nor marked already, with a change each; returns how many.
// Ids nobody knows are passed over.
Result<std::uint64_t> mark_unseen(Ledger& ledger, RecordTables& tables, const SyncMoment& moment,
                                  ChangeStore& changes, std::span<const Delivery::Unseen> records);

Status keep_source_state(Ledger& ledger, std::string_view source, const SourceState& state, Instant now);
Result<std::optional<std::string>> source_state(const Ledger& ledger, std::string_view source,
                                                std::string_view key);

}  // namespace plumbline
