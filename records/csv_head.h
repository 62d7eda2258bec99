// What a CSV reader must settle before it can scan: the byte order mark, the delimiter, and later the names
// in the header.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace plumbline {

// Holds the first bytes back until the delimiter is known. The text must hold no NUL.
class CsvHead {
 public:
  explicit CsvHead(std::optional<char> delimiter) : fixed_(delimiter) {}

  // Takes bytes from the front of `piece` until ready; answers how many. Fails on UTF-16, and on a header
  // line of more than kMaxRecordBytes.
  Result<std::size_t> take(std::string_view piece);
  // No more bytes will come: what is there must do.
  void close();

  bool ready() const { return stage_ == Stage::kReady; }
  char delimiter() const;
  // The bytes held back, to be scanned first; without the byte order mark.
  std::string_view text() const { return text_; }
  void release_text() { text_ = {}; }

 private:
  enum class Stage : std::uint8_t { kMark, kHeaderLine, kReady };
  enum class Cell : std::uint8_t { kStart, kPlain, kQuoted, kQuoteSeen };
  static constexpr std::string_view kCandidates = ",;\t|";  // the earlier wins a tie

  Status take_mark_byte(char byte);
  void settle_mark();
  // Counts candidates; says whether the header line ended with this byte.
  bool ends_header(char byte);

  std::optional<char> fixed_;
  Stage stage_ = Stage::kMark;
  Cell cell_ = Cell::kStart;
  bool begun_ = false;  // the header line has a byte
  std::string text_;
  std::array<std::size_t, kCandidates.size()> counts_{};
};

// Without blanks (spaces, tabs, line ends) at both ends.
std::string_view trim_csv_name(std::string_view name);

// Fails on more than kMaxColumns.
Status check_csv_column_count(std::size_t columns);

// Fails on two names that differ in ASCII case at most. Empty names may repeat.
Status check_csv_names(std::span<const std::string> names);

}  // namespace plumbline
