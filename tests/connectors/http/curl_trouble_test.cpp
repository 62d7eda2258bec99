// Servers that fail half way, say too much, or nothing at all.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zlib.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tests/connectors/http/curl_fixture.h"
#include "tests/sanitized.h"

namespace plumbline {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr std::size_t kMiB = std::size_t{1} << 20;

class CurlTroubleTest : public CurlFixture {
 protected:
  // What is said of a server that sends this and is gone.
  std::string said_of(std::string_view sent) {
    LoopbackServer server([sent](LoopbackPeer& peer) {
      peer.request();
      peer.send(sent);
    });
    const Result<HttpResponse> response = get(server.url("/x?t=1"));
    code_ = code_of(response);
    return without_name(message_of(response), server);
  }
  static std::string without_name(std::string message, const LoopbackServer& server) {
    const std::string name = name_of(server);
    for (std::size_t at = 0; (at = message.find(name)) != std::string::npos;)
      message.replace(at, name.size(), "HOST");
    return message;
  }
  ErrorCode code_ = ErrorCode::kInternal;
};

std::string gzip(std::string_view text) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, kGzipWindow, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// The most memory this process ever had, in KiB.
long peak_memory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST_F(CurlTroubleTest, says_that_nobody_listens) {
  std::uint16_t port = 0;
  {
    const LoopbackServer gone(answer_all(""));
    port = gone.port();
  }
  const std::string name = "127.0.0.1:" + std::to_string(port);
  const Result<HttpResponse> response = get("http://" + name + "/x");
  EXPECT_EQ(message_of(response),
            name + "/x cannot be reached: no connection to " + name +
                " (Connection refused); check that it runs, and that no firewall is between");
  EXPECT_EQ(code_of(response), ErrorCode::kUnavailable);
}

TEST_F(CurlTroubleTest, says_that_a_connection_was_lost_before_a_reply_came) {
  constexpr std::string_view kSaid =
      "HOST/x cannot be read: the connection was lost before a reply came; if it goes on, look for what ends "
      "connections in between";
  EXPECT_EQ(said_of(""), kSaid);
  EXPECT_EQ(said_of("HTTP/1.1 200 OK\r\nContent-"), kSaid);
  EXPECT_EQ(code_, ErrorCode::kUnavailable);
}

TEST_F(CurlTroubleTest, says_that_a_connection_was_lost_within_the_body) {
  constexpr std::string_view kSaid =
      "HOST/x cannot be read: the connection was lost before the reply was whole; if it goes on, look for "
      "what "
      "ends connections in between";
  EXPECT_EQ(said_of("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), kSaid);
  EXPECT_EQ(said_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"), kSaid);
  EXPECT_EQ(code_, ErrorCode::kUnavailable);
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    peer.reset();
  });
  EXPECT_TRUE(message_of(get(server.url())).contains("the connection was lost"))
      << message_of(get(server.url()));
}

TEST_F(CurlTroubleTest, says_that_what_came_is_no_http) {
  EXPECT_EQ(said_of("SSH-2.0-OpenSSH_9.2\r\n"),
            "HOST/x cannot be read: what came is no HTTP reply; check address and port");
}

TEST_F(CurlTroubleTest, refuses_headers_without_end) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\n");
    const std::string line = "X-More: " + std::string(1000, 'x') + "\r\n";
    while (peer.send(line)) {
    }
  });
  const Result<HttpResponse> response = get(server.url("/x"));
  EXPECT_EQ(without_name(message_of(response), server),
            "the headers of the reply of HOST/x have more than 131072 bytes, and were not read");
}

TEST_F(CurlTroubleTest, refuses_a_body_that_is_declared_too_long) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n");
    peer.wait_until_gone();
  });
  const Result<HttpResponse> response = get(server.url("/x"));
  EXPECT_EQ(without_name(message_of(response), server),
            "the reply of HOST/x has more than the 16777216 bytes that were asked for, and was not read to "
            "its end");
  EXPECT_EQ(code_of(response), ErrorCode::kInvalidInput);
}

