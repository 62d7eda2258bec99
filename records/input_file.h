// One file of data open for reading: in chunks, or mapped whole. Errors are about the name the person gave.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace plumbline {

inline constexpr std::size_t kReadChunkBytes = std::size_t{1} << 20;

// What tells whether a file is still the one that was read before.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t bytes = 0;
  std::int64_t changed_seconds = 0;
  std::int64_t changed_nanoseconds = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

// Owns the descriptor and the mapping. Not for use from two threads at once.
class InputFile {
 public:
  // Regular files alone: what is read is read twice, which a pipe does not allow.
  static Result<InputFile> open(const std::string& path, std::string_view name);

  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile();

  std::uint64_t bytes() const { return bytes_; }

  // The next bytes, in `buffer`; empty at the end of the file.
  Result<std::string_view> read(std::span<char> buffer);
  // The bytes from `offset` on, as many as fit; fewer only at the end of the file. May be called from any
  // thread, and does not change what read() gives next.
  Result<std::string_view> read_at(std::uint64_t offset, std::span<char> buffer) const;
  Result<FileStamp> stamp() const;
  // All of it, read-only, as long as this object lives. The file must not shrink meanwhile.
  Result<std::string_view> map();

 private:
  InputFile(int descriptor, std::uint64_t bytes, std::string_view name)
      : descriptor_(descriptor), bytes_(bytes), name_(name) {}

  int descriptor_;
  std::uint64_t bytes_;
  std::string name_;
  void* mapping_ = nullptr;
};

// `error` with `file` as its place, whatever line it has.
Error in_file(Error error, std::string_view file);

}  // namespace plumbline
