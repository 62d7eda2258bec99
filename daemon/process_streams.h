// The process's own streams, terminal and signals, for a main().
#pragma once

#include <iostream>

#include "base/clock.h"
#include "daemon/cli/output_file.h"
#include "daemon/cli/stop_signals.h"
#include "daemon/cli/streams.h"

namespace plumbline {

inline constexpr int kExitFault = 70;  // a fault of the program's own, as sysexits.h has it

// A terminal's Ctrl-C, a service manager's or an administrator's request, a terminal that has gone. One a
// process.
class ProcessSignals : public StopSignals {
 public:
  void watch() override;
  int seen() const override;
  void forget() override;
};

Terminal terminal_of(int descriptor);

}  // namespace plumbline
