// What the service counts, as Prometheus reads it (/metrics).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/loop_meter.h"
#include "base/time.h"
#include "daemon/service/sync_report.h"
#include "daemon/service/webhook_anchors.h"

namespace plumbline {

// What a judging came to.
struct JudgedTotals {
  bool succeeded = false;
  std::uint64_t open = 0;
  std::uint64_t opened = 0;
  std::uint64_t closed = 0;
  std::chrono::milliseconds time{};
};

// For the thread of the service.
class ServiceMetrics {
 public:
  explicit ServiceMetrics(const std::string& version);
  ~ServiceMetrics();

  void note_sync(const SyncOutcome& outcome, Instant ended_at);
  void note_judging(const JudgedTotals& judged, Instant ended_at);
  void note_anchor(const AnchorOutcome& outcome, Instant ended_at);
  void note_reload(bool succeeded);
  void note_memory(std::uint64_t resident_bytes, std::optional<std::uint64_t> bound);
  // All it measured until now.
  void note_handlers(const LoopMeter& meter);
  // In the text format of Prometheus.
  std::string text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace plumbline
