#include "messages/reminders.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "messages/compose.h"
#include "messages/hours.h"
#include "messages/reminder_list.h"

namespace plumbline {
namespace {

constexpr std::string_view kPeopleObject = "User";

// Who is told: a person, or the room of sales operations.
struct Target {
  PersonIndex person = kNobody;
  const MessageChannel* room = nullptr;

  friend auto operator<=>(const Target&, const Target&) = default;
};

// One message on its way.
struct Bucket {
  Occurrence occurrence{};
  ReminderList list;
};

class ReminderPlanner {
 public:
  ReminderPlanner(const ReminderState& state, const BoundReminders& pack, const BoundReminder& bound,
                  Instant now, MessagePlan& plan)
      : state_(state),
        pack_(pack),
        bound_(bound),
        reminder_(*bound.reminder),
        calendar_(pack.pack->calendar),
        now_(now),
        window_{.after = state.after, .until = now},
        hours_(*state.options, pack.pack->calendar, state.zone),
        judge_{.now = now, .default_zone = state.zone},
        plan_(plan) {}

  void run() {
    if (state_.snapshot->table(bound_.object) == nullptr) {
      return note(Outcome::kSuppressed, "",
                  fmt::format("there is no {} data", state_.snapshot->schema().object(bound_.object).name));
    }
    look_at_data();
    find_members();
    gather();
    emit();
  }

 private:
  void note(Outcome outcome, std::string recipient, std::string reason, std::string key = {}) {
    plan_.decisions.push_back({.outcome = outcome,
                               .recipient = std::move(recipient),
                               .reason = fmt::format("{}: {}", reminder_.id, reason),
                               .message_key = std::move(key)});
  }

  // How old what it reads is. Who somebody is changes seldom, and is not what a reminder is about.
  void look_at_data() {
    const auto look = [&](std::size_t object) {
      const std::string& name = state_.snapshot->schema().object(object).name;
      const auto time = state_.data_times.find(name);
      if (name == kPeopleObject || time == state_.data_times.end()) return;
      data_time_ = std::min(data_time_.value_or(time->second), time->second);
      if (now_ - time->second > state_.options->fresh_for(name)) is_stale_ = true;
    };
    for (const auto& [object, fields] : bound_.needs.fields) look(object);
    for (const auto& [object, fields] : bound_.needs.passing) look(object);
  }

  // Of data too old to say who has done it, nobody is named, and everybody asked.
  bool asks_everybody() const { return is_stale_ && bound_.unless != nullptr; }

  void find_members() {
    const bool named =
        std::ranges::any_of(reminder_.to, [](const std::string& one) { return !is_own_audience(one); });
    if (named) members_ = audience_members(pack_, *state_.snapshot, *state_.people, now_, state_.zone);
    for (const std::string& audience : reminder_.to) {
      if (const auto found = members_.find(audience); found != members_.end())
        told_.insert(found->second.begin(), found->second.end());
    }
  }

  void gather() {
    RecordQuery query(*state_.snapshot, bound_.object, calendar_, judge_);
    const ReminderNodes nodes = add_reminder(query, bound_);
    query.each(nodes.where, [&](RecordQuery::Row& row) {
      if (nodes.unless != kNoNode && !asks_everybody() && row.truth(nodes.unless) != Truth::kFalse) return;
      for (const Target& target : targets(row)) add(row, nodes, target);
    });
  }

  void add(RecordQuery::Row& row, const ReminderNodes& nodes, const Target& target) {
    const TimeZone zone = hours_.zone_of(person(target));
    // Where the days are the same for all records, they are asked for once.
    const bool varies = !nodes.days.empty() || nodes.from != kNoNode || nodes.until != kNoNode;
    const auto known = varies ? due_by_target_.end() : due_by_target_.find(target);
    const std::optional<Occurrence> due =
        known != due_by_target_.end() ? known->second : due_for(row, nodes, target, zone);
    if (!varies && known == due_by_target_.end()) due_by_target_.emplace(target, due);
    if (!due) return;
    const auto place =
        buckets_.try_emplace({target, due->at}, Bucket{.occurrence = *due, .list = ReminderList(bound_)})
            .first;
    if (asks_everybody()) {
      place->second.list.add_unread();
    } else {
      place->second.list.add(row, nodes);
    }
  }

