#include "connectors/http/spool_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace plumbline {
namespace {

// Records of customers: nobody else reads them.
constexpr unsigned kOwnerAlone = 0600;

std::unexpected<Error> cannot(std::string_view what, const std::filesystem::path& path, int fault) {
  return fail(ErrorCode::kInvalidInput,
              fmt::format("cannot {} {}: {}; see that the disk has room and the folder may be written", what,
                          path.string(), std::generic_category().message(fault)));
}

}  // namespace

SpoolFile::SpoolFile(std::filesystem::path part, int descriptor)
    : part_(std::move(part)), descriptor_(descriptor) {}

SpoolFile::SpoolFile(SpoolFile&& other) noexcept
    : part_(std::move(other.part_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      bytes_(other.bytes_) {}

SpoolFile::~SpoolFile() {
  if (descriptor_ < 0) return;
  close();
  std::error_code ignored;
  std::filesystem::remove(part_, ignored);
}

void SpoolFile::close() { ::close(std::exchange(descriptor_, -1)); }

Result<SpoolFile> SpoolFile::open(std::filesystem::path part) {
  const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerAlone);
  if (descriptor < 0) return cannot("write", part, errno);
  return SpoolFile(std::move(part), descriptor);
}

Status SpoolFile::write(std::string_view piece) {
  while (!piece.empty()) {
    const ssize_t written = ::write(descriptor_, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot("write", part_, errno);
    bytes_ += static_cast<std::uint64_t>(written);
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status SpoolFile::place(const std::filesystem::path& path) {
  close();
  std::error_code fault;
  std::filesystem::rename(part_, path, fault);
  if (!fault) return {};
  std::error_code ignored;
  std::filesystem::remove(part_, ignored);
  return cannot("place", path, fault.value());
}

}  // namespace plumbline
