#include "messages/compose.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "messages/hours.h"
#include "messages/plan.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

std::string count_of(std::size_t count, std::string_view one, std::string_view many) {
  return count == 1 ? fmt::format("one {}", one) : fmt::format("{} {}", count, many);
}

std::string name_of(const StandingViolation& violation) {
  return std::string(violation.record_name.empty() ? violation.record : violation.record_name);
}

// What all items together are about.
struct Sum {
  std::size_t records = 0;
  std::optional<Money> amount{};  // empty where there is none, or in several currencies
  std::string_view currency{};
  std::optional<Day> first_deadline{};
};

Sum sum_of(std::span<const Telling> items) {
  std::vector<const StandingViolation*> records;
  records.reserve(items.size());
  for (const Telling& item : items) records.push_back(item.violation);
  std::ranges::sort(records, {}, [](const StandingViolation* one) {
    return std::tuple(one->record_key, !one->amount.has_value(), one->number);
  });
  const auto repeated = std::ranges::unique(records, {}, &StandingViolation::record_key);
  records.erase(repeated.begin(), repeated.end());
  Sum sum{.records = records.size()};
  bool mixed = false;
  for (const StandingViolation* const record : records) {
    if (record->deadline)
      sum.first_deadline = std::min(sum.first_deadline.value_or(*record->deadline), *record->deadline);
    if (!record->amount) continue;
    if (!sum.amount) {
      sum.amount = *record->amount;
      sum.currency = record->currency;
    } else {
      mixed = mixed || sum.currency != record->currency;
      sum.amount->hundredths += record->amount->hundredths;
    }
  }
  if (mixed || (sum.amount && sum.amount->hundredths <= 0)) sum.amount.reset();
  return sum;
}

class DigestComposer {
 public:
  explicit DigestComposer(const DigestContent& content)
      : content_(content),
        state_(*content.state),
        hours_(*state_.options, *state_.calendar, state_.zone),
        today_(hours_.today(content.person, content.now)) {}

  Message compose() {
    message_.id = short_id(content_.key);
    message_.headline = headline();
    message_.lead = lead();
    message_.urgent = content_.at_once;
    add_items();
    add_folded();
    add_closed(TellingWhy::kRetracted, "Withdrawn: this was our mistake");
    add_closed(TellingWhy::kResolved, "Put right since then, thank you");
    message_.data_as_of = data_time();
    message_.contact = state_.options->contact;
    message_.footer = footer();
    return std::move(message_);
  }

 private:
  std::string addressed(std::string text) const {
    const std::string name = content_.person != nullptr ? first_name(content_.person) : std::string();
    if (!name.empty()) return name + ", " + text;
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
  }

  bool is_all_escalated() const {
    return std::ranges::all_of(content_.items,
                               [](const Telling& item) { return item.why == TellingWhy::kEscalated; });
  }

  // Who, what, how much, by when: all that a phone shows of it.
  std::string headline() const {
    if (content_.items.empty()) return addressed(closed_headline());
    const Sum sum = sum_of(content_.items);
    std::string text;
    if (content_.items.size() == 1) {
      const StandingViolation& only = *content_.items[0].violation;
      text = fmt::format("one thing to {}: {}", is_all_escalated() ? "look at" : "put right", name_of(only));
      if (sum.amount) text += fmt::format(", {}", display_amount(*sum.amount, sum.currency));
    } else {
      text = fmt::format("{} things to {} on {}", content_.items.size(),
                         is_all_escalated() ? "look at" : "put right",
                         count_of(sum.records, "record", "records"));
      if (sum.amount) text += fmt::format(" worth {}", display_amount(*sum.amount, sum.currency));
    }
    if (sum.first_deadline) text += ", " + by_when(*sum.first_deadline);
    return addressed(text);
  }

