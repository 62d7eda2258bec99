// Names, literals, arithmetic: what every other expression is made of.
#include "tests/policies/random_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/date_literal.h"
#include "base/utf8.h"
#include "tests/policies/random_cells.h"
#include "tests/policies/random_vocabulary.h"
#include "tests/policies/random_world.h"

namespace plumbline {

using std::string_view_literals::operator""sv;

namespace {

Day day_of(Instant now) { return Day{std::chrono::floor<std::chrono::days>(now).time_since_epoch()}; }

constexpr int kPathTries = 12;

}  // namespace

std::uint16_t types_accepting(ValueType type) {
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

std::string ExpressionWriter::condition(std::size_t object, int depth) {
  return condition(Scope{.object = object, .record = object}, depth);
}

std::string ExpressionWriter::value(ValueType type, std::size_t object, int depth) {
  return value(type, Scope{.object = object, .record = object}, depth);
}

std::string ExpressionWriter::definition(ValueType type, std::size_t object, int depth) {
  const Scope scope{.object = object};
  return type == ValueType::kBoolean ? condition(scope, depth) : value(type, scope, depth);
}

ValueType ExpressionWriter::any_type() {
  constexpr std::array kTypes = {ValueType::kBoolean,      ValueType::kNumber, ValueType::kMoney,
                                 ValueType::kText,         ValueType::kText,   ValueType::kNumericText,
                                 ValueType::kId,           ValueType::kDate,   ValueType::kDateTime,
                                 ValueType::kMultiPicklist};
  return random_.pick(kTypes);
}

std::string ExpressionWriter::value(ValueType type, const Scope& scope, int depth) {
  if (type == ValueType::kBoolean && depth >= 0) return "(" + condition(scope, depth) + ")";
  if (depth <= 0) return leaf(type, scope);
  const std::size_t die = random_.below(100);
  std::optional<std::string> made;
  if (die < 30) return leaf(type, scope);
  if (die < 62) made = call(type, scope, depth - 1);
  if (!made && die >= 62 && die < 78) return arithmetic(type, scope, depth - 1);
  if (!made && die >= 78 && die < 90) made = aggregate(type, scope, depth - 1);
  if (!made && die >= 90 && die < 96) return looked_up(type, scope, depth - 1);
  if (!made) made = defined(type, scope);
  return made ? *made : leaf(type, scope);
}

std::string ExpressionWriter::leaf(ValueType type, const Scope& scope) {
  // What is written out would be a plain text.
  const bool only_fields = type == ValueType::kMultiPicklist || type == ValueType::kNumericText;
  if (only_fields || random_.chance(72)) return field(type, scope);
  if (random_.chance(30)) {
    if (const auto name = ParameterWords::scalar(type, random_)) return ":" + std::string(*name);
  }
  return literal(type);
}

std::string ExpressionWriter::word(std::string_view word) {
  if (random_.chance(4)) return lower(word);
  return random_.chance(4) ? upper(word) : std::string(word);
}

std::string ExpressionWriter::integer(int reach) { return fmt::format("{}", random_.around(reach)); }

std::string ExpressionWriter::quoted(std::string_view text) {
  std::string written = "'";
  for (const char c : text) {
    constexpr auto kEscapes = "\n\r\t"sv;
    constexpr auto kLetters = "nrt"sv;
    const std::size_t escape = kEscapes.find(c);
    if (escape != std::string_view::npos) {
      written += '\\';
      written += kLetters[escape];
      continue;
    }
    if (c == '\'' || c == '\\') written += '\\';
    written += c;
  }
  return written + "'";
}

std::string ExpressionWriter::literal(ValueType type) {
  constexpr std::array kNumbers = {
      "0"sv,  "0"sv,  "1"sv,       "1"sv,    "2"sv,    "3"sv,  "0.5"sv,  "2.5"sv,
      "30"sv, "90"sv, "1000.01"sv, "5000"sv, "0.01"sv, "-1"sv, "-0.5"sv, "9007199254740993"sv};
  switch (type) {
    case ValueType::kBoolean:
      return random_.chance(50) ? "true" : "false";
    case ValueType::kNumber:
    case ValueType::kMoney:
      return std::string(random_.pick(kNumbers));
    case ValueType::kDate:
      return random_.chance(50) ? single_day() : format_day(random_day(random_, day_of(now_)));
    case ValueType::kDateTime:
      return random_.chance(40) ? "NOW()" : format_instant(random_instant(random_, now_));
    case ValueType::kMultiPicklist:
      return quoted(random_choices(random_));
    case ValueType::kId:
      return some_id();
    default:
      return quoted(random_.chance(60) ? random_choice(random_) : random_text(random_));
  }
}

std::string ExpressionWriter::some_id() {
  constexpr std::array kPrefixes = {"001"sv, "005"sv, "006"sv};
  const std::string_view prefix = random_.pick(kPrefixes);
  return fmt::format("'{}R{:011}'", prefix, random_.below(9));
}

// Where a path begins: at the row of the scope itself, the record judged, or the row around the aggregate.
std::string ExpressionWriter::begin_path(const Scope& scope, std::size_t& object) {
  object = scope.object;
  if (scope.alone || !random_.chance(25)) return {};
  const bool outer = scope.outer.has_value() && (!scope.record || random_.chance(50));
  if (!outer && !scope.record) return {};
  object = outer ? *scope.outer : *scope.record;
  return word(outer ? "$Outer" : "$Record") + ".";
}

std::optional<ExpressionWriter::FieldPath> ExpressionWriter::field_path(const Scope& scope, const Fits& fits,
                                                                        History history) {
  for (int attempt = 0; attempt < kPathTries; ++attempt) {
    FieldPath path;
    path.text = begin_path(scope, path.object);
    bool direct = true;
    while (random_.chance(direct ? 35 : 40)) {
      const auto& ways = vocabulary_of(path.object).ways;
      if (ways.empty()) break;
      const Vocabulary::Way& way = random_.pick(ways);
      path.text += word(way.name) + ".";
      path.object = way.object;
      direct = false;
    }
    if (history == History::kKept && world_schema()->object(path.object).history_object.empty()) continue;
    std::vector<const Vocabulary::Field*> fitting;
    for (const Vocabulary::Field& one : vocabulary_of(path.object).fields) {
      if (fits(value_type(one.type)) && !one.derived) fitting.push_back(&one);
    }
    if (fitting.empty()) continue;
    const Vocabulary::Field& chosen = *random_.pick(fitting);
    path.field = chosen.index;
    path.text += word(chosen.name);
    return path;
  }
  return std::nullopt;
}

std::string ExpressionWriter::field(ValueType type, const Scope& scope) {
  if (random_.chance(12)) {
    if (auto name = defined(type, scope)) return *name;
  }
  const auto path = field_path(scope, [type](ValueType found) { return found == type; });
  return path ? path->text : literal(type);
}

// A definition, or a field that a field map derives, of the scope's own record or of the record judged.
std::optional<std::string> ExpressionWriter::defined(ValueType type, const Scope& scope) {
  std::vector<std::string> names;
  for (const DefinedWord& definition : definitions_) {
    if (definition.type != type || (scope.alone && !definition.for_selects)) continue;
    if (definition.object == scope.object) names.push_back(definition.name);
    if (!scope.alone && scope.record == definition.object) names.push_back("$Record." + definition.name);
  }
  for (const Vocabulary::Field& one : vocabulary_of(scope.object).fields) {
    if (one.derived && value_type(one.type) == type) names.push_back(one.name);
  }
  if (names.empty()) return std::nullopt;
  return word(random_.pick(names));
}

std::string ExpressionWriter::arithmetic(ValueType type, const Scope& scope, int depth) {
  const auto two = [&](ValueType left, std::string_view op, ValueType right) {
    return "(" + spaced({value(left, scope, depth), std::string(op), value(right, scope, depth)}) + ")";
  };
  constexpr std::array kAdditive = {"+"sv, "-"sv};
  constexpr std::array kAny = {"+"sv, "-"sv, "*"sv, "/"sv};
  constexpr std::array kNumeric = {ValueType::kNumber, ValueType::kNumber, ValueType::kMoney};
  const ValueType numeric = random_.pick(kNumeric);
  switch (type) {
    case ValueType::kNumber:
      if (random_.chance(15)) return fmt::format("-({})", value(ValueType::kNumericText, scope, depth));
      if (random_.chance(15)) return "-" + two(ValueType::kNumber, random_.pick(kAny), ValueType::kNumber);
      if (random_.chance(25)) return two(ValueType::kDate, "-", ValueType::kDate);
      if (random_.chance(25)) return two(ValueType::kDateTime, "-", ValueType::kDateTime);
      if (random_.chance(30)) return two(ValueType::kMoney, random_.chance(50) ? "*" : "/", numeric);
      return two(numeric, random_.pick(kAny), ValueType::kNumber);
    case ValueType::kMoney:
      if (random_.chance(25)) return fmt::format("-({})", value(ValueType::kMoney, scope, depth));
      return two(ValueType::kMoney, random_.pick(kAdditive), ValueType::kMoney);
    case ValueType::kDate:
    case ValueType::kDateTime:
      if (random_.chance(70)) {
        std::string sum = spaced(
            {value(type, scope, depth), std::string(random_.pick(kAdditive)), small_number(scope, depth)});
        return "(" + sum + ")";
      }
      return "(" + spaced({small_number(scope, depth), "+", value(type, scope, depth)}) + ")";
    default:
      return looked_up(type, scope, depth);
  }
}

// Counts of days, months or places: mostly small and whole.
std::string ExpressionWriter::small_number(const Scope& scope, int depth) {
  if (random_.chance(8)) return value(ValueType::kNumber, scope, depth);
  if (random_.chance(10)) return random_.pick(std::array{"1.5", "-0.5", "100000", "2000000", "0.25", "null"});
  if (random_.chance(20)) return integer(400);
  return integer(7);
}

std::string ExpressionWriter::looked_up(ValueType type, const Scope& scope, int depth) {
  const auto map = ParameterWords::map(type, random_);
  if (!map) return leaf(type, scope);
  constexpr std::array kKeys = {ValueType::kText, ValueType::kText, ValueType::kNumericText, ValueType::kId};
  return spaced(
      {word("LOOKUP"), "(:" + std::string(*map) + ",", value(random_.pick(kKeys), scope, depth) + ")"});
}

std::string ExpressionWriter::date_literal() {
  const std::vector<std::string>& names = date_literal_names();
  const std::string& name = random_.pick(names);
  if (!takes_number(find_date_literal(name).value())) return word(name);
  const std::size_t number = random_.chance(80) ? random_.below(5) : random_.below(500);
  return fmt::format("{}:{}", word(name), number);
}

std::string ExpressionWriter::single_day() {
  if (random_.chance(60)) return word(random_.pick(std::array{"TODAY", "TODAY", "YESTERDAY", "TOMORROW"}));
  return fmt::format("N_DAYS_AGO:{}", random_.below(40));
}

}  // namespace plumbline
