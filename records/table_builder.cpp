#include "records/table_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "base/utf8.h"
#include "records/cell_shapes.h"
#include "records/id_fault.h"
#include "records/raw_cell.h"

namespace plumbline {
namespace {

constexpr std::string_view kDeletedField = "IsDeleted";
// What a row looked like: the cells at hand, bounded.
std::string bounded_row(std::span<const RawCell> cells) {
  std::string raw;
  for (const RawCell& cell : cells) {
    if (raw.size() > kMaxRawBytes) break;
    if (&cell != cells.data()) raw += ',';
    raw += bounded_raw(cell.text);
  }
  return bounded_raw(raw);
}

// Ids that wait to be looked up: as long as it takes memory to come.
constexpr std::size_t kMostPendingIds = 32;

// Appends the cell where it has a shape that nearly all cells of its column's type have.
bool append_common(Column& column, std::string_view text) {
  const auto take = [&column](const auto& found, auto append) {
    if (found) (column.*append)(*found);
    return found.has_value();
  };
  switch (column.type()) {
    case FieldType::kBoolean:
      return take(cell_shapes::read_boolean(text), &Column::append_boolean);
    case FieldType::kNumber:
      return take(cell_shapes::read_number(text), &Column::append_number);
    case FieldType::kMoney:
      return take(cell_shapes::read_money(text), &Column::append_money);
    case FieldType::kDate:
      return take(cell_shapes::read_day(text), &Column::append_day);
    case FieldType::kDateTime:
      return take(cell_shapes::read_instant(text), &Column::append_instant);
    default:
      return false;
  }
}

}  // namespace

TableBuilder::TableBuilder(const Schema& schema, std::size_t object, IdRule id_rule, RejectSink& rejects)
    : schema_(schema),
      object_(schema_.object(object)),
      rejects_(rejects),
      table_(std::make_unique<Table>(object, object_.fields.size(), id_rule)),
      deleted_field_(object_.find(kDeletedField)) {}

void TableBuilder::begin_source(std::string file, std::vector<FieldSource> sources,
                                std::span<const std::size_t> not_kept) {
  settle_ids();
  for (const std::size_t field : not_kept) table_->has_[field] = true;
  files_.emplace_back(table_->rows_, std::move(file));
  sources_ = std::move(sources);
  columns_.assign(sources_.size(), nullptr);
  id_position_.reset();
  refused_records_.clear();

  std::vector<bool> named(object_.fields.size());
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const std::size_t field = sources_[i].field;
    assert(field < named.size());
    if (named[field]) continue;
    named[field] = true;
    table_->has_[field] = true;
    if (sources_[i].kept) columns_[i] = &column_for(field);
    if (object_.fields[field].type != FieldType::kId || table_->id_field_.value_or(field) != field) continue;
    id_position_ = i;
    id_is_kept_ = sources_[i].kept;
    if (id_is_kept_) table_->id_field_ = field;
  }

  if (choice_) {
    const auto at = std::ranges::find(sources_, choice_->field, &FieldSource::field);
    choice_->position.reset();
    if (at != sources_.end()) choice_->position = static_cast<std::size_t>(at - sources_.begin());
  }
  missing_.clear();
  for (std::size_t field = 0; field < named.size(); ++field) {
    if (table_->columns_[field] && !named[field]) missing_.push_back(field);
  }
}

Column& TableBuilder::column_for(std::size_t field) {
  std::unique_ptr<Column>& column = table_->columns_[field];
  if (!column) {
    column = std::make_unique<Column>(object_.fields[field].type);
    append_absent(field, table_->rows_);
  }
  return *column;
}

// A source that does not say which rows were deleted holds none that were.
void TableBuilder::append_absent(std::size_t field, std::size_t rows) {
  Column& column = *table_->columns_[field];
  const bool false_when_absent = field == deleted_field_ && column.type() == FieldType::kBoolean;
  for (std::size_t i = 0; i < rows; ++i) {
    if (false_when_absent) {
      column.append_boolean(false);
    } else {
      column.append_unknown();
    }
  }
}

void TableBuilder::add_rows(const RowBatch& batch) {
  assert(!files_.empty() && batch.columns == sources_.size());
  for (std::size_t i = 0; i < batch.places.size(); ++i) add_row(batch.row(i), batch.places[i], batch.raw(i));
  settle_ids();
}

void TableBuilder::add_row(std::span<const RawCell> cells, const RowPlace& place, std::string_view raw) {
  if (table_->rows_ == kMaxTableRows) {
    return reject_row(cells, place, raw,
                      "the table is full; split the export into parts and audit them one by one");
  }
  if (id_position_) {
    if (std::string fault = id_fault(cells[*id_position_]); !fault.empty()) {
      return reject_row(cells, place, raw, std::move(fault));
    }
  }
  if (choice_ && !is_chosen(cells)) return pass_over(cells, place);
  const auto row = static_cast<RowIndex>(table_->rows_);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i] != nullptr) append(*columns_[i], cells[i], sources_[i], place);
  }
  for (const std::size_t field : missing_) append_absent(field, 1);
  ++table_->rows_;

  if (deleted_field_) {
    const Column* const deleted = table_->column(*deleted_field_);
    if (deleted != nullptr && deleted->type() == FieldType::kBoolean &&
        deleted->kind(row) == CellKind::kKnown && deleted->boolean(row)) {
      table_->deleted_.set(row);
    }
  }
  if (id_position_) note_id(cells[*id_position_], place, row);
}

void TableBuilder::choose_rows(std::size_t field, std::vector<std::string> texts) {
  assert(files_.empty() && no_repeats_);
  choice_ = Choice{.field = field, .texts = std::move(texts)};
}

