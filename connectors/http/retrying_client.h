// A client that asks again where that helps and does no harm, and never asks a host too much at a time.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "connectors/http/host_gate.h"
#include "connectors/http/http_client.h"

namespace plumbline {

struct RetryOptions {
  int most_attempts = 5;
  // Before the second attempt a random time up to this, before each later one up to twice the last, so that
  // many who failed together do not come again together.
  std::chrono::milliseconds first_pause = std::chrono::milliseconds{500};
  std::chrono::milliseconds longest_pause = std::chrono::minutes{1};
  // For all attempts and pauses: no pause is begun that would end later.
  std::chrono::milliseconds most_total_time = std::chrono::minutes{10};
  HostLimits hosts{};
};

// Where time and chance come from. What is referred to must outlive the client.
struct RetryTools {
  Pauses& pauses;
  const Clock& clock;              // for dates servers name
  std::function<double()> random;  // from 0 up to, and not including, 1; for one thread
  SteadyNow steady_now = [] { return std::chrono::steady_clock::now(); };
  // Told before each pause, with a sentence for a log: what failed, and when it is tried again.
  std::function<void(const std::string&)> on_repeat = [](const std::string&) {};
};

// Which statuses are worth another attempt, and how many at most (besides RetryOptions::most_attempts).
// Nothing for all others.
std::optional<int> most_repeats(int status);

// Repeated are requests that may be (HttpRequest::repeatable) after kUnavailable or a status of the table; a
// server's Retry-After is kept to. When no attempt is left, the last reply is the reply and the last Error
// the Error.
//
// A reply that may be read into memory (most_bytes up to kMostReplyBytes) is read as part of the attempt, so
// that a connection lost half way is repeated, too. Longer ones come piece by piece, and whoever reads them
// begins anew or goes on where it was.
//
// `inner` must outlive it. For one thread.
class RetryingClient : public HttpClient {
 public:
  RetryingClient(HttpClient& inner, RetryOptions options, RetryTools tools);
  Async<Result<HttpReply>> open(HttpRequest request) override;

 private:
  struct Attempts;
  Async<Result<HttpReply>> attempt(const HttpRequest& request, const std::string& host);
  std::optional<std::chrono::milliseconds> pause_after(const Result<HttpReply>& outcome, Attempts& attempts);

  HttpClient& inner_;
  RetryOptions options_;
  RetryTools tools_;
  HostGate gate_;
};

}  // namespace plumbline
