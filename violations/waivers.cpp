#include "violations/waivers.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/utf8.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

std::chrono::days longest(WaiverKind kind) {
  return kind == WaiverKind::kSnooze ? kLongestSnooze : kLongestWaiver;
}

bool has_scope(const Waiver& waiver) {
  return !waiver.policy.empty() || !waiver.record_key.empty() || !waiver.owner.empty();
}

bool fits(const std::string& wanted, const std::string& is) { return wanted.empty() || wanted == is; }

}  // namespace

Instant end_of_day(Day day) {
  return Instant{std::chrono::sys_days{day.time_since_epoch()}} + std::chrono::days{1};
}

Instant longest_end(WaiverKind kind, Instant made_at) {
  return std::chrono::floor<std::chrono::days>(made_at) + longest(kind) + std::chrono::days{1};
}

std::vector<std::string> waiver_faults(const Waiver& wanted) {
  std::vector<std::string> faults;
  if (trim(wanted.reason).empty())
    faults.emplace_back("a waiver needs a reason: say why with --reason 'TEXT'");
  if (wanted.reason.size() > kMostReasonBytes) {
    faults.push_back(fmt::format("the reason is {} bytes long, the most is {}; say it in fewer words",
                                 wanted.reason.size(), kMostReasonBytes));
  }
  if (trim(wanted.author).empty())
    faults.emplace_back("a waiver needs somebody who decides it: say who with --author NAME");
  if (!has_scope(wanted)) {
    faults.emplace_back(
        "a waiver of everything is none: name a violation (V12), or a --record, an --owner, a --policy");
  }
  if (wanted.record_key.empty() && !wanted.until_field.empty()) {
    faults.push_back(fmt::format(
        "only a waiver of one record can end with a change of {}; name the record, or a date for --until",
        wanted.until_field));
  }
  if (wanted.until <= wanted.made_at) {
    faults.push_back(fmt::format("{} has passed; name a day to come", format_instant(wanted.until)));
  } else if (const Instant last = longest_end(wanted.kind, wanted.made_at); wanted.until > last) {
    const auto last_day =
        Day{std::chrono::floor<std::chrono::days>(last).time_since_epoch()} - std::chrono::days{1};
    faults.push_back(fmt::format("a {} lasts {} days at most, to {}; name that day or an earlier one",
                                 to_string(wanted.kind), longest(wanted.kind).count(), format_day(last_day)));
  }
  return faults;
}

bool is_in_force(const Waiver& waiver, Instant now) {
  return waiver.made_at <= now && now < waiver.until && (!waiver.ended_at || now < *waiver.ended_at);
}

bool covers(const Waiver& waiver, const ViolationFacts& violation) {
  return fits(waiver.pack, violation.pack) && fits(waiver.policy, violation.policy) &&
         fits(waiver.object, violation.object) && fits(waiver.record_key, violation.record_key) &&
         (waiver.owner.empty() || same_id(waiver.owner, violation.owner)) && has_scope(waiver);
}

WaiverBook::WaiverBook(std::vector<Waiver> waivers, Instant now) : waivers_(std::move(waivers)), now_(now) {
  for (std::size_t i = 0; i < waivers_.size(); ++i) {
    const Waiver& waiver = waivers_[i];
    if (!is_in_force(waiver, now)) continue;
    if (!waiver.record_key.empty()) {
      by_record_[waiver.record_key].push_back(i);
    } else if (!waiver.owner.empty()) {
      by_owner_[std::string(id_key(waiver.owner))].push_back(i);
    } else {
      others_.push_back(i);
    }
  }
}

const Waiver* WaiverBook::of(const ViolationFacts& violation) const {
  const Waiver* best = nullptr;
  const auto look = [&](const std::vector<std::size_t>& places) {
    for (const std::size_t place : places) {
      const Waiver& waiver = waivers_[place];
      if (!covers(waiver, violation)) continue;
      const auto rank = [](const Waiver& of) { return std::pair(of.until, -of.number); };
      if (best == nullptr || rank(*best) < rank(waiver)) best = &waiver;
    }
  };
  const auto look_up = [&](const Places& places, std::string_view name) {
    if (const auto found = places.find(name); found != places.end()) look(found->second);
  };
  look_up(by_record_, violation.record_key);
  look_up(by_owner_, id_key(violation.owner));
  look(others_);
  return best;
}

std::vector<const Waiver*> WaiverBook::ending_soon() const {
  std::vector<const Waiver*> soon;
  for (const Waiver& waiver : waivers_) {
    if (is_in_force(waiver, now_) && waiver.until - now_ <= kWaiverNotice) soon.push_back(&waiver);
  }
  std::ranges::sort(soon, {}, [](const Waiver* waiver) { return std::pair(waiver->until, waiver->number); });
  return soon;
}

std::vector<WaiverEnd> due_ends(std::span<const Waiver> waivers, Instant now,
                                const std::function<bool(const Waiver&)>& has_changed) {
  std::vector<WaiverEnd> ends;
  for (const Waiver& waiver : waivers) {
    if (waiver.ended_at || waiver.made_at > now) continue;
    if (waiver.until <= now) {
      ends.push_back({.number = waiver.number, .why = "its time was over"});
    } else if (!waiver.until_field.empty() && has_changed(waiver)) {
      ends.push_back({.number = waiver.number, .why = waiver.until_field + " changed"});
    }
  }
  return ends;
}

}  // namespace plumbline
