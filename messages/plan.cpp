#include "messages/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/crypto.h"
#include "messages/compose.h"
#include "messages/hours.h"
#include "messages/routes.h"

namespace plumbline {
namespace {

using std::chrono::days;

// What cannot wait waits so long for a digest, rather than to come right before it.
constexpr std::chrono::minutes kDigestIsNear{60};

struct Candidate {
  const StandingViolation* violation = nullptr;
  TellingWhy why = TellingWhy::kNew;
  SendTime send = SendTime::kDigest;
  const Direction* direction = nullptr;
  std::string_view instead{};
};

// What is gathered for one recipient.
struct Slot {
  bool is_looked_up = false;
  std::string key{};
  const Person* person = nullptr;
  const MessageChannel* channel = nullptr;
  Day today{};
  // The day of the telling looked at last: a digest's things were told at one moment.
  Instant told_at{};
  Day told_on{};
  std::optional<Instant> digest{};  // due, and not sent yet
  std::string not_now{};            // why nothing is sent
  std::size_t sent_today = 0;
  std::vector<Candidate> candidates{};
  std::vector<Candidate> closed{};
  std::size_t known = 0;
  std::size_t waived = 0;
  std::size_t stale = 0;
  std::map<std::tuple<Outcome, std::string, std::string>, std::vector<ViolationNumber>> decisions{};

  void note(Outcome outcome, std::string reason, std::string_view message, ViolationNumber number) {
    decisions[{outcome, std::move(reason), std::string(message)}].push_back(number);
  }
};

std::string why_told(const Candidate& candidate) {
  std::string why;
  switch (candidate.why) {
    case TellingWhy::kNew:
      why = "new";
      break;
    case TellingWhy::kAgain:
      why = fmt::format("it still stands {} days after it was told", candidate.direction->repeat.count());
      break;
    case TellingWhy::kEscalated:
      why = fmt::format("it still stands {} working days after its owner was told",
                        candidate.direction->escalate_after);
      break;
    case TellingWhy::kResolved:
    case TellingWhy::kRetracted:
      break;
  }
  why += "; " + candidate.direction->why;
  if (!candidate.instead.empty()) why += fmt::format("; {}", candidate.instead);
  return why;
}

// Decisions about what is told: the same few reasons again and again.
class NotedTellings {
 public:
  explicit NotedTellings(Slot& slot) : slot_(slot) {}

  std::vector<ViolationNumber>& of(const Candidate& candidate, Outcome outcome, const std::string& message) {
    for (const Known& one : known_) {
      if (one.outcome == outcome && one.why == candidate.why && one.direction == candidate.direction &&
          one.instead == candidate.instead)
        return *one.numbers;
    }
    std::vector<ViolationNumber>& numbers = slot_.decisions[{outcome, why_told(candidate), message}];
    known_.push_back({.outcome = outcome,
                      .why = candidate.why,
                      .direction = candidate.direction,
                      .instead = candidate.instead,
                      .numbers = &numbers});
    return numbers;
  }

 private:
  struct Known {
    Outcome outcome;
    TellingWhy why;
    const Direction* direction;
    std::string_view instead;
    std::vector<ViolationNumber>* numbers;
  };

  Slot& slot_;
  std::vector<Known> known_;
};

class Planner {
 public:
  Planner(const MessageState& state, Instant now)
      : state_(state),
        now_(now),
        hours_(*state.options, *state.calendar, state.zone),
        routes_(state),
        slots_(routes_.recipients()) {
    for (const Reached& reached : state.reached) reached_.try_emplace(reached.recipient, &reached);
    for (const PolicyNote& policy : state.policies) stale_.push_back(why_stale(policy));
  }

  MessagePlan run() {
    auto told = state_.told.begin();
    for (const StandingViolation& violation : state_.violations) {
      while (told != state_.told.end() && told->number < violation.number) ++told;
      auto end = told;
      while (end != state_.told.end() && end->number == violation.number) ++end;
      take(violation, std::span(told, end));
      told = end;
    }
    for (Slot& slot : slots_) {
      if (slot.is_looked_up) settle(slot);
    }
    tell_decisions(nowhere_);
    std::ranges::sort(plan_.messages, {}, [](const PlannedMessage& message) {
      return std::tuple(message.due, std::string_view(message.recipient), std::string_view(message.key));
    });
    return std::move(plan_);
  }

