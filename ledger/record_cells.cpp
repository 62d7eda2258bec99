#include "ledger/record_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/crypto.h"
#include "base/json.h"
#include "base/utf8.h"
#include "records/id_fault.h"
#include "records/raw_cell.h"

namespace plumbline {
namespace {

constexpr std::string_view kDeletedField = "IsDeleted";
constexpr std::size_t kDigestBytes = 32;  // hexadecimal digits of SHA-256 that make a key

IdRule rule_of(RecordIds ids) {
  return ids == RecordIds::kSalesforce ? IdRule::kSalesforce : IdRule::kAnyText;
}

bool is_null(const RawCell& cell) { return cell.state == CellState::kNull || trim(cell.text).empty(); }

}  // namespace

void RecordCells::begin(const RecordObject& object, std::vector<Place> places,
                        std::optional<std::size_t> id_position) {
  object_ = &object;
  id_position_ = id_position;
  typed_.clear();
  others_.clear();
  deleted_at_.reset();
  std::ranges::sort(places, {}, &Place::field);
  for (Place& place : places) {
    const RecordField& field = object.fields[place.field];
    place.type = field.type;
    if (field.is_column && same_name(field.name, kDeletedField)) deleted_at_ = typed_.size();
    (field.is_column ? typed_ : others_).push_back(std::move(place));
  }
  values_.assign(typed_.size(), {});
  rooms_.assign(typed_.size(), {});
  unread_texts_.assign(typed_.size(), std::nullopt);
  other_texts_.assign(others_.size(), std::nullopt);
  other_unread_.assign(others_.size(), false);
}

std::string RecordCells::read(std::span<const RawCell> row, std::string_view file, const RowPlace& place,
                              RejectSink& rejects) {
  if (id_position_) {
    const RawCell& id = row[*id_position_];
    const IdRule rule = rule_of(object_->ids);
    const auto at = std::ranges::find(typed_, *id_position_, &Place::position);
    const std::string_view column = at == typed_.end() ? std::string_view("Id") : at->source.column;
    std::string fault = id_fault(id, column, rule);
    if (!fault.empty()) return fault;
    key_ = id_key(trim(id.text), rule);
  } else {
    make_digest(row);
  }
  any_unread_ = false;
  for (std::size_t i = 0; i < typed_.size(); ++i) read_typed(i, row, file, place, rejects);
  for (std::size_t i = 0; i < others_.size(); ++i) read_other(i, row, file, place, rejects);
  deleted_ = deleted_at_ && values_[*deleted_at_].integer != 0;
  if (!others_.empty()) write_other();
  unread_.clear();
  if (any_unread_) write_unread();
  return {};
}

void RecordCells::read_typed(std::size_t index, std::span<const RawCell> row, std::string_view file,
                             const RowPlace& place, RejectSink& rejects) {
  const Place& at = typed_[index];
  unread_texts_[index].reset();
  if (at.position == Place::kNowhere) {
    values_[index] = {.kind = StoredValue::Kind::kInteger};
    return;
  }
  const RawCell& cell = row[at.position];
  const std::optional<StoredValue> value = store_cell(cell, at.type, at.source.date_format, rooms_[index]);
  if (value) [[likely]] {
    values_[index] = *value;
    return;
  }
  values_[index] = {};
  unread_texts_[index] = cell.text;
  note_unread(at, cell, file, place, rejects);
}

void RecordCells::read_other(std::size_t index, std::span<const RawCell> row, std::string_view file,
                             const RowPlace& place, RejectSink& rejects) {
  const Place& at = others_[index];
  const RawCell& cell = row[at.position];
  const CellKind kind = read_raw_cell(cell, FieldType::kText).kind;
  other_unread_[index] = kind == CellKind::kUnknown;
  other_texts_[index].reset();
  if (kind == CellKind::kKnown) other_texts_[index] = cell.text;
  if (kind != CellKind::kUnknown) return;
  other_texts_[index] = cell.text;
  note_unread(at, cell, file, place, rejects);
}

// An amount that merely could not be kept exactly is no reject.
void RecordCells::note_unread(const Place& at, const RawCell& cell, std::string_view file,
                              const RowPlace& place, RejectSink& rejects) {
  any_unread_ = true;
  const CellValue value = read_raw_cell(cell, at.type, at.source.date_format);
  if (value.kind != CellKind::kUnknown) return;
  ++rejected_cells_;
  rejects.reject(unreadable_cell(std::string(file), place.line, at.source, cell, value.reason));
}

void RecordCells::write_other() {
  other_.clear();
  JsonWriter json(other_);
  json.begin_object();
  for (std::size_t i = 0; i < others_.size(); ++i) {
    if (other_unread_[i]) continue;
    json.key(name_of(others_[i]));
    if (other_texts_[i]) {
      json.string(*other_texts_[i]);
    } else {
      json.null();
    }
  }
  json.end_object();
}

void RecordCells::write_unread() {
  JsonWriter json(unread_);
  json.begin_object();
  for (std::size_t i = 0; i < typed_.size(); ++i) {
    if (unread_texts_[i]) json.key(name_of(typed_[i])).string(*unread_texts_[i]);
  }
  for (std::size_t i = 0; i < others_.size(); ++i) {
    if (other_unread_[i]) json.key(name_of(others_[i])).string(*other_texts_[i]);
  }
  json.end_object();
}

// The same row, however often it comes, has as many keys.
void RecordCells::make_digest(std::span<const RawCell> row) {
  digested_.clear();
  JsonWriter json(digested_);
  json.begin_object();
  for (const std::vector<Place>* places : {&typed_, &others_}) {
    for (const Place& place : *places) {
      if (place.position == Place::kNowhere) continue;
      json.key(name_of(place));
      const RawCell& cell = row[place.position];
      if (is_null(cell)) {
        json.null();
      } else {
        json.string(cell.text);
      }
    }
  }
  json.end_object();
  digest_ = sha256_hex(digested_).substr(0, kDigestBytes);
  const std::uint32_t occurrence = ++occurrences_[digest_];
  if (occurrence > 1) digest_ += fmt::format("-{}", occurrence);
  key_ = digest_;
}

}  // namespace plumbline
