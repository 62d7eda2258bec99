// A ledger for tests, filled row by row: what its tables hold is in the test's own hands.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ledger/ledger_snapshot.h"
#include "ledger/record_tables.h"
#include "ledger/stored_value.h"

namespace plumbline {

// Cells by field, as an export writes them; no text is null.
using MadeCells = std::vector<std::pair<std::string, std::optional<std::string>>>;

struct MadeChange {
  std::string record;
  std::string field;
  std::optional<std::string> old{};
  std::optional<std::string> now{};
  Instant happened_at{};
  Instant seen_at{};
  std::optional<Instant> superseded_at{};
  std::optional<std::string> history{};  // id of the row of a history; empty: seen from outside
  std::string object = "Opportunity";
};

class LedgerMaker {
 public:
  // Makes the file at `path`.
  explicit LedgerMaker(const std::string& path, Schema schema = Schema::standard(),
                       RecordIds ids = RecordIds::kAnyText)
      : schema_(std::move(schema)),
        ids_(ids),
        ledger_(*Ledger::open(path, {.access = DatabaseAccess::kCreate})),
        tables_(*RecordTables::read(ledger_)) {}

  Ledger& ledger() { return ledger_; }
  const Schema& schema() const { return schema_; }

  // A sync that brought these fields of an object.
  std::int64_t sync(Instant seen_at, std::string_view object, const std::vector<std::string>& fields,
                    RecordTables::Kept kept = RecordTables::Kept::kAsRecords) {
    const std::string at = format_instant(seen_at);
    run(
        fmt::format("INSERT INTO sync(org, source, seen_at, written_at, complete) VALUES({}, 'test', '{}', "
                    "'{}', 0)",
                    ledger_.organisation(), at, at));
    const std::int64_t id = ledger_.database().last_key();
    deliver(id, object, fields, kept);
    return id;
  }
  // The same sync brought another object.
  void deliver(std::int64_t sync, std::string_view object, const std::vector<std::string>& fields,
               RecordTables::Kept kept = RecordTables::Kept::kAsRecords) {
    run(fmt::format("INSERT INTO sync_file VALUES({}, {}, 'x.csv', '{}', 0, 0, 0, 0, 0, 0, 0, 0, 0)",
                    ledger_.organisation(), sync, object));
    const auto ensured = tables_.ensure(schema_, *schema_.find_object(object), ids_, kept);
    ASSERT_TRUE(ensured) << ensured.error().to_string();
    for (const std::string& name : fields) {
      const auto field = tables_.ensure_field(*ensured, name);
      ASSERT_TRUE(field) << field.error().to_string();
      ASSERT_TRUE(tables_.note_delivery(*ensured, *field, sync));
    }
  }

  // Whether the ledger keeps the field in a column; else it is in `_other`.
  bool is_column(std::string_view object, std::string_view field) const {
    const RecordObject& known = *tables_.find(object);
    const auto index = known.find(field);
    return index && known.fields[*index].is_column;
  }

  // A record as the ledger has it now.
  void record(std::string_view object, std::string_view key, const MadeCells& cells, Instant first_seen,
              bool deleted = false, const std::string& other = "", const std::string& unread = "") {
    const RecordObject& known = *tables_.find(object);
    std::string names =
        R"("_org", "_key", "_deleted", "_first_seen", "_changed_at", "_sync", "_other", "_unread")";
    std::string places = "?1, ?2, ?3, ?4, ?4, 1, ?5, ?6";
    for (std::size_t i = 0; i < cells.size(); ++i) {
      names += ", " + quoted_name(cells[i].first);
      places += fmt::format(", ?{}", i + 7);
    }
    Statement* const add = prepared(
        fmt::format("INSERT INTO {}({}) VALUES({})", quoted_name(record_table_name(object)), names, places));
    ASSERT_NE(add, nullptr);
    for (int i = 1; i < static_cast<int>(cells.size()) + 7; ++i) add->bind_null(i);
    const std::string at = format_instant(first_seen);
    add->bind_integer(1, ledger_.organisation());
    add->bind_text(2, key);
    add->bind_integer(3, deleted ? 1 : 0);
    add->bind_text(4, at);
    if (!other.empty()) add->bind_text(5, other);
    if (!unread.empty()) add->bind_text(6, unread);
    std::vector<StoredRoom> rooms(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (!cells[i].second) continue;
      const FieldType type = known.fields[*known.find(cells[i].first)].type;
      const auto value = store_cell({.text = *cells[i].second}, type, {}, rooms[i]);
      ASSERT_TRUE(value) << cells[i].first;
      bind_value(*add, static_cast<int>(i) + 7, *value);
    }
    ASSERT_TRUE(add->run());
  }

