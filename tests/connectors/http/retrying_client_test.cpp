#include "connectors/http/retrying_client.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/kit/noted_pauses.h"
#include "tests/kit/run_async.h"
#include "tests/kit/scripted_client.h"

namespace plumbline {
namespace {

using std::chrono::milliseconds;
using Times = std::vector<milliseconds>;

class RetryingClientTest : public ::testing::Test {
 protected:
  RetryingClientTest() {
    pauses_.on_pause([this](milliseconds time) { now_ += time; });
  }

  RetryingClient client(RetryOptions options = {}) {
    return {inner_,
            options,
            {.pauses = pauses_,
             .clock = clock_,
             .random = [this] { return random_; },
             .steady_now = [this] { return now_; },
             .on_repeat = [this](const std::string& sentence) { told_.push_back(sentence); }}};
  }

  Result<HttpResponse> ask(HttpRequest request, RetryOptions options = {}) {
    RetryingClient asked = client(options);
    request.url = "https://a.test/x?q=1";
    return run_async(fetch(asked, std::move(request)));
  }

  const Error lost_{.code = ErrorCode::kUnavailable, .message = "a.test/x cannot be read", .where = {}};
  ScriptedClient inner_;
  NotedPauses pauses_;
  FixedClock clock_{*parse_instant("2024-02-29T12:00:00Z")};
  std::chrono::steady_clock::time_point now_{};
  double random_ = 0.5;
  std::vector<std::string> told_;
};

TEST_F(RetryingClientTest, asks_once_where_that_is_enough) {
  inner_.answer({.body = "ok"});
  EXPECT_EQ(ask({})->body, "ok");
  EXPECT_EQ(pauses_.pauses(), Times{});
  EXPECT_EQ(told_, std::vector<std::string>{});
}

TEST_F(RetryingClientTest, asks_again_after_a_status_that_passes_and_says_so) {
  inner_.answer({.status = 503, .body = "busy"}).answer({.body = "ok"});
  EXPECT_EQ(ask({})->body, "ok");
  EXPECT_EQ(pauses_.pauses(), Times{milliseconds(250)});
  EXPECT_EQ(told_, std::vector<std::string>{"a.test/x answered 503; asked again in 0.2 s (attempt 2 of 5)"});
}

TEST_F(RetryingClientTest, asks_again_after_a_lost_connection_before_or_within_the_reply) {
  inner_.answer({.failure = lost_}).answer({.body = "half", .body_failure = lost_}).answer({.body = "whole"});
  EXPECT_EQ(ask({})->body, "whole");
  EXPECT_EQ(inner_.requests().size(), 3U);
}

TEST_F(RetryingClientTest, waits_longer_each_time_by_chance_and_up_to_a_bound) {
  for (int each = 0; each < 5; ++each) inner_.answer({.status = 500});
  random_ = 0.999;
  EXPECT_EQ(ask({}, {.first_pause = milliseconds(1000), .longest_pause = milliseconds(3000)})->head.status,
            500);
  EXPECT_EQ(pauses_.pauses(),
            (Times{milliseconds(999), milliseconds(1998), milliseconds(2997), milliseconds(2997)}));
}

TEST_F(RetryingClientTest, gives_the_last_reply_or_error_when_no_attempt_is_left) {
  for (int each = 0; each < 2; ++each) inner_.answer({.status = 502, .body = std::to_string(each)});
  const Result<HttpResponse> response = ask({}, {.most_attempts = 2});
  EXPECT_EQ(response->head.status, 502);
  EXPECT_EQ(response->body, "1");
  for (int each = 0; each < 3; ++each) inner_.answer({.failure = lost_});
  const Result<HttpResponse> failed = ask({}, {.most_attempts = 3});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().to_string(), "a.test/x cannot be read (after 3 attempts)");
}

TEST_F(RetryingClientTest, repeats_only_what_may_be_repeated) {
  inner_.answer({.status = 503}).answer({.failure = lost_});
  EXPECT_EQ(ask({.method = HttpMethod::kPost})->head.status, 503);
  EXPECT_FALSE(ask({.repeatable = false}));
  EXPECT_EQ(pauses_.pauses(), Times{});
  inner_.answer({.status = 503}).answer({.body = "ok"});
  EXPECT_EQ(ask({.method = HttpMethod::kPost, .body = "query", .repeatable = true})->body, "ok");
  EXPECT_EQ(inner_.requests().back().body, "query");
}

TEST_F(RetryingClientTest, repeats_no_other_status_and_no_other_error) {
  for (const int status : {200, 301, 400, 401, 403, 404, 409, 410, 501, 505}) {
    inner_.answer({.status = status});
    EXPECT_EQ(ask({})->head.status, status);
  }
  for (const ErrorCode code : {ErrorCode::kAuth, ErrorCode::kInvalidInput, ErrorCode::kCancelled}) {
    inner_.answer({.failure = Error{.code = code, .message = "no", .where = {}}});
    EXPECT_EQ(ask({}).error().to_string(), "no");
  }
  EXPECT_EQ(pauses_.pauses(), Times{});
}

TEST_F(RetryingClientTest, repeats_each_status_of_the_table_and_420_twice_at_most) {
  for (const int status : {408, 425, 429, 500, 502, 503, 504}) {
    inner_.answer({.status = status}).answer({.body = "ok"});
    EXPECT_EQ(ask({})->head.status, 200) << status;
  }
  for (int each = 0; each < 3; ++each) inner_.answer({.status = 420});
  EXPECT_EQ(ask({})->head.status, 420);
  EXPECT_EQ(inner_.left(), 0U);
}

TEST_F(RetryingClientTest, keeps_to_the_time_a_server_names_and_comes_a_little_later) {
  inner_.answer({.status = 429, .headers = {{"Retry-After", "7"}}})
      .answer({.status = 503, .headers = {{"Retry-After", "Thu, 29 Feb 2024 12:00:30 GMT"}}})
      .answer({.body = "ok"});
  EXPECT_EQ(ask({})->body, "ok");
  EXPECT_EQ(pauses_.pauses(), (Times{milliseconds(7250), milliseconds(30500)}));
}

TEST_F(RetryingClientTest, gives_up_before_a_pause_that_would_last_too_long) {
  inner_.answer({.status = 503, .headers = {{"Retry-After", "3600"}}});
  EXPECT_EQ(ask({})->head.status, 503);
  EXPECT_EQ(pauses_.pauses(), Times{});
  for (int each = 0; each < 3; ++each) inner_.answer({.status = 503, .headers = {{"Retry-After", "1"}}});
  EXPECT_EQ(ask({}, {.most_total_time = milliseconds(3000)})->head.status, 503);
  EXPECT_EQ(pauses_.pauses(), (Times{milliseconds(1250), milliseconds(1500)}));
}

Async<Result<std::string>> first_piece(HttpClient& client) {
  HttpRequest request{.url = "https://a.test/x", .most_bytes = kMostDownloadBytes};
  Result<HttpReply> reply = co_await client.open(std::move(request));
  if (!reply) co_return fail(reply.error());
  co_return co_await reply->body->next();
}

TEST_F(RetryingClientTest, passes_long_bodies_on_piece_by_piece) {
  inner_.answer({.status = 503}).answer({.body = "123456", .piece_bytes = 2}).answer({.body_failure = lost_});
  RetryingClient asked = client();
  EXPECT_EQ(*run_async(first_piece(asked)), "12");
  EXPECT_FALSE(run_async(first_piece(asked)));
}

TEST_F(RetryingClientTest, gives_its_place_at_the_host_back_once_a_body_is_read_or_dropped) {
  for (int each = 0; each < 3; ++each) inner_.answer({.body = "123456", .piece_bytes = 2});
  RetryingClient asked = client({.hosts = {.most_at_once = 1}});
  for (int each = 0; each < 3; ++each) EXPECT_EQ(*run_async(first_piece(asked)), "12");
}

}  // namespace
}  // namespace plumbline
