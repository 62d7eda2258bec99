// Whether a request may have arrived, and whom a request may not reach.
#include <gmock/gmock.h>

#include "tests/connectors/http/curl_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RequestProgressTest : public CurlFixture {
 protected:
  // Posts, and tells what the progress was told.
  std::optional<bool> may_have_arrived(std::string url,
                                       std::chrono::milliseconds time = std::chrono::seconds{10}) {
    const auto progress = std::make_shared<RequestProgress>();
    const std::unique_ptr<CurlClient> asked = client();
    HttpRequest request{.method = HttpMethod::kPost, .url = std::move(url), .body = "{}", .total_time = time};
    request.progress = progress;
    response_ = run(fetch(*asked, std::move(request)));
    return progress->may_have_arrived;
  }
  Result<HttpResponse> response_ = fail(ErrorCode::kInternal, "");
};

TEST_F(RequestProgressTest, what_was_answered_has_arrived) {
  LoopbackServer server(answer_all(plain_reply("no", {}, 500)));
  EXPECT_EQ(may_have_arrived(server.url("/")), true);
  EXPECT_TRUE(response_.has_value());
}

TEST_F(RequestProgressTest, what_was_lost_on_a_connection_that_stood_may_have) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.request();
    peer.reset();
  });
  EXPECT_EQ(may_have_arrived(server.url("/")), true);
  EXPECT_FALSE(response_.has_value());
}

TEST_F(RequestProgressTest, what_was_given_up_while_waiting_for_an_answer_may_have) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.request();
    peer.wait_until_gone();
  });
  EXPECT_EQ(may_have_arrived(server.url("/"), std::chrono::milliseconds{300}), true);
  EXPECT_FALSE(response_.has_value());
}

TEST_F(RequestProgressTest, what_found_nobody_has_not) {
  std::string url;
  {
    const LoopbackServer gone(answer_all(""));
    url = gone.url("/");
  }
  EXPECT_EQ(may_have_arrived(url), false);
  EXPECT_EQ(may_have_arrived("http://example.com/"), false);  // is not asked
}

TEST_F(RequestProgressTest, a_request_for_public_hosts_never_connects_to_this_machine) {
  LoopbackServer server(answer_all(plain_reply("secret of the intranet")));
  const auto progress = std::make_shared<RequestProgress>();
  const std::unique_ptr<CurlClient> asked = client();
  HttpRequest request{.url = server.url("/metadata"), .secret_url = true, .public_hosts_only = true};
  request.progress = progress;
  const Result<HttpResponse> response = run(fetch(*asked, std::move(request)));
  EXPECT_EQ(code_of(response), ErrorCode::kInvalidInput);
  EXPECT_THAT(message_of(response), HasSubstr("allow_private_networks"));
  EXPECT_THAT(message_of(response), Not(HasSubstr("metadata")));
  EXPECT_EQ(progress->may_have_arrived, false);
  EXPECT_EQ(server.connections(), 0);
}

}  // namespace
}  // namespace plumbline
