// The program: the process's own streams, terminal and signals; all else is in daemon/cli.
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/commands.h"
#include "daemon/cli/output_file.h"

namespace {

constexpr int kExitFault = 70;  // a fault of the program's own, as sysexits.h has it

std::string_view environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

plumbline::Terminal terminal_of(int descriptor) {
  plumbline::Terminal terminal;
  terminal.is_terminal = ::isatty(descriptor) == 1;
  if (!terminal.is_terminal) return terminal;
  terminal.colour = environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) terminal.columns = size.ws_col;
  return terminal;
}

int run(const std::vector<std::string>& words) {
  plumbline::OutputFile out = plumbline::OutputFile::lend(STDOUT_FILENO, "standard output");
  plumbline::OutputFile err = plumbline::OutputFile::lend(STDERR_FILENO, "standard error");
  const plumbline::SystemClock clock;
  plumbline::Streams streams{.out = out,
                             .err = err,
                             .in = std::cin,
                             .clock = clock,
                             .out_terminal = terminal_of(STDOUT_FILENO),
                             .err_terminal = terminal_of(STDERR_FILENO)};
  return plumbline::run_command_line(words, streams);
}

}  // namespace

int main(int argc, char** argv) {
  // A pipe whose reader has gone is an error of write(2) like any other, and is told as one.
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  try {
    return run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::bad_alloc&) {
    std::cerr << "plumbline: out of memory; audit fewer files at once\n";
  } catch (const std::exception& error) {
    std::cerr << "plumbline: unexpected fault: " << error.what() << "\n";
  }
  return kExitFault;
}