TEST_F(CurlTroubleTest, refuses_a_body_that_turns_out_too_long_without_the_memory_for_it) {
  std::atomic<std::size_t> sent = 0;
  LoopbackServer server([&sent](LoopbackPeer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    const std::string piece(kMiB, 'x');
    constexpr std::size_t kAll = 2048 * kMiB;
    for (; sent < kAll && peer.send(piece); sent += piece.size()) {
    }
  });
  const long before = peak_memory();
  const Result<HttpResponse> response = get(server.url("/x"));
  EXPECT_EQ(without_name(message_of(response), server),
            "the reply of HOST/x has more than the 16777216 bytes that were asked for, and was not read to "
            "its end");
  EXPECT_LT(sent, 64 * kMiB);
  if (!kSanitized) {
    EXPECT_LT(peak_memory() - before, 96L << 10);
  }
}

TEST_F(CurlTroubleTest, decompresses) {
  const std::string text = "a text of some length, a text of some length";
  LoopbackServer server(answer_all(plain_reply(gzip(text), {"Content-Encoding: gzip"})));
  const Result<HttpResponse> response = get(server.url());
  ASSERT_TRUE(response) << message_of(response);
  EXPECT_EQ(response->body, text);
  EXPECT_TRUE(server.requests()[0].contains("Accept-Encoding: deflate, gzip")) << server.requests()[0];
}

TEST_F(CurlTroubleTest, refuses_what_was_made_to_fill_memories) {
  const std::string bomb = gzip(std::string(24 * kMiB, '\0'));
  LoopbackServer server(answer_all(plain_reply(bomb, {"Content-Encoding: gzip"})));
  const long before = peak_memory();
  const std::unique_ptr<CurlClient> asked = client();
  HttpRequest request{.url = server.url("/x"), .most_bytes = kMostDownloadBytes};
  const Result<HttpResponse> response = run(fetch(*asked, std::move(request)));
  EXPECT_EQ(without_name(message_of(response), server),
            "the reply of HOST/x becomes more than 200 times longer when it is decompressed, and was not "
            "read to its "
            "end");
  EXPECT_EQ(code_of(response), ErrorCode::kInvalidInput);
  // curl unpacks the 16 KiB it read for a reader who has stopped.
  if (!kSanitized) {
    EXPECT_LT(peak_memory() - before, 48L << 10);
  }
}

TEST_F(CurlTroubleTest, lets_pass_what_compresses_well_by_nature) {
  std::string text;
  for (int row = 0; row < 200'000; ++row)
    text += "006000000000" + std::to_string(row % 7) + ",Negotiation,100.00,USD\n";
  LoopbackServer server(answer_all(plain_reply(gzip(text), {"Content-Encoding: gzip"})));
  const Result<HttpResponse> response = get(server.url());
  ASSERT_TRUE(response) << message_of(response);
  EXPECT_EQ(response->body, text);
}

TEST_F(CurlTroubleTest, says_that_a_compressed_body_is_damaged) {
  std::string packed = gzip(std::string(1000, 'a') + "end");
  packed[packed.size() / 2] = static_cast<char>(~packed[packed.size() / 2]);
  LoopbackServer server(answer_all(plain_reply(packed, {"Content-Encoding: gzip"})));
  EXPECT_EQ(
      without_name(message_of(get(server.url("/x"))), server),
      "HOST/x cannot be read: its compressed reply is damaged; if it goes on, tell whoever runs that server");
}

TEST_F(CurlTroubleTest, gives_up_a_server_that_says_nothing) {
  LoopbackServer server([](LoopbackPeer& peer) { peer.wait_until_gone(); });
  CurlOptions options = on_loopback();
  options.total_time = milliseconds(50);
  const Result<HttpResponse> response = get(server.url("/x"), options);
  EXPECT_EQ(without_name(message_of(response), server),
            "HOST/x did not answer within 50 ms; if it goes on, raise total_time");
  EXPECT_EQ(code_of(response), ErrorCode::kUnavailable);
}

TEST_F(CurlTroubleTest, gives_up_a_body_that_comes_in_drops) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    while (peer.send("x")) std::this_thread::sleep_for(milliseconds(5));
  });
  const std::unique_ptr<CurlClient> asked = client();
  HttpRequest request{.url = server.url("/x"), .total_time = milliseconds(60)};
  EXPECT_EQ(without_name(message_of(run(fetch(*asked, std::move(request)))), server),
            "HOST/x did not bring its whole reply within 60 ms; if it goes on, raise total_time");
}

