#include "connectors/http/curl_client.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/connectors/http/curl_fixture.h"

namespace plumbline {
namespace {

class CurlClientTest : public CurlFixture {
 protected:
  // What the server was sent for the request.
  std::string sent_for(HttpRequest request, std::string_view path = "/") {
    LoopbackServer server(answer_all(plain_reply("ok")));
    request.url = server.url(path);
    const std::unique_ptr<CurlClient> asked = client();
    const Result<HttpResponse> response = run(fetch(*asked, std::move(request)));
    EXPECT_TRUE(response) << message_of(response);
    return server.requests().empty() ? "" : server.requests()[0];
  }
};

TEST_F(CurlClientTest, gets_a_reply_with_its_headers_and_body) {
  LoopbackServer server(answer_all(plain_reply("hello", {"X-Note:  blanks around  ", "X-Empty:"}, 203)));
  const Result<HttpResponse> response = get(server.url("/greeting?who=me"));
  ASSERT_TRUE(response) << message_of(response);
  EXPECT_EQ(response->head.status, 203);
  EXPECT_EQ(response->head.header("x-note"), "blanks around");
  EXPECT_EQ(response->head.header("x-empty"), "");
  EXPECT_EQ(response->body, "hello");
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_TRUE(server.requests()[0].starts_with("GET /greeting?who=me HTTP/1.1\r\n")) << server.requests()[0];
}

TEST_F(CurlClientTest, sends_method_headers_and_body_as_they_are_told) {
  HttpRequest request{.method = HttpMethod::kPost,
                      .headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}},
                      .body = R"({"a":1})"};
  request.secret_headers.emplace_back("Authorization", Secret("Bearer t0ken"));
  const std::string sent = sent_for(std::move(request));
  EXPECT_TRUE(sent.starts_with("POST / HTTP/1.1\r\n")) << sent;
  for (const std::string_view line :
       {"Content-Type: application/json\r\n", "X-Empty:\r\n", "Content-Length: 7\r\n",
        "Authorization: Bearer t0ken\r\n", "User-Agent: plumbline\r\n"})
    EXPECT_TRUE(sent.contains(line)) << line << sent;
  EXPECT_TRUE(sent.ends_with("\r\n\r\n{\"a\":1}")) << sent;
  EXPECT_FALSE(sent.contains("Expect:")) << sent;
}

TEST_F(CurlClientTest, sends_every_method_with_and_without_a_body) {
  for (const auto& [method, body, beginning, end] :
       {std::tuple{HttpMethod::kGet, "", "GET /", "\r\n\r\n"},
        std::tuple{HttpMethod::kDelete, "", "DELETE /", "\r\n\r\n"},
        std::tuple{HttpMethod::kDelete, "gone", "DELETE /", "\r\n\r\ngone"},
        std::tuple{HttpMethod::kPut, "", "PUT /", "\r\n\r\n"},
        std::tuple{HttpMethod::kPatch, "p", "PATCH /", "\r\n\r\np"},
        std::tuple{HttpMethod::kPost, "", "POST /", "\r\n\r\n"}}) {
    const std::string sent = sent_for({.method = method, .body = body});
    EXPECT_TRUE(sent.starts_with(beginning)) << sent;
    EXPECT_TRUE(sent.ends_with(end)) << sent;
    EXPECT_FALSE(sent.contains("Content-Type")) << sent;
  }
}

