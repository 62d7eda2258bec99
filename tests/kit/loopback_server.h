// A server on 127.0.0.1 inside the test that says what it is told to, byte by byte: for clients that must
// stand bad servers.
//
//   LoopbackServer server([](LoopbackPeer& peer) {
//     while (peer.request()) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
//   });
//   ... server.url("/path") ...
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/kit/test_certificates.h"

namespace plumbline {

// One connection, as its server sees it. Every call returns soon after the client or the server has gone.
class LoopbackPeer {
 public:
  virtual ~LoopbackPeer() = default;
  // The next request with its body, as it came; nothing when the client has gone.
  virtual std::optional<std::string> request() = 0;
  // False when the client has gone.
  virtual bool send(std::string_view bytes) = 0;
  // Ends the connection with a reset.
  virtual void reset() = 0;
  // Says nothing until the client has gone.
  virtual void wait_until_gone() = 0;
};

class LoopbackServer {
 public:
  // `serve` is called for each connection, on a thread of its own; when it returns the connection is closed.
  using Serve = std::function<void(LoopbackPeer&)>;

  explicit LoopbackServer(Serve serve, std::optional<TestCertificate> tls = std::nullopt);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::uint16_t port() const { return port_; }
  // http:// or https://, 127.0.0.1, the port and the path.
  std::string url(std::string_view path = "/") const;

  int connections() const { return connections_; }
  // What all peers were asked, in the order it came.
  std::vector<std::string> requests() const;

 private:
  class Connection;
  struct TlsContext;

  void accept_all();

  Serve serve_;
  std::unique_ptr<TlsContext> tls_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::list<Connection> open_;
  std::thread acceptor_;
};

// "HTTP/1.1 200 OK" with Content-Length and the headers given, each without its line end.
std::string plain_reply(std::string_view body, const std::vector<std::string>& headers = {},
                        int status = 200);

}  // namespace plumbline
