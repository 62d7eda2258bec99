#include "records/append_cells.h"

#include "base/utf8.h"
#include "records/cell_shapes.h"
#include "records/raw_cell.h"

namespace plumbline {

void append_value(Column& column, const CellValue& value, std::string_view text) {
  if (value.kind == CellKind::kNull) return column.append_null();
  if (value.kind == CellKind::kUnknown) return column.append_unknown();
  switch (column.type()) {
    case FieldType::kBoolean:
      return column.append_boolean(value.boolean);
    case FieldType::kNumber:
      return column.append_number(value.number);
    case FieldType::kMoney:
      return column.append_money(value.money);
    case FieldType::kDate:
      return column.append_day(value.day);
    case FieldType::kDateTime:
      return column.append_instant(value.instant);
    // Blanks around an id mean nothing, and one id should be one text; around other text they are what was
    // written.
    case FieldType::kId:
    case FieldType::kReference:
      return column.append_text(trim(text));
    default:
      return column.append_text(text);
  }
}

namespace {

// `read` gives the value of the shape nearly all cells of the type have, or nothing; `append` appends it.
template <class Read, class Append>
void append_each(Column& column, const BatchColumn& cells, std::vector<CellFault>& faults, const Read& read,
                 const Append& append) {
  const bool empty_is_null = column.type() != FieldType::kBoolean;
  for (const std::uint32_t index : cells.indexes) {
    const RawCell& cell = cells.cell(index);
    if (cell.text.empty() && empty_is_null) {
      column.append_null();
      continue;
    }
    if (cell.state == CellState::kText) [[likely]] {
      if (const auto found = read(cell.text)) {
        append(*found);
        continue;
      }
    }
    const CellValue value = read_raw_cell(cell, column.type(), cells.date_format);
    append_value(column, value, cell.text);
    if (value.kind == CellKind::kUnknown) faults.push_back({index, cells.position, value.reason});
  }
}

void append_texts(Column& column, const BatchColumn& cells, std::vector<CellFault>& faults) {
  for (const std::uint32_t index : cells.indexes) {
    const RawCell& cell = cells.cell(index);
    if (cell.text.empty()) {
      column.append_null();
    } else if (is_plain_text(cell)) [[likely]] {
      column.append_text(cell.text);
    } else {
      const CellValue value = read_raw_cell(cell, column.type());
      append_value(column, value, cell.text);
      if (value.kind == CellKind::kUnknown) faults.push_back({index, cells.position, value.reason});
    }
  }
}

// Of a type with a shape of its own: whether the cell has it.
bool has_common_shape(FieldType type, std::string_view text) {
  switch (type) {
    case FieldType::kBoolean:
      return cell_shapes::read_boolean(text).has_value();
    case FieldType::kDate:
      return cell_shapes::read_day(text).has_value();
    case FieldType::kDateTime:
      return cell_shapes::read_instant(text).has_value();
    default:
      return false;
  }
}

}  // namespace

void append_cells(Column& column, const BatchColumn& cells, std::vector<CellFault>& faults) {
  const auto append_as = [&](const auto& read, const auto& append) {
    // A format of its own is read the long way.
    const bool plain = cells.date_format.empty();
    append_each(
        column, cells, faults,
        [&](std::string_view text) { return plain ? read(text) : decltype(read(text)){}; }, append);
  };
  switch (column.type()) {
    case FieldType::kBoolean:
      return append_as(cell_shapes::read_boolean, [&](bool value) { column.append_boolean(value); });
    case FieldType::kNumber:
      return append_as(cell_shapes::read_number, [&](double value) { column.append_number(value); });
    case FieldType::kMoney:
      return append_as(cell_shapes::read_money, [&](Money value) { column.append_money(value); });
    case FieldType::kDate:
      return append_as(cell_shapes::read_day, [&](Day value) { column.append_day(value); });
    case FieldType::kDateTime:
      return append_as(cell_shapes::read_instant, [&](Instant value) { column.append_instant(value); });
    default:
      return append_texts(column, cells, faults);
  }
}

void check_cells(FieldType type, const BatchColumn& cells, std::vector<CellFault>& faults) {
  const bool text = is_text_like(type);
  for (const std::uint32_t index : cells.indexes) {
    const RawCell& cell = cells.cell(index);
    if (text ? is_plain_text(cell) : cells.date_format.empty() && has_common_shape(type, cell.text)) continue;
    if (cell.text.empty() && cell.state != CellState::kTooLong) continue;
    const CellValue value = read_raw_cell(cell, type, cells.date_format);
    if (value.kind == CellKind::kUnknown) faults.push_back({index, cells.position, value.reason});
  }
}

}  // namespace plumbline
