#include "base/time_zone.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"

namespace plumbline {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TimeZone zone(std::string_view name) {
  const Result<TimeZone> found = TimeZone::find(name);
  EXPECT_TRUE(found.has_value()) << name;
  return found.value_or(TimeZone::utc());
}

Day day(std::string_view text) { return parse_day(text).value(); }
Instant instant(std::string_view text) { return parse_instant(text).value(); }

std::string start(std::string_view zone_name, std::string_view of_day) {
  return format_instant(zone(zone_name).start_of_day(day(of_day)));
}

std::string moment(std::string_view zone_name, std::string_view on_day, seconds since_midnight) {
  return format_instant(zone(zone_name).to_instant(day(on_day), since_midnight));
}

hours length(std::string_view zone_name, std::string_view of_day) {
  const TimeZone there = zone(zone_name);
  return std::chrono::duration_cast<hours>(there.start_of_day(day(of_day) + days{1}) -
                                           there.start_of_day(day(of_day)));
}

// --- finding ---

TEST(TimeZoneFind, TakesAnIanaName) { EXPECT_EQ(zone("America/New_York").name(), "America/New_York"); }

TEST(TimeZoneFind, IgnoresLetterCaseAndOuterBlanks) {
  EXPECT_EQ(zone("  america/NEW_york\t").name(), "America/New_York");
}

TEST(TimeZoneFind, GivesEqualHandlesForOneName) { EXPECT_EQ(zone("Europe/Berlin"), zone("europe/berlin")); }

TEST(TimeZoneFind, GivesDifferentHandlesForDifferentZones) {
  EXPECT_NE(zone("Europe/Berlin"), zone("Europe/Paris"));
}

TEST(TimeZoneFind, KnowsAliases) {
  EXPECT_EQ(start("US/Eastern", "2024-07-01"), start("America/New_York", "2024-07-01"));
}

TEST(TimeZoneFind, FindsTheSameUtcAsUtcGives) { EXPECT_EQ(zone("utc"), TimeZone::utc()); }

TEST(TimeZoneFind, NamesTheNearestZoneForOneItDoesNotKnow) {
  const Result<TimeZone> found = TimeZone::find("Europe/Berlim");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(found.error().message, "unknown time zone \"Europe/Berlim\"; did you mean Europe/Berlin?");
}

TEST(TimeZoneFind, RefusesABlankName) {
  const Result<TimeZone> found = TimeZone::find("  ");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
}

TEST(TimeZoneFind, DoesNotRepeatAnOverlongName) {
  const Result<TimeZone> found = TimeZone::find(std::string(100'000, 'x'));
  ASSERT_FALSE(found.has_value());
  EXPECT_LT(found.error().message.size(), 200U);
}

TEST(TimeZoneFind, DoesNotOfferTheMachinesOwnSetting) {
  EXPECT_FALSE(TimeZone::find("localtime").has_value());
  EXPECT_FALSE(std::ranges::binary_search(TimeZone::known_names(), "localtime"));
}

TEST(TimeZoneFind, WorksFromManyThreadsAtOnce) {
  std::vector<std::string> starts(4);
  std::vector<std::thread> threads;
  for (std::string& result : starts) {
    threads.emplace_back(
        [&result] { result = start("Asia/Tokyo", "2024-01-01") + start("Asia/Seoul", "2024-01-01"); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (const std::string& result : starts) {
    EXPECT_EQ(result, "2023-12-31T15:00:00Z2023-12-31T15:00:00Z");
  }
}

// --- historic facts ---

TEST(TimeZone, UtcDaysStartAtMidnight) {
  EXPECT_EQ(format_instant(TimeZone::utc().start_of_day(day("2024-02-29"))), "2024-02-29T00:00:00Z");
}

TEST(TimeZone, NewYorkHas23HoursWhenClocksGoForward) {
  EXPECT_EQ(length("America/New_York", "2024-03-10"), hours{23});
}

TEST(TimeZone, NewYorkHas25HoursWhenClocksGoBack) {
  EXPECT_EQ(length("America/New_York", "2024-11-03"), hours{25});
}

TEST(TimeZone, ATimeInTheGapIsTheFirstInstantAfterIt) {
  EXPECT_EQ(moment("America/New_York", "2024-03-10", hours{2} + minutes{30}), "2024-03-10T07:00:00Z");
}

TEST(TimeZone, ATimeShownTwiceIsTheEarlier) {
  EXPECT_EQ(moment("America/New_York", "2024-11-03", hours{1} + minutes{30}), "2024-11-03T05:30:00Z");
}

TEST(TimeZone, ATimeAfterTheRepeatedHourIsShownOnce) {
  EXPECT_EQ(moment("America/New_York", "2024-11-03", hours{2}), "2024-11-03T07:00:00Z");
}

TEST(TimeZone, SaoPauloStartsADayWithoutMidnightAtOne) {
  EXPECT_EQ(start("America/Sao_Paulo", "2018-11-04"), "2018-11-04T03:00:00Z");
  EXPECT_EQ(zone("America/Sao_Paulo").local(instant("2018-11-04T03:00:00Z")),
            (LocalTime{.day = day("2018-11-04"), .since_midnight = hours{1}}));
}

TEST(TimeZone, HavanaStartsADayWithTwoMidnightsAtTheEarlier) {
  EXPECT_EQ(start("America/Havana", "2023-11-05"), "2023-11-05T04:00:00Z");
}

TEST(TimeZone, ApiaSkippedAWholeDayWhichBeginsWhereTheNextDoes) {
  EXPECT_EQ(start("Pacific/Apia", "2011-12-30"), "2011-12-30T10:00:00Z");
  EXPECT_EQ(start("Pacific/Apia", "2011-12-31"), "2011-12-30T10:00:00Z");
}

TEST(TimeZone, ATimeOnASkippedDayIsTheStartOfTheNext) {
  EXPECT_EQ(moment("Pacific/Apia", "2011-12-30", hours{15}), "2011-12-30T10:00:00Z");
}

TEST(TimeZone, TheLastSecondBeforeASkippedDayBelongsToTheDayBefore) {
  EXPECT_EQ(zone("Pacific/Apia").day_of(instant("2011-12-30T09:59:59Z")), day("2011-12-29"));
}

TEST(TimeZone, KathmanduIsFiveHoursAndThreeQuartersAhead) {
  EXPECT_EQ(zone("Asia/Kathmandu").utc_offset(instant("2024-01-01T00:00:00Z")), hours{5} + minutes{45});
  EXPECT_EQ(start("Asia/Kathmandu", "2024-01-01"), "2023-12-31T18:15:00Z");
}

TEST(TimeZone, KyivKnowsTheLeapDay) { EXPECT_EQ(start("Europe/Kyiv", "2024-02-29"), "2024-02-28T22:00:00Z"); }

TEST(TimeZone, LordHoweMovesByHalfAnHour) {
  const TimeZone there = zone("Australia/Lord_Howe");
  EXPECT_EQ(there.utc_offset(instant("2024-01-01T00:00:00Z")), hours{11});
  EXPECT_EQ(there.utc_offset(instant("2024-07-01T00:00:00Z")), hours{10} + minutes{30});
}

TEST(TimeZone, BeforeTheRailwaysEveryTownHadItsOwnTime) {
  EXPECT_EQ(zone("America/New_York").utc_offset(instant("1800-01-01T00:00:00Z")),
            -seconds{4 * 3600 + 56 * 60 + 2});
}

TEST(TimeZone, AnInstantBeforeLocalMidnightIsTheDayBefore) {
  const TimeZone there = zone("America/New_York");
  EXPECT_EQ(there.day_of(instant("2024-06-15T03:59:59Z")), day("2024-06-14"));
  EXPECT_EQ(there.day_of(instant("2024-06-15T04:00:00Z")), day("2024-06-15"));
}

TEST(TimeZone, OneInstantIsTwoDaysInTwoZones) {
  const Instant now = instant("2024-06-15T12:00:00Z");
  EXPECT_EQ(zone("Pacific/Kiritimati").day_of(now), day("2024-06-16"));
  EXPECT_EQ(zone("Pacific/Pago_Pago").day_of(now), day("2024-06-15"));
}

TEST(TimeZone, AMoreThan24HourTimeFallsOnTheNextDay) {
  EXPECT_EQ(moment("America/New_York", "2024-03-09", hours{27}), "2024-03-10T07:00:00Z");
}

// --- past the end of the zone files ---

TEST(TimeZoneAfter2037, NewYorkStillHasSummerTime) {
  const TimeZone there = zone("America/New_York");
  EXPECT_EQ(there.utc_offset(instant("2040-07-01T12:00:00Z")), hours{-4});
  EXPECT_EQ(there.utc_offset(instant("2040-01-15T12:00:00Z")), hours{-5});
}

TEST(TimeZoneAfter2037, NewYorkChangesOnTheSecondSundayOfMarch) {
  const TimeZone there = zone("America/New_York");
  EXPECT_EQ(there.utc_offset(instant("2040-03-11T06:59:59Z")), hours{-5});
  EXPECT_EQ(there.utc_offset(instant("2040-03-11T07:00:00Z")), hours{-4});
}

TEST(TimeZoneAfter2037, BerlinChangesBackOnTheLastSundayOfOctober) {
  const TimeZone there = zone("Europe/Berlin");
  EXPECT_EQ(there.utc_offset(instant("2100-10-31T00:59:59Z")), hours{2});
  EXPECT_EQ(there.utc_offset(instant("2100-10-31T01:00:00Z")), hours{1});
}

TEST(TimeZoneAfter2037, SydneyHasItsSummerTimeAcrossTheNewYear) {
  EXPECT_EQ(zone("Australia/Sydney").utc_offset(instant("2050-01-01T00:00:00Z")), hours{11});
}

TEST(TimeZoneAfter2037, MoscowDoesNotGetItsAbolishedSummerTimeBack) {
  const TimeZone there = zone("Europe/Moscow");
  for (int year = 2038; year < 2066; ++year) {
    EXPECT_EQ(there.utc_offset(there.start_of_day(make_day(year, 7, 1))), hours{3}) << year;
  }
}

TEST(TimeZoneAfter2037, SummerTimeLastsToTheLastYear) {
  EXPECT_EQ(zone("America/Los_Angeles").utc_offset(instant("4000-07-01T00:00:00Z")), hours{-7});
}

TEST(TimeZoneAfter2037, EveryYearHasAsManyChangesAsTheLastInTheFiles) {
  const TimeZone there = zone("Europe/London");
  for (int year = 2038; year <= 2138; ++year) {
    int changes = 0;
    for (Day d = make_day(year, 1, 1); d < make_day(year + 1, 1, 1); d += days{1}) {
      changes += there.start_of_day(d + days{1}) - there.start_of_day(d) == hours{24} ? 0 : 1;
    }
    ASSERT_EQ(changes, 2) << year;
  }
}

TEST(TimeZoneRange, TheFirstAndTheLastDayComeBack) {
  for (const char* name : {"Asia/Manila", "America/Juneau", "Pacific/Kiritimati", "UTC"}) {
    const TimeZone there = zone(name);
    EXPECT_EQ(there.day_of(there.start_of_day(kFirstDay)), kFirstDay) << name;
    EXPECT_EQ(there.day_of(there.start_of_day(kLastDay + days{1}) - seconds{1}), kLastDay) << name;
  }
}

// --- properties ---

// What is wrong with the days of the range in that zone; "" when nothing is.
std::string first_fault(const TimeZone& there, Day first, Day last, std::set<Day>& skipped) {
  Instant begin = there.start_of_day(first);
  for (Day d = first; d <= last; d += days{1}) {
    const Instant next = there.start_of_day(d + days{1});
    const std::string place = there.name() + " " + format_day(d);
    if (next < begin) {
      return place + " overlaps the next day";
    }
    if (next == begin) {
      skipped.insert(d);
    } else if (there.day_of(begin) != d || there.day_of(next - seconds{1}) != d) {
      return place + " does not hold its own first or last second";
    }
    begin = next;
  }
  return "";
}

TEST(TimeZoneProperty, DaysTileTimeInEveryZone) {
  ASSERT_GT(TimeZone::known_names().size(), 300U);
  std::set<Day> skipped;
  for (const std::string& name : TimeZone::known_names()) {
    for (const int year : {2000, 2005, 2010, 2011, 2018, 2024, 2030}) {
      ASSERT_EQ(first_fault(zone(name), make_day(year, 1, 1), make_day(year, 12, 31), skipped), "");
    }
  }
  EXPECT_EQ(skipped, std::set<Day>{day("2011-12-30")});
}

TEST(TimeZoneProperty, DaysTileTimeThroughAllYearsInTheZonesThatChangeMost) {
  std::set<Day> skipped;
  for (const char* name :
       {"Africa/Casablanca", "Africa/Cairo", "America/Havana", "America/Sao_Paulo", "America/St_Johns",
        "America/New_York", "Asia/Gaza", "Asia/Tehran", "Australia/Lord_Howe", "Europe/London"}) {
    ASSERT_EQ(first_fault(zone(name), make_day(2000, 1, 1), make_day(2030, 12, 31), skipped), "");
  }
  EXPECT_TRUE(skipped.empty());
}

TEST(TimeZoneProperty, ALocalTimeShownOnceGivesItsInstantBack) {
  for (const std::string& name : TimeZone::known_names()) {
    const TimeZone there = zone(name);
    for (Instant t = instant("2024-01-01T12:00:00Z"); t < instant("2025-01-01T00:00:00Z"); t += hours{24}) {
      const LocalTime local = there.local(t);
      const Instant back = there.to_instant(local.day, local.since_midnight);
      ASSERT_EQ(back, t) << name << " " << format_instant(t);
    }
  }
}

}  // namespace
}  // namespace plumbline
