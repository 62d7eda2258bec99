// What one request to a chat service carries, and where it goes.
#pragma once

#include <cstddef>
#include <string>

namespace plumbline {

// A message, or a part of a long one, in a service's own form.
struct Payload {
  std::string json;
  // Of the message, and of the part where there are several: "M7QK2", "M7QK2-2". Stable over attempts;
  // letters, digits, - and _ alone.
  std::string id;
  std::size_t part = 1;
  std::size_t parts = 1;
  std::string thread{};  // Message::thread; for services that keep threads by the sender's own names
};

// Empty members are left to the channel. What a service cannot do (a bare webhook neither edits nor finds
// people) is refused as SendFault::kClient.
struct Destination {
  std::string email{};     // a person, found by the address
  std::string room{};      // as the service names it; SendResult::room
  std::string thread{};    // SendResult::message_id of the message to reply to
  std::string replaces{};  // SendResult::message_id of the message to edit, in `room`
};

}  // namespace plumbline
