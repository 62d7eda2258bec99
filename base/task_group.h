// Coroutines that run beside each other and end together.
//
//   TaskGroup syncs(co_await boost::asio::this_coro::executor);
//   for (Source& source : sources) syncs.spawn(sync(source));
//   co_await syncs.wait();
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <exception>
#include <list>

#include "base/async.h"

namespace plumbline {

// Whoever spawns into a group waits for it before the group goes: destroying one whose tasks still run is a
// broken invariant and aborts. For the thread of its executor.
class TaskGroup {
 public:
  explicit TaskGroup(Executor executor);
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup();

  // Starts the task, though not before this returns. If it throws, the others are cancelled and wait() throws
  // the same. In a group that was cancelled no task begins.
  void spawn(Async<void> task);

  // Until all have ended. Throws what the first task to fail threw, once. Cancelling whoever waits here
  // cancels all tasks; wait() still returns only when they have ended, and then throws operation_aborted.
  Async<void> wait();

  // What the tasks wait for fails with operation_aborted. A task that ends by it has not failed. The group is
  // of no more use afterwards but to be waited for.
  void cancel_all();

  std::size_t running() const { return tasks_.size(); }

 private:
  struct Task {
    boost::asio::cancellation_signal cancel{};
  };
  void ended(std::list<Task>::iterator task, const std::exception_ptr& fault);

  Executor executor_;
  boost::asio::steady_timer all_ended_;
  std::list<Task> tasks_;
  std::exception_ptr fault_;
  bool cancelled_ = false;
};

}  // namespace plumbline
