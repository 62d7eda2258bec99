#include "base/loop_wait.h"

#include <ctime>

namespace plumbline {
namespace {

struct Waits {
  bool noted = false;
  ThreadMoment woke{};
};
thread_local Waits waits;

std::chrono::nanoseconds moment_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace

ThreadMoment ThreadMoment::now() {
  return {.wall = moment_of(CLOCK_MONOTONIC), .cpu = moment_of(CLOCK_THREAD_CPUTIME_ID)};
}

ThreadMoment last_wake() { return waits.woke; }

void note_waits(bool on) { waits = {.noted = on}; }

int noted_epoll_wait(int epoll, epoll_event* events, int most_events, int milliseconds) {
  const int ready = ::epoll_wait(epoll, events, most_events, milliseconds);
  if (waits.noted) waits.woke = ThreadMoment::now();
  return ready;
}

}  // namespace plumbline
