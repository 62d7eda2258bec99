#include "policies/example_world.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "policies/text_table.h"

namespace plumbline {
namespace {

constexpr std::string_view kHistoryWord = "history";
constexpr RowIndex kSubject = 0;
// A change of no record of the example, long before any of them: it shows that the field is tracked.
constexpr std::string_view kForeignId = "0000000000000ZZ";
constexpr std::string_view kLongAgo = "1970-01-01T00:00:00Z";

}  // namespace

std::vector<std::string> steps_of(std::string_view path) {
  std::vector<std::string> steps;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    steps.emplace_back(trim(path.substr(begin, end - begin)));
    begin = end + 1;
  }
  return steps;
}

ExampleWorld::ExampleWorld(const Schema& schema, std::size_t object, const Example& example,
                           Diagnostics& diagnostics)
    : schema_(schema), diagnostics_(diagnostics) {
  make_row(object);
  fill(kSubject, example.given, Depth::kOwnFields);
  fill(kSubject, example.given, Depth::kPaths);
  add_related(example);
  add_history(example);
  for (std::size_t i = 0; i < example.absent.size(); ++i) {
    add_absent(example.absent[i], i < example.absent_where.size() ? example.absent_where[i] : example.where);
  }
  give_zone(example.zone);
}

void ExampleWorld::fault(std::string code, const SourceSpan& where, std::string message) {
  diagnostics_.error(std::move(code), where, std::move(message));
  sound_ = false;
}

std::string_view ExampleWorld::subject_id() const {
  const auto field = object_of(kSubject).id_field();
  const auto cell = field ? rows_[kSubject].cells.find(*field) : rows_[kSubject].cells.end();
  return cell != rows_[kSubject].cells.end() && cell->second ? std::string_view(*cell->second)
                                                             : std::string_view{};
}

ExampleWorld::RowNumber ExampleWorld::make_row(std::size_t object) {
  const RowNumber number = rows_.size();
  Row row{.object = object};
  if (const auto id = schema_.object(object).id_field())
    row.cells[*id] = fmt::format("{:03}{:012}", object, number + 1);
  rows_.push_back(std::move(row));
  return number;
}

// Short paths come before longer ones, so that these find the ids among them.
void ExampleWorld::fill(RowNumber row, const ExampleRow& cells, Depth depth) {
  std::multimap<std::size_t, std::pair<const ExampleCell*, std::vector<std::string>>> by_length;
  for (const ExampleCell& cell : cells) {
    std::vector<std::string> steps = steps_of(cell.field);
    if ((steps.size() == 1) != (depth == Depth::kOwnFields)) continue;
    const std::size_t length = steps.size();  // before the move: arguments are evaluated in any order
    by_length.emplace(length, std::pair{&cell, std::move(steps)});
  }
  for (const auto& [length, entry] : by_length) {
    const auto& [cell, steps] = entry;
    const auto owner = walk(row, Steps(steps).first(length - 1), cell->field_where);
    if (owner) set(*owner, steps.back(), *cell);
  }
}

void ExampleWorld::set(RowNumber row, std::string_view name, const ExampleCell& cell) {
  const ObjectSchema& object = object_of(row);
  const auto field = object.find(name);
  if (!field) {
    return fault(
        "PB160", cell.field_where,
        fmt::format("unknown field {} on {}{}", name, object.name, did_you_mean(name, object.field_names())));
  }
  const FieldSchema& schema = object.fields[*field];
  if (std::string wrong = value_fault(cell.null ? std::string_view{} : std::string_view(cell.text), schema);
      !wrong.empty()) {
    return fault("PB161", cell.where, std::move(wrong));
  }
  const bool empty = cell.null || trim(cell.text).empty();
  if (schema.type == FieldType::kId && !empty) return set_id(row, *field, cell.text);
  const auto text = empty ? std::nullopt : std::optional(cell.text);
  const auto [place, is_new] = rows_[row].cells.try_emplace(*field, text);
  if (is_new || schema.type == FieldType::kId) {
    place->second = text;
  } else if (place->second != text) {
    fault("PB164", cell.field_where, fmt::format("{} is given twice, with two values; keep one", cell.field));
  }
}

// References to the id the row was made with follow.
void ExampleWorld::set_id(RowNumber row, std::size_t field, const std::string& id) {
  const std::optional<std::string> before = std::exchange(rows_[row].cells[field], id);
  for (Row& other : rows_) {
    for (auto& [index, cell] : other.cells) {
      if (before && cell == before) cell = id;
    }
  }
}

