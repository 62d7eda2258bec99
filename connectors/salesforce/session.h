// Calls to one organisation, logged in: the token is fetched when it is needed and again when Salesforce says
// that the session is over, once a call; how many calls are left and what time it is there are read from
// every reply.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "connectors/http/http_client.h"
#include "connectors/salesforce/api_error.h"
#include "connectors/salesforce/call_budget.h"
#include "connectors/salesforce/salesforce_options.h"
#include "connectors/salesforce/token.h"
#include "model/source.h"

namespace plumbline {

// What has to be searched for takes its time: Salesforce itself gives it up after ten minutes.
inline constexpr std::chrono::minutes kQueryTime{11};
inline constexpr std::chrono::hours kDownloadTime{2};

struct ApiCall {
  HttpMethod method = HttpMethod::kGet;
  std::string path;   // /services/data/v62.0/...
  std::string asked;  // as messages have it: "the query of Opportunity"
  std::vector<HttpHeader> headers{};
  std::string body{};  // JSON, where there is one
  std::uint64_t most_bytes = kMostReplyBytes;
  bool not_modified_is_fine = false;                      // 304 is a reply, no failure
  std::optional<std::chrono::milliseconds> total_time{};  // unset: as the client is set up
};

// For one thread. Several calls may be on their way at once; a login is one for all of them.
class SalesforceSession {
 public:
  // Client, pauses and options outlive it.
  SalesforceSession(HttpClient& client, Pauses& pauses, const SalesforceOptions& options);

  // A sync begins at `now` of our clock. Refresh tokens that replace others are kept by the sink, which stays
  // until the next begin().
  void begin(SyncSink& sink, Instant now);

  // A reply with a status of success, its body to be read. Failures are told in `asked` and what Salesforce
  // says.
  Async<Answer<HttpReply>> open(ApiCall call);
  // With its whole body. One that breaks off is asked for again, a few times, unless it was a POST.
  Async<Answer<HttpResponse>> fetch(ApiCall call);

  // /services/data/v62.0/ and what follows.
  std::string path(std::string_view rest) const;
  // What time it was at Salesforce when it last replied; nothing before that.
  std::optional<Instant> server_now() const { return server_now_; }
  // Where a person sees a record: what to put before its id.
  const std::string& instance_url() const { return instance_url_; }

  CallBudget& budget() { return budget_; }
  const CallBudget& budget() const { return budget_; }
  Pauses& pauses() { return pauses_; }
  void count_bytes(std::size_t bytes) { bytes_ += bytes; }
  std::uint64_t calls() const { return calls_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  Async<Status> log_in();
  Async<Status> log_in_alone();
  Async<Result<SalesforceToken>> ask_for_token();
  Async<Result<Secret>> refresh_token();
  Async<Answer<HttpReply>> send(ApiCall call);
  void note_head(const HttpHead& head);

  HttpClient& client_;
  Pauses& pauses_;
  const SalesforceOptions& options_;
  CallBudget budget_;
  SyncSink* sink_ = nullptr;
  Instant now_{};
  std::optional<Instant> server_now_;
  std::optional<Secret> token_;
  std::optional<Secret> refresh_;  // the newest, once known
  std::string instance_url_;
  std::uint64_t logins_ = 0;  // which token a call was sent with
  std::optional<Error> login_fault_;
  std::shared_ptr<boost::asio::steady_timer> login_;  // while one is under way; woken at its end
  std::uint64_t calls_ = 0;
  std::uint64_t bytes_ = 0;
};

// Of a body whose status is known already: at most `most` bytes, and whether it ended there.
Async<Result<std::string>> read_all(HttpBody& body);

inline constexpr std::size_t kMostAttempts = 4;  // for a body that breaks off
// Before the n-th of them, from 1: 1, 2, 4 ... s.
std::chrono::seconds attempt_pause(std::size_t attempt);

}  // namespace plumbline
