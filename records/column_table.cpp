#include "records/column_table.h"

#include <cassert>
#include <utility>

namespace plumbline {

std::unique_ptr<Table> table_of_columns(ColumnTable parts) {
  auto table = std::make_unique<Table>(parts.object, parts.columns.size(), parts.id_rule);
  table->rows_ = parts.rows;
  table->columns_ = std::move(parts.columns);
  table->has_ = std::move(parts.has);
  table->deleted_ = std::move(parts.deleted);
  for (std::size_t field = 0; field < table->columns_.size(); ++field) {
    const Column* const column = table->columns_[field].get();
    if (column == nullptr) continue;
    assert(column->size() == parts.rows);
    if (column->type() == FieldType::kId && !table->id_field_) table->id_field_ = field;
  }
  if (!table->id_field_ || parts.ids == ColumnTable::Ids::kShown) return table;
  table->ids_.reserve(parts.rows);
  const Column& ids = *table->columns_[*table->id_field_];
  const auto key_of = [&table](RowIndex row) { return table->key_of(row); };
  for (RowIndex row = 0; row < parts.rows; ++row) {
    if (ids.kind(row) != CellKind::kKnown) continue;
    const RowIndex before = table->ids_.insert(table->key_of(row), row, key_of);
    if (before != kNoRow) table->replaced_.set(before);
  }
  return table;
}

}  // namespace plumbline
