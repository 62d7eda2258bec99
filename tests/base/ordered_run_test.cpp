#include "base/ordered_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace plumbline {
namespace {

using testing::Lt;
using Numbers = OrderedRun<std::size_t>;

constexpr std::size_t kItems = 500;

// Workers that square their items; some items take longer than others.
auto squares() {
  return [](std::size_t item) {
    for (std::size_t i = 0; i < item * 7 % 11; ++i) std::this_thread::yield();
    return item * item;
  };
}

class OrderedRunTest : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Threads, OrderedRunTest, testing::Values(1, 2, 5));

TEST_P(OrderedRunTest, ResultsComeInOrderAndOneAtATime) {
  std::vector<std::size_t> results;
  std::atomic<int> inside = 0;
  const Numbers::Take take = [&](std::size_t result) {
    EXPECT_EQ(inside++, 0);
    results.push_back(result);
    --inside;
    return Numbers::Answer::kMore;
  };
  Numbers(kItems, take).run(GetParam(), squares);
  ASSERT_EQ(results.size(), kItems);
  for (std::size_t item = 0; item < kItems; ++item) EXPECT_EQ(results[item], item * item);
}

TEST_P(OrderedRunTest, EndsWhereNoMoreIsWanted) {
  std::vector<std::size_t> results;
  std::atomic<std::size_t> started = 0;
  const Numbers::Take take = [&](std::size_t result) {
    results.push_back(result);
    return results.size() == 10 ? Numbers::Answer::kEnough : Numbers::Answer::kMore;
  };
  Numbers(kItems, take).run(GetParam(), [&] {
    return [&](std::size_t item) {
      ++started;
      return item;
    };
  });
  EXPECT_EQ(results, (std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_THAT(started.load(), Lt(11 + (GetParam() + 1) * kMostResultsAhead));
}

TEST_P(OrderedRunTest, NoThreadRunsFarAhead) {
  std::atomic<std::size_t> taken = 0;
  const Numbers::Take take = [&](std::size_t) {
    ++taken;
    return Numbers::Answer::kMore;
  };
  Numbers(kItems, take).run(GetParam(), [&] {
    return [&](std::size_t item) {
      EXPECT_THAT(item, Lt(taken + GetParam() * kMostResultsAhead + 1));
      return item;
    };
  });
  EXPECT_EQ(taken, kItems);
}

TEST_P(OrderedRunTest, ThrowsWhatAWorkerThrows) {
  std::size_t taken = 0;
  const Numbers::Take take = [&](std::size_t) {
    ++taken;
    return Numbers::Answer::kMore;
  };
  const auto failing = [] {
    return [](std::size_t item) -> std::size_t {
      if (item == 20) throw std::runtime_error("no memory for item 20");
      return item;
    };
  };
  EXPECT_THROW(Numbers(kItems, take).run(GetParam(), failing), std::runtime_error);
  EXPECT_LE(taken, 20U);
}

TEST_P(OrderedRunTest, ThrowsWhatTakingThrows) {
  const Numbers::Take take = [&](std::size_t result) {
    if (result == 16) throw std::runtime_error("the disk is full");
    return Numbers::Answer::kMore;
  };
  EXPECT_THROW(Numbers(kItems, take).run(GetParam(), squares), std::runtime_error);
}

TEST_P(OrderedRunTest, ThrowsWhatTheStartOfAWorkerThrows) {
  const Numbers::Take take = [](std::size_t) { return Numbers::Answer::kMore; };
  const auto failing = []() -> decltype(squares()) { throw std::runtime_error("no memory for a worker"); };
  EXPECT_THROW(Numbers(kItems, take).run(GetParam(), failing), std::runtime_error);
}

TEST_P(OrderedRunTest, EachThreadHasAWorkerOfItsOwn) {
  std::atomic<std::size_t> workers = 0;
  const Numbers::Take take = [](std::size_t) { return Numbers::Answer::kMore; };
  Numbers(kItems, take).run(GetParam(), [&] {
    ++workers;
    return squares();
  });
  EXPECT_THAT(workers.load(), testing::AllOf(testing::Ge(1U), testing::Le(GetParam())));
}

TEST_P(OrderedRunTest, NothingToDo) {
  const Numbers::Take take = [](std::size_t) {
    ADD_FAILURE();
    return Numbers::Answer::kMore;
  };
  Numbers(0, take).run(GetParam(), squares);
}

}  // namespace
}  // namespace plumbline
