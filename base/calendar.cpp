#include "base/calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iterator>
#include <system_error>
#include <utility>

#include "base/utf8.h"

namespace plumbline {

namespace {

using std::chrono::days;
using std::chrono::weekday;
using std::chrono::year_month_day;

constexpr int kMonthsInYear = 12;

// Months since January of the year 0: what months are added to.
std::int64_t month_index(year_month_day date) {
  return std::int64_t{static_cast<int>(date.year())} * kMonthsInYear + static_cast<unsigned>(date.month()) -
         1;
}

constexpr std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

constexpr std::int64_t positive_remainder(std::int64_t value, std::int64_t by) {
  return value - by * floor_divide(value, by);
}

year_month_day first_of_month(std::int64_t index) {
  return std::chrono::year{static_cast<int>(floor_divide(index, kMonthsInYear))} /
         std::chrono::month{static_cast<unsigned>(positive_remainder(index, kMonthsInYear)) + 1} / 1;
}

// Checked before std::chrono::year, which holds 16 bits, sees the number.
bool month_in_range(std::int64_t index) {
  return index >= month_index(year_month_day{kFirstDay}) && index <= month_index(year_month_day{kLastDay});
}

std::optional<Day> within_range(Day day) {
  if (day < kFirstDay || day > kLastDay) {
    return std::nullopt;
  }
  return day;
}

unsigned day_number(Day day) { return static_cast<unsigned>(year_month_day{day}.day()); }

Day january_first(Day day) { return Day{year_month_day{day}.year() / std::chrono::January / 1}; }

bool is_monday_to_friday(Day day) { return weekday{day}.iso_encoding() <= 5; }

constexpr int kWeekLength = 7;
constexpr int kWeekdaysInWeek = 5;

// Mondays to Fridays from a fixed Monday up to and including the day; negative before it.
std::int64_t weekdays_up_to(Day day) {
  constexpr Day kSomeMonday{std::chrono::year{2001} / 1 / 1};
  const std::int64_t since = (day - kSomeMonday).count();
  return kWeekdaysInWeek * floor_divide(since, kWeekLength) +
         std::min<std::int64_t>(positive_remainder(since, kWeekLength) + 1, kWeekdaysInWeek);
}

MonthPeriod fiscal_period(const Calendar& calendar, int months) {
  return {.months = months, .first_month = calendar.fiscal_year_starts};
}

// Months since the fiscal year began: 0..11.
int months_into_fiscal_year(const Calendar& calendar, Day day) {
  const int month = static_cast<int>(static_cast<unsigned>(year_month_day{day}.month()));
  return static_cast<int>(
      positive_remainder(month - static_cast<int>(calendar.fiscal_year_starts), kMonthsInYear));
}

// --- day rules ---

Day clipped_day_of_month(Day month, unsigned number) {
  return std::min(month + days{number - 1}, month_end(month));
}

Day weekday_at_or_before(Day day) {
  while (!is_monday_to_friday(day)) {
    day -= days{1};
  }
  return day;
}

// Fewer than `count` when holidays leave the month fewer.
void collect_working_days(const Calendar& calendar, Day from, days step, unsigned count,
                          std::vector<Day>& into) {
  const Day month = month_start(from);
  for (Day day = from; count > 0 && month_start(day) == month; day += step) {
    if (is_working_day(calendar, day)) {
      into.push_back(day);
      --count;
    }
  }
}

// `month` is the first day of one.
void collect_days(const Calendar& calendar, const DayRule& rule, Day month, std::vector<Day>& into) {
  switch (rule.kind) {
    case DayRuleKind::kDayOfMonth:
      into.push_back(clipped_day_of_month(month, rule.number));
      break;
    case DayRuleKind::kDayOrWeekdayBefore:
      into.push_back(weekday_at_or_before(clipped_day_of_month(month, rule.number)));
      break;
    case DayRuleKind::kFirstWorkingDays:
      collect_working_days(calendar, month, days{1}, rule.number, into);
      break;
    case DayRuleKind::kLastWorkingDays:
      collect_working_days(calendar, month_end(month), days{-1}, rule.number, into);
      break;
    case DayRuleKind::kMonthEnd:
      into.push_back(month_end(month));
      break;
  }
}

// The days of the named calendar that fall in the month, sorted, each once.
std::vector<Day> days_in_month(const Calendar& calendar, const NamedCalendar& named, Day month) {
  std::vector<Day> found;
  const Day next_month = month_end(month) + days{1};
  for (const DayRule& rule : named.rules) {
    collect_days(calendar, rule, month, found);
    collect_days(calendar, rule, next_month, found);  // its 1st may be a Sunday, its day then our Friday
  }
  std::erase_if(found, [&](Day day) { return month_start(day) != month; });
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::optional<Day> nth_after(const Calendar& calendar, const NamedCalendar& named, Day today,
                             std::int64_t n) {
  for (std::optional<Day> month = month_start(today); month; month = add_months(*month, 1)) {
    for (const Day day : days_in_month(calendar, named, *month)) {
      if (day > today && --n == 0) {
        return within_range(day);
      }
    }
  }
  return std::nullopt;
}

// n = 0 is the latest day up to and including today.
std::optional<Day> nth_up_to(const Calendar& calendar, const NamedCalendar& named, Day today,
                             std::int64_t n) {
  for (std::optional<Day> month = month_start(today); month; month = add_months(*month, -1)) {
    std::vector<Day> found = days_in_month(calendar, named, *month);
    std::ranges::reverse(found);
    for (const Day day : found) {
      if (day <= today && n-- == 0) {
        return within_range(day);
      }
    }
  }
  return std::nullopt;
}

// --- text of day rules ---

struct RuleForm {
  DayRuleKind kind;
  std::string_view before;  // what stands before the number
  std::string_view after;
  unsigned most;  // the largest number; the smallest is 1
};

constexpr RuleForm kNumberedForms[] = {
    {DayRuleKind::kDayOfMonth, "", "", kMostDaysInMonth},
    {DayRuleKind::kDayOrWeekdayBefore, "", "-or-weekday-before", kMostDaysInMonth},
    {DayRuleKind::kFirstWorkingDays, "first-", "-working-days", kMostWorkingDaysInMonth},
    {DayRuleKind::kLastWorkingDays, "last-", "-working-days", kMostWorkingDaysInMonth},
};

// The digits between what stands before and after; empty where the text is not of this form.
std::string_view digits_of(std::string_view text, const RuleForm& form) {
  if (text.size() <= form.before.size() + form.after.size() || !text.starts_with(form.before) ||
      !text.ends_with(form.after)) {
    return {};
  }
  text.remove_prefix(form.before.size());
  text.remove_suffix(form.after.size());
  const bool only_digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  return only_digits ? text : std::string_view{};
}

constexpr std::size_t kMostTextShown = 40;  // columns

}  // namespace

Result<DayRule> parse_day_rule(std::string_view text) {
  const std::string normal = fold_case(trim(text));
  if (normal == "last-day") {
    return DayRule{.kind = DayRuleKind::kMonthEnd, .number = 0};
  }
  for (const RuleForm& form : kNumberedForms) {
    const std::string_view digits = digits_of(normal, form);
    if (digits.empty()) {
      continue;
    }
    unsigned number = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (failed != std::errc{} || number < 1 || number > form.most) {
      return fail(ErrorCode::kInvalidInput, fmt::format("the number in day rule \"{}\" must be 1 to {}",
                                                        fit_width(normal, kMostTextShown), form.most));
    }
    return DayRule{.kind = form.kind, .number = number};
  }
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("unknown day rule \"{}\"; the forms are 15, 15-or-weekday-before, first-3-working-days, "
                  "last-5-working-days and last-day (the numbers are examples)",
                  fit_width(normal, kMostTextShown)));
}

std::optional<Day> add_days(Day day, std::int64_t count) {
  // Compared before adding, so that no count can overflow.
  if (count < (kFirstDay - day).count() || count > (kLastDay - day).count()) {
    return std::nullopt;
  }
  return day + days{count};
}

std::optional<Day> add_months(Day day, std::int64_t count) {
  constexpr std::int64_t kMostMonths = 100'000;  // several times the whole range
  if (count < -kMostMonths || count > kMostMonths) {
    return std::nullopt;
  }
  const std::int64_t index = month_index(year_month_day{day}) + count;
  if (!month_in_range(index)) {
    return std::nullopt;
  }
  const Day month{first_of_month(index)};
  return day == month_end(day) ? month_end(month) : clipped_day_of_month(month, day_number(day));
}

Day month_start(Day day) { return day - days{day_number(day) - 1}; }

Day month_end(Day day) {
  const year_month_day date{day};
  return Day{date.year() / date.month() / std::chrono::last};
}

std::optional<Day> period_start(MonthPeriod period, Day day) {
  const std::int64_t index = month_index(year_month_day{day});
  const std::int64_t since_anchor = index - (static_cast<std::int64_t>(period.first_month) - 1);
  const std::int64_t start = index - positive_remainder(since_anchor, period.months);
  return month_in_range(start) ? std::optional<Day>(Day{first_of_month(start)}) : std::nullopt;
}

int day_in_week(Day day) { return static_cast<int>(weekday{day}.c_encoding()) + 1; }

int day_in_year(Day day) { return static_cast<int>((day - january_first(day)).count()) + 1; }

int week_in_month(Day day) { return (static_cast<int>(day_number(day)) - 1) / kWeekLength + 1; }

int week_in_year(Day day) { return (day_in_year(day) - 1) / kWeekLength + 1; }

std::optional<Day> week_start(const Calendar& calendar, Day day) {
  return within_range(day - (weekday{day} - calendar.week_starts));
}

std::optional<Day> week_friday(const Calendar& calendar, Day day) {
  const Day start = day - (weekday{day} - calendar.week_starts);
  return within_range(start + (std::chrono::Friday - calendar.week_starts));
}

bool is_working_day(const Calendar& calendar, Day day) {
  return is_monday_to_friday(day) && !std::ranges::binary_search(calendar.holidays, day);
}

int working_days_between(const Calendar& calendar, Day from, Day to) {
  if (to < from) {
    return -working_days_between(calendar, to, from);
  }
  const auto first = std::ranges::upper_bound(calendar.holidays, from);
  const auto last = std::ranges::upper_bound(calendar.holidays, to);
  const auto holidays = std::count_if(first, last, is_monday_to_friday);
  return static_cast<int>(weekdays_up_to(to) - weekdays_up_to(from) - holidays);
}

std::optional<Day> fiscal_year_start(const Calendar& calendar, Day day) {
  return period_start(fiscal_period(calendar, kMonthsInYear), day);
}

std::optional<Day> fiscal_quarter_start(const Calendar& calendar, Day day, std::int64_t n) {
  constexpr int kMonthsInQuarter = 3;
  constexpr std::int64_t kMostQuarters = 100'000;
  const auto own = period_start(fiscal_period(calendar, kMonthsInQuarter), day);
  if (!own || n < -kMostQuarters || n > kMostQuarters) {
    return std::nullopt;
  }
  return add_months(*own, n * kMonthsInQuarter);
}

int fiscal_year_name(const Calendar& calendar, Day day) {
  const std::int64_t first_month = month_index(year_month_day{day}) - months_into_fiscal_year(calendar, day);
  const bool end_year = calendar.fiscal_year_named_by == FiscalYearName::kEndYear;
  const std::int64_t naming_month = end_year ? first_month + kMonthsInYear - 1 : first_month;
  return static_cast<int>(floor_divide(naming_month, kMonthsInYear));
}

int fiscal_quarter(const Calendar& calendar, Day day) {
  return months_into_fiscal_year(calendar, day) / 3 + 1;
}

int fiscal_month(const Calendar& calendar, Day day) { return months_into_fiscal_year(calendar, day) + 1; }

std::optional<Day> calendar_day(const Calendar& calendar, std::string_view name, Day today, std::int64_t n) {
  const auto named = calendar.named.find(name);
  if (named == calendar.named.end() || named->second.rules.empty() || n < -kMostCalendarSteps ||
      n > kMostCalendarSteps) {
    return std::nullopt;
  }
  return n > 0 ? nth_after(calendar, named->second, today, n) : nth_up_to(calendar, named->second, today, -n);
}

}  // namespace plumbline
