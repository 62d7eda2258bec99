#include "daemon/cli/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "daemon/cli/part_files.h"

namespace plumbline {
namespace {

constexpr std::string_view kPartEnding = ".part";
constexpr mode_t kNewFileMode = 0666;  // less the umask
constexpr mode_t kPermissionBits = 07777;

std::string remedy_for(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return "no space left on device; free some, or name a file on another one";
    case EACCES:
    case EPERM:
      return "permission denied; name a file you may write";
    case ENOENT:
      return "its folder does not exist; create it first";
    case EISDIR:
      return "it is a folder; name a file in it";
    case EROFS:
      return "the file system is read-only; name a file elsewhere";
    case EFBIG:
      return "it would become larger than is allowed here (ulimit -f); allow more, or name a file elsewhere";
    default:
      return fmt::format("{}; name another file", std::strerror(error_number));
  }
}

Error cannot_write(const std::string& name, int error_number) {
  if (error_number == EPIPE) {
    return {.code = ErrorCode::kCancelled,
            .message = fmt::format("the reader of {} has gone; the result is cut short", name),
            .where = std::nullopt};
  }
  return {.code = ErrorCode::kUnavailable,
          .message = fmt::format("cannot write {}: {}", name, remedy_for(error_number)),
          .where = std::nullopt};
}

// The file a link leads to: renaming over the link itself would cut the link.
std::string follow_links(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(path.c_str(), nullptr), &std::free);
  return resolved ? std::string(resolved.get()) : path;
}

}  // namespace

