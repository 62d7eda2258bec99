// The port to a chat service: between the outbox and connectors/chat.
#pragma once

#include <string>
#include <vector>

#include "base/async.h"
#include "base/time.h"
#include "model/message.h"
#include "model/payload.h"
#include "model/send_result.h"

namespace plumbline {

// One channel as it is configured. For one thread.
class Notifier {
 public:
  virtual ~Notifier() = default;
  virtual const std::string& name() const = 0;  // of the channel
  // Pure: the payloads to be sent in this order, one or more. `now` is the moment of rendering.
  virtual std::vector<Payload> render(const Message& message, Instant now) const = 0;
  // One attempt, and never a second one.
  virtual Async<SendResult> send(Payload payload, Destination destination) = 0;
};

}  // namespace plumbline
