#include "policies/pack_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/utf8.h"
#include "policies/display.h"
#include "policies/language/lexer.h"
#include "policies/mentions.h"

namespace plumbline {
namespace {

constexpr std::string_view kNamed = "named ";  // before the name of a named calendar

// Whether two conditions are the same words, however they are set out.
bool same_condition(std::string_view a, std::string_view b) {
  const auto one = tokenize(a);
  const auto two = tokenize(b);
  if (!one || !two) return a == b;
  bool behind_name = false;
  return std::ranges::equal(*one, *two, [&](const Token& x, const Token& y) {
    // LAST_N_DAYS:30 is a date literal, and LAST_N_DAYS :30 is none.
    const bool literal = x.kind == TokenKind::kColon && behind_name;
    behind_name = x.kind == TokenKind::kName;
    return x.kind == y.kind && x.source == y.source && (!literal || x.touches_previous == y.touches_previous);
  });
}

bool same_value(const Value& a, const Value& b) {
  return a.state == b.state && a.type == b.type && a.bits == b.bits && a.text == b.text;
}

bool same_parameter(const Parameter& a, const Parameter& b) {
  return a.kind == b.kind && std::ranges::equal(a.items, b.items, same_value) &&
         std::ranges::equal(a.entries, b.entries, [](const auto& x, const auto& y) {
           return x.first == y.first && same_value(x.second, y.second);
         });
}

// On one line.
std::string condition_text(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

std::string rule_text(const DayRule& rule) {
  switch (rule.kind) {
    case DayRuleKind::kDayOfMonth:
      return fmt::format("{}", rule.number);
    case DayRuleKind::kDayOrWeekdayBefore:
      return fmt::format("{}-or-weekday-before", rule.number);
    case DayRuleKind::kFirstWorkingDays:
      return fmt::format("first-{}-working-days", rule.number);
    case DayRuleKind::kLastWorkingDays:
      return fmt::format("last-{}-working-days", rule.number);
    case DayRuleKind::kMonthEnd:
      return "last-day";
  }
  return "";
}

std::vector<std::string> days_of(const NamedCalendar& named) {
  std::vector<std::string> days;
  for (const DayRule& rule : named.rules) days.push_back(rule_text(rule));
  return days;
}

std::vector<std::string> holidays_of(const Calendar& calendar) {
  std::vector<std::string> days;
  for (const Day day : calendar.holidays) days.push_back(format_day(day));
  return days;
}

std::string_view month_name(unsigned month) {
  constexpr std::array<std::string_view, 12> kNames = {"January",   "February", "March",    "April",
                                                       "May",       "June",     "July",     "August",
                                                       "September", "October",  "November", "December"};
  return month >= 1 && month <= kNames.size() ? kNames[month - 1] : "";
}

std::string_view weekday_name(std::chrono::weekday day) {
  constexpr std::array<std::string_view, 7> kNames = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                      "Thursday", "Friday", "Saturday"};
  return kNames[day.c_encoding() % kNames.size()];
}

std::vector<std::string> only_in(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> only;
  for (const std::string& item : a) {
    if (std::ranges::find(b, item) == b.end()) only.push_back(item);
  }
  return only;
}

PackChange list_change(PackChange::Kind kind, std::string name, const std::vector<std::string>& before,
                       const std::vector<std::string>& after) {
  PackChange change{.kind = kind, .name = std::move(name)};
  change.before = fmt::format("{}", fmt::join(before, ", "));
  change.after = fmt::format("{}", fmt::join(after, ", "));
  change.taken = only_in(before, after);
  change.added = only_in(after, before);
  return change;
}

const Definition* find_definition(const Pack& pack, std::string_view name) {
  const auto found = std::ranges::find_if(
      pack.definitions, [&](const Definition& definition) { return equal_folded(definition.name, name); });
  return found == pack.definitions.end() ? nullptr : &*found;
}

const Policy* find_policy(const Pack& pack, std::string_view id) {
  const auto found = std::ranges::find(pack.policies, id, &Policy::id);
  return found == pack.policies.end() ? nullptr : &*found;
}

// What a policy's conditions use, of its own pack.
struct Used {
  std::map<std::string, bool, std::less<>> parameters;
  std::map<std::string, bool, std::less<>> definitions;  // folded
};

class PackDiffer {
 public:
  PackDiffer(const Pack& before, const Pack& after, std::span<const NamedText> derived)
      : before_(before), after_(after), derived_(derived) {}

