#include "messages/reminder_times.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/recurrence_days.h"
#include "messages/hours.h"

namespace plumbline {
namespace {

using std::chrono::days;

// Working days are no named calendar of the pack, and every pack has them.
bool is_calendar_day(const Calendar& calendar, const std::string& name, Day day) {
  return name == kWorkingDays ? is_working_day(calendar, day) : calendar_day(calendar, name, day, 0) == day;
}

bool has_one_between(const Calendar& calendar, const std::string& name, Day from, Day end) {
  for (Day day = from; day < end; day += days{1}) {
    if (is_calendar_day(calendar, name, day)) return true;
  }
  return false;
}

bool falls_on_calendar(const Reminder& reminder, const Calendar& calendar, Day day) {
  if (!is_calendar_day(calendar, reminder.calendar, day)) return false;
  switch (reminder.of_month) {
    case MonthChoice::kFirst:
      return !has_one_between(calendar, reminder.calendar, month_start(day), day);
    case MonthChoice::kLast:
      return !has_one_between(calendar, reminder.calendar, day + days{1}, month_end(day) + days{1});
    case MonthChoice::kAll:
      break;
  }
  return true;
}

}  // namespace

std::string Occurrence::name() const { return fmt::format("{}T{}", format_day(day), format_time(time)); }

bool falls_on(const Reminder& reminder, const Calendar& calendar, std::optional<Day> first,
              std::optional<Day> last, Day day) {
  if ((first && day < *first) || (last && day > *last)) return false;
  switch (reminder.kind) {
    case ReminderDays::kRecurrence:
      return !days_of(reminder.every, first, day, day).empty();
    case ReminderDays::kCalendar:
      return falls_on_calendar(reminder, calendar, day);
    case ReminderDays::kWorkedOut:
      break;
  }
  return false;
}

std::vector<Day> days_in(const TimeWindow& window, const TimeZone& zone) {
  std::vector<Day> found;
  const Day last = zone.day_of(window.until);
  for (Day day = std::max(zone.day_of(window.after), last - kLongestReminderWindow); day <= last;
       day += days{1}) {
    found.push_back(day);
  }
  return found;
}

std::vector<Occurrence> occurrences_on(const Reminder& reminder, std::span<const Day> among,
                                       const TimeZone& zone, const TimeWindow& window) {
  std::vector<Occurrence> found;
  for (const Day day : among) {
    for (const std::chrono::minutes time : reminder.at) {
      const Instant at = zone.to_instant(day, time);
      if (window.after < at && at <= window.until) found.push_back({.day = day, .time = time, .at = at});
    }
  }
  return found;
}

}  // namespace plumbline
