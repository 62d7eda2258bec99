#include "connectors/exports/file_body.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/run_on.h"

namespace plumbline {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

std::unexpected<Error> cannot_read(const std::string& path, int fault) {
  return fail(fault == ENOENT ? ErrorCode::kNotFound : ErrorCode::kInvalidInput,
              fmt::format("cannot read {}: {}", path, std::generic_category().message(fault)));
}

// Used by one thread at a time: that of the pool, while its reader waits.
class OpenFile {
 public:
  OpenFile(int descriptor, std::string path, SeenFile seen)
      : descriptor_(descriptor), path_(std::move(path)), seen_(std::move(seen)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { ::close(descriptor_); }

  Result<std::string> piece() {
    std::string text(kPieceBytes, '\0');
    ssize_t count = -1;
    do {
      count = ::read(descriptor_, text.data(), text.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) return cannot_read(path_, errno);
    text.resize(static_cast<std::size_t>(count));
    if (text.empty()) {
      if (Status same = is_as_seen(); !same) return fail(std::move(same.error()));
    }
    return text;
  }

  Status is_as_seen() const {
    struct stat facts{};
    if (::fstat(descriptor_, &facts) != 0) return cannot_read(path_, errno);
    constexpr std::int64_t kNanoseconds = 1'000'000'000;
    const std::int64_t modified = facts.st_mtim.tv_sec * kNanoseconds + facts.st_mtim.tv_nsec;
    if (facts.st_ino == seen_.inode && static_cast<std::uint64_t>(facts.st_size) == seen_.bytes &&
        modified == seen_.modified_ns)
      return {};
    return fail(ErrorCode::kUnavailable,
                fmt::format("{} is being written just now; the next sync looks again", path_));
  }

 private:
  int descriptor_;
  std::string path_;
  SeenFile seen_;
};

class FileBody : public HttpBody {
 public:
  FileBody(Executor files, std::shared_ptr<OpenFile> file)
      : files_(std::move(files)), file_(std::move(file)) {}

  Async<Result<std::string>> next() override {
    auto read = [file = file_] { return file->piece(); };
    co_return co_await run_on(files_, std::move(read));
  }

 private:
  Executor files_;
  std::shared_ptr<OpenFile> file_;
};

Result<std::shared_ptr<OpenFile>> open_file(const std::string& path, const SeenFile& seen) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return cannot_read(path, errno);
  auto file = std::make_shared<OpenFile>(descriptor, path, seen);
  if (Status same = file->is_as_seen(); !same) return fail(std::move(same.error()));
  return file;
}

}  // namespace

Async<Result<std::unique_ptr<HttpBody>>> open_file_body(Executor files, std::string path, SeenFile seen) {
  auto open = [path = std::move(path), seen = std::move(seen)] { return open_file(path, seen); };
  Result<std::shared_ptr<OpenFile>> file = co_await run_on(files, std::move(open));
  if (!file) co_return fail(std::move(file.error()));
  std::unique_ptr<HttpBody> body = std::make_unique<FileBody>(std::move(files), std::move(*file));
  co_return body;
}

}  // namespace plumbline
