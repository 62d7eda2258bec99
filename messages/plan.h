// Who is told what now: from violations that stand, and what was told before, to digests and messages that
// cannot wait; with a reason for all that is held, folded or left out.
//
// Pure: no clock, no ledger; the same state and moment give the same bytes. It may be asked as often as
// somebody likes: what it plans is due until the state says that it was told (MessageState::told, reached).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/message_state.h"
#include "model/message.h"

namespace plumbline {

// Written to the ledger as text; the numbers are never stored.
enum class MessageKind : std::uint8_t { kDigest, kAtOnce, kReminder };
std::string_view to_string(MessageKind kind);  // "digest"

struct PlannedMessage {
  MessageKind kind = MessageKind::kDigest;
  // Stable: whatever restarts, the same message has the same key, and no other has it.
  std::string key{};
  std::string recipient{};       // recipient_key
  PersonIndex person = kNobody;  // kNobody: a room
  std::string channel{};
  Instant due{};
  Instant not_after{};  // pointless from then on: the next one says it better
  bool is_late = false;
  std::vector<ViolationNumber> told{};    // most important first; those that are counted only come last
  std::size_t shown = 0;                  // so many of them are shown in full
  std::vector<ViolationNumber> closed{};  // of which it says that they were resolved or retracted
  std::string why{};
  Message message{};
};

enum class Outcome : std::uint8_t {
  kTold,        // shown in a message
  kFolded,      // counted in a message: told, not shown
  kMerged,      // not a message of its own: it goes with a later or a greater one
  kHeld,        // not now, and asked about again
  kSuppressed,  // not at all
};
std::string_view to_string(Outcome outcome);  // "told"

// What became of something that might have been said. Of violations with the same outcome and reason there is
// one for each recipient. A held one is told each time it is planned; whoever keeps them keeps the first.
struct Decision {
  Outcome outcome = Outcome::kTold;
  std::string recipient{};  // empty: it did not come so far
  std::string reason{};
  std::string message_key{};                  // of kTold, kFolded and kMerged; may be empty of the latter
  std::vector<ViolationNumber> violations{};  // none of a reminder

  friend bool operator==(const Decision&, const Decision&) = default;
};

// Messages by when they are due, then by recipient; decisions by recipient.
struct MessagePlan {
  std::vector<PlannedMessage> messages{};
  std::vector<Decision> decisions{};
};

MessagePlan plan_messages(const MessageState& state, Instant now);

// Resolved and retracted ones are told for so long after they were closed.
inline constexpr std::chrono::days kClosingReach{7};

// The short name of a message, made of its key: M and six characters, none of which is taken for another
// when it is read out.
std::string short_id(std::string_view key);

}  // namespace plumbline
