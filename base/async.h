// Coroutines: what runs on the one thread that waits for the network, and how work leaves it for a while.
//
// House rule: what a co_await is given stands in a named local before it. One compiler in use copies
// temporaries of a co_await wrongly, and says nothing.
#pragma once

#ifndef BOOST_ASIO_SEPARATE_COMPILATION
#error "Link plumbline_async: Asio is compiled there, and a second copy of it would not know the first."
#endif

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>

namespace plumbline {

// Runs on the executor it was spawned on. Whoever cancels it makes the operation it waits for fail.
template <class T>
using Async = boost::asio::awaitable<T>;

using Executor = boost::asio::any_io_executor;

// Waiting, behind an interface: between two questions to a server that is not ready, before another attempt.
// Tests note what was asked and go on at once; where time is a sandbox's, so are the pauses.
class Pauses {
 public:
  virtual ~Pauses() = default;
  virtual Async<void> pause(std::chrono::milliseconds time) = 0;
};

}  // namespace plumbline
