// Functions that take a date apart or step from one date to another.
// SOQL's own work in UTC on a datetime, so ours do too; convertTimezone is how a policy asks for local time.
#include <string>
#include <type_traits>
#include <vector>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "policies/functions/support.h"

namespace plumbline {
namespace {

using std::chrono::days;

int year_number(Day day) { return static_cast<int>(civil(day).year()); }
int month_number(Day day) { return static_cast<int>(static_cast<unsigned>(civil(day).month())); }
int quarter_number(Day day) { return (month_number(day) - 1) / 3 + 1; }
int day_of_month(Day day) { return static_cast<int>(static_cast<unsigned>(civil(day).day())); }

// A row function of "which number is it", from a function of the day, with or without the calendar.
template <auto NumberOf>
Value number_of_day(const CallContext& context, Arguments arguments) {
  const auto day = utc_day(arguments[0]);
  if (!day) return outside_calendar();
  if constexpr (std::is_invocable_v<decltype(NumberOf), Day>) {
    return Value::of(static_cast<double>(NumberOf(*day)));
  } else {
    return Value::of(static_cast<double>(NumberOf(*context.time.calendar, *day)));
  }
}

// A row function of "which day belongs to it".
template <auto DayFor>
Value day_for_day(const CallContext& context, Arguments arguments) {
  const auto day = utc_day(arguments[0]);
  if (!day) return outside_calendar();
  if constexpr (std::is_invocable_v<decltype(DayFor), Day>) {
    return day_or_outside(DayFor(*day));
  } else {
    return day_or_outside(DayFor(*context.time.calendar, *day));
  }
}

Value day_only(const CallContext&, Arguments arguments) { return day_or_outside(utc_day(arguments[0])); }

Value hour_in_day(const CallContext&, Arguments arguments) {
  const Instant instant = arguments[0].instant;
  const auto since_midnight = instant - std::chrono::floor<days>(instant);
  return Value::of(static_cast<double>(std::chrono::floor<std::chrono::hours>(since_midnight).count()));
}

Value convert_timezone(const CallContext& context, Arguments arguments) {
  if (!utc_day(arguments[0])) return outside_calendar();
  const Instant instant = arguments[0].instant;
  return Value::of(Instant{instant + context.time.zone.utc_offset(instant)});
}

Value date_value(const CallContext& context, Arguments arguments) {
  return day_or_outside(local_day(arguments[0], context.time.zone));
}

Value months_added(const CallContext&, Arguments arguments) {
  const auto day = utc_day(arguments[0]);
  const auto months = whole_number(arguments[1].number);
  if (!day || !months) return outside_calendar();
  const auto moved = add_months(*day, *months);
  if (!moved || arguments[0].type == ValueType::kDate) return day_or_outside(moved);
  return Value::of(Instant{arguments[0].instant + (*moved - *day)});
}

Value quarter_start(const CallContext& context, Arguments arguments) {
  const auto day = utc_day(arguments[0]);
  const auto quarters = whole_number(arguments[1].number);
  if (!day || !quarters) return outside_calendar();
  return day_or_outside(fiscal_quarter_start(*context.time.calendar, *day, *quarters));
}

// The rows need nothing prepared: this only refuses a name the calendar does not have.
Result<std::shared_ptr<const void>> check_calendar_name(std::span<const Value> constants,
                                                        const Calendar& calendar) {
  if (constants.empty() || !constants[0].is_known()) {
    return fail(ErrorCode::kInvalidInput, "CALENDAR_DAY needs the name of a calendar, such as 'red-green'");
  }
  const std::string_view name = constants[0].text;
  if (calendar.named.contains(name)) return nullptr;
  std::vector<std::string> known;
  for (const auto& [known_name, days_of_it] : calendar.named) known.push_back(known_name);
  const std::string hint =
      known.empty() ? "; the pack's calendar has no `named` entry" : did_you_mean(name, known);
  return fail(ErrorCode::kInvalidInput, fmt::format("no calendar is named '{}'{}", name, hint));
}

Value named_day(const CallContext& context, Arguments arguments) {
  const std::string_view name = arguments[0].text;
  const auto step = whole_number(arguments[1].number);
  const auto day =
      step ? calendar_day(*context.time.calendar, name, context.time.today, *step) : std::nullopt;
  if (day) return Value::of(*day);
  return unknown_because(context, "the calendar '{}' has no day {} steps from today", name,
                         arguments[1].number);
}

FunctionDescriptor number_row(std::string_view name, std::string_view usage, std::string_view help,
                              RowFunction evaluate) {
  return one_argument_row(name, usage, help, kTimeArg, ResultType::kNumber, evaluate);
}

FunctionDescriptor day_row(std::string_view name, std::string_view usage, std::string_view help,
                           std::uint16_t argument, RowFunction evaluate) {
  return one_argument_row(name, usage, help, argument, ResultType::kDate, evaluate);
}

std::vector<FunctionDescriptor> soql_functions() {
  return {
      number_row("CALENDAR_YEAR", "CALENDAR_YEAR(date)", "The year; of a datetime, in UTC.",
                 number_of_day<year_number>),
      number_row("CALENDAR_QUARTER", "CALENDAR_QUARTER(date)",
                 "The quarter of the calendar year, 1 to 4; of a datetime, in UTC.",
                 number_of_day<quarter_number>),
      number_row("CALENDAR_MONTH", "CALENDAR_MONTH(date)", "The month, 1 to 12; of a datetime, in UTC.",
                 number_of_day<month_number>),
      number_row("DAY_IN_YEAR", "DAY_IN_YEAR(date)",
                 "The day's number in its year, 1 to 366; of a datetime, in UTC.",
                 number_of_day<day_in_year>),
      number_row("DAY_IN_MONTH", "DAY_IN_MONTH(date)",
                 "The day's number in its month, 1 to 31; of a datetime, in UTC.",
                 number_of_day<day_of_month>),
      number_row(
          "DAY_IN_WEEK", "DAY_IN_WEEK(date)",
          "1 for Sunday to 7 for Saturday, whatever day the calendar's weeks start; of a datetime, in UTC.",
          number_of_day<day_in_week>),
      day_row("DAY_ONLY", "DAY_ONLY(datetime)",
              "The datetime's day in UTC; DATEVALUE gives the day in the judged zone.", kDateTimeArg,
              day_only),
      {.name = "HOUR_IN_DAY",
       .usage = "HOUR_IN_DAY(datetime)",
       .help = "The hour in UTC, 0 to 23; HOUR_IN_DAY(convertTimezone(x)) is the hour in the judged zone.",
       .arguments = {kDateTimeArg},
       .required = 1,
       .result = ResultType::kNumber,
       .evaluate = hour_in_day},
      number_row("WEEK_IN_YEAR", "WEEK_IN_YEAR(date)",
                 "The block of seven days in its year: 1 to 7 January are 1, the next seven 2, up to 53.",
                 number_of_day<week_in_year>),
      number_row("WEEK_IN_MONTH", "WEEK_IN_MONTH(date)",
                 "The block of seven days in its month: days 1 to 7 are 1, 8 to 14 are 2, up to 5.",
                 number_of_day<week_in_month>),
      number_row("FISCAL_YEAR", "FISCAL_YEAR(date)",
                 "The fiscal year's name by the pack's calendar, as a number; of a datetime, in UTC.",
                 number_of_day<fiscal_year_name>),
      number_row("FISCAL_QUARTER", "FISCAL_QUARTER(date)",
                 "The quarter of the fiscal year, 1 to 4; of a datetime, in UTC.",
                 number_of_day<fiscal_quarter>),
      number_row("FISCAL_MONTH", "FISCAL_MONTH(date)",
                 "The month of the fiscal year, 1 to 12; of a datetime, in UTC.",
                 number_of_day<fiscal_month>),
      {.name = "convertTimezone",
       .usage = "convertTimezone(datetime)",
       .help = "Inside one of SOQL's date functions: makes it work in the judged zone instead of UTC.",
       .arguments = {kDateTimeArg},
       .required = 1,
       .result = ResultType::kDateTime,
       .evaluate = convert_timezone},
  };
}

std::vector<FunctionDescriptor> formula_functions() {
  return {
      {.name = "ADDMONTHS",
       .usage = "ADDMONTHS(date, months)",
       .help =
           "The same day so many months later (earlier where negative); the last day of a month stays a last "
           "day, and a month that is too short gives its last day.",
       .arguments = {kTimeArg, kNumberArg},
       .required = 2,
       .result = ResultType::kLikeFirst,
       .evaluate = months_added},
      day_row("DATEVALUE", "DATEVALUE(datetime)",
              "The datetime's day in the judged zone; a date is left as it is.", kTimeArg, date_value),
      number_row("WEEKDAY", "WEEKDAY(date)", "1 for Sunday to 7 for Saturday; of a datetime, in UTC.",
                 number_of_day<day_in_week>),
  };
}

std::vector<FunctionDescriptor> period_functions() {
  return {
      day_row("MONTH_END", "MONTH_END(date)", "The last day of the date's month.", kTimeArg,
              day_for_day<month_end>),
      day_row("WEEK_FRIDAY", "WEEK_FRIDAY(date)",
              "The Friday of the date's week; the pack's calendar says which day weeks start.", kTimeArg,
              day_for_day<week_friday>),
      day_row("FISCAL_YEAR_START", "FISCAL_YEAR_START(date)", "The first day of the date's fiscal year.",
              kTimeArg, day_for_day<fiscal_year_start>),
      {.name = "FISCAL_QUARTER_START",
       .usage = "FISCAL_QUARTER_START(date, n)",
       .help = "The first day of a fiscal quarter: n = 0 for the date's own, -1 for the one before, 1 for "
               "the next.",
       .arguments = {kTimeArg, kNumberArg},
       .required = 2,
       .result = ResultType::kDate,
       .evaluate = quarter_start},
      {.name = "CALENDAR_DAY",
       .usage = "CALENDAR_DAY('name', n)",
       .help = "A day of one of the pack's named calendars: n = 0 for the latest up to today, 1 for the next "
               "after "
               "today, -1 for the one before the latest.",
       .arguments = {kTextArg | kConstantArg, kNumberArg},
       .required = 2,
       .result = ResultType::kDate,
       .evaluate = named_day,
       .prepare = check_calendar_name},
  };
}

}  // namespace

std::vector<FunctionDescriptor> calendar_functions() {
  std::vector<FunctionDescriptor> rows = soql_functions();
  for (auto family : {formula_functions(), period_functions()})
    rows.insert(rows.end(), family.begin(), family.end());
  return rows;
}

}  // namespace plumbline
