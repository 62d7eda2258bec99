// Functions of numbers and amounts of money. Money stays in whole hundredths throughout.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <expected>
#include <string>

#include "base/utf8.h"
#include "policies/functions/currency.h"
#include "policies/functions/support.h"
#include "policies/language/compare.h"

namespace plumbline {
namespace {

__extension__ using Wide = unsigned __int128;

Value money_or_overflow(const Money money) {
  if (std::abs(money.hundredths) > kMoneyMaxHundredths) return Value::unknown("the amount is too large");
  return Value::of(money);
}

Value absolute(const CallContext&, Arguments arguments) {
  const Value& value = arguments[0];
  if (value.type == ValueType::kMoney) return money_or_overflow(Money{std::abs(value.money.hundredths)});
  return Value::of(std::abs(value.number));
}

// --- MIN and MAX

enum class Extreme : std::int8_t { kLeast = -1, kGreatest = 1 };

template <Extreme Which>
Value extreme(const CallContext&, Arguments arguments) {
  const Value* best = nullptr;
  for (const Value& value : arguments) {
    if (value.is_null()) continue;
    if (value.type == ValueType::kNumber && std::isnan(value.number)) {
      return Value::unknown("one of the numbers could not be worked out");
    }
    if (!best || compare_values(value, *best) == static_cast<int>(Which)) best = &value;
  }
  return best ? as_common(*best, arguments) : Value::null(arguments[0].type);
}

// --- ROUND

// No number has more places than this on either side of the point.
constexpr std::int64_t kMaxPlaces = 400;

// 10^n in hundredths, or 0 where it is more than twice any amount, so that every amount rounds to nothing.
std::int64_t unit_of_places(std::int64_t places) {
  constexpr std::int64_t kLargestUnitPlaces = -16;
  if (places < kLargestUnitPlaces) return 0;
  std::int64_t unit = 1;
  for (std::int64_t place = 2; place > places; --place) unit *= 10;
  return unit;
}

Value round_money(Money money, std::int64_t places) {
  const std::int64_t unit = unit_of_places(places);
  if (unit == 0) return Value::of(Money{0});
  const std::int64_t rest = money.hundredths % unit;
  const std::int64_t below = money.hundredths - rest;
  if (std::abs(rest) < unit - std::abs(rest)) return Value::of(Money{below});
  return money_or_overflow(Money{rest < 0 ? below - unit : below + unit});
}

// Adds one to a whole number written in digits.
void increment(std::string& digits) {
  for (std::size_t i = digits.size(); i > 0; --i) {
    if (digits[i - 1] != '9') {
      ++digits[i - 1];
      return;
    }
    digits[i - 1] = '0';
  }
  digits.insert(digits.begin(), '1');
}

// The shortest digits that name the number (its size, without sign), and the power of ten of the first one.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

Decimal decimal_of(double number) {
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, std::abs(number), std::chars_format::scientific).ptr;
  const std::string_view written(buffer, static_cast<std::size_t>(end - buffer));
  Decimal decimal;
  const std::size_t mark = written.find('e');
  for (const char c : written.substr(0, mark)) {
    if (c != '.') decimal.digits.push_back(c);
  }
  const std::size_t exponent = written[mark + 1] == '+' ? mark + 2 : mark + 1;
  std::from_chars(buffer + exponent, end, decimal.exponent);
  return decimal;
}

// Rounds the decimal that people see, not the binary fraction behind it: 2.675 is 2.68, as in Salesforce.
std::optional<double> round_number(double number, std::int64_t places) {
  if (!std::isfinite(number)) return std::nullopt;
  Decimal decimal = decimal_of(number);
  const std::int64_t kept = decimal.exponent + 1 + places;
  if (kept >= static_cast<std::int64_t>(decimal.digits.size())) return number;
  if (kept < 0) return 0.0;
  const bool up = decimal.digits[static_cast<std::size_t>(kept)] >= '5';
  decimal.digits.resize(static_cast<std::size_t>(kept));
  if (up) increment(decimal.digits);
  if (decimal.digits.empty()) return 0.0;
  const std::string text = fmt::format("{}e{}", decimal.digits, -places);
  double rounded = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), rounded).ec != std::errc{}) return std::nullopt;
  return std::signbit(number) ? -rounded : rounded;
}

Value rounded(const CallContext&, Arguments arguments) {
  const auto whole = whole_number(arguments[1].number);
  if (!whole) return Value::unknown("the number of places to round to is no usable number");
  const std::int64_t places = std::clamp(*whole, -kMaxPlaces, kMaxPlaces);
  if (arguments[0].type == ValueType::kMoney) return round_money(arguments[0].money, places);
  const auto number = round_number(arguments[0].number, places);
  return number ? Value::of(*number) : Value::unknown("the number is too large to be rounded");
}

// --- CONVERTED

}  // namespace