const std::string* ExampleWorld::text_of(RowNumber row, std::string_view field) const {
  const auto index = object_of(row).find(field);
  if (!index) return nullptr;
  const auto cell = rows_[row].cells.find(*index);
  return cell != rows_[row].cells.end() && cell->second ? &*cell->second : nullptr;
}

std::optional<ExampleWorld::RowNumber> ExampleWorld::find_row(std::size_t object, std::string_view id) const {
  for (RowNumber row = 0; row < rows_.size(); ++row) {
    const std::string* own = rows_[row].object == object ? text_of(row, "Id") : nullptr;
    if (own != nullptr && same_id(*own, id)) return row;
  }
  return std::nullopt;
}

std::optional<ExampleWorld::RowNumber> ExampleWorld::walk(RowNumber from, Steps steps,
                                                          const SourceSpan& where) {
  std::optional<RowNumber> row = from;
  for (const std::string& step : steps) {
    row = follow(*row, step, where);
    if (!row) return std::nullopt;
  }
  return row;
}

// The record one step away, made where there is none yet.
std::optional<ExampleWorld::RowNumber> ExampleWorld::follow(RowNumber from, const std::string& step,
                                                            const SourceSpan& where) {
  const std::size_t object = rows_[from].object;
  if (const auto field = schema_.find_lookup(object, step)) return follow_lookup(from, *field, where);
  const auto found = schema_.find_relationship(object, step);
  if (found && schema_.relationships()[*found].cardinality == Cardinality::kLastRow) {
    const auto made = one_rows_.find({from, *found});
    if (made != one_rows_.end()) return made->second;
    const Relationship& relationship = schema_.relationships()[*found];
    const RowNumber row = make_row(*schema_.find_object(relationship.child));
    connect(row, from, relationship);
    one_rows_.emplace(std::pair{from, *found}, row);
    return row;
  }
  if (found) {
    fault("PB160", where,
          fmt::format("{0} are many records; list them under `related`: {{{0}: [...]}}", step));
    return std::nullopt;
  }
  std::vector<std::string> known = schema_.lookup_names(object);
  for (const std::string& name : schema_.relationship_names(object)) known.push_back(name);
  fault("PB160", where,
        fmt::format("{} has no related record {}{}", schema_.object(object).name, step,
                    did_you_mean(step, known)));
  return std::nullopt;
}

std::optional<ExampleWorld::RowNumber> ExampleWorld::follow_lookup(RowNumber from, std::size_t field,
                                                                   const SourceSpan& where) {
  const FieldSchema& schema = object_of(from).fields[field];
  const auto target = schema_.find_object(schema.references);
  if (!target) {
    fault("PB160", where, fmt::format("the record behind {} has no fields here", schema.name));
    return std::nullopt;
  }
  const auto given = rows_[from].cells.find(field);
  if (given == rows_[from].cells.end()) {
    const RowNumber row = make_row(*target);
    rows_[from].cells[field] = *text_of(row, "Id");
    return row;
  }
  if (!given->second) {
    fault("PB164", where,
          fmt::format("{} is null in this example, so it leads to no record; remove one of the two",
                      schema.name));
    return std::nullopt;
  }
  const std::string id = *given->second;
  if (const auto there = find_row(*target, id)) return there;
  const RowNumber row = make_row(*target);
  set_id(row, *schema_.object(*target).find("Id"), id);
  return row;
}

// Makes `child` one of the parent's rows, unless it says itself whose it is.
void ExampleWorld::connect(RowNumber child, RowNumber parent, const Relationship& relationship) {
  const auto key = object_of(child).find(relationship.child_field);
  const auto fallback = object_of(child).find(relationship.fallback_child_field);
  const auto& cells = rows_[child].cells;
  if (!key || cells.contains(*key) || (fallback && cells.contains(*fallback))) return;
  const auto field = object_of(parent).find(relationship.parent_field);
  if (!field) return;
  const auto [value, is_new] = rows_[parent].cells.try_emplace(*field);
  if (is_new) value->second = fmt::format("{}{}@example.com", lower(object_of(parent).name), parent + 1);
  const std::optional<std::string> text = value->second;
  rows_[child].cells[*key] = text;
}

