#include "policies/display.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include "base/digits.h"
#include "base/utf8.h"
#include "policies/language/bound.h"
#include "policies/pack.h"

namespace plumbline {
namespace {

// Below this a number's hundredths fit an int64, and a product with 100 is off by far less than kDoubt.
constexpr double kLargestQuickNumber = 1e9;
// How near to half a hundredth the product may not tell any more which way the number itself rounds.
constexpr double kDoubt = 1e-3;
constexpr unsigned kMinutesPerHour = 60;

void append_hundredths(std::string& out, std::int64_t hundredths) {
  std::array<char, kIntegerRoom + 4> text;
  char* end = text.data();
  if (hundredths < 0) *end++ = '-';
  end = write_integer(end, std::abs(hundredths) / 100);
  if (const auto places = static_cast<unsigned>(std::abs(hundredths) % 100); places != 0) {
    *end++ = '.';
    end = write_two_digits(end, places);
    if (places % 10 == 0) --end;
  }
  out.append(text.data(), end);
}

// Elapsed days have endless fractions; people want two places at most.
void append_number(std::string& out, double number) {
  const double scaled = number * 100.0;
  const double hundredths = std::round(scaled);
  if (std::abs(number) < kLargestQuickNumber && std::abs(std::abs(scaled - hundredths) - 0.5) > kDoubt) {
    append_hundredths(out, static_cast<std::int64_t>(hundredths));
  } else if (hundredths == 0 || number == std::trunc(number)) {
    fmt::format_to(std::back_inserter(out), "{:.0f}", hundredths == 0 ? 0.0 : number);
  } else {
    fmt::format_to(std::back_inserter(out), "{:.2f}", number);
    const std::size_t end = out.find_last_not_of('0');
    out.resize(out[end] == '.' ? end : end + 1);
  }
}

void append_instant(std::string& out, Instant instant, const TimeZone& zone) {
  const LocalTime local = zone.local(instant);
  const auto minutes =
      static_cast<unsigned>(std::chrono::duration_cast<std::chrono::minutes>(local.since_midnight).count());
  append_display_day(out, local.day);
  std::array<char, 6> clock = {' '};
  char* const end = write_two_digits(clock.data() + 1, minutes / kMinutesPerHour);
  *end = ':';
  out.append(clock.data(), write_two_digits(end + 1, minutes % kMinutesPerHour));
}

}  // namespace

std::string display_value(const Value& value, const TimeZone& zone, std::string_view currency) {
  std::string text;
  append_display_value(text, value, zone, currency);
  return text;
}

void append_display_value(std::string& out, const Value& value, const TimeZone& zone,
                          std::string_view currency) {
  if (value.is_null()) {
    out += "none";
    return;
  }
  if (value.is_unknown()) {
    out += "(unknown)";
    return;
  }
  switch (value.type) {
    case ValueType::kBoolean:
      out += value.boolean ? "yes" : "no";
      break;
    case ValueType::kNumber:
      append_number(out, value.number);
      break;
    case ValueType::kMoney:
      out += currency;
      if (!currency.empty()) out += ' ';
      append_display_money(out, value.money);
      break;
    case ValueType::kDate:
      append_display_day(out, value.day);
      break;
    case ValueType::kDateTime:
      append_instant(out, value.instant, zone);
      break;
    default:
      out += trim(value.text);
  }
}

bool is_converted(const BoundExpr& expression) {
  if (expression.kind == BoundKind::kCall && expression.function->name == "CONVERTED") return true;
  const BoundAggregate* const rows = expression.aggregate.get();
  if (rows != nullptr && rows->value && is_converted(*rows->value)) return true;
  return std::ranges::any_of(expression.children, [](const Bound& child) { return is_converted(*child); });
}

std::vector<std::string> display_elements(const Parameter& parameter) {
  const auto shown = [](const Value& value) {
    // Somebody wrote each of its places.
    const bool number = value.is_known() && value.type == ValueType::kNumber;
    const bool rounded = number && std::round(value.number * 100.0) / 100.0 != value.number;
    return rounded ? fmt::format("{}", value.number) : display_value(value, TimeZone::utc(), "");
  };
  std::vector<std::string> parts;
  for (const Value& value : parameter.items) parts.push_back(shown(value));
  for (const auto& [key, value] : parameter.entries)
    parts.push_back(fmt::format("{}: {}", key, shown(value)));
  return parts;
}

std::string display_parameter(const Parameter& parameter) {
  return fmt::format("{}", fmt::join(display_elements(parameter), ", "));
}

}  // namespace plumbline
