// Whose time it is: the machine's, or that of a sandbox on this machine, so that the whole program can live
// through a quarter in minutes.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/timer_pauses.h"
#include "config/daemon_section.h"
#include "connectors/http/http_client.h"
#include "model/delivery.h"

namespace plumbline {

// Safe to ask from any thread; everything else is for the thread of the executor.
class ServiceClock : public Clock {
 public:
  // `system` outlives this.
  ServiceClock(const std::optional<SandboxClock>& sandbox, const Clock& system, Executor executor);

  // Of a sandbox: what it said last; the machine's before it was asked.
  Instant now() const override;
  bool is_sandbox() const { return !address_.empty(); }
  // Asks the sandbox what time it is; nothing where it is the machine's. It never goes back.
  Async<Status> follow();
  // Those of the machine; where time is a sandbox's, nobody waits for longer than a moment.
  Pauses& pauses();

 private:
  class ShortPauses : public Pauses {
   public:
    Async<void> pause(std::chrono::milliseconds time) override;

   private:
    TimerPauses real_;
  };

  const Clock& system_;
  Executor executor_;
  std::string address_;  // of the sandbox's clock; empty: the machine's
  std::atomic<Instant::rep> told_ = 0;
  std::unique_ptr<HttpClient> client_;
  TimerPauses real_;
  ShortPauses short_;
};

// What the audit log is told where a sandbox's time is followed.
SourceNote sandbox_note();

// The moment in what a sandbox's clock answers: {"now":"2024-06-01T12:00:00Z"}.
std::optional<Instant> told_moment(std::string_view answer);

}  // namespace plumbline
