#include "messages/hours.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plumbline {

using std::chrono::days;

TimeZone Hours::zone_of(const Person* person) const {
  return person != nullptr && person->zone ? *person->zone : zone_;
}

const Leave* Hours::leave_on(const Person* person, Day day) const {
  if (person == nullptr) return nullptr;
  const auto found = std::ranges::find_if(
      person->leaves, [&](const Leave& leave) { return leave.from <= day && day <= leave.until; });
  return found == person->leaves.end() ? nullptr : &*found;
}

bool Hours::works_on(const Person* person, Day day) const {
  return is_working_day(calendar_, day) && leave_on(person, day) == nullptr;
}

std::string Hours::why_not_now(const Person* person, Instant now) const {
  const LocalTime local = zone_of(person).local(now);
  if (const Leave* const leave = leave_on(person, local.day))
    return fmt::format("on leave until {}", display_day(leave->until));
  if (!is_working_day(calendar_, local.day))
    return fmt::format("{} is no working day", format_weekday(local.day));
  if (options_.quiet.covers(local.since_midnight)) {
    return fmt::format("it is {} there, in the quiet hours until {}", format_time(local.since_midnight),
                       format_time(options_.quiet.until));
  }
  return {};
}

std::optional<Instant> Hours::digest_today(const Person* person, Instant now) const {
  const TimeZone zone = zone_of(person);
  const Day today = zone.day_of(now);
  if (!works_on(person, today)) return std::nullopt;
  for (auto time = options_.digest_at.rbegin(); time != options_.digest_at.rend(); ++time) {
    if (const Instant due = zone.to_instant(today, *time); due <= now) return due;
  }
  return std::nullopt;
}

std::optional<Instant> Hours::next_digest(const Person* person, Instant now) const {
  const TimeZone zone = zone_of(person);
  const Day today = zone.day_of(now);
  // Leave may be long, and two holidays may meet a weekend.
  constexpr days kFarthest{366};
  for (Day day = today; day < today + kFarthest; day += days{1}) {
    if (!works_on(person, day)) continue;
    for (const std::chrono::minutes time : options_.digest_at) {
      if (const Instant due = zone.to_instant(day, time); due > now) return due;
    }
  }
  return std::nullopt;
}

std::string format_time(std::chrono::seconds since_midnight) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(since_midnight).count();
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

std::string format_weekday(Day day) {
  constexpr std::array kNames = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  return fmt::format("{} {}", kNames.at(std::chrono::weekday{day}.c_encoding()), display_day(day));
}

}  // namespace plumbline
