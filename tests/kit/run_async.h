// Runs a coroutine to its end, on a loop of its own.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/async.h"

namespace plumbline {

// What the coroutine returns or throws. `loop` is that which its objects were made for; what else waits there
// goes on waiting.
template <class T>
T run_async(boost::asio::io_context& loop, Async<T> task) {
  std::exception_ptr fault;
  const auto at_end = [&loop, &fault](std::exception_ptr thrown) {
    fault = std::move(thrown);
    loop.stop();
  };
  loop.restart();
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(loop, std::move(task), at_end);
    loop.run();
    if (fault) std::rethrow_exception(fault);
  } else {
    std::optional<T> value;
    auto keep = [&value](Async<T> own) -> Async<void> { value.emplace(co_await std::move(own)); };
    boost::asio::co_spawn(loop, keep(std::move(task)), at_end);
    loop.run();
    if (fault) std::rethrow_exception(fault);
    return std::move(value).value();
  }
}

template <class T>
T run_async(Async<T> task) {
  boost::asio::io_context loop;
  return run_async(loop, std::move(task));
}

}  // namespace plumbline
