// The sandbox on a socket: HTTP/1.1 on loopback, with TLS where there is a certificate. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "sandbox/web/message.h"

namespace plumbline::sandbox {

struct Certificate {
  std::string certificate_pem;
  std::string key_pem;
};

class Server {
 public:
  using Handler = std::function<Response(const Request&)>;

  // Listens on 127.0.0.1; port 0 takes any that is free. kUnavailable where the port is taken.
  static Result<Server> listen(std::uint16_t port, const std::optional<Certificate>& certificate);
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  ~Server();

  std::uint16_t port() const;
  // Answers until SIGTERM or SIGINT.
  void serve(Handler handler);

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace plumbline::sandbox
