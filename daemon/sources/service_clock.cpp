#include "daemon/sources/service_clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connectors/http/curl_client.h"

namespace plumbline {
namespace {

constexpr std::chrono::milliseconds kLongestSandboxPause{50};
constexpr std::string_view kPath = "/control/clock";
constexpr int kOk = 200;

}  // namespace

ServiceClock::ServiceClock(const std::optional<SandboxClock>& sandbox, const Clock& system, Executor executor)
    : system_(system), executor_(std::move(executor)) {
  if (sandbox) address_ = fmt::format("http://{}:{}{}", sandbox->host, sandbox->port, kPath);
}

Instant ServiceClock::now() const {
  const Instant::rep told = told_.load(std::memory_order_relaxed);
  return told == 0 ? system_.now() : Instant{Instant::duration{told}};
}

Async<Status> ServiceClock::follow() {
  if (address_.empty()) co_return Status{};
  if (client_ == nullptr) {
    Result<std::unique_ptr<CurlClient>> made = CurlClient::make(executor_, {.allow_plain_loopback = true});
    if (!made) co_return fail(made.error());
    client_ = *std::move(made);
  }
  HttpRequest request{.url = address_};
  Async<Result<HttpResponse>> ask = fetch(*client_, std::move(request));
  const Result<HttpResponse> response = co_await std::move(ask);
  if (!response) co_return fail(response.error());
  const std::optional<Instant> moment =
      response->head.status == kOk ? told_moment(response->body) : std::nullopt;
  if (!moment) {
    co_return fail(
        ErrorCode::kUnavailable,
        fmt::format("{} does not say what time it is (status {}); `clock` in the configuration must "
                    "name a sandbox that runs",
                    address_, response->head.status));
  }
  const Instant::rep told = moment->time_since_epoch().count();
  told_.store(std::max(told, told_.load(std::memory_order_relaxed)), std::memory_order_relaxed);
  co_return Status{};
}

Pauses& ServiceClock::pauses() {
  if (is_sandbox()) return short_;
  return real_;
}

Async<void> ServiceClock::ShortPauses::pause(std::chrono::milliseconds time) {
  Async<void> wait = real_.pause(std::min(time, kLongestSandboxPause));
  co_await std::move(wait);
}

SourceNote sandbox_note() { return {.kind = "clock.sandbox", .body = R"("clock":"sandbox")"}; }

std::optional<Instant> told_moment(std::string_view answer) {
  constexpr std::string_view kKey = "\"now\"";
  const std::size_t key = answer.find(kKey);
  if (key == std::string_view::npos) return std::nullopt;
  answer.remove_prefix(key + kKey.size());
  const std::size_t begin = answer.find('"');
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = answer.find('"', begin + 1);
  if (end == std::string_view::npos) return std::nullopt;
  return parse_instant(answer.substr(begin + 1, end - begin - 1));
}

}  // namespace plumbline