  void change(const MadeChange& change) {
    const std::size_t index =
        static_cast<std::size_t>(tables_.find(change.object) - tables_.objects().data());
    const auto field = tables_.ensure_field(index, change.field);
    ASSERT_TRUE(field) << field.error().to_string();
    auto add = ledger_.database().prepare(
        "INSERT INTO change(org, field, record, old, new, happened_at, seen_at, superseded_at, sync, "
        "history) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9)");
    ASSERT_TRUE(add) << add.error().to_string();
    (*add)->bind_integer(1, ledger_.organisation());
    (*add)->bind_integer(2, tables_.at(index).fields[*field].id);
    (*add)->bind_text(3, change.record);
    if (change.old) (*add)->bind_text(4, *change.old);
    if (change.now) (*add)->bind_text(5, *change.now);
    (*add)->bind_integer(6, change.happened_at.time_since_epoch().count());
    (*add)->bind_integer(7, change.seen_at.time_since_epoch().count());
    if (change.superseded_at) (*add)->bind_integer(8, change.superseded_at->time_since_epoch().count());
    if (change.history) (*add)->bind_text(9, *change.history);
    ASSERT_TRUE((*add)->run());
  }

  void run(const std::string& sql) {
    const Status done = ledger_.database().execute(sql);
    ASSERT_TRUE(done) << done.error().to_string();
  }

  // The schema with what the ledger has besides.
  std::shared_ptr<const Schema> known_schema() {
    Schema schema = schema_;
    add_to_schema(*known_in_ledger(ledger_, {}), nullptr, schema);
    return std::make_shared<const Schema>(std::move(schema));
  }

  // All of these fields of an object, and the changes of those that are tracked.
  static DataNeeds needs(const Schema& schema, std::string_view object,
                         const std::vector<std::string>& fields,
                         const std::vector<std::string>& changes = {}) {
    DataNeeds needs;
    const std::size_t index = *schema.find_object(object);
    needs.passing[index];
    for (const std::string& field : fields) needs.add_passing_field(index, *schema.object(index).find(field));
    for (const std::string& field : changes) needs.history.emplace(index, *schema.object(index).find(field));
    return needs;
  }

 private:
  // The statement of that text; the last one is kept.
  Statement* prepared(const std::string& sql) {
    if (sql == prepared_sql_) return prepared_.get();
    auto made = ledger_.database().prepare(sql);
    EXPECT_TRUE(made) << made.error().to_string();
    if (!made) return nullptr;
    prepared_ = *std::move(made);
    prepared_sql_ = sql;
    return prepared_.get();
  }

  Schema schema_;
  RecordIds ids_;
  Ledger ledger_;
  RecordTables tables_;
  std::string prepared_sql_;
  std::unique_ptr<Statement> prepared_;  // before the ledger it is of
};

// What a snapshot shows of a cell: "-" for null, "?" for unknown, "absent" for a column that is not there.
inline std::string shown_cell(const Table& table, const Schema& schema, std::string_view field,
                              RowIndex row) {
  const auto index = schema.object(table.object()).find(field);
  const Column* const column = index ? table.column(*index) : nullptr;
  if (column == nullptr) return "absent";
  if (column->kind(row) == CellKind::kNull) return "-";
  if (column->kind(row) == CellKind::kUnknown) return "?";
  switch (column->type()) {
    case FieldType::kBoolean:
      return column->boolean(row) ? "true" : "false";
    case FieldType::kNumber:
      return fmt::format("{}", column->number(row));
    case FieldType::kMoney:
      return format_money(column->money(row));
    case FieldType::kDate:
      return format_day(column->day(row));
    case FieldType::kDateTime:
      return format_instant(column->instant(row));
    default:
      return std::string(column->text(row));
  }
}

}  // namespace plumbline
