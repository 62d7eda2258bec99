// When a reminder is due where somebody is. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/time_zone.h"
#include "policies/reminder.h"

namespace plumbline {

// A time of a reminder, as the recipient's clock shows it. The day and time name it: somebody who moves to
// another zone does not meet it twice.
struct Occurrence {
  Day day{};
  std::chrono::minutes time{};
  Instant at{};

  std::string name() const;  // 2022-02-02T09:00
  friend bool operator==(const Occurrence&, const Occurrence&) = default;
};

// Moments after `after`, up to and including `until`.
struct TimeWindow {
  Instant after{};
  Instant until{};
};

// Days on which the reminder falls by its recurrence or its calendar, `first` and `last` being its own ends.
// None for one whose days are worked out of records.
bool falls_on(const Reminder& reminder, const Calendar& calendar, std::optional<Day> first,
              std::optional<Day> last, Day day);

// The days that have a moment of the window in them, where the zone is.
std::vector<Day> days_in(const TimeWindow& window, const TimeZone& zone);

// The reminder's times of these days that lie in the window, in their order.
std::vector<Occurrence> occurrences_on(const Reminder& reminder, std::span<const Day> days,
                                       const TimeZone& zone, const TimeWindow& window);

// More days than this are not looked at: what was due before them is gone.
inline constexpr std::chrono::days kLongestReminderWindow{7};

}  // namespace plumbline
