#include "connectors/http/host_gate.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <list>
#include <utility>

namespace plumbline {

namespace asio = boost::asio;

struct HostGate::Host {
  std::uint32_t inside = 0;
  // Those who wait, in order; whoever is let in is counted as inside already and taken off the list.
  std::list<asio::steady_timer*> waiting;
  std::chrono::steady_clock::time_point next_start{};
};

// One who waits; off the list however that ends.
struct HostGate::Place {
  Place(Host& at, const Executor& here) : host(at), turn(here, asio::steady_timer::time_point::max()) {
    host.waiting.push_back(&turn);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { std::erase(host.waiting, &turn); }
  bool is_kept() const { return std::ranges::find(host.waiting, &turn) != host.waiting.end(); }

  Host& host;
  asio::steady_timer turn;
};

HostGate::HostGate(HostLimits limits, Pauses& pauses, SteadyNow now)
    : limits_(limits), pauses_(pauses), now_(std::move(now)) {}

HostGate::Permit& HostGate::Permit::operator=(Permit&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  host_ = std::move(other.host_);
  return *this;
}

void HostGate::Permit::give_back() {
  const std::shared_ptr<Host> host = std::exchange(host_, nullptr);
  if (!host) return;
  if (host->waiting.empty()) {
    --host->inside;
    return;
  }
  host->waiting.front()->cancel();
  host->waiting.pop_front();
}

Async<HostGate::Permit> HostGate::enter(std::string host_name) {
  std::shared_ptr<Host>& known = hosts_[std::move(host_name)];
  if (!known) known = std::make_shared<Host>();
  const std::shared_ptr<Host> host = known;
  if (host->inside < limits_.most_at_once) {
    ++host->inside;
  } else {
    const Executor here = co_await asio::this_coro::executor;
    Place place(*host, here);
    co_await place.turn.async_wait(asio::as_tuple(asio::use_awaitable));
    // Not let in: whoever waits here was cancelled.
    if (place.is_kept()) throw boost::system::system_error(asio::error::operation_aborted);
  }
  Permit permit(host);
  const auto now = now_();
  const auto start = std::max(now, host->next_start);
  host->next_start = start + limits_.spacing;
  if (start > now) {
    const auto pause = std::chrono::ceil<std::chrono::milliseconds>(start - now);
    co_await pauses_.pause(pause);
  }
  co_return permit;
}

}  // namespace plumbline
