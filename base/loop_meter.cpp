#include "base/loop_meter.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/loop_wait.h"

namespace plumbline {
namespace {

constexpr unsigned kStepBits = 3;

// The place of a span among steps that are an eighth of the power of two below it.
std::size_t step_of(std::uint64_t span) {
  const auto doubling = static_cast<unsigned>(std::bit_width(span | 1U)) - 1U;
  const std::uint64_t within =
      doubling >= kStepBits ? span >> (doubling - kStepBits) : span << (kStepBits - doubling);
  return (std::size_t{doubling} << kStepBits) + static_cast<std::size_t>(within & ((1U << kStepBits) - 1U));
}

// The longest span of a step.
std::uint64_t end_of(std::size_t step) {
  const auto doubling = static_cast<unsigned>(step >> kStepBits);
  const std::uint64_t eighths = (1U << kStepBits) + (step & ((1U << kStepBits) - 1U)) + 1U;
  return doubling >= kStepBits ? (eighths << (doubling - kStepBits)) - 1
                               : (eighths >> (kStepBits - doubling));
}

// The loop of another thread is none of ours.
class NotedWaits {
 public:
  NotedWaits() { note_waits(true); }
  NotedWaits(const NotedWaits&) = delete;
  NotedWaits& operator=(const NotedWaits&) = delete;
  ~NotedWaits() { note_waits(false); }
};

}  // namespace

void SpanCounts::note(std::chrono::nanoseconds span) {
  const auto length = static_cast<std::uint64_t>(std::max<std::chrono::nanoseconds::rep>(span.count(), 0));
  ++counts_[std::min(step_of(length), counts_.size() - 1)];
  ++count_;
  longest_ = std::max(longest_, span);
}

std::chrono::nanoseconds SpanCounts::at(double part) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t step = 0; step < counts_.size(); ++step) {
    seen += counts_[step];
    if (seen == 0 || seen < wanted) continue;
    const auto end = static_cast<std::chrono::nanoseconds::rep>(end_of(step));
    return std::min(longest_, std::chrono::nanoseconds{end});
  }
  return longest_;
}

void LoopMeter::run(boost::asio::io_context& context) {
  const NotedWaits noted;
  ThreadMoment before = ThreadMoment::now();
  while (context.run_one() != 0) {
    const ThreadMoment after = ThreadMoment::now();
    const ThreadMoment woke = last_wake();
    const ThreadMoment start = woke.wall > before.wall ? woke : before;
    const HandlerTime time{.cpu = after.cpu - start.cpu, .wall = after.wall - start.wall};
    cpu_.note(time.cpu);
    wall_.note(time.wall);
    if (time.cpu > kMostCpu) on_slow_(time);
    before = ThreadMoment::now();
  }
}

}  // namespace plumbline
