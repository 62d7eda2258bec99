#include "ledger/record_columns.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "ledger/side_cells.h"
#include "ledger/sqlite_record_scan.h"
#include "ledger/stored_time.h"
#include "records/append_cells.h"
#include "records/cell.h"
#include "records/cell_shapes.h"
#include "records/row_set.h"

namespace plumbline {
namespace {

constexpr std::string_view kDeletedField = "IsDeleted";
constexpr std::string_view kCreatedField = "CreatedDate";
constexpr std::int64_t kHundredths = 100;
constexpr double kHundredthsOfUnit = 100;

// Columns of the statement that come before those of fields.
enum Fixed : int { kUnread, kDeleted, kKey, kFirstSeen, kOther, kCreated, kUnseenAt, kFixedColumns };

// Where the values of one field come from.
struct Source {
  enum class Kind : std::uint8_t {
    kColumn,   // a column of the same type
    kOfText,   // a column of another type, or of `_other`: read as texts are
    kDeleted,  // of the record itself
    kNowhere,  // no sync has delivered it, or the CRM hides it
  };
  Column* column = nullptr;
  const LedgerField* field = nullptr;
  Kind kind = Kind::kNowhere;
  int at = 0;               // in the statement's row
  bool in_other = false;    // else a column
  std::string last_seen{};  // later records lack it; empty where there are none
};

Money money_of(std::int64_t whole, double real) {
  if (static_cast<double>(whole) == real) return Money{whole * kHundredths};
  return Money{std::llround(real * kHundredthsOfUnit)};
}

class RecordReading {
 public:
  RecordReading(Database& database, const RecordsToRead& wanted, std::span<const std::size_t> fields,
                std::span<const std::unique_ptr<Column>> columns)
      : database_(database),
        wanted_(wanted),
        created_(wanted.object.find(kCreatedField)),
        deleted_(wanted.object.find(kDeletedField)) {
    sql_columns_.resize(kFixedColumns, "NULL");
    for (const std::size_t field : fields) add_source(field, columns[field].get());
    add_fixed_columns(fields);
    if (wanted.past != nullptr) {
      as_of_ = format_instant(wanted.past->moment().as_of);
      known_at_ = format_instant(wanted.past->moment().known_at);
    }
  }

  Result<RecordRows> read() {
    Result<std::unique_ptr<Statement>> rows =
        database_.prepare(record_scan_sql(wanted_.object.name, sql_columns_));
    if (!rows) return fail(rows.error());
    row_ = rows->get();
    row_->bind_integer(1, wanted_.organisation);
    for (std::size_t count = 1;; ++count) {
      const Result<bool> more = row_->step();
      if (!more) return fail(more.error());
      if (!*more) return std::move(read_);
      if (Status taken = take(); !taken) return fail(taken.error());
      if (count % kChunkRows == 0 && wanted_.stopped && wanted_.stopped())
        return fail(ErrorCode::kCancelled, "reading was stopped");
    }
  }

 private:
  // Each column costs something for each record, so only what is looked at.
  void add_fixed_columns(std::span<const std::size_t> fields) {
    sql_columns_[kUnread] = R"("_unread")";
    sql_columns_[kDeleted] = R"("_deleted")";
    sql_columns_[kUnseenAt] = R"("_unseen_at")";
    if (needs_other(fields)) sql_columns_[kOther] = R"("_other")";
    const bool is_past = wanted_.past != nullptr;
    const bool is_some_lacking =
        std::ranges::any_of(sources_, [](const Source& source) { return !source.last_seen.empty(); });
    if (is_past || is_some_lacking) sql_columns_[kFirstSeen] = R"("_first_seen")";
    if (!is_past) return;
    sql_columns_[kKey] = R"("_key")";
    if (created_ != nullptr && created_->is_column && created_->first_seen)
      sql_columns_[kCreated] = quoted_name(created_->name);
  }

  bool needs_other(std::span<const std::size_t> fields) const {
    return std::ranges::any_of(fields, [&](std::size_t index) {
      const LedgerField* const field = wanted_.object.find(wanted_.schema.fields[index].name);
      return field != nullptr && !field->is_column && field->first_seen;
    });
  }

  void add_source(std::size_t index, Column* column) {
    const std::string& name = wanted_.schema.fields[index].name;
    Source source{.column = column, .field = wanted_.object.find(name)};
    if (same_name(name, kDeletedField) && column->type() == FieldType::kBoolean) {
      source.kind = Source::Kind::kDeleted;
    } else if (source.field != nullptr && source.field->first_seen && !source.field->hidden) {
      source.in_other = !source.field->is_column;
      source.kind = source.in_other || source.field->type != column->type() ? Source::Kind::kOfText
                                                                            : Source::Kind::kColumn;
      if (source.field->last_seen && wanted_.object.last_seen &&
          *source.field->last_seen < *wanted_.object.last_seen)
        source.last_seen = format_instant(*source.field->last_seen);
      if (!source.in_other) {
        source.at = static_cast<int>(sql_columns_.size());
        sql_columns_.push_back(quoted_name(source.field->name));
      }
    }
    sources_.push_back(std::move(source));
  }

  Status take() {
    past_ = {};
    if (wanted_.past != nullptr) {
      past_ = wanted_.past->of(wanted_.object.id, row_->text(kKey));
      const Result<bool> existed = did_exist();
      if (!existed) return fail(existed.error());
      if (!*existed) return {};
    }
    if (was_unseen()) return {};
    if (Status sides = read_sides(); !sides) return sides;
    const bool is_deleted = was_deleted();
    if (is_deleted) read_.deleted.set(read_.rows);
    for (const Source& source : sources_) append(source, is_deleted);
    ++read_.rows;
    return {};
  }

