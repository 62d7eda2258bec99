#include "tests/messages/message_world.h"

#include <stdexcept>

#include "records/record_id.h"

namespace plumbline {

MessageWorld::MessageWorld() {
  options.channels = {{.name = "direct", .service = "file", .reaches_people = true},
                      {.name = "ops", .service = "file"}};
  options.sales_operations.channel = "ops";
  options.contact = "sales-ops@example.com";
}

PersonIndex MessageWorld::add_person(std::string id, std::string name, std::string_view zone_name,
                                     std::string manager) {
  Person person{
      .id = id, .name = std::move(name), .email = id + "@example.com", .manager = std::move(manager)};
  if (!zone_name.empty()) person.zone = TimeZone::find(zone_name).value();
  return people.add(std::move(person));
}

std::uint32_t MessageWorld::add_policy(std::string id) {
  policies.push_back({.pack = "test", .policy = id, .title = id, .object = "Opportunity"});
  return static_cast<std::uint32_t>(policies.size() - 1);
}

MessageWorld::Violated& MessageWorld::open(ViolationNumber number, std::uint32_t policy, std::string record,
                                           std::string owner, Instant opened) {
  Violated& made = violations[number];
  made.facts = {.number = number, .policy = policy, .severity = Severity::kHigh, .opened_at = opened};
  made.record = std::move(record);
  made.owner = std::move(owner);
  made.message = "It is not as it should be.";
  made.remedy = "Mend it.";
  return made;
}

MessagePlan MessageWorld::plan(Instant now) {
  std::vector<StandingViolation> standing;
  for (auto& [number, violated] : violations) {
    // Nothing is told of those any more.
    const bool is_over = violated.facts.state != ViolationState::kOpen &&
                         now - violated.facts.closed_at > kClosingReach + std::chrono::days{1};
    if (is_over) continue;
    StandingViolation& one = standing.emplace_back(violated.facts);
    one.record = one.record_key = one.record_name = violated.record;
    one.message = violated.message;
    one.remedy = violated.remedy;
    one.owner = violated.owner;
    one.owner_name = violated.owner_name;
    one.account_owner = violated.account_owner;
    one.currency = violated.currency;
    one.reason = violated.reason;
  }
  std::vector<Told> told;
  auto next = standing.begin();
  for (const auto& [key, one] : told_) {
    while (next != standing.end() && next->number < one.number) ++next;
    if (next != standing.end() && next->number == one.number) told.push_back(one);
  }
  std::vector<Reached> reached;
  for (const auto& [key, one] : reached_) reached.push_back(one);
  const WaiverBook book(waivers, now);
  return plan_messages({.options = &options,
                        .people = &people,
                        .calendar = &calendar,
                        .zone = zone,
                        .policies = policies,
                        .violations = standing,
                        .told = told,
                        .reached = reached,
                        .waivers = &book,
                        .data_times = data_times,
                        .audiences = audiences,
                        .begun_at = begun_at},
                       now);
}

void MessageWorld::remember(const MessagePlan& plan, Instant now) {
  for (const PlannedMessage& message : plan.messages) {
    Reached& reached = reached_[message.recipient];
    reached.recipient = message.recipient;
    reached.sent.push_back(now);
    if (message.kind == MessageKind::kDigest) reached.last_digest = message.due;
    for (const ViolationNumber number : message.told) {
      const auto [place, is_new] = told_.try_emplace({number, message.recipient});
      Told& told = place->second;
      if (is_new) told = {.number = number, .recipient = place->first.second, .first_at = now};
      told.last_at = now;
      told.closing_told = false;
      tellings_[{number, message.recipient}].push_back(now);
    }
    for (const ViolationNumber number : message.closed) {
      const auto told = told_.find({number, message.recipient});
      if (told != told_.end()) told->second.closing_told = true;
    }
  }
}

Instant at(std::string_view text) {
  std::string whole(text);
  if (whole.size() == std::string_view("2022-02-02T14:30Z").size()) whole.insert(whole.size() - 1, ":00");
  const auto parsed = parse_instant(whole);
  if (!parsed) throw std::runtime_error("no moment: " + whole);
  return *parsed;
}

}  // namespace plumbline
