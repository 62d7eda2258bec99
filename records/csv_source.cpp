#include "records/csv_source.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "records/cell.h"
#include "records/cell_shapes.h"
#include "records/csv_passing.h"
#include "records/id_memo.h"
#include "records/kept_cells.h"

namespace plumbline {
namespace {

constexpr std::uint32_t kNoSource = 0xFFFFFFFF;
constexpr std::size_t kRowsAhead = 6;  // whose text is fetched while a row is looked at
constexpr std::size_t kProbes = 64;    // ids of a large table that are looked up side by side

// By part: which of its sources a field is read from.
using SourcesOfFields = std::vector<std::vector<std::uint32_t>>;

// The table a reference field leads to; null where it is not in the data.
const Table* refers_to(const Snapshot& snapshot, std::size_t object, std::size_t reference_field) {
  const Schema& schema = snapshot.schema();
  const auto referred = schema.find_object(schema.object(object).fields[reference_field].references);
  return referred ? snapshot.table(*referred) : nullptr;
}

class CsvReader : public RecordReader {
 public:
  CsvReader(const Snapshot& snapshot, std::size_t object, const CsvParts& parts,
            const SourcesOfFields& sources)
      : snapshot_(snapshot),
        table_(*snapshot.table(object)),
        object_(snapshot.schema().object(object)),
        parts_(parts),
        sources_(sources),
        items_(parts),
        dictionaries_(object_.fields.size()) {}

  Status start(std::size_t item) override {
    const CsvItem& next = parts_.items[item];
    begin(next.part, next.first_row);
    return items_.start(next);
  }
  Result<bool> next_chunk() override {
    first_ += rows_;
    rows_ = std::min(items_.rows() - first_, kChunkRows);
    return rows_ > 0;
  }
  std::size_t rows() const override { return rows_; }
  RowIndex first_row() const override { return item_first_row_ + static_cast<RowIndex>(first_); }
  RowSet visible() const override { return visible_rows(table_, first_row(), rows_); }

  bool read(std::size_t field, Selection rows, const CellSlots& slots) override {
    if (table_.column(field) != nullptr) return read_kept(table_, object_, field, first_row(), rows, slots);
    const std::uint32_t source = sources_[part_][field];
    if (source == kNoSource) return read_absent(object_.fields[field], rows, slots);
    if (!items_.part().sources[source].date_format.empty())
      return read_formatted(source, object_.fields[field].type, rows, slots);
    switch (object_.fields[field].type) {
      case FieldType::kBoolean:
        return read_each<FieldType::kBoolean>(source, rows, slots);
      case FieldType::kNumber:
        return read_each<FieldType::kNumber>(source, rows, slots);
      case FieldType::kMoney:
        return read_each<FieldType::kMoney>(source, rows, slots);
      case FieldType::kDate:
        return read_each<FieldType::kDate>(source, rows, slots);
      case FieldType::kDateTime:
        return read_each<FieldType::kDateTime>(source, rows, slots);
      default:
        return read_texts(field, source, rows, slots);
    }
  }

  void read_targets(std::size_t reference_field, Selection rows, RowIndex* targets) override {
    const std::span<const RowIndex> all = snapshot_.targets(table_.object(), reference_field);
    if (!all.empty()) {
      for (const ChunkRow row : rows) targets[row] = all[first_row() + row];
      return;
    }
    const Table* const table = refers_to(snapshot_, table_.object(), reference_field);
    const std::uint32_t source = sources_[part_][reference_field];
    if (table == nullptr || source == kNoSource) {
      for (const ChunkRow row : rows) targets[row] = kMissingRow;
      return;
    }
    if (table->rows() <= IdMemo::kFewRows) {
      find_few(*table, source, rows, targets);
    } else {
      find_many(*table, source, rows, targets);
    }
  }

  const Dictionary& dictionary(std::size_t field) const override {
    return table_.column(field) != nullptr ? kept_dictionary(table_, field) : dictionaries_[field];
  }

  std::vector<Reject> take_rejects() override {
    std::ranges::sort(rejects_, {}, [](const Reject& reject) {
      return std::pair(reject.line, std::string_view(reject.column));
    });
    return std::exchange(rejects_, {});
  }

