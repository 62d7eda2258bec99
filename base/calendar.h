// The organisation's calendar: weeks, working days, fiscal periods and named days; and plain civil-day
// arithmetic.
//
// Everything here is pure and takes days between kFirstDay and kLastDay. A function that could leave that
// range answers std::nullopt when it would; one that cannot returns the bare value.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace plumbline {

enum class FiscalYearName : std::uint8_t {
  kEndYear,    // February 2026 to January 2027 is fiscal 2027
  kStartYear,  // ... is fiscal 2026
};

enum class DayRuleKind : std::uint8_t {
  kDayOfMonth,          // 15: the 15th
  kDayOrWeekdayBefore,  // 15-or-weekday-before: the 15th, or the nearest Monday to Friday before it
  kFirstWorkingDays,    // first-3-working-days
  kLastWorkingDays,     // last-5-working-days
  kMonthEnd,            // last-day
};

// Which days of each month belong to a named calendar.
// A day number past the month's end means its last day. Holidays move working days only.
struct DayRule {
  DayRuleKind kind = DayRuleKind::kMonthEnd;
  unsigned number = 0;  // the day 1..31, or how many working days 1..23; 0 for kMonthEnd

  friend bool operator==(const DayRule&, const DayRule&) = default;
};

inline constexpr unsigned kMostDaysInMonth = 31;
inline constexpr unsigned kMostWorkingDaysInMonth = 23;

// Exactly one of the forms above; letter case and outer blanks do not matter. kInvalidInput names the known
// forms.
Result<DayRule> parse_day_rule(std::string_view text);

struct NamedCalendar {
  std::vector<DayRule> rules;  // a day belongs when any rule names it

  friend bool operator==(const NamedCalendar&, const NamedCalendar&) = default;
};

struct Calendar {
  unsigned fiscal_year_starts = 2;  // month 1..12; whoever fills it in checks that
  std::chrono::weekday week_starts = std::chrono::Monday;
  std::string zone = "UTC";  // where no zone of the record's owner is known
  FiscalYearName fiscal_year_named_by = FiscalYearName::kEndYear;
  std::vector<Day> holidays;  // sorted, each once
  std::map<std::string, NamedCalendar, std::less<>> named;

  friend bool operator==(const Calendar&, const Calendar&) = default;
};

// Days and months
std::optional<Day> add_days(Day day, std::int64_t count);

// As Salesforce's ADDMONTHS: a month's last day stays a last day (28 Feb + 1 = 31 Mar); any other day keeps
// its number, or becomes the last day of a month too short for it.
std::optional<Day> add_months(Day day, std::int64_t count);

Day month_start(Day day);
Day month_end(Day day);

// Blocks of whole months counted from the first of `first_month`: quarters are {3, 1}, fiscal years {12, 2}.
struct MonthPeriod {
  int months = 1;            // 1..12, a divisor of 12
  unsigned first_month = 1;  // 1..12
};
std::optional<Day> period_start(MonthPeriod period, Day day);

// SOQL's numbers of a day
int day_in_week(Day day);    // 1 = Sunday .. 7 = Saturday, whatever the week starts with
int day_in_year(Day day);    // 1..366
int week_in_month(Day day);  // days 1-7 are 1, 8-14 are 2, ... 5
int week_in_year(Day day);   // 1-7 January are 1, ... 53

// Weeks
std::optional<Day> week_start(const Calendar& calendar, Day day);
std::optional<Day> week_friday(const Calendar& calendar, Day day);  // the Friday of the day's own week

// Working days: Monday to Friday, less the holidays.
bool is_working_day(const Calendar& calendar, Day day);

// How many lie after `from` up to and including `to`; negative, counted from `to`, when `to` is the earlier.
// Costs the holidays between them, not the days.
int working_days_between(const Calendar& calendar, Day from, Day to);

// Fiscal periods
std::optional<Day> fiscal_year_start(const Calendar& calendar, Day day);
// n = 0: the quarter the day lies in; -1: the one before; 1: the one after.
std::optional<Day> fiscal_quarter_start(const Calendar& calendar, Day day, std::int64_t n);
int fiscal_year_name(const Calendar& calendar, Day day);
int fiscal_quarter(const Calendar& calendar, Day day);  // 1..4
int fiscal_month(const Calendar& calendar, Day day);    // 1..12

// A step further than this through a named calendar is not answered.
inline constexpr std::int64_t kMostCalendarSteps = 1000;

// n = 0: the latest day of the named calendar up to and including today; -1: the one before it; 1: the first
// after today; 2: the one after that. Empty for a name not in calendar.named, a calendar without days, and
// |n| beyond kMostCalendarSteps.
std::optional<Day> calendar_day(const Calendar& calendar, std::string_view name, Day today, std::int64_t n);

}  // namespace plumbline
