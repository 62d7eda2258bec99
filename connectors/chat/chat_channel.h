// What the channels behind an address have in common: one attempt, and what became of it. Inside of
// connectors/chat.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "connectors/chat/chat_options.h"
#include "connectors/chat/chat_reply.h"
#include "connectors/chat/chat_services.h"
#include "connectors/http/http_client.h"
#include "model/notifier.h"

namespace plumbline {

class ChatChannel : public Notifier {
 public:
  // `client` and `clock` must outlive it.
  ChatChannel(ChatOptions options, HttpClient& client, const Clock& clock);

  const std::string& name() const override { return options_.name; }
  std::vector<Payload> render(const Message& message, Instant now) const override;
  // What the service cannot do is refused before anything is sent.
  Async<SendResult> send(Payload payload, Destination destination) override;

 protected:
  virtual Async<SendResult> send_supported(Payload payload, Destination destination) = 0;

  // A request with the JSON to the secret address, or to another one.
  HttpRequest post(std::string url, std::string json) const;
  // The reply, or what became of a request that got none.
  using Attempt = std::variant<ChatReply, SendResult>;
  Async<Attempt> attempt(HttpRequest request);

  ReplyContext context(const HttpRequest& request, const ChatReply& reply) const;
  SendResult refused(std::string_view why) const;  // before anything was sent
  const ChatOptions& options() const { return options_; }
  Instant now() const { return clock_.now(); }

 private:
  ChatOptions options_;
  HttpClient& client_;
  const Clock& clock_;
};

// One object of JSON with the members of both; neither is empty.
std::string joined(std::string_view front, std::string_view back);

// The address with one more parameter.
std::string with_parameter(std::string_view url, std::string_view parameter);

}  // namespace plumbline
