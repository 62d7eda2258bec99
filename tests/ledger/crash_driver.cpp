#include "tests/ledger/crash_driver.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <random>
#include <string_view>
#include <system_error>

#include "tests/ledger/crash_life.h"
#include "tests/ledger/faults/ledger_check.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kKillsPerLedger = 20;
constexpr std::size_t kMostWrong = 20;
// A program that says nothing for so long has stopped by itself or hangs.
constexpr std::chrono::milliseconds kLongestSilence{60'000};

// A started program and the lines it says.
class Victim {
 public:
  explicit Victim(std::vector<std::string> words) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return;
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(pipe[1], STDOUT_FILENO);
      ::execv(arguments[0], arguments.data());
      ::_exit(127);
    }
    ::close(pipe[1]);
    out_ = pipe[0];
  }
  ~Victim() {
    if (out_ >= 0) ::close(out_);
  }
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;

  // Takes what it says until `lines` are there or `wait` has passed without a word. False at the end of all.
  bool listen(std::size_t lines, std::chrono::microseconds wait) {
    while (count_ < lines) {
      pollfd ask{.fd = out_, .events = POLLIN, .revents = 0};
      const timespec patience{.tv_sec = wait.count() / 1'000'000,
                              .tv_nsec = wait.count() % 1'000'000 * 1'000};
      const int ready = ::ppoll(&ask, 1, &patience, nullptr);
      if (ready == 0) return true;
      if (ready < 0 && errno == EINTR) continue;
      if (!take()) return false;
    }
    return true;
  }
  // What it said before it was killed is still in the pipe. False where it ended by itself.
  bool kill() {
    ::kill(process_, SIGKILL);
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    while (take()) {
    }
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }

  std::size_t lines() const { return count_; }
  const std::string& last_line() const { return last_; }

 private:
  bool take() {
    std::array<char, 4096> bytes{};
    const ssize_t got = ::read(out_, bytes.data(), bytes.size());
    if (got <= 0) return got < 0 && errno == EINTR;
    for (const char c : std::string_view(bytes.data(), static_cast<std::size_t>(got))) {
      if (c != '\n') {
        line_ += c;
        continue;
      }
      last_ = std::move(line_);
      line_.clear();
      ++count_;
    }
    return true;
  }

  pid_t process_ = -1;
  int out_ = -1;
  std::string line_;
  std::string last_;
  std::size_t count_ = 0;
};

class Driver {
 public:
  explicit Driver(const CrashOptions& options) : options_(options), chance_(options.seed) {}

  CrashReport run() {
    for (; report_.kills < options_.kills && report_.wrong.size() < kMostWrong; ++report_.kills) {
      if (report_.kills % kKillsPerLedger == 0) begin_ledger();
      kill_once();
    }
    note_entries();
    return std::move(report_);
  }

 private:
  void complain(std::string_view what) {
    report_.wrong.push_back(fmt::format("kill {} (ledger {}): {}", report_.kills + 1, report_.ledgers, what));
  }

  void note_entries() {
    if (report_.ledgers > 0) report_.entries += known_.entries;
  }

  void begin_ledger() {
    note_entries();
    fs::remove_all(options_.folder);
    fs::create_directories(options_.folder);
    path_ = (options_.folder / "crash.ledger").string();
    known_ = {};
    ++report_.ledgers;
  }

  void kill_once() {
    std::vector<std::string> words = options_.program;
    words.push_back(path_);
    words.push_back(std::to_string(chance_()));
    Victim victim(std::move(words));
    const std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    // Some commits, and then any moment of the next one, as long as those before took.
    const std::size_t lines = chance_() % 6;
    bool alive = victim.listen(lines, kLongestSilence);
    if (lines > 0) {
      const auto took = std::chrono::steady_clock::now() - start;
      usual_ = std::chrono::duration_cast<std::chrono::microseconds>(took) / lines;
    }
    const std::chrono::microseconds more(chance_() % static_cast<std::uint64_t>(usual_.count() * 2 + 1));
    alive = alive && victim.listen(victim.lines() + 1, more);
    if (!victim.kill() || !alive) complain("the program ended by itself");
    report_.commits += static_cast<std::int64_t>(victim.lines());
    look(victim);
  }

  void look(const Victim& victim) {
    std::error_code no_file;
    if (const auto left = fs::file_size(path_ + "-wal", no_file); !no_file && left > 0) ++report_.logs_left;
    if (victim.lines() > 0) known_ = parse_kept(victim.last_line());
    if (known_.entries < 0) complain("the program said what nobody understands: " + victim.last_line());
    const Result<CheckedLedger> state = look_at_ledger(path_);
    if (!state) return complain("the ledger cannot be read: " + state.error().to_string());
    for (const std::string& fault : state->faults) complain(fault);
    if (state->digest.empty()) {
      ++report_.unborn;
      if (known_.entries > 0) complain("all that was committed is gone");
      return;
    }
    compare(*state);
  }

  void compare(const CheckedLedger& state) {
    if (std::string lost = what_is_lost(path_, known_.entries, known_.checkpoint); !lost.empty())
      complain(lost);
    if (state.entries > known_.entries) ++report_.untold;
    const Result<KeptLine> now = newest_commit(path_);
    if (now) known_ = *now;
  }

  const CrashOptions& options_;
  std::minstd_rand chance_;
  CrashReport report_;
  std::string path_;
  KeptLine known_;                           // the newest commit
  std::chrono::microseconds usual_{20'000};  // a commit
};

}  // namespace

CrashReport crash_again_and_again(const CrashOptions& options) { return Driver(options).run(); }

}  // namespace plumbline
