// A reply on its way to the spool: written beside its place, and put there once it is known to be whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace plumbline {

class SpoolFile {
 public:
  // `part` is where it is written; a file that is there is replaced.
  static Result<SpoolFile> open(std::filesystem::path part);
  SpoolFile(SpoolFile&& other) noexcept;
  SpoolFile& operator=(SpoolFile&&) = delete;
  SpoolFile(const SpoolFile&) = delete;
  SpoolFile& operator=(const SpoolFile&) = delete;
  ~SpoolFile();  // removes what was not placed

  // Errors (kInvalidInput) name the file and say what to do: a full disk is nothing to ask a server again
  // for.
  Status write(std::string_view piece);
  std::uint64_t bytes() const { return bytes_; }
  Status place(const std::filesystem::path& path);

 private:
  SpoolFile(std::filesystem::path part, int descriptor);
  void close();

  std::filesystem::path part_;
  int descriptor_ = -1;
  std::uint64_t bytes_ = 0;
};

}  // namespace plumbline
