#include "connectors/http/retrying_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "connectors/http/error_body.h"
#include "connectors/http/redact.h"
#include "connectors/http/retry_after.h"
#include "connectors/http/web_address.h"

namespace plumbline {
namespace {

using std::chrono::milliseconds;

struct RepeatedStatus {
  int status;
  int most_repeats;
};

constexpr int kAsOften = std::numeric_limits<int>::max();
constexpr std::array<RepeatedStatus, 8> kRepeatedStatuses = {{
    {.status = 408, .most_repeats = kAsOften},  // the server gave up waiting for the request
    {.status = 420, .most_repeats = 2},         // too many requests at a time, as some say it
    {.status = 425, .most_repeats = kAsOften},  // too early
    {.status = 429, .most_repeats = kAsOften},  // too many requests
    {.status = 500, .most_repeats = kAsOften},
    {.status = 502, .most_repeats = kAsOften},
    {.status = 503, .most_repeats = kAsOften},
    {.status = 504, .most_repeats = kAsOften},
}};

// A body that has come already.
class KeptBody : public HttpBody {
 public:
  explicit KeptBody(std::string text) : text_(std::move(text)) {}
  Async<Result<std::string>> next() override { co_return std::exchange(text_, {}); }

 private:
  std::string text_;
};

// Holds the right to ask its host until it is read.
class AdmittedBody : public HttpBody {
 public:
  AdmittedBody(std::unique_ptr<HttpBody> inner, HostGate::Permit permit)
      : permit_(std::move(permit)), inner_(std::move(inner)) {}

  Async<Result<std::string>> next() override {
    Result<std::string> piece = co_await inner_->next();
    if (!piece || piece->empty()) permit_.give_back();
    co_return piece;
  }

 private:
  // Its end frees the connection, and that comes before the permit.
  HostGate::Permit permit_;
  std::unique_ptr<HttpBody> inner_;
};

Async<Result<HttpReply>> with_whole_body(HttpReply reply) {
  std::string text;
  while (true) {
    Result<std::string> piece = co_await reply.body->next();
    if (!piece) co_return fail(std::move(piece.error()));
    if (piece->empty()) break;
    text += *piece;
  }
  HttpReply kept{.head = std::move(reply.head), .body = std::make_unique<KeptBody>(std::move(text))};
  co_return kept;
}

std::string what_failed(const HttpRequest& request, const Result<HttpReply>& outcome) {
  if (!outcome) return outcome.error().message;
  return fmt::format("{} answered {}", target_of(request), outcome->head.status);
}

std::string in_seconds(milliseconds time) {
  return fmt::format("{:.1f} s", std::chrono::duration<double>(time).count());
}

}  // namespace

struct RetryingClient::Attempts {
  std::chrono::steady_clock::time_point start;
  int made = 0;
  bool repeatable = false;
};

std::optional<int> most_repeats(int status) {
  const auto row = std::ranges::find(kRepeatedStatuses, status, &RepeatedStatus::status);
  if (row == kRepeatedStatuses.end()) return std::nullopt;
  return row->most_repeats;
}

RetryingClient::RetryingClient(HttpClient& inner, RetryOptions options, RetryTools tools)
    : inner_(inner),
      options_(options),
      tools_(std::move(tools)),
      gate_(options.hosts, tools_.pauses, tools_.steady_now) {}

Async<Result<HttpReply>> RetryingClient::open(HttpRequest request) {
  const Result<WebAddress> address = parse_web_address(request.url);
  const std::string host = address ? address->host_and_port() : "";
  Attempts attempts{.start = tools_.steady_now(), .repeatable = request.may_be_repeated()};
  while (true) {
    ++attempts.made;
    Result<HttpReply> outcome = co_await attempt(request, host);
    const std::optional<milliseconds> pause = pause_after(outcome, attempts);
    if (!pause) {
      if (!outcome && attempts.made > 1)
        outcome.error().context.push_back(fmt::format("after {} attempts", attempts.made));
      co_return outcome;
    }
    tools_.on_repeat(fmt::format("{}; asked again in {} (attempt {} of {})", what_failed(request, outcome),
                                 in_seconds(*pause), attempts.made + 1, options_.most_attempts));
    if (outcome) {
      // Its place at the host is for others meanwhile, and its connection, too, if little was left on it.
      co_await read_error_body(*outcome);
      outcome->body.reset();
    }
    co_await tools_.pauses.pause(*pause);
  }
}

Async<Result<HttpReply>> RetryingClient::attempt(const HttpRequest& request, const std::string& host) {
  HostGate::Permit permit = co_await gate_.enter(host);
  Result<HttpReply> reply = co_await inner_.open(request);
  if (!reply) co_return reply;
  if (request.most_bytes <= kMostReplyBytes) co_return co_await with_whole_body(std::move(*reply));
  reply->body = std::make_unique<AdmittedBody>(std::move(reply->body), std::move(permit));
  co_return reply;
}

// Nothing: that was the last attempt.
std::optional<milliseconds> RetryingClient::pause_after(const Result<HttpReply>& outcome,
                                                        Attempts& attempts) {
  if (!attempts.repeatable || attempts.made >= options_.most_attempts) return std::nullopt;
  if (!outcome && outcome.error().code != ErrorCode::kUnavailable) return std::nullopt;
  if (outcome && attempts.made > most_repeats(outcome->head.status).value_or(0)) return std::nullopt;
  milliseconds most = options_.first_pause;
  for (int doubled = 1; doubled < attempts.made && most < options_.longest_pause; ++doubled) most *= 2;
  most = std::min(most, options_.longest_pause);
  milliseconds least{0};
  if (outcome) {
    // Not at that very moment, when all others will come.
    if (const auto asked = retry_after(outcome->head, tools_.clock.now())) least = *asked;
  }
  const milliseconds pause = least + std::chrono::floor<milliseconds>(
                                         tools_.random() * std::chrono::duration<double, std::milli>(most));
  if (tools_.steady_now() - attempts.start + pause > options_.most_total_time) return std::nullopt;
  return pause;
}

}  // namespace plumbline
