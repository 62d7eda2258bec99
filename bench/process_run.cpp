#include "bench/process_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>

namespace plumbline::bench {
namespace {

constexpr std::size_t kLogTailBytes = 2'000;
constexpr int kCannotRun = 127;

[[noreturn]] void become(const std::vector<char*>& arguments, const char* log) {
  const int file = ::open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file >= 0) {
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execv(arguments.front(), arguments.data());
  }
  ::_exit(kCannotRun);
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::string tail_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return text.size() > kLogTailBytes ? text.substr(text.size() - kLogTailBytes) : text;
}

}  // namespace

Result<ProcessCost> run_process(const Process& process) {
  std::vector<std::string> command = process.command;
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  const auto start = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) become(arguments, process.log.c_str());
  int status = 0;
  rusage usage{};
  if (child < 0 || ::wait4(child, &status, 0, &usage) != child) {
    return fail(ErrorCode::kUnavailable, "cannot start " + command.front());
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  if (status != 0) {
    return fail(ErrorCode::kInvalidInput, fmt::format("{} failed (wait status {}):\n{}", command.front(),
                                                      status, tail_of(process.log)));
  }
  return ProcessCost{.seconds = taken.count(),
                     .cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
                     .peak_mb = static_cast<double>(usage.ru_maxrss) * 1024 / 1e6};
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace plumbline::bench
