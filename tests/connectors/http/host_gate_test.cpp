#include "connectors/http/host_gate.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "tests/kit/noted_pauses.h"

namespace plumbline {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

class HostGateTest : public ::testing::Test {
 protected:
  HostGate gate_of(HostLimits limits) {
    return {limits, pauses_, [this] { return now_; }};
  }
  // The loop runs as far as it gets.
  void enter(HostGate& gate, std::string host, std::optional<HostGate::Permit>& permit) {
    auto ask = [](HostGate& at, std::string name, std::optional<HostGate::Permit>& kept) -> Async<void> {
      kept = co_await at.enter(std::move(name));
    };
    asio::co_spawn(loop_, ask(gate, std::move(host), permit),
                   asio::bind_cancellation_slot(stops_.emplace_back().slot(), asio::detached));
    go_on();
  }
  void go_on() {
    loop_.restart();
    loop_.poll();
  }

  // One for each that entered, in order.
  std::list<asio::cancellation_signal> stops_;
  asio::io_context loop_;
  NotedPauses pauses_;
  std::chrono::steady_clock::time_point now_{};
  std::optional<HostGate::Permit> first_;
  std::optional<HostGate::Permit> second_;
  std::optional<HostGate::Permit> third_;
};

TEST_F(HostGateTest, lets_in_as_many_as_allowed_and_the_others_in_turn) {
  HostGate gate = gate_of({.most_at_once = 1});
  enter(gate, "a.test", first_);
  enter(gate, "a.test", second_);
  enter(gate, "a.test", third_);
  EXPECT_TRUE(first_);
  EXPECT_FALSE(second_);
  first_.reset();
  go_on();
  EXPECT_TRUE(second_);
  EXPECT_FALSE(third_);
  second_->give_back();
  second_->give_back();
  go_on();
  EXPECT_TRUE(third_);
  third_.reset();
  enter(gate, "a.test", first_);
  EXPECT_TRUE(first_);
}

TEST_F(HostGateTest, counts_each_host_for_itself) {
  HostGate gate = gate_of({.most_at_once = 1});
  enter(gate, "a.test", first_);
  enter(gate, "b.test", second_);
  EXPECT_TRUE(first_);
  EXPECT_TRUE(second_);
}

TEST_F(HostGateTest, forgets_who_is_cancelled_while_waiting) {
  HostGate gate = gate_of({.most_at_once = 1});
  enter(gate, "a.test", first_);
  enter(gate, "a.test", second_);
  stops_.back().emit(asio::cancellation_type::terminal);
  go_on();
  EXPECT_FALSE(second_);
  enter(gate, "a.test", third_);
  first_.reset();
  go_on();
  EXPECT_FALSE(second_);
  EXPECT_TRUE(third_);
}

TEST_F(HostGateTest, keeps_the_starts_apart) {
  HostGate gate = gate_of({.spacing = milliseconds(100)});
  enter(gate, "a.test", first_);
  now_ += milliseconds(30);
  enter(gate, "a.test", second_);
  enter(gate, "a.test", third_);
  EXPECT_EQ(pauses_.pauses(), (std::vector{milliseconds(70), milliseconds(170)}));
  now_ += milliseconds(1000);
  enter(gate, "a.test", first_);
  EXPECT_EQ(pauses_.pauses().size(), 2U);
}

}  // namespace
}  // namespace plumbline
