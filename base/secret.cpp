#include "base/secret.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ostream>

#include "base/crypto.h"

namespace plumbline {
namespace {

// What does not fit into a string's own memory lies elsewhere and is overwritten there; what does lies in the
// object, even after it was moved from.
void wipe_text(std::string& text) {
  text.resize(text.capacity());
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  text.clear();
}

}  // namespace

Secret::Secret(std::string text) : text_(std::move(text)) { wipe_text(text); }

Secret& Secret::operator=(const Secret& other) {
  if (this == &other) return *this;
  wipe_text(text_);
  text_ = other.text_;
  return *this;
}

Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { wipe_text(other.text_); }

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe_text(text_);
  text_ = std::move(other.text_);
  wipe_text(other.text_);
  return *this;
}

Secret::~Secret() { wipe_text(text_); }

std::ostream& operator<<(std::ostream& out, const Secret& /*secret*/) { return out << kHiddenSecret; }

namespace {

constexpr unsigned kEverybodysBits = 07;
constexpr unsigned kModeBits = 07777;

std::unexpected<Error> refuse(ErrorCode code, const std::string& path, std::string message) {
  return fail({.code = code, .message = std::move(message), .where = SourceSpan{.file = path}});
}

class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Status check_facts(const std::string& path, const struct stat& facts) {
  if (!S_ISREG(facts.st_mode))
    return refuse(ErrorCode::kInvalidInput, path, "this is no file; a secret is the text of one file");
  if ((facts.st_mode & kEverybodysBits) != 0)
    return refuse(ErrorCode::kAuth, path,
                  fmt::format("everybody on this machine may read or write this secret (mode {:04o}); chmod "
                              "600 it, and replace the secret if somebody may have read it",
                              facts.st_mode & kModeBits));
  if (static_cast<std::uint64_t>(facts.st_size) > kMostSecretBytes)
    return refuse(ErrorCode::kInvalidInput, path,
                  fmt::format("this has {} bytes, and a secret has {} at most; name the file that holds the "
                              "secret alone",
                              facts.st_size, kMostSecretBytes));
  return {};
}

// Whole, or a fault of errno. At most one byte more than a secret may have.
bool read_all(int fd, std::string& text) {
  text.resize(kMostSecretBytes + 1);
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got = ::read(fd, text.data() + filled, text.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return true;
}

void trim_newline(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

}  // namespace

Result<Secret> read_secret_file(const std::string& path) {
  const OpenFile file(path);
  if (file.get() < 0) {
    const int cause = errno;
    return refuse(cause == ENOENT ? ErrorCode::kNotFound : ErrorCode::kInvalidInput, path,
                  fmt::format("the secret cannot be opened: {}; write it into this file, readable by "
                              "Plumbline's user alone",
                              std::strerror(cause)));
  }
  struct stat facts{};
  if (::fstat(file.get(), &facts) != 0)
    return refuse(ErrorCode::kInvalidInput, path,
                  fmt::format("the secret cannot be read: {}", std::strerror(errno)));
  if (const Status sound = check_facts(path, facts); !sound) return fail(sound.error());
  std::string text;
  // Room from the beginning, so that growing leaves no copies behind.
  const bool whole = read_all(file.get(), text);
  const int cause = errno;
  if (whole) trim_newline(text);
  const std::size_t bytes = text.size();
  Secret secret(std::move(text));
  if (!whole)
    return refuse(ErrorCode::kInvalidInput, path,
                  fmt::format("the secret cannot be read: {}", std::strerror(cause)));
  if (bytes > kMostSecretBytes)
    return refuse(ErrorCode::kInvalidInput, path, "this grew while it was read; write secrets in one go");
  if (bytes == 0)
    return refuse(ErrorCode::kInvalidInput, path, "the file is empty; write the secret into it");
  return secret;
}

}  // namespace plumbline
