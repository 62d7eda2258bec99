#include "ledger/change_history.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ledger/change_rows.h"
#include "ledger/record_columns.h"
#include "ledger/side_cells.h"
#include "records/cell.h"
#include "records/column_table.h"

namespace plumbline {
namespace {

class HistoryMaker {
 public:
  explicit HistoryMaker(const HistoryToMake& wanted)
      : wanted_(wanted), object_(wanted.schema.object(wanted.history)) {
    parts_.object = wanted.history;
    parts_.id_rule = IdRule::kAnyText;
    parts_.columns.resize(object_.fields.size());
    parts_.has.resize(object_.fields.size());
    for (const std::string_view name :
         {std::string_view(wanted.schema.object(wanted.object).history_field), std::string_view("Id"),
          std::string_view("Field"), std::string_view("OldValue"), std::string_view("NewValue"),
          std::string_view("CreatedDate"), std::string_view("CreatedById"), std::string_view("IsDeleted")}) {
      if (const auto field = object_.find(name)) parts_.has[*field] = true;
    }
    for (std::size_t field = 0; wanted.told != nullptr && field < object_.fields.size(); ++field) {
      const LedgerField* const brought = wanted.told->find(object_.fields[field].name);
      if (brought != nullptr && brought->first_seen) parts_.has[field] = true;
    }
    for (const std::size_t field : wanted.columns) {
      if (!parts_.has[field]) continue;
      parts_.columns[field] = std::make_unique<Column>(object_.fields[field].type);
      const Writer writer = writer_of(object_.fields[field].name);
      written_.push_back({.field = field, .column = parts_.columns[field].get(), .writer = writer});
    }
    for (const LedgerField& field : wanted.records.fields) {
      if (!wanted.fields || std::ranges::any_of(*wanted.fields, [&](const std::string& name) {
            return same_name(name, field.name);
          }))
        names_.emplace(field.id, field.name);
    }
  }

  Result<MadeHistory> make(Database& database, std::int64_t organisation) {
    Result<ChangeRows> rows = ChangeRows::open(database, organisation);
    if (!rows) return fail(rows.error());
    row_ = &*rows;
    while (true) {
      const Result<bool> more = rows->next();
      if (!more) return fail(more.error());
      if (!*more) break;
      if (Status taken = take(); !taken) return fail(taken.error());
    }
    made_.table = table_of_columns(std::move(parts_));
    return std::move(made_);
  }

 private:
  using Writer = void (HistoryMaker::*)(Column&) const;
  struct Written {
    std::size_t field = 0;  // of the history
    Column* column = nullptr;
    Writer writer = nullptr;
  };

  Writer writer_of(std::string_view name) const {
    const std::array<std::pair<std::string_view, Writer>, 8> writers = {{
        {wanted_.schema.object(wanted_.object).history_field, &HistoryMaker::record},
        {"Id", &HistoryMaker::id},
        {"Field", &HistoryMaker::field},
        {"OldValue", &HistoryMaker::old_value},
        {"NewValue", &HistoryMaker::new_value},
        {"CreatedDate", &HistoryMaker::when},
        {"CreatedById", &HistoryMaker::by},
        {"IsDeleted", &HistoryMaker::deleted},
    }};
    const auto* const found =
        std::ranges::find_if(writers, [&](const auto& writer) { return same_name(writer.first, name); });
    return found == writers.end() ? &HistoryMaker::other : found->second;
  }

  bool is_known() const {
    if (!wanted_.moment) return row_->is_null(ChangeColumn::kSupersededAt);
    KnownChange change{.seen_at = row_->instant(ChangeColumn::kSeenAt)};
    if (!row_->is_null(ChangeColumn::kSupersededAt))
      change.superseded_at = row_->instant(ChangeColumn::kSupersededAt);
    return was_known(change, wanted_.moment->known_at);
  }

  Status take() {
    const auto name = names_.find(row_->integer(ChangeColumn::kField));
    if (name == names_.end() || !is_known()) return {};
    name_ = name->second;
    observed_ = row_->is_null(ChangeColumn::kHistory);
    (observed_ ? made_.observed : made_.told).insert(name->first);
    if (wanted_.moment && row_->instant(ChangeColumn::kHappenedAt) > wanted_.moment->as_of) return {};
    if (Status read = read_side_cells(row_->text(ChangeColumn::kOther), others_); !read) return read;
    if (is_deleted()) return {};
    for (const Written& written : written_) {
      field_ = written.field;
      (this->*written.writer)(*written.column);
    }
    ++parts_.rows;
    return {};
  }

  bool is_deleted() const {
    const SideCell* const cell = find_side_cell(others_, "IsDeleted");
    return cell != nullptr && cell->text && read_cell(*cell->text, FieldType::kBoolean).boolean;
  }

  void append(Column& column, ChangeColumn from) const {
    append_as_type(column, row_->is_null(from) ? std::nullopt : std::optional(row_->text(from)));
  }
  void record(Column& column) const { append(column, ChangeColumn::kRecord); }
  void field(Column& column) const { append_as_type(column, name_); }
  void old_value(Column& column) const { append(column, ChangeColumn::kOld); }
  void new_value(Column& column) const { append(column, ChangeColumn::kNew); }
  void deleted(Column& column) const { append_as_type(column, "false"); }
  // Rows that came without an id get one that no CRM gives.
  void id(Column& column) const {
    const std::string_view id = row_->text(ChangeColumn::kHistory);
    if (!id.empty()) return append_as_type(column, id);
    append_as_type(column, fmt::format("change-{}", row_->integer(ChangeColumn::kId)));
  }
  void when(Column& column) const {
    const Instant at = row_->instant(ChangeColumn::kHappenedAt);
    if (column.type() == FieldType::kDateTime) return column.append_instant(at);
    append_as_type(column, format_instant(at));
  }
  // Who made a change that was only seen from outside is not known.
  void by(Column& column) const {
    if (observed_) return column.append_unknown();
    append(column, ChangeColumn::kBy);
  }
  void other(Column& column) const {
    const SideCell* const cell = find_side_cell(others_, object_.fields[field_].name);
    // Blank cells are not kept; a change that was only seen says nothing else.
    if (cell == nullptr && observed_) return column.append_unknown();
    if (cell == nullptr)
      return append_as_type(
          column, column.type() == FieldType::kBoolean ? std::optional<std::string_view>("") : std::nullopt);
    append_as_type(column, cell->text ? std::optional<std::string_view>(*cell->text) : std::nullopt);
  }

  const HistoryToMake& wanted_;
  const ObjectSchema& object_;
  ColumnTable parts_;
  std::vector<Written> written_;
  std::map<std::int64_t, std::string> names_;  // of fields by LedgerField::id
  MadeHistory made_;
  // Of the row at hand.
  const ChangeRows* row_ = nullptr;
  std::string_view name_;
  bool observed_ = false;
  std::vector<SideCell> others_;
  std::size_t field_ = 0;  // of the history, that is written
};

}  // namespace

Result<MadeHistory> make_history(Database& database, std::int64_t organisation, const HistoryToMake& wanted) {
  return HistoryMaker(wanted).make(database, organisation);
}

}  // namespace plumbline
