// Writes the records of one object that one sync delivers: new ones whole, known ones where they differ, with
// the changes this makes. Inner to the writing of syncs.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/change_store.h"
#include "ledger/record_cells.h"
#include "ledger/record_tables.h"
#include "ledger/side_cells.h"
#include "records/row_taker.h"
#include "records/seen_ids.h"

namespace plumbline {

struct RecordCounts {
  std::uint64_t rows = 0;  // taken
  std::uint64_t added = 0;
  std::uint64_t changed = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t deleted = 0;   // no longer delivered; or, where the younger row counts, delivered as deleted
  std::uint64_t stale = 0;     // older than what was known: not taken
  std::uint64_t replaced = 0;  // by a later row with the same id
  std::uint64_t rejected_rows = 0;
  std::uint64_t rejected_cells = 0;
};

// What becomes of records that the sync did not deliver.
enum class Undelivered : std::uint8_t { kStand, kDeleted };

// Which of two rows of one record counts.
enum class RowPrecedence : std::uint8_t {
  kLater,    // the one that comes later: whoever exports knows what is new
  kYounger,  // the one whose SystemModstamp (else LastModifiedDate) is later; of equal ones as above
};

// For one thread at a time. Whatever fails is kept for finish(); rows that come after it are not looked at.
class RecordWriter : public RowTaker {
 public:
  // `object` is one of `tables`; `schema` numbers the fields of the sources. All must outlive the writer.
  RecordWriter(Ledger& ledger, RecordTables& tables, std::size_t object, const ObjectSchema& schema,
               const SyncMoment& moment, ChangeStore& changes, ChangeStore::Histories histories,
               RowPrecedence precedence, RejectSink& rejects);

  // Before the first source.
  Status begin();
  void begin_source(std::string file, std::vector<FieldSource> sources,
                    std::span<const std::size_t> not_kept) override;
  void add_rows(const RowBatch& batch) override;
  bool failed() const { return failed_; }  // from any thread

  // After the last row.
  Status finish(Undelivered undelivered);
  const std::vector<RecordCounts>& counts() const { return counts_; }  // by source
  // Records that are known and were not among the rows; what is deleted is not counted.
  std::uint64_t standing() const { return standing_; }

 private:
  // Where a row was delivered: source + 1 and line; 0 where it was not.
  static constexpr unsigned kLineBits = 40;
  struct Pending {
    std::int64_t field = 0;
    FieldType type = FieldType::kText;
    bool had = false;
    bool has = false;
    std::string old;
    std::string now;
  };

  const RecordObject& object() const { return tables_.at(object_index_); }
  std::string table() const { return quoted_name(record_table_name(object().name)); }
  void note(Status status);
  Status begin_rows(std::vector<FieldSource> sources);
  bool is_read_as_another(std::span<const FieldSource> sources, std::size_t position) const;
  Status prepare();
  Status prepare_insert();
  Status add_row(const RowPlace& place);
  Result<bool> insert(const RowPlace& place);
  Result<bool> find();
  Status take_known(const RowPlace& place);
  bool is_stale() const;
  void pass_over(std::int64_t row, const RowPlace& place);
  void count_taken(bool is_changed, bool was_deleted);
  Status tell_seen_again(bool again);
  Status tell_replaced(std::int64_t row, const RowPlace& place);
  Status remove(std::int64_t row);
  bool compare_typed();
  Result<bool> compare_others();
  void note_change(std::size_t field, std::optional<std::string_view> old,
                   std::optional<std::string_view> now);
  Pending& next_pending(std::size_t field);
  Status write_changes(bool again);
  Status update(std::int64_t row, bool is_changed);
  std::optional<Instant> moment_in(const StoredValue& value) const;
  void set_delivered(std::int64_t row, const RowPlace& place);
  std::uint64_t delivered(std::int64_t row) const {
    return static_cast<std::size_t>(row) < delivered_.size() ? delivered_[static_cast<std::size_t>(row)] : 0;
  }
  bool is_fresh(std::size_t field) const { return object().fields[field].first_sync == moment_.sync; }

  Result<std::uint64_t> count_known();
  Status delete_undelivered();
  Status mark_unknown(bool some_undelivered);
  Status mark_rows(const std::vector<std::vector<std::size_t>>& lacking);

  Ledger& ledger_;
  Database& database_;
  RecordTables& tables_;
  std::size_t object_index_;
  const ObjectSchema& schema_;
  SyncMoment moment_;
  std::string seen_at_;
  ChangeStore& changes_;
  ChangeStore::Histories histories_;
  RowPrecedence precedence_;
  RejectSink& rejects_;

  RecordCells cells_;
  std::vector<std::string> files_;            // of the sources
  std::vector<std::vector<bool>> has_field_;  // by source and field
  std::vector<RecordCounts> counts_;
  std::optional<Error> failure_;
  std::atomic<bool> failed_ = false;  // that there is one
  std::uint64_t standing_ = 0;

  bool first_load_ = false;               // into an empty table: a row is not looked for before it is added
  std::vector<std::uint64_t> delivered_;  // by rowid
  std::int64_t first_new_row_ = 1;
  std::uint64_t taken_ = 0;  // different records among the rows

  std::unique_ptr<Statement> insert_;
  std::unique_ptr<Statement> find_;
  std::unique_ptr<Statement> update_;
  std::unique_ptr<Statement> remove_;
  std::optional<std::size_t> modified_at_;  // LastModifiedDate, in typed()
  std::optional<std::size_t> stamp_at_;     // SystemModstamp, likewise
  std::vector<std::string> missing_;        // fields with columns that are known, and that this source lacks
  std::vector<Pending> pending_;
  std::size_t pending_count_ = 0;
  std::vector<SideCell> stored_unread_;
  std::vector<SideCell> side_;
  std::string new_other_;  // as they will be written
  std::string new_unread_;
};

}  // namespace plumbline
