// Commands that ask the network once: their coroutine runs to its end, or until somebody interrupts it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <initializer_list>

#include "base/async.h"

namespace plumbline {

// Runs the task on the context, and joins the threads that work for it, in their order. The first SIGINT,
// SIGTERM or SIGHUP cancels what waits for the network, and is what comes back (else 0); the second one ends
// the process at once. Throws what the task throws.
int run_interruptible(boost::asio::io_context& context,
                      std::initializer_list<boost::asio::thread_pool*> threads, Async<void> task);

}  // namespace plumbline