TEST_F(CurlClientTest, asks_several_times_on_one_connection) {
  LoopbackServer server(answer_all(plain_reply("ok")));
  const std::unique_ptr<CurlClient> asked = client();
  for (int round = 0; round < 3; ++round) {
    HttpRequest request{.url = server.url()};
    EXPECT_TRUE(run(fetch(*asked, std::move(request))));
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(CurlClientTest, sends_what_must_not_be_repeated_on_a_connection_of_its_own) {
  // The second request on a connection is not answered: curl would send it again on another one.
  LoopbackServer server([](LoopbackPeer& peer) {
    if (peer.request()) peer.send(plain_reply("ok"));
    peer.request();
  });
  const std::unique_ptr<CurlClient> asked = client();
  HttpRequest first{.url = server.url("/first")};
  EXPECT_TRUE(run(fetch(*asked, std::move(first))));
  HttpRequest second{.method = HttpMethod::kPost, .url = server.url("/second"), .body = "only once"};
  EXPECT_TRUE(run(fetch(*asked, std::move(second))));
  EXPECT_EQ(server.connections(), 2);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(CurlClientTest, gives_any_status_and_a_redirection_as_a_reply) {
  for (const int status : {204, 301, 302, 307, 404, 503}) {
    LoopbackServer server(answer_all(plain_reply("", {"Location: http://elsewhere.test/"}, status)));
    const Result<HttpResponse> response = get(server.url());
    ASSERT_TRUE(response) << message_of(response);
    EXPECT_EQ(response->head.status, status);
    EXPECT_EQ(server.requests().size(), 1U);
  }
}

TEST_F(CurlClientTest, reads_past_replies_that_say_the_reply_is_yet_to_come) {
  LoopbackServer server(answer_all("HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n" + plain_reply("ok")));
  const Result<HttpResponse> response = get(server.url());
  ASSERT_TRUE(response) << message_of(response);
  EXPECT_EQ(response->head.status, 200);
  EXPECT_EQ(response->head.header("X-Early"), std::nullopt);
  EXPECT_EQ(response->body, "ok");
}

TEST_F(CurlClientTest, joins_a_body_in_chunks_and_leaves_out_what_follows_it) {
  LoopbackServer server(answer_all(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;note=1\r\nde\r\n0\r\nX-After: "
      "1\r\n\r\n"));
  const Result<HttpResponse> response = get(server.url());
  ASSERT_TRUE(response) << message_of(response);
  EXPECT_EQ(response->body, "abcde");
  EXPECT_EQ(response->head.header("X-After"), std::nullopt);
}

TEST_F(CurlClientTest, does_not_look_at_the_environment_for_a_proxy) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  LoopbackServer server(answer_all(plain_reply("ok")));
  const Result<HttpResponse> response = get(server.url());
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
  EXPECT_TRUE(response) << message_of(response);
}

Async<Result<HttpReply>> open_only(HttpClient& client, HttpRequest request) {
  Result<HttpReply> reply = co_await client.open(std::move(request));
  co_return reply;
}

TEST_F(CurlClientTest, gives_the_head_before_the_body_has_come) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    peer.wait_until_gone();
  });
  const std::unique_ptr<CurlClient> asked = client();
  HttpRequest request{.url = server.url()};
  const Result<HttpReply> reply = run(open_only(*asked, std::move(request)));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->head.header("Content-Length"), "5");
}

