// Asio's waiting for descriptors, noted: so that a loop's work can be told from its waiting.
#pragma once

#include <sys/epoll.h>

#include <chrono>

namespace plumbline {

// As a thread sees them: what passed, and what it used of the processor.
struct ThreadMoment {
  std::chrono::nanoseconds wall{};
  std::chrono::nanoseconds cpu{};

  static ThreadMoment now();
};

// When this thread's loop came back from waiting last; kept up to date while `note_waits` is on for the
// thread.
ThreadMoment last_wake();
void note_waits(bool on);

// What Asio calls for epoll_wait (asio_impl.cpp).
int noted_epoll_wait(int epoll, epoll_event* events, int most_events, int milliseconds);

}  // namespace plumbline
