#include "records/raw_cell.h"

#include "records/reject.h"

namespace plumbline {

CellValue read_raw_cell(const RawCell& cell, FieldType type, std::string_view date_format) {
  if (cell.state == CellState::kTooLong) return {.kind = CellKind::kUnknown, .reason = kTooLongReason};
  if (is_text_like(type) && is_plain_text(cell)) return {.kind = CellKind::kKnown};
  return read_cell(cell.state == CellState::kNull ? std::string_view{} : cell.text, type, date_format);
}

}  // namespace plumbline