  std::string closed_headline() const {
    const auto withdrawn =
        static_cast<std::size_t>(std::ranges::count(content_.closed, TellingWhy::kRetracted, &Telling::why));
    if (withdrawn > 0)
      return fmt::format("we were wrong about {}; nothing to do", count_of(withdrawn, "thing", "things"));
    return fmt::format("{} put right; nothing to do", count_of(content_.closed.size(), "thing", "things"));
  }

  std::string by_when(Day deadline) const {
    const bool many = content_.items.size() > 1;
    if (deadline < today_)
      return fmt::format("{} {}", many ? "the first was due" : "was due", display_day(deadline));
    if (deadline == today_) return many ? "the first today" : "today";
    return fmt::format("{} {}", many ? "the first by" : "by", display_day(deadline));
  }

  std::string lead() const {
    std::vector<std::string> sentences;
    if (content_.late_since) {
      const LocalTime due = hours_.zone_of(content_.person).local(*content_.late_since);
      sentences.push_back(fmt::format("This comes late: it was due on {} at {}.", format_weekday(due.day),
                                      format_time(due.since_midnight)));
    }
    if (content_.items.size() > 1) sentences.emplace_back("The most important come first.");
    if (content_.known > 0) {
      sentences.push_back(fmt::format("{} that you know of {} open as well.",
                                      numbered(content_.known, "other", "others"),
                                      content_.known == 1 ? "is" : "are"));
    }
    if (content_.waived > 0)
      sentences.push_back(fmt::format(
          "{} snoozed or waived.", content_.waived == 1 ? "One is" : fmt::format("{} are", content_.waived)));
    if (content_.stale > 0) {
      sentences.push_back(fmt::format("{} left out: {} data about {} is too old to be sure.",
                                      content_.stale == 1 ? "One is" : fmt::format("{} are", content_.stale),
                                      "our", content_.stale == 1 ? "it" : "them"));
    }
    std::string text;
    for (const std::string& sentence : sentences) text += (text.empty() ? "" : " ") + sentence;
    return text;
  }

  static std::string numbered(std::size_t count, std::string_view one, std::string_view many) {
    return count == 1 ? fmt::format("One {}", one) : fmt::format("{} {}", count, many);
  }

  void add_items() {
    MessageSection own{.heading = {}};
    MessageSection escalated{.heading = "Your team: told before, and still open"};
    const StandingViolation* before = nullptr;
    for (const Telling& item : content_.items.first(content_.shown)) {
      MessageSection& section = item.why == TellingWhy::kEscalated ? escalated : own;
      const bool same_record = before != nullptr && before->record_key == item.violation->record_key;
      section.items.push_back(item_of(item, same_record));
      before = item.violation;
    }
    if (!own.items.empty()) message_.sections.push_back(std::move(own));
    if (!escalated.items.empty()) message_.sections.push_back(std::move(escalated));
  }

  MessageItem item_of(const Telling& telling, bool same_record) const {
    const StandingViolation& violation = *telling.violation;
    MessageItem item{.title = name_of(violation),
                     .text = std::string(violation.message),
                     .remedy = std::string(violation.remedy),
                     .severity = violation.severity,
                     .violation = violation.number};
    if (state_.link) item.address = state_.link(state_.policies[violation.policy].object, violation.record);
    if (!same_record) add_facts(violation, item);
    if (telling.why == TellingWhy::kAgain || telling.why == TellingWhy::kEscalated) {
      item.facts.push_back({.name = "Open since", .value = display_day(day_of(violation.opened_at))});
    }
    const bool another =
        content_.person == nullptr || telling.why == TellingWhy::kEscalated || !is_own(violation);
    if (another && !violation.owner_name.empty())
      item.facts.push_back({.name = "Owner", .value = std::string(violation.owner_name)});
    return item;
  }

  bool is_own(const StandingViolation& violation) const {
    return same_id(violation.owner, content_.person->id);
  }

