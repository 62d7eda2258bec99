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

#include "records/append_cells.h"
#include "records/cell.h"
#include "records/passing_ids.h"
#include "records/reject.h"
#include "records/rows.h"
#include "records/schema.h"
#include "records/seen_ids.h"
#include "records/table.h"

namespace plumbline {

// Rows beyond this are rejected: row numbers must stay clear of kNoRow and kMissingRow.
inline constexpr std::size_t kMaxTableRows = 0xFFFF'FF00;

// One thread. A row is rejected whole where its id is blank or breaks the IdRule; a cell that cannot be read
// is unknown, and noted. Rows of a source without an id column are all taken.
//
// Where ids are not kept (FieldSource::kept), a row whose id comes again is not known to be replaced. Either
// the caller looks up passing_ids() after the last row and says so with replace(), or it wants to know no
// more than whether all ids differ, and builds anew where they do not: expect_no_repeats().
class TableBuilder {
 public:
  // `schema` and `rejects` must outlive the builder; the object's fields must not grow meanwhile.
  TableBuilder(const Schema& schema, std::size_t object, IdRule id_rule, RejectSink& rejects);

  // Starts a source (a file). Columns named by no source so far, but by this one, are unknown for the rows
  // before; fields this source lacks are unknown for its rows, except IsDeleted, which is false. Of two
  // entries for one field the first counts. `not_kept` are fields that the source has besides.
  void begin_source(std::string file, std::vector<FieldSource> sources,
                    std::span<const std::size_t> not_kept = {});
  // Cells in the order of begin_source's list. Where the batch has no rows as they stood, the cells of a row
  // that is rejected are shown.
  void add_rows(const RowBatch& batch);
  // Of the batch added last: indexes of those that became rows of the table, its last ones.
  std::span<const std::uint32_t> taken() const { return taken_; }
  // Before the first source, whose ids, as those of all others, must not be kept.
  void expect_no_repeats() { no_repeats_ = true; }
  // After the last row, once: whether two of them may have one id.
  bool found_repeats();
  // Only rows that have one of these texts there, in any case and with any blanks around it, become rows of
  // the table. All others are looked at, and cells of theirs that cannot be read are noted, but not kept.
  // Goes with expect_no_repeats().
  void choose_rows(std::size_t field, std::vector<std::string> texts);
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
  // Sound rows that were not chosen.
  std::uint64_t passed_over_rows() const { return passed_over_rows_; }

  // The table; the builder is spent.
  std::unique_ptr<Table> finish();

 private:
  void sort_out(const RowBatch& batch);
  void append_columns(const RowBatch& batch);
  void note_deleted(RowIndex first);
  void tell(const RowBatch& batch, RowIndex first);
  std::string id_fault(const RawCell& cell) const;
  void reject_row(std::span<const RawCell> cells, const RowPlace& place, std::string_view raw,
                  std::string reason);
  Column& column_for(std::size_t field);
  bool is_chosen(std::span<const RawCell> cells);
  void note_unreadable(const RawCell& cell, const FieldSource& source, const RowPlace& place,
                       std::string_view reason);
  void append_absent(std::size_t field, std::size_t rows);
  void note_id(const RawCell& cell, const RowPlace& place, RowIndex row);
  void expect_id(std::uint64_t hash, const RowPlace& place, RowIndex row);
  // Ids are looked up side by side, a few rows behind: this makes up for it.
  void settle_ids();
  void register_id(RowIndex row, std::uint64_t hash);
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
  struct Choice {
    std::size_t field = 0;
    std::vector<std::string> texts;
    std::optional<std::size_t> position{};  // in sources_
    struct Spelling {
      std::string text;
      bool chosen = false;
    };
    std::vector<Spelling> met{};  // the first few: a history names few fields, and always in the same way
  };
  std::optional<Choice> choice_;
  // Of the batch under way: its rows by what becomes of them, and what is wrong with the others and with
  // cells.
  struct RowFault {
    std::uint32_t index = 0;
    std::string reason;
  };
  std::vector<std::uint32_t> taken_;
  std::vector<std::uint32_t> passed_over_;
  std::vector<RowFault> row_faults_;
  std::vector<CellFault> cell_faults_;
  std::vector<std::pair<std::size_t, std::string>> files_;  // first row of each source, and its name
  std::vector<std::uint64_t> lines_;  // by row, to say where a replaced record stood; where ids are kept
  bool id_is_kept_ = true;
  struct PendingId {
    RowIndex row = 0;
    std::uint64_t hash = 0;
  };
  std::vector<PendingId> pending_ids_;  // rows whose ids are in no index yet, rising
  PassingIds passing_ids_;
  bool no_repeats_ = false;
  std::vector<SeenIds> seen_ids_ = std::vector<SeenIds>(1);
  std::vector<std::string_view> keys_;  // of ids since they were settled last
  std::vector<std::uint64_t> refused_records_;
  std::uint64_t rejected_rows_ = 0;
  std::uint64_t rejected_cells_ = 0;
  std::uint64_t replaced_rows_ = 0;
  std::uint64_t passed_over_rows_ = 0;
};

}  // namespace plumbline
