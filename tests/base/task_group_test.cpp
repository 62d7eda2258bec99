#include "base/task_group.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/kit/run_async.h"

namespace plumbline {
namespace {

namespace asio = boost::asio;

using Notes = std::vector<std::string>;

Async<void> note(Notes& notes, std::string text) {
  notes.push_back(std::move(text));
  co_return;
}

// Waits until it is cancelled.
Async<void> wait_for_ever(Notes& notes) {
  const Executor here = co_await asio::this_coro::executor;
  asio::steady_timer never(here, asio::steady_timer::time_point::max());
  try {
    co_await never.async_wait(asio::use_awaitable);
  } catch (const boost::system::system_error&) {
    notes.emplace_back("stopped");
    throw;
  }
}

Async<void> fail_with(std::string text) {
  throw std::runtime_error(text);
  co_return;
}

Async<void> run_two(Notes& notes) {
  TaskGroup group(co_await asio::this_coro::executor);
  group.spawn(note(notes, "one"));
  group.spawn(note(notes, "two"));
  notes.emplace_back("spawned");
  co_await group.wait();
  notes.emplace_back("all");
}

TEST(TaskGroup, waits_until_all_have_ended_and_starts_none_before_spawn_returns) {
  Notes notes;
  run_async(run_two(notes));
  EXPECT_EQ(notes, (Notes{"spawned", "one", "two", "all"}));
}

Async<void> wait_for_nothing() {
  TaskGroup group(co_await asio::this_coro::executor);
  co_await group.wait();
}

TEST(TaskGroup, that_is_empty_is_not_waited_for) { EXPECT_NO_THROW(run_async(wait_for_nothing())); }

Async<std::string> fault_of_three(Notes& notes) {
  TaskGroup group(co_await asio::this_coro::executor);
  group.spawn(wait_for_ever(notes));
  group.spawn(fail_with("first"));
  group.spawn(fail_with("second"));
  std::string fault;
  try {
    co_await group.wait();
  } catch (const std::runtime_error& error) {
    fault = error.what();
  }
  // Told once.
  co_await group.wait();
  co_return fault;
}

TEST(TaskGroup, cancels_the_others_when_one_throws_and_throws_the_first_fault_once) {
  Notes notes;
  EXPECT_EQ(run_async(fault_of_three(notes)), "first");
  EXPECT_EQ(notes, Notes{"stopped"});
}

Async<void> cancel_two(Notes& notes) {
  TaskGroup group(co_await asio::this_coro::executor);
  group.spawn(wait_for_ever(notes));
  const Executor here = co_await asio::this_coro::executor;
  co_await asio::post(here, asio::use_awaitable);
  co_await asio::post(here, asio::use_awaitable);
  group.cancel_all();
  group.spawn(wait_for_ever(notes));
  co_await group.wait();
  notes.emplace_back("all");
}

TEST(TaskGroup, that_is_cancelled_ends_without_a_fault_and_begins_no_task_that_comes_late) {
  Notes notes;
  run_async(cancel_two(notes));
  EXPECT_EQ(notes, (Notes{"stopped", "all"}));
}

Async<void> wait_for_two(Notes& notes) {
  TaskGroup group(co_await asio::this_coro::executor);
  group.spawn(wait_for_ever(notes));
  group.spawn(wait_for_ever(notes));
  try {
    co_await group.wait();
  } catch (const boost::system::system_error& error) {
    notes.emplace_back(error.code() == asio::error::operation_aborted ? "aborted" : "another fault");
  }
}

TEST(TaskGroup, whose_waiter_is_cancelled_cancels_its_tasks_and_still_waits_for_them) {
  Notes notes;
  asio::io_context loop;
  asio::cancellation_signal stop;
  asio::co_spawn(loop, wait_for_two(notes), asio::bind_cancellation_slot(stop.slot(), asio::detached));
  loop.poll();
  EXPECT_EQ(notes, Notes{});
  stop.emit(asio::cancellation_type::terminal);
  loop.run();
  EXPECT_EQ(notes, (Notes{"stopped", "stopped", "aborted"}));
}

}  // namespace
}  // namespace plumbline
