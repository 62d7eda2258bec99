// All violations of an organisation as judging needs them: about 65 bytes each, so that a million of them,
// open and closed, are at hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "model/violation.h"
#include "records/record_id.h"
#include "violations/identity.h"

namespace plumbline {

// Filled by one thread; then any number may look.
class KnownViolations {
 public:
  using Index = std::uint32_t;
  static constexpr Index kNone = kNoRow;

  struct Policy {
    std::string pack;
    std::string policy;
    std::string object;
  };
  struct Entry {
    ViolationIdentity identity{};
    VerdictDigest digest{};
    ViolationNumber number = 0;
    std::uint32_t policy = 0;  // of policies()
    ViolationState state = ViolationState::kOpen;
    bool is_unknown = false;
  };

  void reserve(std::size_t count);
  void add(const KnownViolation& violation);

  std::size_t size() const { return entries_.size(); }
  const Entry& entry(Index index) const { return entries_[index]; }
  const Policy& policy(std::uint32_t number) const { return policies_[number]; }
  std::size_t policy_count() const { return policies_.size(); }
  // kNone where it was never seen.
  Index find(const ViolationIdentity& identity) const;

  // It was found not to have been so; the run that follows takes it as closed.
  void note_retracted(Index index) { entries_[index].state = ViolationState::kRetracted; }

  std::size_t bytes() const;  // about so many are held

 private:
  static std::uint64_t hash_of(const ViolationIdentity& identity);
  std::string_view key_of(Index index) const;
  std::uint32_t policy_number(const KnownViolation& violation);

  std::vector<Entry> entries_;
  IdIndex index_;
  std::deque<Policy> policies_;
  std::deque<IdentityMaker> makers_;  // of policies_
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, std::uint32_t> numbers_;
  std::uint32_t last_policy_ = 0;  // violations of one policy tend to come together
};

}  // namespace plumbline
