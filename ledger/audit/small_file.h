// Whole small files, read and written with every call checked. Errors are sentences with the file's name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace plumbline {

inline constexpr std::size_t kMostSmallFileBytes = std::size_t{64} << 20;

// ErrorCode::kNotFound where there is none, kInvalidInput where it is larger than `most` bytes.
Result<std::string> read_small_file(const std::string& path, std::size_t most = kMostSmallFileBytes);

enum class FileStart : std::uint8_t {
  kNew,      // the file must not be there; ErrorCode::kConflict where it is
  kReplace,  // what was there before is gone once all of this is there
  kAppend,   // made where it is not there; the one that may be left half done
};

// On the disk, the name of a new file included, when this returns.
Status write_durably(const std::string& path, std::span<const std::uint8_t> bytes, FileStart start,
                     unsigned mode);

}  // namespace plumbline
