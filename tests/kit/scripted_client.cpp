#include "tests/kit/scripted_client.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <strings.h>

#include <algorithm>
#include <utility>

namespace plumbline {
namespace {

class ScriptedBody : public HttpBody {
 public:
  explicit ScriptedBody(ScriptedReply reply) : reply_(std::move(reply)) {}

  Async<Result<std::string>> next() override {
    const std::size_t wanted = reply_.piece_bytes == 0 ? reply_.body.size() : reply_.piece_bytes;
    std::string piece = reply_.body.substr(given_, wanted);
    given_ += piece.size();
    if (piece.empty() && reply_.body_failure) co_return fail(*reply_.body_failure);
    co_return piece;
  }

 private:
  ScriptedReply reply_;
  std::size_t given_ = 0;
};

bool same_name(std::string_view one, std::string_view other) {
  return one.size() == other.size() && ::strncasecmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace

bool ScriptedClient::ForAddress::matches(const HttpRequest& request) const {
  return request.method == method && request.url.contains(url_part);
}

ScriptedClient& ScriptedClient::answer(ScriptedReply reply) {
  next_.push_back(std::move(reply));
  return *this;
}

ScriptedClient& ScriptedClient::answer_to(HttpMethod method, std::string url_part, ScriptedReply reply) {
  next_for_.push_back({.method = method, .url_part = std::move(url_part), .reply = std::move(reply)});
  return *this;
}

ScriptedClient& ScriptedClient::always_answer_to(HttpMethod method, std::string url_part,
                                                 ScriptedReply reply) {
  always_for_.push_back({.method = method, .url_part = std::move(url_part), .reply = std::move(reply)});
  return *this;
}

ScriptedClient& ScriptedClient::answer_by(Answer answer) {
  otherwise_ = std::move(answer);
  return *this;
}

std::optional<ScriptedReply> ScriptedClient::choose(const HttpRequest& request) {
  const auto fits = [&request](const ForAddress& answer) { return answer.matches(request); };
  if (const auto found = std::ranges::find_if(next_for_, fits); found != next_for_.end()) {
    ScriptedReply reply = std::move(found->reply);
    next_for_.erase(found);
    return reply;
  }
  if (!next_.empty()) {
    ScriptedReply reply = std::move(next_.front());
    next_.pop_front();
    return reply;
  }
  if (const auto found = std::ranges::find_if(always_for_, fits); found != always_for_.end())
    return found->reply;
  if (otherwise_) return otherwise_(request);
  return std::nullopt;
}

Async<Result<HttpReply>> ScriptedClient::open(HttpRequest request) {
  requests_.push_back(request);
  std::optional<ScriptedReply> reply = choose(request);
  if (!reply) {
    std::string message =
        fmt::format("no reply is scripted for {} {}", to_string(request.method), request.url);
    ADD_FAILURE() << message;
    co_return fail(ErrorCode::kInternal, std::move(message));
  }
  if (request.progress) request.progress->tell(!reply->failure || reply->arrived);
  if (reply->failure) co_return fail(*reply->failure);
  HttpReply opened{.head = {.status = reply->status, .headers = reply->headers}, .body = nullptr};
  opened.body = std::make_unique<ScriptedBody>(std::move(*reply));
  co_return opened;
}

std::optional<std::string> header_of(const HttpRequest& request, std::string_view name) {
  for (const HttpHeader& header : request.headers) {
    if (same_name(header.name, name)) return header.value;
  }
  for (const auto& [secret_name, value] : request.secret_headers) {
    if (same_name(secret_name, name)) return std::string(value.reveal());
  }
  return std::nullopt;
}

}  // namespace plumbline
