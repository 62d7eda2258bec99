#include "ledger/audit/small_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace plumbline {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

Error fault(const std::string& path, std::string_view what, int error) {
  ErrorCode code = ErrorCode::kInvalidInput;
  if (error == ENOENT) code = ErrorCode::kNotFound;
  if (error == EEXIST) code = ErrorCode::kConflict;
  if (error == ENOSPC || error == EIO || error == EDQUOT) code = ErrorCode::kUnavailable;
  return {.code = code,
          .message = fmt::format("{}: {}", what, std::strerror(error)),
          .where = SourceSpan{.file = path}};
}

bool write_all(int file, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

// A new file's name is on the disk when its folder is.
Status sync_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems cannot sync a folder, and need not.
  if (!file.is_open() || (::fsync(file.number()) != 0 && errno != EINVAL && errno != ENOTSUP))
    return fail(fault(path, "the folder cannot be written to the disk", errno));
  return {};
}

Status write_and_sync(const std::string& path, int flags, std::span<const std::uint8_t> bytes,
                      unsigned mode) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode));
  if (!file.is_open()) return fail(fault(path, "the file cannot be made or opened for writing", errno));
  if (!write_all(file.number(), bytes) || ::fsync(file.number()) != 0) {
    // Devices and pipes take what is written, and have no disk.
    const bool has_no_disk = errno == EINVAL || errno == ENOTSUP;
    if (!has_no_disk) return fail(fault(path, "the file cannot be written", errno));
  }
  return {};
}

}  // namespace

Result<std::string> read_small_file(const std::string& path, std::size_t most) {
  constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return fail(fault(path, "the file cannot be opened", errno));
  std::string text;
  while (true) {
    const std::size_t held = text.size();
    text.resize(held + kPieceBytes);
    const ssize_t got = ::read(file.number(), text.data() + held, kPieceBytes);
    const int error = errno;
    text.resize(held + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got == 0) return text;
    if (got < 0 && error != EINTR) return fail(fault(path, "the file cannot be read", error));
    if (text.size() > most)
      return fail({.code = ErrorCode::kInvalidInput,
                   .message = fmt::format("the file has more than {} bytes; name another", most),
                   .where = SourceSpan{.file = path}});
  }
}

Status write_durably(const std::string& path, std::span<const std::uint8_t> bytes, FileStart start,
                     unsigned mode) {
  if (start == FileStart::kAppend) {
    if (Status written = write_and_sync(path, O_APPEND, bytes, mode); !written) return written;
    return sync_folder_of(path);
  }
  // Under a name of this process's own until it is whole, so that no kill and no full disk leaves half a
  // file.
  const std::string part = fmt::format("{}.{}.new", path, ::getpid());
  ::unlink(part.c_str());
  Status written = write_and_sync(part, O_EXCL, bytes, mode);
  if (written && start == FileStart::kReplace && ::rename(part.c_str(), path.c_str()) == 0) {
    return sync_folder_of(path);
  }
  // Unlike rename, link leaves a file alone that somebody else has made meanwhile.
  if (written && (start == FileStart::kReplace || ::link(part.c_str(), path.c_str()) != 0)) {
    written = fail(fault(path, "the file cannot be made", errno));
  }
  ::unlink(part.c_str());
  return written ? sync_folder_of(path) : written;
}

}  // namespace plumbline
