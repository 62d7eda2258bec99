// The words of a message about violations. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "messages/message_state.h"
#include "model/message.h"

namespace plumbline {

// Why a violation is in a message.
enum class TellingWhy : std::uint8_t {
  kNew,
  kAgain,      // told before, and it still stands
  kEscalated,  // the owner was told, and it still stands
  kResolved,
  kRetracted,
};

struct Telling {
  const StandingViolation* violation = nullptr;
  TellingWhy why = TellingWhy::kNew;
};

struct DigestContent {
  const MessageState* state = nullptr;
  const Person* person = nullptr;  // null: a room
  std::string_view room{};
  std::string_view key{};
  Instant now{};
  std::optional<Instant> late_since{};  // when it was due, of one that is late
  std::span<const Telling> items{};     // open ones, most important first
  std::size_t shown = 0;
  std::span<const Telling> closed{};
  std::size_t known = 0;   // open ones told before, and not repeated now
  std::size_t waived = 0;  // under a waiver or snooze
  std::size_t stale = 0;   // not told, because the data is too old
  bool at_once = false;
};

// The order of importance: severity, amount, deadline; last the number, so that there is only one.
bool is_more_important(const Telling& a, const Telling& b);

Message compose_digest(const DigestContent& content);

// "Ann" of "Ann Lee": what a friendly message calls somebody.
std::string first_name(const Person* person);
// "USD 1,234", or without the currency where none is known.
std::string display_amount(Money amount, std::string_view currency);

}  // namespace plumbline
