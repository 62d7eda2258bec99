#include "ledger/record_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "ledger/field_words.h"
#include "ledger/move_values.h"
#include "ledger/stored_value.h"

namespace plumbline {
namespace {

// The ledger's own tables and views (migration_1.h). A later migration names new ones so that no object of a
// CRM is called the same.
constexpr auto kOwnTables = std::to_array<std::string_view>(
    {"organisation", "object", "field", "sync", "sync_file", "reject", "change", "changes", "pack", "run",
     "violation", "transition", "waiver", "audit_entry", "audit_tile", "audit_checkpoint", "pruned",
     "hidden_field", "source_state"});
constexpr std::string_view kEnginePrefix = "sqlite_";  // names that SQLite keeps for itself
constexpr std::string_view kRecordPrefix = "records_";
constexpr std::string_view kRowId = "rowid";

constexpr auto kIdsNames = std::to_array<std::string_view>({"salesforce", "any", "none"});  // by RecordIds

bool is_taken(std::string_view table) {
  return std::ranges::any_of(kOwnTables, [&](std::string_view own) { return same_name(own, table); }) ||
         same_name(table.substr(0, kEnginePrefix.size()), kEnginePrefix);
}

// No field of a CRM begins with an underscore, and those of the table do.
bool may_be_column(std::string_view field) {
  return !field.starts_with('_') && !same_name(field, kRowId) && field.find('\0') == std::string_view::npos;
}

std::string quoted_text(std::string_view text) {
  std::string quoted = quoted_name(text);
  std::ranges::replace(quoted, '"', '\'');
  return quoted;
}

std::optional<std::int64_t> optional_integer(const Statement& statement, int column) {
  if (statement.is_null(column)) return std::nullopt;
  return statement.integer(column);
}

}  // namespace

std::string_view to_string(RecordIds ids) { return kIdsNames[static_cast<std::size_t>(ids)]; }

std::optional<std::size_t> RecordObject::find(std::string_view field) const {
  const auto found =
      std::ranges::find_if(fields, [&](const RecordField& known) { return same_name(known.name, field); });
  if (found == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fields.begin());
}

std::string record_table_name(std::string_view object) {
  return is_taken(object) ? std::string(kRecordPrefix) + std::string(object) : std::string(object);
}

std::string record_index_name(std::string_view object) {
  return fmt::format("{}_by_key", record_table_name(object));
}

Result<RecordTables> RecordTables::read(const Ledger& ledger) {
  RecordTables tables(ledger);
  if (Status read = tables.read_objects(); !read) return fail(read.error());
  return tables;
}

Status RecordTables::read_objects() {
  Result<std::unique_ptr<Statement>> all =
      database_->prepare("SELECT id, name, id_rule FROM object WHERE org = ?1 ORDER BY id");
  if (!all) return fail(all.error());
  (*all)->bind_integer(1, organisation_);
  while (true) {
    const Result<bool> row = (*all)->step();
    if (!row) return fail(row.error());
    if (!*row) break;
    const auto ids = std::ranges::find(kIdsNames, (*all)->text(2));
    if (ids == kIdsNames.end()) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("the ledger tells the records of {} apart by \"{}\", which "
                              "this program does not know; restore the newest backup",
                              (*all)->text(1), (*all)->text(2)));
    }
    objects_.push_back({.id = (*all)->integer(0),
                        .name = std::string((*all)->text(1)),
                        .ids = static_cast<RecordIds>(ids - kIdsNames.begin())});
  }
  for (RecordObject& object : objects_) {
    if (Status read = read_fields(object); !read) return read;
  }
  return {};
}

Status RecordTables::read_fields(RecordObject& object) {
  Result<std::unique_ptr<Statement>> all = database_->prepare(
      "SELECT id, name, type, is_column, first_sync, last_sync FROM field WHERE org = ?1 AND object = ?2 "
      "ORDER BY id");
  if (!all) return fail(all.error());
  (*all)->bind_integer(1, organisation_);
  (*all)->bind_integer(2, object.id);
  while (true) {
    const Result<bool> row = (*all)->step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    const std::optional<FieldType> type = parse_field_type((*all)->text(2));
    if (!type) {
      return fail(
          ErrorCode::kCorrupt,
          fmt::format("the ledger says that {}.{} is of type \"{}\", which this program does not know; "
                      "restore the newest backup",
                      object.name, (*all)->text(1), (*all)->text(2)));
    }
    object.fields.push_back({.id = (*all)->integer(0),
                             .name = std::string((*all)->text(1)),
                             .type = *type,
                             .is_column = (*all)->integer(3) != 0,
                             .first_sync = optional_integer(**all, 4),
                             .last_sync = optional_integer(**all, 5)});
  }
}

