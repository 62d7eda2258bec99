// Work that would hold up the thread that waits for the network, done on another one.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/async.h"

namespace plumbline {

// Calls `work` on `pool`, such as a thread pool's executor, and goes on where it was called with what it
// returns or throws. `work` is moved there and shares nothing with the caller that another thread must not
// touch; it is gone when this returns. It cannot be stopped half way: cancelling shows at the next thing that
// is waited for.
//
//   auto parse = [text = std::move(text)] { return parse_page(text); };
//   Result<Page> page = co_await run_on(cpu, std::move(parse));
template <class Work>
Async<std::invoke_result_t<Work&>> run_on(Executor pool, Work work) {
  namespace asio = boost::asio;
  using Value = std::invoke_result_t<Work&>;
  constexpr bool kNoValue = std::is_void_v<Value>;
  struct Outcome {
    std::optional<std::conditional_t<kNoValue, std::monostate, Value>> value;
    std::exception_ptr fault;
  };
  // On the heap, for the caller's frame may be destroyed, with its thread's queue, while the work goes on.
  auto outcome = std::make_shared<Outcome>();
  auto start = [pool, outcome, work = std::move(work)](auto resume) mutable {
    auto home =
        asio::prefer(asio::get_associated_executor(resume), asio::execution::outstanding_work.tracked);
    auto job = [outcome, work = std::move(work), home, resume = std::move(resume)]() mutable {
      try {
        // What the work holds goes on this thread, before the caller goes on.
        Work own = std::move(work);
        if constexpr (kNoValue) {
          own();
          outcome->value.emplace();
        } else {
          outcome->value.emplace(own());
        }
      } catch (...) {
        outcome->fault = std::current_exception();
      }
      outcome.reset();
      asio::post(home, std::move(resume));
    };
    asio::post(pool, std::move(job));
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(start), asio::use_awaitable);
  if (outcome->fault) std::rethrow_exception(outcome->fault);
  if constexpr (!kNoValue) co_return std::move(*outcome->value);
}

}  // namespace plumbline