 protected:
  // The id a cell names; empty where it names none, which `target` then says.
  static std::string_view named_id(const RawCell& cell, RowIndex& target) {
    if (cell.state != CellState::kText) {
      target = kMissingRow;
      return {};
    }
    target = kNoRow;
    return trim(cell.text);
  }
  // Of a text that holds rows; of one item.
  void begin(std::uint32_t part, RowIndex first_row) {
    part_ = part;
    item_first_row_ = first_row;
    first_ = 0;
    rows_ = 0;
  }
  std::uint32_t source_of(std::size_t field) const { return sources_[part_][field]; }
  CsvItemReader& items() { return items_; }
  std::size_t chunk_start() const { return first_; }  // of the item's rows, the chunk's first

 private:
  void find_few(const Table& table, std::uint32_t source, Selection rows, RowIndex* targets) {
    std::unique_ptr<IdMemo>& memo = memos_[&table];
    if (!memo) memo = std::make_unique<IdMemo>(table);
    for (const ChunkRow row : rows) {
      const std::string_view id = named_id(items_.cell(first_ + row, source), targets[row]);
      if (!id.empty()) targets[row] = memo->find(id);
    }
  }

  // The ids of a large table lie all over its memory.
  void find_many(const Table& table, std::uint32_t source, Selection rows, RowIndex* targets) {
    std::size_t count = 0;
    const auto find = [&] {
      const std::span<const RowProbe> probes(probes_.data(), std::exchange(count, 0));
      for (const RowProbe& at : probes) table.approach(at.probe);
      for (const RowProbe& at : probes) targets[at.row] = table.find(at.probe);
    };
    for (const ChunkRow row : rows) {
      const std::string_view id = named_id(items_.cell(first_ + row, source), targets[row]);
      if (!id.empty()) probes_[count++] = {.row = row, .probe = table.probe(id)};
      if (count == kProbes) find();
    }
    find();
  }

  // The shape nearly all cells of the type have, put where it belongs.
  template <FieldType kType>
  static bool put_common(std::string_view text, ChunkRow row, const CellSlots& slots) {
    const auto put = [&](const auto& found, auto* values, const auto& value_of) {
      if (found) values[row] = value_of(*found);
      return found.has_value();
    };
    if constexpr (kType == FieldType::kBoolean) {
      return put(cell_shapes::read_boolean(text), slots.whole, [](bool value) { return value ? 1 : 0; });
    } else if constexpr (kType == FieldType::kNumber) {
      return put(cell_shapes::read_number(text), slots.numbers, [](double value) { return value; });
    } else if constexpr (kType == FieldType::kMoney) {
      return put(cell_shapes::read_money(text), slots.whole, [](Money value) { return value.hundredths; });
    } else if constexpr (kType == FieldType::kDate) {
      return put(cell_shapes::read_day(text), slots.whole,
                 [](Day value) { return value.time_since_epoch().count(); });
    } else {
      return put(cell_shapes::read_instant(text), slots.whole,
                 [](Instant value) { return value.time_since_epoch().count(); });
    }
  }

  template <FieldType kType>
  bool read_each(std::uint32_t source, Selection rows, const CellSlots& slots) {
    bool unknown = false;
    for (const ChunkRow row : rows) {
      const RawCell cell = items_.cell(first_ + row, source);
      if (cell.state == CellState::kText && !cell.text.empty() && put_common<kType>(cell.text, row, slots)) {
        slots.kinds[row] = CellKind::kKnown;
      } else if (kType != FieldType::kBoolean && cell.state == CellState::kText && cell.text.empty()) {
        slots.kinds[row] = CellKind::kNull;
      } else {
        unknown |= read_odd(cell, source, kType, row, slots) == CellKind::kUnknown;
      }
    }
    return unknown;
  }

  bool read_formatted(std::uint32_t source, FieldType type, Selection rows, const CellSlots& slots) {
    bool unknown = false;
    for (const ChunkRow row : rows)
      unknown |= read_odd(items_.cell(first_ + row, source), source, type, row, slots) == CellKind::kUnknown;
    return unknown;
  }