  // The last time that is due; those before it say the same.
  std::optional<Occurrence> due_for(RecordQuery::Row& row, const ReminderNodes& nodes, const Target& target,
                                    const TimeZone& zone) {
    std::vector<Occurrence> due = occurrences(row, nodes, zone);
    std::erase_if(due, [&](const Occurrence& one) {
      return state_.planned != nullptr && state_.planned->contains(key_of(target, one));
    });
    if (due.empty()) return std::nullopt;
    for (std::size_t i = 0; i + 1 < due.size(); ++i) {
      if (merged_.insert(key_of(target, due[i])).second)
        note(Outcome::kMerged, key_of(target),
             fmt::format("what was due at {} comes with that of {}", due[i].name(), due.back().name()));
    }
    return due.back();
  }

  std::vector<Occurrence> occurrences(RecordQuery::Row& row, const ReminderNodes& nodes,
                                      const TimeZone& zone) {
    if (reminder_.kind == ReminderDays::kWorkedOut) {
      std::vector<Day> days;
      for (const NodeId node : nodes.days) {
        const Value value = node == kNoNode ? Value::null() : row.value(node);
        if (value.is_known() && value.type == ValueType::kDate) days.push_back(value.day);
      }
      std::ranges::sort(days);
      const auto repeated = std::ranges::unique(days);
      days.erase(repeated.begin(), repeated.end());
      return occurrences_on(reminder_, days, zone, window_);
    }
    bool is_sure = true;
    const auto end = [&](NodeId node) -> std::optional<Day> {
      if (node == kNoNode) return std::nullopt;
      const Value value = row.value(node);
      is_sure = is_sure && value.is_known();
      return value.is_known() ? std::optional(value.day) : std::nullopt;
    };
    const auto first = end(nodes.from);
    const auto last = end(nodes.until);
    if (!is_sure) return {};
    return occurrences_between(zone, first, last);
  }

  const std::vector<Occurrence>& occurrences_between(const TimeZone& zone, std::optional<Day> first,
                                                     std::optional<Day> last) {
    const auto [place, is_new] = known_.try_emplace(std::tuple(zone.name(), first, last));
    if (!is_new) return place->second;
    std::vector<Day> days = days_in(window_, zone);
    std::erase_if(days, [&](Day day) { return !falls_on(reminder_, calendar_, first, last, day); });
    place->second = occurrences_on(reminder_, days, zone, window_);
    return place->second;
  }

  // --- to whom

  std::vector<Target> targets(const RecordQuery::Row& row) const {
    std::vector<Target> found;
    if (reminder_.is_about_those_told()) {
      const PersonIndex self = state_.people->find(row.field("Id"));
      if (self != kNobody && told_.contains(self)) add_person(self, found);
      return found;
    }
    for (const PersonIndex member : told_) add_person(member, found);
    for (const std::string& audience : reminder_.to) {
      if (audience == "owner") add_person(owner_of(row), found);
      if (audience == "account_owner") add_person(account_owner_of(row), found);
      if (audience == "manager") add_person(manager_of(owner_of(row)), found);
      if (audience == "sales_operations") add_sales_operations(found);
    }
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    return found;
  }

  void add_person(PersonIndex index, std::vector<Target>& found) const {
    if (index != kNobody && state_.people->at(index).is_reachable()) found.push_back({.person = index});
  }

  void add_sales_operations(std::vector<Target>& found) const {
    const SalesOperations& told = state_.options->sales_operations;
    if (const MessageChannel* const room = state_.options->find_channel(told.channel))
      return found.push_back({.room = room});
    for (const std::string& email : told.emails) add_person(state_.people->find_email(email), found);
  }

  PersonIndex owner_of(const RecordQuery::Row& row) const {
    const bool is_person = state_.snapshot->schema().object(bound_.object).name == kPeopleObject;
    const std::string_view id = row.field(is_person ? "Id" : "OwnerId");
    return id.empty() ? kNobody : state_.people->find(id);
  }

