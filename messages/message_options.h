// What an organisation decides about its messages: where they go, when, how often. Read from `messages:` of
// the configuration (config/messages_section.h); values, safe to copy.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/verdict.h"

namespace plumbline {

// Where messages are handed to a chat service. How the service is reached is its connector's to know.
struct MessageChannel {
  std::string name;
  std::string service;
  // A channel that reaches people writes to each one directly. Any other is a room, and read by all in it.
  bool reaches_people = false;
};

enum class SendTime : std::uint8_t {
  kDigest,  // with all else, at the recipient's digest times
  kAtOnce,  // when it is found, in the recipient's hours
};

// A place in the tree of routes. A violation goes down the first child that matches it, and on to the next
// ones where that says `continue`; what a route leaves open is as its parent has it.
struct MessageRoute {
  // Each list empty: any. Letter case does not matter. Team, segment and region are the record owner's.
  std::vector<std::string> policies{};  // `id` or `pack/id`
  std::vector<std::string> families{};
  std::vector<Severity> severities{};
  std::vector<std::string> teams{};
  std::vector<std::string> segments{};
  std::vector<std::string> regions{};
  std::vector<std::string> owners{};  // ids or e-mail addresses

  // Audiences: owner, account_owner, manager, sales_operations, or one of a pack; an empty list tells nobody.
  std::optional<std::vector<std::string>> tell{};
  std::optional<std::string> channel{};
  std::optional<SendTime> send{};
  std::optional<bool> is_public{};  // what is a person's may be read in a room
  std::optional<std::chrono::days> repeat{};
  std::optional<int> escalate_after{};  // working days; 0: never
  bool goes_on = false;                 // `continue`: the routes after it are asked as well
  std::vector<MessageRoute> routes{};
};

// When a reminder comes late, because nothing ran at its time.
enum class LateReminder : std::uint8_t {
  kSend,  // while it is still that day where the recipient is, marked late
  kSkip,
};

struct QuietHours {  // of a day, where the recipient is; over midnight where `from` is the later
  std::chrono::minutes from{std::chrono::hours{18}};
  std::chrono::minutes until{std::chrono::hours{8}};

  bool covers(std::chrono::seconds since_midnight) const;
};

struct SalesOperations {  // one of the two at least
  std::vector<std::string> emails{};
  std::string channel{};  // a room of theirs
};

struct MessageOptions {
  std::vector<MessageChannel> channels{};
  std::string channel{};  // where people are reached, if no route says otherwise; empty: the only such one
  SalesOperations sales_operations{};
  std::vector<MessageRoute> routes{};
  std::string contact{};  // whom to answer, shown in every message

  std::vector<std::chrono::minutes> digest_at{std::chrono::hours{9}};  // since midnight, rising
  std::size_t digest_items = 10;  // shown in full; the rest is counted, and told as well
  QuietHours quiet{};
  std::chrono::days repeat{7};  // a violation that stands is told again after so many days
  int escalate_after = 5;       // working days, then the manager hears of it; 0: never
  std::size_t messages_a_day = 5;
  // Data older than this accuses nobody. A policy's own `fresh_within` goes before it.
  std::chrono::seconds fresh_within{std::chrono::hours{24}};
  std::chrono::seconds recheck_before_send{std::chrono::minutes{10}};  // for whoever sends
  std::chrono::seconds late_after{std::chrono::minutes{30}};           // then a message says that it is late
  LateReminder late = LateReminder::kSend;
  std::map<std::string, LateReminder, std::less<>> late_by_reminder{};  // by id
  std::map<std::string, std::string, std::less<>> reminder_links{};     // by id: where to do it, https
  // Of single objects, instead of fresh_within.
  std::map<std::string, std::chrono::seconds, std::less<>> fresh_by_object{};

  std::chrono::seconds fresh_for(std::string_view object) const;
  LateReminder late_for(std::string_view reminder) const;
  // The channel by its name; null where there is none.
  const MessageChannel* find_channel(std::string_view name) const;
  // Where people are reached who no route sends elsewhere; null where nowhere.
  const MessageChannel* people_channel() const;
};

// What is wrong with them, a sentence each with its remedy; none where they can be used.
std::vector<std::string> validate(const MessageOptions& options);

inline constexpr std::size_t kMaxMessageChannels = 100;
inline constexpr std::size_t kMaxRoutes = 1'000;
inline constexpr std::size_t kMaxRouteDepth = 8;
inline constexpr std::size_t kMaxDigestTimes = 24;
inline constexpr std::size_t kMaxDigestItems = 50;
inline constexpr std::size_t kMaxMessagesADay = 100;
inline constexpr std::chrono::days kLongestRepeat{90};
inline constexpr int kLongestEscalation = 60;

}  // namespace plumbline
