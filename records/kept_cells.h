// Cells of a table's columns as record readers show them. Inner to the two readers.
#pragma once

#include "records/record_source.h"

namespace plumbline {

// Of rows first_row + r for every r of `rows`. Where the table keeps no column of the field, the cells are
// what RecordReader::read says of a file without it.
void read_kept(const Table& table, const ObjectSchema& object, std::size_t field, RowIndex first_row,
               Selection rows, const CellSlots& slots);

// Of so many rows from `first_row` on those that are visible, as rows of the chunk.
RowSet visible_rows(const Table& table, RowIndex first_row, std::size_t rows);

// The dictionary of a kept column; an empty one where there is none.
const Dictionary& kept_dictionary(const Table& table, std::size_t field);

// The cells of a field that a file lacks: unknown, but IsDeleted, which is false.
void read_absent(const FieldSchema& field, Selection rows, const CellSlots& slots);

}  // namespace plumbline
