#include "records/table_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "base/utf8.h"
#include "records/id_fault.h"

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
constexpr std::size_t kMostSpellings = 32;  // remembered of what rows are chosen by

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

// Column by column, and then everything that is told in the order of the rows.
void TableBuilder::add_rows(const RowBatch& batch) {
  assert(!files_.empty() && batch.columns >= sources_.size());
  const auto first = static_cast<RowIndex>(table_->rows_);
  sort_out(batch);
  append_columns(batch);
  table_->rows_ += taken_.size();
  passed_over_rows_ += passed_over_.size();
  note_deleted(first);
  tell(batch, first);
}

// Which rows are taken.
void TableBuilder::sort_out(const RowBatch& batch) {
  taken_.clear();
  passed_over_.clear();
  row_faults_.clear();
  for (std::uint32_t index = 0; index < batch.places.size(); ++index) {
    const std::span<const RawCell> cells = batch.row(index);
    std::string fault;
    if (table_->rows_ + taken_.size() == kMaxTableRows) {
      fault = "the table is full; split the export into parts and audit them one by one";
    } else if (id_position_) {
      fault = id_fault(cells[*id_position_]);
    }
    if (!fault.empty()) {
      row_faults_.push_back({index, std::move(fault)});
    } else if (choice_ && !is_chosen(cells)) {
      passed_over_.push_back(index);
    } else {
      taken_.push_back(index);
    }
  }
}

void TableBuilder::append_columns(const RowBatch& batch) {
  cell_faults_.clear();
  for (std::uint32_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i] == nullptr) continue;
    BatchColumn cells{
        .batch = batch, .position = i, .indexes = taken_, .date_format = sources_[i].date_format};
    append_cells(*columns_[i], cells, cell_faults_);
    cells.indexes = passed_over_;
    check_cells(columns_[i]->type(), cells, cell_faults_);
  }
  for (const std::size_t field : missing_) append_absent(field, taken_.size());
}

// Of the rows from `first` on.
void TableBuilder::note_deleted(RowIndex first) {
  const Column* const deleted = deleted_field_ ? table_->column(*deleted_field_) : nullptr;
  if (deleted == nullptr || deleted->type() != FieldType::kBoolean) return;
  for (std::size_t row = first; row < table_->rows_; ++row) {
    if (deleted->kind(row) == CellKind::kKnown && deleted->boolean(row)) table_->deleted_.set(row);
  }
}

// What is wrong with rows and cells, and which rows are replaced, in the order of the rows.
void TableBuilder::tell(const RowBatch& batch, RowIndex first) {
  std::ranges::sort(cell_faults_, {},
                    [](const CellFault& fault) { return std::pair(fault.index, fault.position); });
  auto row_fault = row_faults_.begin();
  auto cell_fault = cell_faults_.begin();
  auto taken = taken_.begin();
  for (std::uint32_t index = 0; index < batch.places.size(); ++index) {
    const RowPlace& place = batch.places[index];
    if (row_fault != row_faults_.end() && row_fault->index == index) {
      reject_row(batch.row(index), place, batch.raw(index), std::move((row_fault++)->reason));
      continue;
    }
    for (; cell_fault != cell_faults_.end() && cell_fault->index == index; ++cell_fault) {
      const std::uint32_t position = cell_fault->position;
      note_unreadable(batch.row(index)[position], sources_[position], place, cell_fault->reason);
    }
    const bool is_taken = taken != taken_.end() && *taken == index;
    const auto row = is_taken ? static_cast<RowIndex>(first + (taken++ - taken_.begin())) : kNoRow;
    if (id_position_) note_id(batch.row(index)[*id_position_], place, row);
  }
  settle_ids();
}

void TableBuilder::choose_rows(std::size_t field, std::vector<std::string> texts) {
  assert(files_.empty() && no_repeats_);
  choice_ = Choice{.field = field, .texts = std::move(texts)};
}

bool TableBuilder::is_chosen(std::span<const RawCell> cells) {
  if (!choice_->position) return false;
  const RawCell& cell = cells[*choice_->position];
  if (cell.state != CellState::kText) return false;
  const auto met = std::ranges::find(choice_->met, cell.text, &Choice::Spelling::text);
  if (met != choice_->met.end()) return met->chosen;
  const std::string_view text = trim(cell.text);
  const bool chosen = std::ranges::any_of(
      choice_->texts, [text](std::string_view wanted) { return same_name(text, wanted); });
  if (choice_->met.size() < kMostSpellings) choice_->met.push_back({std::string(cell.text), chosen});
  return chosen;
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