// The rate is taken as the decimal it was written as, m * 10^-k: a binary 1.6 is a little more than 1.6, and
// would turn an exact half into less than one.
std::optional<Money> converted_amount(Money money, double rate) {
  constexpr int kMostScale = 20;  // 2 * kMoneyMaxHundredths * 10^20 fits into 128 bits
  if (!std::isfinite(rate) || rate <= 0) return std::nullopt;
  Decimal decimal = decimal_of(rate);
  int scale = static_cast<int>(decimal.digits.size()) - 1 - decimal.exponent;
  // Only a rate far below a thousandth has digits there, and more than it can mean.
  for (; scale > kMostScale && decimal.digits.size() > 1; --scale) decimal.digits.pop_back();
  if (scale > kMostScale || scale < -kMostScale) return std::nullopt;
  Wide dividend = static_cast<Wide>(std::abs(money.hundredths));
  Wide divisor = 0;
  for (const char digit : decimal.digits) divisor = divisor * 10 + static_cast<unsigned>(digit - '0');
  for (int i = 0; i < scale; ++i) dividend *= 10;
  for (int i = 0; i > scale; --i) divisor *= 10;
  const Wide quotient = (2 * dividend + divisor) / (2 * divisor);
  if (quotient > static_cast<Wide>(kMoneyMaxHundredths)) return std::nullopt;
  const auto hundredths = static_cast<std::int64_t>(quotient);
  return Money{money.hundredths < 0 ? -hundredths : hundredths};
}

namespace {

// The record's currency code: empty for none, an unknown Value where it could not be read.
std::expected<std::string_view, Value> currency_of(const CallContext& context) {
  const FieldArgument& field = context.fields[0];
  const Table* table = context.snapshot.table(field.object);
  const auto code_field = context.snapshot.schema().object(field.object).find("CurrencyIsoCode");
  const Column* codes = table && code_field ? table->column(*code_field) : nullptr;
  if (!codes || field.row >= table->rows()) return std::string_view{};
  switch (codes->kind(field.row)) {
    case CellKind::kNull:
      return std::string_view{};
    case CellKind::kUnknown:
      return std::unexpected(Value::unknown("the record's CurrencyIsoCode could not be read"));
    case CellKind::kKnown:
      break;
  }
  return trim(codes->text(field.row));
}

Value converted(const CallContext& context, Arguments arguments) {
  auto code = currency_of(context);
  if (arguments.size() > 1) code = arguments[1].text == kNoCurrency ? "" : trim(arguments[1].text);
  if (!code) return code.error();
  if (code->empty()) return arguments[0];
  const auto rate = context.snapshot.currency_rates().rate(*code);
  if (!rate) {
    return unknown_because(context, "{} is in {}, and no CurrencyType row tells its rate",
                           field_name(context, context.fields[0]), *code);
  }
  const auto money = converted_amount(arguments[0].money, *rate);
  if (money) return Value::of(*money);
  return unknown_because(context, "{} cannot be converted with the rate {} of {}",
                         field_name(context, context.fields[0]), *rate, *code);
}

constexpr std::uint16_t kOrderedArg = kNumericArg | kTimeArg;

FunctionDescriptor extreme_row(std::string_view name, std::string_view usage, std::string_view help,
                               RowFunction evaluate) {
  return {.name = name,
          .usage = usage,
          .help = help,
          .arguments = {kOrderedArg, kOrderedArg},
          .required = 2,
          .repeats = 1,
          .result = ResultType::kCommon,
          .missing = MissingRule::kSeesNulls,
          .evaluate = evaluate};
}

}  // namespace

std::vector<FunctionDescriptor> number_functions() {
  return {
      {.name = "ABS",
       .usage = "ABS(n)",
       .help = "The number or amount without its sign.",
       .arguments = {kNumericArg},
       .required = 1,
       .result = ResultType::kLikeFirst,
       .evaluate = absolute},
      extreme_row(
          "MIN", "MIN(a, b, ...)",
          "The least of several numbers, amounts, dates or datetimes; nulls are skipped, and all nulls give "
          "null.",
          extreme<Extreme::kLeast>),
      extreme_row(
          "MAX", "MAX(a, b, ...)",
          "The greatest of several numbers, amounts, dates or datetimes; nulls are skipped, and all nulls "
          "give null.",
          extreme<Extreme::kGreatest>),
      {.name = "ROUND",
       .usage = "ROUND(n, places)",
       .help =
           "The number or amount to so many decimal places, halves away from zero; negative places round to "
           "tens, hundreds, ...",
       .arguments = {kNumericArg, kNumberArg},
       .required = 2,
       .result = ResultType::kLikeFirst,
       .evaluate = rounded},
      {.name = "CONVERTED",
       .usage = "CONVERTED(field)",
       .help = "The amount in the organisation's currency by the CurrencyType rates, to the nearest "
               "hundredth; face "
               "value for a record without a currency code, unknown for a code without a rate.",
       .arguments = {kMoneyArg | kFieldArg},
       .required = 1,
       .result = ResultType::kMoney,
       .evaluate = converted},
  };
}

}  // namespace plumbline
