// The people that messages may go to: who they are, when they work, and who leads them.
//
// Values. Filled by one thread; then any number may look.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "base/time_zone.h"

namespace plumbline {

using PersonIndex = std::uint32_t;
inline constexpr PersonIndex kNobody = 0xFFFFFFFF;

// Days a person is away, both included.
struct Leave {
  Day from{};
  Day until{};
};

struct Person {
  std::string id{};  // as the source spells it
  std::string name{};
  std::string email{};
  std::string chat_id{};           // the chat service's own; empty: found by e-mail
  std::optional<TimeZone> zone{};  // empty: the organisation's
  std::string manager{};           // id
  std::string team{};
  std::string segment{};
  std::string region{};
  bool is_active = true;
  std::vector<Leave> leaves{};

  // Somebody to talk to. A queue owns records, and is nobody; who has neither address cannot be reached.
  bool is_reachable() const;
};

class People {
 public:
  // Of two with one id the later counts.
  PersonIndex add(Person person);
  // To find by address those whom a configuration names. kNobody where there is none.
  PersonIndex find_email(std::string_view email) const;
  // By the part of the id that identifies (records/record_id.h).
  PersonIndex find(std::string_view id) const;

  std::size_t size() const { return people_.size(); }
  const Person& at(PersonIndex index) const { return people_[index]; }
  Person& at(PersonIndex index) { return people_[index]; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const;
  };
  using Index = std::unordered_map<std::string, PersonIndex, Hash, std::equal_to<>>;

  std::vector<Person> people_;
  Index by_id_;
  Index by_email_;  // in lower case
};

// Whether a Salesforce id is that of a queue (or another group), which owns records and reads nothing.
bool is_queue_id(std::string_view id);

}  // namespace plumbline
