// What a chat service's answer means. Pure. What is told of it never holds a secret: of the address there is
// the host alone, of the service's words only what looks like a code and is no part of the address.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "connectors/http/http_client.h"
#include "model/send_result.h"

namespace plumbline {

struct ChatReply {
  HttpHead head;
  std::string body;  // as far as it came, and is kept
};

// The texts, numbers and truths of a small JSON document by their way from the outside: "error.status". Of
// what is no JSON, what came before it ended to be. Lists are left out.
using ReplyFields = std::map<std::string, std::string, std::less<>>;
ReplyFields reply_fields(std::string_view json);
// Empty where there is none.
std::string_view field_of(const ReplyFields& fields, std::string_view name);

// Who asked and what came: all that a sentence about it needs.
struct ReplyContext {
  std::string_view channel;  // its name
  const HttpRequest& request;
  const ChatReply& reply;
  Instant now;
};

// For how long the service wants to be left alone: by Retry-After (seconds with or without a fraction, or a
// date) or retry_after in its JSON. At most a day.
std::optional<std::chrono::milliseconds> wait_of(const ChatReply& reply, Instant now);
// What is taken after 429 without a word.
inline constexpr std::chrono::milliseconds kUsualWait = std::chrono::seconds{30};

// The service's own code, where it is one and may be told; else empty.
std::string told_code(std::string_view code, const HttpRequest& request);

// By the status alone, for all that a service says nothing special about: 2xx is kDelivered, 429 kRetryAfter,
// 5xx kAmbiguous, and everything else kPermanent.
SendResult result_by_status(const ReplyContext& context, std::string_view code = {});

// A refusal with this fault, whatever the status; the advice replaces the usual one.
SendResult refusal(const ReplyContext& context, SendFault fault, std::string_view code,
                   std::string_view advice = {});
SendResult ambiguous(const ReplyContext& context, SendFault fault, std::string_view code);
SendResult retry_later(const ReplyContext& context, std::string_view code);

SendResult delivered(std::string message_id = {}, std::string room = {});

}  // namespace plumbline
