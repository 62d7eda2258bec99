// One cell of an export, read as its field's type. Pure; safe from any thread.
#pragma once

#include <optional>
#include <string_view>

#include "base/money.h"
#include "base/time.h"
#include "base/utf8.h"
#include "records/column.h"
#include "records/rows.h"
#include "records/schema.h"

namespace plumbline {

// A cell as its type, or why not. Of the values only the one of the type asked for counts; text stays where
// it is.
struct CellValue {
  CellKind kind = CellKind::kNull;
  bool boolean = false;
  double number = 0;
  Money money{};
  Day day{};
  Instant instant{};
  std::string_view reason{};  // static text, for kUnknown: fact and remedy
};

// Whether a cell of text reads as it stands: ASCII, without blanks at its ends.
inline bool is_plain_text(const RawCell& cell) {
  return cell.state == CellState::kText && !cell.text.empty() &&
         utf8_detail::is_visible_ascii(cell.text.front()) &&
         utf8_detail::is_visible_ascii(cell.text.back()) && is_ascii(cell.text);
}

// Outer white space is ignored; empty is null, and false for a boolean. `date_format` (see parse_with_format)
// replaces the ISO forms of dates and datetimes.
CellValue read_cell(std::string_view text, FieldType type, std::string_view date_format = {});

// A date, and the time of day where the format has one.
struct FormattedTime {
  Day day{};
  std::chrono::seconds time{};
};

// `text` read by a format of %Y (4 digits) %y (2 digits: 1970 to 2069) %m %d %b (English month name, short or
// whole) %H %I %M %S %p (AM or PM) %% and literal text; a blank in the format stands for any run of blanks,
// also none. Numbers may lack their leading zero. Empty where it does not match or names a day or time that
// does not exist.
std::optional<FormattedTime> parse_with_format(std::string_view text, std::string_view format);

// What is wrong with a format, as a sentence without a full stop; empty where it can be used.
std::string_view date_format_fault(std::string_view format);

}  // namespace plumbline