  static void add_facts(const StandingViolation& violation, MessageItem& item) {
    if (violation.amount) {
      item.facts.push_back(
          {.name = "Amount", .value = display_amount(*violation.amount, violation.currency)});
    }
    if (violation.deadline)
      item.facts.push_back({.name = "Close date", .value = display_day(*violation.deadline)});
    if (!violation.account.empty() && violation.account != violation.record_name)
      item.facts.push_back({.name = "Account", .value = std::string(violation.account)});
  }

  // Those beyond the budget: how many of what, the most frequent first.
  void add_folded() {
    const auto folded = content_.items.subspan(content_.shown);
    if (folded.empty()) return;
    std::map<std::string_view, std::size_t> counts;
    for (const Telling& item : folded) ++counts[state_.policies[item.violation->policy].title];
    std::vector<std::pair<std::string_view, std::size_t>> sorted(counts.begin(), counts.end());
    std::ranges::sort(sorted, {}, [](const auto& one) {
      return std::pair(-static_cast<std::int64_t>(one.second), one.first);
    });
    MessageSection section{.heading = fmt::format("And {} more", folded.size())};
    for (const auto& [title, count] : sorted)
      section.text += fmt::format("{}{} × {}", section.text.empty() ? "" : "; ", count, title);
    section.text += ".";
    message_.sections.push_back(std::move(section));
  }

  void add_closed(TellingWhy why, std::string heading) {
    MessageSection section{.heading = std::move(heading)};
    for (const Telling& telling : content_.closed) {
      if (telling.why != why) continue;
      const StandingViolation& violation = *telling.violation;
      MessageItem item{.title = name_of(violation),
                       .text = state_.policies[violation.policy].title,
                       .violation = violation.number,
                       .mark = why == TellingWhy::kResolved ? "resolved" : "retracted"};
      if (why == TellingWhy::kRetracted && !violation.reason.empty())
        item.text += fmt::format(": {}", violation.reason);
      section.items.push_back(std::move(item));
    }
    if (!section.items.empty()) message_.sections.push_back(std::move(section));
  }

  Day day_of(Instant instant) const { return hours_.zone_of(content_.person).day_of(instant); }

  std::optional<Instant> data_time() const {
    std::optional<Instant> oldest;
    for (const Telling& item : content_.items) {
      const auto time = state_.data_times.find(state_.policies[item.violation->policy].object);
      if (time != state_.data_times.end()) oldest = std::min(oldest.value_or(time->second), time->second);
    }
    return oldest;
  }

  std::string footer() const {
    std::string why = content_.at_once ? "This could not wait for the next digest. "
                                       : fmt::format("Sent on working days at {}. ", digest_times());
    if (content_.items.empty()) return why;
    return why +
           fmt::format("Not now? Answer {} with its number, such as {}: it can be snoozed for up to {} days.",
                       state_.options->contact, violation_name(content_.items[0].violation->number),
                       kLongestSnooze.count());
  }

  std::string digest_times() const {
    std::string text;
    for (const std::chrono::minutes time : state_.options->digest_at)
      text += (text.empty() ? "" : " and ") + format_time(time);
    return text;
  }

  const DigestContent& content_;
  const MessageState& state_;
  Hours hours_;
  Day today_;
  Message message_;
};

}  // namespace

bool is_more_important(const Telling& a, const Telling& b) {
  const auto rank = [](const Telling& telling) {
    const StandingViolation& of = *telling.violation;
    return std::tuple(-static_cast<int>(of.severity), -of.amount.value_or(Money{}).hundredths,
                      of.deadline.value_or(kLastDay), of.number);
  };
  return rank(a) < rank(b);
}

Message compose_digest(const DigestContent& content) { return DigestComposer(content).compose(); }

std::string first_name(const Person* person) {
  if (person == nullptr) return {};
  const std::string_view name = trim(person->name);
  return std::string(name.substr(0, name.find(' ')));
}

std::string display_amount(Money amount, std::string_view currency) {
  return currency.empty() ? display_money(amount) : fmt::format("{} {}", currency, display_money(amount));
}

}  // namespace plumbline
