#include "connectors/http/curl_client.h"

#include <gtest/gtest.h>

#include <boost/asio/this_coro.hpp>

#include "base/task_group.h"
#include "tests/connectors/http/curl_fixture.h"

namespace plumbline {
namespace {

class CurlClientTest : public CurlFixture {};

TEST_F(CurlClientTest, gets_a_reply_with_its_headers_and_body) {
  LoopbackServer server(answer_all(plain_reply("hello", {"X-Note:  blanks around  ", "X-Empty:"}, 203)));
  const Result<HttpResponse> response = get(server.url("/greeting?who=me"));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->head.status, 203);
  EXPECT_EQ(response->head.header("x-note"), "blanks around");
  EXPECT_EQ(response->head.header("x-empty"), "");
  EXPECT_EQ(response->body, "hello");
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_TRUE(server.requests()[0].starts_with("GET /greeting?who=me HTTP/1.1\r\n")) << server.requests()[0];
}

TEST_F(CurlClientTest, gets_a_reply_over_tls_from_a_server_whose_authority_is_trusted) {
  const TestAuthority authority;
  const TempFolder folder;
  folder.write("ca.pem", authority.certificate());
  LoopbackServer server(answer_all(plain_reply("secure")), authority.issue());
  const Result<HttpResponse> response = get(server.url(), {.ca_file = folder.path_of("ca.pem")});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "secure");
}

}  // namespace
}  // namespace plumbline
