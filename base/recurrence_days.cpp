#include "base/recurrence_days.h"

#include <algorithm>

#include "base/calendar.h"

namespace plumbline {
namespace {

using std::chrono::days;

constexpr int kDaysOfWeek = 7;
// The first week of a year is the first that has so many days in it (ISO 8601).
constexpr int kDaysOfFirstWeek = 4;

int year_of(Day day) { return static_cast<int>(civil(day).year()); }
int month_of(Day day) { return static_cast<int>(static_cast<unsigned>(civil(day).month())); }
Day year_start(int year) { return make_day(year, 1, 1); }

Day week_begin(Day day, std::chrono::weekday starts) { return day - (std::chrono::weekday{day} - starts); }

// Half open: the days among which a rule chooses anew each time.
struct Period {
  Day begin;
  Day end;
};

Period period_of(const Recurrence& rule, Day day) {
  switch (rule.frequency) {
    case Frequency::kDaily:
      return {day, day + days{1}};
    case Frequency::kWeekly: {
      const Day begin = week_begin(day, rule.week_start);
      return {begin, begin + days{kDaysOfWeek}};
    }
    case Frequency::kMonthly:
      return {month_start(day), month_end(day) + days{1}};
    case Frequency::kYearly:
      break;
  }
  return {year_start(year_of(day)), year_start(year_of(day) + 1)};
}

// How many periods lie from one to another.
std::int64_t periods_between(const Recurrence& rule, Day from, Day to) {
  switch (rule.frequency) {
    case Frequency::kDaily:
      return (to - from).count();
    case Frequency::kWeekly:
      return (week_begin(to, rule.week_start) - week_begin(from, rule.week_start)).count() / kDaysOfWeek;
    case Frequency::kMonthly:
      return (year_of(to) - year_of(from)) * std::int64_t{12} + month_of(to) - month_of(from);
    case Frequency::kYearly:
      break;
  }
  return year_of(to) - year_of(from);
}

// Whether `numbers` holds a place counted from the front, or the same counted from the end.
bool has_place(const std::vector<int>& numbers, std::int64_t from_front, std::int64_t of) {
  return std::ranges::any_of(
      numbers, [&](int number) { return number > 0 ? number == from_front : number == from_front - of - 1; });
}

Day first_week(int year, std::chrono::weekday starts) {
  const Day january = year_start(year);
  const Day begin = week_begin(january, starts);
  return (january - begin).count() <= kDaysOfWeek - kDaysOfFirstWeek ? begin : begin + days{kDaysOfWeek};
}

bool in_weeks(const Recurrence& rule, Day day) {
  int year = year_of(day);
  if (day >= first_week(year + 1, rule.week_start)) ++year;
  if (day < first_week(year, rule.week_start)) --year;
  const Day begin = first_week(year, rule.week_start);
  const auto week = (day - begin).count() / kDaysOfWeek + 1;
  const auto weeks = (first_week(year + 1, rule.week_start) - begin).count() / kDaysOfWeek;
  return has_place(rule.by_week_number, week, weeks);
}

class DayFilter {
 public:
  DayFilter(const Recurrence& rule, std::optional<Day> first) : rule_(rule), first_(first) {}

  bool takes(Day day) const {
    const auto date = civil(day);
    const auto of_month = static_cast<unsigned>(date.day());
    const auto month_days = static_cast<unsigned>(civil(month_end(day)).day());
    if (!rule_.by_month.empty() && std::ranges::find(rule_.by_month, month_of(day)) == rule_.by_month.end())
      return false;
    if (!rule_.by_month_day.empty() && !has_place(rule_.by_month_day, of_month, month_days)) return false;
    if (!rule_.by_year_day.empty() && !has_place(rule_.by_year_day, day_in_year(day), year_days(day)))
      return false;
    if (!rule_.by_week_number.empty() && !in_weeks(rule_, day)) return false;
    if (!rule_.by_day.empty()) return takes_weekday(day);
    return takes_as_first(day);
  }

 private:
  static std::int64_t year_days(Day day) {
    return (year_start(year_of(day) + 1) - year_start(year_of(day))).count();
  }

  bool takes_weekday(Day day) const {
    return std::ranges::any_of(rule_.by_day, [&](const RecurrenceDay& one) {
      return std::chrono::weekday{day} == one.day && (one.ordinal == 0 || is_nth(day, one.ordinal));
    });
  }

  // Numbered weekdays are the month's, or the year's where a yearly rule names no months.
  bool is_nth(Day day, int ordinal) const {
    const bool of_year = rule_.frequency == Frequency::kYearly && rule_.by_month.empty();
    const Day begin = of_year ? year_start(year_of(day)) : month_start(day);
    const Day last = of_year ? year_start(year_of(day) + 1) - days{1} : month_end(day);
    const auto passed = ordinal > 0 ? (day - begin).count() : (last - day).count();
    return passed / kDaysOfWeek + 1 == std::abs(ordinal);
  }

  // What the rule leaves open is as on its first day.
  bool takes_as_first(Day day) const {
    const bool open = rule_.by_month_day.empty() && rule_.by_year_day.empty();
    if (rule_.frequency == Frequency::kDaily || !open) return true;
    if (!first_) return false;
    if (rule_.frequency == Frequency::kWeekly || !rule_.by_week_number.empty())
      return std::chrono::weekday{day} == std::chrono::weekday{*first_};
    if (civil(day).day() != civil(*first_).day()) return false;
    return rule_.frequency == Frequency::kMonthly || !rule_.by_month.empty() ||
           month_of(day) == month_of(*first_);
  }

  const Recurrence& rule_;
  std::optional<Day> first_;
};

std::vector<Day> days_in(const Recurrence& rule, const DayFilter& filter, const Period& period) {
  std::vector<Day> all;
  for (Day day = period.begin; day < period.end; day += days{1}) {
    if (filter.takes(day)) all.push_back(day);
  }
  if (rule.by_set_pos.empty()) return all;
  std::vector<Day> chosen;
  const auto count = static_cast<std::int64_t>(all.size());
  for (std::int64_t i = 0; i < count; ++i) {
    if (has_place(rule.by_set_pos, i + 1, count)) chosen.push_back(all[static_cast<std::size_t>(i)]);
  }
  return chosen;
}

}  // namespace

std::vector<Day> days_of(const Recurrence& rule, std::optional<Day> first, Day from, Day until) {
  std::vector<Day> found;
  if (needs_first_day(rule) && !first) return found;
  const DayFilter filter(rule, first);
  const Day last = rule.until ? std::min(*rule.until, until) : until;
  // What has a number of times is counted from the beginning.
  const Day begin = rule.count ? *first : std::max(from, first.value_or(from));
  unsigned counted = 0;
  for (Period period = period_of(rule, begin); period.begin <= last; period = period_of(rule, period.end)) {
    if (first && periods_between(rule, *first, period.begin) % rule.interval != 0) continue;
    for (const Day day : days_in(rule, filter, period)) {
      if (day > last || (first && day < *first)) continue;
      if (rule.count && ++counted > *rule.count) return found;
      if (day >= from) found.push_back(day);
    }
  }
  return found;
}

}  // namespace plumbline
