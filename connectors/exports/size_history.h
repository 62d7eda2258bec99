// How large a file usually is, and whether a new one looks like it. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

struct FileSize {
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;
  friend bool operator==(const FileSize&, const FileSize&) = default;
};

inline constexpr std::size_t kMostSizes = 9;  // that are remembered

// The sizes of the last files that were taken, oldest first.
class SizeHistory {
 public:
  // As to_text writes it; whatever cannot be read is left out.
  static SizeHistory from_text(std::string_view text);
  std::string to_text() const;  // "120034/1500 120110/1502"

  void add(FileSize size);
  bool empty() const { return sizes_.empty(); }
  // The median of each, the smaller of two in the middle.
  FileSize usual() const;
  // Fewer than half of the usual bytes or rows. Never true of the first file.
  bool is_far_below(FileSize size) const;

 private:
  std::vector<FileSize> sizes_;
};

}  // namespace plumbline
