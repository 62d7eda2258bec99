// Calls of every function there is, by what its descriptor says, and aggregates over related rows.
#include <algorithm>
#include <array>

#include "tests/policies/random_expression.h"
#include "tests/policies/random_vocabulary.h"
#include "tests/policies/random_world.h"

namespace plumbline {

using std::string_view_literals::operator""sv;

namespace {

constexpr int kCallTries = 4;
constexpr int kRelatedTries = 8;
constexpr int kMostAggregates = 3;  // one inside the other
constexpr int kDepthInAggregate = 2;

bool has_order(ValueType type) { return type != ValueType::kBoolean && type != ValueType::kId; }
bool is_numeric(ValueType type) { return type == ValueType::kNumber || type == ValueType::kMoney; }
bool is_text(ValueType type) { return (types_accepting(type) & kTextArg) != 0; }

bool has_common_type(const FunctionDescriptor& function) {
  return function.result == ResultType::kCommon || function.result == ResultType::kCommonIf ||
         function.result == ResultType::kCommonCase;
}

bool gives(const FunctionDescriptor& function, ValueType type) {
  if (function.name == "convertTimezone") return false;  // stands only inside date functions
  const auto takes = [&](std::size_t index) {
    return (function.arguments[index] & types_accepting(type) & kAnyArg) != 0;
  };
  switch (function.result) {
    case ResultType::kBoolean:
      return type == ValueType::kBoolean;
    case ResultType::kNumber:
      return type == ValueType::kNumber;
    case ResultType::kMoney:
      return type == ValueType::kMoney;
    case ResultType::kText:
      return type == ValueType::kText;
    case ResultType::kDate:
      return type == ValueType::kDate;
    case ResultType::kDateTime:
      return type == ValueType::kDateTime;
    case ResultType::kLikeFirst:
    case ResultType::kCommon:
      return takes(0);
    case ResultType::kCommonIf:
    case ResultType::kCommonCase:
      return takes(2);
  }
  return false;
}

std::uint16_t types_at(const FunctionDescriptor& function, std::size_t index) {
  if (index < function.arguments.size()) return function.arguments[index];
  const std::size_t first = function.arguments.size() - function.repeats;
  return function.arguments[first + (index - first) % function.repeats];
}

// Whether the argument is one of those whose type is the result's.
bool is_result(const FunctionDescriptor& function, std::size_t index, std::size_t count) {
  switch (function.result) {
    case ResultType::kLikeFirst:
      return index == 0;
    case ResultType::kCommon:
      return true;
    case ResultType::kCommonIf:
      return index > 0;
    case ResultType::kCommonCase:
      return index + 1 == count || (index > 0 && index % 2 == 0);
    default:
      return false;
  }
}

// SOQL's, which alone may hold convertTimezone.
bool is_date_function(const FunctionDescriptor& function) {
  constexpr std::array kNames = {"CALENDAR_MONTH"sv, "CALENDAR_YEAR"sv,  "DAY_IN_MONTH"sv, "DAY_IN_WEEK"sv,
                                 "DAY_ONLY"sv,       "FISCAL_QUARTER"sv, "HOUR_IN_DAY"sv,  "WEEK_IN_YEAR"sv};
  return std::ranges::find(kNames, function.name) != kNames.end();
}

}  // namespace

std::optional<std::string> ExpressionWriter::call(ValueType type, const Scope& scope, int depth) {
  std::vector<const FunctionDescriptor*> candidates;
  for (const FunctionDescriptor& function : functions()) {
    if (gives(function, type)) candidates.push_back(&function);
  }
  if (candidates.empty()) return std::nullopt;
  for (int attempt = 0; attempt < kCallTries; ++attempt) {
    if (auto made = call_of(*random_.pick(candidates), type, scope, depth)) return made;
  }
  return std::nullopt;
}

std::optional<std::string> ExpressionWriter::call_of(const FunctionDescriptor& function, ValueType type,
                                                     const Scope& scope, int depth) {
  std::size_t count = std::max(function.required, function.repeats == 0 ? function.arguments.size() : 0);
  while (function.repeats > 0 && random_.chance(35)) count += function.repeats;
  // What CASE looks at and what it compares that with are of one kind.
  const ValueType looked_at = any_type();
  std::string text = word(function.name) + "(";
  for (std::size_t i = 0; i < count; ++i) {
    const bool result = is_result(function, i, count);
    ValueType wanted = type;
    if (function.result == ResultType::kCommonCase && !result) {
      wanted = looked_at;
    } else if (!result) {
      wanted = type_among(types_at(function, i));
    } else if (has_common_type(function)) {
      wanted = kin(type);
    }
    const auto next = argument(function, i, wanted, scope, depth);
    if (!next) return std::nullopt;
    text += (i > 0 ? ", " : "") + *next;
  }
  return text + ")";
}

std::optional<std::string> ExpressionWriter::argument(const FunctionDescriptor& function, std::size_t index,
                                                      ValueType type, const Scope& scope, int depth) {
  const Types types = types_at(function, index);
  if ((types & kFieldArg) != 0) return field_argument(function, index, type, scope);
  if ((types & kConstantArg) != 0) return constant_argument(function);
  if (index > 0 && (types & kAnyArg) == kNumberArg) return small_number(scope, depth);
  if (random_.chance(4)) return word("null");
  if (type == ValueType::kDateTime && is_date_function(function) && random_.chance(30)) {
    return spaced({word("convertTimezone"), "(" + value(type, scope, depth - 1) + ")"});
  }
  // A numeric text counts as the number it holds.
  if (type == ValueType::kNumber && !has_common_type(function) && random_.chance(10))
    type = ValueType::kNumericText;
  return value(type, scope, depth);
}

std::optional<std::string> ExpressionWriter::field_argument(const FunctionDescriptor& function,
                                                            std::size_t index, ValueType type,
                                                            const Scope& scope) {
  const Types types = types_at(function, index);
  const bool exact = function.result == ResultType::kLikeFirst;
  const auto fits = [&](ValueType found) {
    return exact ? found == type : (types_accepting(found) & types & kAnyArg) != 0;
  };
  const auto path = field_path(scope, fits, function.reads_history ? History::kKept : History::kAny);
  return path ? std::optional(path->text) : std::nullopt;
}

std::string ExpressionWriter::constant_argument(const FunctionDescriptor& function) {
  constexpr std::array kPatterns = {"'.*'"sv,        "'(?i)acme.*'"sv, "'[0-9.]+'"sv,     "'\\\\S+'"sv,
                                    "'.*\\\\d.*'"sv, "'[^a-z]*'"sv,    "'(?s).*mail.*'"sv};
  constexpr std::array kCalendars = {"'red-green'"sv, "'paydays'"sv};
  const bool pattern = function.name == "REGEX";
  return std::string(pattern ? random_.pick(kPatterns) : random_.pick(kCalendars));
}

// Mostly the type itself; at times one that meets it where values of several types come together.
ValueType ExpressionWriter::kin(ValueType type) {
  if (!random_.chance(15)) return type;
  if (type == ValueType::kNumber) return ValueType::kMoney;
  constexpr std::array kTexts = {ValueType::kNumericText, ValueType::kId, ValueType::kMultiPicklist};
  return type == ValueType::kText ? random_.pick(kTexts) : type;
}

ValueType ExpressionWriter::type_among(Types types) {
  std::vector<ValueType> fitting;
  using enum ValueType;
  for (const ValueType type :
       {kBoolean, kNumber, kMoney, kText, kText, kNumericText, kMultiPicklist, kId, kDate, kDateTime}) {
    if ((types_accepting(type) & types & kAnyArg) != 0) fitting.push_back(type);
  }
  return random_.pick(fitting);
}

ExpressionWriter::Scope ExpressionWriter::inside(const Scope& scope, std::size_t object) {
  return {.object = object,
          .record = scope.record,
          .outer = scope.alone ? std::nullopt : std::optional(scope.object),
          .aggregates = scope.aggregates + 1,
          .alone = scope.alone};
}

std::optional<ExpressionWriter::Related> ExpressionWriter::related(const Scope& scope) {
  if (scope.aggregates >= kMostAggregates) return std::nullopt;
  if (scope.aggregates > 0 && random_.chance(40)) return std::nullopt;
  for (int attempt = 0; attempt < kRelatedTries; ++attempt) {
    Related found;
    found.path = begin_path(scope, found.object);
    while (random_.chance(30) && !vocabulary_of(found.object).ways.empty()) {
      const Vocabulary::Way& way = random_.pick(vocabulary_of(found.object).ways);
      found.path += word(way.name) + ".";
      found.object = way.object;
      found.needs_where = found.needs_where || way.one_row;
    }
    const auto& children = vocabulary_of(found.object).children;
    if (children.empty()) continue;
    const Vocabulary::Way& way = random_.pick(children);
    found.path += word(way.name);
    found.object = way.object;
    return found;
  }
  return std::nullopt;
}

std::string ExpressionWriter::where(const Scope& rows, int depth) {
  if (random_.chance(20)) return {};
  return " " + spaced({word("WHERE"), condition(rows, std::clamp(depth - 1, 0, kDepthInAggregate))});
}

std::optional<std::string> ExpressionWriter::aggregate(ValueType type, const Scope& scope, int depth) {
  const bool counts = type == ValueType::kNumber && random_.chance(35);
  const bool exists = type == ValueType::kBoolean && random_.chance(85);
  if (!counts && !exists) return folded(type, scope, depth);
  const auto rows = related(scope);
  if (!rows) return std::nullopt;
  return spaced({word(counts ? "COUNT" : "EXISTS"),
                 "(" + rows->path + where(inside(scope, rows->object), depth) + ")"});
}

// SUM, MIN, MAX, LATEST or MISSING of one field of the rows.
std::optional<std::string> ExpressionWriter::folded(ValueType type, const Scope& scope, int depth) {
  std::vector<std::string_view> kinds = {"LATEST"};
  if (is_numeric(type)) kinds.push_back("SUM");
  if (has_order(type)) kinds.insert(kinds.end(), {"MIN", "MAX"});
  if (type == ValueType::kText) kinds.push_back("MISSING");
  const std::string_view kind = random_.pick(kinds);
  const auto fits = [&](ValueType found) { return kind == "MISSING" ? is_text(found) : found == type; };
  const auto rows = related(scope);
  if (!rows) return std::nullopt;
  std::vector<std::string> fields;
  for (const Vocabulary::Field& field : vocabulary_of(rows->object).fields) {
    if (fits(value_type(field.type))) fields.push_back(field.name);
  }
  const Scope row_scope = inside(scope, rows->object);
  if (auto name = defined(type, {.object = rows->object, .alone = scope.alone})) fields.push_back(*name);
  if (fields.empty()) return std::nullopt;
  std::string by;
  if (kind == "LATEST") {
    const auto time = [](ValueType found) {
      return found == ValueType::kDate || found == ValueType::kDateTime;
    };
    const auto path = field_path(row_scope, time);
    if (!path) return std::nullopt;
    by = word("BY") + " " + path->text;
  }
  std::string condition = where(row_scope, depth);
  if (condition.empty() && rows->needs_where) condition = " WHERE true";
  const std::string of = (kind == "MISSING" ? "(:stages, " : "(") + rows->path + ".";
  return spaced({word(kind), of + word(random_.pick(fields)), by, condition, ")"});
}

}  // namespace plumbline