  PersonIndex manager_of(PersonIndex owner) const {
    if (owner == kNobody || state_.people->at(owner).manager.empty()) return kNobody;
    return state_.people->find(state_.people->at(owner).manager);
  }

  PersonIndex account_owner_of(const RecordQuery::Row& row) const {
    const auto object = state_.snapshot->schema().find_object("Account");
    const Table* const accounts = object ? state_.snapshot->table(*object) : nullptr;
    const std::string_view id = row.field("AccountId");
    if (accounts == nullptr || id.empty()) return kNobody;
    const RowIndex account = accounts->find(id);
    const auto field = state_.snapshot->schema().object(*object).find("OwnerId");
    const Column* const owners = field ? accounts->column(*field) : nullptr;
    if (account >= accounts->rows() || owners == nullptr || owners->kind(account) != CellKind::kKnown)
      return kNobody;
    return state_.people->find(owners->text(account));
  }

  const Person* person(const Target& target) const {
    return target.person == kNobody ? nullptr : &state_.people->at(target.person);
  }

  std::string key_of(const Target& target) const {
    return target.person == kNobody ? room_key(target.room->name)
                                    : person_key(state_.people->at(target.person));
  }
  std::string key_of(const Target& target, const Occurrence& occurrence) const {
    return fmt::format("reminder/{}/{}/{}/{}", reminder_.pack, reminder_.id, occurrence.name(),
                       key_of(target));
  }

  // --- what is sent

  void emit() {
    std::vector<std::pair<Target, const Bucket*>> sent;
    for (const auto& [place, bucket] : buckets_) {
      const Target& target = place.first;
      if (const auto [outcome, reason] = why_not(target, bucket.occurrence); !reason.empty()) {
        note(outcome, key_of(target), reason, key_of(target, bucket.occurrence));
      } else {
        sent.emplace_back(target, &bucket);
      }
    }
    const std::vector<std::string> heads = headings(sent);
    for (std::size_t i = 0; i < sent.size(); ++i)
      send(sent[i].first, *sent[i].second, heads.empty() ? std::string() : heads[i]);
  }

  bool is_late(const Occurrence& occurrence) const {
    return now_ - occurrence.at > state_.options->late_after;
  }

  std::pair<Outcome, std::string> why_not(const Target& target, const Occurrence& occurrence) const {
    const Person* const who = person(target);
    if (const Leave* const leave = hours_.leave_on(who, occurrence.day))
      return {Outcome::kSuppressed, fmt::format("on leave until {}", display_day(leave->until))};
    if (!is_late(occurrence)) return {};
    const std::string was = fmt::format("it was due at {}", occurrence.name());
    if (state_.options->late_for(reminder_.id) == LateReminder::kSkip)
      return {Outcome::kSuppressed, was + ", and is not sent late"};
    const LocalTime local = hours_.zone_of(who).local(now_);
    if (local.day != occurrence.day) return {Outcome::kSuppressed, was + ", and that day is over"};
    if (state_.options->quiet.covers(local.since_midnight))
      return {Outcome::kSuppressed, was + ", and the quiet hours have begun"};
    return {};
  }

  std::vector<std::string> headings(const std::vector<std::pair<Target, const Bucket*>>& sent) const {
    if (!bound_.heading || asks_everybody() || sent.empty()) return {};
    const Table* const users = state_.snapshot->table(bound_.heading->object);
    std::vector<ListHead> heads;
    for (const auto& [target, bucket] : sent) {
      ListHead& head = heads.emplace_back();
      if (const Person* const who = person(target); who != nullptr && users != nullptr) {
        const RowIndex row = users->find(who->id);
        if (row < users->rows()) head.user = row;
      }
      head.records = bucket->list.records();
      head.totals = bucket->list.totals();
    }
    return list_headings(bound_, calendar_, *state_.snapshot, heads, judge_);
  }

