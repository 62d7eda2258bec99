// On which days something recurs: the rules of RFC 5545 (section 3.3.10), as calendars write them.
//   FREQ=WEEKLY;BYDAY=WE            every Wednesday
//   FREQ=MONTHLY;BYDAY=1MO          the first Monday of each month
//
// Rules are read and checked here, as far as days go: nothing recurs within a day, and times of day are told
// beside the rule. Which days a rule comes to is for whoever plans by it. Pure, safe from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace plumbline {

enum class Frequency : std::uint8_t { kDaily, kWeekly, kMonthly, kYearly };

// A weekday, and which of the month's or year's: 1 the first, -1 the last, 0 each.
struct RecurrenceDay {
  int ordinal = 0;
  std::chrono::weekday day = std::chrono::Monday;

  friend bool operator==(const RecurrenceDay&, const RecurrenceDay&) = default;
};

// Lists are in the order written, each element once; an empty one leaves that part of the rule out. Negative
// numbers count from the end: -1 is the last day of the month, the last week of the year.
struct Recurrence {
  Frequency frequency = Frequency::kDaily;
  unsigned interval = 1;          // every so many days, weeks ... from the first one
  std::optional<unsigned> count;  // so many times and no more
  std::optional<Day> until;       // the last day it may fall on
  std::vector<RecurrenceDay> by_day;
  std::vector<int> by_month_day;    // -31..31, never 0
  std::vector<int> by_year_day;     // -366..366, never 0
  std::vector<int> by_week_number;  // -53..53, never 0
  std::vector<int> by_month;        // 1..12
  std::vector<int> by_set_pos;      // -366..366, never 0: which of a period's days are taken
  std::chrono::weekday week_start = std::chrono::Monday;

  friend bool operator==(const Recurrence&, const Recurrence&) = default;
};

inline constexpr unsigned kMostRecurrenceInterval = 1000;
inline constexpr unsigned kMostRecurrenceCount = 10'000;
inline constexpr std::size_t kMaxRecurrenceBytes = 1000;

// A part of the text that is no rule, and why. The length is at least 1.
struct RecurrenceFault {
  std::size_t offset = 0;
  std::size_t length = 1;
  std::string message;
};

// Every fault of the text, in its order. Names may be in any case; `RRULE:` may stand before the rule.
std::expected<Recurrence, std::vector<RecurrenceFault>> parse_recurrence(std::string_view text);

// As RFC 5545 writes it, parts with their default left out: what a calendar library takes.
std::string to_string(const Recurrence& rule);

// In words: "every 2 weeks on Tuesday and Thursday in November and December".
std::string describe(const Recurrence& rule);

// Whether the rule means nothing without the day it begins on: it counts steps or times from there, or does
// not say which day of the week, month or year.
bool needs_first_day(const Recurrence& rule);

}  // namespace plumbline
