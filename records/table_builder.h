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
#include "records/passing_ids.h"
#include "records/reject.h"
#include "records/rows.h"
#include "records/schema.h"
#include "records/table.h"

namespace plumbline {

// Rows beyond this are rejected: row numbers must stay clear of kNoRow and kMissingRow.
inline constexpr std::size_t kMaxTableRows = 0xFFFF'FF00;

// One thread. A row is rejected whole where its id is blank or breaks the IdRule; a cell that cannot be read
// is unknown, and noted. Rows of a source without an id column are all taken.
//
// Where ids are not kept (FieldSource::kept), a row whose id comes again is not known to be replaced until
// the caller has looked up passing_ids().repeated() and said so with replace().
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
  // `raw` is the row as it stood, or empty: then its cells are shown where it is rejected.
  void add_row(std::span<const RawCell> cells, const RowPlace& place, std::string_view raw);
  // So many rows are likely to come in all; room for them is set aside.
  void expect_rows(std::size_t rows);

  std::size_t rows() const { return table_->rows_; }
  bool is_deleted(RowIndex row) const { return table_->deleted(row); }
  // Numbers (RowPlace::record) of the records of this source that were rejected, as they came.
  std::span<const std::uint64_t> refused_records() const { return refused_records_; }
  PassingIds& passing_ids() { return passing_ids_; }
  void replace(RowIndex row, const RepeatedRow& told);

  std::uint64_t rejected_rows() const { return rejected_rows_; }
  std::uint64_t rejected_cells() const { return rejected_cells_; }
  std::uint64_t replaced_rows() const { return replaced_rows_; }

  // The table; the builder is spent.
  std::unique_ptr<Table> finish();

 private:
  std::string id_fault(const RawCell& cell) const;
  void reject_row(std::span<const RawCell> cells, const RowPlace& place, std::string_view raw,
                  std::string reason);
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
  std::vector<std::uint64_t> lines_;  // by row, to say where a replaced record stood; where ids are kept
  bool id_is_kept_ = true;
  PassingIds passing_ids_;
  std::vector<std::uint64_t> refused_records_;
  std::uint64_t rejected_rows_ = 0;
  std::uint64_t rejected_cells_ = 0;
  std::uint64_t replaced_rows_ = 0;
};

}  // namespace plumbline
