#include "connectors/salesforce/session.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/task_group.h"
#include "tests/connectors/salesforce/org_fixture.h"

namespace plumbline {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SessionTest : public OrgFixture {
 protected:
  Answer<HttpResponse> fetch(SalesforceSession& session) {
    ApiCall call{.path = session.path("limits"), .asked = "the limits"};
    return run_async(session.fetch(std::move(call)));
  }
  SalesforceSession begun() { return SalesforceSession(client, pauses, options); }
};

TEST_F(SessionTest, logs_in_once_and_says_who_it_is) {
  SalesforceSession session = begun();
  session.begin(sink, at("2024-01-01T00:00:00Z"));
  client.always_answer_to(HttpMethod::kGet, "/limits", ok("{}"));
  ASSERT_TRUE(fetch(session));
  ASSERT_TRUE(fetch(session));
  EXPECT_EQ(times("/oauth2/token"), 1U);
  EXPECT_EQ(client.requests()[1].url, "https://x.my.salesforce.com/services/data/v62.0/limits");
  EXPECT_EQ(header_of(client.requests()[1], "Authorization"), "Bearer T1");
  EXPECT_FALSE(client.requests()[1].total_time) << "what takes no time has the client's";
  EXPECT_EQ(session.server_now(), at("2024-01-01T12:00:00Z"));
  EXPECT_EQ(session.budget().usage()->used, 10U);
  EXPECT_EQ(session.calls(), 3U);
}

TEST_F(SessionTest, logs_in_again_once_when_the_session_is_over) {
  SalesforceSession session = begun();
  session.begin(sink, at("2024-01-01T00:00:00Z"));
  client.answer_to(HttpMethod::kGet, "/limits",
                   refusal(401, "INVALID_SESSION_ID", "Session expired or invalid"));
  client.answer_to(HttpMethod::kGet, "/limits", ok("{}"));
  ASSERT_TRUE(fetch(session));
  EXPECT_EQ(times("/oauth2/token"), 2U);
}

TEST_F(SessionTest, does_not_go_round_in_circles_where_the_session_is_refused_again) {
  SalesforceSession session = begun();
  session.begin(sink, at("2024-01-01T00:00:00Z"));
  client.always_answer_to(HttpMethod::kGet, "/limits", refusal(401, "INVALID_SESSION_ID", "Session expired"));
  const Answer<HttpResponse> response = fetch(session);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().error.code, ErrorCode::kAuth);
  EXPECT_EQ(times("/oauth2/token"), 2U);
}

TEST_F(SessionTest, knows_the_refusal_that_no_login_helps_against) {
  SalesforceSession session = begun();
  session.begin(sink, at("2024-01-01T00:00:00Z"));
  client.always_answer_to(
      HttpMethod::kGet, "/limits",
      refusal(401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API"));
  const Answer<HttpResponse> response = fetch(session);
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().error.message, HasSubstr("logging in again does not help"));
  EXPECT_EQ(times("/oauth2/token"), 1U);
}

TEST_F(SessionTest, keeps_a_new_refresh_token_before_it_uses_the_session) {
  options.login.grant = SalesforceGrant::kRefreshToken;
  options.login.refresh_token = Secret("first");
  SalesforceSession session = begun();
  session.begin(sink, at("2024-01-01T00:00:00Z"));
  client.answer_to(HttpMethod::kPost, "/oauth2/token", token("T1", R"(,"refresh_token":"second")"));
  client.answer_by([this](const HttpRequest&) {
    EXPECT_THAT(sink.events(), ElementsAre("keep secret refresh_token"));
    return ok("{}");
  });
  ASSERT_TRUE(fetch(session));
  EXPECT_THAT(client.requests()[0].body, HasSubstr("refresh_token=first"));
  SalesforceSession after_a_restart = begun();
  after_a_restart.begin(sink, at("2024-01-01T00:00:00Z"));
  ASSERT_TRUE(fetch(after_a_restart));
  EXPECT_THAT(client.requests()[2].body, HasSubstr("refresh_token=second"));
}

TEST_F(SessionTest, one_login_serves_all_calls_that_wait_for_it) {
  SalesforceSession session = begun();
  session.begin(sink, at("2024-01-01T00:00:00Z"));
  client.always_answer_to(HttpMethod::kGet, "/limits", ok("{}"));
  int answered = 0;
  const auto one = [&]() -> Async<void> {
    ApiCall call{.path = session.path("limits"), .asked = "the limits"};
    const Answer<HttpResponse> response = co_await session.fetch(std::move(call));
    if (response) ++answered;
  };
  boost::asio::io_context loop;
  const auto all = [&]() -> Async<void> {
    TaskGroup group(loop.get_executor());
    for (int i = 0; i < 5; ++i) group.spawn(one());
    co_await group.wait();
  };
  run_async(loop, all());
  EXPECT_EQ(answered, 5);
  EXPECT_EQ(times("/oauth2/token"), 1U);
}

TEST_F(SessionTest, corrects_its_clock_by_the_servers_once) {
  SalesforceSession session = begun();
  session.begin(sink, at("2030-01-01T00:00:00Z"));
  const ScriptedReply expired{
      .status = 400,
      .headers = {{"Date", std::string(kDate)}},
      .body = R"({"error":"invalid_grant","error_description":"expired authorization code"})"};
  client.answer_to(HttpMethod::kPost, "/oauth2/token", expired);
  client.always_answer_to(HttpMethod::kGet, "/limits", ok("{}"));
  ASSERT_TRUE(fetch(session));
  EXPECT_EQ(times("/oauth2/token"), 2U);
}

TEST_F(SessionTest, waits_while_too_many_long_requests_run) {
  SalesforceSession session = begun();
  session.begin(sink, at("2024-01-01T00:00:00Z"));
  client.answer_to(HttpMethod::kGet, "/limits", refusal(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests"));
  client.answer_to(HttpMethod::kGet, "/limits", ok("{}"));
  ASSERT_TRUE(fetch(session));
  EXPECT_THAT(pauses.pauses(), ElementsAre(std::chrono::seconds{2}));
}

TEST_F(SessionTest, asks_again_for_a_body_that_breaks_off) {
  SalesforceSession session = begun();
  session.begin(sink, at("2024-01-01T00:00:00Z"));
  ScriptedReply broken = ok("{");
  broken.body_failure = Error{.code = ErrorCode::kUnavailable, .message = "lost", .where = std::nullopt};
  client.answer_to(HttpMethod::kGet, "/limits", broken);
  client.answer_to(HttpMethod::kGet, "/limits", ok("{}"));
  const Answer<HttpResponse> response = fetch(session);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "{}");
}

}  // namespace
}  // namespace plumbline
