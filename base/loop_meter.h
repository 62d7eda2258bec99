// How long the handlers of a loop keep its one thread: whatever else is due waits for them.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>

namespace plumbline {

// How often spans of time came up, told apart to an eighth of themselves.
class SpanCounts {
 public:
  void note(std::chrono::nanoseconds span);
  std::uint64_t count() const { return count_; }
  std::chrono::nanoseconds longest() const { return longest_; }
  // The span that the given part of all (0.99) does not exceed, at most an eighth too long; 0 where none
  // came.
  std::chrono::nanoseconds at(double part) const;

 private:
  static constexpr std::size_t kStepsOfDoubling = 8;
  static constexpr std::size_t kDoublings = 64;
  std::array<std::uint64_t, kDoublings * kStepsOfDoubling> counts_{};
  std::uint64_t count_ = 0;
  std::chrono::nanoseconds longest_{};
};

// Of one handler: the processor's time its thread used, and all that passed.
struct HandlerTime {
  std::chrono::nanoseconds cpu{};
  std::chrono::nanoseconds wall{};
};

// For the thread of the loop.
class LoopMeter {
 public:
  // What a handler may use of the processor; `on_slow` is told of every one that uses more.
  static constexpr std::chrono::milliseconds kMostCpu{5};

  explicit LoopMeter(std::function<void(const HandlerTime&)> on_slow) : on_slow_(std::move(on_slow)) {}

  // As context.run() does, measuring each handler from when the loop woke or the one before it ended.
  void run(boost::asio::io_context& context);

  const SpanCounts& cpu() const { return cpu_; }
  const SpanCounts& wall() const { return wall_; }

 private:
  std::function<void(const HandlerTime&)> on_slow_;
  SpanCounts cpu_;
  SpanCounts wall_;
};

}  // namespace plumbline
