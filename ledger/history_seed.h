// Takes the rows of a history object (OpportunityFieldHistory) in as changes of the records they tell of.
// Inner to the writing of syncs.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/change_store.h"
#include "ledger/record_tables.h"
#include "ledger/record_writer.h"
#include "records/row_taker.h"
#include "records/seen_ids.h"

namespace plumbline {

// For one thread at a time. Whatever fails is kept for finish(); rows that come after it are not looked at.
class HistorySeed : public RowTaker {
 public:
  // `history` and `owner` are of `tables`, `schema` and `owner_schema` what the schema calls them. All must
  // outlive the seed.
  HistorySeed(Ledger& ledger, RecordTables& tables, std::size_t history, const ObjectSchema& schema,
              std::size_t owner, const ObjectSchema& owner_schema, const SyncMoment& moment,
              ChangeStore& changes, RejectSink& rejects);

  // Before the first source.
  Status begin();
  void begin_source(std::string file, std::vector<FieldSource> sources,
                    std::span<const std::size_t> not_kept) override;
  void add_rows(const RowBatch& batch) override;
  bool failed() const { return failed_; }  // from any thread

  Status finish();
  const std::vector<RecordCounts>& counts() const { return counts_; }  // by source

 private:
  enum Part : std::uint8_t { kId, kRecord, kField, kOld, kNew, kBy, kAt, kParts };
  struct Other {
    std::string name;
    std::size_t position = 0;
  };

  Status begin_rows(const std::vector<FieldSource>& sources);
  std::string add_row(std::span<const RawCell> row);
  std::optional<std::string_view> text_of(std::span<const RawCell> row, Part part, bool& readable) const;
  Result<std::int64_t> field_id(std::string_view name);
  void write_other(std::span<const RawCell> row);
  void note(Status status);
  Status remove_repeated();

  Ledger& ledger_;
  Database& database_;
  RecordTables& tables_;
  std::size_t history_;
  const ObjectSchema& schema_;
  std::size_t owner_;
  const ObjectSchema& owner_schema_;
  SyncMoment moment_;
  ChangeStore& changes_;
  RejectSink& rejects_;

  std::vector<std::string> files_;
  std::vector<RecordCounts> counts_;
  std::optional<Error> failure_;
  std::atomic<bool> failed_ = false;  // that there is one
  bool first_load_ = false;           // there are no rows of this history yet
  std::vector<SeenIds> seen_ids_ = std::vector<SeenIds>(1);
  std::vector<std::string_view> keys_;
  std::vector<std::optional<std::size_t>> positions_;  // by Part
  std::vector<FieldSource> sources_;
  std::vector<Other> others_;
  std::map<std::string, std::int64_t, std::less<>> fields_;  // field.id by the name that the history uses
  std::string other_;
};

}  // namespace plumbline
