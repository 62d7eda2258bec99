// When a person is there to read: working days where they are, less their leave, outside of quiet hours.
// Pure.
#pragma once

#include <optional>
#include <string>

#include "base/calendar.h"
#include "messages/message_options.h"
#include "messages/people.h"

namespace plumbline {

class Hours {
 public:
  // All must outlive it. `zone`: of those who have none of their own.
  Hours(const MessageOptions& options, const Calendar& calendar, TimeZone zone)
      : options_(options), calendar_(calendar), zone_(zone) {}

  TimeZone zone_of(const Person* person) const;  // null: a room, which is where the organisation is
  Day today(const Person* person, Instant now) const { return zone_of(person).day_of(now); }

  const Leave* leave_on(const Person* person, Day day) const;
  bool works_on(const Person* person, Day day) const;

  // Why nobody is to be bothered now, as in "held: it is 19:40 there, in quiet hours until 08:00"; empty
  // where a message may be sent.
  std::string why_not_now(const Person* person, Instant now) const;

  // The last digest's time of today up to now; empty before the first, and on days they do not work. What was
  // missed on an earlier day goes with the next one: planning tells what stands, not what happened.
  std::optional<Instant> digest_today(const Person* person, Instant now) const;
  // The first one after now.
  std::optional<Instant> next_digest(const Person* person, Instant now) const;

 private:
  const MessageOptions& options_;
  const Calendar& calendar_;
  TimeZone zone_;
};

std::string format_time(std::chrono::seconds since_midnight);  // 09:00
// Wed 2 Mar 2022
std::string format_weekday(Day day);

}  // namespace plumbline