  CellKind read_odd(const RawCell& cell, std::uint32_t source, FieldType type, ChunkRow row,
                    const CellSlots& slots) {
    if (cell.state == CellState::kTooLong) return unreadable(cell, source, row, slots, kTooLongReason);
    const CellValue value = read_cell(cell.text, type, items_.part().sources[source].date_format);
    slots.kinds[row] = value.kind;
    if (value.kind == CellKind::kUnknown) return unreadable(cell, source, row, slots, value.reason);
    if (value.kind == CellKind::kNull) return value.kind;
    switch (type) {
      case FieldType::kBoolean:
        slots.whole[row] = value.boolean ? 1 : 0;
        break;
      case FieldType::kNumber:
        slots.numbers[row] = value.number;
        break;
      case FieldType::kMoney:
        slots.whole[row] = value.money.hundredths;
        break;
      case FieldType::kDate:
        slots.whole[row] = value.day.time_since_epoch().count();
        break;
      default:
        slots.whole[row] = value.instant.time_since_epoch().count();
    }
    return value.kind;
  }

  bool read_texts(std::size_t field, std::uint32_t source, Selection rows, const CellSlots& slots) {
    bool unknown = false;
    for (const ChunkRow row : rows) {
      const RawCell cell = items_.cell(first_ + row, source);
      if (cell.text.empty()) {
        slots.kinds[row] = CellKind::kNull;
      } else if (is_plain_text(cell)) [[likely]] {
        slots.kinds[row] = CellKind::kKnown;
        slots.texts[row] = cell.text;
      } else {
        unknown |= read_odd_text(cell, source, object_.fields[field].type, row, slots) == CellKind::kUnknown;
      }
    }
    if (slots.codes != nullptr) number_texts(field, rows, slots);
    return unknown;
  }

  // Blanks around an id mean nothing, and one id should be one text; around other text they are what was
  // written.
  CellKind read_odd_text(const RawCell& cell, std::uint32_t source, FieldType type, ChunkRow row,
                         const CellSlots& slots) {
    if (cell.state == CellState::kTooLong) return unreadable(cell, source, row, slots, kTooLongReason);
    const CellValue value = read_cell(cell.text, type);
    if (value.kind == CellKind::kUnknown) return unreadable(cell, source, row, slots, value.reason);
    const std::string_view bare = trim(cell.text);
    slots.kinds[row] = bare.empty() ? CellKind::kNull : CellKind::kKnown;
    slots.texts[row] = type == FieldType::kId || type == FieldType::kReference ? bare : cell.text;
    return slots.kinds[row];
  }

  void number_texts(std::size_t field, Selection rows, const CellSlots& slots) {
    for (const ChunkRow row : rows) {
      if (slots.kinds[row] == CellKind::kKnown) slots.codes[row] = code_of(field, slots.texts[row]);
    }
  }

  std::uint32_t code_of(std::size_t field, std::string_view text) {
    Dictionary& known = dictionaries_[field];
    return known.size() < kMaxReaderCodes ? known.intern(text) : known.find(text);
  }

  CellKind unreadable(const RawCell& cell, std::uint32_t source, ChunkRow row, const CellSlots& slots,
                      std::string_view reason) {
    slots.kinds[row] = CellKind::kUnknown;
    rejects_.push_back(unreadable_cell(items_.part().name, items_.line(first_ + row),
                                       items_.part().sources[source], cell, reason));
    return CellKind::kUnknown;
  }

