// Turns raw cells into a Table: reads each cell as its field's type, and keeps an account of what it could
// not read.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/cell.h"
#include "records/rows.h"
#include "records/schema.h"
#include "records/table.h"

namespace plumbline {

// A row or cell that was not taken. Text is bounded (kMaxRawBytes).
struct Reject {
  std::string file;
  std::uint64_t line = 0;
  std::string column{};  // header name; empty for a whole row
  std::string reason;
  std::string raw{};
};

// Receives rejects as they are met, so that a file of a million bad cells needs no memory of ours.
class RejectSink {
 public:
  virtual ~RejectSink() = default;
  virtual void reject(const Reject& reject) = 0;
};

// How one column of a source becomes a field.
struct FieldSource {
  std::size_t field = 0;
  std::string column{};       // header name
  std::string date_format{};  // strptime-like, from a field map; empty for ISO
};

// Rows beyond this are rejected: row numbers must stay clear of kNoRow and kMissingRow.
inline constexpr std::size_t kMaxTableRows = 0xFFFF'FF00;

// One thread. A row is rejected whole where its id is blank or breaks the IdRule; a cell that cannot be read
// is unknown, and noted. Rows of a source without an id column are all taken.
class TableBuilder {
 public:
  // `schema` and `rejects` must outlive the builder; the object's fields must not grow meanwhile.
  TableBuilder(const Schema& schema, std::size_t object, IdRule id_rule, RejectSink& rejects);

  // Starts a source (a file). Columns named by no source so far, but by this one, are unknown for the rows
  // before; fields this source lacks are unknown for its rows, except IsDeleted, which is false. Of two
  // entries for one field the first counts. `not_kept` are fields that the source has besides.
  void begin_source(std::string file, std::vector<FieldSource> sources,
                    std::span<const std::size_t> not_kept = {});
  // Cells in the order of begin_source's list.
  void add_rows(const RowBatch& batch);

  std::uint64_t rejected_rows() const { return rejected_rows_; }
  std::uint64_t rejected_cells() const { return rejected_cells_; }
  std::uint64_t replaced_rows() const { return replaced_rows_; }

  // The table; the builder is spent.
  std::unique_ptr<Table> finish();

 private:
  void add_row(std::span<const RawCell> cells, const RowPlace& place);
  std::string id_fault(const RawCell& cell) const;
  void reject_row(std::span<const RawCell> cells, const RowPlace& place, std::string reason);
  Column& column_for(std::size_t field);
  void append(Column& column, const RawCell& cell, const FieldSource& source, const RowPlace& place);
  void append_text(Column& column, const RawCell& cell, const FieldSource& source, const RowPlace& place);
  void append_unreadable(Column& column, const RawCell& cell, const FieldSource& source,
                         const RowPlace& place, std::string_view reason);
  void append_absent(std::size_t field, std::size_t rows);
  void register_id(RowIndex row);
  const std::string& file_of(RowIndex row) const;

  const Schema& schema_;
  const ObjectSchema& object_;
  RejectSink& rejects_;
  std::unique_ptr<Table> table_;
  std::vector<FieldSource> sources_;
  std::vector<Column*> columns_;      // by position in sources_; null for an entry that does not count
  std::vector<std::size_t> missing_;  // fields with a column that this source lacks
  std::optional<std::size_t> deleted_field_;
  std::optional<std::size_t> id_position_;
  std::vector<std::pair<std::size_t, std::string>> files_;  // first row of each source, and its name
  std::vector<std::uint64_t> lines_;                        // by row, to say where a replaced record stood
  std::uint64_t rejected_rows_ = 0;
  std::uint64_t rejected_cells_ = 0;
  std::uint64_t replaced_rows_ = 0;
};

}  // namespace plumbline