 private:
  Slot& slot_of(RecipientNumber recipient) {
    Slot& slot = slots_[recipient];
    if (slot.is_looked_up) return slot;
    slot.is_looked_up = true;
    slot.key = routes_.key(recipient);
    slot.person = routes_.person(recipient);
    slot.today = hours_.today(slot.person, now_);
    slot.not_now = hours_.why_not_now(slot.person, now_);
    const auto reached = reached_.find(slot.key);
    const Reached* const before = reached == reached_.end() ? nullptr : reached->second;
    slot.digest = hours_.digest_today(slot.person, now_);
    const Instant from = before != nullptr && before->last_digest ? *before->last_digest : state_.begun_at;
    if (slot.digest && *slot.digest <= from) slot.digest.reset();
    if (before == nullptr) return slot;
    const TimeZone zone = hours_.zone_of(slot.person);
    slot.sent_today = static_cast<std::size_t>(
        std::ranges::count_if(before->sent, [&](Instant at) { return zone.day_of(at) == slot.today; }));
    return slot;
  }

  std::string why_stale(const PolicyNote& policy) const {
    const auto time = state_.data_times.find(policy.object);
    if (time == state_.data_times.end()) return {};
    const auto most = policy.fresh_within.value_or(state_.options->fresh_for(policy.object));
    if (now_ - time->second <= most) return {};
    return fmt::format("the data about {} is of {}, too old to accuse anybody", policy.object,
                       format_instant(time->second));
  }

  void take(const StandingViolation& violation, std::span<const Told> told) {
    if (violation.state != ViolationState::kOpen) return take_closed(violation, told);
    destinations_.clear();
    bool tells_nobody = true;
    const Routing routing = routes_.route(violation);
    for (const Direction& direction : *routing.directions) {
      tells_nobody = tells_nobody && direction.tell.empty();
      routes_.add_destinations(direction, *routing.owner, violation, destinations_);
    }
    if (destinations_.empty()) {
      nowhere_.note(tells_nobody ? Outcome::kSuppressed : Outcome::kHeld,
                    tells_nobody ? "its route tells nobody"
                                 : "nobody can be reached, not even sales operations; look at "
                                   "`sales_operations` of the configuration",
                    "", violation.number);
      return;
    }
    for (const Destination& destination : destinations_)
      offer(violation, destination, told, TellingWhy::kNew);
    escalate(violation, routing, told);
  }

  static const Told* find_told(std::span<const Told> told, std::string_view recipient) {
    const auto found = std::ranges::find(told, recipient, &Told::recipient);
    return found == told.end() ? nullptr : &*found;
  }

  void offer(const StandingViolation& violation, const Destination& destination, std::span<const Told> told,
             TellingWhy why) {
    Slot& slot = slot_of(destination.recipient);
    const bool at_once = destination.direction->send == SendTime::kAtOnce;
    if (!slot.digest && !at_once) return;
    const Told* const before = find_told(told, slot.key);
    const bool is_new = before == nullptr || before->closing_told;
    if (!is_new && !slot.digest) return;
    // What came up since is for the next one, or cannot wait for it.
    const bool is_after = !slot.digest || violation.opened_at > *slot.digest;
    if (is_after && !at_once) return;
    if (!is_new && !is_to_be_repeated(slot, *before, destination.direction->repeat)) {
      ++slot.known;
      return;
    }
    if (is_held(slot, violation)) return;
    if (slot.channel == nullptr) slot.channel = destination.channel;
    if (!is_new && why == TellingWhy::kNew) why = TellingWhy::kAgain;
    slot.candidates.push_back({.violation = &violation,
                               .why = why,
                               .send = is_new && is_after ? SendTime::kAtOnce : SendTime::kDigest,
                               .direction = destination.direction,
                               .instead = destination.instead});
  }

  // Counted in days of the recipient's calendar: a repeat of a day is due at the next day's digest, be it an
  // hour early.
  bool is_to_be_repeated(Slot& slot, const Told& before, days repeat) const {
    if (before.last_at != slot.told_at) {
      slot.told_at = before.last_at;
      slot.told_on = hours_.zone_of(slot.person).day_of(before.last_at);
    }
    return slot.today - slot.told_on >= repeat;
  }

  bool is_held(Slot& slot, const StandingViolation& violation) {
    if (violation.is_unknown) {
      ++slot.stale;
      slot.note(Outcome::kHeld,
                violation.reason.empty() ? std::string("the data no longer tells whether it still stands")
                                         : fmt::format("it is unknown: {}", violation.reason),
                "", violation.number);
      return true;
    }
    if (!stale_[violation.policy].empty()) {
      ++slot.stale;
      slot.note(Outcome::kHeld, stale_[violation.policy], "", violation.number);
      return true;
    }
    const Waiver* const waiver = waiver_of(violation);
    if (waiver == nullptr) return false;
    ++slot.waived;
    slot.note(Outcome::kSuppressed,
              fmt::format("{} {} until {}", waiver->kind == WaiverKind::kSnooze ? "snoozed by" : "waived by",
                          waiver_name(waiver->number), format_instant(waiver->until)),
              "", violation.number);
    return true;
  }

