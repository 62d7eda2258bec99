// An HttpClient that answers from a script and notes what it was asked.
//
//   ScriptedClient client;
//   client.answer({.body = R"({"access_token":"t"})"});                           // whatever is asked next
//   client.answer_to(HttpMethod::kGet, "/query?", {.body = page_one});            // the next such request
//   client.always_answer_to(HttpMethod::kGet, "/limits", {.body = limits});       // every other such request
//   client.answer_by([](const HttpRequest& asked) { return ScriptedReply{...}; }); // whatever is left
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http/http_client.h"

namespace plumbline {

struct ScriptedReply {
  int status = 200;
  std::vector<HttpHeader> headers{};
  std::string body{};
  // What the body's reader gets at a time; 0: all of it at once.
  std::size_t piece_bytes = 0;
  // Instead of a reply; after the body, instead of its end.
  std::optional<Error> failure{};
  std::optional<Error> body_failure{};
  bool arrived = true;  // of a request with a failure: what its progress is told
};

// Looked at in this order: answer_to(), answer(), always_answer_to(), answer_by(); each of the first two is
// used once, in the order given. A request for which nothing is scripted fails the test, and gets an Error.
class ScriptedClient : public HttpClient {
 public:
  using Answer = std::function<ScriptedReply(const HttpRequest&)>;

  ScriptedClient& answer(ScriptedReply reply);
  ScriptedClient& answer_to(HttpMethod method, std::string url_part, ScriptedReply reply);
  ScriptedClient& always_answer_to(HttpMethod method, std::string url_part, ScriptedReply reply);
  ScriptedClient& answer_by(Answer answer);

  Async<Result<HttpReply>> open(HttpRequest request) override;

  // Everything that was asked, in order.
  const std::vector<HttpRequest>& requests() const { return requests_; }
  // The scripted answers that were not used yet.
  std::size_t left() const { return next_.size() + next_for_.size(); }

 private:
  struct ForAddress {
    HttpMethod method;
    std::string url_part;
    ScriptedReply reply;
    bool matches(const HttpRequest& request) const;
  };
  std::optional<ScriptedReply> choose(const HttpRequest& request);

  std::deque<ScriptedReply> next_;
  std::deque<ForAddress> next_for_;
  std::vector<ForAddress> always_for_;
  Answer otherwise_;
  std::vector<HttpRequest> requests_;
};

// The value of the first header of that name, secret or not; nothing without one.
std::optional<std::string> header_of(const HttpRequest& request, std::string_view name);

}  // namespace plumbline
