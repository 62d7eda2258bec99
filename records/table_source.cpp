// Rows of a table on their way to be judged: the columns are there, so reading is copying.
#include <algorithm>
#include <cassert>

#include "records/kept_cells.h"
#include "records/record_source.h"

namespace plumbline {
namespace {

constexpr std::string_view kDeletedField = "IsDeleted";

// Calls `copy(place, row)` where the cell is known, and writes the kinds of all.
template <class Copy>
void copy_known(const Column& column, RowIndex first_row, Selection rows, const CellSlots& slots,
                const Copy& copy) {
  for (const ChunkRow place : rows) {
    const std::size_t row = std::size_t{first_row} + place;
    slots.kinds[place] = column.kind(row);
    if (slots.kinds[place] == CellKind::kKnown) copy(place, row);
  }
}

void copy_texts(const Column& column, RowIndex first_row, Selection rows, const CellSlots& slots) {
  copy_known(column, first_row, rows, slots, [&](ChunkRow place, std::size_t row) {
    slots.texts[place] = column.text(row);
    if (slots.codes != nullptr) slots.codes[place] = column.code(row);
  });
}

class TableReader : public RecordReader {
 public:
  TableReader(const Snapshot& snapshot, std::size_t object)
      : snapshot_(snapshot),
        table_(*snapshot.table(object)),
        object_(snapshot.schema().object(object)),
        end_(static_cast<RowIndex>(table_.rows())) {}

  Status start(std::size_t item) override {
    next_ = static_cast<RowIndex>(item * kChunkRows);
    end_ = static_cast<RowIndex>(std::min(table_.rows(), (item + 1) * kChunkRows));
    first_ = next_;
    return {};
  }
  Result<bool> next_chunk() override {
    first_ = std::exchange(next_, end_);
    return first_ < end_;
  }
  std::size_t rows() const override { return next_ - first_; }
  RowIndex first_row() const override { return first_; }
  RowSet visible() const override { return visible_rows(table_, first_, next_ - first_); }

  void read(std::size_t field, Selection rows, const CellSlots& slots) override {
    read_kept(table_, object_, field, first_, rows, slots);
  }
  void read_targets(std::size_t reference_field, Selection rows, RowIndex* targets) override {
    const std::span<const RowIndex> all = snapshot_.targets(table_.object(), reference_field);
    for (const ChunkRow place : rows) targets[place] = all.empty() ? kMissingRow : all[first_ + place];
  }
  const Dictionary& dictionary(std::size_t field) const override { return kept_dictionary(table_, field); }
  std::vector<Reject> take_rejects() override { return {}; }

 private:
  const Snapshot& snapshot_;
  const Table& table_;
  const ObjectSchema& object_;
  RowIndex first_ = 0;
  RowIndex next_ = 0;
  RowIndex end_;
};

class TableSource : public RecordSource {
 public:
  TableSource(const Snapshot& snapshot, std::size_t object) : snapshot_(snapshot), object_(object) {}

  std::size_t items() const override {
    return (snapshot_.table(object_)->rows() + kChunkRows - 1) / kChunkRows;
  }
  std::unique_ptr<RecordReader> open() const override {
    return std::make_unique<TableReader>(snapshot_, object_);
  }

 private:
  const Snapshot& snapshot_;
  std::size_t object_;
};

}  // namespace

void read_absent(const FieldSchema& field, Selection rows, const CellSlots& slots) {
  const bool is_false = field.type == FieldType::kBoolean && same_name(field.name, kDeletedField);
  for (const ChunkRow place : rows) {
    slots.kinds[place] = is_false ? CellKind::kKnown : CellKind::kUnknown;
    if (is_false) slots.whole[place] = 0;
  }
}

void read_kept(const Table& table, const ObjectSchema& object, std::size_t field, RowIndex first_row,
               Selection rows, const CellSlots& slots) {
  const Column* const column = table.column(field);
  if (column == nullptr) return read_absent(object.fields[field], rows, slots);
  if (is_text_like(column->type())) return copy_texts(*column, first_row, rows, slots);
  const auto copy = [&](const auto& copy_value) { copy_known(*column, first_row, rows, slots, copy_value); };
  switch (column->type()) {
    case FieldType::kBoolean:
      return copy(
          [&](ChunkRow place, std::size_t row) { slots.whole[place] = column->boolean(row) ? 1 : 0; });
    case FieldType::kMoney:
      return copy(
          [&](ChunkRow place, std::size_t row) { slots.whole[place] = column->money(row).hundredths; });
    case FieldType::kDate:
      return copy([&](ChunkRow place, std::size_t row) {
        slots.whole[place] = column->day(row).time_since_epoch().count();
      });
    case FieldType::kDateTime:
      return copy([&](ChunkRow place, std::size_t row) {
        slots.whole[place] = column->instant(row).time_since_epoch().count();
      });
    default:
      return copy([&](ChunkRow place, std::size_t row) { slots.numbers[place] = column->number(row); });
  }
}

RowSet visible_rows(const Table& table, RowIndex first_row, std::size_t rows) {
  RowSet visible;
  visible.insert_where(RowSet::first(rows), [&](ChunkRow row) { return table.visible(first_row + row); });
  return visible;
}

const Dictionary& kept_dictionary(const Table& table, std::size_t field) {
  static const Dictionary kNone;
  const Column* const column = table.column(field);
  return column == nullptr ? kNone : column->dictionary();
}

std::unique_ptr<RecordSource> table_source(const Snapshot& snapshot, std::size_t object) {
  assert(snapshot.table(object) != nullptr);
  return std::make_unique<TableSource>(snapshot, object);
}

}  // namespace plumbline
