// Small things that several families of functions need. Not for use outside policies/functions/.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "policies/functions/function.h"

namespace plumbline {

using Arguments = std::span<const Value>;

// No count of days, months or places beyond this means anything.
inline constexpr double kMaxWholeNumber = 1e9;

// The number without its fraction, as Salesforce cuts counts of months and places; empty where the number is
// no number or beyond kMaxWholeNumber.
inline std::optional<std::int64_t> whole_number(double number) {
  if (!(std::abs(number) <= kMaxWholeNumber)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

inline bool is_in_calendar(Day day) { return day >= kFirstDay && day <= kLastDay; }

inline Value outside_calendar() {
  return Value::unknown("the date would lie outside of the years 1700 to 4000");
}

inline Value day_or_outside(std::optional<Day> day) {
  return day && is_in_calendar(*day) ? Value::of(*day) : outside_calendar();
}

// Whole days since the epoch, read as a civil day with no zone.
inline Day utc_day_of(Instant instant) {
  return Day{std::chrono::floor<std::chrono::days>(instant).time_since_epoch()};
}

// The day of a date, or of a datetime in UTC; empty where the calendar does not reach.
inline std::optional<Day> utc_day(const Value& value) {
  const Day day = value.type == ValueType::kDateTime ? utc_day_of(value.instant) : value.day;
  return is_in_calendar(day) ? std::optional(day) : std::nullopt;
}

// The day of a date, or of a datetime in the judged zone; empty where the calendar does not reach.
inline std::optional<Day> local_day(const Value& value, const TimeZone& zone) {
  if (!utc_day(value)) return std::nullopt;
  const Day day = value.type == ValueType::kDateTime ? zone.day_of(value.instant) : value.day;
  return is_in_calendar(day) ? std::optional(day) : std::nullopt;
}

inline bool holds_text(ValueType type) {
  return type == ValueType::kText || type == ValueType::kNumericText || type == ValueType::kMultiPicklist ||
         type == ValueType::kId;
}

// Null, or text that is nothing but white space. Nothing else is ever blank.
inline bool is_blank_value(const Value& value) {
  return value.is_null() || (holds_text(value.type) && is_blank(value.text));
}

// Brings a chosen argument to the type its fellows share: money beside a plain number becomes a number.
inline Value as_common(const Value& chosen, Arguments fellows) {
  if (!chosen.is_known() || chosen.type != ValueType::kMoney) return chosen;
  for (const Value& fellow : fellows) {
    if (fellow.type == ValueType::kNumber)
      return Value::of(static_cast<double>(chosen.money.hundredths) / 100.0);
  }
  return chosen;
}

// An unknown whose reason is made for this record, kept in the context's arena.
template <class... Parts>
Value unknown_because(const CallContext& context, fmt::format_string<Parts...> reason, Parts&&... parts) {
  return Value::unknown(context.arena.keep(fmt::format(reason, std::forward<Parts>(parts)...)));
}

// The API name of a field argument's field, as conditions write it.
inline std::string_view field_name(const CallContext& context, const FieldArgument& field) {
  return context.snapshot.schema().object(field.object).fields[field.field].name;
}

// The row of a function of one argument.
inline FunctionDescriptor one_argument_row(std::string_view name, std::string_view usage,
                                           std::string_view help, std::uint16_t argument, ResultType result,
                                           RowFunction evaluate) {
  return {.name = name,
          .usage = usage,
          .help = help,
          .arguments = {argument},
          .required = 1,
          .result = result,
          .evaluate = evaluate};
}

}  // namespace plumbline
