// A call knows by the number of the login which token it was sent with: where a newer one is there already,
// a refused call is sent again with that, and nobody logs in twice for one expiry.
#include "connectors/salesforce/session.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include <fmt/format.h>

#include "connectors/salesforce/server_time.h"

namespace plumbline {
namespace {

namespace asio = boost::asio;

constexpr std::string_view kRefreshKey = "refresh_token";
constexpr int kNotModified = 304;
constexpr std::size_t kMostBusyAttempts = 5;  // while the organisation has too many long requests running

bool is_success(int status) { return status >= 200 && status < 300; }

// The HTTP client below has asked again where the network or the server failed. What it cannot know is an
// answer that only its body says to be passing.
bool is_worth_asking_again(const ApiFailure& failure) {
  return failure.remedy == Remedy::kRetry && failure.status >= 400 && failure.status < 500;
}

std::unexpected<ApiFailure> refused(Error error) { return std::unexpected(failure_of(std::move(error))); }

}  // namespace

std::chrono::seconds attempt_pause(std::size_t attempt) {
  constexpr std::size_t kMostShift = 5;
  return std::chrono::seconds{1U << std::min(attempt - 1, kMostShift)};
}

Async<Result<std::string>> read_all(HttpBody& body) {
  std::string text;
  while (true) {
    Result<std::string> piece = co_await body.next();
    if (!piece) co_return fail(std::move(piece.error()));
    if (piece->empty()) co_return text;
    text += *piece;
  }
}

SalesforceSession::SalesforceSession(HttpClient& client, Pauses& pauses, const SalesforceOptions& options)
    : client_(client), pauses_(pauses), options_(options), budget_(options.budget) {}

void SalesforceSession::begin(SyncSink& sink, Instant now) {
  sink_ = &sink;
  now_ = now;
  calls_ = 0;
  bytes_ = 0;
}

std::string SalesforceSession::path(std::string_view rest) const {
  return fmt::format("/services/data/{}/{}", options_.api_version, rest);
}

void SalesforceSession::note_head(const HttpHead& head) {
  if (const auto date = head.header("Date")) {
    if (const std::optional<Instant> instant = parse_http_date(*date)) server_now_ = instant;
  }
  if (const auto limits = head.header("Sforce-Limit-Info")) {
    if (const std::optional<CallUsage> usage = read_limit_info(*limits))
      budget_.note(*usage, server_now_.value_or(now_));
  }
}

Async<Result<Secret>> SalesforceSession::refresh_token() {
  if (options_.login.grant != SalesforceGrant::kRefreshToken) co_return Secret{};
  if (refresh_) co_return *refresh_;
  std::string source = options_.name;
  std::string key(kRefreshKey);
  Result<std::optional<Secret>> kept = co_await sink_->secret(std::move(source), std::move(key));
  if (!kept) co_return fail(std::move(kept.error()));
  co_return kept->value_or(options_.login.refresh_token);
}

Async<Result<SalesforceToken>> SalesforceSession::ask_for_token() {
  Result<Secret> refresh = co_await refresh_token();
  if (!refresh) co_return fail(std::move(refresh.error()));
  Instant at = server_now_.value_or(now_);
  for (bool again = false;; again = true) {
    Result<HttpRequest> request = token_request(options_.login, at, *refresh);
    if (!request) co_return fail(std::move(request.error()));
    ++calls_;
    HttpRequest sent = std::move(*request);
    Result<HttpResponse> response = co_await plumbline::fetch(client_, std::move(sent));
    if (!response) co_return fail(std::move(response.error()));
    note_head(response->head);
    if (is_success(response->head.status)) co_return read_token(response->body);
    LoginFailure failure = read_login_failure(options_.login, response->head, response->body);
    const bool clock_helps = failure.retry == LoginRetry::kOnceLater && server_now_ && *server_now_ != at;
    if (again || !clock_helps) co_return fail(std::move(failure.error));
    at = *server_now_;
  }
}

Async<Status> SalesforceSession::log_in_alone() {
  Result<SalesforceToken> token = co_await ask_for_token();
  if (!token) co_return fail(std::move(token.error()));
  if (token->refresh) {
    // The one used is void from now on: whoever forgot the new one could never log in again.
    std::string source = options_.name;
    std::string key(kRefreshKey);
    Secret next = *token->refresh;
    Status kept = co_await sink_->keep_secret(std::move(source), std::move(key), std::move(next));
    if (!kept) co_return kept;
    refresh_ = std::move(token->refresh);
  }
  token_ = std::move(token->access_token);
  instance_url_ = std::move(token->instance_url);
  ++logins_;
  co_return Status{};
}

Async<Status> SalesforceSession::log_in() {
  if (login_) {
    const std::shared_ptr<asio::steady_timer> ended = login_;
    boost::system::error_code woken;
    auto token = asio::redirect_error(asio::use_awaitable, woken);
    co_await ended->async_wait(token);
    if (login_fault_) co_return fail(*login_fault_);
    co_return Status{};
  }
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  login_ = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
  // Whoever waits is woken also where this is cancelled.
  struct Wake {
    std::shared_ptr<asio::steady_timer>& login;
    ~Wake() { std::exchange(login, nullptr)->cancel(); }
  } const wake{login_};
  login_fault_ =
      Error{.code = ErrorCode::kCancelled, .message = "the login was given up", .where = std::nullopt};
  Status logged_in = co_await log_in_alone();
  login_fault_ = logged_in ? std::nullopt : std::optional(logged_in.error());
  co_return logged_in;
}

Async<Answer<HttpReply>> SalesforceSession::send(ApiCall call) {
  HttpRequest request{.method = call.method,
                      .url = instance_url_ + call.path,
                      .headers = std::move(call.headers),
                      .body = std::move(call.body),
                      .most_bytes = call.most_bytes,
                      .total_time = call.total_time};
  const bool has_accept =
      std::ranges::any_of(request.headers, [](const HttpHeader& header) { return header.name == "Accept"; });
  if (!has_accept) request.headers.push_back({"Accept", "application/json"});
  if (!request.body.empty()) request.headers.push_back({"Content-Type", "application/json"});
  request.secret_headers.emplace_back("Authorization", Secret(fmt::format("Bearer {}", token_->reveal())));
  // A job made twice is a query run twice: wasteful, not wrong.
  request.repeatable = true;
  ++calls_;
  Result<HttpReply> reply = co_await client_.open(std::move(request));
  if (!reply) co_return refused(std::move(reply.error()));
  note_head(reply->head);
  const int status = reply->head.status;
  if (is_success(status) || (call.not_modified_is_fine && status == kNotModified))
    co_return std::move(*reply);
  Result<std::string> body = co_await read_all(*reply->body);
  const std::string text = body ? std::move(*body) : std::string{};
  co_return std::unexpected(read_api_error(reply->head, text, call.asked));
}

Async<Answer<HttpReply>> SalesforceSession::open(ApiCall call) {
  bool logged_in_again = false;
  for (std::size_t attempt = 1;; ++attempt) {
    if (!token_) {
      const Status logged_in = co_await log_in();
      if (!logged_in) co_return refused(logged_in.error());
    }
    const std::uint64_t login = logins_;
    ApiCall copy = call;
    Answer<HttpReply> reply = co_await send(std::move(copy));
    if (reply) co_return reply;
    const ApiFailure& failure = reply.error();
    if (failure.remedy == Remedy::kLogIn && !logged_in_again) {
      logged_in_again = true;
      if (login == logins_ && !login_) token_.reset();
      if (login_) {
        const Status waited = co_await log_in();
        if (!waited) co_return refused(waited.error());
      }
      continue;
    }
    if (!is_worth_asking_again(failure) || attempt >= kMostBusyAttempts) co_return reply;
    const std::chrono::milliseconds pause = 2 * attempt_pause(attempt);
    co_await pauses_.pause(pause);
  }
}

Async<Answer<HttpResponse>> SalesforceSession::fetch(ApiCall call) {
  for (std::size_t attempt = 1;; ++attempt) {
    ApiCall copy = call;
    Answer<HttpReply> reply = co_await open(std::move(copy));
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    Result<std::string> body = co_await read_all(*reply->body);
    if (body) {
      bytes_ += body->size();
      co_return HttpResponse{.head = std::move(reply->head), .body = std::move(*body)};
    }
    const bool again = body.error().code == ErrorCode::kUnavailable && call.method != HttpMethod::kPost;
    if (!again || attempt >= kMostAttempts) co_return refused(std::move(body.error()));
    const std::chrono::milliseconds pause = attempt_pause(attempt);
    co_await pauses_.pause(pause);
  }
}

}  // namespace plumbline
