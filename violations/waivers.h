// Waivers: what may be one, which violations it is of, and when it ends. A violation under a waiver stays
// open; it is counted apart. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/violation.h"
#include "model/waiver.h"

namespace plumbline {

// From the day it is made, that day not counted. Nothing is excused for ever: who still wants it then says so
// again.
inline constexpr std::chrono::days kLongestWaiver{180};
inline constexpr std::chrono::days kLongestSnooze{14};
// So long before its end a waiver is told as ending.
inline constexpr std::chrono::days kWaiverNotice{7};
inline constexpr std::size_t kMostReasonBytes = 2'000;

// The moment from which a waiver is no longer in force that lasts through this day (UTC).
Instant end_of_day(Day day);
// The last moment `until` may be, for one made at `made_at`: the end of the last day it may last through.
Instant longest_end(WaiverKind kind, Instant made_at);

// What is wrong with a waiver somebody wants to make, a sentence each; none where it may be made.
std::vector<std::string> waiver_faults(const Waiver& wanted);

// From the moment it was made, up to its end, which is not of it any more.
bool is_in_force(const Waiver& waiver, Instant now);
// Whether it is of this violation, in force or not.
bool covers(const Waiver& waiver, const ViolationFacts& violation);

// Those in force, found quickly for each of many violations. Immutable.
class WaiverBook {
 public:
  // Keeps the waivers; all of them, also those that are over.
  WaiverBook(std::vector<Waiver> waivers, Instant now);

  // The one in force that lasts longest; the older of two that end together. Null where there is none.
  const Waiver* of(const ViolationFacts& violation) const;
  // In force, and over within kWaiverNotice; the first to end first.
  std::vector<const Waiver*> ending_soon() const;
  const std::vector<Waiver>& all() const { return waivers_; }

 private:
  using Places = std::map<std::string, std::vector<std::size_t>, std::less<>>;

  std::vector<Waiver> waivers_;
  Instant now_;
  // By what narrows them down most; each stands in one of the three.
  Places by_record_;
  Places by_owner_;
  std::vector<std::size_t> others_;
};

// The ends that have come of waivers not marked as ended. `has_changed` is asked of those alone that end with
// a change, and are not over by time: whether their field became another since they were made.
std::vector<WaiverEnd> due_ends(std::span<const Waiver> waivers, Instant now,
                                const std::function<bool(const Waiver&)>& has_changed);

}  // namespace plumbline
