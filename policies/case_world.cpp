#include "policies/case_world.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/nearest_name.h"
#include "policies/text_table.h"
#include "records/record_id.h"

namespace plumbline {

CaseWorld::CaseWorld(const Schema& schema, const TestCase& test, Diagnostics& diagnostics)
    : schema_(schema), diagnostics_(diagnostics), ids_(schema.object_count()) {
  for (const TestTable& table : test.tables) add(table);
}

void CaseWorld::fault(std::string code, const SourceSpan& where, std::string message) {
  diagnostics_.error(std::move(code), where, std::move(message));
}

void CaseWorld::add(const TestTable& table) {
  const auto object = schema_.find_object(table.object.text);
  if (!object) {
    std::vector<std::string> known = schema_.object_names();
    known.insert(known.end(), test_file_keys().begin(), test_file_keys().end());
    return fault(
        "PB194", table.object.where,
        fmt::format("unknown object {}{}", table.object.text, did_you_mean(table.object.text, known)));
  }
  if (std::ranges::find(parts_, *object, &Part::object) != parts_.end()) {
    return fault(
        "PB192", table.object.where,
        fmt::format("{} has two tables in this case; make one of them", schema_.object(*object).name));
  }
  Part part{.object = *object, .fields = {}, .cells = {}};
  if (!read_columns(table, part)) return;
  const ObjectSchema& of = schema_.object(*object);
  const auto id = of.id_field();
  const bool makes_ids = id && std::ranges::find(part.fields, *id) == part.fields.end();
  if (makes_ids) part.fields.push_back(*id);
  for (const std::vector<TestCell>& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const FieldSchema& field = of.fields[part.fields[i]];
      if (id && part.fields[i] == *id) note_id(*object, row[i]);
      check_changed_field(of, field, row[i]);
      part.cells.push_back(read(row[i], field));
    }
    if (!makes_ids) continue;
    ids_[*object].push_back(made_ids_.emplace_back(fmt::format("{} {}", of.name, ids_[*object].size() + 1)));
    part.cells.push_back({.text = made_ids_.back()});
  }
  parts_.push_back(std::move(part));
}

bool CaseWorld::read_columns(const TestTable& table, Part& part) {
  const ObjectSchema& object = schema_.object(part.object);
  bool sound = true;
  for (const PlacedText& column : table.columns) {
    const auto field = object.find(column.text);
    if (field) {
      part.fields.push_back(*field);
      continue;
    }
    sound = false;
    const bool is_path = column.text.contains('.');
    fault("PB194", column.where,
          is_path ? fmt::format("{} is a field of another record; give that one a table of its own, and its "
                                "Id in the reference here",
                                column.text)
                  : fmt::format("unknown field {} on {}{}", column.text, object.name,
                                did_you_mean(column.text, object.field_names())));
  }
  return sound;
}

RawCell CaseWorld::read(const TestCell& cell, const FieldSchema& field) {
  switch (cell.kind) {
    case TestCell::Kind::kNull:
      return {.text = {}, .state = CellState::kNull};
    case TestCell::Kind::kUnknown:
      return {.text = "?", .state = CellState::kTooLong};  // of every type: it cannot be read
    case TestCell::Kind::kText:
      break;
  }
  if (std::string wrong = value_fault(cell.text, field); !wrong.empty()) {
    fault("PB161", cell.where, wrong + "; a value that could not be read is written ?");
  }
  return {.text = cell.text};
}

// A history whose Field names nothing would silently be no change at all.
void CaseWorld::check_changed_field(const ObjectSchema& history, const FieldSchema& field,
                                    const TestCell& cell) {
  if (cell.kind != TestCell::Kind::kText || !same_name(field.name, "Field")) return;
  for (std::size_t object = 0; object < schema_.object_count(); ++object) {
    const ObjectSchema& of = schema_.object(object);
    if (!same_name(of.history_object, history.name) || of.find(cell.text)) continue;
    const bool own = std::ranges::any_of(of.fields, [&](const FieldSchema& known) {
      return !known.own_name.empty() && same_name(known.own_name, cell.text);
    });
    if (own) continue;
    fault("PB194", cell.where,
          fmt::format("unknown field {} on {}{}", cell.text, of.name,
                      did_you_mean(cell.text, of.field_names())));
  }
}

void CaseWorld::note_id(std::size_t object, const TestCell& cell) {
  if (cell.kind != TestCell::Kind::kText)
    return fault("PB191", cell.where, "a record needs its Id; any short name will do");
  const bool again =
      std::ranges::any_of(ids_[object], [&](const std::string& other) { return same_id(other, cell.text); });
  if (again) fault("PB192", cell.where, fmt::format("two records have the Id {}; change one", cell.text));
  ids_[object].push_back(cell.text);
}

std::shared_ptr<const Snapshot> CaseWorld::build(std::shared_ptr<const Schema> schema,
                                                 const DataNeeds& needs) const {
  std::vector<std::unique_ptr<Table>> tables(schema->object_count());
  for (const Part& part : parts_)
    tables[part.object] = text_table(*schema, part.object, part.fields, part.cells);
  return Snapshot::build(std::move(schema), std::move(tables), needs);
}

}  // namespace plumbline
