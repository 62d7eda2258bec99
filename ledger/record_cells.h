// The cells of one row as its record's table will have them: which column of a source belongs where, and each
// value read as its type. No database. Inner to the writing of syncs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ledger/record_tables.h"
#include "ledger/stored_value.h"
#include "records/reject.h"
#include "records/rows.h"

namespace plumbline {

// For one thread; nothing is allocated a row once its buffers have grown, but for objects without ids.
class RecordCells {
 public:
  struct Place {
    static constexpr std::size_t kNowhere = ~std::size_t{0};
    std::size_t field = 0;  // of the RecordObject
    FieldType type = FieldType::kText;
    std::size_t position = kNowhere;  // in the rows; nowhere: an IsDeleted that is always false
    FieldSource source{};
  };

  // A source whose columns are `sources`, all known to `object`; `id_field` is the record's own id. Both live
  // as long as the source's rows come.
  void begin(const RecordObject& object, std::vector<Place> places, std::optional<std::size_t> id_position);

  // Those with a column of their own, and those of `_other`, both as the object has its fields.
  std::span<const Place> typed() const { return typed_; }
  std::span<const Place> others() const { return others_; }
  const std::string& name_of(const Place& place) const { return object_->fields[place.field].name; }

  // Why the row cannot be taken; empty where it can: then all below is of this row, as long as its cells
  // live.
  std::string read(std::span<const RawCell> row, std::string_view file, const RowPlace& place,
                   RejectSink& rejects);

  std::string_view key() const { return key_; }
  std::span<const StoredValue> values() const { return values_; }  // by typed(); null where it is unread
  // What stands in a cell that could not be read, by typed(); empty where it could.
  const std::optional<std::string_view>& unread_text(std::size_t typed) const { return unread_texts_[typed]; }
  // By others(): empty is null.
  const std::optional<std::string_view>& other_text(std::size_t other) const { return other_texts_[other]; }
  bool any_unread() const { return any_unread_; }
  const std::string& other() const { return other_; }  // `_other` and `_unread`; empty for none
  const std::string& unread() const { return unread_; }
  bool deleted() const { return deleted_; }
  std::uint64_t rejected_cells() const { return rejected_cells_; }  // of all rows so far

 private:
  void read_typed(std::size_t index, std::span<const RawCell> row, std::string_view file,
                  const RowPlace& place, RejectSink& rejects);
  void read_other(std::size_t index, std::span<const RawCell> row, std::string_view file,
                  const RowPlace& place, RejectSink& rejects);
  void note_unread(const Place& at, const RawCell& cell, std::string_view file, const RowPlace& place,
                   RejectSink& rejects);
  void write_other();
  void write_unread();
  void make_digest(std::span<const RawCell> row);

  const RecordObject* object_ = nullptr;
  std::vector<Place> typed_;
  std::vector<Place> others_;
  std::optional<std::size_t> id_position_;
  std::optional<std::size_t> deleted_at_;  // in typed_
  std::vector<StoredValue> values_;
  std::vector<StoredRoom> rooms_;
  std::vector<std::optional<std::string_view>> unread_texts_;
  std::vector<std::optional<std::string_view>> other_texts_;
  std::vector<bool> other_unread_;
  std::string other_;
  std::string unread_;
  bool any_unread_ = false;
  bool deleted_ = false;
  std::uint64_t rejected_cells_ = 0;
  std::string_view key_;
  std::string digest_;
  std::string digested_;
  std::unordered_map<std::string, std::uint32_t> occurrences_;  // of rows without ids, by digest
};

}  // namespace plumbline
