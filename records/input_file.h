// One file of data open for reading: in chunks, or mapped whole. Errors are about the name the person gave.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace plumbline {

inline constexpr std::size_t kReadChunkBytes = std::size_t{1} << 20;

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