  void send(const Target& target, const Bucket& bucket, const std::string& heading) {
    const Occurrence& occurrence = bucket.occurrence;
    const Person* const who = person(target);
    const TimeZone zone = hours_.zone_of(who);
    PlannedMessage planned{.kind = MessageKind::kReminder,
                           .key = key_of(target, occurrence),
                           .recipient = key_of(target),
                           .person = target.person,
                           .due = occurrence.at,
                           .not_after = zone.start_of_day(occurrence.day + std::chrono::days{1}),
                           .is_late = is_late(occurrence)};
    const MessageChannel* const channel = who == nullptr ? target.room : state_.options->people_channel();
    if (channel != nullptr) planned.channel = channel->name;
    planned.why =
        fmt::format("{}: {}{}", reminder_.id, describe_times(reminder_),
                    asks_everybody() ? "; the data is too old to say who has done it, so all are asked" : "");
    compose(target, bucket, heading, planned);
    note(Outcome::kTold, planned.recipient, planned.why, planned.key);
    plan_.messages.push_back(std::move(planned));
  }

  void compose(const Target& target, const Bucket& bucket, const std::string& heading,
               PlannedMessage& planned) const {
    Message& message = planned.message;
    message.id = short_id(planned.key);
    const std::string name = first_name(person(target));
    message.headline = name.empty() ? reminder_.title : fmt::format("{}: {}", name, reminder_.title);
    if (planned.is_late)
      message.lead = fmt::format("This comes late: it was due at {}. ", format_time(bucket.occurrence.time));
    if (asks_everybody()) {
      message.lead += stale_text(target);
    } else {
      message.lead += heading;
      add_lines(bucket, message);
    }
    if (const auto link = state_.options->reminder_links.find(reminder_.id);
        link != state_.options->reminder_links.end()) {
      message.links.push_back({.text = "Open", .address = link->second});
    }
    message.data_as_of = data_time_;
    message.contact = state_.options->contact;
    message.footer = fmt::format("A reminder, {}.", describe_times(reminder_));
    if (!reminder_.section.empty()) message.footer += fmt::format(" See {}.", reminder_.section);
    message.thread =
        fmt::format("{}/{}/{}", reminder_.id, format_day(bucket.occurrence.day), planned.recipient);
  }

  std::string stale_text(const Target& target) const {
    const LocalTime local = hours_.zone_of(person(target)).local(*data_time_);
    const std::string when =
        fmt::format("{}, {}", format_weekday(local.day), format_time(local.since_midnight));
    if (reminder_.is_about_those_told()) {
      return fmt::format(
          "Our data is of {}, too old to tell whether you have done it. Please have a look, and "
          "forgive us if you have.",
          when);
    }
    return fmt::format("Our data is of {}, too old to tell who has done it, so nobody is named.", when);
  }

  void add_lines(const Bucket& bucket, Message& message) const {
    const std::vector<ReminderLine> lines = bucket.list.lines();
    const bool is_own = reminder_.is_about_those_told();
    if (!bound_.heading && (lines.size() == 1 || is_own)) {
      message.lead += lines.front().text;
      if (!is_own) add_link(lines.front(), message);
      return;
    }
    MessageSection section;
    for (const ReminderLine& line : lines) {
      if (section.items.size() == kMostReminderItems) {
        section.text = fmt::format("And {} more.", lines.size() - kMostReminderItems);
        break;
      }
      MessageItem item{.title = bound_.heading ? line.text : line.name, .address = link_of(line)};
      if (!bound_.heading) item.text = line.text;
      section.items.push_back(std::move(item));
    }
    if (!section.items.empty()) message.sections.push_back(std::move(section));
  }

  std::string link_of(const ReminderLine& line) const {
    if (!state_.link || line.record.empty()) return {};
    return state_.link(state_.snapshot->schema().object(bound_.object).name, line.record);
  }

  void add_link(const ReminderLine& line, Message& message) const {
    if (std::string address = link_of(line); !address.empty())
      message.links.push_back(
          {.text = line.name.empty() ? line.record : line.name, .address = std::move(address)});
  }

