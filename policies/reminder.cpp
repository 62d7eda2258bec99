#include "policies/reminder.h"

#include <fmt/format.h>

#include <algorithm>

namespace plumbline {
namespace {

std::string days_of(const Reminder& reminder) {
  switch (reminder.kind) {
    case ReminderDays::kRecurrence:
      return describe(reminder.every);
    case ReminderDays::kCalendar: {
      const bool one = reminder.of_month != MonthChoice::kAll;
      const std::string_view which = reminder.of_month == MonthChoice::kFirst ? "first" : "last";
      const std::string day =
          reminder.calendar == kWorkingDays ? "working day" : fmt::format("{} day", reminder.calendar);
      return one ? fmt::format("the {} {} of each month", which, day) : "every " + day;
    }
    case ReminderDays::kWorkedOut: {
      std::vector<std::string_view> days;
      for (const SourceText& day : reminder.days) days.push_back(day.text);
      return fmt::format("on {}", fmt::join(days, ", "));
    }
  }
  return "";
}

}  // namespace

bool is_own_audience(std::string_view name) {
  return std::ranges::find(kOwnAudiences, name) != std::end(kOwnAudiences);
}

std::string describe_times(const Reminder& reminder) {
  std::string text = days_of(reminder);
  if (reminder.from) text += fmt::format(", from {}", reminder.from->text);
  if (reminder.until) text += fmt::format(", until {}", reminder.until->text);
  for (std::size_t i = 0; i < reminder.at.size(); ++i) {
    const auto minutes = reminder.at[i].count();
    constexpr int kMinutesInHour = 60;
    text += fmt::format("{}{:02}:{:02}",
                        i == 0                        ? ", at "
                        : i + 1 == reminder.at.size() ? " and "
                                                      : ", ",
                        minutes / kMinutesInHour, minutes % kMinutesInHour);
  }
  return text;
}

}  // namespace plumbline
