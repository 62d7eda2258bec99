#include "tests/policies/function_fixture.h"

namespace plumbline {
namespace {

class ElapsedFunctions : public FunctionTest {};

TEST_F(ElapsedFunctions, TodayIsTheDayInTheJudgedZone) {
  set_now("2022-04-23T03:59:59Z");
  EXPECT_EQ(result("TODAY", {}), "2022-04-23");
  set_zone("America/New_York");
  EXPECT_EQ(result("TODAY", {}), "2022-04-22");
  set_now("2022-04-23T04:00:00Z");
  EXPECT_EQ(result("TODAY", {}), "2022-04-23");
}

TEST_F(ElapsedFunctions, NowIsTheJudgedMomentInEveryZone) {
  set_zone("Asia/Tokyo");
  EXPECT_EQ(result("NOW", {}), "2022-04-23T09:00:00Z");
}

TEST_F(ElapsedFunctions, DaysOfADateAreWholeCalendarDays) {
  EXPECT_EQ(result("DAYS_SINCE", {day("2022-04-20")}), "3");
  EXPECT_EQ(result("DAYS_UNTIL", {day("2022-04-30")}), "7");
  EXPECT_EQ(result("DAYS_SINCE", {day("2022-04-30")}), "-7");
  EXPECT_EQ(result("DAYS_UNTIL", {day("2022-04-20")}), "-3");
}

TEST_F(ElapsedFunctions, TodayIsNoughtDaysAwayBothWays) {
  EXPECT_EQ(result("DAYS_SINCE", {day("2022-04-23")}), "0");
  EXPECT_EQ(result("DAYS_UNTIL", {day("2022-04-23")}), "0");
}

TEST_F(ElapsedFunctions, DaysOfADateChangeAtLocalMidnight) {
  set_zone("America/New_York");
  set_now("2022-04-23T03:59:59Z");
  EXPECT_EQ(result("DAYS_SINCE", {day("2022-04-20")}), "2");
  set_now("2022-04-23T04:00:00Z");
  EXPECT_EQ(result("DAYS_SINCE", {day("2022-04-20")}), "3");
}

TEST_F(ElapsedFunctions, DaysOfADatetimeAreExact) {
  EXPECT_EQ(result("DAYS_SINCE", {at("2022-04-21T21:00:00Z")}), "1.5");
  EXPECT_EQ(result("DAYS_UNTIL", {at("2022-04-24T15:00:00Z")}), "1.25");
  EXPECT_EQ(result("DAYS_SINCE", {at("2022-04-24T15:00:00Z")}), "-1.25");
}

TEST_F(ElapsedFunctions, ADayOfADatetimeHas24HoursThoughClocksChange) {
  set_zone("America/New_York");
  set_now("2024-03-11T04:00:00Z");  // midnight after the day of 23 hours
  EXPECT_EQ(result("DAYS_SINCE", {at("2024-03-10T05:00:00Z")}), fmt::format("{}", 23.0 / 24.0));
  EXPECT_EQ(result("DAYS_SINCE", {day("2024-03-10")}), "1");
  EXPECT_EQ(result("HOURS_SINCE", {at("2024-03-10T05:00:00Z")}), "23");
}

TEST_F(ElapsedFunctions, HoursAreExact) {
  EXPECT_EQ(result("HOURS_SINCE", {at("2022-04-23T07:45:00Z")}), "1.25");
  EXPECT_EQ(result("HOURS_SINCE", {at("2022-04-23T10:00:00Z")}), "-1");
}

TEST_F(ElapsedFunctions, BusinessDaysLeaveOutTheFirstDayAndCountToday) {
  set_now("2022-04-22T12:00:00Z");  // Friday
  EXPECT_EQ(result("BUSINESS_DAYS_SINCE", {day("2022-04-18")}), "4");
  EXPECT_EQ(result("BUSINESS_DAYS_SINCE", {day("2022-04-22")}), "0");
}

TEST_F(ElapsedFunctions, BusinessDaysSkipWeekendsAndHolidays) {
  EXPECT_EQ(result("BUSINESS_DAYS_BETWEEN", {day("2022-12-23"), day("2022-12-27")}), "2");
  calendar_.holidays = {make_day(2022, 12, 26)};
  EXPECT_EQ(result("BUSINESS_DAYS_BETWEEN", {day("2022-12-23"), day("2022-12-27")}), "1");
}

TEST_F(ElapsedFunctions, BusinessDaysBackwardsAreNegative) {
  EXPECT_EQ(result("BUSINESS_DAYS_BETWEEN", {day("2022-04-22"), day("2022-04-18")}), "-4");
}

TEST_F(ElapsedFunctions, BusinessDaysOfADatetimeUseItsLocalDay) {
  set_now("2022-04-22T12:00:00Z");
  const Value late_thursday = at("2022-04-22T02:00:00Z");  // Thursday evening in New York
  EXPECT_EQ(result("BUSINESS_DAYS_SINCE", {late_thursday}), "0");
  set_zone("America/New_York");
  EXPECT_EQ(result("BUSINESS_DAYS_SINCE", {late_thursday}), "1");
  EXPECT_EQ(result("BUSINESS_DAYS_BETWEEN", {late_thursday, day("2022-04-22")}), "1");
}

TEST_F(ElapsedFunctions, NullsGiveNullAndUnknownsUnknown) {
  for (const char* name : {"DAYS_SINCE", "DAYS_UNTIL", "HOURS_SINCE", "BUSINESS_DAYS_SINCE"}) {
    EXPECT_EQ(result(name, {null()}), "null") << name;
    EXPECT_EQ(result(name, {unknown("hidden")}), "unknown: hidden") << name;
  }
  EXPECT_EQ(result("BUSINESS_DAYS_BETWEEN", {day("2022-04-22"), null()}), "null");
}

}  // namespace
}  // namespace plumbline
