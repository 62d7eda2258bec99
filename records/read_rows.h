// Reading files of one object row by row, for whoever wants every field of every row: columns are found and
// renamed as for an audit, and the cells are handed on as they stand.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "records/data_folder.h"
#include "records/reject.h"
#include "records/row_taker.h"
#include "records/schema.h"

namespace plumbline {

struct RowReading {
  const Schema& schema;
  std::size_t object = 0;
  const FieldMap* field_map = nullptr;  // applied to the schema already
  // Files from so many bytes on are read by a thread of their own, while another takes the rows.
  std::uint64_t relayed_bytes = std::uint64_t{4} << 20;
  // Asked after each chunk of CSV, from the calling thread: whether to end early. The Error is then
  // kCancelled.
  std::function<bool()> stopped{};
  std::function<void(std::uint64_t bytes)> progress{};  // so many more are read
};

struct RowCounts {
  std::uint64_t rows = 0;           // handed on
  std::uint64_t rejected_rows = 0;  // that nobody was handed
};

// Files are read one at a time. `rows` is told of a source, from the calling thread, and then of its rows,
// from one other; when this returns, all of them were taken. Notices are sentences of what is odd about the
// file.
Result<RowCounts> read_rows(const DataFile& file, const RowReading& reading, RowTaker& rows,
                            RejectSink& rejects, std::vector<std::string>& notices);

// How the ids of an object's records compare. Keys of an organisation's own, and references of sfdx trees,
// have any shape.
IdRule id_rule_of(std::span<const DataFile* const> files, const MappedObject* mapped);

}  // namespace plumbline
