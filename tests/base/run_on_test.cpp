#include "base/run_on.h"

#include <gtest/gtest.h>

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/kit/run_async.h"

namespace plumbline {
namespace {

namespace asio = boost::asio;

// Can be moved only, and not made of nothing.
struct Answer {
  explicit Answer(std::thread::id where) : thread(std::make_unique<std::thread::id>(where)) {}
  std::unique_ptr<std::thread::id> thread;
};

Async<bool> runs_elsewhere_and_comes_back(Executor pool) {
  const std::thread::id here = std::this_thread::get_id();
  auto work = [] { return Answer(std::this_thread::get_id()); };
  const Answer answer = co_await run_on(pool, work);
  co_return *answer.thread != here&& std::this_thread::get_id() == here;
}

TEST(RunOn, works_on_the_pools_thread_and_goes_on_where_it_was_called) {
  asio::thread_pool pool(1);
  EXPECT_TRUE(run_async(runs_elsewhere_and_comes_back(pool.get_executor())));
}

Async<std::string> fault_of(Executor pool) {
  auto work = [] { throw std::runtime_error("the disk is full"); };
  try {
    co_await run_on(pool, work);
  } catch (const std::runtime_error& error) {
    co_return error.what();
  }
  co_return "none";
}

TEST(RunOn, throws_what_the_work_throws) {
  asio::thread_pool pool(1);
  EXPECT_EQ(run_async(fault_of(pool.get_executor())), "the disk is full");
}

Async<bool> is_gone_at_the_end(Executor pool) {
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = held;
  auto work = [held = std::move(held)] { return *held; };
  co_await run_on(pool, std::move(work));
  co_return watched.expired();
}

TEST(RunOn, lets_go_of_the_work_before_its_caller_goes_on) {
  asio::thread_pool pool(1);
  EXPECT_TRUE(run_async(is_gone_at_the_end(pool.get_executor())));
}

}  // namespace
}  // namespace plumbline
