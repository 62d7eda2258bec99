#include "ledger/past_value.h"

#include <algorithm>

namespace plumbline {
namespace {

// What the chosen changes make of the field at `as_of`.
template <class Chosen>
std::optional<PastText> text_at(std::span<const KnownChange> changes, Instant as_of, const Chosen& chosen) {
  const KnownChange* oldest = nullptr;
  const KnownChange* newest = nullptr;  // of those that had happened
  for (const KnownChange& change : changes) {
    if (!chosen(change)) continue;
    if (oldest == nullptr) oldest = &change;
    if (change.happened_at <= as_of) newest = &change;
  }
  if (newest != nullptr) return PastText{&newest->now};
  if (oldest != nullptr) return PastText{&oldest->old};
  return std::nullopt;
}

// Of the changes that came to be known after `known_at`, what the first of them tell of `last_sync`.
std::optional<PastText> text_learned_next(std::span<const KnownChange> changes, Instant known_at,
                                          std::optional<Instant> last_sync) {
  std::optional<Instant> learned;
  for (const KnownChange& change : changes) {
    if (change.seen_at > known_at && (!learned || change.seen_at < *learned)) learned = change.seen_at;
  }
  const auto observed = std::ranges::find_if(
      changes, [&](const KnownChange& change) { return change.seen_at == learned && change.observed; });
  if (observed != changes.end()) return PastText{&observed->old};
  return text_at(changes, last_sync.value_or(Instant::min()),
                 [&](const KnownChange& change) { return change.seen_at == learned; });
}

}  // namespace

bool was_known(const KnownChange& change, Instant known_at) {
  return change.seen_at <= known_at && (!change.superseded_at || *change.superseded_at > known_at);
}

bool stands(const KnownChange& change, const Hindsight& moment) {
  if (change.superseded_at) return *change.superseded_at <= moment.known_at;
  return change.seen_at <= moment.known_at && change.happened_at <= moment.as_of;
}

std::optional<PastText> past_text(std::span<const KnownChange> changes, const Hindsight& moment,
                                  std::optional<Instant> last_sync) {
  const auto known = text_at(changes, moment.as_of,
                             [&](const KnownChange& change) { return was_known(change, moment.known_at); });
  return known ? known : text_learned_next(changes, moment.known_at, last_sync);
}

}  // namespace plumbline
