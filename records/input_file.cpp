#include "records/input_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plumbline {
namespace {

std::unexpected<Error> failed(std::string_view name, ErrorCode code, std::string message) {
  return fail(in_file(Error{.code = code, .message = std::move(message), .where = std::nullopt}, name));
}

std::unexpected<Error> failed(std::string_view name, int cause) {
  switch (cause) {
    case ENOENT:
    case ENOTDIR:
      return failed(name, ErrorCode::kNotFound, "there is no such file");
    case EACCES:
    case EPERM:
      return failed(name, ErrorCode::kInvalidInput, "may not be read; give this user permission to read it");
    case ENOMEM:
      return failed(
          name, ErrorCode::kUnavailable,
          "is larger than the memory allowed; allow more (ulimit -v), or split it or export it as CSV");
    default:
      return failed(name, ErrorCode::kInvalidInput, std::string("cannot be read: ") + std::strerror(cause));
  }
}

}  // namespace

Error in_file(Error error, std::string_view file) {
  if (!error.where) error.where = SourceSpan{};
  error.where->file = file;
  return error;
}

Result<InputFile> InputFile::open(const std::string& path, std::string_view name) {
  // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return failed(name, errno);
  struct stat status{};
  const int stat_result = ::fstat(descriptor, &status);
  const int cause = errno;
  InputFile file(descriptor, static_cast<std::uint64_t>(status.st_size), name);
  if (stat_result != 0) return failed(name, cause);
  if (S_ISDIR(status.st_mode)) {
    return failed(name, ErrorCode::kInvalidInput, "is a folder; name a file in it");
  }
  if (!S_ISREG(status.st_mode)) {
    return failed(name, ErrorCode::kInvalidInput, "is no regular file; write the data to a file first");
  }
  return file;
}

InputFile::InputFile(InputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      bytes_(other.bytes_),
      name_(std::move(other.name_)),
      mapping_(std::exchange(other.mapping_, nullptr)) {}

InputFile::~InputFile() {
  if (mapping_ != nullptr) ::munmap(mapping_, bytes_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::string_view> InputFile::read(std::span<char> buffer) {
  for (;;) {
    const ssize_t got = ::read(descriptor_, buffer.data(), buffer.size());
    if (got >= 0) return std::string_view(buffer.data(), static_cast<std::size_t>(got));
    if (errno != EINTR) return failed(name_, errno);
  }
}

Result<std::string_view> InputFile::read_at(std::uint64_t offset, std::span<char> buffer) const {
  std::size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t got =
        ::pread(descriptor_, buffer.data() + done, buffer.size() - done, static_cast<off_t>(offset + done));
    if (got == 0) break;
    if (got > 0) {
      done += static_cast<std::size_t>(got);
    } else if (errno != EINTR) {
      return failed(name_, errno);
    }
  }
  return std::string_view(buffer.data(), done);
}

Result<FileStamp> InputFile::stamp() const {
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) return failed(name_, errno);
  return FileStamp{.device = status.st_dev,
                   .inode = status.st_ino,
                   .bytes = static_cast<std::uint64_t>(status.st_size),
                   .changed_seconds = status.st_mtim.tv_sec,
                   .changed_nanoseconds = status.st_mtim.tv_nsec};
}

Result<std::string_view> InputFile::map() {
  if (bytes_ == 0) return std::string_view{};
  if (mapping_ == nullptr) {
    void* mapping = ::mmap(nullptr, bytes_, PROT_READ, MAP_PRIVATE, descriptor_, 0);
    if (mapping == MAP_FAILED) return failed(name_, errno);
    mapping_ = mapping;
  }
  return std::string_view(static_cast<const char*>(mapping_), bytes_);
}

}  // namespace plumbline