void ExampleWorld::add_related(const Example& example) {
  for (std::size_t i = 0; i < example.related.size(); ++i) {
    const auto& [path, rows] = example.related[i];
    add_related_rows(path, rows, i < example.related_where.size() ? example.related_where[i] : example.where);
  }
}

void ExampleWorld::add_related_rows(const std::string& path, const std::vector<ExampleRow>& rows,
                                    const SourceSpan& where) {
  const std::vector<std::string> steps = steps_of(path);
  const auto parent = walk(kSubject, Steps(steps).first(steps.size() - 1), where);
  if (!parent) return;
  const std::size_t of = rows_[*parent].object;
  const auto found = schema_.find_relationship(of, steps.back());
  const auto object = found               ? schema_.find_object(schema_.relationships()[*found].child)
                      : steps.size() == 1 ? find_free_object(steps[0])
                                          : std::nullopt;
  if (!object) {
    return fault("PB160", where,
                 fmt::format("{} has no related {}{}", schema_.object(of).name, steps.back(),
                             did_you_mean(steps.back(), schema_.relationship_names(of))));
  }
  for (const ExampleRow& cells : rows) {
    const RowNumber row = make_row(*object);
    fill(row, cells, Depth::kOwnFields);
    if (found) connect(row, *parent, schema_.relationships()[*found]);
    fill(row, cells, Depth::kPaths);
  }
}

// An object whose rows hang on nothing: what a SELECT searches, or the rates of currencies. Rows of an object
// that a relationship leads to are meant as that relationship's.
std::optional<std::size_t> ExampleWorld::find_free_object(std::string_view name) const {
  const auto object = schema_.find_object(name);
  const bool related =
      object && std::ranges::any_of(schema_.relationships(), [&](const Relationship& relationship) {
        return same_name(relationship.parent, object_of(kSubject).name) &&
               same_name(relationship.child, schema_.object(*object).name);
      });
  return related ? std::nullopt : object;
}

void ExampleWorld::add_history(const Example& example) {
  if (example.history.empty()) return;
  const ObjectSchema& subject = object_of(kSubject);
  const auto history = schema_.find_object(subject.history_object);
  const auto key = history ? schema_.object(*history).find(subject.history_field) : std::nullopt;
  if (!key)
    return fault("PB160", example.where,
                 fmt::format("no changes are kept of {}, so it has no `history`", subject.name));
  for (const ExampleRow& cells : example.history) add_change(cells, *history, *key, example.where);
}

void ExampleWorld::add_change(const ExampleRow& cells, std::size_t history, std::size_t history_field,
                              const SourceSpan& where) {
  const RowNumber row = make_row(history);
  fill(row, cells, Depth::kOwnFields);
  fill(row, cells, Depth::kPaths);
  if (!rows_[row].cells.contains(history_field)) rows_[row].cells[history_field] = std::string(subject_id());
  for (const ExampleCell& cell : cells) {
    if (same_name(cell.field, "Field")) check_changed_field(cell);
  }
  if (text_of(row, "Field") == nullptr || text_of(row, "CreatedDate") == nullptr) {
    fault("PB163", cells.empty() ? where : cells.front().field_where,
          "a change says at least what changed and when: {Field: CloseDate, OldValue: 2022-04-30, NewValue: "
          "2022-05-31, "
          "CreatedDate: 2022-04-20T09:00:00Z}");
  }
}

void ExampleWorld::check_changed_field(const ExampleCell& cell) {
  const ObjectSchema& subject = object_of(kSubject);
  const bool known = std::ranges::any_of(subject.fields, [&](const FieldSchema& field) {
    return same_name(field.name, cell.text) ||
           (!field.own_name.empty() && same_name(field.own_name, cell.text));
  });
  if (known || cell.null) return;
  fault("PB160", cell.where,
        fmt::format("unknown field {} on {}{}", cell.text, subject.name,
                    did_you_mean(cell.text, subject.field_names())));
}

void ExampleWorld::add_absent(const std::string& name, const SourceSpan& where) {
  const std::vector<std::string> steps = steps_of(name);
  if (find_absent(steps, rows_[kSubject].object)) return;
  const auto object = schema_.find_object(steps[0]);
  if (object && (steps.size() == 1 || find_absent(Steps(steps).subspan(1), *object))) {
    if (steps.size() == 1) absent_objects_.insert(*object);
    return;
  }
  std::vector<std::string> known = object_of(kSubject).field_names();
  for (const std::string& other : schema_.relationship_names(rows_[kSubject].object)) known.push_back(other);
  for (const std::string& other : schema_.object_names()) known.push_back(other);
  known.emplace_back(kHistoryWord);
  fault("PB160", where,
        fmt::format("`{}` is no field, relationship or object that could be absent{}", name,
                    did_you_mean(name, known)));
}

