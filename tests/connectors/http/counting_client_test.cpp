#include "connectors/http/counting_client.h"

#include <gtest/gtest.h>

#include "tests/kit/run_async.h"
#include "tests/kit/scripted_client.h"

namespace plumbline {
namespace {

TEST(CountingClient, counts_every_call_and_what_was_read_of_bodies) {
  ScriptedClient inner;
  const Error lost{.code = ErrorCode::kUnavailable, .message = "lost", .where = {}};
  inner.answer({.body = "12345", .piece_bytes = 2})
      .answer({.failure = lost})
      .answer({.body = "6", .body_failure = lost});
  CountingClient client(inner);
  for (int call = 0; call < 3; ++call) {
    HttpRequest request{.url = "https://a.test/"};
    static_cast<void>(run_async(fetch(client, std::move(request))));
  }
  EXPECT_EQ(client.counts().calls, 3U);
  EXPECT_EQ(client.counts().bytes, 6U);
}

}  // namespace
}  // namespace plumbline
