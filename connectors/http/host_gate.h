// How many requests a host gets at a time, and how close upon each other.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/async.h"

namespace plumbline {

using SteadyNow = std::function<std::chrono::steady_clock::time_point()>;

struct HostLimits {
  std::uint32_t most_at_once = 8;
  // From the start of one request to the start of the next.
  std::chrono::milliseconds spacing{0};
};

// For one thread.
class HostGate {
 public:
  HostGate(HostLimits limits, Pauses& pauses, SteadyNow now);

 private:
  struct Host;
  struct Place;

 public:
  // The right to ask a host, given back when it is destroyed. May outlive the gate.
  class Permit {
   public:
    Permit() = default;
    explicit Permit(std::shared_ptr<Host> host) : host_(std::move(host)) {}
    Permit(Permit&&) = default;
    Permit& operator=(Permit&& other) noexcept;
    ~Permit() { give_back(); }
    void give_back();

   private:
    std::shared_ptr<Host> host_;
  };

  // In the order of the calls. `host` is a name with a port, as WebAddress::host_and_port() has it.
  Async<Permit> enter(std::string host);

 private:
  HostLimits limits_;
  Pauses& pauses_;
  SteadyNow now_;
  std::unordered_map<std::string, std::shared_ptr<Host>> hosts_;
};

}  // namespace plumbline
