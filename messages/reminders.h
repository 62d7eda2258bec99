// Reminders that are due: each occurrence of each for each recipient, once, by the recipient's own clock.
//
// Pure: the records, the moment and the window in; messages and reasons out, the same bytes for the same
// input. A key names reminder, occurrence (as the recipient's clock shows it) and recipient; what was planned
// before is left out, so that a window may be asked about again, and a person who moves to another zone is
// not reminded twice.
#pragma once

#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/message_state.h"
#include "messages/plan.h"
#include "messages/reminder_times.h"
#include "policies/bound_reminders.h"
#include "records/snapshot.h"

namespace plumbline {

using PlannedKeys = std::set<std::string, std::less<>>;

struct ReminderState {
  const MessageOptions* options = nullptr;
  const People* people = nullptr;
  std::span<const BoundReminders* const> packs{};
  const Snapshot* snapshot = nullptr;    // keeps all that the reminders read, of records as they are now
  TimeZone zone = TimeZone::utc();       // of people who have none
  Instant after{};                       // planned up to here already
  const PlannedKeys* planned = nullptr;  // of the last days; may be null
  DataTimes data_times{};
  std::function<std::string(std::string_view object, std::string_view record)> link{};
};

// Whether any reminder has a time in the window anywhere: else planning would find nothing. Cheap.
bool reminders_may_be_due(const ReminderState& state, Instant now);

MessagePlan plan_reminders(const ReminderState& state, Instant now);

// Members of a pack's audiences, by name.
std::map<std::string, std::vector<PersonIndex>, std::less<>> audience_members(const BoundReminders& pack,
                                                                              const Snapshot& snapshot,
                                                                              const People& people,
                                                                              Instant now, TimeZone zone);

// The people of a snapshot: its users, with the days they are away. The schema names their fields.
People people_of(const Snapshot& snapshot);

inline constexpr std::size_t kMostReminderItems = 100;  // lines of a list; the rest is counted

}  // namespace plumbline
