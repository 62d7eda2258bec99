// Cells of one column, read as its type and appended many rows at a time: what the type asks for is settled
// once, not once a cell.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "records/cell.h"
#include "records/column.h"
#include "records/rows.h"

namespace plumbline {

// One value, as it was read of `text` for the column's type.
void append_value(Column& column, const CellValue& value, std::string_view text);

// A cell of a batch that could not be read.
struct CellFault {
  std::uint32_t index = 0;     // of its row in the batch
  std::uint32_t position = 0;  // of its column there
  std::string_view reason;     // static text: fact and remedy
};

// Which cells: those at `position` of the batch's rows `indexes`, which rise.
struct BatchColumn {
  const RowBatch& batch;
  std::uint32_t position = 0;
  std::span<const std::uint32_t> indexes;
  std::string_view date_format;  // replaces the ISO forms of dates and datetimes; may be empty

  const RawCell& cell(std::uint32_t index) const { return batch.cells[index * batch.columns + position]; }
};

// One value a row. A cell that cannot be read is appended as unknown, and noted.
void append_cells(Column& column, const BatchColumn& cells, std::vector<CellFault>& faults);

// Only notes those that cannot be read.
void check_cells(FieldType type, const BatchColumn& cells, std::vector<CellFault>& faults);

}  // namespace plumbline