const RecordObject* RecordTables::find(std::string_view object) const {
  const auto found = std::ranges::find_if(
      objects_, [&](const RecordObject& known) { return same_name(known.name, object); });
  return found == objects_.end() ? nullptr : &*found;
}

Result<std::size_t> RecordTables::ensure_object(const std::string& name, RecordIds ids) {
  if (const RecordObject* const known = find(name); known != nullptr) {
    const auto index = static_cast<std::size_t>(known - objects_.data());
    if (known->ids == ids) return index;
    Result<std::unique_ptr<Statement>> change =
        database_->prepare("UPDATE object SET id_rule = ?1 WHERE org = ?2 AND id = ?3");
    if (!change) return fail(change.error());
    (*change)->bind_text(1, to_string(ids));
    (*change)->bind_integer(2, organisation_);
    (*change)->bind_integer(3, known->id);
    if (Status changed = (*change)->run(); !changed) return fail(changed.error());
    objects_[index].ids = ids;
    return index;
  }
  Result<std::unique_ptr<Statement>> add =
      database_->prepare("INSERT INTO object(org, name, id_rule) VALUES(?1, ?2, ?3)");
  if (!add) return fail(add.error());
  (*add)->bind_integer(1, organisation_);
  (*add)->bind_text(2, name);
  (*add)->bind_text(3, to_string(ids));
  if (Status added = (*add)->run(); !added) return fail(added.error());
  objects_.push_back({.id = database_->last_key(), .name = name, .ids = ids});
  return objects_.size() - 1;
}

// Of the object's table, whichever organisation they were made for; `known` tells whether there is a table.
Result<std::vector<RecordTables::Column>> RecordTables::columns_of(std::string_view object,
                                                                   bool& known) const {
  Result<std::unique_ptr<Statement>> all = database_->prepare(
      "SELECT f.name, f.type, o.org FROM object o LEFT JOIN field f ON f.org = o.org AND f.object = o.id AND "
      "f.is_column = 1 WHERE o.name = ?1 ORDER BY f.id");
  if (!all) return fail(all.error());
  (*all)->bind_text(1, object);
  std::vector<Column> columns;
  known = false;
  while (true) {
    const Result<bool> row = (*all)->step();
    if (!row) return fail(row.error());
    if (!*row) return columns;
    known = true;
    if ((*all)->is_null(0)) continue;
    columns.push_back({.organisation = (*all)->integer(2),
                       .name = std::string((*all)->text(0)),
                       .type = parse_field_type((*all)->text(1)).value_or(FieldType::kText)});
  }
}

Result<std::size_t> RecordTables::add_field(RecordObject& object, std::string_view name, FieldType type,
                                            bool is_column) {
  Result<std::unique_ptr<Statement>> add =
      database_->prepare("INSERT INTO field(org, object, name, type, is_column) VALUES(?1, ?2, ?3, ?4, ?5)");
  if (!add) return fail(add.error());
  (*add)->bind_integer(1, organisation_);
  (*add)->bind_integer(2, object.id);
  (*add)->bind_text(3, name);
  (*add)->bind_text(4, plumbline::to_string(type));
  (*add)->bind_integer(5, is_column ? 1 : 0);
  if (Status added = (*add)->run(); !added) return fail(added.error());
  object.fields.push_back(
      {.id = database_->last_key(), .name = std::string(name), .type = type, .is_column = is_column});
  return object.fields.size() - 1;
}