  PackDiff run() {
    compare_parameters();
    compare_definitions();
    compare_calendars();
    if (before_.amounts_converted != after_.amounts_converted) {
      const auto word = [](const Pack& pack) { return pack.amounts_converted ? "converted" : "face"; };
      add({.kind = PackChange::Kind::kAmounts,
           .name = "amounts",
           .before = word(before_),
           .after = word(after_)});
    }
    shared_ = diff_.changes.size();
    for (const Policy& policy : after_.policies) compare(find_policy(before_, policy.id), &policy);
    for (const Policy& policy : before_.policies) {
      if (find_policy(after_, policy.id) == nullptr) compare(&policy, nullptr);
    }
    return std::move(diff_);
  }

 private:
  void add(PackChange change) { diff_.changes.push_back(std::move(change)); }

  void compare_parameters() {
    for (const auto& [name, parameter] : after_.parameters) {
      const auto old = before_.parameters.find(name);
      if (old == before_.parameters.end()) {
        add({.kind = PackChange::Kind::kParameter, .name = name, .after = display_parameter(parameter)});
      } else if (!same_parameter(old->second, parameter)) {
        add(parameter_change(old->second, parameter));
      }
    }
    for (const auto& [name, parameter] : before_.parameters) {
      if (!after_.parameters.contains(name))
        add({.kind = PackChange::Kind::kParameter, .name = name, .before = display_parameter(parameter)});
    }
  }

  static PackChange parameter_change(const Parameter& before, const Parameter& after) {
    if (before.kind != Parameter::Kind::kScalar && after.kind != Parameter::Kind::kScalar) {
      return list_change(PackChange::Kind::kParameter, after.name, display_elements(before),
                         display_elements(after));
    }
    return {.kind = PackChange::Kind::kParameter,
            .name = after.name,
            .before = display_parameter(before),
            .after = display_parameter(after)};
  }

  void compare_definitions() {
    for (const Definition& definition : after_.definitions) {
      const Definition* const old = find_definition(before_, definition.name);
      if (old != nullptr && same_condition(old->text.text, definition.text.text)) continue;
      PackChange change{.kind = PackChange::Kind::kDefinition, .name = definition.name};
      if (old != nullptr) change.before = condition_text(old->text.text);
      change.after = condition_text(definition.text.text);
      add(std::move(change));
    }
    for (const Definition& definition : before_.definitions) {
      if (find_definition(after_, definition.name) != nullptr) continue;
      add({.kind = PackChange::Kind::kDefinition,
           .name = definition.name,
           .before = condition_text(definition.text.text)});
    }
  }

  void compare_entry(std::string name, std::string_view before, std::string_view after) {
    if (before == after) return;
    add({.kind = PackChange::Kind::kCalendar,
         .name = std::move(name),
         .before = std::string(before),
         .after = std::string(after)});
  }

  void compare_calendars() {
    const Calendar& old = before_.calendar;
    const Calendar& now = after_.calendar;
    const auto naming = [](const Calendar& calendar) {
      return calendar.fiscal_year_named_by == FiscalYearName::kEndYear ? "end" : "start";
    };
    compare_entry("zone", old.zone, now.zone);
    compare_entry("fiscal_year_starts", month_name(old.fiscal_year_starts),
                  month_name(now.fiscal_year_starts));
    compare_entry("fiscal_year_named_by", naming(old), naming(now));
    compare_entry("week_starts", weekday_name(old.week_starts), weekday_name(now.week_starts));
    if (old.holidays != now.holidays)
      add(list_change(PackChange::Kind::kCalendar, "holidays", holidays_of(old), holidays_of(now)));
    for (const auto& [name, named] : now.named) {
      const auto same = old.named.find(name);
      if (same == old.named.end()) {
        add({.kind = PackChange::Kind::kCalendar,
             .name = std::string(kNamed) + name,
             .after = fmt::format("{}", fmt::join(days_of(named), ", "))});
      } else if (same->second != named) {
        add(list_change(PackChange::Kind::kCalendar, std::string(kNamed) + name, days_of(same->second),
                        days_of(named)));
      }
    }
    for (const auto& [name, named] : old.named) {
      if (now.named.contains(name)) continue;
      add({.kind = PackChange::Kind::kCalendar,
           .name = std::string(kNamed) + name,
           .before = fmt::format("{}", fmt::join(days_of(named), ", "))});
    }
  }

