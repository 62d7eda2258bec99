// The data one run judges: every table, references resolved to rows, related rows gathered, history indexed.
// Immutable once built; shared between threads as std::shared_ptr<const Snapshot>.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/schema.h"
#include "records/table.h"

namespace plumbline {

// What the bound policies will read; nothing else is. Indexes are those of the Schema.
//
// Fields that are read of nothing but the record judged need not be kept: they can be read as its row passes
// (records/record_source.h). All others are read of records found by lookup, relationship or history, and
// are.
struct DataNeeds {
  std::map<std::size_t, std::set<std::size_t>> fields;   // object -> fields to keep
  std::map<std::size_t, std::set<std::size_t>> passing;  // object judged -> fields of the record judged alone
  std::set<std::size_t> relationships;                   // gathered children
  std::set<std::pair<std::size_t, std::size_t>> lookups;          // (object, reference field) of kept records
  std::set<std::pair<std::size_t, std::size_t>> passing_lookups;  // likewise, of the record judged alone
  std::set<std::pair<std::size_t, std::size_t>> history;  // (object, field) whose changes are asked for
  // Objects that are merely joined, and whose records nothing finds by their ids: those are read to tell
  // which record replaces another, and need not be kept where `fields` does not want them.
  std::set<std::size_t> nameless;
  // Histories of which nothing but those changes is read: their other rows need not be kept.
  std::set<std::size_t> only_changes;

  void add_field(std::size_t object, std::size_t field) { fields[object].insert(field); }
  void add_passing_field(std::size_t object, std::size_t field) { passing[object].insert(field); }
  // Everything kept: what whole tables are loaded for.
  void keep_passing();
  void add(const DataNeeds& other);
  // Fields that relationships, lookups, history, ids, names, owners, zones and IsDeleted imply for the
  // objects named. Ids are kept only where something looks the records up, or a notice names them.
  void add_implied(const Schema& schema);
  // Needs that imply nothing yet, without the relationships and histories that the data cannot have, since it
  // has no such object, and then with all they imply: keys of relationships that nobody can follow are not
  // worth keeping.
  void settle(const Schema& schema, const std::function<bool(std::string_view object)>& has);
};

// One change of one field of one record. There may be millions, so what it changed stays in the history.
struct FieldChange {
  Instant at{};
  RowIndex row = kNoRow;  // of the history
};

// A field's value before or after a change, as the history writes it.
struct ToldValue {
  CellKind kind = CellKind::kUnknown;
  std::string_view text{};  // of kKnown; lives as long as the snapshot
};

// Units of a currency for one corporate unit.
class CurrencyRates {
 public:
  void set(std::string_view iso_code, double rate);
  std::optional<double> rate(std::string_view iso_code) const;
  bool empty() const { return rates_.empty(); }

 private:
  std::map<std::string, double, std::less<>> rates_;  // codes in upper case
};

// Fields, as (object, field), whose changes are known from some moment on alone, because they were seen from
// outside: before it there may have been others. Such a field is tracked, whether or not it ever changed.
using ChangesKnownSince = std::map<std::pair<std::size_t, std::size_t>, Instant>;

class Snapshot {
 public:
  // Tables by object index; a null pointer means that the object is not in the data. Lookups of `needs` that
  // are of the record judged alone are resolved too where the table keeps the reference.
  static std::shared_ptr<const Snapshot> build(std::shared_ptr<const Schema> schema,
                                               std::vector<std::unique_ptr<Table>> tables,
                                               const DataNeeds& needs, ChangesKnownSince known_since = {});

  const Schema& schema() const { return *schema_; }
  const Table* table(std::size_t object) const { return tables_[object].get(); }

  // Where a lookup leads: a row of the referenced table, kNoRow for null, kMissingRow where the record is not
  // in the data, was deleted, or the reference itself could not be read. Only for lookups that `needs` named.
  RowIndex target(std::size_t object, std::size_t reference_field, RowIndex row) const;
  // The same for every row of the object; empty where the lookup was not asked for or the object is not in
  // the data.
  std::span<const RowIndex> targets(std::size_t object, std::size_t reference_field) const;

  // Visible child rows of a visible parent in file order (for Cardinality::kLastRow at most the last one).
  std::span<const RowIndex> related(std::size_t relationship, RowIndex parent) const;
  // True where some child row could not be placed because its key could not be read or its column is absent;
  // aggregates are then unknown.
  bool has_unplaced(std::size_t relationship) const;

  // Changes of a field of one record, oldest first (by time, then by file order). Rows without a readable
  // CreatedDate are left out.
  std::span<const FieldChange> changes(std::size_t object, std::size_t field, RowIndex row) const;
  // When records of this object were made: CreatedDate, where changes of theirs are asked for and the data
  // has it. Null otherwise.
  const Column* creations(std::size_t object) const;
  // Of a change of a record of this object.
  ToldValue old_value(std::size_t object, const FieldChange& change) const;
  ToldValue new_value(std::size_t object, const FieldChange& change) const;
  // Whether any record's change of this field is in the data: if not, it is not tracked or not exported.
  bool is_tracked(std::size_t object, std::size_t field) const;
  // From when on all changes of a tracked field are known; empty where they are from each record's beginning.
  std::optional<Instant> changes_known_since(std::size_t object, std::size_t field) const;

  const CurrencyRates& currency_rates() const { return rates_; }

 private:
  struct Children {  // compressed rows: children of parent p are rows_[starts_[p] .. starts_[p+1])
    std::vector<std::uint32_t> starts;  // empty where nothing was gathered
    std::vector<RowIndex> rows;
    bool unplaced = false;
  };
  struct Changes {
    std::vector<std::uint32_t> starts;
    std::vector<FieldChange> changes;
    bool tracked = false;
  };

  struct ToldColumns {             // null where there is no such column
    const Column* olds = nullptr;  // of the history
    const Column* news = nullptr;
    const Column* creations = nullptr;  // of the records
  };

  Snapshot() = default;
  static ToldValue told(const Column* column, const FieldChange& change);

  std::shared_ptr<const Schema> schema_;
  std::vector<std::unique_ptr<Table>> tables_;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<RowIndex>> targets_;
  std::vector<Children> children_;  // by relationship
  std::map<std::pair<std::size_t, std::size_t>, Changes> changes_;
  std::map<std::size_t, ToldColumns> told_;  // by object whose changes they are
  ChangesKnownSince known_since_;
  CurrencyRates rates_;

  friend class SnapshotBuilder;
};

}  // namespace plumbline