  const ReminderState& state_;
  const BoundReminders& pack_;
  const BoundReminder& bound_;
  const Reminder& reminder_;
  const Calendar& calendar_;
  Instant now_;
  TimeWindow window_;
  Hours hours_;
  JudgeOptions judge_;
  MessagePlan& plan_;
  std::optional<Instant> data_time_;
  bool is_stale_ = false;
  std::map<std::string, std::vector<PersonIndex>, std::less<>> members_;
  std::set<PersonIndex> told_;  // members of the pack's audiences in `to`
  std::map<std::tuple<std::string, std::optional<Day>, std::optional<Day>>, std::vector<Occurrence>> known_;
  std::map<std::pair<Target, Instant>, Bucket> buckets_;
  std::set<std::string> merged_;
  std::map<Target, std::optional<Occurrence>> due_by_target_;
};

// The zones people live in, each once.
std::vector<TimeZone> zones_of(const ReminderState& state) {
  std::vector<TimeZone> zones{state.zone};
  for (PersonIndex i = 0; i < state.people->size(); ++i) {
    const auto& zone = state.people->at(i).zone;
    if (zone && std::ranges::find(zones, *zone) == zones.end()) zones.push_back(*zone);
  }
  return zones;
}

// Whatever its own ends are.
bool may_be_due(const Reminder& reminder, const Calendar& calendar, const std::vector<TimeZone>& zones,
                const TimeWindow& window) {
  const bool any_day = reminder.kind == ReminderDays::kWorkedOut ||
                       (reminder.kind == ReminderDays::kRecurrence && needs_first_day(reminder.every));
  return std::ranges::any_of(zones, [&](const TimeZone& zone) {
    std::vector<Day> days = days_in(window, zone);
    if (!any_day)
      std::erase_if(days,
                    [&](Day day) { return !falls_on(reminder, calendar, std::nullopt, std::nullopt, day); });
    return !occurrences_on(reminder, days, zone, window).empty();
  });
}

}  // namespace

bool reminders_may_be_due(const ReminderState& state, Instant now) {
  const std::vector<TimeZone> zones = zones_of(state);
  const TimeWindow window{.after = state.after, .until = now};
  return std::ranges::any_of(state.packs, [&](const BoundReminders* pack) {
    return std::ranges::any_of(pack->reminders, [&](const BoundReminder& bound) {
      return may_be_due(*bound.reminder, pack->pack->calendar, zones, window);
    });
  });
}

MessagePlan plan_reminders(const ReminderState& state, Instant now) {
  MessagePlan plan;
  const std::vector<TimeZone> zones = zones_of(state);
  const TimeWindow window{.after = state.after, .until = now};
  for (const BoundReminders* const pack : state.packs) {
    for (const BoundReminder& bound : pack->reminders) {
      if (may_be_due(*bound.reminder, pack->pack->calendar, zones, window))
        ReminderPlanner(state, *pack, bound, now, plan).run();
    }
  }
  std::ranges::sort(plan.messages, {}, [](const PlannedMessage& message) {
    return std::tuple(message.due, std::string_view(message.recipient), std::string_view(message.key));
  });
  return plan;
}

std::map<std::string, std::vector<PersonIndex>, std::less<>> audience_members(const BoundReminders& pack,
                                                                              const Snapshot& snapshot,
                                                                              const People& people,
                                                                              Instant now, TimeZone zone) {
  std::map<std::string, std::vector<PersonIndex>, std::less<>> members;
  const auto users = snapshot.schema().find_object(kPeopleObject);
  if (!users || snapshot.table(*users) == nullptr) return members;
  const JudgeOptions options{.now = now, .default_zone = zone};
  for (const BoundAudience& audience : pack.audiences) {
    std::vector<PersonIndex>& found = members[audience.audience->name];
    RecordQuery query(snapshot, *users, pack.pack->calendar, options);
    query.each(query.add(audience.where), [&](RecordQuery::Row& row) {
      if (const PersonIndex person = people.find(row.field("Id")); person != kNobody) found.push_back(person);
    });
  }
  return members;
}

}  // namespace plumbline
