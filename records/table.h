// All rows of one object, with the columns somebody asked for.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "records/column.h"
#include "records/record_id.h"
#include "records/schema.h"

namespace plumbline {

class Table {
 public:
  Table(std::size_t object, std::size_t field_count, IdRule id_rule)
      : object_(object), id_rule_(id_rule), columns_(field_count), has_(field_count) {}

  std::size_t object() const { return object_; }
  IdRule id_rule() const { return id_rule_; }
  std::size_t rows() const { return rows_; }

  // Whether some file of the object has a column for this field, kept or not.
  bool has(std::size_t field) const { return field < has_.size() && has_[field]; }
  // Null where the data has no such column or nobody asked for it to be kept.
  const Column* column(std::size_t field) const {
    return field < columns_.size() ? columns_[field].get() : nullptr;
  }

  // False for a row that a later row with the same id has replaced.
  bool current(RowIndex row) const { return !replaced_.test(row); }
  // True for rows in the recycle bin: never judged, in no relationship, found by no lookup.
  bool deleted(RowIndex row) const { return deleted_.test(row); }
  bool visible(RowIndex row) const { return current(row) && !deleted(row); }

  // The visible row with this id, or kMissingRow.
  RowIndex find(std::string_view id) const { return find(probe(id)); }

  // The same in steps, for many ids: all are probed, then all approached, then all found, so that the memory
  // of one is fetched while others are looked at. The probe views the id.
  struct Probe {
    std::string_view key;
    std::uint64_t hash = 0;
  };
  Probe probe(std::string_view id) const {
    const std::string_view key = id_key(id, id_rule_);
    const std::uint64_t hash = hash_text(key);
    ids_.prefetch(hash);
    return {.key = key, .hash = hash};
  }
  void approach(const Probe& probe) const {
    const RowIndex row = ids_.first_candidate(probe.hash);
    if (row != kNoRow) id_column().prefetch_id(row);
  }
  RowIndex find(const Probe& probe) const;
  // The id as the file spells it; empty where there is no id column.
  std::string_view id(RowIndex row) const;

 private:
  friend class TableBuilder;
  friend std::unique_ptr<Table> table_of_columns(struct ColumnTable parts);

  // Under kSalesforce every id that is kept has 15 or 18 characters.
  std::string_view key_of(RowIndex row) const {
    const std::string_view id = id_column().text(row);
    return id_rule_ == IdRule::kSalesforce ? id.substr(0, kIdKeyBytes) : id_key(id, id_rule_);
  }
  const Column& id_column() const { return *columns_[*id_field_]; }

  std::size_t object_;
  IdRule id_rule_;
  std::size_t rows_ = 0;
  std::vector<std::unique_ptr<Column>> columns_;  // by field of the object's schema
  std::vector<bool> has_;                         // likewise
  std::optional<std::size_t> id_field_;           // set once there is a column of ids
  RowMask replaced_;
  RowMask deleted_;
  IdIndex ids_;
};

}  // namespace plumbline
