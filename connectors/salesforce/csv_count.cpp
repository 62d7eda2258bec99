// A doubled quote leaves the quotes and enters them again: whether a line break is within a cell is the
// number of quotes before it, odd or even.
#include "connectors/salesforce/csv_count.h"

#include <algorithm>

#include "records/schema.h"

namespace plumbline {

void CsvCount::push(std::string_view piece) {
  for (const char c : piece) {
    if (c == '"') in_quotes_ = !in_quotes_;
    const bool is_end = !in_quotes_ && c == '\n';
    if (!is_end) {
      if (c != '\r') line_has_text_ = true;
      if (lines_ == 0 && header_.size() < kMostHeaderBytes) header_ += c;
      continue;
    }
    if (line_has_text_) ++lines_;
    line_has_text_ = false;
  }
}

std::uint64_t CsvCount::records() const {
  const std::uint64_t lines = lines_ + (line_has_text_ ? 1 : 0);
  return lines == 0 ? 0 : lines - 1;
}

bool CsvCount::header_is(const std::vector<std::string>& columns) const {
  constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
  std::string_view rest = header_;
  if (rest.starts_with(kUtf8Mark)) rest.remove_prefix(kUtf8Mark.size());
  while (rest.ends_with('\r')) rest.remove_suffix(1);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view name = rest.substr(0, comma);
    if (name.starts_with('"')) name.remove_prefix(1);
    if (name.ends_with('"')) name.remove_suffix(1);
    if (!same_name(name, columns[i])) return false;
    const bool is_last = i + 1 == columns.size();
    if (is_last != (comma == rest.size())) return false;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return true;
}

}  // namespace plumbline
