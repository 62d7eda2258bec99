// What a field of a record was at one moment, as far as it was known at another: told by its changes alone.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace plumbline {

// T and K: what was so at `as_of`, as far as the ledger knew at `known_at`. Either may be the later one.
struct Hindsight {
  Instant as_of{};
  Instant known_at{};
};

// A row of `change`, of one field of one record. An empty text is null.
struct KnownChange {
  std::int64_t id = 0;  // rising as they were written
  std::optional<std::string> old{};
  std::optional<std::string> now{};  // the value after it
  Instant happened_at{};
  Instant seen_at{};
  std::optional<Instant> superseded_at{};
  bool observed = false;  // seen from outside, by comparing syncs; else a row of the CRM's history tells it
};

// Whether the change counts among what was known at `known_at`.
bool was_known(const KnownChange& change, Instant known_at);

// Whether the change makes no difference between then and today: it had happened and was known, or counts for
// nothing both then and today. Where that is so of all changes of a field, it was what it is today.
bool stands(const KnownChange& change, const Hindsight& moment);

// The value then, by rising happened_at and id; there is at least one that does not stand. Points into
// `changes`.
//
// Of the changes known then: what the newest that had happened made of it; where none had happened yet, what
// it was before the oldest. Where none was known, the ledger had the value as of `last_sync`, the newest sync
// known then that brought the object, and the changes that came to be known next tell what that was: what
// the observed one found there before, or what the history says of that moment.
//
// Empty where nothing tells: then it was what it is today.
struct PastText {
  const std::optional<std::string>* text = nullptr;
};
std::optional<PastText> past_text(std::span<const KnownChange> changes, const Hindsight& moment,
                                  std::optional<Instant> last_sync);

}  // namespace plumbline
