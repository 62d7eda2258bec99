#include "sandbox/salesforce/soql_query.h"

#include <algorithm>
#include <numeric>

#include "records/record_id.h"

namespace plumbline::sandbox {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string folded(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

bool is_id(FieldKind kind) { return kind == FieldKind::kId || kind == FieldKind::kReference; }

// What two texts are compared by: ids by the part that identifies, others without regard to case.
std::string comparable(std::string_view text, FieldKind kind) {
  return is_id(kind) ? std::string(id_key(text)) : folded(text);
}

std::string comparable_value(const Value& value, FieldKind kind) {
  if (const auto* text = std::get_if<std::string>(&value)) return comparable(*text, kind);
  std::string out;
  append_text(out, value, InstantForm::kZulu);
  return out;
}

// % any, _ one, both after a backslash themselves. Anchored at both ends.
bool is_like(std::string_view text, std::string_view pattern) {
  while (!pattern.empty()) {
    if (pattern.front() == '%') {
      for (std::size_t skip = 0; skip <= text.size(); ++skip) {
        if (is_like(text.substr(skip), pattern.substr(1))) return true;
      }
      return false;
    }
    if (text.empty()) return false;
    const bool escaped = pattern.front() == '\\' && pattern.size() > 1;
    if (escaped) pattern.remove_prefix(1);
    if ((escaped || pattern.front() != '_') && pattern.front() != text.front()) return false;
    pattern.remove_prefix(1);
    text.remove_prefix(1);
  }
  return text.empty();
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(';');
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// `groups`: A;B, of which one must be in the picklist whole.
bool includes(std::string_view chosen, const std::vector<std::string>& groups) {
  const std::vector<std::string_view> has = split(chosen);
  return std::ranges::any_of(groups, [&](std::string_view group) {
    return std::ranges::all_of(
        split(group), [&](std::string_view one) { return std::ranges::find(has, one) != has.end(); });
  });
}

bool ordered(Operator op, std::partial_ordering order) {
  switch (op) {
    case Operator::kEqual:
      return order == 0;
    case Operator::kNotEqual:
      return order != 0;
    case Operator::kLess:
      return order < 0;
    case Operator::kLessOrEqual:
      return order <= 0;
    case Operator::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

class Binder {
 public:
  Binder(const ObjectSpec& object, const Visibility& visibility, Instant now)
      : object_(object),
        visibility_(visibility),
        today_(std::chrono::floor<std::chrono::days>(now).time_since_epoch()) {
    calendar_.week_starts = std::chrono::Sunday;
  }

  Answer<FieldPath> path(std::string_view text) const {
    FieldPath found;
    const ObjectSpec* object = &object_;
    while (true) {
      const std::size_t dot = text.find('.');
      const std::string_view name = text.substr(0, dot);
      const bool last = dot == std::string_view::npos;
      const auto field = last ? find_field(*object, name) : find_relationship(*object, name);
      if (!field || !visibility_.shows(object->kind, *field)) return no_such(*object, name, last);
      found.hops.push_back({.object = object->kind, .field = *field});
      const Field& spec = object->fields[*field];
      if (last) {
        found.name += spec.name;
        return found;
      }
      (found.name += spec.relationship) += '.';
      object = find_object(spec.refers);
      text.remove_prefix(dot + 1);
    }
  }

  Answer<BoundCondition> condition(const Condition& from) const {
    BoundCondition bound{.kind = from.kind, .op = from.op};
    for (const Condition& part : from.parts) {
      Answer<BoundCondition> inner = condition(part);
      if (!inner) return inner;
      bound.parts.push_back(*std::move(inner));
    }
    if (from.kind != Condition::Kind::kCompare) return bound;
    Answer<FieldPath> found = path(from.path);
    if (!found) return std::unexpected(found.error());
    bound.path = *std::move(found);
    const Field& field = bound.path.field();
    if (field.kind == FieldKind::kTextArea || field.kind == FieldKind::kAny) {
      return refuse(400, "INVALID_FIELD",
                    "field '" + bound.path.name + "' can not be filtered in a query call");
    }
    for (const Operand& operand : from.operands) {
      if (auto fits = take(operand, field, bound); !fits) return std::unexpected(fits.error());
    }
    return bound;
  }

 private:
  static std::unexpected<ApiError> no_such(const ObjectSpec& object, std::string_view name, bool column) {
    const std::string what = column ? "No such column '" : "Didn't understand relationship '";
    return refuse(
        400, "INVALID_FIELD",
        what + std::string(name) + "' on entity '" + std::string(object.name) +
            "'. If you are attempting to use a custom field, be sure to append the '__c' after the custom "
            "field name.");
  }

  Answer<void> take(const Operand& operand, const Field& field, BoundCondition& bound) const {
    if (const auto* literal = std::get_if<DateLiteral>(&operand)) return take_range(*literal, field, bound);
    Value value = std::get<Value>(operand);
    if (value == Value{std::string()}) value = {};
    const bool list = bound.op == Operator::kIn || bound.op == Operator::kNotIn;
    const bool choice = bound.op == Operator::kIncludes || bound.op == Operator::kExcludes;
    if (!fits(value, field.kind) || (choice && field.kind != FieldKind::kMultiPicklist) ||
        (bound.op == Operator::kLike && !is_text(field.kind))) {
      return wrong_type(value, field);
    }
    if (choice) {
      bound.texts.push_back(comparable_value(value, field.kind));
    } else if (list) {
      if (!is_null(value)) bound.listed.insert(comparable_value(value, field.kind));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      bound.value = comparable(*text, field.kind);
    } else {
      bound.value = std::move(value);
    }
    return {};
  }

  Answer<void> take_range(const DateLiteral& literal, const Field& field, BoundCondition& bound) const {
    if (field.kind != FieldKind::kDate && field.kind != FieldKind::kDateTime) {
      return refuse(400, "INVALID_FIELD",
                    "value of filter criterion for field '" + std::string(field.name) + "' must be of type " +
                        std::string(type_name(field.kind)));
    }
    const std::optional<DayRange> days = days_of(literal, today_, calendar_);
    if (!days) return refuse(400, "MALFORMED_QUERY", "the date literal is out of range");
    const auto instant = [](Day day) { return Instant{std::chrono::sys_days{day.time_since_epoch()}}; };
    const Day behind = days->last + std::chrono::days(1);
    const bool is_date = field.kind == FieldKind::kDate;
    bound.is_range = true;
    bound.value = is_date ? Value{days->first} : Value{instant(days->first)};
    bound.range_end = is_date ? Value{behind} : Value{instant(behind)};
    return {};
  }

  static bool fits(const Value& value, FieldKind kind) {
    if (is_null(value)) return true;
    if (std::holds_alternative<bool>(value)) return kind == FieldKind::kBoolean;
    if (std::holds_alternative<Day>(value)) return kind == FieldKind::kDate;
    if (std::holds_alternative<Instant>(value)) return kind == FieldKind::kDateTime;
    if (std::holds_alternative<std::string>(value)) return is_text(kind);
    return kind == FieldKind::kInt || kind == FieldKind::kDouble || kind == FieldKind::kCurrency ||
           kind == FieldKind::kPercent;
  }

  static std::unexpected<ApiError> wrong_type(const Value& value, const Field& field) {
    const bool quoted = std::holds_alternative<std::string>(value);
    return refuse(400, "INVALID_FIELD",
                  "value of filter criterion for field '" + std::string(field.name) + "' must be of type " +
                      std::string(type_name(field.kind)) +
                      (quoted ? " and should not be enclosed in quotes" : " and should be written as one"));
  }

  const ObjectSpec& object_;
  const Visibility& visibility_;
  Day today_;
  Calendar calendar_;
};

}  // namespace

const Row& RecordView::fields() {
  if (!read_) table_.read(row_, fields_);
  read_ = true;
  return fields_;
}

// The system's fields are at hand without the record.
Value RecordView::own_value(std::size_t field) {
  switch (field) {
    case kId:
      return table_.id(row_);
    case kCreatedDate:
      return table_.created(row_);
    case kSystemModstamp:
      return table_.changed(row_);
    case kIsDeleted:
      return table_.deleted(row_);
    default:
      break;
  }
  const Row& all = fields();
  if (table_.spec().fields[field].use == FieldUse::kCalculated) return world_.calculated(object_, field, all);
  return all[field];
}

Value RecordView::value(const FieldPath& path) {
  Value found = own_value(path.hops.front().field);
  for (std::size_t hop = 1; hop < path.hops.size(); ++hop) {
    const auto [object, field] = path.hops[hop];
    const Table& parents = world_.table(object);
    const std::optional<RowNumber> row = parents.find(text_of(found));
    if (!row) return {};
    RecordView parent(world_, object);
    parent.look_at(*row);
    found = parent.own_value(field);
  }
  return found;
}

bool BoundCondition::holds(RecordView& record) const {
  const auto part_holds = [&](const BoundCondition& part) { return part.holds(record); };
  switch (kind) {
    case Condition::Kind::kAnd:
      return std::ranges::all_of(parts, part_holds);
    case Condition::Kind::kOr:
      return std::ranges::any_of(parts, part_holds);
    case Condition::Kind::kNot:
      return !parts[0].holds(record);
    case Condition::Kind::kCompare:
      break;
  }
  return compares(record.value(path));
}

bool BoundCondition::compares(const Value& found) const {
  const FieldKind type = path.field().kind;
  if (is_null(found)) {
    const bool negative = op == Operator::kNotEqual || op == Operator::kNotIn || op == Operator::kExcludes;
    if (op == Operator::kEqual || op == Operator::kNotEqual) {
      return (op == Operator::kEqual) == (!is_range && is_null(value));
    }
    return negative;
  }
  switch (op) {
    case Operator::kLike:
      return is_like(comparable_value(found, type), text_of(value));
    case Operator::kIn:
      return listed.contains(comparable_value(found, type));
    case Operator::kNotIn:
      return !listed.contains(comparable_value(found, type));
    case Operator::kIncludes:
      return includes(comparable_value(found, type), texts);
    case Operator::kExcludes:
      return !includes(comparable_value(found, type), texts);
    default:
      break;
  }
  if (is_range) {
    if (op == Operator::kEqual) return found >= value && found < range_end;
    if (op == Operator::kNotEqual) return found < value || found >= range_end;
    if (op == Operator::kLess) return found < value;
    if (op == Operator::kLessOrEqual) return found < range_end;
    return op == Operator::kGreater ? found >= range_end : found >= value;
  }
  if (is_null(value)) return op == Operator::kNotEqual;
  if (const auto* text = std::get_if<std::string>(&found)) {
    return ordered(op, comparable(*text, type) <=> std::get<std::string>(value));
  }
  return ordered(op, found <=> value);
}

Answer<BoundQuery> bind_soql(const Soql& query, const Visibility& visibility, Instant now) {
  const ObjectSpec* object = find_object(query.object);
  if (object == nullptr || !visibility.shows(object->kind)) {
    return refuse(400, "INVALID_TYPE",
                  "sObject type '" + query.object +
                      "' is not supported. If you are attempting to use a custom object, "
                      "be sure to append the '__c' after the entity name.");
  }
  const Binder binder(*object, visibility, now);
  BoundQuery bound{
      .object = object->kind, .count = query.count, .limit = query.limit, .offset = query.offset};
  for (const std::string& text : query.select) {
    Answer<FieldPath> path = binder.path(text);
    if (!path) return std::unexpected(path.error());
    bound.select.push_back(*std::move(path));
  }
  if (query.where) {
    Answer<BoundCondition> where = binder.condition(*query.where);
    if (!where) return std::unexpected(where.error());
    bound.where = *std::move(where);
  }
  for (const SortKey& key : query.order) {
    Answer<FieldPath> path = binder.path(key.path);
    if (!path) return std::unexpected(path.error());
    bound.order.emplace_back(*std::move(path), key);
  }
  return bound;
}

namespace {

bool is_hidden(const World& world, ObjectKind object, RowNumber row, Deleted deleted, RecordView& record) {
  if (world.purged(object, row)) return true;
  if (deleted == Deleted::kIncluded) return false;
  if (world.table(object).deleted(row)) return true;
  // Archived activities are for queryAll alone, too.
  if (object == ObjectKind::kTask) return record.own_value(task::kIsArchived) == Value{true};
  return false;
}

void sort_records(const World& world, const BoundQuery& query, std::vector<RowNumber>& rows) {
  std::vector<std::vector<Value>> keys;
  keys.reserve(rows.size());
  RecordView record(world, query.object);
  for (const RowNumber row : rows) {
    record.look_at(row);
    std::vector<Value>& key = keys.emplace_back();
    for (const auto& [path, sort] : query.order) {
      Value value = record.value(path);
      if (auto* text = std::get_if<std::string>(&value); text != nullptr && !is_id(path.field().kind))
        *text = folded(*text);
      key.push_back(std::move(value));
    }
  }
  std::vector<std::size_t> places(rows.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::ranges::sort(places, [&](std::size_t a, std::size_t b) {
    for (std::size_t k = 0; k < query.order.size(); ++k) {
      const SortKey& sort = query.order[k].second;
      const Value& left = keys[a][k];
      const Value& right = keys[b][k];
      if (left == right) continue;
      if (is_null(left) != is_null(right)) return is_null(left) != sort.nulls_last;
      return sort.descending ? right < left : left < right;
    }
    return a < b;
  });
  std::vector<RowNumber> sorted;
  sorted.reserve(rows.size());
  for (const std::size_t place : places) sorted.push_back(rows[place]);
  rows = std::move(sorted);
}

// Where the ids are named, only those records need a look: `Id IN (...)` of a million.
const BoundCondition* named_ids(const BoundCondition& where) {
  const auto names_ids = [](const BoundCondition& c) {
    return c.kind == Condition::Kind::kCompare && c.op == Operator::kIn && c.path.hops.size() == 1 &&
           c.path.hops[0].field == kId;
  };
  if (names_ids(where)) return &where;
  if (where.kind != Condition::Kind::kAnd) return nullptr;
  const auto found = std::ranges::find_if(where.parts, names_ids);
  return found == where.parts.end() ? nullptr : &*found;
}

std::vector<RowNumber> candidates(const Table& table, const BoundQuery& query) {
  std::vector<RowNumber> rows;
  if (const BoundCondition* ids = query.where ? named_ids(*query.where) : nullptr; ids != nullptr) {
    for (const std::string& id : ids->listed) {
      if (const auto row = table.find(id)) rows.push_back(*row);
    }
    std::ranges::sort(rows);
    return rows;
  }
  rows.resize(table.size());
  std::iota(rows.begin(), rows.end(), RowNumber{0});
  return rows;
}

}  // namespace

std::vector<RowNumber> find_records(const World& world, const BoundQuery& query, Deleted deleted) {
  RecordView record(world, query.object);
  std::vector<RowNumber> rows = candidates(world.table(query.object), query);
  std::erase_if(rows, [&](RowNumber row) {
    record.look_at(row);
    // The condition first: it mostly asks for stamps, which are at hand.
    return (query.where && !query.where->holds(record)) ||
           is_hidden(world, query.object, row, deleted, record);
  });
  if (!query.order.empty()) sort_records(world, query, rows);
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(query.offset, rows.size())));
  if (query.limit && rows.size() > *query.limit) rows.resize(*query.limit);
  return rows;
}

}  // namespace plumbline::sandbox
