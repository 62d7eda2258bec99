#include "records/reject.h"

#include <fmt/format.h>

#include <utility>

namespace plumbline {

std::string bounded_raw(std::string_view raw) {
  if (raw.size() <= kMaxRawBytes) return std::string(raw);
  std::size_t end = kMaxRawBytes;
  const auto is_continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  while (end > 0 && is_continuation(raw[end])) --end;
  return std::string(raw.substr(0, end));
}

Reject unreadable_cell(std::string file, std::uint64_t line, const FieldSource& source, const RawCell& cell,
                       std::string_view reason) {
  std::string whole(reason);
  if (!source.date_format.empty() && cell.state == CellState::kText) whole += " (" + source.date_format + ")";
  return {.file = std::move(file),
          .line = line,
          .column = source.column,
          .reason = std::move(whole),
          .raw = bounded_raw(cell.text)};
}

Reject replaced_row(const RepeatedRow& row) {
  const std::string elsewhere = row.file == row.later_file ? "" : " of " + row.later_file;
  return {
      .file = row.file,
      .line = row.line,
      .column = {},
      .reason = fmt::format("record {} appears again at line {}{}; the later row replaces the one at line {}",
                            bounded_raw(row.later_id), row.later_line, elsewhere, row.line),
      .raw = bounded_raw(row.id)};
}

}  // namespace plumbline
