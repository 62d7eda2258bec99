#include "base/date_literal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/time.h"

namespace plumbline {
namespace {

using std::chrono::days;

Day day(std::string_view text) { return parse_day(text).value(); }

Calendar weeks_from(std::chrono::weekday first) {
  Calendar calendar;
  calendar.week_starts = first;
  calendar.fiscal_year_starts = 2;
  return calendar;
}

// What a literal (with its number, where it takes one) means on a day: "2026-03-18..2026-03-18".
std::string meaning(std::string_view keyword, int n, Day today, const Calendar& calendar) {
  const auto kind = find_date_literal(keyword);
  if (!kind) {
    return "unknown";
  }
  const auto range = days_of({.kind = *kind, .n = n}, today, calendar);
  return range ? format_day(range->first) + ".." + format_day(range->last) : "none";
}

constexpr int kNone = -1;  // in the table: the keyword takes no number

struct Meaning {
  const char* keyword;
  int n;
  const char* range;
};

// Wednesday 18 March 2026, weeks from Sunday, fiscal years from February.
constexpr Meaning kMeanings[] = {
    {"YESTERDAY", kNone, "2026-03-17..2026-03-17"},
    {"TODAY", kNone, "2026-03-18..2026-03-18"},
    {"TOMORROW", kNone, "2026-03-19..2026-03-19"},
    {"LAST_WEEK", kNone, "2026-03-08..2026-03-14"},
    {"THIS_WEEK", kNone, "2026-03-15..2026-03-21"},
    {"NEXT_WEEK", kNone, "2026-03-22..2026-03-28"},
    {"LAST_MONTH", kNone, "2026-02-01..2026-02-28"},
    {"THIS_MONTH", kNone, "2026-03-01..2026-03-31"},
    {"NEXT_MONTH", kNone, "2026-04-01..2026-04-30"},
    {"LAST_90_DAYS", kNone, "2025-12-18..2026-03-18"},
    {"NEXT_90_DAYS", kNone, "2026-03-19..2026-06-16"},
    {"LAST_N_DAYS", 3, "2026-03-15..2026-03-18"},
    {"NEXT_N_DAYS", 3, "2026-03-19..2026-03-21"},
    {"N_DAYS_AGO", 3, "2026-03-15..2026-03-15"},
    {"LAST_N_WEEKS", 2, "2026-03-01..2026-03-14"},
    {"NEXT_N_WEEKS", 2, "2026-03-22..2026-04-04"},
    {"N_WEEKS_AGO", 2, "2026-03-01..2026-03-07"},
    {"LAST_N_MONTHS", 2, "2026-01-01..2026-02-28"},
    {"NEXT_N_MONTHS", 2, "2026-04-01..2026-05-31"},
    {"N_MONTHS_AGO", 2, "2026-01-01..2026-01-31"},
    {"LAST_QUARTER", kNone, "2025-10-01..2025-12-31"},
    {"THIS_QUARTER", kNone, "2026-01-01..2026-03-31"},
    {"NEXT_QUARTER", kNone, "2026-04-01..2026-06-30"},
    {"LAST_N_QUARTERS", 2, "2025-07-01..2025-12-31"},
    {"NEXT_N_QUARTERS", 2, "2026-04-01..2026-09-30"},
    {"N_QUARTERS_AGO", 2, "2025-07-01..2025-09-30"},
    {"LAST_YEAR", kNone, "2025-01-01..2025-12-31"},
    {"THIS_YEAR", kNone, "2026-01-01..2026-12-31"},
    {"NEXT_YEAR", kNone, "2027-01-01..2027-12-31"},
    {"LAST_N_YEARS", 2, "2024-01-01..2025-12-31"},
    {"NEXT_N_YEARS", 2, "2027-01-01..2028-12-31"},
    {"N_YEARS_AGO", 2, "2024-01-01..2024-12-31"},
    {"LAST_FISCAL_QUARTER", kNone, "2025-11-01..2026-01-31"},
    {"THIS_FISCAL_QUARTER", kNone, "2026-02-01..2026-04-30"},
    {"NEXT_FISCAL_QUARTER", kNone, "2026-05-01..2026-07-31"},
    {"LAST_N_FISCAL_QUARTERS", 2, "2025-08-01..2026-01-31"},
    {"NEXT_N_FISCAL_QUARTERS", 2, "2026-05-01..2026-10-31"},
    {"N_FISCAL_QUARTERS_AGO", 2, "2025-08-01..2025-10-31"},
    {"LAST_FISCAL_YEAR", kNone, "2025-02-01..2026-01-31"},
    {"THIS_FISCAL_YEAR", kNone, "2026-02-01..2027-01-31"},
    {"NEXT_FISCAL_YEAR", kNone, "2027-02-01..2028-01-31"},
    {"LAST_N_FISCAL_YEARS", 2, "2024-02-01..2026-01-31"},
    {"NEXT_N_FISCAL_YEARS", 2, "2027-02-01..2029-01-31"},
    {"N_FISCAL_YEARS_AGO", 2, "2024-02-01..2025-01-31"},
};

TEST(DateLiteral, MeansTheDocumentedDays) {
  const Calendar calendar = weeks_from(std::chrono::Sunday);
  for (const Meaning& row : kMeanings) {
    EXPECT_EQ(meaning(row.keyword, row.n, day("2026-03-18"), calendar), row.range) << row.keyword;
  }
}

TEST(DateLiteral, WeeksFollowTheCalendarsFirstDay) {
  constexpr Meaning kMondayWeeks[] = {
      {"LAST_WEEK", kNone, "2026-03-09..2026-03-15"}, {"THIS_WEEK", kNone, "2026-03-16..2026-03-22"},
      {"NEXT_WEEK", kNone, "2026-03-23..2026-03-29"}, {"LAST_N_WEEKS", 2, "2026-03-02..2026-03-15"},
      {"NEXT_N_WEEKS", 2, "2026-03-23..2026-04-05"},  {"N_WEEKS_AGO", 2, "2026-03-02..2026-03-08"},
  };
  for (const Meaning& row : kMondayWeeks) {
    EXPECT_EQ(meaning(row.keyword, row.n, day("2026-03-18"), weeks_from(std::chrono::Monday)), row.range)
        << row.keyword;
  }
}

TEST(DateLiteral, TheTableOfMeaningsHoldsAllKeywordsOnce) {
  std::set<std::string> tested;
  for (const Meaning& row : kMeanings) {
    tested.insert(row.keyword);
  }
  EXPECT_EQ(tested.size(), 44U);
  EXPECT_EQ(tested, std::set<std::string>(date_literal_names().begin(), date_literal_names().end()));
  EXPECT_EQ(date_literal_names().size(), 44U);
}

TEST(DateLiteral, TakesANumberExactlyWhereTheKeywordSaysN) {
  for (const Meaning& row : kMeanings) {
    EXPECT_EQ(takes_number(*find_date_literal(row.keyword)), row.n != kNone) << row.keyword;
  }
}

TEST(DateLiteral, FourAreASingleDay) {
  std::set<std::string> single;
  for (const std::string& name : date_literal_names()) {
    if (is_single_day(*find_date_literal(name))) {
      single.insert(name);
    }
  }
  EXPECT_EQ(single, (std::set<std::string>{"YESTERDAY", "TODAY", "TOMORROW", "N_DAYS_AGO"}));
}

TEST(DateLiteral, NamesAreTheirOwnInverse) {
  for (const std::string& name : date_literal_names()) {
    EXPECT_EQ(name_of(*find_date_literal(name)), name);
  }
}

TEST(DateLiteral, IsFoundInAnyLetterCase) {
  EXPECT_EQ(find_date_literal("last_N_days"), DateLiteralKind::kLastNDays);
  EXPECT_EQ(find_date_literal("tOdAy"), DateLiteralKind::kToday);
}

TEST(DateLiteral, IsNotFoundUnderOtherWords) {
  for (const char* word :
       {"", "TODAYS", "TODA", "LAST_N_DAYS:3", "LAST_30_DAYS", "N_DAYS_FROM_NOW", "LAST_HOUR"}) {
    EXPECT_EQ(find_date_literal(word), std::nullopt) << word;
  }
}

TEST(DateLiteralNought, LastDaysIsTodayAlone) {
  EXPECT_EQ(meaning("LAST_N_DAYS", 0, day("2026-03-18"), Calendar{}), "2026-03-18..2026-03-18");
}

TEST(DateLiteralNought, AgoIsTheCurrentPeriod) {
  EXPECT_EQ(meaning("N_DAYS_AGO", 0, day("2026-03-18"), Calendar{}), "2026-03-18..2026-03-18");
  EXPECT_EQ(meaning("N_WEEKS_AGO", 0, day("2026-03-18"), Calendar{}), "2026-03-16..2026-03-22");
  EXPECT_EQ(meaning("N_FISCAL_YEARS_AGO", 0, day("2026-03-18"), Calendar{}), "2026-02-01..2027-01-31");
}

TEST(DateLiteralNought, EveryOtherRangeIsEmpty) {
  for (const std::string& name : date_literal_names()) {
    const bool ranges = name.starts_with("LAST_N_") || name.starts_with("NEXT_N_");
    if (!ranges || name == "LAST_N_DAYS") {
      continue;
    }
    const auto range = days_of({.kind = *find_date_literal(name), .n = 0}, day("2026-03-18"), Calendar{});
    ASSERT_TRUE(range.has_value()) << name;
    EXPECT_EQ(range->last + days{1}, range->first) << name;
    EXPECT_FALSE(range->contains(day("2026-03-18"))) << name;
  }
}

TEST(DateLiteralOne, RangesOfOneEqualTheirNeighbours) {
  const Day today = day("2024-02-29");
  for (const std::string unit : {"WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR"}) {
    const std::string last = meaning("LAST_" + unit, 0, today, Calendar{});
    EXPECT_EQ(meaning("LAST_N_" + unit + "S", 1, today, Calendar{}), last);
    EXPECT_EQ(meaning("N_" + unit + "S_AGO", 1, today, Calendar{}), last);
    EXPECT_EQ(meaning("NEXT_N_" + unit + "S", 1, today, Calendar{}),
              meaning("NEXT_" + unit, 0, today, Calendar{}));
  }
}

TEST(DateLiteral, LastThisAndNextTouchEachOtherOnEveryDay) {
  for (Day today = day("2023-12-20"); today < day("2025-02-10"); today += days{1}) {
    for (const std::string unit : {"WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR"}) {
      const auto last = days_of({.kind = *find_date_literal("LAST_" + unit)}, today, Calendar{}).value();
      const auto current = days_of({.kind = *find_date_literal("THIS_" + unit)}, today, Calendar{}).value();
      const auto next = days_of({.kind = *find_date_literal("NEXT_" + unit)}, today, Calendar{}).value();
      ASSERT_TRUE(current.contains(today)) << unit << " " << format_day(today);
      ASSERT_EQ(last.last + days{1}, current.first) << unit << " " << format_day(today);
      ASSERT_EQ(current.last + days{1}, next.first) << unit << " " << format_day(today);
    }
  }
}

TEST(DateLiteral, QuartersFollowTheFiscalYearsStart) {
  Calendar calendar;
  calendar.fiscal_year_starts = 12;
  EXPECT_EQ(meaning("THIS_FISCAL_QUARTER", 0, day("2026-01-15"), calendar), "2025-12-01..2026-02-28");
  EXPECT_EQ(meaning("THIS_FISCAL_YEAR", 0, day("2026-01-15"), calendar), "2025-12-01..2026-11-30");
}

TEST(DateLiteralBound, NumbersOutsideItHaveNoMeaning) {
  EXPECT_EQ(meaning("LAST_N_DAYS", kMaxLiteralNumber, day("2026-03-18"), Calendar{}),
            "1752-06-02..2026-03-18");
  EXPECT_EQ(meaning("LAST_N_DAYS", kMaxLiteralNumber + 1, day("2026-03-18"), Calendar{}), "none");
  EXPECT_EQ(meaning("N_DAYS_AGO", -1, day("2026-03-18"), Calendar{}), "none");
}

TEST(DateLiteralBound, RangesOutsideTheDaysThereAreHaveNoMeaning) {
  for (const std::string& name : date_literal_names()) {
    const bool days_or_weeks = name.contains("DAYS") || name.contains("WEEKS");
    if (takes_number(*find_date_literal(name)) && !days_or_weeks) {
      EXPECT_EQ(meaning(name, kMaxLiteralNumber, day("2026-03-18"), Calendar{}), "none") << name;
    }
  }
  EXPECT_EQ(meaning("LAST_N_WEEKS", kMaxLiteralNumber, day("2026-03-18"), Calendar{}), "none");
  EXPECT_EQ(meaning("TOMORROW", 0, kLastDay, Calendar{}), "none");
  EXPECT_EQ(meaning("YESTERDAY", 0, kFirstDay, Calendar{}), "none");
}

TEST(DateLiteralBound, TheLastYearThereIsIsWhole) {
  EXPECT_EQ(meaning("THIS_YEAR", 0, kLastDay, Calendar{}), "4000-01-01..4000-12-31");
}

}  // namespace
}  // namespace plumbline
