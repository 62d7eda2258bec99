// The records of one object on their way to be judged. A source hands them out as work items, each a run of
// consecutive rows that any thread may take; a reader, one a thread, shows the rows of an item in chunks and
// reads a cell only when it is asked for.
//
// Three kinds: rows of a Table (table_source), rows of CSV files that were counted before and are read again,
// and rows of CSV files that are read for the first and only time (both csv_source.h). All answer alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "records/column.h"
#include "records/row_set.h"
#include "records/snapshot.h"
#include "records/table_builder.h"

namespace plumbline {

// Where the cells of one field are written, each array by ChunkRow and kChunkRows long. Only the rows asked
// for are written. Of the values only the array of the field's type is; of a row that is not kKnown, none.
struct CellSlots {
  CellKind* kinds = nullptr;
  std::int64_t* whole = nullptr;      // boolean (0, 1), money (hundredths), date (days), datetime (seconds)
  double* numbers = nullptr;          // number; may be the same memory as `whole`
  std::string_view* texts = nullptr;  // text-like; views live until the next next_chunk() or start()
  // Codes of texts in dictionary(field); null where nobody wants them. kNoCode where the text has none: the
  // reader's dictionary was full when it came, or the field is the record's own id.
  std::uint32_t* codes = nullptr;
};

// Shows the rows of work items. For one thread. Errors are what makes the rest of the run pointless: the file
// changed or cannot be read any more.
class RecordReader {
 public:
  virtual ~RecordReader() = default;

  virtual Status start(std::size_t item) = 0;
  // The next rows of the item; false where there are no more.
  virtual Result<bool> next_chunk() = 0;
  virtual std::size_t rows() const = 0;    // of the chunk, at most kChunkRows
  virtual RowIndex first_row() const = 0;  // number of the chunk's first row in the object's Table
  // The chunk's rows that are neither deleted nor replaced.
  virtual RowSet visible() const = 0;
  // Each row of each field is to be asked for at most once a chunk: a cell that cannot be read is noted.
  // Of a field that the rows' file does not have all cells are kUnknown, but IsDeleted, which is false.
  // Answers whether some cell is kUnknown.
  virtual bool read(std::size_t field, Selection rows, const CellSlots& slots) = 0;
  // Where a lookup leads, as Snapshot::target says it.
  virtual void read_targets(std::size_t reference_field, Selection rows, RowIndex* targets) = 0;
  // Texts by their codes; grows from chunk to chunk, never changes what it has.
  virtual const Dictionary& dictionary(std::size_t field) const = 0;
  // Cells of the item that could not be read, by place in the file; emptied by the call. Those that were
  // noted when the Table was built are not among them.
  virtual std::vector<Reject> take_rejects() = 0;
};

// What became known of records only while they were judged.
struct PassedRecords {
  bool tidy = true;  // else what was judged does not hold: some rows are none, or are replaced
  std::uint64_t rows = 0;
  std::vector<std::string> notices{};
};

// Shared by the threads. Outlives its readers; the snapshot must outlive it.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  virtual std::size_t items() const = 0;
  virtual std::unique_ptr<RecordReader> open() const = 0;
  // Of records read for the first time, after all readers have ended; empty for all others.
  virtual std::optional<PassedRecords> passed() { return std::nullopt; }
};

// Rows of a table of the snapshot, kChunkRows an item. Every field the table has a column of can be read, and
// every lookup the snapshot has targets of.
std::unique_ptr<RecordSource> table_source(const Snapshot& snapshot, std::size_t object);

// By object.
using RecordSources = std::map<std::size_t, std::unique_ptr<RecordSource>>;

}  // namespace plumbline
