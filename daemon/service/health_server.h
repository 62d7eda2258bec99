// Answers GET on this machine's own address: whether the service lives, is ready, and its metrics.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/async.h"
#include "base/result.h"

namespace plumbline {

inline constexpr std::size_t kMostHealthConnections = 32;
inline constexpr std::size_t kMostHealthRequestBytes = std::size_t{8} << 10;
inline constexpr std::chrono::seconds kHealthPatience{5};  // for one request and its answer

struct HealthReply {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body{};
};

// By the path of the address, without its query.
using HealthAnswer = std::function<HealthReply(std::string_view path)>;

// For the thread of the executor, which outlives it. Ends when it goes.
class HealthServer {
 public:
  // On 127.0.0.1; port 0 is any that is free. kUnavailable where it is taken.
  static Result<std::unique_ptr<HealthServer>> start(Executor executor, std::uint16_t port,
                                                     HealthAnswer answer);
  ~HealthServer();

  std::uint16_t port() const;

 private:
  class Listener;
  explicit HealthServer(std::shared_ptr<Listener> listener);

  std::shared_ptr<Listener> listener_;
};

}  // namespace plumbline
