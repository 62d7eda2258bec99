#include "sandbox/server/server.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <csignal>

#include "base/async.h"

namespace plumbline::sandbox {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::uint32_t kMostHeader = 64 * 1024;      // beyond what Salesforce takes, so that it can say so
constexpr std::uint64_t kMostBody = 4 * 1024 * 1024;  // of requests
constexpr std::size_t kDripBytes = 512;
constexpr std::chrono::minutes kLongestSilence{10};

using Message = http::request<http::string_body>;

Request request_of(const Message& message) {
  Request request{.method = std::string(message.method_string()), .target = std::string(message.target())};
  request.head_bytes = request.method.size() + request.target.size();
  for (const auto& field : message) {
    request.headers.emplace_back(field.name_string(), field.value());
    request.head_bytes += field.name_string().size() + field.value().size() + 4;
  }
  request.body = message.body();
  return request;
}

// The head as it goes over the wire. Beast's own answers know no status 420, which the sandbox must send.
std::string head_of(const Response& response, const Message& request) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += response.status == 420
              ? "Enhance"
              : std::string(http::obsolete_reason(static_cast<http::status>(response.status)));
  head += "\r\n";
  for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
  const bool has_body = response.status != 204 && response.status != 304;
  if (has_body) {
    head += "Content-Type: " + response.type + "\r\nContent-Length: " + std::to_string(response.body.size()) +
            "\r\n";
  }
  head += request.keep_alive() ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

Async<void> wait(std::chrono::milliseconds time) {
  if (time.count() <= 0) co_return;
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, time);
  error_code ignored;
  auto token = asio::redirect_error(asio::use_awaitable, ignored);
  co_await timer.async_wait(std::move(token));
}

// False where the other side is gone.
template <class Stream>
Async<bool> send(Stream& stream, std::string_view bytes) {
  error_code fault;
  auto token = asio::redirect_error(asio::use_awaitable, fault);
  const asio::const_buffer buffer(bytes.data(), bytes.size());
  co_await asio::async_write(stream, buffer, std::move(token));
  co_return !fault;
}

// Closes so that the other side sees a reset, not an end.
void reset(beast::tcp_stream& stream) {
  error_code ignored;
  stream.socket().set_option(asio::socket_base::linger(true, 0), ignored);
  stream.socket().close(ignored);
}

// False where the connection must not be used any more.
template <class Stream>
Async<bool> deliver(Stream& stream, const Response& response, const Message& request) {
  beast::tcp_stream& tcp_layer = beast::get_lowest_layer(stream);
  const std::string head = head_of(response, request);
  const std::string_view body = request.method() == http::verb::head ? std::string_view{} : response.body;
  switch (response.delivery) {
    case Delivery::kHang:
      co_await wait(response.pause);
      reset(tcp_layer);
      co_return false;
    case Delivery::kReset: {
      const std::string part = head + std::string(body.substr(0, body.size() / 2));
      (void)co_await send(stream, part);
      // Give the part time to arrive: a reset drops what the other side has not read.
      const std::chrono::milliseconds moment(20);
      co_await wait(moment);
      reset(tcp_layer);
      co_return false;
    }
    case Delivery::kDrip: {
      if (!co_await send(stream, head)) co_return false;
      for (std::size_t at = 0; at < body.size(); at += kDripBytes) {
        co_await wait(response.pause);
        const std::string_view piece = body.substr(at, kDripBytes);
        if (!co_await send(stream, piece)) co_return false;
      }
      co_return request.keep_alive();
    }
    case Delivery::kWhole:
      break;
  }
  co_await wait(response.pause);
  if (!co_await send(stream, head)) co_return false;
  if (!co_await send(stream, body)) co_return false;
  co_return request.keep_alive();
}

