// Civil time in a named zone: which day it is there, and when that day begins.
//
// Intervals are half open: day d lasts from start_of_day(d) up to start_of_day(d + 1 day), which may be 23,
// 24 or 25 hours, or nothing at all for a day a zone skipped. Add days to a Day, never 86,400 seconds to an
// Instant.
//
// Days and instants are expected between kFirstDay and kLastDay; each zone's table reaches to the end of
// kLastDay. The zone files stop at 2037; from then on the rules of their last years are carried forward,
// weekday by weekday.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace plumbline {

struct ZoneTable;

// What a clock on the wall shows.
struct LocalTime {
  Day day;
  std::chrono::seconds since_midnight{};  // 0 up to, not including, 24 hours

  friend bool operator==(const LocalTime&, const LocalTime&) = default;
};

// A handle to one zone: as cheap to copy as a pointer. The table behind it is built once a zone, is never
// changed and lives until the process ends, so every member may be called from many threads at once.
class TimeZone {
 public:
  // Letter case and outer blanks do not matter. kNotFound, with the nearest name, for a zone nobody knows;
  // kUnavailable where the machine has no zone files; kCorrupt where the zone's file cannot be read.
  // Takes a lock and may read a file: keep the handle rather than asking again for every record.
  static Result<TimeZone> find(std::string_view iana_name);

  // Needs no zone files.
  static TimeZone utc();

  // Every name the machine's zone files offer, sorted; empty where there are none.
  static const std::vector<std::string>& known_names();

  // As the zone files spell it.
  const std::string& name() const;

  Day day_of(Instant instant) const { return local(instant).day; }
  LocalTime local(Instant instant) const;
  std::chrono::seconds utc_offset(Instant instant) const;  // positive east of Greenwich

  // The first instant of that civil day. Where clocks skip midnight, the first instant after the gap; where
  // they show it twice, the earlier. A day the zone skipped whole begins where the next one does.
  Instant start_of_day(Day day) const { return to_instant(day, std::chrono::seconds{0}); }

  // When clocks show that time of that day: the earlier instant where they do so twice, the first instant
  // after the gap where they never do.
  Instant to_instant(Day day, std::chrono::seconds since_midnight) const;

  // The same name; an alias (US/Eastern) is not its target.
  friend bool operator==(const TimeZone&, const TimeZone&) = default;

 private:
  explicit TimeZone(const ZoneTable* table) : table_(table) {}

  const ZoneTable* table_;  // never null
};

}  // namespace plumbline
