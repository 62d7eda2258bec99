#include "base/timer_pauses.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plumbline {

Async<void> TimerPauses::pause(std::chrono::milliseconds time) {
  const Executor here = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(here, time);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace plumbline