template <class Stream>
Async<void> converse(Stream& stream, const Server::Handler& handler) {
  beast::flat_buffer buffer;
  while (true) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(kMostHeader);
    parser.body_limit(kMostBody);
    beast::get_lowest_layer(stream).expires_after(kLongestSilence);
    error_code fault;
    auto token = asio::redirect_error(asio::use_awaitable, fault);
    co_await http::async_read(stream, buffer, parser, std::move(token));
    if (fault) co_return;
    beast::get_lowest_layer(stream).expires_never();
    const Message message = parser.release();
    const Response response = handler(request_of(message));
    const bool go_on = co_await deliver(stream, response, message);
    if (!go_on) co_return;
  }
}

Async<void> plain_session(tcp::socket socket, const Server::Handler& handler) {
  beast::tcp_stream stream(std::move(socket));
  co_await converse(stream, handler);
}

Async<void> secure_session(tcp::socket socket, asio::ssl::context& context, const Server::Handler& handler) {
  beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), context);
  error_code fault;
  auto token = asio::redirect_error(asio::use_awaitable, fault);
  co_await stream.async_handshake(asio::ssl::stream_base::server, std::move(token));
  if (fault) co_return;
  co_await converse(stream, handler);
  if (!beast::get_lowest_layer(stream).socket().is_open()) co_return;
  auto end = asio::redirect_error(asio::use_awaitable, fault);
  beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(1));
  co_await stream.async_shutdown(std::move(end));
}

// A session that fails has lost its client, which is the client's matter.
void ignore_end(const std::exception_ptr& /*fault*/) {}

}  // namespace

struct Server::State {
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  std::optional<asio::ssl::context> tls;
  Handler handler;

  Async<void> accept() {
    while (true) {
      error_code fault;
      auto token = asio::redirect_error(asio::use_awaitable, fault);
      tcp::socket socket = co_await acceptor.async_accept(std::move(token));
      if (fault == asio::error::operation_aborted) co_return;
      if (fault) continue;
      socket.set_option(tcp::no_delay(true), fault);
      if (tls) {
        asio::co_spawn(io, secure_session(std::move(socket), *tls, handler), ignore_end);
      } else {
        asio::co_spawn(io, plain_session(std::move(socket), handler), ignore_end);
      }
    }
  }
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

Result<Server> Server::listen(std::uint16_t port, const std::optional<Certificate>& certificate) {
  auto state = std::make_unique<State>();
  const tcp::endpoint here(asio::ip::address_v4::loopback(), port);
  error_code fault;
  const auto step = [&](auto&& act) {
    if (!fault) act();
  };
  step([&] { state->acceptor.open(here.protocol(), fault); });
  step([&] { state->acceptor.set_option(asio::socket_base::reuse_address(true), fault); });
  step([&] { state->acceptor.bind(here, fault); });
  step([&] { state->acceptor.listen(asio::socket_base::max_listen_connections, fault); });
  if (fault) {
    return fail(ErrorCode::kUnavailable, "cannot listen on 127.0.0.1:" + std::to_string(port) + ": " +
                                             fault.message() + "; choose another --port, or 0 for any");
  }
  if (certificate) {
    state->tls.emplace(asio::ssl::context::tls_server);
    step([&] { state->tls->use_certificate_chain(asio::buffer(certificate->certificate_pem), fault); });
    step([&] {
      state->tls->use_private_key(asio::buffer(certificate->key_pem), asio::ssl::context::pem, fault);
    });
    if (fault)
      return fail(ErrorCode::kInvalidInput, "the certificate or its key cannot be used: " + fault.message());
  }
  return Server(std::move(state));
}

std::uint16_t Server::port() const {
  error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

void Server::serve(Handler handler) {
  state_->handler = std::move(handler);
  asio::signal_set signals(state_->io, SIGTERM, SIGINT);
  signals.async_wait([&](const error_code& /*fault*/, int /*signal*/) { state_->io.stop(); });
  asio::co_spawn(state_->io, state_->accept(), ignore_end);
  state_->io.run();
}

}  // namespace plumbline::sandbox