  void compare(const Policy* before, const Policy* after) {
    PolicyDiff policy{.before = before, .after = after};
    if (!policy.judged_before() && !policy.judged_after()) return;
    number_ = diff_.policies.size();
    if (policy.in_both()) {
      compare_own(policy);
      find_shared(policy);
      compare_wording(policy);
      if (policy.causes.empty()) std::swap(policy.causes, policy.riders);
    } else {
      policy.causes = {diff_.changes.size()};
      PackChange change{.kind = PackChange::Kind::kPolicy, .name = policy.any().id};
      if (before != nullptr) change.before = before->enabled ? "on" : "off";
      if (after != nullptr) change.after = after->enabled ? "on" : "off";
      change.used_by = {number_};
      add(std::move(change));
    }
    diff_.policies.push_back(std::move(policy));
  }

  void add_own(PolicyDiff& policy, PackChange::Kind kind, std::string before, std::string after) {
    policy.causes.push_back(diff_.changes.size());
    add({.kind = kind,
         .name = policy.any().id,
         .before = std::move(before),
         .after = std::move(after),
         .used_by = {number_}});
  }

  void compare_own(PolicyDiff& policy) {
    const Policy& old = *policy.before;
    const Policy& now = *policy.after;
    if (!same_name(old.object, now.object))
      add_own(policy, PackChange::Kind::kObject, old.object, now.object);
    const auto scope = [](const Policy& of) { return of.judged_when ? of.judged_when->text : ""; };
    const auto scope_text = [&](const Policy& of) {
      return of.judged_when ? condition_text(scope(of)) : "always";
    };
    if (!same_condition(scope(old), scope(now)))
      add_own(policy, PackChange::Kind::kJudgedWhen, scope_text(old), scope_text(now));
    if (!same_condition(old.violated_when.text, now.violated_when.text)) {
      add_own(policy, PackChange::Kind::kViolatedWhen, condition_text(old.violated_when.text),
              condition_text(now.violated_when.text));
    }
    const auto zone_text = [](const Policy& of) { return of.zone.empty() ? "the owner's" : of.zone; };
    if (old.zone != now.zone) add_own(policy, PackChange::Kind::kZone, zone_text(old), zone_text(now));
  }

  static void note(Used& used, const Mentions& mentions) {
    for (const Parameter* parameter : mentions.parameters) used.parameters[parameter->name] = true;
    for (const Definition* definition : mentions.definitions)
      used.definitions[fold_case(definition->name)] = true;
  }

  void find_shared(PolicyDiff& policy) {
    Used used;
    note(used, mentions_of_conditions(before_, *policy.before, derived_));
    note(used, mentions_of_conditions(after_, *policy.after, derived_));
    for (std::size_t i = 0; i < shared_; ++i) {
      PackChange& change = diff_.changes[i];
      const bool of_pack =
          change.kind == PackChange::Kind::kCalendar || change.kind == PackChange::Kind::kAmounts;
      const bool named = change.kind == PackChange::Kind::kParameter
                             ? used.parameters.contains(change.name)
                             : used.definitions.contains(fold_case(change.name));
      if (!of_pack && !named) continue;
      (change.in_both() ? policy.causes : policy.riders).push_back(i);
      if (!of_pack) change.used_by.push_back(number_);
    }
  }

  static void compare_wording(PolicyDiff& policy) {
    const Policy& old = *policy.before;
    const Policy& now = *policy.after;
    const auto check = [&](bool same, std::string_view key) {
      if (!same) policy.wording.push_back(key);
    };
    check(old.title == now.title, "title");
    check(old.says.text == now.says.text, "says");
    check(old.fix.text == now.fix.text, "fix");
    check(std::ranges::equal(old.evidence, now.evidence,
                             [](const NamedText& a, const NamedText& b) {
                               return a.name == b.name && same_condition(a.text.text, b.text.text);
                             }),
          "evidence");
    check(old.tell == now.tell, "tell");
    check(old.fresh_within == now.fresh_within, "fresh_within");
  }

