// The chat services there are: one table. A new one is a row here, a form, a sender and their tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "connectors/chat/chat_options.h"
#include "model/message.h"
#include "model/payload.h"

namespace plumbline {

// Options of ChatOptions that a service may have; all others must be left out.
enum class ChatOption : std::uint8_t {
  kUrl = 1,
  kToken = 2,
  kRoom = 4,
  kSigningSecrets = 8,
  kPath = 16,
};

struct ChatServiceRow {
  ChatService service;
  std::string_view name;   // in configurations and in what is written by name: slack_webhook
  std::string_view title;  // for people: Slack incoming webhook
  std::uint8_t needed;     // of ChatOption, together
  std::uint8_t allowed;    // besides
  // What there is no word about how often one may send: the time between two messages that is safe.
  std::chrono::milliseconds spacing;
  bool finds_people;         // Destination::email
  bool replies;              // Destination::thread, or threads by name
  bool edits;                // Destination::replaces
  bool repeats_harmless;     // the receiver is told which messages are one
  std::string_view example;  // of an address
  std::vector<Payload> (*render)(const Message& message, Instant now);
};

std::span<const ChatServiceRow> chat_services();
const ChatServiceRow& row_of(ChatService service);
std::optional<ChatService> parse_chat_service(std::string_view name);
std::string_view to_string(ChatService service);

}  // namespace plumbline
