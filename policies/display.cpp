#include "policies/display.h"

#include <fmt/format.h>

#include <cmath>

#include "base/utf8.h"

namespace plumbline {
namespace {

// Elapsed days have endless fractions; people want one place.
std::string display_number(double number) {
  const double rounded = std::round(number * 100.0) / 100.0;
  const bool is_nothing = rounded == 0;  // minus zero, too
  if (is_nothing || number == std::trunc(number)) return fmt::format("{:.0f}", is_nothing ? 0.0 : number);
  const std::string text = fmt::format("{:.2f}", number);
  const std::size_t end = text.find_last_not_of('0');
  return text.substr(0, text[end] == '.' ? end : end + 1);
}

std::string display_instant(Instant instant, const TimeZone& zone) {
  const LocalTime local = zone.local(instant);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(local.since_midnight).count();
  return fmt::format("{} {:02}:{:02}", display_day(local.day), minutes / 60, minutes % 60);
}

}  // namespace

std::string display_value(const Value& value, const TimeZone& zone, std::string_view currency) {
  if (value.is_null()) return "none";
  if (value.is_unknown()) return "(unknown)";
  switch (value.type) {
    case ValueType::kBoolean:
      return value.boolean ? "yes" : "no";
    case ValueType::kNumber:
      return display_number(value.number);
    case ValueType::kMoney:
      return currency.empty() ? display_money(value.money)
                              : fmt::format("{} {}", currency, display_money(value.money));
    case ValueType::kDate:
      return display_day(value.day);
    case ValueType::kDateTime:
      return display_instant(value.instant, zone);
    default:
      return std::string(trim(value.text));
  }
}

}  // namespace plumbline
