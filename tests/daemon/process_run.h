// The real program run as a process of its own, under limits and with its output where a test wants it.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/daemon/cli_fixture.h"

namespace plumbline {

struct Limit {
  decltype(RLIMIT_AS) what = RLIMIT_AS;
  rlim_t amount = 0;
};

// A started process. Its standard output is `out`, a descriptor that stays the caller's; what it says on
// standard error is read from a file once it has ended.
class ProcessRun {
 public:
  ProcessRun(std::vector<std::string> words, int out, std::optional<Limit> limit = std::nullopt)
      : err_file_(folder_.path_of("err")) {
    words.insert(words.begin(), PLUMBLINE_PROGRAM);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int err = ::open(err_file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    process_ = ::fork();
    if (process_ == 0) become(arguments, out, err, limit);
    ::close(err);
  }

  void signal(int number) const { ::kill(process_, number); }

  // Waits for the end; the status as a shell has it.
  Ran end() const {
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    constexpr int kSignalled = 128;
    return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status),
            .out = {},
            .err = text_of_file(err_file_)};
  }

 private:
  [[noreturn]] static void become(const std::vector<char*>& arguments, int out, int err,
                                  const std::optional<Limit>& limit) {
    constexpr int kNotStarted = 127;
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGXFSZ, SIGPIPE}) std::signal(number, SIG_DFL);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    const rlimit amount{.rlim_cur = limit ? limit->amount : 0, .rlim_max = limit ? limit->amount : 0};
    if (!limit || ::setrlimit(limit->what, &amount) == 0) ::execv(arguments[0], arguments.data());
    ::_exit(kNotStarted);
  }

  TempFolder folder_;
  std::string err_file_;
  pid_t process_ = -1;
};

// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) { EXPECT_GE(number, 0); }
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

}  // namespace plumbline
