// Counting the records of a CSV file as it passes, and looking at its header: what Bulk sends is held against
// what it says it sends. Not a reader of CSV, which is records/csv.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

class CsvCount {
 public:
  void push(std::string_view piece);

  // Records so far, the header not counted; a last line without an end counts.
  std::uint64_t records() const;
  // Whether the text so far ends within quotes: it breaks off.
  bool breaks_off() const { return in_quotes_; }
  // Whether the header line names these columns in this order, quotes and case aside.
  bool header_is(const std::vector<std::string>& columns) const;
  const std::string& header() const { return header_; }  // at most kMostHeaderBytes

  static constexpr std::size_t kMostHeaderBytes = std::size_t{1} << 20;

 private:
  std::uint64_t lines_ = 0;  // ended ones that are not empty
  std::string header_;
  bool in_quotes_ = false;
  bool line_has_text_ = false;
};

}  // namespace plumbline
