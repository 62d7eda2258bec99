// plumbline-daemon: the same commands as plumbline, and those that need the network.
#include <unistd.h>

#include <csignal>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <vector>

#include "daemon/cli/commands.h"
#include "daemon/cli/daemon_commands.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/output_file.h"
#include "daemon/process_streams.h"
#include "daemon/service/anchor_once.h"
#include "daemon/service/run_service.h"
#include "daemon/service/sync_once.h"

namespace {

int run(const std::vector<std::string>& words) {
  static constexpr plumbline::NetworkCommands kNetwork{
      .sync = plumbline::sync_once, .run = plumbline::run_service, .anchor = plumbline::anchor_once};
  plumbline::ProcessSignals signals;
  plumbline::OutputFile out = plumbline::OutputFile::lend(STDOUT_FILENO, "standard output", &signals);
  plumbline::OutputFile err = plumbline::OutputFile::lend(STDERR_FILENO, "standard error");
  const plumbline::SystemClock clock;
  plumbline::Streams streams{.out = out,
                             .err = err,
                             .in = std::cin,
                             .clock = clock,
                             .out_terminal = plumbline::terminal_of(STDOUT_FILENO),
                             .err_terminal = plumbline::terminal_of(STDERR_FILENO),
                             .signals = &signals,
                             .network = &kNetwork};
  return plumbline::run_command_line(words, streams);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::ios::sync_with_stdio(false);
  try {
    return run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::bad_alloc&) {
    std::cerr << "plumbline: out of memory; allow more (ulimit -v, MemoryMax=)\n";
    return plumbline::kExitInput;
  } catch (const std::exception& error) {
    std::cerr << "plumbline: unexpected fault: " << error.what() << "\n";
  }
  return plumbline::kExitFault;
}
