#include "connectors/clari/csv_line.h"

namespace plumbline {

CsvLine& CsvLine::cell(std::string_view text) {
  if (!is_first_) text_ += ',';
  is_first_ = false;
  // Blanks at either end are part of a cell in quotes.
  const bool has_blank_end = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  if (!has_blank_end && text.find_first_of(",\"\r\n;\t|") == std::string_view::npos) {
    text_ += text;
    return *this;
  }
  text_ += '"';
  for (const char c : text) {
    if (c == '"') text_ += '"';
    text_ += c;
  }
  text_ += '"';
  return *this;
}

std::string_view CsvLine::end() {
  text_ += '\n';
  return text_;
}

}  // namespace plumbline