  const Pack& before_;
  const Pack& after_;
  std::span<const NamedText> derived_;
  PackDiff diff_;
  std::size_t shared_ = 0;  // the first so many changes are no policy's own
  std::size_t number_ = 0;  // of the policy being compared
};

void change_policy(Pack& pack, const Pack& after, const PackChange& change) {
  const auto old = std::ranges::find(pack.policies, change.name, &Policy::id);
  const Policy* const now = find_policy(after, change.name);
  if (old == pack.policies.end() || now == nullptr) return;
  if (change.kind == PackChange::Kind::kObject) old->object = now->object;
  if (change.kind == PackChange::Kind::kJudgedWhen) old->judged_when = now->judged_when;
  if (change.kind == PackChange::Kind::kViolatedWhen) old->violated_when = now->violated_when;
  if (change.kind == PackChange::Kind::kZone) old->zone = now->zone;
}

void change_calendar(Calendar& calendar, const Calendar& after, std::string_view name) {
  if (name == "zone") calendar.zone = after.zone;
  if (name == "fiscal_year_starts") calendar.fiscal_year_starts = after.fiscal_year_starts;
  if (name == "fiscal_year_named_by") calendar.fiscal_year_named_by = after.fiscal_year_named_by;
  if (name == "week_starts") calendar.week_starts = after.week_starts;
  if (name == "holidays") calendar.holidays = after.holidays;
  if (!name.starts_with(kNamed)) return;
  name.remove_prefix(kNamed.size());
  if (const auto now = after.named.find(name); now != after.named.end())
    calendar.named.insert_or_assign(std::string(name), now->second);
}

void change_definition(Pack& pack, const Pack& after, std::string_view name) {
  const auto old = std::ranges::find_if(
      pack.definitions, [&](const Definition& definition) { return equal_folded(definition.name, name); });
  const Definition* const now = find_definition(after, name);
  if (old != pack.definitions.end() && now != nullptr) old->text = now->text;
}

// Parameters, definitions and calendars that nothing of `pack` uses, for what comes from `after`.
void add_what_is_new(Pack& pack, const Pack& after) {
  pack.parameters.insert(after.parameters.begin(), after.parameters.end());
  pack.calendar.named.insert(after.calendar.named.begin(), after.calendar.named.end());
  for (const Definition& definition : after.definitions) {
    if (find_definition(pack, definition.name) == nullptr) pack.definitions.push_back(definition);
  }
}

}  // namespace

std::string_view to_string(PackChange::Kind kind) {
  switch (kind) {
    case PackChange::Kind::kPolicy:
      return "policy";
    case PackChange::Kind::kObject:
      return "on";
    case PackChange::Kind::kJudgedWhen:
      return "judged_when";
    case PackChange::Kind::kViolatedWhen:
      return "violated_when";
    case PackChange::Kind::kZone:
      return "zone";
    case PackChange::Kind::kParameter:
      return "parameter";
    case PackChange::Kind::kDefinition:
      return "definition";
    case PackChange::Kind::kCalendar:
      return "calendar";
    case PackChange::Kind::kAmounts:
      return "amounts";
  }
  return "";
}

PackDiff diff_packs(const Pack& before, const Pack& after, std::span<const NamedText> derived) {
  return PackDiffer(before, after, derived).run();
}

Pack with_change(const Pack& before, const Pack& after, const PackChange& change) {
  Pack pack = before;
  add_what_is_new(pack, after);
  switch (change.kind) {
    case PackChange::Kind::kParameter:
      if (const auto now = after.parameters.find(change.name); now != after.parameters.end())
        pack.parameters.insert_or_assign(change.name, now->second);
      break;
    case PackChange::Kind::kDefinition:
      change_definition(pack, after, change.name);
      break;
    case PackChange::Kind::kCalendar:
      change_calendar(pack.calendar, after.calendar, change.name);
      break;
    case PackChange::Kind::kAmounts:
      pack.amounts_converted = after.amounts_converted;
      break;
    default:
      change_policy(pack, after, change);
      break;
  }
  return pack;
}

}  // namespace plumbline
