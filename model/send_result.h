// What became of one attempt to send something to a chat service. The outbox decides by it what comes next;
// nobody else tries again.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plumbline {

// Written to the ledger as text; the numbers are never stored.
enum class SendOutcome : std::uint8_t {
  kDelivered,   // the service has it, and said so
  kAccepted,    // the service will see to it, and never says how that ended (Teams)
  kRetryAfter,  // refused for now; `wait` says for how long nothing is to be sent there
  kPermanent,   // refused, and would be again; `fault` says why
  kAmbiguous,   // sent, and nobody knows whether it arrived
  kNotSent,     // surely not arrived: it may be sent again
};
std::string_view to_string(SendOutcome outcome);  // "retry_after"
std::optional<SendOutcome> parse_send_outcome(std::string_view text);

// Whose fault a failure is: for metrics, and for whether the channel as a whole is of use.
enum class SendFault : std::uint8_t {
  kNone,
  kClient,       // this message is not taken; others may be
  kAuth,         // the channel's key is not (any more) good; nothing else will be taken either
  kGone,         // the channel does not exist (any more); never to be asked again as it is
  kServer,       // the service has trouble
  kRateLimited,  // too much at a time
  kNetwork,      // no reply came
};
std::string_view to_string(SendFault fault);  // "auth"
std::optional<SendFault> parse_send_fault(std::string_view text);

struct SendResult {
  SendOutcome outcome = SendOutcome::kAmbiguous;
  SendFault fault = SendFault::kNone;
  // The service's own name for what it took, for replying to it and editing it; empty where it has none.
  std::string message_id{};
  std::string room{};  // where it went, as the service names that
  // For how long nothing is to be sent to this channel. After kRetryAfter always there; after others where
  // the service said so.
  std::optional<std::chrono::milliseconds> wait{};
  // A sentence for people: what happened, what to do. Never holds a secret. Empty where all went well.
  std::string explanation{};

  friend bool operator==(const SendResult&, const SendResult&) = default;
};

}  // namespace plumbline
