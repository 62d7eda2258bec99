// Functions that choose between values, and those that look at null and unknown.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/utf8.h"
#include "policies/functions/support.h"
#include "policies/language/compare.h"

namespace plumbline {
namespace {

enum class Kind : std::uint8_t { kTruth, kNumeric, kTime, kText };

Kind kind_of(ValueType type) {
  switch (type) {
    case ValueType::kBoolean:
      return Kind::kTruth;
    case ValueType::kNumber:
    case ValueType::kMoney:
      return Kind::kNumeric;
    case ValueType::kDate:
    case ValueType::kDateTime:
      return Kind::kTime;
    default:
      return Kind::kText;
  }
}

std::optional<double> number_in(const Value& value) {
  if (value.type == ValueType::kNumber) return value.number;
  if (value.type == ValueType::kMoney) return static_cast<double>(value.money.hundredths) / 100.0;
  const std::string_view text = trim(value.text);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || !std::isfinite(number)) return std::nullopt;
  return number;
}

// Where one side is text that holds a number, and so is the other: whether the numbers are the same.
std::optional<bool> same_number_in_text(const Value& a, const Value& b) {
  if (a.type != ValueType::kNumericText && b.type != ValueType::kNumericText) return std::nullopt;
  const auto left = number_in(a);
  const auto right = number_in(b);
  return left && right ? std::optional(*left == *right) : std::nullopt;
}

// What `=` says of two values neither of which is unknown. The values beside one x may be of several types,
// so that the binder cannot bring all of them to one. A blank text is null, as in SOQL.
bool same_value(const CallContext& context, const Value& a, const Value& b) {
  if (is_blank_value(a) || is_blank_value(b)) return is_blank_value(a) && is_blank_value(b);
  if (const auto same = same_number_in_text(a, b)) return *same;
  if (kind_of(a.type) != kind_of(b.type)) return false;
  if (kind_of(a.type) == Kind::kTime && a.type != b.type) {
    return local_day(a, context.time.zone) == local_day(b, context.time.zone);
  }
  return b.type == ValueType::kMultiPicklist ? compare_values(b, a) == 0 : compare_values(a, b) == 0;
}

Value if_blank(const CallContext&, Arguments arguments) { return Value::of(is_blank_value(arguments[0])); }

Value blank_value(const CallContext&, Arguments arguments) {
  if (arguments[0].is_unknown()) return arguments[0];
  return as_common(is_blank_value(arguments[0]) ? arguments[1] : arguments[0], arguments);
}

Value if_else(const CallContext&, Arguments arguments) {
  const Value& condition = arguments[0];
  if (condition.is_unknown()) return condition;
  const bool holds = condition.is_known() && condition.boolean;
  return as_common(arguments[holds ? 1 : 2], arguments.subspan(1));
}

// The results of a CASE are every second argument after its first two, and the last.
Value case_result(Arguments arguments, std::size_t chosen) {
  const Value& result = arguments[chosen];
  if (!result.is_known() || result.type != ValueType::kMoney) return result;
  for (std::size_t i = 2; i < arguments.size(); i += 2) {
    const Value common = as_common(result, arguments.subspan(i, 1));
    if (common.type != result.type) return common;
  }
  return as_common(result, arguments.last(1));
}

Value case_of(const CallContext& context, Arguments arguments) {
  if (arguments[0].is_unknown()) return arguments[0];
  const std::size_t otherwise = arguments.size() - 1;
  for (std::size_t when = 1; when < otherwise; when += 2) {
    // An unknown one may be the match, so that nothing behind it can be chosen any more.
    if (arguments[when].is_unknown()) return arguments[when];
    if (same_value(context, arguments[0], arguments[when])) return case_result(arguments, when + 1);
  }
  return case_result(arguments, otherwise);
}

Value first_known(const CallContext&, Arguments arguments) {
  const auto found = std::ranges::find_if(arguments, &Value::is_known);
  if (found != arguments.end()) return as_common(*found, arguments);
  const auto typed = std::ranges::find_if(arguments, &Value::is_null);
  return typed == arguments.end() ? Value::null() : *typed;
}

Value is_known(const CallContext&, Arguments arguments) { return Value::of(!arguments[0].is_unknown()); }

}  // namespace

std::vector<FunctionDescriptor> logic_functions() {
  return {
      {.name = "ISBLANK",
       .usage = "ISBLANK(x)",
       .help = "Whether x is null or nothing but white space; true and false are never blank.",
       .arguments = {kAnyArg},
       .required = 1,
       .result = ResultType::kBoolean,
       .missing = MissingRule::kSeesNulls,
       .evaluate = if_blank,
       .choice = Choice::kIsBlank},
      {.name = "BLANKVALUE",
       .usage = "BLANKVALUE(x, substitute)",
       .help = "x, or the substitute where x is blank; the substitute is looked at only then.",
       .arguments = {kAnyArg, kAnyArg},
       .required = 2,
       .result = ResultType::kCommon,
       .missing = MissingRule::kSeesUnknowns,
       .evaluate = blank_value,
       .choice = Choice::kBlankValue},
      {.name = "IF",
       .usage = "IF(condition, then, else)",
       .help =
           "One of two values; a null condition counts as false, and the value not taken is not looked at.",
       .arguments = {kBooleanArg, kAnyArg, kAnyArg},
       .required = 3,
       .result = ResultType::kCommonIf,
       .missing = MissingRule::kSeesUnknowns,
       .evaluate = if_else,
       .choice = Choice::kIf},
      {.name = "CASE",
       .usage = "CASE(x, value1, result1, ..., else)",
       .help = "The result beside the first value that equals x (as = compares, but null equals null), or "
               "the else; "
               "results not taken are not looked at.",
       .arguments = {kAnyArg, kAnyArg, kAnyArg, kAnyArg},
       .required = 4,
       .repeats = 2,
       .result = ResultType::kCommonCase,
       .missing = MissingRule::kSeesUnknowns,
       .evaluate = case_of},
      {.name = "FIRST_KNOWN",
       .usage = "FIRST_KNOWN(a, b, ...)",
       .help = "The first that is neither null nor unknown; null if none is left.",
       .arguments = {kAnyArg},
       .required = 1,
       .repeats = 1,
       .result = ResultType::kCommon,
       .missing = MissingRule::kSeesUnknowns,
       .evaluate = first_known,
       .choice = Choice::kFirstKnown},
      {.name = "IS_KNOWN",
       .usage = "IS_KNOWN(x)",
       .help = "False where the data does not tell what x is, else true; a null is known to be null.",
       .arguments = {kAnyArg},
       .required = 1,
       .result = ResultType::kBoolean,
       .missing = MissingRule::kSeesUnknowns,
       .evaluate = is_known},
  };
}

}  // namespace plumbline
