// A ledger and a folder of exports, for tests of what syncs make of them.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/sync_writer.h"
#include "tests/records/temp_folder.h"

namespace plumbline {

inline constexpr Instant kFirstSync{std::chrono::sys_days{std::chrono::year{2024} / 6 / 1} +
                                    std::chrono::hours{12}};

inline Instant day_of_sync(int day) { return kFirstSync + std::chrono::days{day - 1}; }

class CollectedRejects : public RejectSink {
 public:
  void reject(const Reject& reject) override { rejects.push_back(reject); }
  std::vector<Reject> rejects;
};

class SyncWorld {
 public:
  explicit SyncWorld(std::string_view organisation = "")
      : ledger_(*Ledger::open(folder_.path_of("a.ledger"), {.access = DatabaseAccess::kCreate,
                                                            .organisation = std::string(organisation),
                                                            .now = kFirstSync})) {}

  Ledger& ledger() { return ledger_; }
  std::string path_of(std::string_view name) const { return folder_.path_of(name); }
  const CollectedRejects& rejects() const { return rejects_; }

  void set_fields(std::string_view text) {
    Diagnostics diagnostics;
    map_ = parse_field_map(text, "map.yaml", diagnostics);
    EXPECT_TRUE(map_.has_value());
  }

  // The files by their names, as of noon of that day of June.
  Result<SyncSummary> try_sync(int day, const std::map<std::string, std::string>& files,
                               SyncInput::Extent extent = SyncInput::Extent::kSome) {
    const std::string name = "sync" + std::to_string(++syncs_);
    for (const auto& [file, text] : files) folder_.write(name + "/" + file, text);
    Schema declared = Schema::standard();
    Diagnostics diagnostics;
    if (map_) apply(*map_, declared, diagnostics);
    Schema schema = declared;
    const auto opened =
        open_folder({.paths = {folder_.path_of(name)}, .field_map = map_ ? &*map_ : nullptr}, schema);
    if (!opened) return fail(opened.error().errors.front());
    Result<LedgerTransaction> transaction = LedgerTransaction::begin(ledger_, day_of_sync(day));
    if (!transaction) return fail(transaction.error());
    rejects_.rejects.clear();
    Result<SyncSummary> summary = write_sync(ledger_, *transaction,
                                             {.source = "folder:" + name,
                                              .written_at = day_of_sync(day),
                                              .extent = extent,
                                              .folder = *opened,
                                              .declared = declared,
                                              .schema = schema,
                                              .field_map = map_ ? &*map_ : nullptr},
                                             rejects_);
    if (!summary) return summary;
    const Result<std::string> done = transaction->commit();
    if (!done) return fail(done.error());
    return summary;
  }
  SyncSummary sync(int day, const std::map<std::string, std::string>& files,
                   SyncInput::Extent extent = SyncInput::Extent::kSome) {
    Result<SyncSummary> summary = try_sync(day, files, extent);
    EXPECT_TRUE(summary) << summary.error().to_string();
    return summary.value_or(SyncSummary{});
  }

  // Each row's cells with | between them; NULL for null.
  std::vector<std::string> rows(const std::string& sql) {
    auto statement = ledger_.database().prepare(sql);
    EXPECT_TRUE(statement) << statement.error().to_string();
    std::vector<std::string> found;
    while (statement) {
      const Result<bool> row = (*statement)->step();
      EXPECT_TRUE(row) << row.error().to_string();
      if (!row || !*row) break;
      found.emplace_back((*statement)->text(0));
    }
    return found;
  }
  // All columns in one: written as SQL, each shown as NULL where it is.
  std::vector<std::string> cells(const std::vector<std::string>& columns, const std::string& from) {
    std::string sql;
    for (const std::string& column : columns)
      sql += (sql.empty() ? "SELECT " : " || '|' || ") + ("coalesce(" + column + ", 'NULL')");
    return rows(sql + " FROM " + from);
  }
  std::vector<std::string> changes() {
    return cells({"record", "field", "old", "new", "happened_at", "seen_at", "superseded_at", "known_from"},
                 "changes ORDER BY record, field, happened_at, seen_at");
  }

 private:
  TempFolder folder_;
  Ledger ledger_;
  std::optional<FieldMap> map_;
  CollectedRejects rejects_;
  int syncs_ = 0;
};

}  // namespace plumbline