Status RecordTables::set_field(RecordField& field, FieldType type, bool is_column) {
  Result<std::unique_ptr<Statement>> set =
      database_->prepare("UPDATE field SET type = ?1, is_column = ?2 WHERE org = ?3 AND id = ?4");
  if (!set) return fail(set.error());
  (*set)->bind_text(1, plumbline::to_string(type));
  (*set)->bind_integer(2, is_column ? 1 : 0);
  (*set)->bind_integer(3, organisation_);
  (*set)->bind_integer(4, field.id);
  if (Status done = (*set)->run(); !done) return done;
  field.type = type;
  field.is_column = is_column;
  return {};
}

Status RecordTables::make_table(const RecordObject& object, const std::vector<Column>& columns) {
  std::string sql = fmt::format("CREATE TABLE {}(", quoted_name(record_table_name(object.name)));
  for (const Column& column : columns)
    sql += fmt::format("{} {}, ", quoted_name(column.name), column_type(column.type));
  return database_->execute(sql + std::string(kRecordColumns) + ")");
}

Result<bool> RecordTables::is_empty(std::size_t object) const {
  Result<std::unique_ptr<Statement>> any = database_->prepare(
      fmt::format("SELECT 1 FROM {} LIMIT 1", quoted_name(record_table_name(objects_[object].name))));
  if (!any) return fail(any.error());
  const Result<bool> found = (*any)->step();
  if (!found) return fail(found.error());
  return !*found;
}

// Made with the table: exports mostly come in the order of their ids, and then it costs little more than to
// add at its end, while to make it afterwards is to read the whole table once more.
Status RecordTables::add_index(const RecordObject& object) {
  const std::string& name = object.name;
  return database_->execute(fmt::format(R"(CREATE UNIQUE INDEX {} ON {}("_org", "_key"))",
                                        quoted_name(record_index_name(name)),
                                        quoted_name(record_table_name(name))));
}

Result<std::size_t> RecordTables::ensure(const Schema& declared, std::size_t object, RecordIds ids, Kept kept,
                                         std::span<const std::size_t> derived) {
  const ObjectSchema& schema = declared.object(object);
  bool known = false;
  Result<std::vector<Column>> columns = columns_of(schema.name, known);
  if (!columns) return fail(columns.error());
  const Result<std::size_t> index = ensure_object(schema.name, ids);
  if (!index) return fail(index.error());
  const bool new_table = !known && kept == Kept::kAsRecords;
  std::vector<Wish> wishes;
  for (std::size_t field = 0; field < schema.fields.size(); ++field) {
    if (std::ranges::find(derived, field) != derived.end()) continue;
    const FieldSchema& wanted = schema.fields[field];
    wishes.push_back({.name = wanted.name, .type = wanted.type});
    if (kept == Kept::kAsRecords) wishes.back().place = place_of(wanted, *columns);
  }
  if (!known) {
    const Status made =
        new_table ? make_table(objects_[*index], *columns) : make_history_view(declared, object);
    if (!made) return fail(made.error());
  }
  for (const Wish& wish : wishes) {
    if (Status granted = grant(objects_[*index], wish, new_table); !granted) return fail(granted.error());
  }
  const Status noted = note_field_words(*database_, organisation_, objects_[*index].id, schema);
  if (!noted) return fail(noted.error());
  if (Status indexed = new_table ? add_index(objects_[*index]) : Status{}; !indexed)
    return fail(indexed.error());
  return *index;
}

// Where the field's values go. A new column is noted among the table's.
RecordTables::Place RecordTables::place_of(const FieldSchema& field, std::vector<Column>& columns) const {
  Place place = Place::kNew;
  for (Column& column : columns) {
    if (!same_name(column.name, field.name)) continue;
    if (column_type(column.type) == column_type(field.type)) return Place::kThere;
    // Values of another organisation have the column as it is.
    if (column.organisation != organisation_) return Place::kNone;
    place = Place::kRemade;
  }
  if (place == Place::kRemade) return place;
  if (!may_be_column(field.name) || columns.size() >= kMostFieldColumns) return Place::kNone;
  columns.push_back({.organisation = organisation_, .name = field.name, .type = field.type});
  return place;
}

