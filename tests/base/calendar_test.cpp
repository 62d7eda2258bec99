#include "base/calendar.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/time.h"

namespace plumbline {
namespace {

using std::chrono::days;

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();

Day day(std::string_view text) { return parse_day(text).value(); }

std::string text(std::optional<Day> found) { return found ? format_day(*found) : "none"; }

Calendar starting_on(std::chrono::weekday first) {
  Calendar calendar;
  calendar.week_starts = first;
  return calendar;
}

Calendar fiscal_from(unsigned month) {
  Calendar calendar;
  calendar.fiscal_year_starts = month;
  return calendar;
}

Calendar with_holidays(std::vector<Day> holidays) {
  Calendar calendar;
  calendar.holidays = std::move(holidays);
  return calendar;
}

Calendar named(const std::string& name, const std::vector<std::string>& rules) {
  Calendar calendar;
  for (const std::string& rule : rules) {
    calendar.named[name].rules.push_back(parse_day_rule(rule).value());
  }
  return calendar;
}

// Every day of the month that belongs to the named calendar, found by stepping through it: "13 25 26".
std::string days_named(const Calendar& calendar, std::string_view name, std::string_view any_day) {
  std::string found;
  for (Day d = month_start(day(any_day)); d <= month_end(day(any_day)); d += days{1}) {
    if (calendar_day(calendar, name, d, 0) == d) {
      found += (found.empty() ? "" : " ") + format_day(d).substr(8);
    }
  }
  return found;
}

// --- days and months ---

TEST(AddDays, CrossesMonths) { EXPECT_EQ(text(add_days(day("2024-02-28"), 2)), "2024-03-01"); }

TEST(AddDays, StopsAtBothEndsOfTheRange) {
  EXPECT_EQ(text(add_days(kLastDay, 0)), "4000-12-31");
  EXPECT_EQ(text(add_days(kLastDay, 1)), "none");
  EXPECT_EQ(text(add_days(kFirstDay, -1)), "none");
}

TEST(AddDays, RefusesCountsThatWouldOverflow) {
  EXPECT_EQ(text(add_days(day("2024-01-01"), kHuge)), "none");
  EXPECT_EQ(text(add_days(day("2024-01-01"), -kHuge)), "none");
}

TEST(AddMonths, KeepsTheDayOfTheMonth) { EXPECT_EQ(text(add_months(day("2022-11-15"), 3)), "2023-02-15"); }

TEST(AddMonths, KeepsALastDayALastDay) {
  EXPECT_EQ(text(add_months(day("2022-02-28"), 1)), "2022-03-31");
  EXPECT_EQ(text(add_months(day("2022-04-30"), -1)), "2022-03-31");
  EXPECT_EQ(text(add_months(day("2024-02-29"), 12)), "2025-02-28");
  EXPECT_EQ(text(add_months(day("2023-02-28"), 12)), "2024-02-29");
}

TEST(AddMonths, ClipsADayTheMonthDoesNotHave) {
  EXPECT_EQ(text(add_months(day("2023-01-30"), 1)), "2023-02-28");
  EXPECT_EQ(text(add_months(day("2024-01-30"), 1)), "2024-02-29");
}

TEST(AddMonths, LeavesTheLastDayButOneInLeapYearsAlone) {
  EXPECT_EQ(text(add_months(day("2024-02-28"), 1)), "2024-03-28");
}

TEST(AddMonths, GoesBackAcrossYears) { EXPECT_EQ(text(add_months(day("2022-01-15"), -13)), "2020-12-15"); }

TEST(AddMonths, StopsAtBothEndsOfTheRange) {
  EXPECT_EQ(text(add_months(day("4000-11-30"), 1)), "4000-12-31");
  EXPECT_EQ(text(add_months(day("4000-12-01"), 1)), "none");
  EXPECT_EQ(text(add_months(day("1700-01-31"), -1)), "none");
}

TEST(AddMonths, RefusesCountsThatWouldOverflow) {
  EXPECT_EQ(text(add_months(day("2024-01-01"), kHuge)), "none");
  EXPECT_EQ(text(add_months(day("2024-01-01"), -kHuge)), "none");
}

TEST(Month, StartsAndEndsWithItsOwnDays) {
  EXPECT_EQ(text(month_start(day("2024-02-29"))), "2024-02-01");
  EXPECT_EQ(text(month_end(day("2024-02-01"))), "2024-02-29");
  EXPECT_EQ(text(month_end(day("2023-02-01"))), "2023-02-28");
  EXPECT_EQ(text(month_end(kLastDay)), "4000-12-31");
}

// --- numbers of a day ---

TEST(DayNumbers, TheWeekCountsFromSunday) {
  EXPECT_EQ(day_in_week(day("2026-03-15")), 1);
  EXPECT_EQ(day_in_week(day("2026-03-21")), 7);
}

TEST(DayNumbers, TheYearCountsFromOne) {
  EXPECT_EQ(day_in_year(day("2024-01-01")), 1);
  EXPECT_EQ(day_in_year(day("2024-12-31")), 366);
  EXPECT_EQ(day_in_year(day("2023-12-31")), 365);
}

TEST(DayNumbers, WeeksInMonthAreBlocksOfSevenDays) {
  EXPECT_EQ(week_in_month(day("2026-03-07")), 1);
  EXPECT_EQ(week_in_month(day("2026-03-08")), 2);
  EXPECT_EQ(week_in_month(day("2026-03-31")), 5);
}

TEST(DayNumbers, WeeksInYearAreBlocksOfSevenDays) {
  EXPECT_EQ(week_in_year(day("2026-01-07")), 1);
  EXPECT_EQ(week_in_year(day("2026-01-08")), 2);
  EXPECT_EQ(week_in_year(day("2026-12-31")), 53);
}

// --- weeks ---

TEST(Week, StartsOnTheConfiguredDay) {
  EXPECT_EQ(text(week_start(starting_on(std::chrono::Monday), day("2026-03-18"))), "2026-03-16");
  EXPECT_EQ(text(week_start(starting_on(std::chrono::Sunday), day("2026-03-18"))), "2026-03-15");
}

TEST(Week, ASundayEndsAMondayWeekAndStartsASundayWeek) {
  EXPECT_EQ(text(week_start(starting_on(std::chrono::Monday), day("2026-03-22"))), "2026-03-16");
  EXPECT_EQ(text(week_start(starting_on(std::chrono::Sunday), day("2026-03-22"))), "2026-03-22");
}

TEST(Week, TheFridayOfASundayDependsOnTheWeeksStart) {
  EXPECT_EQ(text(week_friday(starting_on(std::chrono::Monday), day("2026-03-22"))), "2026-03-20");
  EXPECT_EQ(text(week_friday(starting_on(std::chrono::Sunday), day("2026-03-22"))), "2026-03-27");
}

TEST(Week, TheFridayOfAFridayIsItself) {
  EXPECT_EQ(text(week_friday(starting_on(std::chrono::Monday), day("2026-03-20"))), "2026-03-20");
  EXPECT_EQ(text(week_friday(starting_on(std::chrono::Sunday), day("2026-03-20"))), "2026-03-20");
}

TEST(Week, ASaturdaysFridayIsTheDayBefore) {
  EXPECT_EQ(text(week_friday(starting_on(std::chrono::Monday), day("2026-03-21"))), "2026-03-20");
  EXPECT_EQ(text(week_friday(starting_on(std::chrono::Sunday), day("2026-03-21"))), "2026-03-20");
}

TEST(Week, OneThatBeganBeforeTheRangeHasNoStart) {
  EXPECT_EQ(text(week_start(starting_on(std::chrono::Monday), kFirstDay)), "none");
}

// --- working days ---

TEST(WorkingDay, IsMondayToFriday) {
  EXPECT_TRUE(is_working_day(Calendar{}, day("2026-03-20")));
  EXPECT_FALSE(is_working_day(Calendar{}, day("2026-03-21")));
  EXPECT_FALSE(is_working_day(Calendar{}, day("2026-03-22")));
  EXPECT_TRUE(is_working_day(Calendar{}, day("2026-03-23")));
}

TEST(WorkingDay, IsNotAHoliday) {
  EXPECT_FALSE(is_working_day(with_holidays({day("2022-12-26")}), day("2022-12-26")));
}

TEST(WorkingDaysBetween, LeavesTheFirstDayOutAndCountsTheLast) {
  EXPECT_EQ(working_days_between(Calendar{}, day("2026-03-16"), day("2026-03-17")), 1);
  EXPECT_EQ(working_days_between(Calendar{}, day("2026-03-16"), day("2026-03-16")), 0);
}

TEST(WorkingDaysBetween, SkipsTheWeekend) {
  EXPECT_EQ(working_days_between(Calendar{}, day("2026-03-20"), day("2026-03-23")), 1);
  EXPECT_EQ(working_days_between(Calendar{}, day("2026-03-20"), day("2026-03-22")), 0);
}

TEST(WorkingDaysBetween, SkipsHolidaysButNotTwiceOnWeekends) {
  const Calendar calendar = with_holidays({day("2022-12-25"), day("2022-12-26")});
  EXPECT_EQ(working_days_between(calendar, day("2022-12-23"), day("2022-12-30")), 4);
}

TEST(WorkingDaysBetween, IsNegativeBackwards) {
  EXPECT_EQ(working_days_between(Calendar{}, day("2026-03-23"), day("2026-03-20")), -1);
}

TEST(WorkingDaysBetween, AgreesWithCountingDayByDay) {
  const Calendar calendar = with_holidays({day("1999-12-31"), day("2000-01-01"), day("2000-01-03")});
  for (Day from = day("1999-12-20"); from < day("2000-01-03"); from += days{1}) {
    int counted = 0;
    for (Day to = from + days{1}; to < day("2000-01-20"); to += days{1}) {
      counted += is_working_day(calendar, to) ? 1 : 0;
      ASSERT_EQ(working_days_between(calendar, from, to), counted)
          << format_day(from) << " " << format_day(to);
    }
  }
}

TEST(WorkingDaysBetween, SpansTheWholeRange) {
  EXPECT_EQ(working_days_between(Calendar{}, kFirstDay, kLastDay), 600'300);
}

// --- fiscal periods ---

TEST(FiscalYear, StartsWithEveryMonthItMayStartWith) {
  for (unsigned month = 1; month <= 12; ++month) {
    const int year = month <= 3 ? 2026 : 2025;
    EXPECT_EQ(fiscal_year_start(fiscal_from(month), day("2026-03-18")), make_day(year, month, 1)) << month;
  }
}

TEST(FiscalYear, BeginsOnItsFirstDayAndNotBefore) {
  EXPECT_EQ(text(fiscal_year_start(fiscal_from(2), day("2026-02-01"))), "2026-02-01");
  EXPECT_EQ(text(fiscal_year_start(fiscal_from(2), day("2026-01-31"))), "2025-02-01");
}

TEST(FiscalYear, IsNamedByTheYearItEndsIn) {
  EXPECT_EQ(fiscal_year_name(fiscal_from(2), day("2026-01-31")), 2026);
  EXPECT_EQ(fiscal_year_name(fiscal_from(2), day("2026-02-01")), 2027);
  EXPECT_EQ(fiscal_year_name(fiscal_from(12), day("2026-12-01")), 2027);
}

TEST(FiscalYear, MayBeNamedByTheYearItStartsIn) {
  Calendar calendar = fiscal_from(2);
  calendar.fiscal_year_named_by = FiscalYearName::kStartYear;
  EXPECT_EQ(fiscal_year_name(calendar, day("2026-01-31")), 2025);
  EXPECT_EQ(fiscal_year_name(calendar, day("2026-02-01")), 2026);
}

TEST(FiscalYear, OneFromJanuaryHasOneNameEitherWay) {
  Calendar calendar = fiscal_from(1);
  EXPECT_EQ(fiscal_year_name(calendar, day("2026-01-01")), 2026);
  calendar.fiscal_year_named_by = FiscalYearName::kStartYear;
  EXPECT_EQ(fiscal_year_name(calendar, day("2026-12-31")), 2026);
}

TEST(FiscalYear, OneThatBeganBeforeTheRangeHasNoStart) {
  EXPECT_EQ(text(fiscal_year_start(fiscal_from(2), day("1700-01-15"))), "none");
}

TEST(FiscalQuarter, OfTheDayIsNumberNought) {
  EXPECT_EQ(text(fiscal_quarter_start(fiscal_from(2), day("2026-03-18"), 0)), "2026-02-01");
  EXPECT_EQ(text(fiscal_quarter_start(fiscal_from(2), day("2026-01-31"), 0)), "2025-11-01");
}

TEST(FiscalQuarter, CanBeCountedBackAndForth) {
  EXPECT_EQ(text(fiscal_quarter_start(fiscal_from(2), day("2026-03-18"), -1)), "2025-11-01");
  EXPECT_EQ(text(fiscal_quarter_start(fiscal_from(2), day("2026-03-18"), 1)), "2026-05-01");
  EXPECT_EQ(text(fiscal_quarter_start(fiscal_from(2), day("2026-03-18"), -5)), "2024-11-01");
}

TEST(FiscalQuarter, BeyondTheRangeIsNone) {
  EXPECT_EQ(text(fiscal_quarter_start(fiscal_from(2), day("2026-03-18"), 8000)), "none");
  EXPECT_EQ(text(fiscal_quarter_start(fiscal_from(2), day("2026-03-18"), -kHuge)), "none");
}

TEST(FiscalNumbers, CountFromTheFirstFiscalMonth) {
  const Calendar calendar = fiscal_from(2);
  EXPECT_EQ(fiscal_month(calendar, day("2026-02-01")), 1);
  EXPECT_EQ(fiscal_month(calendar, day("2026-01-31")), 12);
  EXPECT_EQ(fiscal_quarter(calendar, day("2026-04-30")), 1);
  EXPECT_EQ(fiscal_quarter(calendar, day("2026-05-01")), 2);
  EXPECT_EQ(fiscal_quarter(calendar, day("2026-01-31")), 4);
}

// --- day rules ---

struct RuleCase {
  const char* text;
  DayRuleKind kind;
  unsigned number;
};

TEST(ParseDayRule, ReadsEveryForm) {
  constexpr RuleCase kCases[] = {
      {"15", DayRuleKind::kDayOfMonth, 15},
      {"15-or-weekday-before", DayRuleKind::kDayOrWeekdayBefore, 15},
      {"first-3-working-days", DayRuleKind::kFirstWorkingDays, 3},
      {"last-5-working-days", DayRuleKind::kLastWorkingDays, 5},
      {"last-day", DayRuleKind::kMonthEnd, 0},
      {" Last-Day ", DayRuleKind::kMonthEnd, 0},
  };
  for (const RuleCase& c : kCases) {
    const Result<DayRule> rule = parse_day_rule(c.text);
    ASSERT_TRUE(rule.has_value()) << c.text;
    EXPECT_EQ(*rule, (DayRule{.kind = c.kind, .number = c.number})) << c.text;
  }
}

TEST(ParseDayRule, NamesTheFormsForOneItDoesNotKnow) {
  const Result<DayRule> rule = parse_day_rule("every-friday");
  ASSERT_FALSE(rule.has_value());
  EXPECT_EQ(rule.error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(
      rule.error().message,
      "unknown day rule \"every-friday\"; the forms are 15, 15-or-weekday-before, first-3-working-days, "
      "last-5-working-days and last-day (the numbers are examples)");
}

TEST(ParseDayRule, SaysWhichNumbersItTakes) {
  EXPECT_EQ(parse_day_rule("32").error().message, "the number in day rule \"32\" must be 1 to 31");
  EXPECT_EQ(parse_day_rule("last-24-working-days").error().message,
            "the number in day rule \"last-24-working-days\" must be 1 to 23");
}

TEST(ParseDayRule, RefusesNearMisses) {
  for (const char* text :
       {"", "0", "-1", "+5", "1.5", "99999999999999999999", "last--working-days", "first-x-working-days",
        "-or-weekday-before", "last-5-working-day", "5 6", "last"}) {
    EXPECT_FALSE(parse_day_rule(text).has_value()) << text;
  }
}

// --- named calendars ---

Calendar red_green() { return named("red-green", {"15-or-weekday-before", "last-5-working-days"}); }

TEST(NamedCalendar, RedGreenDaysOfAMonthWhose15thIsASunday) {
  EXPECT_EQ(days_named(red_green(), "red-green", "2022-05-01"), "13 25 26 27 30 31");
}

TEST(NamedCalendar, RedGreenDaysOfAMonthWhose15thIsASaturday) {
  EXPECT_EQ(days_named(red_green(), "red-green", "2022-10-01"), "14 25 26 27 28 31");
}

TEST(NamedCalendar, RedGreenDaysOfAMonthThatEndsWithAWeekend) {
  EXPECT_EQ(days_named(red_green(), "red-green", "2022-07-01"), "15 25 26 27 28 29");
}

TEST(NamedCalendar, AHolidayIsNotAmongTheLastWorkingDays) {
  Calendar calendar = red_green();
  calendar.holidays = {day("2022-12-26")};
  EXPECT_EQ(days_named(calendar, "red-green", "2022-12-01"), "15 23 27 28 29 30");
}

TEST(NamedCalendar, AHolidayDoesNotMoveTheWeekdayBefore) {
  Calendar calendar = named("c", {"15-or-weekday-before"});
  calendar.holidays = {day("2022-05-13")};
  EXPECT_EQ(days_named(calendar, "c", "2022-05-01"), "13");
}

TEST(NamedCalendar, FirstWorkingDaysSkipWeekendsAndHolidays) {
  Calendar calendar = named("c", {"first-3-working-days"});
  calendar.holidays = {day("2024-01-01")};
  EXPECT_EQ(days_named(calendar, "c", "2024-01-01"), "02 03 04");
  EXPECT_EQ(days_named(calendar, "c", "2024-06-01"), "03 04 05");
}

TEST(NamedCalendar, ADayPastTheMonthsEndIsItsLast) {
  const Calendar calendar = named("c", {"31"});
  EXPECT_EQ(days_named(calendar, "c", "2024-02-01"), "29");
  EXPECT_EQ(days_named(calendar, "c", "2024-03-01"), "31");
}

TEST(NamedCalendar, AWeekdayBeforePastTheMonthsEndStartsFromItsLast) {
  EXPECT_EQ(days_named(named("c", {"31-or-weekday-before"}), "c", "2024-06-01"), "28");
}

TEST(NamedCalendar, TheWeekdayBeforeAFirstMayLieInTheMonthBefore) {
  const Calendar calendar = named("c", {"1-or-weekday-before"});
  EXPECT_EQ(days_named(calendar, "c", "2024-05-01"), "01 31");
  EXPECT_EQ(days_named(calendar, "c", "2024-06-01"), "");
}

TEST(NamedCalendar, ADayNamedByTwoRulesCountsOnce) {
  const Calendar calendar = named("c", {"31", "last-day"});
  EXPECT_EQ(text(calendar_day(calendar, "c", day("2024-03-31"), -1)), "2024-02-29");
}

TEST(CalendarDay, NoughtIsTheLatestUpToAndIncludingToday) {
  EXPECT_EQ(text(calendar_day(red_green(), "red-green", day("2022-05-13"), 0)), "2022-05-13");
  EXPECT_EQ(text(calendar_day(red_green(), "red-green", day("2022-05-12"), 0)), "2022-04-29");
  EXPECT_EQ(text(calendar_day(red_green(), "red-green", day("2022-05-24"), 0)), "2022-05-13");
}

TEST(CalendarDay, OneIsTheNextAfterToday) {
  EXPECT_EQ(text(calendar_day(red_green(), "red-green", day("2022-05-13"), 1)), "2022-05-25");
  EXPECT_EQ(text(calendar_day(red_green(), "red-green", day("2022-05-31"), 1)), "2022-06-15");
}

TEST(CalendarDay, MinusOneIsTheOneBeforeTheLatest) {
  EXPECT_EQ(text(calendar_day(red_green(), "red-green", day("2022-05-25"), -1)), "2022-05-13");
  EXPECT_EQ(text(calendar_day(red_green(), "red-green", day("2022-05-12"), -1)), "2022-04-28");
}

TEST(CalendarDay, StepsAcrossManyMonths) {
  EXPECT_EQ(text(calendar_day(red_green(), "red-green", day("2022-05-31"), 12)), "2022-07-29");
  EXPECT_EQ(text(calendar_day(red_green(), "red-green", day("2022-05-31"), -12)), "2022-03-31");
}

TEST(CalendarDay, IsNoneForANameOrACalendarThatIsEmpty) {
  Calendar calendar = red_green();
  calendar.named["empty"] = NamedCalendar{};
  EXPECT_EQ(text(calendar_day(calendar, "no-such", day("2022-05-13"), 0)), "none");
  EXPECT_EQ(text(calendar_day(calendar, "empty", day("2022-05-13"), 0)), "none");
}

TEST(CalendarDay, IsNoneBeyondTheBoundOnSteps) {
  EXPECT_NE(text(calendar_day(red_green(), "red-green", day("2022-05-13"), kMostCalendarSteps)), "none");
  EXPECT_EQ(text(calendar_day(red_green(), "red-green", day("2022-05-13"), kMostCalendarSteps + 1)), "none");
  EXPECT_EQ(text(calendar_day(red_green(), "red-green", day("2022-05-13"), -kHuge)), "none");
}

TEST(CalendarDay, IsNoneBeyondTheRange) {
  EXPECT_EQ(text(calendar_day(red_green(), "red-green", kLastDay, 1)), "none");
  EXPECT_EQ(text(calendar_day(red_green(), "red-green", kFirstDay, 0)), "none");
}

struct MonthDays {
  const char* month;
  const char* days;
};

// Each can be checked against a printed calendar. Bank holidays and days of one's own are away; a holiday on
// the 15th, or on a Saturday, changes nothing.
TEST(NamedCalendar, RedGreenDaysOfThreeYearsWithHolidays) {
  Calendar calendar = red_green();
  for (const char* holiday :
       {"2022-04-29", "2022-05-30", "2022-12-26", "2022-12-30", "2023-04-28", "2023-05-29", "2023-12-25",
        "2023-12-26", "2024-01-31", "2024-02-15", "2024-03-29", "2024-05-27", "2024-08-31", "2024-12-31"}) {
    calendar.holidays.push_back(day(holiday));
  }
  constexpr MonthDays kMonths[] = {
      {"2022-01-01", "14 25 26 27 28 31"}, {"2022-02-01", "15 22 23 24 25 28"},
      {"2022-03-01", "15 25 28 29 30 31"}, {"2022-04-01", "15 22 25 26 27 28"},
      {"2022-05-01", "13 24 25 26 27 31"}, {"2022-06-01", "15 24 27 28 29 30"},
      {"2022-07-01", "15 25 26 27 28 29"}, {"2022-08-01", "15 25 26 29 30 31"},
      {"2022-09-01", "15 26 27 28 29 30"}, {"2022-10-01", "14 25 26 27 28 31"},
      {"2022-11-01", "15 24 25 28 29 30"}, {"2022-12-01", "15 22 23 27 28 29"},
      {"2023-01-01", "13 25 26 27 30 31"}, {"2023-02-01", "15 22 23 24 27 28"},
      {"2023-03-01", "15 27 28 29 30 31"}, {"2023-04-01", "14 21 24 25 26 27"},
      {"2023-05-01", "15 24 25 26 30 31"}, {"2023-06-01", "15 26 27 28 29 30"},
      {"2023-07-01", "14 25 26 27 28 31"}, {"2023-08-01", "15 25 28 29 30 31"},
      {"2023-09-01", "15 25 26 27 28 29"}, {"2023-10-01", "13 25 26 27 30 31"},
      {"2023-11-01", "15 24 27 28 29 30"}, {"2023-12-01", "15 21 22 27 28 29"},
      {"2024-01-01", "15 24 25 26 29 30"}, {"2024-02-01", "15 23 26 27 28 29"},
      {"2024-03-01", "15 22 25 26 27 28"}, {"2024-04-01", "15 24 25 26 29 30"},
      {"2024-05-01", "15 24 28 29 30 31"}, {"2024-06-01", "14 24 25 26 27 28"},
      {"2024-07-01", "15 25 26 29 30 31"}, {"2024-08-01", "15 26 27 28 29 30"},
      {"2024-09-01", "13 24 25 26 27 30"}, {"2024-10-01", "15 25 28 29 30 31"},
      {"2024-11-01", "15 25 26 27 28 29"}, {"2024-12-01", "13 24 25 26 27 30"},
  };
  for (const MonthDays& month : kMonths)
    EXPECT_EQ(days_named(calendar, "red-green", month.month), month.days) << month.month;
}

// --- fiscal periods against counting months

// The fiscal month, 0 to 11, and the calendar month the fiscal year began with, as years * 12 + months.
struct Counted {
  int into_year;
  int year_start;
};

Counted counted_months(unsigned first_month, Day day) {
  const std::string written = format_day(day);
  const int month = std::stoi(written.substr(0, 4)) * 12 + std::stoi(written.substr(5, 2)) - 1;
  int start = month;
  while (start % 12 != static_cast<int>(first_month) - 1) --start;
  return {.into_year = month - start, .year_start = start};
}

Day first_of(int months) { return make_day(months / 12, static_cast<unsigned>(months % 12) + 1, 1); }

TEST(FiscalPeriods, AgreeWithCountingMonthsForEveryFirstMonth) {
  for (unsigned first_month = 1; first_month <= 12; ++first_month) {
    const Calendar calendar = fiscal_from(first_month);
    for (Day d = day("2019-12-25"); d < day("2021-03-10"); d += days{1}) {
      const auto [into_year, year_start] = counted_months(first_month, d);
      const int quarter_start = year_start + into_year / 3 * 3;
      ASSERT_EQ(fiscal_year_start(calendar, d), first_of(year_start)) << first_month << " " << format_day(d);
      ASSERT_EQ(fiscal_month(calendar, d), into_year + 1) << first_month << " " << format_day(d);
      ASSERT_EQ(fiscal_quarter(calendar, d), into_year / 3 + 1) << first_month << " " << format_day(d);
      ASSERT_EQ(fiscal_year_name(calendar, d), (year_start + 11) / 12) << first_month << " " << format_day(d);
      for (int n = -5; n <= 5; ++n) {
        ASSERT_EQ(fiscal_quarter_start(calendar, d, n), first_of(quarter_start + 3 * n))
            << first_month << " " << format_day(d) << " " << n;
      }
    }
  }
}

TEST(WeekStart, AgreesWithWalkingBackForEveryFirstDay) {
  for (unsigned first = 0; first < 7; ++first) {
    const Calendar calendar = starting_on(std::chrono::weekday{first});
    for (Day d = day("2023-12-20"); d < day("2024-03-10"); d += days{1}) {
      Day walked = d;
      while (std::chrono::weekday{walked} != std::chrono::weekday{first}) walked -= days{1};
      ASSERT_EQ(week_start(calendar, d), walked) << first << " " << format_day(d);
      while (std::chrono::weekday{walked} != std::chrono::Friday) walked += days{1};
      ASSERT_EQ(week_friday(calendar, d), walked) << first << " " << format_day(d);
    }
  }
}

}  // namespace
}  // namespace plumbline
