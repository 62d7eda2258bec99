#include "base/recurrence.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace plumbline {
namespace {

using testing::HasSubstr;

Recurrence rule(std::string_view text) {
  const auto parsed = parse_recurrence(text);
  EXPECT_TRUE(parsed.has_value()) << text << ": " << (parsed ? "" : parsed.error().front().message);
  return parsed.value_or(Recurrence{});
}

// "3+7: message" a fault, in the order of the text.
std::string faults(std::string_view text) {
  const auto parsed = parse_recurrence(text);
  std::string all;
  if (parsed) return all;
  for (const RecurrenceFault& fault : parsed.error())
    all += fmt::format("{}+{}: {}\n", fault.offset, fault.length, fault.message);
  return all;
}

TEST(Recurrence, ReadsTheRulesOfTheHandbooks) {
  const Recurrence wednesdays = rule("FREQ=WEEKLY;BYDAY=WE");
  EXPECT_EQ(wednesdays.frequency, Frequency::kWeekly);
  ASSERT_EQ(wednesdays.by_day.size(), 1U);
  EXPECT_EQ(wednesdays.by_day[0], (RecurrenceDay{.ordinal = 0, .day = std::chrono::Wednesday}));
  EXPECT_EQ(wednesdays.interval, 1U);
  const Recurrence first_monday = rule("FREQ=MONTHLY;BYDAY=1MO");
  EXPECT_EQ(first_monday.by_day[0], (RecurrenceDay{.ordinal = 1, .day = std::chrono::Monday}));
}

TEST(Recurrence, ReadsEveryPart) {
  const Recurrence all = rule(
      "FREQ=YEARLY;INTERVAL=2;UNTIL=20301231;BYMONTH=1,12;BYYEARDAY=1,-1;BYMONTHDAY=15,-1;BYDAY=-1FR;"
      "BYSETPOS=1,-2;"
      "WKST=SU");
  EXPECT_EQ(all.frequency, Frequency::kYearly);
  EXPECT_EQ(all.interval, 2U);
  EXPECT_EQ(all.until, make_day(2030, 12, 31));
  EXPECT_EQ(all.by_month, (std::vector{1, 12}));
  EXPECT_EQ(all.by_year_day, (std::vector{1, -1}));
  EXPECT_EQ(all.by_month_day, (std::vector{15, -1}));
  EXPECT_EQ(all.by_day.at(0).ordinal, -1);
  EXPECT_EQ(all.by_set_pos, (std::vector{1, -2}));
  EXPECT_EQ(all.week_start, std::chrono::Sunday);
  EXPECT_EQ(rule("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO").by_week_number, std::vector{20});
  EXPECT_EQ(rule("FREQ=DAILY;COUNT=10").count, 10U);
}

TEST(Recurrence, TakesAnyCaseBlanksAPrefixAndAClosingSemicolon) {
  EXPECT_EQ(to_string(rule(" rrule:freq=monthly; byday = we , +1fr ;")), "FREQ=MONTHLY;BYDAY=WE,1FR");
}

TEST(Recurrence, IsWrittenAsItWasRead) {
  for (const char* text : {"FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=MONTHLY;BYDAY=1MO,-1FR",
                           "FREQ=MONTHLY;INTERVAL=3;COUNT=4;BYMONTHDAY=-1,15",
                           "FREQ=YEARLY;UNTIL=20301231;BYMONTH=2;BYDAY=MO;BYSETPOS=-1",
                           "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU;WKST=SU", "FREQ=YEARLY;BYYEARDAY=-366,100"}) {
    EXPECT_EQ(to_string(rule(text)), text);
  }
}

TEST(Recurrence, SubDailyFrequenciesAreRefusedWithAReason) {
  for (const char* word : {"HOURLY", "minutely", "SECONDLY"}) {
    EXPECT_THAT(faults(fmt::format("FREQ={}", word)),
                HasSubstr("recurs within a day; rules name days, and `at` the times"));
  }
}

TEST(Recurrence, TimesOfDayStandBesideTheRule) {
  EXPECT_EQ(faults("FREQ=DAILY;BYHOUR=9;BYMINUTE=0"),
            "11+6: BYHOUR is a time of day, which stands beside the rule, under `at`\n"
            "20+8: BYMINUTE is a time of day, which stands beside the rule, under `at`\n");
}

TEST(Recurrence, AllFaultsAreToldAtOnceWithTheirPlaces) {
  EXPECT_EQ(faults("FREQ=WEEKLI;INTERVAL=0;BYDAY=WE,XX,8MO;BYMNTH=3"),
            "5+6: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, not `WEEKLI`; did you mean WEEKLY?\n"
            "21+1: INTERVAL is a number from 1 to 1000, not `0`\n"
            "32+2: `XX` is no weekday; they are written MO, TU, WE, TH, FR, SA, SU\n"
            "39+6: `BYMNTH` is no part of a rule; did you mean BYMONTH?\n");
}

struct Mistake {
  const char* rule;
  const char* said;
};

TEST(Recurrence, RefusesWhatMeansNothing) {
  constexpr Mistake kMistakes[] = {
      {"", "nothing stands here"},
      {"BYDAY=WE", "the rule lacks FREQ"},
      {"FREQ=", "FREQ has no value"},
      {"weekly on wednesday", "is no part of a rule; parts are written NAME=VALUE"},
      {"=WEEKLY", "is no part of a rule"},
      {"FREQ=WEEKLY;;BYDAY=WE", "nothing stands here"},
      {"FREQ=WEEKLY;FREQ=DAILY", "FREQ stands here again"},
      {"FREQ=DAILY;COUNT=0", "COUNT is a number from 1 to 10000, not `0`"},
      {"FREQ=DAILY;COUNT=ten", "COUNT is a number"},
      {"FREQ=DAILY;INTERVAL=1001", "INTERVAL is a number from 1 to 1000"},
      {"FREQ=DAILY;COUNT=3;UNTIL=20300101", "UNTIL and COUNT both end the rule"},
      {"FREQ=DAILY;UNTIL=20301301", "UNTIL is a day without a time, written 20221231, not `20301301`"},
      {"FREQ=DAILY;UNTIL=20300101T000000Z", "UNTIL is a day without a time"},
      {"FREQ=DAILY;UNTIL=2030-1-1", "UNTIL is a day without a time"},
      {"FREQ=WEEKLY;BYDAY=", "BYDAY has no value"},
      {"FREQ=WEEKLY;BYDAY=MO,,TU", "a value of BYDAY is missing here"},
      {"FREQ=WEEKLY;BYDAY=MO,MO", "MO stands here twice"},
      {"FREQ=WEEKLY;BYDAY=M", "`M` is no weekday"},
      {"FREQ=WEEKLY;BYDAY=WED", "`WED` is no weekday"},
      {"FREQ=MONTHLY;BYDAY=0MO", "`0` is no number of a weekday; 1MO is the first, -1MO the last"},
      {"FREQ=MONTHLY;BYDAY=xMO", "`x` is no number of a weekday"},
      {"FREQ=MONTHLY;BYDAY=6MO", "no month has a 6th Monday"},
      {"FREQ=YEARLY;BYMONTH=3;BYDAY=-6FR", "no month has a 6th Friday"},
      {"FREQ=YEARLY;BYDAY=54MO", "`54` is no number of a weekday"},
      {"FREQ=WEEKLY;BYDAY=1MO", "numbered weekdays such as 1MO are of a month or year"},
      {"FREQ=YEARLY;BYWEEKNO=3;BYDAY=1MO", "numbered weekdays do not go with BYWEEKNO"},
      {"FREQ=WEEKLY;BYMONTHDAY=15", "BYMONTHDAY has no meaning with FREQ=WEEKLY; write FREQ=MONTHLY"},
      {"FREQ=MONTHLY;BYYEARDAY=15", "BYYEARDAY has no meaning with FREQ=MONTHLY; write FREQ=YEARLY"},
      {"FREQ=DAILY;BYWEEKNO=15", "BYWEEKNO has no meaning with FREQ=DAILY"},
      {"FREQ=MONTHLY;BYMONTHDAY=0",
       "BYMONTHDAY holds numbers from 1 to 31, or -1 to -31 from the end, not `0`"},
      {"FREQ=MONTHLY;BYMONTHDAY=32", "not `32`"},
      {"FREQ=YEARLY;BYMONTH=13", "BYMONTH holds numbers from 1 to 12, not `13`"},
      {"FREQ=YEARLY;BYMONTH=-1", "not `-1`"},
      {"FREQ=YEARLY;BYYEARDAY=367", "not `367`"},
      {"FREQ=YEARLY;BYWEEKNO=54;BYDAY=MO", "not `54`"},
      {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "none of these months has such a day"},
      {"FREQ=YEARLY;BYMONTH=2,4;BYMONTHDAY=31,-31", "none of these months has such a day"},
      {"FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS takes some of the days that other parts name"},
      {"FREQ=WEEKLY;BYDAY=MO;WKST=XX", "`XX` is no weekday"},
      {"FREQ=WEEKLY;BYDAY=MO;X-NOTE=1", "`X-NOTE` is no part of a rule"},
  };
  for (const Mistake& mistake : kMistakes)
    EXPECT_THAT(faults(mistake.rule), HasSubstr(mistake.said)) << mistake.rule;
}

TEST(Recurrence, TakesDaysThatOneOfTheMonthsHas) {
  EXPECT_EQ(faults("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"), "");
  EXPECT_EQ(faults("FREQ=YEARLY;BYMONTH=2,3;BYMONTHDAY=31"), "");
}

TEST(Recurrence, RefusesATextWithoutEnd) {
  EXPECT_THAT(faults("FREQ=WEEKLY;BYDAY=" + std::string(kMaxRecurrenceBytes, 'M')),
              HasSubstr("at most 1000 bytes"));
}

TEST(Recurrence, IsSaidInWords) {
  constexpr Mistake kRules[] = {
      {"FREQ=WEEKLY;BYDAY=WE", "every week on Wednesday"},
      {"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;BYMONTH=11,12,1",
       "every 2 weeks on Tuesday and Thursday in November, December and January"},
      {"FREQ=MONTHLY;BYDAY=1MO,-1FR", "every month on the first Monday and the last Friday"},
      {"FREQ=MONTHLY;BYMONTHDAY=15,-2", "every month on day 15 and the second to last day of the month"},
      {"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "every month on Friday, if it falls on day 13 of the month"},
      {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
       "every month on Monday, Tuesday, Wednesday, Thursday and Friday, the last of these days in the month"},
      {"FREQ=YEARLY;BYYEARDAY=-1", "every year on the last day of the year"},
      {"FREQ=YEARLY;BYDAY=21MO,12TU", "every year on the 21st Monday and the 12th Tuesday"},
      {"FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "every year on Monday in week 20"},
      {"FREQ=DAILY;COUNT=3", "every day, 3 times"},
      {"FREQ=DAILY;UNTIL=20301231", "every day, until 31 Dec 2030"},
  };
  for (const Mistake& said : kRules) EXPECT_EQ(describe(rule(said.rule)), said.said);
}

TEST(Recurrence, NeedsAFirstDayWhereItCountsFromThere) {
  for (const char* text :
       {"FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY;BYMONTH=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
        "FREQ=DAILY;COUNT=3", "FREQ=YEARLY;BYWEEKNO=3"}) {
    EXPECT_TRUE(needs_first_day(rule(text))) << text;
  }
  for (const char* text : {"FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO", "FREQ=MONTHLY;BYMONTHDAY=1",
                           "FREQ=YEARLY;BYYEARDAY=1", "FREQ=YEARLY;BYMONTH=2;BYDAY=1MO"}) {
    EXPECT_FALSE(needs_first_day(rule(text))) << text;
  }
}

}  // namespace
}  // namespace plumbline
