#include "daemon/cli/file_watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>
#include <utility>

namespace plumbline {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::uint32_t kBegins = IN_CREATE | IN_MODIFY | IN_DELETE | IN_MOVED_FROM;
constexpr std::uint32_t kEnds = IN_CLOSE_WRITE | IN_MOVED_TO | IN_ATTRIB;
constexpr std::uint32_t kOfTheFolder = IN_DELETE_SELF | IN_MOVE_SELF;
constexpr milliseconds kForEver{-1};

std::unexpected<Error> system_fault(std::string_view what) {
  return fail(ErrorCode::kUnavailable, fmt::format("cannot {}: {}", what, std::strerror(errno)));
}

}  // namespace

Result<FileWatch> FileWatch::create() {
  const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) return system_fault("watch files (inotify)");
  return FileWatch(descriptor);
}

FileWatch::FileWatch(FileWatch&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      names_(std::move(other.names_)),
      seen_(other.seen_) {}

FileWatch::~FileWatch() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status FileWatch::follow(const std::vector<std::string>& files) {
  Names names;
  for (const std::string& file : files) {
    if (Status followed = follow_path(file, names); !followed) return followed;
  }
  for (const auto& [folder, old] : names_) {
    // Refused where the folder has gone, and its watch with it.
    if (!names.contains(folder)) static_cast<void>(::inotify_rm_watch(descriptor_, folder));
  }
  names_ = std::move(names);
  return {};
}

// Down from the root: what may come to lead elsewhere is a link on the way, or a name that is missing.
Status FileWatch::follow_path(const std::string& file, Names& names) const {
  namespace fs = std::filesystem;
  std::error_code code;
  fs::path at = "/";
  std::deque<std::string> left;
  const auto put_in_front = [&left](const fs::path& path) {
    std::vector<std::string> parts;
    for (const fs::path& part : path) parts.push_back(part.string());
    left.insert(left.begin(), parts.begin(), parts.end());
  };
  put_in_front(fs::absolute(file, code));
  for (int links = 0; !left.empty();) {
    const std::string name = std::move(left.front());
    left.pop_front();
    if (name.empty() || name == ".") continue;
    if (name == "/" || name == "..") {
      at = name == "/" ? fs::path("/") : at.parent_path();
      continue;
    }
    const fs::path next = at / name;
    const bool link = fs::is_symlink(next, code);
    const bool missing = !link && !fs::exists(next, code);
    if (link || missing || left.empty()) {
      Status added = add(at.string(), name, names);
      // Where a link on the way cannot be watched, the file itself still can.
      if (!added && (missing || left.empty())) return added;
    }
    if (missing || (link && ++links > kMostLinksFollowed)) return {};
    if (link) {
      put_in_front(fs::read_symlink(next, code));
    } else {
      at = next;
    }
  }
  return {};
}

// A folder that has gone this moment leaves the file to what else is watched.
Status FileWatch::add(const std::string& folder, const std::string& name, Names& names) const {
  const int watch =
      ::inotify_add_watch(descriptor_, folder.c_str(), kBegins | kEnds | kOfTheFolder | IN_ONLYDIR);
  if (watch >= 0) names[watch].insert(name);
  if (watch >= 0 || errno == ENOENT || errno == ENOTDIR) return {};
  if (errno == ENOSPC) {
    return fail(
        ErrorCode::kUnavailable,
        fmt::format("cannot watch {}: so many folders are watched already that the system refuses one "
                    "more; raise fs.inotify.max_user_watches",
                    folder));
  }
  return system_fault("watch " + folder);
}

Status FileWatch::wait() {
  Save save = std::exchange(seen_, Save::kNone);
  while (save == Save::kNone) {
    const Result<bool> come = has_come(kForEver);
    if (!come) return fail(come.error());
    const Result<Save> read = read_signs();
    if (!read) return fail(read.error());
    save = *read;
  }
  const auto latest = steady_clock::now() + kLongestSave;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(latest - steady_clock::now());
    if (left.count() <= 0) return {};
    const Result<bool> come = has_come(save == Save::kOver ? std::min(left, kSaveIsOverAfter) : left);
    if (!come) return fail(come.error());
    if (!*come) return {};
    const Result<Save> read = read_signs();
    if (!read) return fail(read.error());
    if (*read != Save::kNone) save = *read;
  }
}

bool FileWatch::has_news() {
  if (seen_ != Save::kNone) return true;
  const Result<Save> read = read_signs();
  if (!read) return true;  // wait() will meet it again
  seen_ = *read;
  return seen_ != Save::kNone;
}

Result<bool> FileWatch::has_come(milliseconds within) const {
  pollfd wanted{.fd = descriptor_, .events = POLLIN, .revents = 0};
  const int ready = ::poll(&wanted, 1, static_cast<int>(within.count()));
  if (ready < 0 && errno != EINTR) return system_fault("wait for changes of files");
  return ready > 0;
}

Result<FileWatch::Save> FileWatch::read_signs() {
  constexpr std::size_t kRoom = 16U << 10U;
  alignas(inotify_event) std::array<char, kRoom> bytes;
  Save last = Save::kNone;
  while (true) {
    const ssize_t got = ::read(descriptor_, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return last;
    if (got <= 0) return system_fault("read changes of files");
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, bytes.data() + at, sizeof event);
      const char* const name = bytes.data() + at + sizeof event;
      const Save sign = sign_of(event.wd, event.mask, event.len == 0 ? std::string_view{} : name);
      if (sign != Save::kNone) last = sign;
      at += sizeof event + event.len;
    }
  }
}

FileWatch::Save FileWatch::sign_of(int folder, std::uint32_t what, std::string_view name) const {
  if ((what & IN_Q_OVERFLOW) != 0) return Save::kOver;  // some signs were lost
  const auto found = names_.find(folder);
  if (found == names_.end()) return Save::kNone;
  if ((what & (kOfTheFolder | IN_UNMOUNT)) != 0) return Save::kUnderWay;
  if (!found->second.contains(std::string(name))) return Save::kNone;
  return (what & kEnds) != 0 ? Save::kOver : Save::kUnderWay;
}

}  // namespace plumbline