// Makes the field what the schema wants of it.
Status RecordTables::grant(RecordObject& object, const Wish& wish, bool new_table) {
  const bool column = wish.place != Place::kNone;
  const std::optional<std::size_t> known = object.find(wish.name);
  if (!known) {
    if (wish.place == Place::kNew && !new_table) {
      if (Status added = add_column(object, wish); !added) return added;
    }
    const Result<std::size_t> added = add_field(object, wish.name, wish.type, column);
    return added ? Status{} : fail(added.error());
  }
  RecordField& field = object.fields[*known];
  if (field.type == wish.type && field.is_column == column) return {};
  FieldPlace place{.table = record_table_name(object.name),
                   .organisation = organisation_,
                   .field = field.name,
                   .type = field.type};
  const bool has_values = field.first_sync.has_value();
  if (field.is_column && has_values) {
    if (Status moved = move_into_other(*database_, place); !moved) return moved;
  }
  if (wish.place == Place::kRemade) {
    if (Status dropped = database_->execute(
            fmt::format("ALTER TABLE {} DROP COLUMN {}", quoted_name(place.table), quoted_name(wish.name)));
        !dropped) {
      return dropped;
    }
  }
  if (wish.place == Place::kRemade || wish.place == Place::kNew) {
    if (Status added = add_column(object, wish); !added) return added;
  }
  if (Status set = set_field(field, wish.type, column); !set) return set;
  place.type = wish.type;
  return column && has_values ? move_into_column(*database_, place) : Status{};
}

Status RecordTables::add_column(const RecordObject& object, const Wish& wish) {
  return database_->execute(fmt::format("ALTER TABLE {} ADD COLUMN {} {}",
                                        quoted_name(record_table_name(object.name)), quoted_name(wish.name),
                                        column_type(wish.type)));
}

Result<std::size_t> RecordTables::ensure_field(std::size_t object, std::string_view name) {
  RecordObject& known = objects_[object];
  if (const std::optional<std::size_t> field = known.find(name)) return *field;
  return add_field(known, name, FieldType::kText, false);
}

Result<std::size_t> RecordTables::ensure_unseen_field(std::size_t object) {
  RecordObject& known = objects_[object];
  if (const std::optional<std::size_t> field = known.find(kUnseenField)) return *field;
  return add_field(known, kUnseenField, FieldType::kDateTime, false);
}

Status RecordTables::note_delivery(std::size_t object, std::size_t field, std::int64_t sync) {
  RecordField& known = objects_[object].fields[field];
  if (known.last_sync == sync) return {};
  if (!known.first_sync) known.first_sync = sync;
  known.last_sync = sync;
  Result<std::unique_ptr<Statement>> note =
      database_->prepare("UPDATE field SET first_sync = ?1, last_sync = ?2 WHERE org = ?3 AND id = ?4");
  if (!note) return fail(note.error());
  (*note)->bind_integer(1, *known.first_sync);
  (*note)->bind_integer(2, *known.last_sync);
  (*note)->bind_integer(3, organisation_);
  (*note)->bind_integer(4, known.id);
  return (*note)->run();
}

// Shows rows of `change` as what they came as. Several objects may have their changes in one history.
Status RecordTables::make_history_view(const Schema& schema, std::size_t history) {
  std::string owners;
  std::string parent;
  for (std::size_t object = 0; object < schema.object_count(); ++object) {
    const ObjectSchema& owner = schema.object(object);
    if (!same_name(owner.history_object, schema.object(history).name)) continue;
    owners += fmt::format("{}{}", owners.empty() ? "" : ", ", quoted_text(owner.name));
    parent = owner.history_field;
  }
  return database_->execute(fmt::format(
      R"(CREATE VIEW {} AS SELECT c.history AS "Id", c.record AS {}, f.name AS "Field", )"
      R"(c.old AS "OldValue", c.new AS "NewValue", c.by AS "CreatedById", )"
      R"(strftime('%Y-%m-%dT%H:%M:%SZ', c.happened_at, 'unixepoch') AS "CreatedDate", )"
      R"(c.other AS "_other", c.sync AS "_sync", c.org AS "_org" FROM change c JOIN field f ON f.id = c.field )"
      R"(JOIN object o ON o.id = f.object WHERE c.history IS NOT NULL AND o.name IN ({}))",
      quoted_name(record_table_name(schema.object(history).name)), quoted_name(parent), owners));
}

}  // namespace plumbline