TEST_F(CurlClientTest, takes_any_number_for_bytes_and_time) {
  LoopbackServer server(answer_all(plain_reply("ok")));
  const std::unique_ptr<CurlClient> asked = client();
  HttpRequest request{.url = server.url(),
                      .most_bytes = std::numeric_limits<std::uint64_t>::max(),
                      .total_time = std::chrono::hours(10'000)};
  EXPECT_TRUE(run(fetch(*asked, std::move(request))));
}

TEST_F(CurlClientTest, lets_a_reply_outlive_it) {
  LoopbackServer server(answer_all(plain_reply("still here")));
  std::unique_ptr<CurlClient> asked = client();
  HttpRequest request{.url = server.url()};
  Result<HttpReply> reply = run(open_only(*asked, std::move(request)));
  asked.reset();
  ASSERT_TRUE(reply);
  const Result<std::string> piece = run(reply->body->next());
  ASSERT_TRUE(piece);
  EXPECT_EQ(*piece, "still here");
}

// Addresses and options that are refused before anything is sent.

TEST_F(CurlClientTest, refuses_addresses_that_are_not_https) {
  const std::string host = "na1.example.test/x";
  EXPECT_EQ(
      message_of(get("http://na1.example.test/x?token=t")),
      host +
          " is not asked: its address begins with http://, where everybody on the way can read and change "
          "what is sent; write https://");
  EXPECT_EQ(message_of(get("ftp://na1.example.test/x")),
            host + " is not asked: its address begins with ftp://; only https:// is asked");
  EXPECT_EQ(message_of(get("https://me:pw@na1.example.test/x")),
            host + " is not asked: its address holds a user or password; give them in a secret file");
  EXPECT_EQ(message_of(get("na1.example.test/x")),
            "the address of a request cannot be read (Bad scheme); write it as https://host/path");
  EXPECT_EQ(code_of(get("http://na1.example.test/x")), ErrorCode::kInvalidInput);
}

TEST_F(CurlClientTest, asks_plain_http_on_this_machine_alone_and_only_where_that_is_allowed) {
  LoopbackServer server(answer_all(plain_reply("ok")));
  EXPECT_EQ(message_of(get(server.url(), CurlOptions{})),
            name_of(server) +
                "/ is not asked: its address begins with http://; write https://, or allow plain "
                "http on this machine with allow_plain_loopback");
  EXPECT_TRUE(get("http://localhost:" + std::to_string(server.port()) + "/"));
  EXPECT_TRUE(get("http://127.1:" + std::to_string(server.port()) + "/"));
  for (const std::string_view elsewhere : {"http://127.0.0.1.example.test/", "http://localhost.example.test/",
                                           "http://0.0.0.0/", "http://[::2]/", "http://10.127.0.1/"})
    EXPECT_EQ(code_of(get(std::string(elsewhere))), ErrorCode::kInvalidInput) << elsewhere;
}

TEST_F(CurlClientTest, refuses_headers_that_would_begin_another_one) {
  const std::unique_ptr<CurlClient> asked = client();
  for (const HttpHeader& header :
       {HttpHeader{"X-A", "1\r\nX-B: 2"}, HttpHeader{"X A", "1"}, HttpHeader{"", "1"}}) {
    HttpRequest request{.url = "https://na1.example.test/x", .headers = {header}};
    const Result<HttpResponse> response = run(fetch(*asked, std::move(request)));
    EXPECT_EQ(code_of(response), ErrorCode::kInvalidInput);
    EXPECT_TRUE(message_of(response).ends_with("holds a character that no header may hold"))
        << message_of(response);
  }
  HttpRequest request{.url = "https://na1.example.test/x"};
  request.secret_headers.emplace_back("Authorization", Secret("Bearer t0ken\nX-B: 2"));
  EXPECT_EQ(message_of(run(fetch(*asked, std::move(request)))),
            "the header Authorization of a request to na1.example.test/x holds a character that no header "
            "may hold");
}

TEST_F(CurlClientTest, cannot_be_made_with_a_proxy_or_certificates_that_cannot_be_used) {
  const auto fault = [this](CurlOptions options) {
    const Result<std::unique_ptr<CurlClient>> made =
        CurlClient::make(loop_.get_executor(), std::move(options));
    return made ? "" : made.error().to_string();
  };
  const TempFolder folder;
  folder.write("none.pem", "nothing\n");
  EXPECT_EQ(fault({.proxy_url = "ftp://proxy.test"}),
            "proxy_url cannot be used; write it as http://host:port, https://, socks5:// or socks5h://");
  EXPECT_EQ(fault({.proxy_url = "http://me:pw@proxy.test:3128"}),
            "proxy_url holds a user or password; name them with proxy_user and in a secret file");
  EXPECT_EQ(fault({.total_time = std::chrono::milliseconds(0)}),
            "connect_time, total_time and slow_time must be longer than nothing");
  EXPECT_EQ(
      fault({.ca_file = folder.path_of("none.pem")}),
      folder.path_of("none.pem") + ": there is no certificate in this file; ca_file names one in PEM format");
  EXPECT_EQ(
      fault({.ca_file = folder.path_of("missing.pem")}),
      folder.path_of("missing.pem") + ": this file of trusted certificates cannot be read; check ca_file");
}

}  // namespace
}  // namespace plumbline
