// The one file that knows Beast.
#include "daemon/service/health_server.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <utility>

#include "base/timer_pauses.h"

namespace plumbline {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr int kNotAllowed = 405;
constexpr std::chrono::milliseconds kPauseAfterFault{100};

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

http::response<http::string_body> reply_to(const http::request<http::empty_body>& request,
                                           const HealthAnswer& answer) {
  HealthReply reply{.status = kNotAllowed, .body = "only GET is answered here\n"};
  const bool is_head = request.method() == http::verb::head;
  if (is_head || request.method() == http::verb::get) {
    const auto target = request.target();
    reply = answer(path_of({target.data(), target.size()}));
  }
  http::response<http::string_body> response{static_cast<http::status>(reply.status), request.version()};
  response.set(http::field::content_type, reply.content_type);
  response.set(http::field::cache_control, "no-store");
  response.keep_alive(false);
  response.content_length(reply.body.size());
  if (!is_head) response.body() = std::move(reply.body);
  return response;
}

}  // namespace

class HealthServer::Listener : public std::enable_shared_from_this<HealthServer::Listener> {
 public:
  Listener(const Executor& executor, HealthAnswer answer) : acceptor_(executor), answer_(std::move(answer)) {}

  Status open(std::uint16_t port) {
    const tcp::endpoint place(asio::ip::address_v4::loopback(), port);
    boost::system::error_code code;
    acceptor_.open(place.protocol(), code);
    if (!code) acceptor_.set_option(tcp::acceptor::reuse_address(true), code);
    if (!code) acceptor_.bind(place, code);
    if (!code) acceptor_.listen(tcp::socket::max_listen_connections, code);
    if (!code) return {};
    return fail(
        ErrorCode::kUnavailable,
        fmt::format("127.0.0.1:{} cannot be listened at: {}; name another daemon.health_port, or 0 for none",
                    port, code.message()));
  }

  void run() { asio::co_spawn(acceptor_.get_executor(), accept(shared_from_this()), asio::detached); }
  void stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
  }
  std::uint16_t port() const {
    boost::system::error_code ignored;
    return acceptor_.local_endpoint(ignored).port();
  }

 private:
  // Ends when the acceptor is closed.
  static Async<void> accept(std::shared_ptr<Listener> self) {
    while (self->acceptor_.is_open()) {
      tcp::socket socket(self->acceptor_.get_executor());
      boost::system::error_code code;
      co_await self->acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, code));
      if (code == asio::error::operation_aborted) break;
      if (code) {  // a caller who has gone, or no descriptor left: not again at once
        TimerPauses pauses;
        Async<void> wait = pauses.pause(kPauseAfterFault);
        co_await std::move(wait);
        continue;
      }
      // Who comes when there are too many is not answered.
      if (self->connections_ >= kMostHealthConnections) continue;
      ++self->connections_;
      asio::co_spawn(self->acceptor_.get_executor(), serve(self, beast::tcp_stream(std::move(socket))),
                     [self](const std::exception_ptr&) { --self->connections_; });
    }
  }

  static Async<void> serve(std::shared_ptr<Listener> self, beast::tcp_stream stream) {
    stream.expires_after(kHealthPatience);
    beast::flat_buffer buffer(kMostHealthRequestBytes);
    http::request_parser<http::empty_body> parser;
    parser.header_limit(kMostHealthRequestBytes);
    co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
    http::response<http::string_body> response = reply_to(parser.get(), self->answer_);
    co_await http::async_write(stream, response, asio::use_awaitable);
    boost::system::error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  tcp::acceptor acceptor_;
  HealthAnswer answer_;
  std::size_t connections_ = 0;
};

HealthServer::HealthServer(std::shared_ptr<Listener> listener) : listener_(std::move(listener)) {}

HealthServer::~HealthServer() { listener_->stop(); }

std::uint16_t HealthServer::port() const { return listener_->port(); }

Result<std::unique_ptr<HealthServer>> HealthServer::start(Executor executor, std::uint16_t port,
                                                          HealthAnswer answer) {
  auto listener = std::make_shared<Listener>(executor, std::move(answer));
  if (Status opened = listener->open(port); !opened) return fail(opened.error());
  listener->run();
  return std::unique_ptr<HealthServer>(new HealthServer(std::move(listener)));
}

}  // namespace plumbline
