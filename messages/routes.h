// Who hears of a violation: the tree of routes, and the people its audiences lead to. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "messages/message_state.h"

namespace plumbline {

using RecipientNumber = std::uint32_t;  // people first, by their index, then the channels

// One way a violation is told: a route's answer, or the policy's own `tell` where none matches.
struct Direction {
  std::vector<std::string> tell{};
  const MessageChannel* channel = nullptr;  // null: nobody can be told this way
  SendTime send = SendTime::kDigest;
  bool is_public = false;
  std::chrono::days repeat{};
  int escalate_after = 0;
  std::string why{};  // "route 2 (policies next-steps-missing)", "the policy tells its owner"
};

// Whom a direction leads to, in the end.
struct Destination {
  RecipientNumber recipient = 0;
  const MessageChannel* channel = nullptr;
  const Direction* direction = nullptr;
  std::string_view instead = {};  // why not the one first meant; static text, empty where it is
};

class Routes {
 public:
  // The state, and what it points to, must outlive it.
  explicit Routes(const MessageState& state);

  // The directions of a violation; remembered for those of one policy and owner.
  const std::vector<Direction>& directions(const StandingViolation& violation);
  // Adds whom the direction leads to; of several ways to one recipient the first counts. Adds nobody where
  // the direction tells nobody.
  void add_destinations(const Direction& direction, const StandingViolation& violation,
                        std::vector<Destination>& destinations) const;
  // To whom it goes when nobody has mended it: the owner's manager, or who is told instead.
  void add_manager(const Direction& direction, const StandingViolation& violation,
                   std::vector<Destination>& destinations) const;

  std::size_t recipients() const;
  const Person* person(RecipientNumber recipient) const;  // null: a room
  std::string key(RecipientNumber recipient) const;

 private:
  struct Owner {
    PersonIndex index = kNobody;
    const Person* person = nullptr;
    std::string_view id;
  };

  bool matches(const MessageRoute& route, const StandingViolation& violation, const Owner& owner) const;
  bool walk(const std::vector<MessageRoute>& routes, const StandingViolation& violation, const Owner& owner,
            const Direction& inherited, const std::string& path, std::vector<Direction>& found) const;
  Direction own_direction(const StandingViolation& violation) const;
  void add_person(PersonIndex index, const Direction& direction, std::string_view instead,
                  std::vector<Destination>& destinations) const;
  void add_chain(PersonIndex index, const Direction& direction, std::vector<Destination>& destinations) const;
  void add_leader(PersonIndex index, const Direction& direction, std::string_view instead,
                  std::vector<Destination>& destinations) const;
  void add_sales_operations(const Direction& direction, std::string_view instead,
                            std::vector<Destination>& destinations) const;
  RecipientNumber room_number(const MessageChannel& channel) const;

  const MessageState& state_;
  struct KeyHash {
    std::size_t operator()(std::uint64_t key) const;
  };
  std::unordered_map<std::uint64_t, std::vector<Direction>, KeyHash> known_;
  std::unordered_map<std::string_view, PersonIndex> owners_;  // by the id as it stands in the violations
  const std::vector<Direction>* last_ = nullptr;
  std::uint64_t last_key_ = 0;
  PersonIndex owner_of(std::string_view id);
};

}  // namespace plumbline
