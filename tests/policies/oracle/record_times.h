// Whose record a row is, and with it when it is judged: the owner's zone decides what day today is.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policies/functions/function.h"

namespace plumbline::oracle {

// The moment a run judges at, and the zone of records whose owner has none.
struct RunMoment {
  Instant now{};
  std::optional<Day> now_day{};            // noon of this day in each zone, instead of `now`
  std::optional<TimeZone> default_zone{};  // instead of the calendar's own
};

// For the records of one object. Not for two threads at once; the snapshot must outlive it.
class RecordTimes {
 public:
  RecordTimes(const Snapshot& snapshot, std::size_t object, RunMoment moment);

  // The owner's row among the users: the record itself where it is a user, kNoRow where there is none.
  RowIndex owner(RowIndex record) const;
  std::string_view owner_id(RowIndex record) const;
  std::string_view owner_name(RowIndex owner) const;

  // The moment for a record of that owner, by a policy's own zone where it has one. The reference lives as
  // long as this object; the calendar must, too.
  const TimeContext& at(RowIndex owner, const Calendar& calendar, const std::optional<TimeZone>& own_zone);

 private:
  TimeZone zone_of(RowIndex owner, const Calendar& calendar);

  const Snapshot& snapshot_;
  std::size_t object_;
  RunMoment moment_;
  bool of_users_ = false;
  std::optional<std::size_t>
      owner_field_;  // OwnerId of the object judged, where it leads to users in the data
  const Column* owner_ids_ = nullptr;
  const Column* user_names_ = nullptr;
  const Column* user_zones_ = nullptr;
  std::map<std::string, std::optional<TimeZone>, std::less<>> zones_;
  std::vector<std::unique_ptr<TimeContext>> contexts_;
};

// Null where the object has no such field, or the data no such column.
const Column* column_named(const Snapshot& snapshot, std::size_t object, std::string_view field);
// The cell's text where there is such a column and the cell is known, else empty.
std::string_view known_text(const Column* column, RowIndex row);

}  // namespace plumbline::oracle
