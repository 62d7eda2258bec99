// The text of a CSV cell as it stands in the file. Inner to the CSV readers.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "records/rows.h"

namespace plumbline {

// Which cell ends of each record are worth keeping where these columns are wanted, as ordinals, rising: each
// cell's own and that of the one before it. Empty where keeping all of them costs less.
std::vector<std::uint64_t> csv_picks(std::span<const std::uint32_t> columns, std::size_t all_columns);

// Of a cell without flaws, from the end of the cell before it to its own end.
inline bool is_quoted_csv(std::string_view raw) { return !raw.empty() && raw.front() == '"'; }
inline std::string_view within_quotes(std::string_view raw) { return raw.substr(1, raw.size() - 2); }

// Writes `quoted` with one quote for every two, at most its own length; answers the length.
inline std::size_t undouble_quotes(std::string_view quoted, char* out) {
  const char* const start = out;
  for (std::size_t quote = quoted.find('"'); quote != std::string_view::npos; quote = quoted.find('"')) {
    std::memcpy(out, quoted.data(), quote + 1);
    out += quote + 1;
    quoted.remove_prefix(quote + 2);
  }
  if (!quoted.empty()) std::memcpy(out, quoted.data(), quoted.size());
  return static_cast<std::size_t>(out - start) + quoted.size();
}

// kTooLong where the text is beyond kMaxCellBytes.
inline RawCell bounded_cell(std::string_view text) {
  if (text.size() <= kMaxCellBytes) [[likely]]
    return {.text = text, .state = CellState::kText};
  return {.text = text.substr(0, kMaxRawBytes), .state = CellState::kTooLong};
}

}  // namespace plumbline