  const Snapshot& snapshot_;
  const Table& table_;
  const ObjectSchema& object_;
  const CsvParts& parts_;
  const SourcesOfFields& sources_;
  CsvItemReader items_;
  std::uint32_t part_ = 0;
  RowIndex item_first_row_ = 0;
  std::size_t first_ = 0;  // of the item's rows, the chunk's first
  std::size_t rows_ = 0;
  std::vector<Dictionary> dictionaries_;  // by field
  std::map<const Table*, std::unique_ptr<IdMemo>> memos_;
  struct RowProbe {
    ChunkRow row = 0;
    Table::Probe probe;
  };
  std::array<RowProbe, kProbes> probes_{};
  std::vector<Reject> rejects_;
};

SourcesOfFields sources_of_fields(const CsvParts& parts, std::size_t fields) {
  SourcesOfFields all;
  for (const CsvPart& part : parts.parts) {
    std::vector<std::uint32_t>& of_fields = all.emplace_back(fields, kNoSource);
    for (std::uint32_t i = 0; i < part.sources.size(); ++i) {
      std::uint32_t& source = of_fields[part.sources[i].field];
      if (source == kNoSource) source = i;
    }
  }
  return all;
}

class CsvSource : public RecordSource {
 public:
  CsvSource(const Snapshot& snapshot, std::size_t object, CsvParts parts)
      : snapshot_(snapshot),
        object_(object),
        parts_(std::move(parts)),
        sources_(sources_of_fields(parts_, snapshot.schema().object(object).fields.size())) {}

  std::size_t items() const override { return parts_.items.size(); }
  std::unique_ptr<RecordReader> open() const override {
    return std::make_unique<CsvReader>(snapshot_, object_, parts_, sources_);
  }

 private:
  const Snapshot& snapshot_;
  std::size_t object_;
  CsvParts parts_;
  SourcesOfFields sources_;
};

// What is looked at of every record that passes.
struct PassingFields {
  std::size_t id = 0;  // fields; there may be no column of one
  std::size_t owner = 0;
  std::size_t deleted = 0;
  bool has_id = false;
  bool has_owner = false;
  bool has_deleted = false;
};

class PassingReader : public CsvReader {
 public:
  PassingReader(const Snapshot& snapshot, std::size_t object, IdRule id_rule, CsvPassing& passing,
                const SourcesOfFields& sources, const PassingFields& fields, const Table* users)
      : CsvReader(snapshot, object, passing.parts(), sources),
        id_rule_(id_rule),
        passing_(passing),
        fields_(fields),
        owners_are_users_(users != nullptr && fields.has_owner &&
                          refers_to(snapshot, object, fields.owner) == users) {
    if (users != nullptr) users_ = std::make_unique<IdMemo>(*users);
  }
  ~PassingReader() override {
    // A thread that ends for lack of memory has nothing to tell; the run has failed.
    try {
      passing_.add(std::move(passed_));
    } catch (...) {
      passing_.found_untidy();
    }
  }
  PassingReader(const PassingReader&) = delete;
  PassingReader& operator=(const PassingReader&) = delete;

  Status start(std::size_t item) override {
    CsvText& text = items().held();
    if (Status read = passing_.next(item, text); !read) return read;
    begin(text.part, 0);
    if (!items().take_rows()) passing_.found_untidy();
    passed_.rows += items().rows();
    look_at_rows(item);
    return {};
  }
  RowSet visible() const override {
    RowSet visible;
    visible.insert_where(RowSet::first(rows()),
                         [&](ChunkRow row) { return deleted_[chunk_start() + row] == 0; });
    return visible;
  }
  // Owners have been looked up before.
  void read_targets(std::size_t reference_field, Selection rows, RowIndex* targets) override {
    if (!owners_are_users_ || reference_field != fields_.owner || source_of(fields_.owner) == kNoSource)
      return CsvReader::read_targets(reference_field, rows, targets);
    for (const ChunkRow row : rows) targets[row] = owners_[chunk_start() + row];
  }

 private:
  void look_at_rows(std::size_t item) {
    deleted_.assign(items().rows(), false);
    owners_.assign(items().rows(), kMissingRow);
    ids_.clear();
    const std::uint32_t id = fields_.has_id ? source_of(fields_.id) : kNoSource;
    const std::uint32_t owner = users_ && fields_.has_owner ? source_of(fields_.owner) : kNoSource;
    const std::uint32_t deleted = fields_.has_deleted ? source_of(fields_.deleted) : kNoSource;
    OwnerMisses missed;
    for (std::size_t row = 0; row < items().rows(); ++row) {
      items().approach(row + kRowsAhead);
      // First, as it stands furthest back: a row's cells are found up to the one that is asked for.
      if (deleted != kNoSource) deleted_[row] = is_true(items().cell(row, deleted));
      if (id != kNoSource) note_id(items().cell(row, id));
      if (owner != kNoSource) note_owner(items().cell(row, owner), row, id, missed);
    }
    passed_.ids.add_piece(ids_);
    if (missed.any()) passed_.missed_owners.emplace_back(item, std::move(missed));
  }

