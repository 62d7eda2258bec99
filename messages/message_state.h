// What planning looks at: what is violated, what was told before, who there is, how old the data is. Whoever
// has the ledger gathers it; planning itself reads nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/money.h"
#include "messages/message_options.h"
#include "messages/people.h"
#include "model/violation.h"
#include "violations/waivers.h"

namespace plumbline {

// What the violations of one policy share.
struct PolicyNote {
  std::string pack{};
  std::string policy{};
  std::string title{};
  std::string family{};
  std::string object{};
  std::string tell = "owner";
  std::optional<std::chrono::seconds> fresh_within{};
};

// A violation that stands, or was closed since. Views of what the caller keeps: there may be a million.
struct StandingViolation {
  ViolationNumber number = 0;
  std::uint32_t policy = 0;  // of MessageState::policies
  Severity severity = Severity::kMedium;
  ViolationState state = ViolationState::kOpen;
  bool is_unknown = false;  // open, and no longer known to be one
  std::string_view record{};
  std::string_view record_key{};
  std::string_view record_name{};
  std::string_view account{};  // its name
  std::string_view owner{};    // id
  std::string_view owner_name{};
  std::string_view account_owner{};  // id
  std::string_view message{};
  std::string_view remedy{};
  std::string_view reason{};  // why unknown, or why it was closed
  std::optional<Money> amount{};
  std::string_view currency{};
  std::optional<Day> deadline{};  // by which it matters: the close date
  Instant opened_at{};            // or reopened, if it was
  Instant closed_at{};
};

// That a violation was told to a recipient. Recipients go by their keys (recipient_key).
struct Told {
  ViolationNumber number = 0;
  std::string_view recipient{};
  Instant first_at{};
  Instant last_at{};
  bool closing_told = false;  // that it was resolved or retracted
};

// What a recipient had before.
struct Reached {
  std::string recipient{};
  std::optional<Instant> last_digest{};  // the time it was due
  std::vector<Instant> sent{};           // messages, reminders included, of the last two days
};

// How old the data of an object is; an object that nobody stands in for (a file) is as fresh as its file.
using DataTimes = std::map<std::string, Instant, std::less<>>;

struct MessageState {
  const MessageOptions* options = nullptr;
  const People* people = nullptr;
  const Calendar* calendar = nullptr;
  TimeZone zone = TimeZone::utc();
  std::span<const PolicyNote> policies{};
  std::span<const StandingViolation> violations{};  // by number, rising
  std::span<const Told> told{};                     // by number, rising; of one by recipient
  std::span<const Reached> reached{};
  const WaiverBook* waivers = nullptr;  // may be null
  DataTimes data_times{};
  // Members of the packs' audiences.
  std::map<std::string, std::vector<PersonIndex>, std::less<>> audiences{};
  // Nothing is due that was due before: the moment somebody began to send messages.
  Instant begun_at{};
  // Where a record is seen; may be empty, and answer nothing.
  std::function<std::string(std::string_view object, std::string_view record)> link{};
};

// "person:005000000000001" or "room:ops": stable, and what the ledger keeps.
std::string person_key(const Person& person);
std::string room_key(std::string_view channel);

}  // namespace plumbline
