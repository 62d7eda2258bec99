#include "messages/list_heading.h"

#include <fmt/format.h>

#include <deque>
#include <utility>

#include "messages/record_query.h"
#include "policies/text_table.h"

namespace plumbline {
namespace {

std::string cell_text(const Column& column, RowIndex row) {
  switch (column.type()) {
    case FieldType::kBoolean:
      return column.boolean(row) ? "true" : "false";
    case FieldType::kNumber:
      return fmt::format("{}", column.number(row));
    case FieldType::kMoney:
      return format_money(column.money(row));
    case FieldType::kDate:
      return format_day(column.day(row));
    case FieldType::kDateTime:
      return format_instant(column.instant(row));
    default:
      return std::string(column.text(row));
  }
}

// The users' table of the heading's schema: their own fields, then how many records, then the totals.
class PeopleTable {
 public:
  PeopleTable(const BoundReminder& reminder, const Snapshot& snapshot)
      : schema_(*reminder.heading->schema), object_(reminder.heading->object) {
    const Table* const users = snapshot.table(object_);
    const ObjectSchema& own = snapshot.schema().object(object_);
    for (std::size_t field = 0; users != nullptr && field < own.fields.size(); ++field) {
      const Column* const column = users->column(field);
      if (column == nullptr || column->type() == FieldType::kId) continue;
      fields_.push_back(field);
      columns_.push_back(column);
    }
    id_ = schema_.object(object_).id_field();
    if (id_) fields_.push_back(*id_);
    add_field(kRecordsField);
    for (const BoundTotal& total : reminder.totals) add_field(total.name);
  }

  void add(const ListHead& head, std::size_t number) {
    for (const Column* const column : columns_) {
      if (head.user == kNoRow || column->kind(head.user) == CellKind::kNull) {
        add_null();
      } else if (column->kind(head.user) == CellKind::kKnown) {
        add_text(cell_text(*column, head.user));
      } else {
        add_unknown();
      }
    }
    // Somebody may be told twice, of two times of the day: rows are told apart by their number.
    if (id_) add_text(fmt::format("{}", number));
    add_text(fmt::format("{}", head.records));
    for (const ListTotal& total : head.totals) add_total(total);
  }

  std::unique_ptr<Table> finish() const { return text_table(schema_, object_, fields_, cells_); }

 private:
  void add_field(std::string_view name) { fields_.push_back(*schema_.object(object_).find(name)); }
  void add_null() { cells_.push_back({.text = {}, .state = CellState::kNull}); }
  // Longer than any cell may be is what nobody could read.
  void add_unknown() { cells_.push_back({.text = {}, .state = CellState::kTooLong}); }
  void add_text(std::string text) { cells_.push_back({.text = texts_.emplace_back(std::move(text))}); }
  void add_total(const ListTotal& total) {
    if (!total.is_known) return add_unknown();
    if (total.is_money && total.money) return add_text(format_money(*total.money));
    if (!total.is_money && total.number) return add_text(fmt::format("{}", *total.number));
    add_null();
  }

  const Schema& schema_;
  std::size_t object_;
  std::vector<std::size_t> fields_;
  std::vector<const Column*> columns_;
  std::optional<std::size_t> id_;
  std::deque<std::string> texts_;
  std::vector<RawCell> cells_;
};

}  // namespace

std::vector<std::string> list_headings(const BoundReminder& reminder, const Calendar& calendar,
                                       const Snapshot& snapshot, const std::vector<ListHead>& heads,
                                       const JudgeOptions& options) {
  const ListHeading& heading = *reminder.heading;
  PeopleTable people(reminder, snapshot);
  for (std::size_t i = 0; i < heads.size(); ++i) people.add(heads[i], i);
  std::vector<std::unique_ptr<Table>> tables(heading.schema->object_count());
  tables[heading.object] = people.finish();
  DataNeeds needs = heading.needs;
  needs.passing[heading.object];
  needs.keep_passing();
  needs.settle(*heading.schema, [&](std::string_view object) {
    return object == heading.schema->object(heading.object).name;
  });
  const auto world = Snapshot::build(heading.schema, std::move(tables), needs);
  RecordQuery query(*world, heading.object, calendar, options);
  const QueryText says = query.add(reminder.says);
  std::vector<std::string> texts(heads.size());
  query.each(kNoNode, [&](RecordQuery::Row& row) { texts[row.index()] = row.text(says); });
  return texts;
}

}  // namespace plumbline
