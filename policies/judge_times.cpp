#include "policies/judge_times.h"

#include <algorithm>
#include <limits>

namespace plumbline {
namespace {

constexpr std::size_t kMostZones = std::numeric_limits<ZoneNumber>::max();

}  // namespace

JudgeTimesBuilder::JudgeTimesBuilder(const Snapshot& snapshot, const JudgeOptions& options)
    : options_(options) {
  const auto user = snapshot.schema().find_object("User");
  const Table* const users = user ? snapshot.table(*user) : nullptr;
  const auto field = user ? snapshot.schema().object(*user).find("TimeZoneSidKey") : std::nullopt;
  const Column* const zones = users != nullptr && field ? users->column(*field) : nullptr;
  if (zones != nullptr) read_zones(*zones, *users);
}

// Once a name, not once a user.
void JudgeTimesBuilder::read_zones(const Column& zones, const Table& users) {
  std::vector<std::optional<ZoneNumber>> by_code(zones.dictionary().size());
  times_.zone_of_user.resize(users.rows());
  for (RowIndex row = 0; row < users.rows(); ++row) {
    if (!users.visible(row) || zones.kind(row) != CellKind::kKnown) continue;
    std::optional<ZoneNumber>& number = by_code[zones.code(row)];
    if (!number) {
      const auto zone = TimeZone::find(zones.text(row));
      number = 0;
      if (!zone) {
        unknown_zones_.emplace_back(zones.text(row));
      } else if (const auto known = std::ranges::find(zones_, *zone); known != zones_.end()) {
        number = static_cast<ZoneNumber>(known - zones_.begin() + 1);
      } else if (zones_.size() < kMostZones) {
        zones_.push_back(*zone);
        number = static_cast<ZoneNumber>(zones_.size());
      }
    }
    times_.zone_of_user[row] = *number;
  }
  std::ranges::sort(unknown_zones_);
}

TimeContext JudgeTimesBuilder::context(const TimeZone& zone, const Calendar& calendar) const {
  TimeContext made{.zone = zone, .calendar = &calendar};
  made.now = options_.now_day ? zone.to_instant(*options_.now_day, std::chrono::hours{12}) : options_.now;
  made.today = zone.day_of(made.now);
  return made;
}

TimeFrameId JudgeTimesBuilder::frame(const Calendar& calendar, const std::optional<TimeZone>& own_zone) {
  const auto known = std::ranges::find_if(
      frames_, [&](const Frame& frame) { return *frame.calendar == calendar && frame.zone == own_zone; });
  if (known != frames_.end()) return static_cast<TimeFrameId>(known - frames_.begin());
  frames_.push_back({.calendar = &calendar, .zone = own_zone});
  TimeFrame made;
  if (own_zone) {
    made.contexts.push_back(context(*own_zone, calendar));
  } else {
    const auto own = TimeZone::find(calendar.zone);
    const TimeZone fallback = own ? *own : TimeZone::utc();
    made.contexts.push_back(context(options_.default_zone.value_or(fallback), calendar));
    for (const TimeZone& zone : zones_) made.contexts.push_back(context(zone, calendar));
  }
  times_.frames.push_back(std::move(made));
  return static_cast<TimeFrameId>(frames_.size() - 1);
}

}  // namespace plumbline
