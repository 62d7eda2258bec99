// Records of CSV files on their way to be judged: read as they pass, and never kept. Either a first reading
// has counted the rows and kept what is looked up from elsewhere, or nothing is, and this is the only
// reading. A cell is read when and if somebody asks for it.
#pragma once

#include <memory>

#include "records/csv_item.h"
#include "records/record_source.h"

namespace plumbline {

// Texts of one field that a reader numbers (CellSlots::codes); more than these have no code.
inline constexpr std::size_t kMaxReaderCodes = 4096;

// Of the object's table in the snapshot, whose rows are those of `parts`, in order. An item of the source is
// an item of the parts. Cells of columns the table keeps come from there.
std::unique_ptr<RecordSource> csv_source(const Snapshot& snapshot, std::size_t object, CsvParts parts);

// Of files whose records nobody looks up: their table has no rows, and `parts` says where each file's first
// record starts. Records whose owner is not among the users are counted; `users` may be null.
std::unique_ptr<RecordSource> passing_source(const Snapshot& snapshot, std::size_t object, IdRule id_rule,
                                             CsvParts parts, const Table* users);

}  // namespace plumbline
