#include "tests/policies/oracle/record_times.h"

namespace plumbline::oracle {

const Column* column_named(const Snapshot& snapshot, std::size_t object, std::string_view field) {
  const Table* table = snapshot.table(object);
  const auto index = snapshot.schema().object(object).find(field);
  return table != nullptr && index ? table->column(*index) : nullptr;
}

std::string_view known_text(const Column* column, RowIndex row) {
  if (column == nullptr || column->kind(row) != CellKind::kKnown) return {};
  return column->text(row);
}

RecordTimes::RecordTimes(const Snapshot& snapshot, std::size_t object, RunMoment moment)
    : snapshot_(snapshot), object_(object), moment_(std::move(moment)) {
  const auto user = snapshot.schema().find_object("User");
  owner_ids_ = column_named(snapshot, object, "OwnerId");
  if (!user || snapshot.table(*user) == nullptr) return;
  of_users_ = *user == object;
  user_names_ = column_named(snapshot, *user, "Name");
  user_zones_ = column_named(snapshot, *user, "TimeZoneSidKey");
  if (owner_ids_ != nullptr) owner_field_ = snapshot.schema().object(object).find("OwnerId");
}

RowIndex RecordTimes::owner(RowIndex record) const {
  if (of_users_) return record;
  if (!owner_field_) return kNoRow;
  const RowIndex found = snapshot_.target(object_, *owner_field_, record);
  return found == kMissingRow ? kNoRow : found;
}

std::string_view RecordTimes::owner_id(RowIndex record) const {
  return of_users_ ? snapshot_.table(object_)->id(record) : known_text(owner_ids_, record);
}

std::string_view RecordTimes::owner_name(RowIndex owner) const {
  return owner == kNoRow ? std::string_view{} : known_text(user_names_, owner);
}

TimeZone RecordTimes::zone_of(RowIndex owner, const Calendar& calendar) {
  const std::string_view name = owner == kNoRow ? std::string_view{} : known_text(user_zones_, owner);
  if (!name.empty()) {
    auto place = zones_.find(name);
    if (place == zones_.end()) {
      const auto found = TimeZone::find(name);
      place = zones_.emplace(std::string(name), found ? std::optional(*found) : std::nullopt).first;
    }
    if (place->second) return *place->second;
  }
  if (moment_.default_zone) return *moment_.default_zone;
  const auto zone = TimeZone::find(calendar.zone);
  return zone ? *zone : TimeZone::utc();
}

const TimeContext& RecordTimes::at(RowIndex owner, const Calendar& calendar,
                                   const std::optional<TimeZone>& own_zone) {
  const TimeZone zone = own_zone ? *own_zone : zone_of(owner, calendar);
  for (const auto& context : contexts_) {
    if (context->zone == zone && context->calendar == &calendar) return *context;
  }
  auto made = std::make_unique<TimeContext>();
  made->zone = zone;
  made->calendar = &calendar;
  made->now = moment_.now_day ? zone.to_instant(*moment_.now_day, std::chrono::hours{12}) : moment_.now;
  made->today = zone.day_of(made->now);
  return *contexts_.emplace_back(std::move(made));
}

}  // namespace plumbline::oracle
