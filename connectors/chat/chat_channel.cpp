#include "connectors/chat/chat_channel.h"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "connectors/http/error_body.h"

namespace plumbline {

ChatChannel::ChatChannel(ChatOptions options, HttpClient& client, const Clock& clock)
    : options_(std::move(options)), client_(client), clock_(clock) {}

std::vector<Payload> ChatChannel::render(const Message& message, Instant now) const {
  return row_of(options_.service).render(message, now);
}

Async<SendResult> ChatChannel::send(Payload payload, Destination destination) {
  const ChatServiceRow& row = row_of(options_.service);
  if (!destination.email.empty() && !row.finds_people)
    co_return refused(fmt::format("a {} posts into one room and finds no people", row.title));
  if (!destination.thread.empty() && !row.replies)
    co_return refused(fmt::format("a {} cannot reply", row.title));
  if (!destination.replaces.empty() && !row.edits)
    co_return refused(fmt::format("a {} cannot change what it posted", row.title));
  co_return co_await send_supported(std::move(payload), std::move(destination));
}

HttpRequest ChatChannel::post(std::string url, std::string json) const {
  return {.method = HttpMethod::kPost,
          .url = std::move(url),
          .headers = {{"Content-Type", "application/json; charset=utf-8"}},
          .body = std::move(json),
          .secret_url = true,
          .repeatable = false,
          .total_time = options_.total_time};
}

Async<ChatChannel::Attempt> ChatChannel::attempt(HttpRequest request) {
  const auto progress = std::make_shared<RequestProgress>();
  request.progress = progress;
  Result<HttpReply> reply = co_await client_.open(std::move(request));
  if (!reply) {
    const bool may_have_arrived = progress->may_have_arrived.value_or(true);
    Attempt failed = SendResult{
        .outcome = may_have_arrived ? SendOutcome::kAmbiguous : SendOutcome::kNotSent,
        .fault = SendFault::kNetwork,
        .explanation = fmt::format("channel {}: {}{}", options_.name, reply.error().message,
                                   may_have_arrived ? "; nobody knows whether the message arrived" : "")};
    co_return failed;
  }
  // Of a body that breaks off what came; the status stands in any case.
  ErrorBody body = co_await read_error_body(*reply);
  Attempt answered = ChatReply{.head = std::move(reply->head), .body = std::move(body.text)};
  co_return answered;
}

ReplyContext ChatChannel::context(const HttpRequest& request, const ChatReply& reply) const {
  return {.channel = options_.name, .request = request, .reply = reply, .now = clock_.now()};
}

SendResult ChatChannel::refused(std::string_view why) const {
  return {.outcome = SendOutcome::kPermanent,
          .fault = SendFault::kClient,
          .explanation = fmt::format("channel {}: nothing was sent: {}", options_.name, why)};
}

std::string joined(std::string_view front, std::string_view back) {
  return fmt::format("{},{}", front.substr(0, front.size() - 1), back.substr(1));
}

std::string with_parameter(std::string_view url, std::string_view parameter) {
  return fmt::format("{}{}{}", url, url.contains('?') ? "&" : "?", parameter);
}

}  // namespace plumbline
