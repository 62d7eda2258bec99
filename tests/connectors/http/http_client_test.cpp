#include "connectors/http/http_client.h"

#include <gtest/gtest.h>

#include "tests/kit/run_async.h"
#include "tests/kit/scripted_client.h"

namespace plumbline {
namespace {

TEST(HttpHead, finds_a_header_whatever_its_case_and_the_first_of_several) {
  const HttpHead head{.status = 200, .headers = {{"Retry-After", "1"}, {"retry-after", "2"}}};
  EXPECT_EQ(head.header("RETRY-AFTER"), "1");
  EXPECT_EQ(head.header("Retry"), std::nullopt);
}

TEST(HttpMethod, is_named_as_it_is_sent) {
  EXPECT_EQ(to_string(HttpMethod::kGet), "GET");
  EXPECT_EQ(to_string(HttpMethod::kDelete), "DELETE");
}

TEST(Fetch, joins_the_pieces_of_a_body) {
  ScriptedClient client;
  client.answer(
      {.status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "not here", .piece_bytes = 3});
  const Result<HttpResponse> response = run_async(fetch(client, {.url = "https://a.test/x"}));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->head.status, 404);
  EXPECT_EQ(response->body, "not here");
}

TEST(Fetch, refuses_a_body_longer_than_was_asked_for) {
  ScriptedClient client;
  client.answer({.body = "12345", .piece_bytes = 2});
  const Result<HttpResponse> response =
      run_async(fetch(client, {.url = "https://a.test/x", .most_bytes = 4}));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().message, "the reply has more than the 4 bytes that were asked for");
}

TEST(Fetch, tells_what_kept_a_reply_or_the_rest_of_its_body_from_coming) {
  ScriptedClient client;
  const Error lost{.code = ErrorCode::kUnavailable, .message = "the connection was lost", .where = {}};
  client.answer({.failure = lost}).answer({.body = "half", .body_failure = lost});
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Result<HttpResponse> response = run_async(fetch(client, {.url = "https://a.test/x"}));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().message, "the connection was lost");
  }
}

}  // namespace
}  // namespace plumbline
