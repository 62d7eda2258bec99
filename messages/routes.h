// Who hears of a violation: the tree of routes, and the people its audiences lead to. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
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

// An owner as routing sees them; worked out once for each.
struct RoutedOwner {
  PersonIndex index = kNobody;   // kNobody: no such person
  PersonIndex leader = kNobody;  // their manager, if that is somebody to talk to
  bool is_reachable = false;
  std::uint32_t kind = 0;  // owners of one kind are alike to every route
};

struct Routing {
  const std::vector<Direction>* directions = nullptr;
  const RoutedOwner* owner = nullptr;
};

class Routes {
 public:
  // The state, and what it points to, must outlive it.
  explicit Routes(const MessageState& state);

  // Remembered for violations of one policy whose owners are alike.
  Routing route(const StandingViolation& violation);
  // Adds whom the direction leads to; of several ways to one recipient the first counts. Adds nobody where
  // the direction tells nobody.
  void add_destinations(const Direction& direction, const RoutedOwner& owner,
                        const StandingViolation& violation, std::vector<Destination>& destinations);
  // To whom it goes when nobody has mended it: the owner's manager, or who is told instead.
  void add_manager(const Direction& direction, const RoutedOwner& owner,
                   std::vector<Destination>& destinations) const;

  std::size_t recipients() const;
  const Person* person(RecipientNumber recipient) const;  // null: a room
  std::string key(RecipientNumber recipient) const;

 private:
  // What routes ask of an owner.
  struct Asked {
    std::string_view id;
    const Person* person = nullptr;
  };

  const RoutedOwner& owner_of(std::string_view id);
  std::uint32_t kind_of(const Asked& owner);
  bool matches(const MessageRoute& route, const StandingViolation& violation, const Asked& owner) const;
  bool walk(const std::vector<MessageRoute>& routes, const StandingViolation& violation, const Asked& owner,
            const Direction& inherited, const std::string& path, std::vector<Direction>& found) const;
  Direction own_direction(const StandingViolation& violation) const;
  void add_chain(const RoutedOwner& owner, const Direction& direction,
                 std::vector<Destination>& destinations) const;
  void add_leader(const RoutedOwner& owner, const Direction& direction, std::string_view instead,
                  std::vector<Destination>& destinations) const;
  void add_person(PersonIndex reachable, const Direction& direction, std::string_view instead,
                  std::vector<Destination>& destinations) const;
  void add_sales_operations(const Direction& direction, std::string_view instead,
                            std::vector<Destination>& destinations) const;
  RecipientNumber room_number(const MessageChannel& channel) const;

  const MessageState& state_;
  std::unordered_map<std::string_view, RoutedOwner> owners_;  // by the id as it stands in the violations
  std::vector<std::string> named_owners_;                     // in any route
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::uint32_t> kinds_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, Severity>, std::vector<Direction>> known_;
};

}  // namespace plumbline
