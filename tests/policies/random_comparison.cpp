// Conditions: chains, comparisons of every pair of types that meet, lists, ranges, SELECTs.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/policies/random_cells.h"
#include "tests/policies/random_expression.h"
#include "tests/policies/random_vocabulary.h"
#include "tests/policies/random_world.h"

namespace plumbline {

using std::string_view_literals::operator""sv;

std::string ExpressionWriter::condition(const Scope& scope, int depth) {
  if (depth > 0 && random_.chance(32)) return chain(scope, depth - 1);
  if (depth > 0 && random_.chance(12)) return spaced({word("NOT"), "(" + condition(scope, depth - 1) + ")"});
  return simple(scope, depth);
}

std::string ExpressionWriter::member(const Scope& scope, int depth) {
  return random_.chance(40) ? simple(scope, depth) : "(" + condition(scope, depth) + ")";
}

std::string ExpressionWriter::chain(const Scope& scope, int depth) {
  const std::string op = word(random_.chance(50) ? "AND" : "OR");
  std::string text = member(scope, depth);
  do {
    text += fmt::format(" {} {}", op, member(scope, depth));
  } while (random_.chance(25));
  return text;
}

// One comparison or other plain test, that needs no parentheses in a chain.
std::string ExpressionWriter::simple(const Scope& scope, int depth) {
  const std::size_t die = random_.below(100);
  const int below = depth - 1;
  std::optional<std::string> made;
  if (die < 20) return compared(scope, below);
  if (die < 26) return compared_times(scope, below);
  if (die < 33) return compared_with_null(scope, below);
  if (die < 40 && depth > 0) return counted(scope, below);
  if (die < 43) return in_currency(scope);
  if (die < 53) return ranged(scope, below);
  if (die < 59) return like(scope, below);
  if (die < 68) return in_list(scope, below);
  if (die < 72 && depth > 0) return in_select(scope, below);
  if (die < 78) return includes(scope, below);
  if (die < 88) made = call(ValueType::kBoolean, scope, below);
  if (!made && die < 93) made = aggregate(ValueType::kBoolean, scope, below);
  if (!made && die < 96) made = defined(ValueType::kBoolean, scope);
  if (!made && die == 96) return literal(ValueType::kBoolean);
  if (made) return *made;
  const auto path = field_path(scope, [](ValueType type) { return type == ValueType::kBoolean; });
  return path ? path->text : compared(scope, below);
}

std::string ExpressionWriter::any_order() {
  constexpr std::array kOps = {"="sv, "!="sv, "<>"sv, "<"sv, "<="sv, ">"sv, ">="sv};
  return std::string(random_.pick(kOps));
}

std::string ExpressionWriter::equality() {
  constexpr std::array kOps = {"="sv, "="sv, "!="sv, "<>"sv};
  return std::string(random_.pick(kOps));
}

std::string ExpressionWriter::compared(const Scope& scope, int depth) {
  struct Pair {
    ValueType left;
    ValueType right;
    bool ordered;
  };
  using enum ValueType;
  constexpr std::array kPairs = {Pair{kNumber, kNumber, true},
                                 Pair{kMoney, kNumber, true},
                                 Pair{kMoney, kMoney, true},
                                 Pair{kNumericText, kNumber, true},
                                 Pair{kNumericText, kMoney, true},
                                 Pair{kNumericText, kNumericText, true},
                                 Pair{kNumericText, kText, true},
                                 Pair{kText, kText, true},
                                 Pair{kText, kText, true},
                                 Pair{kId, kId, false},
                                 Pair{kId, kText, false},
                                 Pair{kMultiPicklist, kMultiPicklist, false},
                                 Pair{kMultiPicklist, kText, false},
                                 Pair{kBoolean, kBoolean, false},
                                 Pair{kDate, kDate, true},
                                 Pair{kDateTime, kDateTime, true}};
  Pair pair = random_.pick(kPairs);
  if (random_.chance(50)) std::swap(pair.left, pair.right);
  return spaced({value(pair.left, scope, depth), pair.ordered ? any_order() : equality(),
                 value(pair.right, scope, depth)});
}

// A date beside a datetime: neither may be written out.
std::string ExpressionWriter::compared_times(const Scope& scope, int depth) {
  const auto side = [&](ValueType type, std::string_view otherwise) {
    if (depth > 0 && random_.chance(40)) {
      if (auto made = call(type, scope, depth - 1)) return *made;
    }
    const auto path = field_path(scope, [type](ValueType found) { return found == type; });
    return path ? path->text : std::string(otherwise);
  };
  std::string left = side(ValueType::kDate, "TODAY()");
  std::string right = side(ValueType::kDateTime, "NOW()");
  if (random_.chance(50)) std::swap(left, right);
  return fmt::format("{} {} {}", left, any_order(), right);
}

std::string ExpressionWriter::compared_with_null(const Scope& scope, int depth) {
  const ValueType type = any_type();
  const bool has_order =
      type != ValueType::kBoolean && type != ValueType::kId && type != ValueType::kMultiPicklist;
  const std::string op = has_order && random_.chance(15) ? any_order() : equality();
  const std::string empty = random_.chance(15) ? ":nothing" : word("null");
  if (random_.chance(20)) return fmt::format("{} {} {}", empty, op, value(type, scope, depth));
  return fmt::format("{} {} {}", value(type, scope, depth), op, empty);
}

// A count beside a number is decided by more than its value.
std::string ExpressionWriter::counted(const Scope& scope, int depth) {
  const auto rows = related(scope);
  if (!rows) return compared(scope, depth);
  std::string count =
      spaced({word("COUNT"), "(" + rows->path + where(inside(scope, rows->object), depth) + ")"});
  std::string other = random_.chance(70)
                          ? integer(3)
                          : value(random_.chance(80) ? ValueType::kNumber : ValueType::kMoney, scope, depth);
  if (random_.chance(30)) std::swap(count, other);
  return fmt::format("{} {} {}", count, any_order(), other);
}

std::string ExpressionWriter::in_currency(const Scope& scope) {
  constexpr std::array kLiterals = {"EUR500"sv,  "USD0"sv,  "usd1000.01"sv,
                                    "JPY5000"sv, "CHF10"sv, "-GBP12.5"sv};
  const auto path = field_path(scope, [](ValueType type) { return type == ValueType::kMoney; });
  if (!path) return compared(scope, 0);
  const std::string amount = random_.chance(25) ? "CONVERTED(" + path->text + ")" : path->text;
  if (random_.chance(25)) {
    return spaced({amount, random_.chance(50) ? "IN" : "NOT IN", "(", std::string(random_.pick(kLiterals)),
                   ",", std::string(random_.pick(kLiterals)), ")"});
  }
  return spaced({amount, any_order(), std::string(random_.pick(kLiterals))});
}

std::string ExpressionWriter::ranged(const Scope& scope, int depth) {
  std::string moment = value(random_.chance(60) ? ValueType::kDate : ValueType::kDateTime, scope, depth);
  // Of two date literals only one can be a range.
  if (find_date_literal(moment.substr(0, moment.find(':')))) moment = "TODAY()";
  if (random_.chance(20)) return spaced({date_literal(), any_order(), moment});
  return spaced({moment, any_order(), date_literal()});
}

std::string ExpressionWriter::like(const Scope& scope, int depth) {
  constexpr std::array kPatterns = {"'%acme%'"sv, "'a%'"sv,    "'%E'"sv,          "'a_c%'"sv,
                                    "'100\\%'"sv, "'%'"sv,     "'_'"sv,           "''"sv,
                                    "'%ä%'"sv,    "'%ss%'"sv,  "'%🙂%'"sv,        "'a\\_c'"sv,
                                    "'Acme'"sv,   "'%l%l%'"sv, "'1-disc_very'"sv, "'%;%'"sv};
  constexpr std::array kTypes = {ValueType::kText, ValueType::kText, ValueType::kNumericText,
                                 ValueType::kMultiPicklist, ValueType::kId};
  return spaced(
      {value(random_.pick(kTypes), scope, depth), word("LIKE"), std::string(random_.pick(kPatterns))});
}

std::string ExpressionWriter::list_of(ValueType type) {
  if (random_.chance(35)) {
    if (const auto name = ParameterWords::list(type, random_)) return ":" + std::string(*name);
  }
  // What is worked out anew for every record cannot stand in a list.
  const auto element = [&]() -> std::string {
    if (random_.chance(6)) return "null";
    if (type == ValueType::kDate) {
      return format_day(
          random_day(random_, Day{std::chrono::floor<std::chrono::days>(now_).time_since_epoch()}));
    }
    if (type == ValueType::kDateTime) return format_instant(random_instant(random_, now_));
    if (type == ValueType::kNumericText && random_.chance(50)) return literal(ValueType::kNumber);
    return literal(type);
  };
  std::string list = "(" + element();
  while (random_.chance(55)) list += ", " + element();
  return list + ")";
}

std::string ExpressionWriter::in_list(const Scope& scope, int depth) {
  const ValueType type = any_type();
  return spaced({value(type, scope, depth), word(random_.chance(65) ? "IN" : "NOT IN"), list_of(type)});
}

std::string ExpressionWriter::in_select(const Scope& scope, int depth) {
  const auto is_id = [](ValueType type) { return type == ValueType::kId; };
  constexpr std::array kObjects = {"Opportunity"sv,      "Account"sv,   "Task"sv, "User"sv,
                                   "ClariOpportunity"sv, "Violation"sv, "Lead"sv, "Budget__c"sv};
  const std::string_view object = random_.pick(kObjects);
  const Scope rows{.object = world_schema()->find_object(object).value(),
                   .aggregates = scope.aggregates + 1,
                   .alone = true};
  const auto left = field_path(scope, is_id);
  const auto selected = field_path(rows, is_id);
  if (!left || !selected) return compared(scope, depth);
  return spaced({left->text, word(random_.chance(65) ? "IN" : "NOT IN"), "(", word("SELECT"), selected->text,
                 word("FROM"), std::string(object), where(rows, depth), ")"});
}

std::string ExpressionWriter::includes(const Scope& scope, int depth) {
  const std::string_view op = random_.chance(60) ? "INCLUDES"sv : "EXCLUDES"sv;
  if (random_.chance(15))
    return spaced({value(ValueType::kMultiPicklist, scope, depth), std::string(op), ":stages"});
  std::string list = quoted(random_choices(random_));
  while (random_.chance(40)) list += ", " + quoted(random_choices(random_));
  return spaced({value(ValueType::kMultiPicklist, scope, depth), word(op), "(" + list + ")"});
}

}  // namespace plumbline