  const Waiver* waiver_of(const StandingViolation& violation) {
    if (state_.waivers == nullptr || state_.waivers->all().empty()) return nullptr;
    const PolicyNote& policy = state_.policies[violation.policy];
    scratch_.pack = policy.pack;
    scratch_.policy = policy.policy;
    scratch_.object = policy.object;
    scratch_.record_key = violation.record_key;
    scratch_.owner = violation.owner;
    return state_.waivers->of(scratch_);
  }

  // The manager hears of what somebody else was told so many working days ago.
  void escalate(const StandingViolation& violation, const Routing& routing, std::span<const Told> told) {
    if (told.empty()) return;
    const Told& first = *std::ranges::min_element(told, {}, &Told::first_at);
    if (first.first_at != escalation_since_) {
      escalation_since_ = first.first_at;
      escalation_days_ = working_days_between(*state_.calendar, state_.zone.day_of(first.first_at),
                                              state_.zone.day_of(now_));
    }
    for (const Direction& direction : *routing.directions) {
      if (direction.escalate_after == 0 || escalation_days_ < direction.escalate_after) continue;
      const std::size_t own = destinations_.size();
      routes_.add_manager(direction, *routing.owner, destinations_);
      for (std::size_t i = own; i < destinations_.size(); ++i)
        offer(violation, destinations_[i], told, TellingWhy::kEscalated);
    }
  }

  void take_closed(const StandingViolation& violation, std::span<const Told> told) {
    const bool withdrawn = violation.state == ViolationState::kRetracted;
    if (violation.state == ViolationState::kLapsed || now_ - violation.closed_at > kClosingReach) return;
    for (const Told& before : told) {
      if (before.closing_told) continue;
      const auto recipient = recipient_of(before.recipient);
      if (!recipient) continue;
      Slot& slot = slot_of(*recipient);
      if (!slot.digest || violation.closed_at > *slot.digest) continue;
      slot.closed.push_back(
          {.violation = &violation, .why = withdrawn ? TellingWhy::kRetracted : TellingWhy::kResolved});
    }
  }

  std::optional<RecipientNumber> recipient_of(std::string_view key) const {
    constexpr std::string_view kPerson = "person:";
    constexpr std::string_view kRoom = "room:";
    if (key.starts_with(kPerson)) {
      const PersonIndex index = state_.people->find(key.substr(kPerson.size()));
      if (index == kNobody) return std::nullopt;
      return index;
    }
    const std::vector<MessageChannel>& channels = state_.options->channels;
    const auto found =
        std::ranges::find(channels, key.substr(std::min(kRoom.size(), key.size())), &MessageChannel::name);
    if (!key.starts_with(kRoom) || found == channels.end()) return std::nullopt;
    return static_cast<RecipientNumber>(state_.people->size() +
                                        static_cast<std::size_t>(found - channels.begin()));
  }

  void settle(Slot& slot) {
    if (!slot.not_now.empty()) {
      hold(slot, slot.not_now);
    } else if (has_digest(slot)) {
      send_digest(slot);
    } else {
      send_at_once(slot);
    }
    tell_decisions(slot);
  }

  static bool is_withdrawal(const Candidate& closed) { return closed.why == TellingWhy::kRetracted; }

  // Thanks alone are no reason to write; an apology is.
  static bool has_digest(Slot& slot) {
    if (!slot.digest) return false;
    if (std::ranges::any_of(slot.closed, is_withdrawal)) return true;
    if (std::ranges::count(slot.candidates, SendTime::kDigest, &Candidate::send) > 0) return true;
    for (const Candidate& closed : slot.closed) {
      slot.note(Outcome::kHeld,
                "it was put right, and there is nothing else to say; it goes with the next digest", "",
                closed.violation->number);
    }
    slot.closed.clear();
    return false;
  }

  static void hold(Slot& slot, const std::string& reason) {
    for (const Candidate& candidate : slot.candidates)
      slot.note(Outcome::kHeld, reason, "", candidate.violation->number);
  }

  void send_digest(Slot& slot) {
    const LocalTime due = hours_.zone_of(slot.person).local(*slot.digest);
    PlannedMessage message{
        .kind = MessageKind::kDigest,
        .key = fmt::format("digest/{}/{}T{}", slot.key, format_day(due.day), format_time(due.since_midnight)),
        .due = *slot.digest};
    message.is_late = now_ - message.due > state_.options->late_after;
    fill(slot, slot.candidates, message);
  }

  // All that could not wait goes in one message.
  void send_at_once(Slot& slot) {
    if (slot.candidates.empty()) return;
    if (const std::string reason = why_with_digest(slot); !reason.empty()) {
      for (const Candidate& candidate : slot.candidates)
        slot.note(Outcome::kMerged, reason, "", candidate.violation->number);
      return;
    }
    const StandingViolation& first = *std::ranges::min(slot.candidates, {}, [](const Candidate& one) {
                                        return one.violation->number;
                                      }).violation;
    PlannedMessage message{.kind = MessageKind::kAtOnce,
                           .key = fmt::format("at-once/{}/{}/{}", slot.key, violation_name(first.number),
                                              format_instant(first.opened_at)),
                           .due = now_};
    fill(slot, slot.candidates, message);
  }

