#include "base/recurrence_days.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/calendar.h"
#include "base/utf8.h"
#include "source_dir.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Day day(std::string_view text) { return *parse_day(text); }

std::vector<std::string> days_between(std::string_view rule, std::optional<Day> first, std::string_view from,
                                      std::string_view until) {
  std::vector<std::string> texts;
  for (const Day one : days_of(*parse_recurrence(rule), first, day(from), day(until)))
    texts.push_back(format_day(one));
  return texts;
}

std::vector<std::string> parts_of(const std::string& line) {
  std::vector<std::string> parts;
  std::istringstream in(line);
  for (std::string part; std::getline(in, part, '|');) parts.emplace_back(trim(part));
  parts.resize(5);
  return parts;
}

// tests/base/recurrence_days.txt: the answers of another program, one rule a line.
TEST(RecurrenceDays, rules_come_to_the_days_that_another_program_works_out) {
  std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/tests/base/recurrence_days.txt");
  int rules = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const std::vector<std::string> parts = parts_of(line);
    std::string told;
    for (const std::string& one : days_between(parts[0], day(parts[1]), parts[2], parts[3]))
      told += (told.empty() ? "" : " ") + one;
    EXPECT_EQ(told, parts[4]) << line;
    ++rules;
  }
  EXPECT_GT(rules, 280);
}

TEST(RecurrenceDays, a_rule_that_needs_no_first_day_has_always_been) {
  EXPECT_THAT(days_between("FREQ=WEEKLY;BYDAY=WE", std::nullopt, "1999-12-30", "2000-01-12"),
              ElementsAre("2000-01-05", "2000-01-12"));
}

TEST(RecurrenceDays, a_rule_that_counts_from_a_first_day_falls_on_none_without_it) {
  EXPECT_THAT(days_between("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", std::nullopt, "2022-01-01", "2022-12-31"),
              IsEmpty());
}

TEST(RecurrenceDays, weekdays_with_and_without_a_number_may_stand_together) {
  EXPECT_THAT(days_between("FREQ=MONTHLY;BYDAY=2TU,SA", std::nullopt, "2022-02-01", "2022-02-15"),
              ElementsAre("2022-02-05", "2022-02-08", "2022-02-12"));
}

TEST(RecurrenceDays, of_a_week_without_weekdays_the_one_of_the_first_day_is_meant) {
  EXPECT_THAT(days_between("FREQ=YEARLY;BYWEEKNO=20", day("2021-01-06"), "2021-01-06", "2022-12-31"),
              ElementsAre("2021-05-19", "2022-05-18"));
}

TEST(RecurrenceDays, the_31st_is_left_out_of_months_that_have_none) {
  EXPECT_THAT(days_between("FREQ=MONTHLY;BYMONTHDAY=31", std::nullopt, "2022-01-01", "2022-06-30"),
              ElementsAre("2022-01-31", "2022-03-31", "2022-05-31"));
}

TEST(RecurrenceDays, nothing_lies_before_the_first_day) {
  EXPECT_THAT(days_between("FREQ=DAILY", day("2022-02-03"), "2022-02-01", "2022-02-04"),
              ElementsAre("2022-02-03", "2022-02-04"));
}

}  // namespace
}  // namespace plumbline
