#include "tests/policies/function_fixture.h"

namespace plumbline {
namespace {

class CalendarFunctions : public FunctionTest {};

TEST_F(CalendarFunctions, PartsOfADateAreThoseOfTheCalendar) {
  EXPECT_EQ(result("CALENDAR_YEAR", {day("2022-08-31")}), "2022");
  EXPECT_EQ(result("CALENDAR_QUARTER", {day("2022-08-31")}), "3");
  EXPECT_EQ(result("CALENDAR_MONTH", {day("2022-08-31")}), "8");
  EXPECT_EQ(result("DAY_IN_MONTH", {day("2022-08-31")}), "31");
  EXPECT_EQ(result("DAY_IN_YEAR", {day("2022-08-31")}), "243");
}

TEST_F(CalendarFunctions, QuartersChangeWithTheirFirstMonth) {
  EXPECT_EQ(result("CALENDAR_QUARTER", {day("2022-03-31")}), "1");
  EXPECT_EQ(result("CALENDAR_QUARTER", {day("2022-04-01")}), "2");
  EXPECT_EQ(result("CALENDAR_QUARTER", {day("2022-12-31")}), "4");
}

TEST_F(CalendarFunctions, ALeapYearHasADayMore) {
  EXPECT_EQ(result("DAY_IN_YEAR", {day("2024-12-31")}), "366");
  EXPECT_EQ(result("DAY_IN_YEAR", {day("2023-12-31")}), "365");
}

TEST_F(CalendarFunctions, SundayIsTheFirstDayOfAWeekWhateverTheCalendarSays) {
  calendar_.week_starts = std::chrono::Monday;
  EXPECT_EQ(result("DAY_IN_WEEK", {day("2022-04-24")}), "1");
  EXPECT_EQ(result("WEEKDAY", {day("2022-04-24")}), "1");
  EXPECT_EQ(result("DAY_IN_WEEK", {day("2022-04-23")}), "7");
  EXPECT_EQ(result("WEEKDAY", {day("2022-04-23")}), "7");
}

TEST_F(CalendarFunctions, WeeksAreBlocksOfSevenDays) {
  EXPECT_EQ(result("WEEK_IN_MONTH", {day("2022-04-07")}), "1");
  EXPECT_EQ(result("WEEK_IN_MONTH", {day("2022-04-08")}), "2");
  EXPECT_EQ(result("WEEK_IN_MONTH", {day("2022-04-29")}), "5");
  EXPECT_EQ(result("WEEK_IN_YEAR", {day("2022-01-07")}), "1");
  EXPECT_EQ(result("WEEK_IN_YEAR", {day("2022-12-31")}), "53");
}

TEST_F(CalendarFunctions, DatetimesAreReadInUtcWhateverTheJudgedZone) {
  set_zone("America/New_York");
  const Value late = at("2022-05-01T02:00:00Z");  // still 30 April in New York
  EXPECT_EQ(result("CALENDAR_MONTH", {late}), "5");
  EXPECT_EQ(result("DAY_IN_MONTH", {late}), "1");
  EXPECT_EQ(result("DAY_ONLY", {late}), "2022-05-01");
  EXPECT_EQ(result("HOUR_IN_DAY", {late}), "2");
  EXPECT_EQ(result("MONTH_END", {late}), "2022-05-31");
}

TEST_F(CalendarFunctions, ConvertTimezoneMakesThemReadTheJudgedZone) {
  set_zone("America/New_York");
  const Value local = call("convertTimezone", {at("2022-05-01T02:00:00Z")});
  EXPECT_EQ(result("HOUR_IN_DAY", {local}), "22");
  EXPECT_EQ(result("DAY_ONLY", {local}), "2022-04-30");
}

TEST_F(CalendarFunctions, ConvertTimezoneFollowsSummerTime) {
  set_zone("America/New_York");
  EXPECT_EQ(result("convertTimezone", {at("2024-03-10T06:59:59Z")}), "2024-03-10T01:59:59Z");
  EXPECT_EQ(result("convertTimezone", {at("2024-03-10T07:00:00Z")}), "2024-03-10T03:00:00Z");
}

TEST_F(CalendarFunctions, ConvertTimezoneKnowsZonesOfOddMinutes) {
  set_zone("Asia/Kathmandu");
  EXPECT_EQ(result("HOUR_IN_DAY", {call("convertTimezone", {at("2022-04-22T18:14:59Z")})}), "23");
  EXPECT_EQ(result("HOUR_IN_DAY", {call("convertTimezone", {at("2022-04-22T18:15:00Z")})}), "0");
}

TEST_F(CalendarFunctions, HoursBeforeTheEpochCountUpwardsAsWell) {
  EXPECT_EQ(result("HOUR_IN_DAY", {at("1969-12-31T23:30:00Z")}), "23");
  EXPECT_EQ(result("DAY_ONLY", {at("1969-12-31T23:30:00Z")}), "1969-12-31");
}

TEST_F(CalendarFunctions, DateValueIsTheLocalDayOnBothSidesOfMidnight) {
  set_zone("America/New_York");
  EXPECT_EQ(result("DATEVALUE", {at("2022-04-23T03:59:59Z")}), "2022-04-22");
  EXPECT_EQ(result("DATEVALUE", {at("2022-04-23T04:00:00Z")}), "2022-04-23");
  set_zone("Australia/Sydney");
  EXPECT_EQ(result("DATEVALUE", {at("2022-04-22T13:59:59Z")}), "2022-04-22");
  EXPECT_EQ(result("DATEVALUE", {at("2022-04-22T14:00:00Z")}), "2022-04-23");
}

TEST_F(CalendarFunctions, DateValueLeavesADateAsItIs) {
  set_zone("Pacific/Auckland");
  EXPECT_EQ(result("DATEVALUE", {day("2022-04-23")}), "2022-04-23");
}

TEST_F(CalendarFunctions, AddMonthsKeepsTheDayOrClipsIt) {
  EXPECT_EQ(result("ADDMONTHS", {day("2022-01-15"), number(1)}), "2022-02-15");
  EXPECT_EQ(result("ADDMONTHS", {day("2022-01-30"), number(1)}), "2022-02-28");
  EXPECT_EQ(result("ADDMONTHS", {day("2022-01-15"), number(-2)}), "2021-11-15");
}

TEST_F(CalendarFunctions, AddMonthsKeepsALastDayALastDay) {
  EXPECT_EQ(result("ADDMONTHS", {day("2022-02-28"), number(1)}), "2022-03-31");
  EXPECT_EQ(result("ADDMONTHS", {day("2024-02-28"), number(1)}), "2024-03-28");
}

TEST_F(CalendarFunctions, AddMonthsCutsFractionsOff) {
  EXPECT_EQ(result("ADDMONTHS", {day("2022-01-15"), number(1.9)}), "2022-02-15");
  EXPECT_EQ(result("ADDMONTHS", {day("2022-01-15"), number(-1.9)}), "2021-12-15");
}

TEST_F(CalendarFunctions, AddMonthsOfADatetimeKeepsTheTimeOfDay) {
  EXPECT_EQ(result("ADDMONTHS", {at("2022-01-31T22:15:30Z"), number(1)}), "2022-02-28T22:15:30Z");
}

TEST_F(CalendarFunctions, StepsOutOfTheCalendarAreUnknown) {
  const std::string outside = "unknown: the date would lie outside of the years 1700 to 4000";
  EXPECT_EQ(result("ADDMONTHS", {day("4000-12-15"), number(1)}), outside);
  EXPECT_EQ(result("ADDMONTHS", {day("1700-01-01"), number(-1)}), outside);
  EXPECT_EQ(result("ADDMONTHS", {day("2022-01-01"), number(1e300)}), outside);
  EXPECT_EQ(result("FISCAL_QUARTER_START", {day("2022-01-01"), number(-1e8)}), outside);
  EXPECT_EQ(result("FISCAL_YEAR_START", {day("1700-01-15")}), outside);
}

TEST_F(CalendarFunctions, MonthEndKnowsLeapYears) {
  EXPECT_EQ(result("MONTH_END", {day("2022-02-01")}), "2022-02-28");
  EXPECT_EQ(result("MONTH_END", {day("2024-02-29")}), "2024-02-29");
  EXPECT_EQ(result("MONTH_END", {day("1900-02-10")}), "1900-02-28");
}

TEST_F(CalendarFunctions, TheFridayIsThatOfTheDatesOwnWeek) {
  const Value sunday = day("2022-04-24");
  EXPECT_EQ(result("WEEK_FRIDAY", {sunday}), "2022-04-22");
  calendar_.week_starts = std::chrono::Sunday;
  EXPECT_EQ(result("WEEK_FRIDAY", {sunday}), "2022-04-29");
}

TEST_F(CalendarFunctions, FiscalPeriodsStartInTheCalendarsMonth) {
  calendar_.fiscal_year_starts = 2;
  EXPECT_EQ(result("FISCAL_YEAR", {day("2022-01-31")}), "2022");
  EXPECT_EQ(result("FISCAL_YEAR", {day("2022-02-01")}), "2023");
  EXPECT_EQ(result("FISCAL_QUARTER", {day("2022-01-31")}), "4");
  EXPECT_EQ(result("FISCAL_QUARTER", {day("2022-02-01")}), "1");
  EXPECT_EQ(result("FISCAL_MONTH", {day("2022-01-31")}), "12");
  EXPECT_EQ(result("FISCAL_MONTH", {day("2022-02-01")}), "1");
}

TEST_F(CalendarFunctions, AFiscalYearMayBeNamedByItsStart) {
  calendar_.fiscal_year_named_by = FiscalYearName::kStartYear;
  EXPECT_EQ(result("FISCAL_YEAR", {day("2022-02-01")}), "2022");
}

TEST_F(CalendarFunctions, AFiscalYearFromJanuaryIsTheCalendarYear) {
  calendar_.fiscal_year_starts = 1;
  EXPECT_EQ(result("FISCAL_YEAR", {day("2022-12-31")}), "2022");
  EXPECT_EQ(result("FISCAL_YEAR_START", {day("2022-12-31")}), "2022-01-01");
}

TEST_F(CalendarFunctions, FiscalStartsAreFirstDays) {
  EXPECT_EQ(result("FISCAL_YEAR_START", {day("2022-01-31")}), "2021-02-01");
  EXPECT_EQ(result("FISCAL_YEAR_START", {day("2022-02-01")}), "2022-02-01");
  EXPECT_EQ(result("FISCAL_QUARTER_START", {day("2022-04-30"), number(0)}), "2022-02-01");
  EXPECT_EQ(result("FISCAL_QUARTER_START", {day("2022-05-01"), number(0)}), "2022-05-01");
  EXPECT_EQ(result("FISCAL_QUARTER_START", {day("2022-05-01"), number(-1)}), "2022-02-01");
  EXPECT_EQ(result("FISCAL_QUARTER_START", {day("2022-05-01"), number(1)}), "2022-08-01");
}

TEST_F(CalendarFunctions, NullsGiveNullAndUnknownsUnknown) {
  for (const char* name : {"CALENDAR_YEAR", "DAY_ONLY", "HOUR_IN_DAY", "FISCAL_MONTH", "convertTimezone",
                           "DATEVALUE", "MONTH_END", "WEEK_FRIDAY", "FISCAL_YEAR_START"}) {
    EXPECT_EQ(result(name, {null()}), "null") << name;
    EXPECT_EQ(result(name, {unknown("no column")}), "unknown: no column") << name;
  }
  EXPECT_EQ(result("ADDMONTHS", {day("2022-01-01"), null()}), "null");
}

class NamedCalendars : public FunctionTest {
 protected:
  NamedCalendars() {
    calendar_.named["red-green"].rules = {{DayRuleKind::kDayOrWeekdayBefore, 15},
                                          {DayRuleKind::kLastWorkingDays, 5}};
  }
};

TEST_F(NamedCalendars, StepNoughtIsTheLatestDayUpToToday) {
  set_now("2022-05-13T12:00:00Z");  // the 15th is a Sunday
  EXPECT_EQ(result("CALENDAR_DAY", {text("red-green"), number(0)}), "2022-05-13");
  set_now("2022-05-12T12:00:00Z");
  EXPECT_EQ(result("CALENDAR_DAY", {text("red-green"), number(0)}), "2022-04-29");
}

TEST_F(NamedCalendars, StepOneIsTheNextDayAfterToday) {
  set_now("2022-05-13T12:00:00Z");
  EXPECT_EQ(result("CALENDAR_DAY", {text("red-green"), number(1)}), "2022-05-25");
  EXPECT_EQ(result("CALENDAR_DAY", {text("red-green"), number(-1)}), "2022-04-29");
}

TEST_F(NamedCalendars, TodayIsThatOfTheJudgedZone) {
  set_now("2022-05-13T03:00:00Z");
  set_zone("America/New_York");  // the evening of the 12th
  EXPECT_EQ(result("CALENDAR_DAY", {text("red-green"), number(0)}), "2022-04-29");
}

TEST_F(NamedCalendars, AnUnknownNameIsRefusedWithTheNearest) {
  EXPECT_EQ(result("CALENDAR_DAY", {text("red-gren"), number(0)}),
            "unknown: refused: no calendar is named 'red-gren'; did you mean red-green?");
}

TEST_F(NamedCalendars, ANameIsRefusedWhereThePackNamesNone) {
  calendar_.named.clear();
  EXPECT_EQ(result("CALENDAR_DAY", {text("red-green"), number(0)}),
            "unknown: refused: no calendar is named 'red-green'; the pack's calendar has no `named` entry");
}

TEST_F(NamedCalendars, AStepTooFarIsUnknown) {
  EXPECT_EQ(result("CALENDAR_DAY", {text("red-green"), number(5000)}),
            "unknown: the calendar 'red-green' has no day 5000 steps from today");
}

TEST_F(NamedCalendars, ANullNameIsRefused) {
  const auto prepared = prepare(*find_function("CALENDAR_DAY"), std::vector{null(), number(0)});
  ASSERT_FALSE(prepared.has_value());
  EXPECT_EQ(prepared.error().message, "CALENDAR_DAY needs the name of a calendar, such as 'red-green'");
}

}  // namespace
}  // namespace plumbline
