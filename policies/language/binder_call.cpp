// Calls: functions of the table, LOOKUP over a map, and aggregates over related records.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "policies/language/binder_impl.h"

namespace plumbline {
namespace {

struct AggregateName {
  std::string_view name;
  AggregateKind kind;
};
constexpr std::array<AggregateName, 7> kAggregates = {{{"COUNT", AggregateKind::kCount},
                                                       {"EXISTS", AggregateKind::kExists},
                                                       {"SUM", AggregateKind::kSum},
                                                       {"MIN", AggregateKind::kMin},
                                                       {"MAX", AggregateKind::kMax},
                                                       {"LATEST", AggregateKind::kLatest},
                                                       {"MISSING", AggregateKind::kMissing}}};

const AggregateName* find_aggregate(std::string_view name) {
  for (const AggregateName& aggregate : kAggregates) {
    if (equal_folded(aggregate.name, name)) return &aggregate;
  }
  return nullptr;
}

std::uint16_t accepted_as(ValueType type) {
  switch (type) {
    case ValueType::kNull:
      return kAnyArg;
    case ValueType::kBoolean:
      return kBooleanArg;
    case ValueType::kNumber:
      return kNumberArg;
    case ValueType::kMoney:
      return kMoneyArg;
    case ValueType::kDate:
      return kDateArg;
    case ValueType::kDateTime:
      return kDateTimeArg;
    default:
      return kTextArg;
  }
}

std::string describe_types(std::uint16_t types) {
  if ((types & kAnyArg) == kAnyArg) return "a value";
  std::vector<std::string_view> names;
  if (types & kBooleanArg) names.push_back("a condition");
  if ((types & kNumericArg) == kNumericArg)
    names.push_back("a number or amount");
  else if (types & kNumberArg)
    names.push_back("a number");
  else if (types & kMoneyArg)
    names.push_back("an amount of money");
  if (types & kTextArg) names.push_back("text");
  if ((types & kTimeArg) == kTimeArg)
    names.push_back("a date or date and time");
  else if (types & kDateArg)
    names.push_back("a date");
  else if (types & kDateTimeArg)
    names.push_back("a date and time");
  return fmt::format("{}", fmt::join(names, " or "));
}

bool is_date_function(std::string_view name) {
  static constexpr std::array<std::string_view, 13> kNames = {
      "CALENDAR_MONTH", "CALENDAR_QUARTER", "CALENDAR_YEAR", "DAY_IN_MONTH",   "DAY_IN_WEEK",
      "DAY_IN_YEAR",    "DAY_ONLY",         "FISCAL_MONTH",  "FISCAL_QUARTER", "FISCAL_YEAR",
      "HOUR_IN_DAY",    "WEEK_IN_MONTH",    "WEEK_IN_YEAR"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

std::uint16_t types_of_argument(const FunctionDescriptor& function, std::size_t index) {
  if (index < function.arguments.size()) return function.arguments[index];
  const std::size_t first = function.arguments.size() - function.repeats;
  return function.arguments[first + (index - first) % function.repeats];
}

}  // namespace

Bound Binder::bind_call(const AstNode& node) {
  if (equal_folded(node.text, "LOOKUP")) return bind_lookup_table(node);
  const AggregateName* aggregate = find_aggregate(node.text);
  const FunctionDescriptor* function = find_function(node.text);
  // MIN and MAX are both: over related rows, or over several values.
  const bool over_rows =
      aggregate != nullptr && (function == nullptr || node.where || node.by ||
                               (node.children.size() == 1 && node.children[0]->kind == AstKind::kPath &&
                                is_related(*node.children[0], node.children[0]->steps.size() - 1)));
  if (over_rows) return bind_aggregate(node, aggregate->kind);
  if (function == nullptr) {
    std::vector<std::string> known = {"LOOKUP"};
    for (const AggregateName& name : kAggregates) known.emplace_back(name.name);
    for (const FunctionDescriptor& descriptor : functions()) known.emplace_back(descriptor.name);
    return fault(node.at, "PB042",
                 fmt::format("unknown function {}{}", node.text, did_you_mean(node.text, known)));
  }
  if (node.where || node.by)
    return fault(node.at, "PB043",
                 fmt::format("{} takes no WHERE or BY; it is used as {}", function->name, function->usage));
  return bind_function(node, *function);
}

bool Binder::check_count(const AstNode& node, const FunctionDescriptor& function) {
  const std::size_t count = node.children.size();
  const bool too_many = function.repeats == 0 && count > function.arguments.size();
  const bool ragged = function.repeats > 1 && count > function.arguments.size() &&
                      (count - function.arguments.size()) % function.repeats != 0;
  if (count >= function.required && !too_many && !ragged) return true;
  fault(node.at, "PB043",
        fmt::format("{} is used as {}; found {} argument{}", function.name, function.usage, count,
                    count == 1 ? "" : "s"));
  return false;
}

Bound Binder::bind_function(const AstNode& node, const FunctionDescriptor& function) {
  if (!check_count(node, function)) return faulty(node.at);
  if (function.name == "convertTimezone" && !date_function_) {
    return fault(
        node.at, "PB044",
        "convertTimezone stands only inside a date function: HOUR_IN_DAY(convertTimezone(CreatedDate))");
  }
  Bound call = make(BoundKind::kCall, ValueType::kNull, node.at);
  call->function = &function;
  call->name = std::string(function.name);
  const bool shields = function.name == "FIRST_KNOWN" || function.name == "IS_KNOWN";
  const bool date_function_before = std::exchange(date_function_, is_date_function(function.name));
  shield_ += shields ? 1 : 0;
  bool sound = true;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    Bound argument = bind_argument(*node.children[i], function, i, *call);
    if (is_currency(*argument)) argument = misplaced_currency(argument->at);
    sound = sound && !is_faulty(argument) && check_argument(*argument, function, i);
    call->children.push_back(std::move(argument));
  }
  shield_ -= shields ? 1 : 0;
  date_function_ = date_function_before;
  if (!sound || !settle_type(*call, function) || !prepare(*call, function)) return faulty(node.at);
  if (function.name == "CONVERTED") add_currency(*call);
  return call;
}

Bound Binder::bind_argument(const AstNode& argument, const FunctionDescriptor& function, std::size_t index,
                            BoundExpr& call) {
  const std::uint16_t types = types_of_argument(function, index);
  Bound bound = bind(argument);
  if (is_faulty(bound)) return bound;
  if ((types & kFieldArg) != 0) {
    // CONVERTED(Amount) in a pack whose amounts are converted already.
    if (bound->kind == BoundKind::kCall && function.name == "CONVERTED" && bound->function == &function)
      bound = std::move(bound->children[0]);
    if (bound->kind == BoundKind::kCall && !bound->field_arguments.empty() &&
        bound->function->name == "CONVERTED")
      bound = std::move(bound->children[0]);
    if (bound->kind != BoundKind::kField) {
      return fault(
          argument.at, "PB045",
          fmt::format("{} takes a field here, not an expression: {}", function.name, function.usage));
    }
    call.field_arguments.push_back(index);
    if (function.reads_history) need_history(*bound);
    if (function.name == "CONVERTED") {
      if (const auto rates = schema().find_object("CurrencyType")) {
        for (const FieldSchema& field : schema().object(*rates).fields)
          result_.needs.add_field(*rates, *schema().object(*rates).find(field.name));
      }
    }
  }
  if (bound->type == ValueType::kNumericText && (types & kTextArg) == 0) {
    Bound number = make(BoundKind::kToNumber, ValueType::kNumber, bound->at);
    number->children.push_back(std::move(bound));
    bound = std::move(number);
  }
  return bound;
}

void Binder::need_history(const BoundExpr& field) {
  const std::size_t object = field.path.target();
  const ObjectSchema& of = schema().object(object);
  if (of.history_object.empty()) {
    fault(field.at, "PB046",
          fmt::format("no changes are kept of {}; history functions read fields of Opportunity", of.name));
    return;
  }
  result_.needs.history.insert({object, field.field});
  require({.kind = Requirement::Kind::kHistory, .object = object, .field = field.field});
}

bool Binder::check_argument(const BoundExpr& argument, const FunctionDescriptor& function,
                            std::size_t index) {
  const std::uint16_t types = types_of_argument(function, index);
  if ((types & kConstantArg) != 0 && argument.kind != BoundKind::kConstant) {
    fault(argument.at, "PB045",
          fmt::format("{} takes a literal or a parameter here: {}", function.name, function.usage));
    return false;
  }
  if ((accepted_as(argument.type) & types & kAnyArg) != 0) return true;
  fault(argument.at, "PB047",
        fmt::format("{} takes {} here, not {}: {}", function.name, describe_types(types),
                    to_string(argument.type), function.usage));
  return false;
}

// The one type of several values: equal ones, nulls beside any, numbers and money together as numbers.
bool Binder::common_type(BoundExpr& call, const std::vector<std::size_t>& which) {
  ValueType type = ValueType::kNull;
  for (const std::size_t index : which) {
    const ValueType next = call.children[index]->type;
    if (type == ValueType::kNull) type = next;
    if (next == ValueType::kNull || next == type) continue;
    if (is_numeric_type(type) && is_numeric_type(next)) {
      Bound& number = call.children[index];
      if (type == ValueType::kMoney) money_constant(number);
      if (number->type != type) type = ValueType::kNumber;
    } else if (is_text_type(type) && is_text_type(next)) {
      type = ValueType::kText;
    } else {
      fault(call.children[index]->at, "PB048",
            fmt::format("{} gives one kind of value, but here are {} and {}", call.name, to_string(type),
                        to_string(next)));
      return false;
    }
  }
  call.type = type;
  return true;
}

bool Binder::settle_type(BoundExpr& call, const FunctionDescriptor& function) {
  std::vector<std::size_t> which;
  switch (function.result) {
    case ResultType::kBoolean:
      call.type = ValueType::kBoolean;
      return true;
    case ResultType::kNumber:
      call.type = ValueType::kNumber;
      return true;
    case ResultType::kMoney:
      call.type = ValueType::kMoney;
      return true;
    case ResultType::kText:
      call.type = ValueType::kText;
      return true;
    case ResultType::kDate:
      call.type = ValueType::kDate;
      return true;
    case ResultType::kDateTime:
      call.type = ValueType::kDateTime;
      return true;
    case ResultType::kLikeFirst:
      call.type = call.children[0]->type;
      return true;
    case ResultType::kCommon:
      for (std::size_t i = 0; i < call.children.size(); ++i) which.push_back(i);
      break;
    case ResultType::kCommonIf:
      which = {1, 2};
      break;
    case ResultType::kCommonCase:
      for (std::size_t i = 2; i < call.children.size(); i += 2) which.push_back(i);
      which.push_back(call.children.size() - 1);
      for (std::size_t i = 1; i + 1 < call.children.size(); i += 2) {
        if (!case_fits(*call.children[0], *call.children[i])) return false;
      }
      break;
  }
  return common_type(call, which);
}

// Whether a value after CASE can equal what CASE looks at. Neither side is changed: the function compares
// each pair by the types it meets.
bool Binder::case_fits(const BoundExpr& looked_at, const BoundExpr& value) {
  const auto time = [](ValueType type) { return type == ValueType::kDate || type == ValueType::kDateTime; };
  const ValueType a = looked_at.type;
  const ValueType b = value.type;
  const bool one_kind = a == b || a == ValueType::kNull || b == ValueType::kNull;
  const bool rank = (a == ValueType::kNumericText && is_numeric_type(b)) ||
                    (b == ValueType::kNumericText && is_numeric_type(a));
  if (one_kind || rank || (is_numeric_type(a) && is_numeric_type(b)) ||
      (is_text_type(a) && is_text_type(b)) || (time(a) && time(b))) {
    return true;
  }
  fault(value.at, "PB035", fmt::format("{} is compared with {}", to_string(a), to_string(b)));
  return false;
}

bool Binder::prepare(BoundExpr& call, const FunctionDescriptor& function) {
  if (function.prepare == nullptr) return true;
  std::vector<Value> constants;
  for (std::size_t i = 0; i < call.children.size(); ++i) {
    if ((types_of_argument(function, i) & kConstantArg) != 0) constants.push_back(call.children[i]->constant);
  }
  auto prepared = function.prepare(constants, scope_.pack.calendar);
  if (!prepared) {
    fault(call.at, "PB049", prepared.error().message);
    return false;
  }
  call.prepared = std::move(*prepared);
  return true;
}

// LOOKUP(:map, key): null where the key is not in the map.
Bound Binder::bind_lookup_table(const AstNode& node) {
  if (node.children.size() != 2 || node.children[0]->kind != AstKind::kParameter || node.where || node.by) {
    return fault(node.at, "PB043", "LOOKUP is used as LOOKUP(:map, key)");
  }
  const Parameter* map = find_parameter(*node.children[0]);
  Bound key = bind(*node.children[1]);
  if (map == nullptr || is_faulty(key)) return faulty(node.at);
  if (map->kind != Parameter::Kind::kMap)
    return fault(node.children[0]->at, "PB024",
                 fmt::format(":{} is not a map; LOOKUP reads maps", map->name));
  if (!is_text_type(key->type))
    return fault(node.children[1]->at, "PB047",
                 fmt::format("a map is read with a text, not with {}", to_string(key->type)));
  Bound whole = make(BoundKind::kLookupTable, ValueType::kNull, node.at);
  for (const auto& [name, value] : map->entries) {
    if (whole->type != ValueType::kNull && !value.is_null() && value.type != whole->type) {
      return fault(
          node.children[0]->at, "PB048",
          fmt::format(":{} mixes {} and {}", map->name, to_string(whole->type), to_string(value.type)));
    }
    if (whole->type == ValueType::kNull) whole->type = value.type;
    whole->list.push_back(Value::of(std::string_view(name)));
    whole->values.push_back(value);
  }
  whole->children.push_back(std::move(key));
  return whole;
}

bool Binder::is_related(const AstNode& path, std::size_t steps) {
  return find_related(path, steps, false).has_value();
}

// The relationship that the first `steps` steps of a path name: Opportunities, Account.Opportunities,
// $Record.Forecasts.
std::optional<Binder::RelatedPath> Binder::find_related(const AstNode& path, std::size_t steps, bool report) {
  if (steps == 0) return std::nullopt;
  if (!report) {
    // A quiet look: names alone, so that MIN(a.b) can be told from an aggregate without needing or reporting
    // anything.
    std::size_t object = frames_[current_].object;
    std::size_t first = 0;
    if (path.steps[0].front() == '$') {
      object = frames_[equal_folded(path.steps[0], "$Record") ? 0 : frames_[current_].outer].object;
      first = 1;
    }
    for (std::size_t i = first; i < steps; ++i) {
      if (i + 1 == steps) {
        const auto found = schema().find_relationship(object, path.steps[i]);
        if (!found || schema().relationships()[*found].cardinality != Cardinality::kMany) return std::nullopt;
        return RelatedPath{.base = {}, .relationship = *found};
      }
      const auto field = schema().find_lookup(object, path.steps[i]);
      const auto target =
          field ? schema().find_object(schema().object(object).fields[*field].references) : std::nullopt;
      if (!target) return std::nullopt;
      object = *target;
    }
    return std::nullopt;
  }
  RelatedPath found;
  std::size_t step = 0;
  if (!begin_path(path, found.base, step)) return std::nullopt;
  for (; step + 1 < steps; ++step) {
    if (!hop(path, step, found.base)) return std::nullopt;
  }
  const std::size_t object = found.base.target();
  const auto relationship = schema().find_relationship(object, path.steps[step]);
  if (!relationship) {
    fault(path.at, "PB050",
          fmt::format("{} has no related {}{}", schema().object(object).name, path.steps[step],
                      did_you_mean(path.steps[step], schema().relationship_names(object))));
    return std::nullopt;
  }
  found.relationship = *relationship;
  return found;
}

void Binder::need_relationship(std::size_t index) {
  const Relationship& relationship = schema().relationships()[index];
  result_.needs.relationships.insert(index);
  const std::size_t child = *schema().find_object(relationship.child);
  require({.kind = Requirement::Kind::kObject, .object = child});
  // With a second way to tell the parent, the first may be absent.
  if (!relationship.fallback_child_field.empty()) return;
  if (const auto field = schema().object(child).find(relationship.child_field)) {
    require({.kind = Requirement::Kind::kField, .object = child, .field = *field});
  }
  const std::size_t parent = *schema().find_object(relationship.parent);
  if (const auto key = schema().object(parent).find(relationship.parent_field)) require_field(parent, *key);
}

Bound Binder::bind_aggregate(const AstNode& node, AggregateKind kind) {
  const std::size_t path_index = kind == AggregateKind::kMissing ? 1 : 0;
  const bool has_field = kind != AggregateKind::kCount && kind != AggregateKind::kExists;
  if (node.children.size() != path_index + 1 || node.children[path_index]->kind != AstKind::kPath ||
      (node.by != nullptr) != (kind == AggregateKind::kLatest)) {
    return fault(node.at, "PB043",
                 "aggregates are used as COUNT(Tasks WHERE ...), EXISTS(Tasks WHERE ...), "
                 "SUM/MIN/MAX(Tasks.ActivityDate WHERE ...), "
                 "LATEST(Forecasts.Value BY UpdatedAt WHERE ...), MISSING(:list, Forecasts.Field WHERE ...)");
  }
  const AstNode& path = *node.children[path_index];
  if (has_field && path.steps.size() < 2) {
    return fault(path.at, "PB043",
                 fmt::format("{0} needs a field of the related records: {0}({1}.Amount)", upper(node.text),
                             path.steps[0]));
  }
  const auto related = find_related(path, path.steps.size() - (has_field ? 1 : 0), true);
  if (!related) return faulty(node.at);
  need_relationship(related->relationship);

  Bound whole = make(BoundKind::kAggregate, ValueType::kNull, node.at);
  whole->aggregate = std::make_unique<BoundAggregate>();
  BoundAggregate& aggregate = *whole->aggregate;
  aggregate.kind = kind;
  aggregate.base = related->base;
  aggregate.relationship = related->relationship;
  aggregate.name = path_name(related->base, schema().relationships()[related->relationship].name);
  aggregate.object = *schema().find_object(schema().relationships()[related->relationship].child);
  whole->name = as_written(node.at);
  if (frames_.size() > kMaxPathSteps) return fault(node.at, "PB012", "aggregates are nested too deep");
  if (!aggregate_value(node, path, aggregate, has_field)) return faulty(node.at);
  const auto type = aggregate_type(node, aggregate);
  if (!type) return faulty(node.at);
  whole->type = *type;
  return whole;
}

// Binds what is inside the aggregate, in the frame of its rows.
bool Binder::aggregate_value(const AstNode& node, const AstNode& path, BoundAggregate& aggregate,
                             bool has_field) {
  aggregate.frame = frames_.size();
  frames_.push_back(
      {.object = aggregate.object, .outer = current_, .sees_record = frames_[current_].sees_record});
  const std::size_t before = std::exchange(current_, aggregate.frame);
  bool sound = true;
  if (has_field) {
    AstNode field;
    field.kind = AstKind::kPath;
    field.at = path.at;
    field.steps = {path.steps.back()};
    aggregate.value = bind_path(field);
    sound = !is_faulty(aggregate.value);
  }
  if (node.by) {
    aggregate.by = bind_path(*node.by);
    sound = sound && !is_faulty(aggregate.by);
  }
  if (node.where) {
    aggregate.where = bind_condition(*node.where);
    sound = sound && !is_faulty(aggregate.where);
  }
  current_ = before;
  frames_.pop_back();
  return sound;
}

std::optional<ValueType> Binder::aggregate_type(const AstNode& node, BoundAggregate& aggregate) {
  const auto wrong = [&](std::string_view wanted) {
    fault(node.at, "PB047",
          fmt::format("{} takes {}, not {}", upper(node.text), wanted, to_string(aggregate.value->type)));
    return std::nullopt;
  };
  switch (aggregate.kind) {
    case AggregateKind::kCount:
      return ValueType::kNumber;
    case AggregateKind::kExists:
      return ValueType::kBoolean;
    case AggregateKind::kSum:
      if (!is_numeric_type(aggregate.value->type)) return wrong("numbers or amounts");
      return aggregate.value->type;
    case AggregateKind::kMin:
    case AggregateKind::kMax:
      if (aggregate.value->type == ValueType::kBoolean || aggregate.value->type == ValueType::kId)
        return wrong("values that have an order");
      return aggregate.value->type;
    case AggregateKind::kLatest:
      if (aggregate.by->type != ValueType::kDate && aggregate.by->type != ValueType::kDateTime) {
        fault(node.by->at, "PB047", "LATEST goes BY a date or a date and time");
        return std::nullopt;
      }
      return aggregate.value->type;
    case AggregateKind::kMissing:
      break;
  }
  if (!is_text_type(aggregate.value->type)) return wrong("a text field");
  const AstNode& list = *node.children[0];
  if (list.kind != AstKind::kParameter) {
    fault(list.at, "PB043",
          "MISSING takes a list parameter first: MISSING(:forecast_fields, Forecasts.Field WHERE ...)");
    return std::nullopt;
  }
  const Parameter* parameter = find_parameter(list);
  if (parameter == nullptr) return std::nullopt;
  if (parameter->kind != Parameter::Kind::kList) {
    fault(list.at, "PB024", fmt::format(":{} is not a list", parameter->name));
    return std::nullopt;
  }
  for (Value item : parameter->items) {
    if (!element_fits(aggregate.value, item, list.at)) return std::nullopt;
    if (item.is_known()) aggregate.list.push_back(item);
  }
  return ValueType::kText;
}

}  // namespace plumbline