  // What was otherwise then; null where nothing was.
  const PastValue* past_of(const LedgerField* field) const {
    return field == nullptr ? nullptr : past_of(field->id);
  }
  const PastValue* past_of(std::int64_t field) const {
    if (past_.empty()) return nullptr;
    const auto found = std::ranges::find(past_, field, &PastValue::field);
    return found == past_.end() ? nullptr : &*found;
  }

  // Nobody knows whether it is still there: it is neither judged nor looked up.
  bool was_unseen() const {
    if (const PastValue* const past = past_of(wanted_.object.unseen_field)) return past->text.has_value();
    return !row_->is_null(kUnseenAt);
  }

  Result<bool> did_exist() const {
    const std::string_view first_seen = row_->text(kFirstSeen);
    if (first_seen > known_at_) return false;
    std::string_view created = row_->text(kCreated);
    if (const PastValue* const past = past_of(created_))
      created = past->text ? std::string_view(*past->text) : std::string_view{};
    // Texts of the ledger's own compare as the moments do; what a history wrote may look otherwise.
    if (created.size() == known_at_.size()) return created <= as_of_;
    if (const auto at = parse_instant(created)) return *at <= wanted_.past->moment().as_of;
    return first_seen <= as_of_;
  }

  bool was_deleted() const {
    const PastValue* const past = past_of(deleted_);
    if (past == nullptr) return row_->integer(kDeleted) != 0;
    const CellValue value = read_cell(past->text.value_or(""), FieldType::kBoolean);
    return value.kind == CellKind::kKnown && value.boolean;
  }

  Status read_sides() {
    has_unread_ = !row_->is_null(kUnread);
    if (has_unread_) {
      if (Status read = read_side_cells(row_->text(kUnread), unread_); !read) return read;
    }
    return read_side_cells(row_->text(kOther), other_);
  }

  void append(const Source& source, bool is_deleted) {
    if (source.kind == Source::Kind::kDeleted) return append_deleted(source, is_deleted);
    if (source.kind == Source::Kind::kNowhere) return source.column->append_unknown();
    if (const PastValue* const past = past_of(source.field)) {
      return append_as_type(*source.column,
                            past->text ? std::optional<std::string_view>(*past->text) : std::nullopt);
    }
    if (has_unread_) {
      if (const SideCell* const cell = find_side_cell(unread_, source.field->name))
        return append_unread(*source.column, *cell);
    }
    if (is_null(source)) return append_nothing(source);
    if (source.kind == Source::Kind::kOfText) return append_as_type(*source.column, text_of(source));
    append_typed(*source.column, source.at);
  }

  // A cell that could not be read is unknown, although the record counts as one that is there.
  void append_deleted(const Source& source, bool is_deleted) const {
    const SideCell* const cell = has_unread_ ? find_side_cell(unread_, kDeletedField) : nullptr;
    const bool is_unreadable = cell != nullptr && cell->text && past_of(deleted_) == nullptr;
    if (is_unreadable && !is_deleted) return source.column->append_unknown();
    source.column->append_boolean(is_deleted);
  }

  // Amounts that a column cannot give back exactly stand there as well, and can be read.
  static void append_unread(Column& column, const SideCell& cell) {
    if (column.type() == FieldType::kMoney && cell.text) return append_as_type(column, *cell.text);
    column.append_unknown();
  }

  // Of a cell that is not there, or null.
  void append_nothing(const Source& source) const {
    const bool is_later = !source.last_seen.empty() && row_->text(kFirstSeen) > source.last_seen;
    // A boolean that was delivered is true or false.
    if (is_later || source.column->type() == FieldType::kBoolean) return source.column->append_unknown();
    source.column->append_null();
  }

  bool is_null(const Source& source) const {
    if (!source.in_other) return row_->is_null(source.at);
    const SideCell* const cell = find_side_cell(other_, source.field->name);
    return cell == nullptr || !cell->text;
  }

  std::string_view text_of(const Source& source) const {
    return source.in_other ? std::string_view(*find_side_cell(other_, source.field->name)->text)
                           : row_->text(source.at);
  }

  void append_typed(Column& column, int at) const {
    switch (column.type()) {
      case FieldType::kBoolean:
        return column.append_boolean(row_->integer(at) != 0);
      case FieldType::kNumber:
        return column.append_number(row_->real(at));
      case FieldType::kMoney:
        return column.append_money(money_of(row_->integer(at), row_->real(at)));
      case FieldType::kDate:
        if (const auto day = cell_shapes::read_day(row_->text(at))) return column.append_day(*day);
        break;
      case FieldType::kDateTime:
        if (const auto instant = cell_shapes::read_instant(row_->text(at)))
          return column.append_instant(*instant);
        break;
      default:
        return column.append_text(row_->text(at));
    }
    append_as_type(column, row_->text(at));
  }

  Database& database_;
  const RecordsToRead& wanted_;
  const LedgerField* created_;
  const LedgerField* deleted_;
  std::vector<std::string> sql_columns_;
  std::vector<Source> sources_;
  std::string as_of_;  // as the ledger writes them
  std::string known_at_;
  Statement* row_ = nullptr;
  // Of the row at hand.
  std::span<const PastValue> past_;
  bool has_unread_ = false;
  std::vector<SideCell> unread_;
  std::vector<SideCell> other_;
  RecordRows read_;
};

}  // namespace

void append_as_type(Column& column, std::optional<std::string_view> text) {
  if (!text) return column.append_null();
  append_value(column, read_cell(*text, column.type()), *text);
}

Result<RecordRows> read_record_columns(Database& database, const RecordsToRead& wanted,
                                       std::span<const std::size_t> fields,
                                       std::span<const std::unique_ptr<Column>> columns) {
  return RecordReading(database, wanted, fields, columns).read();
}

}  // namespace plumbline
