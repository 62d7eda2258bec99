// Cells of CSV that people open in a spreadsheet.
#pragma once

#include <string>
#include <string_view>

namespace plumbline {

// RFC 4180: quoted where the text holds a comma, a quote, a line break, or a blank at either end. A text that
// a spreadsheet would take for a formula (= + - @, a tab or a carriage return at its start) gets an
// apostrophe in front: it comes from records that anybody may have typed.
std::string csv_cell(std::string_view text);

}  // namespace plumbline
