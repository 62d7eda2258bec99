// What certificates must hold, and what is said of those that do not; and proxies.

#include <gtest/gtest.h>

#include "tests/connectors/http/curl_fixture.h"

namespace plumbline {
namespace {

class CurlTlsTest : public CurlFixture {
 protected:
  CurlTlsTest() { folder_.write("ca.pem", authority_.certificate()); }
  CurlOptions trusting() const { return {.ca_file = folder_.path_of("ca.pem")}; }

  // What is said of a server that shows this certificate.
  std::string said_of(const TestCertificate& certificate, CurlOptions options) {
    LoopbackServer server(answer_all(plain_reply("secure")), certificate);
    const Result<HttpResponse> response = get(server.url("/x?t=1"), std::move(options));
    EXPECT_EQ(code_of(response), ErrorCode::kAuth);
    EXPECT_TRUE(server.requests().empty());
    const std::string beginning = name_of(server) + "/x is not asked: the certificate of " + name_of(server);
    const std::string message = message_of(response);
    EXPECT_TRUE(message.starts_with(beginning)) << message;
    return message.substr(std::min(message.size(), beginning.size()));
  }

  TestAuthority authority_;
  TempFolder folder_;
};

TEST_F(CurlTlsTest, asks_a_server_whose_authority_is_trusted) {
  LoopbackServer server(answer_all(plain_reply("secure")), authority_.issue());
  const Result<HttpResponse> response = get(server.url(), trusting());
  ASSERT_TRUE(response) << message_of(response);
  EXPECT_EQ(response->body, "secure");
}

TEST_F(CurlTlsTest, does_not_ask_where_the_certificate_has_expired) {
  const TestCertificate expired =
      authority_.issue({.from = std::chrono::hours(-2), .until = std::chrono::hours(-1)});
  EXPECT_EQ(said_of(expired, trusting()),
            " has expired; whoever runs that server must renew it (or this machine's clock is wrong)");
}

TEST_F(CurlTlsTest, does_not_ask_where_the_certificate_is_not_valid_yet) {
  const TestCertificate early =
      authority_.issue({.from = std::chrono::hours(1), .until = std::chrono::hours(2)});
  EXPECT_EQ(said_of(early, trusting()), " is not valid yet; check this machine's clock");
}

TEST_F(CurlTlsTest, does_not_ask_where_the_certificate_was_made_for_another_name) {
  const TestCertificate other = authority_.issue({.name = "DNS:other.example.test"});
  EXPECT_EQ(
      said_of(other, trusting()),
      " was made for another name; check the address, or whoever runs that server must mend the certificate");
}

TEST_F(CurlTlsTest, does_not_ask_where_nobody_here_trusts_the_authority) {
  constexpr std::string_view kSaid =
      " comes from an authority that is not trusted here; if it is your own, name its certificate with "
      "ca_file";
  EXPECT_EQ(said_of(TestAuthority().issue(), trusting()), kSaid);
  EXPECT_EQ(said_of(authority_.issue(), CurlOptions{}), kSaid);
}

TEST_F(CurlTlsTest, says_where_a_server_speaks_no_tls) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.send(plain_reply("plain"));
    peer.wait_until_gone();
  });
  const Result<HttpResponse> response =
      get("https://127.0.0.1:" + std::to_string(server.port()) + "/x", trusting());
  EXPECT_EQ(code_of(response), ErrorCode::kUnavailable);
  EXPECT_TRUE(message_of(response).contains("agree on no secure connection (TLS 1.2 or later)"))
      << message_of(response);
}

// A proxy that answers every CONNECT like this and goes no further.
class CurlProxyTest : public CurlTlsTest {
 protected:
  std::string through_proxy(const std::string& answer, CurlOptions options = {}) {
    LoopbackServer proxy(answer_all(answer));
    options.proxy_url = proxy.url("");
    HttpRequest request{.url = "https://na1.example.test/x"};
    request.secret_headers.emplace_back("X-Token", Secret("not for the proxy"));
    const std::unique_ptr<CurlClient> asked = client(std::move(options));
    const Result<HttpResponse> response = run(fetch(*asked, std::move(request)));
    code_ = code_of(response);
    if (!proxy.requests().empty()) seen_ = proxy.requests()[0];
    std::string message = message_of(response);
    const std::size_t place = message.find(proxy.url(""));
    if (place != std::string::npos) message.replace(place, proxy.url("").size(), "PROXY");
    return message;
  }
  std::string seen_;
  ErrorCode code_ = ErrorCode::kInternal;
};

TEST_F(CurlProxyTest, is_asked_to_connect_and_told_no_more_than_where_to) {
  const std::string message = through_proxy("HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n",
                                            {.proxy_user = "auditor", .proxy_password = Secret("pw")});
  EXPECT_TRUE(seen_.starts_with("CONNECT na1.example.test:443 HTTP/1.1\r\n")) << seen_;
  EXPECT_TRUE(seen_.contains("Proxy-Authorization: Basic YXVkaXRvcjpwdw==\r\n")) << seen_;
  EXPECT_FALSE(seen_.contains("not for the proxy")) << seen_;
  EXPECT_EQ(
      message,
      "na1.example.test/x cannot be reached: the proxy PROXY refused the connection with status 407; check "
      "its user and password, and what it allows");
  EXPECT_EQ(code_, ErrorCode::kAuth);
}

TEST_F(CurlProxyTest, that_fails_itself_is_worth_another_attempt) {
  EXPECT_EQ(
      through_proxy("HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n"),
      "na1.example.test/x cannot be reached: the proxy PROXY did not connect and answered 503; check whether "
      "it can reach that host");
  EXPECT_EQ(code_, ErrorCode::kUnavailable);
}

TEST_F(CurlProxyTest, that_cannot_be_reached_is_named) {
  std::string proxy;
  {
    const LoopbackServer gone(answer_all(""));
    proxy = gone.url("");
  }
  EXPECT_EQ(message_of(get("https://na1.example.test/x", {.proxy_url = proxy})),
            "na1.example.test/x cannot be reached: no connection to the proxy " + proxy +
                " (Connection refused); check that it runs, and that no firewall is between");
}

TEST_F(CurlProxyTest, is_not_asked_for_hosts_that_are_asked_directly) {
  LoopbackServer proxy(answer_all(plain_reply("")));
  // curl looks up no name that ends like this.
  LoopbackServer server(answer_all(plain_reply("direct")), authority_.issue({.name = "DNS:crm.localhost"}));
  CurlOptions options = trusting();
  options.proxy_url = proxy.url("");
  options.no_proxy = "intranet.test, .localhost";
  options.allow_plain_loopback = true;
  const Result<HttpResponse> response =
      get("https://crm.localhost:" + std::to_string(server.port()) + "/", options);
  ASSERT_TRUE(response) << message_of(response);
  EXPECT_EQ(response->body, "direct");
  LoopbackServer plain(answer_all(plain_reply("ok")));
  EXPECT_TRUE(get(plain.url(), options));
  EXPECT_EQ(proxy.connections(), 0);
}

}  // namespace
}  // namespace plumbline
