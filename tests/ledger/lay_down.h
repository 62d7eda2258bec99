// A snapshot's records laid down in a ledger, as one sync would: a second writer, plain and slow.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/side_cells.h"
#include "tests/ledger/ledger_maker.h"

namespace plumbline {

enum class Changes : std::uint8_t { kLaidDown, kLeftOut };

class LayDown {
 public:
  LayDown(const Snapshot& snapshot, Instant seen_at, LedgerMaker& maker, Changes changes)
      : snapshot_(snapshot), seen_at_(seen_at), maker_(maker), changes_(changes) {}

  void run() {
    maker_.run("BEGIN");
    const auto history = snapshot_.schema().find_object("OpportunityFieldHistory");
    for (std::size_t object = 0; object < snapshot_.schema().object_count(); ++object) {
      const Table* const table = snapshot_.table(object);
      if (table == nullptr || (object == history && changes_ == Changes::kLeftOut)) continue;
      deliver(*table, snapshot_.schema().object(object),
              object == history ? RecordTables::Kept::kAsChanges : RecordTables::Kept::kAsRecords);
      for (RowIndex row = 0; row < table->rows(); ++row) {
        if (table->current(row) && object != history) write(*table, snapshot_.schema().object(object), row);
      }
    }
    if (changes_ == Changes::kLaidDown && history && snapshot_.table(*history) != nullptr)
      write_changes(*snapshot_.table(*history));
    maker_.run("COMMIT");
  }

 private:
  void deliver(const Table& table, const ObjectSchema& object, RecordTables::Kept kept) {
    std::vector<std::string> fields;
    for (std::size_t field = 0; field < object.fields.size(); ++field) {
      if (table.has(field)) fields.push_back(object.fields[field].name);
    }
    if (sync_) {
      maker_.deliver(*sync_, object.name, fields, kept);
    } else {
      sync_ = maker_.sync(seen_at_, object.name, fields, kept);
    }
  }

  void write(const Table& table, const ObjectSchema& object, RowIndex row) {
    MadeCells cells;
    std::vector<SideCell> unread;
    std::vector<SideCell> other;
    for (std::size_t field = 0; field < object.fields.size(); ++field) {
      const Column* const column = table.column(field);
      const std::string& name = object.fields[field].name;
      if (column == nullptr || column->kind(row) == CellKind::kNull) continue;
      if (column->kind(row) == CellKind::kUnknown) {
        unread.push_back({.name = name, .text = "what is this"});
        continue;
      }
      const std::string text = shown_cell(table, snapshot_.schema(), name, row);
      StoredRoom room;
      if (!maker_.is_column(object.name, name)) {
        other.push_back({.name = name, .text = text});
      } else if (store_cell({.text = text}, column->type(), {}, room)) {
        cells.emplace_back(name, text);
      } else {
        unread.push_back({.name = name, .text = text});
      }
    }
    const std::string_view id = table.id(row);
    const std::string key = id.empty() ? fmt::format("row {}", row) : std::string(id_key(id));
    maker_.record(object.name, key, cells, seen_at_, table.deleted(row), side_cells_json(other),
                  side_cells_json(unread));
  }

  void write_changes(const Table& history) {
    const auto cell = [&](std::string_view field, RowIndex row) -> std::optional<std::string> {
      const std::string text = shown_cell(history, snapshot_.schema(), field, row);
      return text == "-" || text == "?" || text == "absent" ? std::nullopt : std::optional(text);
    };
    for (RowIndex row = 0; row < history.rows(); ++row) {
      const auto record = cell("OpportunityId", row);
      const auto when = cell("CreatedDate", row);
      ASSERT_TRUE(record && when) << "a change of nothing, or at no time";
      maker_.change({.record = std::string(id_key(*record)),
                     .field = *cell("Field", row),
                     .old = cell("OldValue", row),
                     .now = cell("NewValue", row),
                     .happened_at = *parse_instant(*when),
                     .seen_at = seen_at_,
                     .history = cell("Id", row).value_or("")});
    }
  }

  const Snapshot& snapshot_;
  Instant seen_at_;
  LedgerMaker& maker_;
  Changes changes_;
  std::optional<std::int64_t> sync_;
};

inline void lay_down(const Snapshot& snapshot, Instant seen_at, LedgerMaker& maker,
                     Changes changes = Changes::kLaidDown) {
  LayDown(snapshot, seen_at, maker, changes).run();
}

}  // namespace plumbline