// A field (its column is left out), or a relationship or `history` (the table of its rows is).
bool ExampleWorld::find_absent(Steps steps, std::size_t object) {
  if (steps.size() > 1) {
    const auto next = next_object(object, steps[0]);
    return next && find_absent(steps.subspan(1), *next);
  }
  const ObjectSchema& of = schema_.object(object);
  if (const auto field = of.find(steps[0])) {
    absent_fields_.emplace(object, *field);
    return true;
  }
  const auto rows = same_name(steps[0], kHistoryWord) ? schema_.find_object(of.history_object)
                                                      : next_object(object, steps[0]);
  if (rows) absent_objects_.insert(*rows);
  return rows.has_value();
}

std::optional<std::size_t> ExampleWorld::next_object(std::size_t object, std::string_view step) const {
  if (const auto field = schema_.find_lookup(object, step))
    return schema_.find_object(schema_.object(object).fields[*field].references);
  const auto relationship = schema_.find_relationship(object, step);
  return relationship ? schema_.find_object(schema_.relationships()[*relationship].child) : std::nullopt;
}

// The owner's, or the user's own, where the example does not say otherwise.
void ExampleWorld::give_zone(const std::string& zone) {
  const auto user = schema_.find_object("User");
  if (zone.empty() || !user) return;
  const std::string* owner = text_of(kSubject, "OwnerId");
  const auto row = rows_[kSubject].object == *user ? std::optional<RowNumber>(kSubject)
                   : owner != nullptr              ? find_row(*user, *owner)
                                                   : std::nullopt;
  const auto field = schema_.object(*user).find("TimeZoneSidKey");
  if (row && field) rows_[*row].cells.try_emplace(*field, zone);
}

std::shared_ptr<const Snapshot> ExampleWorld::build(std::shared_ptr<const Schema> schema,
                                                    const DataNeeds& needs) const {
  std::map<std::size_t, std::vector<const Row*>> rows_of;
  for (const auto& [object, fields] : needs.fields) rows_of[object];
  for (const auto& [object, fields] : needs.passing) rows_of[object];
  for (const Row& row : rows_) rows_of[row.object].push_back(&row);

  std::vector<Row> tracked;
  tracked.reserve(needs.history.size());
  for (const auto& [object, field] : needs.history) {
    const ObjectSchema& of = schema_.object(object);
    const auto history = schema_.find_object(of.history_object);
    if (!history) continue;
    const ObjectSchema& changes = schema_.object(*history);
    Row change{.object = *history};
    change.cells[*changes.find(of.history_field)] = kForeignId;
    change.cells[*changes.find("Field")] = of.fields[field].name;
    change.cells[*changes.find("CreatedDate")] = kLongAgo;
    if (const auto id = changes.id_field())
      change.cells[*id] = fmt::format("0000000000T{:04}", tracked.size());
    rows_of[*history].push_back(&tracked.emplace_back(std::move(change)));
  }

  std::vector<std::unique_ptr<Table>> tables(schema_.object_count());
  for (const auto& [object, rows] : rows_of) {
    if (!absent_objects_.contains(object)) tables[object] = table(object, rows);
  }
  return Snapshot::build(std::move(schema), std::move(tables), needs);
}

std::unique_ptr<Table> ExampleWorld::table(std::size_t object, std::span<const Row* const> rows) const {
  std::vector<std::size_t> fields;
  for (std::size_t field = 0; field < schema_.object(object).fields.size(); ++field) {
    if (!absent_fields_.contains({object, field})) fields.push_back(field);
  }
  std::vector<RawCell> cells;
  for (const Row* row : rows) {
    for (const std::size_t field : fields) {
      const auto cell = row->cells.find(field);
      const bool given = cell != row->cells.end() && cell->second;
      cells.push_back(given ? RawCell{.text = *cell->second}
                            : RawCell{.text = {}, .state = CellState::kNull});
    }
  }
  return text_table(schema_, object, fields, cells);
}

}  // namespace plumbline
