// Everything the program serves, behind one function, and the clock that all of it follows. For one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "sandbox/anchors/service.h"
#include "sandbox/chat/service.h"
#include "sandbox/clari/service.h"
#include "sandbox/exports/service.h"
#include "sandbox/salesforce/service.h"
#include "sandbox/web/faults.h"
#include "sandbox/world/life.h"

namespace plumbline::sandbox {

struct SandboxOptions {
  std::uint64_t seed = 1;
  std::size_t opportunities = 1000;
  bool quiet_life = false;
  Currencies currencies = Currencies::kOne;
  Instant start{};       // what the sandbox's clock shows first
  double speed = 1;      // seconds of it that pass in one of the machine's; 0: it moves when told to
  std::string base_url;  // http://127.0.0.1:PORT
};

struct CallCount {
  std::uint64_t calls = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // of bodies, as sent
  std::map<int, std::uint64_t> statuses{};
};

struct SeenRequest {
  Instant at{};  // by the sandbox's clock
  std::string method;
  std::string target;
  int status = 0;
  std::uint64_t rows = 0;
  std::size_t bytes = 0;
};
inline constexpr std::size_t kMostSeenRequests = 20'000;

class Sandbox {
 public:
  // `machine` must outlive it. `ticks` is a steady count of the machine's time.
  Sandbox(const SandboxOptions& options, const Clock& machine, std::chrono::nanoseconds ticks);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // Moves the clock on to `ticks` and answers. Every answer has a Date of the sandbox's clock.
  Response handle(const Request& request, std::chrono::nanoseconds ticks);

  World& world() { return world_; }
  Life& life() { return life_; }
  Faults& faults() { return faults_; }
  Salesforce& salesforce() { return salesforce_; }
  Clari& clari() { return clari_; }
  Exports& exports() { return exports_; }
  Anchors& anchors() { return anchors_; }
  Chat& chat() { return chat_; }
  const RsaKey& key() const { return key_; }
  const SandboxOptions& options() const { return options_; }

  double speed() const { return options_.speed; }
  void set_speed(double speed) { options_.speed = speed; }

  std::map<std::string, CallCount>& calls() { return calls_; }
  std::deque<SeenRequest>& seen() { return seen_; }

 private:
  void follow(std::chrono::nanoseconds ticks);
  Response route(const Request& request);
  void note(const Request& request, const Response& response);

  SandboxOptions options_;
  const Clock& machine_;
  std::chrono::nanoseconds ticks_;
  double ahead_ = 0;  // parts of a second that the sandbox's clock does not show yet
  World world_;
  Life life_;
  Faults faults_;
  RsaKey key_;
  Salesforce salesforce_;
  Clari clari_;
  Exports exports_;
  Anchors anchors_;
  Chat chat_;
  std::map<std::string, CallCount> calls_;  // by endpoint
  std::deque<SeenRequest> seen_;            // the newest, at most kMostSeenRequests
};

}  // namespace plumbline::sandbox
