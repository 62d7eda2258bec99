// Judging a ledger for the service: what `plumbline judge --config FILE` does, without a terminal.
#pragma once

#include <atomic>
#include <string>

#include "base/clock.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/stop_signals.h"
#include "daemon/service/service_metrics.h"
#include "ledger/ledger.h"

namespace plumbline {

// Asked by another thread to end what is under way.
class StopFlag : public StopSignals {
 public:
  void watch() override {}
  int seen() const override { return signal_.load(std::memory_order_relaxed); }
  void forget() override { signal_.store(0, std::memory_order_relaxed); }
  void stop(int signal) { signal_.store(signal, std::memory_order_relaxed); }

 private:
  std::atomic<int> signal_ = 0;
};

struct BackgroundJudged {
  JudgedTotals totals{};
  std::string failure{};  // what `plumbline judge` would have said; empty where it succeeded
};

// As of the clock's moment, or of the ledger's newest where that is later. For the ledger's thread; the
// ledger is open for writing.
BackgroundJudged judge_in_background(const std::string& configuration, Ledger& ledger,
                                     const AnchorOptions& anchors, const Clock& clock, StopFlag& stop);

}  // namespace plumbline
