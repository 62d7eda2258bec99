#include "base/time.h"

#include <gtest/gtest.h>

namespace plumbline {
namespace {

using std::chrono::seconds;

Instant at(int year, unsigned month, unsigned day, int hour, int minute, int second) {
  const std::chrono::seconds clock =
      std::chrono::hours{hour} + std::chrono::minutes{minute} + seconds{second};
  return Instant{make_day(year, month, day).time_since_epoch() + clock};
}

TEST(Day, MakeDayAndCivilAreInverse) {
  const std::chrono::year_month_day date = civil(make_day(2022, 4, 30));
  EXPECT_EQ(date, std::chrono::year{2022} / 4 / 30);
}

TEST(Day, EpochIsDayZero) { EXPECT_EQ(make_day(1970, 1, 1).time_since_epoch().count(), 0); }

TEST(Day, DayBeyondTheMonthRunsOn) { EXPECT_EQ(make_day(2023, 2, 29), make_day(2023, 3, 1)); }

TEST(ParseDay, ReadsAnExistingDay) { EXPECT_EQ(parse_day("2022-04-30"), make_day(2022, 4, 30)); }

TEST(ParseDay, ReadsALeapDay) { EXPECT_EQ(parse_day("2024-02-29"), make_day(2024, 2, 29)); }

TEST(ParseDay, RefusesDaysThatDoNotExist) {
  for (const char* text :
       {"2023-02-29", "1900-02-29", "2022-04-31", "2022-13-01", "2022-00-10", "2022-01-00"}) {
    EXPECT_FALSE(parse_day(text)) << text;
  }
}

TEST(ParseDay, RefusesAnythingButTenBytes) {
  for (const char* text :
       {"", "2022-4-30", "22-04-30", "2022-04-30 ", " 2022-04-30", "2022-04-30T", "12022-04-30"}) {
    EXPECT_FALSE(parse_day(text)) << text;
  }
}

TEST(ParseDay, RefusesOtherSeparatorsAndSigns) {
  for (const char* text :
       {"2022/04/30", "30.04.2022", "2022-04+30", "-022-04-30", "2022-0a-30", "2022--4-30"}) {
    EXPECT_FALSE(parse_day(text)) << text;
  }
}

TEST(ParseDay, KnowsTheRangeOfTheCrm) {
  EXPECT_EQ(parse_day("1700-01-01"), kFirstDay);
  EXPECT_EQ(parse_day("4000-12-31"), kLastDay);
  EXPECT_FALSE(parse_day("1699-12-31"));
  EXPECT_FALSE(parse_day("4001-01-01"));
}

TEST(ParseInstant, ReadsBulkForm) {
  EXPECT_EQ(parse_instant("2022-04-30T09:08:07.000Z"), at(2022, 4, 30, 9, 8, 7));
}

TEST(ParseInstant, ReadsRestForm) {
  EXPECT_EQ(parse_instant("2022-04-30T09:08:07.000+0000"), at(2022, 4, 30, 9, 8, 7));
}

TEST(ParseInstant, ReadsWithoutFraction) {
  EXPECT_EQ(parse_instant("2022-04-30T23:59:59Z"), at(2022, 4, 30, 23, 59, 59));
}

TEST(ParseInstant, SubtractsAnEasternOffset) {
  EXPECT_EQ(parse_instant("2022-05-01T01:30:00+05:45"), at(2022, 4, 30, 19, 45, 0));
  EXPECT_EQ(parse_instant("2022-05-01T01:30:00+0545"), at(2022, 4, 30, 19, 45, 0));
}

TEST(ParseInstant, AddsAWesternOffset) {
  EXPECT_EQ(parse_instant("2021-12-31T20:00:00-08:00"), at(2022, 1, 1, 4, 0, 0));
}

TEST(ParseInstant, CutsTheFractionOff) {
  EXPECT_EQ(parse_instant("2022-04-30T09:00:00.999999Z"), at(2022, 4, 30, 9, 0, 0));
}

TEST(ParseInstant, CutsTheFractionTowardsThePastBefore1970) {
  EXPECT_EQ(parse_instant("1969-12-31T23:59:59.9Z"), Instant{seconds{-1}});
}

TEST(ParseInstant, RefusesImpossibleClocks) {
  for (const char* text : {"2022-04-30T24:00:00Z", "2022-04-30T09:60:00Z", "2022-04-30T09:00:60Z",
                           "2022-04-30T-1:00:00Z", "2022-02-30T09:00:00Z"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

TEST(ParseInstant, RefusesOtherForms) {
  for (const char* text :
       {"", "2022-04-30", "2022-04-30T09:00:00", "2022-04-30 09:00:00Z", "2022-04-30T09:00Z",
        "2022-04-30T09:00:00.Z", "2022-04-30T09:00:00z", "2022-04-30T09:00:00ZZ", "2022-04-30T09:00:00+00",
        "2022-04-30T09:00:00+2400", "2022-04-30T09:00:00+0060", "2022-04-30T09:00:00 0000",
        "2022-04-30T09:00:00+00:0", "2022-04-30T09-00-00Z"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

TEST(ParseInstant, RefusesAnOffsetThatLeavesTheRange) {
  EXPECT_TRUE(parse_instant("1700-01-01T00:00:00Z"));
  EXPECT_FALSE(parse_instant("1700-01-01T00:00:00+01:00"));
  EXPECT_TRUE(parse_instant("4000-12-31T23:59:59Z"));
  EXPECT_FALSE(parse_instant("4000-12-31T23:59:59-00:01"));
}

TEST(FormatDay, PadsMonthAndDay) { EXPECT_EQ(format_day(make_day(2022, 4, 3)), "2022-04-03"); }

TEST(FormatDay, RoundTripsBothEndsOfTheRange) {
  EXPECT_EQ(parse_day(format_day(kFirstDay)), kFirstDay);
  EXPECT_EQ(parse_day(format_day(kLastDay)), kLastDay);
}

TEST(FormatDay, WritesYearsOfAnyLength) {
  EXPECT_EQ(format_day(make_day(987, 1, 2)), "0987-01-02");
  EXPECT_EQ(format_day(make_day(-5, 1, 2)), "-005-01-02");
  EXPECT_EQ(format_day(make_day(12345, 1, 2)), "12345-01-02");
  EXPECT_EQ(format_day(make_day(-32767, 12, 31)), "-32767-12-31");
}

TEST(FormatDay, IsTheTextItWasReadFrom) {
  for (Day day = kFirstDay; day <= kLastDay; day += std::chrono::days{17}) {
    ASSERT_EQ(parse_day(format_day(day)), day) << format_day(day);
  }
}

TEST(FormatInstant, IsTheTextItWasReadFrom) {
  for (const char* text : {"1700-01-01T00:00:00Z", "1969-12-31T00:00:01Z", "2024-02-29T13:07:59Z",
                           "2024-06-01T09:59:00Z", "4000-12-31T23:59:59Z"}) {
    EXPECT_EQ(format_instant(parse_instant(text).value()), text);
  }
}

TEST(WriteInstant, FillsItsRoomAtMost) {
  std::string room(kInstantRoom, '?');
  const Instant longest{std::chrono::sys_days{std::chrono::year{-32767} / 12 / 31}};
  EXPECT_EQ(write_instant(room.data(), longest), room.data() + room.size());
  EXPECT_EQ(room, "-32767-12-31T00:00:00Z");
}

TEST(FormatInstant, WritesUtc) {
  EXPECT_EQ(format_instant(at(2022, 4, 30, 9, 0, 5)), "2022-04-30T09:00:05Z");
}

TEST(FormatInstant, IsRightBefore1970) {
  EXPECT_EQ(format_instant(Instant{seconds{-1}}), "1969-12-31T23:59:59Z");
}

TEST(DisplayDay, IsHowPeopleWriteIt) {
  EXPECT_EQ(display_day(make_day(2022, 4, 30)), "30 Apr 2022");
  EXPECT_EQ(display_day(make_day(2023, 12, 1)), "1 Dec 2023");
  EXPECT_EQ(display_day(make_day(2023, 1, 9)), "9 Jan 2023");
}

TEST(DisplayDay, AppendsBehindWhatIsThere) {
  std::string text = "due ";
  append_display_day(text, make_day(2022, 4, 30));
  EXPECT_EQ(text, "due 30 Apr 2022");
}

}  // namespace
}  // namespace plumbline
