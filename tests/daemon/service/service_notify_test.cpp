#include "daemon/service/service_notify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

// What systemd listens at.
class Listener {
 public:
  explicit Listener(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::memcpy(address.sun_path, path.data(), path.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Listener() { ::close(socket_); }
  std::string heard() const {
    std::array<char, 512> bytes{};
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    return got < 0 ? "" : std::string(bytes.data(), static_cast<std::size_t>(got));
  }

 private:
  int socket_;
};

TEST(ServiceNotifier, says_each_thing_in_a_datagram) {
  const TempFolder folder;
  const std::string path = folder.path_of("notify");
  const Listener listener(path);
  const ServiceNotifier notifier(path);
  notifier.ready("1 of 1\nsources");
  EXPECT_EQ(listener.heard(), "READY=1\nSTATUS=1 of 1 sources\n");
  notifier.alive();
  EXPECT_EQ(listener.heard(), "WATCHDOG=1\n");
  notifier.reloading();
  EXPECT_THAT(listener.heard(), testing::StartsWith("RELOADING=1\nMONOTONIC_USEC="));
  notifier.stopping();
  EXPECT_THAT(listener.heard(), testing::StartsWith("STOPPING=1\n"));
}

TEST(ServiceNotifier, without_a_socket_nothing_happens) {
  const ServiceNotifier notifier("");
  notifier.ready("fine");
  EXPECT_EQ(notifier.watchdog(), std::nullopt);
}

}  // namespace
}  // namespace plumbline
