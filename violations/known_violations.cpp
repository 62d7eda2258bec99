#include "violations/known_violations.h"

#include <cstring>

namespace plumbline {

static_assert(sizeof(KnownViolations::Entry) <= 48, "a million of them must fit into 100 MB");

void KnownViolations::reserve(std::size_t count) {
  entries_.reserve(count);
  index_.reserve(count);
}

void KnownViolations::add(const KnownViolation& violation) {
  const std::uint32_t policy = policy_number(violation);
  const auto index = static_cast<Index>(entries_.size());
  entries_.push_back({.identity = makers_[policy].of(violation.record_key),
                      .digest = violation.digest,
                      .number = violation.number,
                      .policy = policy,
                      .state = violation.state,
                      .is_unknown = violation.is_unknown});
  const ViolationIdentity& identity = entries_.back().identity;
  index_.insert(as_text(identity), hash_of(identity), index, [&](Index other) { return key_of(other); });
}

KnownViolations::Index KnownViolations::find(const ViolationIdentity& identity) const {
  return index_.find(as_text(identity), hash_of(identity), [&](Index other) { return key_of(other); });
}

std::size_t KnownViolations::bytes() const {
  constexpr std::size_t kSlotBytes = 8;
  constexpr std::size_t kSlotsAnEntry = 2;
  return entries_.capacity() * sizeof(Entry) + index_.size() * kSlotBytes * kSlotsAnEntry;
}

// A digest's bytes are as good as any hash of them.
std::uint64_t KnownViolations::hash_of(const ViolationIdentity& identity) {
  std::uint64_t hash = 0;
  std::memcpy(&hash, identity.data(), sizeof(hash));
  return hash;
}

std::string_view KnownViolations::key_of(Index index) const { return as_text(entries_[index].identity); }

std::uint32_t KnownViolations::policy_number(const KnownViolation& violation) {
  const auto is_same = [&](const Policy& policy) {
    return policy.policy == violation.policy && policy.pack == violation.pack &&
           policy.object == violation.object;
  };
  if (!policies_.empty() && is_same(policies_[last_policy_])) return last_policy_;
  const auto found = numbers_.find({violation.pack, violation.policy, violation.object});
  if (found != numbers_.end()) return last_policy_ = found->second;
  last_policy_ = static_cast<std::uint32_t>(policies_.size());
  const Policy& added = policies_.emplace_back(std::string(violation.pack), std::string(violation.policy),
                                               std::string(violation.object));
  makers_.emplace_back(added.pack, added.policy, added.object);
  numbers_.emplace(std::tuple(std::string_view(added.pack), std::string_view(added.policy),
                              std::string_view(added.object)),
                   last_policy_);
  return last_policy_;
}

}  // namespace plumbline