bool TableBuilder::is_chosen(std::span<const RawCell> cells) const {
  if (!choice_->position) return false;
  const RawCell& cell = cells[*choice_->position];
  if (cell.state != CellState::kText) return false;
  const std::string_view text = trim(cell.text);
  return std::ranges::any_of(choice_->texts,
                             [text](std::string_view chosen) { return same_name(text, chosen); });
}

void TableBuilder::pass_over(std::span<const RawCell> cells, const RowPlace& place) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i] == nullptr) continue;
    const CellValue value = read_raw_cell(cells[i], columns_[i]->type(), sources_[i].date_format);
    if (value.kind == CellKind::kUnknown) note_unreadable(cells[i], sources_[i], place, value.reason);
  }
  if (id_position_) note_id(cells[*id_position_], place, kNoRow);
  ++passed_over_rows_;
}

void TableBuilder::note_id(const RawCell& cell, const RowPlace& place, RowIndex row) {
  const std::string_view id = trim(cell.text);
  const bool salesforce = table_->id_rule_ == IdRule::kSalesforce;  // then it has been found to be one
  const std::string_view key = salesforce ? id.substr(0, kIdKeyBytes) : id_key(id, table_->id_rule_);
  if (id_is_kept_) return expect_id(hash_text(key), place, row);
  if (no_repeats_) {
    keys_.push_back(key);
  } else {
    passing_ids_.add(key, row);
  }
}

void TableBuilder::expect_id(std::uint64_t hash, const RowPlace& place, RowIndex row) {
  lines_.push_back(place.line);
  table_->ids_.prefetch(hash);
  pending_ids_.push_back({.row = row, .hash = hash});
  if (pending_ids_.size() == kMostPendingIds) settle_ids();
}

void TableBuilder::settle_ids() {
  for (const PendingId& pending : pending_ids_) register_id(pending.row, pending.hash);
  pending_ids_.clear();
  seen_ids_.front().add_piece(keys_);
  keys_.clear();
}

bool TableBuilder::found_repeats() {
  settle_ids();
  return SeenIds::any_twice(seen_ids_);
}

std::string TableBuilder::id_fault(const RawCell& cell) const {
  return plumbline::id_fault(cell, sources_[*id_position_].column, table_->id_rule_);
}

void TableBuilder::reject_row(std::span<const RawCell> cells, const RowPlace& place, std::string_view raw,
                              std::string reason) {
  settle_ids();
  ++rejected_rows_;
  if (place.record != 0) refused_records_.push_back(place.record);
  rejects_.reject(Reject{.file = files_.back().second,
                         .line = place.line,
                         .column = {},
                         .reason = std::move(reason),
                         .raw = raw.empty() ? bounded_row(cells) : bounded_raw(raw)});
}

void TableBuilder::append(Column& column, const RawCell& cell, const FieldSource& source,
                          const RowPlace& place) {
  const FieldType type = column.type();
  if (cell.text.empty() && type != FieldType::kBoolean) return column.append_null();
  if (is_text_like(type)) {
    if (is_plain_text(cell)) return column.append_text(cell.text);
  } else if (source.date_format.empty() && cell.state == CellState::kText &&
             append_common(column, cell.text)) {
    return;
  }
  const CellValue value = read_raw_cell(cell, type, source.date_format);
  if (value.kind == CellKind::kNull) return column.append_null();
  if (value.kind == CellKind::kUnknown) {
    column.append_unknown();
    return note_unreadable(cell, source, place, value.reason);
  }
  switch (type) {
    case FieldType::kBoolean:
      return column.append_boolean(value.boolean);
    case FieldType::kNumber:
      return column.append_number(value.number);
    case FieldType::kMoney:
      return column.append_money(value.money);
    case FieldType::kDate:
      return column.append_day(value.day);
    case FieldType::kDateTime:
      return column.append_instant(value.instant);
    // Blanks around an id mean nothing, and one id should be one text; around other text they are what was
    // written.
    case FieldType::kId:
    case FieldType::kReference:
      return column.append_text(trim(cell.text));
    default:
      return column.append_text(cell.text);
  }
}

void TableBuilder::note_unreadable(const RawCell& cell, const FieldSource& source, const RowPlace& place,
                                   std::string_view reason) {
  settle_ids();
  ++rejected_cells_;
  rejects_.reject(unreadable_cell(files_.back().second, place.line, source, cell, reason));
}

void TableBuilder::register_id(RowIndex row, std::uint64_t hash) {
  const Table& table = *table_;
  const RowIndex before =
      table_->ids_.insert(table.key_of(row), hash, row, [&table](RowIndex at) { return table.key_of(at); });
  if (before == kNoRow) return;
  table_->replaced_.set(before);
  ++replaced_rows_;
  rejects_.reject(replaced_row({.id = std::string(table.id(before)),
                                .file = file_of(before),
                                .line = lines_[before],
                                .later_id = std::string(table.id(row)),
                                .later_file = files_.back().second,
                                .later_line = lines_[row]}));
}

void TableBuilder::replace(RowIndex row, const RepeatedRow& told) {
  table_->replaced_.set(row);
  ++replaced_rows_;
  rejects_.reject(replaced_row(told));
}

void TableBuilder::expect_rows(std::size_t rows) {
  for (const auto& column : table_->columns_) {
    if (column) column->reserve(rows);
  }
  if (!id_position_ || !id_is_kept_) return;
  table_->ids_.reserve(rows);
  lines_.reserve(rows);
}

const std::string& TableBuilder::file_of(RowIndex row) const {
  const auto after = std::ranges::upper_bound(files_, row, {}, [](const auto& file) { return file.first; });
  return std::prev(after)->second;
}

std::unique_ptr<Table> TableBuilder::finish() {
  settle_ids();
  return std::move(table_);
}

}  // namespace plumbline
