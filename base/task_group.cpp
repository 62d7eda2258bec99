#include "base/task_group.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cstdlib>
#include <utility>

namespace plumbline {
namespace {

namespace asio = boost::asio;

bool is_cancellation(const std::exception_ptr& fault) {
  try {
    std::rethrow_exception(fault);
  } catch (const boost::system::system_error& error) {
    return error.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

// A task that ran as soon as it is spawned could end before its place is known.
Async<void> run_later(Async<void> task) {
  const Executor here = co_await asio::this_coro::executor;
  co_await asio::post(here, asio::use_awaitable);
  co_await std::move(task);
}

}  // namespace

TaskGroup::TaskGroup(Executor executor)
    : executor_(std::move(executor)), all_ended_(executor_, asio::steady_timer::time_point::max()) {}

TaskGroup::~TaskGroup() {
  if (!tasks_.empty()) std::abort();
}

void TaskGroup::spawn(Async<void> task) {
  const auto place = tasks_.emplace(tasks_.end());
  auto on_end = [this, place](const std::exception_ptr& fault) { ended(place, fault); };
  asio::co_spawn(executor_, run_later(std::move(task)),
                 asio::bind_cancellation_slot(place->cancel.slot(), std::move(on_end)));
  if (cancelled_) place->cancel.emit(asio::cancellation_type::terminal);
}

void TaskGroup::ended(std::list<Task>::iterator task, const std::exception_ptr& fault) {
  tasks_.erase(task);
  const bool failed = fault && !(cancelled_ && is_cancellation(fault));
  if (failed && !fault_) {
    fault_ = fault;
    cancel_all();
  }
  if (tasks_.empty()) all_ended_.cancel();
}

void TaskGroup::cancel_all() {
  cancelled_ = true;
  // A task that is told to stop may end at once, and with it its place in the list.
  for (auto task = tasks_.begin(); task != tasks_.end();)
    (task++)->cancel.emit(asio::cancellation_type::terminal);
}

Async<void> TaskGroup::wait() {
  bool told_to_stop = false;
  while (!tasks_.empty()) {
    co_await all_ended_.async_wait(asio::as_tuple(asio::use_awaitable));
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() == asio::cancellation_type::none) continue;
    told_to_stop = true;
    cancel_all();
    co_await asio::this_coro::reset_cancellation_state();
  }
  if (const std::exception_ptr fault = std::exchange(fault_, nullptr)) std::rethrow_exception(fault);
  if (told_to_stop) throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace plumbline
