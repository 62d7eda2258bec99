// The two kinds of time Plumbline knows, their text forms, and nothing about zones or calendars.
//
// Day      a civil day with no zone: CloseDate, "today"
// Instant  a moment in UTC, whole seconds: CreatedDate, "now"
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace plumbline {

using Day = std::chrono::local_days;
using Instant = std::chrono::sys_seconds;

// The days Salesforce can hold; anything outside is an impossible date here as well.
inline constexpr Day kFirstDay{std::chrono::local_days{std::chrono::year{1700} / 1 / 1}};
inline constexpr Day kLastDay{std::chrono::local_days{std::chrono::year{4000} / 12 / 31}};

// The month must be 1 to 12; a day beyond its end runs on into the next month.
Day make_day(int year, unsigned month, unsigned day);
std::chrono::year_month_day civil(Day day);

// Exactly YYYY-MM-DD naming a day that exists between kFirstDay and kLastDay; nothing else.
std::optional<Day> parse_day(std::string_view text);

// YYYY-MM-DDThh:mm:ss[.fraction](Z|+hh:mm|-hh:mm|+hhmm|-hhmm). The fraction is cut off. REST writes +0000,
// Bulk Z.
std::optional<Instant> parse_instant(std::string_view text);

// 2022-04-30 and 2022-04-30T09:00:00Z
std::string format_day(Day day);
std::string format_instant(Instant instant);

// The same into memory with that much room; they return where the next byte goes.
inline constexpr std::size_t kDayRoom = 12;
inline constexpr std::size_t kInstantRoom = kDayRoom + 10;
char* write_day(char* out, Day day);
char* write_instant(char* out, Instant instant);

// 30 Apr 2022: how people write it.
std::string display_day(Day day);
void append_display_day(std::string& out, Day day);

}  // namespace plumbline
