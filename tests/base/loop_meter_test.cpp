#include "base/loop_meter.h"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <vector>

#include "base/loop_wait.h"

namespace plumbline {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Uses the processor, for a time that is measured and not guessed.
void work_for(nanoseconds time) {
  const nanoseconds start = ThreadMoment::now().cpu;
  while (ThreadMoment::now().cpu - start < time) continue;
}

TEST(SpanCounts, has_no_spans_at_first) {
  const SpanCounts spans;
  EXPECT_EQ(spans.count(), 0U);
  EXPECT_EQ(spans.at(0.5), nanoseconds{0});
  EXPECT_EQ(spans.longest(), nanoseconds{0});
}

TEST(SpanCounts, tells_a_part_to_an_eighth) {
  SpanCounts spans;
  for (int i = 1; i <= 1000; ++i) spans.note(std::chrono::microseconds{i});
  EXPECT_EQ(spans.count(), 1000U);
  for (const double part : {0.001, 0.01, 0.5, 0.9, 0.99, 0.999}) {
    const double exact = part * 1e6;
    const auto told = static_cast<double>(spans.at(part).count());
    EXPECT_GE(told, exact) << part;
    EXPECT_LE(told, exact * 1.125 + 1) << part;
  }
  EXPECT_EQ(spans.at(1), milliseconds{1});
  EXPECT_EQ(spans.longest(), milliseconds{1});
}

TEST(SpanCounts, takes_the_shortest_and_the_longest_there_are) {
  SpanCounts spans;
  spans.note(nanoseconds{0});
  spans.note(nanoseconds{-5});
  spans.note(nanoseconds{7});
  spans.note(nanoseconds::max());
  EXPECT_EQ(spans.at(0.75), nanoseconds{7});
  EXPECT_EQ(spans.longest(), nanoseconds::max());
}

TEST(LoopMeter, tells_of_handlers_that_use_more_of_the_processor_than_they_may) {
  std::vector<HandlerTime> slow;
  LoopMeter meter([&](const HandlerTime& time) { slow.push_back(time); });
  asio::io_context context{1};
  const nanoseconds long_work = 2 * nanoseconds{LoopMeter::kMostCpu};
  asio::post(context, [] {});
  asio::post(context, [&] { work_for(long_work); });
  asio::post(context, [] {});
  meter.run(context);
  EXPECT_EQ(meter.cpu().count(), 3U);
  ASSERT_GE(slow.size(), 1U);
  EXPECT_GE(slow.front().cpu, long_work);
  EXPECT_GE(slow.front().wall, long_work);
  EXPECT_GE(meter.cpu().longest(), long_work);
}

TEST(LoopMeter, does_not_take_waiting_for_work) {
  LoopMeter meter([](const HandlerTime&) {});
  asio::io_context context{1};
  asio::steady_timer timer(context, milliseconds{200});
  nanoseconds began{};
  timer.async_wait([&](const boost::system::error_code&) { began = ThreadMoment::now().wall; });
  const nanoseconds start = ThreadMoment::now().wall;
  meter.run(context);
  const nanoseconds end = ThreadMoment::now().wall;
  EXPECT_EQ(meter.wall().count(), 1U);
  // All that passed but what passed before the handler began, give or take how it came to run.
  EXPECT_LE(meter.wall().longest(), (end - start) - milliseconds{190});
  EXPECT_GE(began - start, milliseconds{199});
}

TEST(LoopMeter, leaves_other_loops_of_its_thread_unnoted_afterwards) {
  LoopMeter meter([](const HandlerTime&) {});
  asio::io_context measured{1};
  asio::post(measured, [] {});
  meter.run(measured);
  asio::io_context other{1};
  asio::steady_timer timer(other, milliseconds{1});
  timer.async_wait([](const boost::system::error_code&) {});
  other.run();
  EXPECT_EQ(last_wake().wall, nanoseconds{0});
}

}  // namespace
}  // namespace plumbline