  std::string why_with_digest(const Slot& slot) const {
    if (slot.sent_today >= state_.options->messages_a_day) {
      return fmt::format("{} messages went there today already; it comes with the next digest",
                         slot.sent_today);
    }
    const std::optional<Instant> next = hours_.next_digest(slot.person, now_);
    if (!next || *next - now_ > kDigestIsNear) return {};
    return fmt::format("the digest at {} is near",
                       format_time(hours_.zone_of(slot.person).local(*next).since_midnight));
  }

  void fill(Slot& slot, std::vector<Candidate>& candidates, PlannedMessage& message) {
    std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
      return is_more_important({.violation = a.violation}, {.violation = b.violation});
    });
    std::vector<Telling> items;
    items.reserve(candidates.size());
    NotedTellings noted(slot);
    message.told.reserve(candidates.size());
    message.shown = shown_of(candidates.size());
    for (const Candidate& candidate : candidates) {
      items.push_back({.violation = candidate.violation, .why = candidate.why});
      noted
          .of(candidate, message.told.size() < message.shown ? Outcome::kTold : Outcome::kFolded, message.key)
          .push_back(candidate.violation->number);
      message.told.push_back(candidate.violation->number);
    }
    std::vector<Telling> closed;
    for (const Candidate& candidate : slot.closed) {
      closed.push_back({.violation = candidate.violation, .why = candidate.why});
      message.closed.push_back(candidate.violation->number);
    }
    const bool at_once = message.kind == MessageKind::kAtOnce;
    message.recipient = slot.key;
    if (slot.person != nullptr) message.person = state_.people->find(slot.person->id);
    const MessageChannel* const channel =
        slot.channel != nullptr ? slot.channel : state_.options->people_channel();
    if (channel != nullptr) message.channel = channel->name;
    message.not_after = hours_.next_digest(slot.person, now_).value_or(now_ + days{1});
    message.why =
        at_once ? "found since the last digest, and its route sends at once"
                : fmt::format("a digest at {}",
                              format_time(hours_.zone_of(slot.person).local(message.due).since_midnight));
    message.message =
        compose_digest({.state = &state_,
                        .person = slot.person,
                        .key = message.key,
                        .now = now_,
                        .late_since = message.is_late ? std::optional(message.due) : std::nullopt,
                        .items = items,
                        .shown = message.shown,
                        .closed = closed,
                        .known = slot.known,
                        .waived = slot.waived,
                        .stale = slot.stale,
                        .at_once = at_once});
    plan_.messages.push_back(std::move(message));
  }

  // One more than the budget is shown rather than told as "and 1 more".
  std::size_t shown_of(std::size_t count) const {
    const std::size_t most = state_.options->digest_items;
    return count == most + 1 ? count : std::min(count, most);
  }

  void tell_decisions(Slot& slot) {
    for (auto& [what, numbers] : slot.decisions) {
      const auto& [outcome, reason, message] = what;
      plan_.decisions.push_back({.outcome = outcome,
                                 .recipient = slot.key,
                                 .reason = reason,
                                 .message_key = message,
                                 .violations = std::move(numbers)});
    }
    slot.decisions.clear();
  }

  const MessageState& state_;
  Instant now_;
  Hours hours_;
  Routes routes_;
  std::vector<Slot> slots_;
  Slot nowhere_{};
  std::unordered_map<std::string_view, const Reached*> reached_;
  std::vector<std::string> stale_;  // by policy: why its data is too old; empty where it is not
  std::vector<Destination> destinations_;
  ViolationFacts scratch_;
  Instant escalation_since_ = Instant::min();
  int escalation_days_ = 0;
  MessagePlan plan_;
};

}  // namespace

std::string_view to_string(MessageKind kind) {
  constexpr std::array kNames = {"digest", "at once", "reminder"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::string_view to_string(Outcome outcome) {
  constexpr std::array kNames = {"told", "folded", "merged", "held", "suppressed"};
  return kNames.at(static_cast<std::size_t>(outcome));
}

std::string short_id(std::string_view key) {
  // Without I, L, O and U, which are taken for others.
  constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  constexpr std::size_t kLength = 6;
  const Sha256Digest digest = sha256(key);
  std::string id = "M";
  for (std::size_t i = 0; i < kLength; ++i) id += kLetters[digest[i] % kLetters.size()];
  return id;
}

MessagePlan plan_messages(const MessageState& state, Instant now) { return Planner(state, now).run(); }

}  // namespace plumbline
