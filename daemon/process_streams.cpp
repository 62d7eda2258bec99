#include "daemon/process_streams.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "daemon/cli/part_files.h"

namespace plumbline {
namespace {

constexpr std::array kStopSignals{SIGINT, SIGTERM, SIGHUP};

std::atomic<int> first_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void note_signal(int signal) {
  int none = 0;
  if (first_signal.compare_exchange_strong(none, signal)) return;
  // Asked again: at once, as if nobody had been listening.
  remove_part_files();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

std::string_view environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

}  // namespace

void ProcessSignals::watch() {
  for (const int signal : kStopSignals) {
    struct sigaction action{};
    // What is ignored, as nohup has it, stays so.
    if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = note_signal;
    // Without SA_RESTART: a write that waits for a reader ends, and looks whether it should.
    ::sigaction(signal, &action, nullptr);
  }
}

int ProcessSignals::seen() const { return first_signal.load(std::memory_order_relaxed); }

void ProcessSignals::forget() { first_signal.store(0, std::memory_order_relaxed); }

Terminal terminal_of(int descriptor) {
  Terminal terminal;
  terminal.is_terminal = ::isatty(descriptor) == 1;
  if (!terminal.is_terminal) return terminal;
  terminal.colour = environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) terminal.columns = size.ws_col;
  return terminal;
}

}  // namespace plumbline
