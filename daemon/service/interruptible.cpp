#include "daemon/service/interruptible.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <utility>

namespace plumbline {
namespace {

namespace asio = boost::asio;

class Interrupts {
 public:
  explicit Interrupts(asio::io_context& context) : signals_(context, SIGINT, SIGTERM, SIGHUP) {
    signals_.async_wait([this](const boost::system::error_code& code, int signal) {
      if (code) return;
      seen_ = signal;
      signals_.clear();
      cancel_.emit(asio::cancellation_type::terminal);
    });
  }
  asio::cancellation_slot slot() { return cancel_.slot(); }
  int seen() const { return seen_; }
  void end() { signals_.cancel(); }

 private:
  asio::signal_set signals_;
  asio::cancellation_signal cancel_;
  int seen_ = 0;
};

}  // namespace

int run_interruptible(asio::io_context& context, std::initializer_list<asio::thread_pool*> threads,
                      Async<void> task) {
  Interrupts interrupts(context);
  std::exception_ptr fault;
  asio::co_spawn(context, std::move(task),
                 asio::bind_cancellation_slot(interrupts.slot(), [&](std::exception_ptr thrown) {
                   // What is cancelled ends by an exception, and is no fault.
                   if (interrupts.seen() == 0) fault = std::move(thrown);
                   interrupts.end();
                 }));
  context.run();
  for (asio::thread_pool* const pool : threads) pool->join();
  if (fault) std::rethrow_exception(fault);
  return interrupts.seen();
}

}  // namespace plumbline
