// Cells of CSV that people open in a spreadsheet.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/copy_text.h"

namespace plumbline {

// RFC 4180: quoted where the text holds a comma, a quote, a line break, or a blank at either end. A text that
// a spreadsheet would take for a formula (= + - @, a tab or a carriage return at its start) gets an
// apostrophe in front: it comes from records that anybody may have typed.
std::string csv_cell(std::string_view text);

// The same into memory with that much room; returns where the next byte goes, and may leave anything in the
// room behind it.
constexpr std::size_t csv_cell_room(std::size_t bytes) {
  constexpr std::size_t kQuotesAndApostrophe = 3;
  return 2 * bytes + kQuotesAndApostrophe + kCopySlack;
}
char* write_csv_cell(char* out, std::string_view text);

}  // namespace plumbline