OutputFile::OutputFile(int descriptor, std::string name, const StopSignals* signals)
    : descriptor_(descriptor), name_(std::move(name)), signals_(signals) {
  buffer_.reserve(kOutputBufferBytes);
  struct stat status{};
  is_pipe_ = ::fstat(descriptor_, &status) == 0 && S_ISFIFO(status.st_mode);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      name_(std::move(other.name_)),
      signals_(other.signals_),
      is_pipe_(other.is_pipe_),
      owned_(std::exchange(other.owned_, false)),
      target_(std::move(other.target_)),
      part_(std::exchange(other.part_, {})),
      buffer_(std::exchange(other.buffer_, {})),
      line_bytes_(other.line_bytes_),
      error_(std::move(other.error_)) {}

OutputFile::~OutputFile() { discard(); }

OutputFile OutputFile::lend(int descriptor, std::string name, const StopSignals* signals) {
  return {descriptor, std::move(name), signals};
}

Result<OutputFile> OutputFile::create(const std::string& path, const StopSignals* signals) {
  struct stat status{};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return fail(cannot_write(path, EISDIR));
  const bool direct = exists && !S_ISREG(status.st_mode);
  if (exists && !direct && ::access(path.c_str(), W_OK) != 0) return fail(cannot_write(path, errno));
  const std::string target = direct ? path : follow_links(path);
  const std::string opened = direct ? path : target + std::string(kPartEnding);
  const int flags = O_WRONLY | O_CLOEXEC | (direct ? 0 : O_CREAT | O_TRUNC);
  const int descriptor = ::open(opened.c_str(), flags, kNewFileMode);
  if (descriptor < 0) return fail(cannot_write(path, errno));
  // Whoever could read the file before can read the new one, and nobody else.
  if (exists && !direct) static_cast<void>(::fchmod(descriptor, status.st_mode & kPermissionBits));
  try {
    OutputFile file(descriptor, path, signals);
    if (!direct) {
      file.target_ = target;
      file.part_ = opened;
      remember_part_file(opened);
    }
    file.owned_ = true;
    return file;
  } catch (const std::bad_alloc&) {  // nobody has it yet who would remove it
    ::close(descriptor);
    if (!direct) ::unlink(opened.c_str());
    throw;
  }
}

void OutputFile::write(std::string_view text) {
  if (error_) return;
  // Much text at once goes to the system from where it is, unless it ends a line begun before.
  if (text.size() >= kOutputBufferBytes && (buffer_.empty() || buffer_.back() == '\n')) {
    if (const std::size_t end = text.rfind('\n'); end != std::string_view::npos) {
      hand_on(buffer_);
      buffer_.clear();
      hand_on(text.substr(0, end + 1));
      text.remove_prefix(end + 1);
    }
  }
  if (error_) return;
  buffer_ += text;
  if (buffer_.size() < kOutputBufferBytes) return;
  const std::size_t end = buffer_.rfind('\n');
  if (end == std::string::npos) return;
  hand_on(std::string_view(buffer_).substr(0, end + 1));
  buffer_.erase(0, end + 1);
}

Status OutputFile::flush() {
  hand_on(buffer_);
  buffer_.clear();
  return error_ ? Status(fail(*error_)) : Status();
}

// What one write(2) is to take. A pipe takes PIPE_BUF bytes wholly or waits: so a reader that has stopped
// reading leaves no line half told, and a wait that is interrupted can end at once.
std::string_view OutputFile::piece_of(std::string_view text) const {
  if (stopped() && part_.empty())  // the rest of a line begun, and no more
    return line_bytes_ == 0 ? std::string_view{}
                            : text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
  if (!is_pipe_ || text.size() <= PIPE_BUF) return text;
  const std::size_t end = text.rfind('\n', PIPE_BUF - 1);
  return text.substr(0, end == std::string_view::npos ? PIPE_BUF : end + 1);
}

void OutputFile::hand_on(std::string_view text) {
  while (!error_ && !text.empty()) {
    const std::string_view piece = piece_of(text);
    if (piece.empty()) return interrupt();
    const ssize_t written = ::write(descriptor_, piece.data(), piece.size());
    if (written >= 0) {
      count_line(piece.substr(0, static_cast<std::size_t>(written)));
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      fault(errno);
    }
  }
}

void OutputFile::count_line(std::string_view written) {
  const std::size_t end = written.rfind('\n');
  line_bytes_ = end == std::string_view::npos ? line_bytes_ + written.size() : written.size() - end - 1;
}

// What has gone into a pipe stays there; a file need not end in half a line. Only where nobody else has
// written behind it.
void OutputFile::take_back_line() {
  struct stat status{};
  const off_t end = ::lseek(descriptor_, 0, SEEK_CUR);
  if (line_bytes_ == 0 || end < 0 || ::fstat(descriptor_, &status) != 0) return;
  if (!S_ISREG(status.st_mode) || status.st_size != end) return;
  const off_t whole = end - static_cast<off_t>(line_bytes_);
  if (::ftruncate(descriptor_, whole) == 0) static_cast<void>(::lseek(descriptor_, whole, SEEK_SET));
  line_bytes_ = 0;
}

void OutputFile::fault(int error_number) {
  error_ = cannot_write(name_, error_number);
  if (part_.empty()) take_back_line();
}

void OutputFile::interrupt() {
  error_ = Error{.code = ErrorCode::kCancelled,
                 .message = fmt::format("interrupted while {} was written; it is cut short", name_),
                 .where = std::nullopt};
}

Status OutputFile::finish() {
  hand_on(buffer_);
  buffer_.clear();
  if (owned_) {
    const int descriptor = std::exchange(descriptor_, -1);
    owned_ = false;
    // Network file systems tell of a full disk only now.
    if (::close(descriptor) != 0 && !error_) fault(errno);
  }
  if (!error_ && !part_.empty()) {
    if (::rename(part_.c_str(), target_.c_str()) != 0) {
      fault(errno);
    } else {
      forget_part_file(part_);
      part_.clear();
    }
  }
  if (!error_) return {};
  discard();
  return fail(*error_);
}

void OutputFile::discard() {
  if (owned_) ::close(descriptor_);
  owned_ = false;
  if (!part_.empty()) {
    ::unlink(part_.c_str());
    forget_part_file(part_);
  }
  part_.clear();
}

}  // namespace plumbline
