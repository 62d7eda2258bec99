// Everything a command sees of the world besides its options and the files they name.
#pragma once

#include <cstddef>
#include <istream>

#include "base/clock.h"
#include "daemon/cli/output.h"
#include "daemon/cli/stop_signals.h"

namespace plumbline {

inline constexpr std::size_t kPlainColumns = 80;  // where there is no terminal to ask

struct Terminal {
  bool is_terminal = false;
  bool colour = false;  // never without a terminal
  std::size_t columns = kPlainColumns;
};

struct NetworkCommands;

struct Streams {
  TextOutput& out;
  TextOutput& err;
  std::istream& in;
  const Clock& clock;
  Terminal out_terminal{};
  Terminal err_terminal{};
  StopSignals* signals = nullptr;  // null where nobody interrupts
  // The process ends with the command: what it has allocated may be left to the system, which takes it back
  // at once.
  bool process_ends = false;
  // What needs the network; null in the program without one.
  const NetworkCommands* network = nullptr;
};

// The signal that asks for an end; 0 where there was none.
inline int stop_signal(const Streams& streams) {
  return streams.signals == nullptr ? 0 : streams.signals->seen();
}

}  // namespace plumbline
