// Which objects and fields the ledger knows, and the tables that their records lie in: one an object of the
// CRM, named as it is, with a typed column a field that the schema declares. docs/formats/ledger.md describes
// them.
//
// Tables are shared by the organisations of a file; what is known of objects and fields is each
// organisation's own.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/ledger.h"
#include "records/record_id.h"
#include "records/schema.h"

namespace plumbline {

// A table's columns besides those of fields, in quotes for SQL.
inline constexpr std::string_view kRecordColumns =
    R"("_org" INTEGER NOT NULL, "_key" TEXT NOT NULL, "_deleted" INTEGER NOT NULL, "_first_seen" TEXT NOT NULL, )"
    R"("_changed_at" TEXT NOT NULL, "_sync" INTEGER NOT NULL, "_other" TEXT, "_unread" TEXT, "_unseen_at" TEXT)";

// A field of the ledger's own, whose changes tell when a record could not be found any more, and when it was
// there again. No sync delivers it, and no schema has it.
inline constexpr std::string_view kUnseenField = "_unseen_at";

// Fields of one object beyond this live in `_other`: SQLite has 2,000 columns a table.
inline constexpr std::size_t kMostFieldColumns = 1900;

// How records of an object are told apart. The names (salesforce, any, none) are in the file: never changed.
enum class RecordIds : std::uint8_t {
  kSalesforce,
  kAnyText,  // a field map's own key
  kNone,     // by what stands in them: their keys are digests
};
std::string_view to_string(RecordIds ids);

struct RecordField {
  std::int64_t id = 0;  // field.id
  std::string name;
  FieldType type = FieldType::kText;
  bool is_column = false;  // else its texts are in `_other`
  // Syncs that delivered it. Without a first one nothing is known of it: its cells are unknown, not null.
  std::optional<std::int64_t> first_sync{};
  std::optional<std::int64_t> last_sync{};
};

struct RecordObject {
  std::int64_t id = 0;  // object.id
  std::string name;     // Opportunity
  RecordIds ids = RecordIds::kSalesforce;
  std::vector<RecordField> fields{};  // in the order they came to be known

  std::optional<std::size_t> find(std::string_view field) const;
};

// The name of an object's table. That of the object, but where a table of the ledger's own has it (Violation,
// Run): then with records_ before it. Not quoted.
std::string record_table_name(std::string_view object);
std::string record_index_name(std::string_view object);  // of the unique index on _org and _key

// For one thread. Whoever changes it does so inside a transaction that writes, and reads it anew where that
// is rolled back.
class RecordTables {
 public:
  static Result<RecordTables> read(const Ledger& ledger);

  const std::vector<RecordObject>& objects() const { return objects_; }
  const RecordObject* find(std::string_view object) const;
  const RecordObject& at(std::size_t object) const { return objects_[object]; }

  // What the records of an object lie in.
  enum class Kept : std::uint8_t {
    kAsRecords,
    kAsChanges,  // rows of a history: they are rows of `change`, and a view shows them as the object
  };
  // Makes the object known as `declared` has it, and its table, view or columns where they are missing. A
  // field that was in `_other` until now, or of another type, is moved: each of its texts is read as the
  // type, and goes to `_unread` where it is none. `derived` are fields (as the schema numbers them) that are
  // worked out, never read.
  // Returns its place in objects().
  Result<std::size_t> ensure(const Schema& declared, std::size_t object, RecordIds ids, Kept kept,
                             std::span<const std::size_t> derived = {});
  // Whether its table has no rows, of whatever organisation.
  Result<bool> is_empty(std::size_t object) const;
  // The object's field of this name, made known as one of `_other` where it is not.
  Result<std::size_t> ensure_field(std::size_t object, std::string_view name);
  // Likewise of the field that tells whether the record can be found.
  Result<std::size_t> ensure_unseen_field(std::size_t object);
  // The sync delivered the field.
  Status note_delivery(std::size_t object, std::size_t field, std::int64_t sync);

 private:
  explicit RecordTables(const Ledger& ledger)
      : database_(&ledger.database()), organisation_(ledger.organisation()) {}
  struct Column {
    std::int64_t organisation = 0;  // that has values there
    std::string name;
    FieldType type = FieldType::kText;
  };
  // Where a field's values go, seen from the table as it is.
  enum class Place : std::uint8_t { kNone, kThere, kNew, kRemade };
  struct Wish {
    std::string name;
    FieldType type = FieldType::kText;
    Place place = Place::kNone;
  };
  Status read_objects();
  Status read_fields(RecordObject& object);
  Result<std::size_t> ensure_object(const std::string& name, RecordIds ids);
  Result<std::vector<Column>> columns_of(std::string_view object, bool& known) const;
  Place place_of(const FieldSchema& field, std::vector<Column>& columns) const;
  Status grant(RecordObject& object, const Wish& wish, bool new_table);
  Result<std::size_t> add_field(RecordObject& object, std::string_view name, FieldType type, bool is_column);
  Status set_field(RecordField& field, FieldType type, bool is_column);
  Status add_column(const RecordObject& object, const Wish& wish);
  Status add_index(const RecordObject& object);
  Status make_table(const RecordObject& object, const std::vector<Column>& columns);
  Status make_history_view(const Schema& schema, std::size_t history);

  Database* database_;
  std::int64_t organisation_;
  std::vector<RecordObject> objects_;
};

}  // namespace plumbline