  // A row whose id cannot be one is none.
  void note_id(const RawCell& cell) {
    const std::string_view id = trim(cell.text);
    const bool sound = cell.state == CellState::kText &&
                       (id_rule_ == IdRule::kSalesforce ? id_shape(id) == IdShape::kSalesforce
                                                        : !id.empty() && is_valid_utf8(id));
    if (!sound) return passing_.found_untidy();
    ids_.push_back(id_rule_ == IdRule::kSalesforce ? id.substr(0, kIdKeyBytes) : id_key(id, id_rule_));
  }

  static bool is_true(const RawCell& cell) {
    if (const auto truth = cell_shapes::read_boolean(cell.text)) return *truth;
    const CellValue value = read_cell(cell.text, FieldType::kBoolean);
    return cell.state == CellState::kText && value.kind == CellKind::kKnown && value.boolean;
  }

  void note_owner(const RawCell& cell, std::size_t row, std::uint32_t id, OwnerMisses& missed) {
    RowIndex& target = owners_[row];
    const std::string_view owner = named_id(cell, target);
    if (owner.empty()) return;
    target = users_->find(owner);
    if (target != kMissingRow || deleted_[row] || !is_valid_utf8(owner)) return;
    missed.add(id == kNoSource ? std::string_view{} : trim(items().cell(row, id).text), owner);
  }

  IdRule id_rule_;
  CsvPassing& passing_;
  const PassingFields& fields_;
  bool owners_are_users_;
  std::unique_ptr<IdMemo> users_;
  PassedRows passed_;
  // Of the item's rows.
  std::vector<char> deleted_;
  std::vector<RowIndex> owners_;
  std::vector<std::string_view> ids_;  // what identifies them
};

class PassingSource : public RecordSource {
 public:
  PassingSource(const Snapshot& snapshot, std::size_t object, IdRule id_rule, CsvParts parts,
                const Table* users)
      : snapshot_(snapshot),
        object_(object),
        id_rule_(id_rule),
        users_(users),
        passing_(std::move(parts)),
        sources_(sources_of_fields(passing_.parts(), snapshot.schema().object(object).fields.size())) {
    const ObjectSchema& schema = snapshot.schema().object(object);
    const auto find = [&](std::string_view name, std::size_t& field, bool& has) {
      const auto found = schema.find(name);
      has = found.has_value();
      if (found) field = *found;
    };
    find("Id", fields_.id, fields_.has_id);
    find("OwnerId", fields_.owner, fields_.has_owner);
    find("IsDeleted", fields_.deleted, fields_.has_deleted);
  }

  std::size_t items() const override { return passing_.pieces(); }
  std::unique_ptr<RecordReader> open() const override {
    return std::make_unique<PassingReader>(snapshot_, object_, id_rule_, passing_, sources_, fields_, users_);
  }
  std::optional<PassedRecords> passed() override {
    const CsvPassing::Outcome outcome = passing_.outcome();
    PassedRecords passed{.tidy = outcome.tidy, .rows = outcome.rows};
    outcome.missed_owners.note(snapshot_.schema().object(object_).name, passed.notices);
    return passed;
  }

 private:
  const Snapshot& snapshot_;
  std::size_t object_;
  IdRule id_rule_;
  const Table* users_;
  mutable CsvPassing passing_;  // opening a reader changes nothing that can be seen; reading does
  SourcesOfFields sources_;
  PassingFields fields_;
};

}  // namespace

std::unique_ptr<RecordSource> csv_source(const Snapshot& snapshot, std::size_t object, CsvParts parts) {
  assert(snapshot.table(object) != nullptr);
  return std::make_unique<CsvSource>(snapshot, object, std::move(parts));
}

std::unique_ptr<RecordSource> passing_source(const Snapshot& snapshot, std::size_t object, IdRule id_rule,
                                             CsvParts parts, const Table* users) {
  return std::make_unique<PassingSource>(snapshot, object, id_rule, std::move(parts), users);
}

}  // namespace plumbline
