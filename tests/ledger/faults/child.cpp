#include "tests/ledger/faults/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace plumbline {
namespace {

constexpr unsigned kNobodysNumber = 65'534;

[[noreturn]] void work_in_child(int out, ChildAs as, const std::function<std::string()>& work) {
  std::string text = "(the child cannot become another user)";
  const bool change = as == ChildAs::kNobody && ::geteuid() == 0;
  if (!change || (::setgid(kNobodysNumber) == 0 && ::setuid(kNobodysNumber) == 0)) text = work();
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t more = ::write(out, text.data() + written, text.size() - written);
    if (more <= 0) break;
    written += static_cast<std::size_t>(more);
  }
  // Nothing of the parent's is tidied up here.
  ::_exit(0);
}

}  // namespace

std::string told_by_child(ChildAs as, const std::function<std::string()>& work) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return "(no pipe)";
  const pid_t child = ::fork();
  if (child == 0) work_in_child(pipe[1], as, work);
  ::close(pipe[1]);
  std::string text;
  std::array<char, 4096> bytes{};
  for (ssize_t got = ::read(pipe[0], bytes.data(), bytes.size()); got > 0;
       got = ::read(pipe[0], bytes.data(), bytes.size())) {
    text.append(bytes.data(), static_cast<std::size_t>(got));
  }
  ::close(pipe[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? text : "(the child was killed)";
}

bool become_small_disk(const std::string& folder, std::size_t bytes) {
  const int apart = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
  if (::unshare(apart) != 0) return false;
  // Otherwise the disk would show outside, too.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  return ::mount("plumbline-test", folder.c_str(), "tmpfs", 0, fmt::format("size={}", bytes).c_str()) == 0;
}

}  // namespace plumbline
