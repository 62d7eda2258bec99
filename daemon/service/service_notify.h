// Telling systemd how the service is: sd_notify's protocol, a datagram to $NOTIFY_SOCKET. Outside of systemd
// nothing happens.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace plumbline {

class ServiceNotifier {
 public:
  // Of the environment: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
  static ServiceNotifier from_environment();
  // `socket`: a path, or an abstract name that begins with @; empty for none.
  explicit ServiceNotifier(std::string socket, std::optional<std::chrono::microseconds> watchdog = {})
      : socket_(std::move(socket)), watchdog_(watchdog) {}

  void ready(std::string_view status) const;
  void reloading() const;
  void stopping() const;
  void status(std::string_view status) const;
  void alive() const;

  // How often alive() must be said; nothing where nobody watches.
  std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

 private:
  void send(const std::string& text) const;

  std::string socket_;
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace plumbline