TEST_F(CurlTroubleTest, gives_up_a_server_that_does_not_finish_tls) {
  LoopbackServer server([](LoopbackPeer& peer) { peer.wait_until_gone(); });
  CurlOptions options;
  options.connect_time = milliseconds(50);
  const std::string url = "https://" + name_of(server) + "/x";
  EXPECT_EQ(
      without_name(message_of(get(url, options)), server),
      "HOST/x cannot be reached: no connection to HOST within 50 ms; check the address, the network and its "
      "firewalls");
}

// Reads one piece, does nothing for a while, then reads the rest.
Async<std::size_t> read_late(HttpClient& client, std::string url, milliseconds pause,
                             std::atomic<std::size_t>& sent, std::size_t& sent_meanwhile) {
  HttpRequest request{.url = std::move(url), .most_bytes = kMostDownloadBytes};
  Result<HttpReply> reply = co_await client.open(std::move(request));
  std::size_t bytes = 0;
  std::size_t largest = 0;
  for (bool first = true; reply; first = false) {
    if (first) {
      const Executor here = co_await asio::this_coro::executor;
      asio::steady_timer timer(here, pause);
      co_await timer.async_wait(asio::use_awaitable);
      sent_meanwhile = sent;
    }
    const Result<std::string> piece = co_await reply->body->next();
    if (!piece || piece->empty()) break;
    largest = std::max(largest, piece->size());
    bytes += piece->size();
  }
  EXPECT_LT(largest, kMiB);
  co_return bytes;
}

TEST_F(CurlTroubleTest, holds_up_the_server_while_nobody_reads) {
  constexpr std::size_t kAll = 32 * kMiB;
  std::atomic<std::size_t> sent = 0;
  LoopbackServer server([&sent](LoopbackPeer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 33554432\r\n\r\n");
    const std::string piece(kMiB / 16, 'x');
    for (; sent < kAll && peer.send(piece); sent += piece.size()) {
    }
  });
  const std::unique_ptr<CurlClient> asked = client();
  std::size_t sent_meanwhile = 0;
  EXPECT_EQ(run(read_late(*asked, server.url(), milliseconds(100), sent, sent_meanwhile)), kAll);
  // What the two sockets hold, and a little.
  EXPECT_LT(sent_meanwhile, 16 * kMiB);
}

TEST_F(CurlTroubleTest, is_given_up_at_once_when_it_is_cancelled) {
  LoopbackServer server([](LoopbackPeer& peer) { peer.wait_until_gone(); });
  const std::unique_ptr<CurlClient> asked = client();
  HttpRequest request{.url = server.url("/x")};
  asio::cancellation_signal stop;
  Result<HttpResponse> response;
  auto ask = [&]() -> Async<void> { response = co_await fetch(*asked, std::move(request)); };
  asio::co_spawn(loop_, ask(), asio::bind_cancellation_slot(stop.slot(), asio::detached));
  asio::steady_timer timer(loop_, milliseconds(20));
  timer.async_wait(
      [&stop](const boost::system::error_code&) { stop.emit(asio::cancellation_type::terminal); });
  const auto start = std::chrono::steady_clock::now();
  loop_.run();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_EQ(code_of(response), ErrorCode::kCancelled);
  EXPECT_EQ(without_name(message_of(response), server), "the request to HOST/x was given up on demand");
}

TEST_F(CurlTroubleTest, leaves_nothing_behind_when_the_loop_ends_first) {
  LoopbackServer server([](LoopbackPeer& peer) { peer.wait_until_gone(); });
  auto loop = std::make_unique<asio::io_context>();
  Result<std::unique_ptr<CurlClient>> asked = CurlClient::make(loop->get_executor(), on_loopback());
  ASSERT_TRUE(asked);
  HttpRequest request{.url = server.url("/x")};
  asio::co_spawn(*loop, fetch(**asked, std::move(request)), asio::detached);
  while (server.connections() == 0) loop->run_for(milliseconds(1));
  asked->reset();
  loop.reset();
}

}  // namespace
}  // namespace plumbline
