#include "daemon/cli/diff_words.h"

#include <fmt/format.h>

#include <span>
#include <string_view>
#include <vector>

namespace plumbline {
namespace {

constexpr std::size_t kShownElements = 4;  // of a list: what was added, what was taken
constexpr std::string_view kNamed = "named ";

std::string shown(const std::optional<std::string>& text) {
  return !text || text->empty() ? "nothing" : *text;
}

std::string instead(const PackChange& change) {
  return fmt::format("{} instead of {}", shown(change.after), shown(change.before));
}

std::string some_of(const std::vector<std::string>& elements) {
  const auto first = std::span(elements).first(std::min(elements.size(), kShownElements));
  const std::size_t more = elements.size() - first.size();
  return fmt::format("{}{}", fmt::join(first, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
}

// "now has soon, never, and no longer tbd"; `what` stands before the elements: "the holidays ".
std::string list_words(const PackChange& change, std::string_view what) {
  if (change.added.empty() && change.taken.empty()) return "has the same in another order";
  if (change.added.empty()) return fmt::format("no longer has {}{}", what, some_of(change.taken));
  const std::string text = fmt::format("now has {}{}", what, some_of(change.added));
  return change.taken.empty() ? text : fmt::format("{}, and no longer {}", text, some_of(change.taken));
}

// A list's elements are told where they are fewer words than the whole.
bool is_list(const PackChange& change) { return !change.added.empty() || !change.taken.empty(); }

std::string policy_words(const PackChange& change) {
  if (!change.before) return "the policy is new";
  if (!change.after) return "the policy is gone";
  return change.after == "on" ? "it is switched on" : "it is switched off";
}

std::string parameter_words(const PackChange& change) {
  const std::string name = ":" + change.name;
  if (!change.before) return fmt::format("{} is new ({})", name, shown(change.after));
  if (!change.after) return fmt::format("{} is gone ({})", name, shown(change.before));
  if (is_list(change)) return fmt::format("{} {}", name, list_words(change, ""));
  if (change.before == change.after) return fmt::format("{} is another kind of value", name);
  return fmt::format("{} is {}", name, instead(change));
}

std::string definition_words(const PackChange& change) {
  if (!change.before) return fmt::format("`{}` is defined", change.name);
  if (!change.after) return fmt::format("`{}` is no longer defined", change.name);
  return fmt::format("`{}` means something else", change.name);
}

std::string calendar_words(const PackChange& change) {
  const std::string_view name = change.name;
  if (name.starts_with(kNamed)) {
    const std::string calendar = fmt::format("the calendar {}", name.substr(kNamed.size()));
    if (!change.before) return calendar + " is new";
    if (!change.after) return calendar + " is gone";
    return fmt::format("{} {}", calendar, list_words(change, ""));
  }
  if (name == "holidays") return fmt::format("the calendar {}", list_words(change, "the holidays "));
  if (name == "zone") return "the calendar's zone is " + instead(change);
  if (name == "fiscal_year_starts") return "the fiscal year starts in " + instead(change);
  if (name == "fiscal_year_named_by") return "fiscal years are named by their " + instead(change);
  return "weeks start on " + instead(change);
}

}  // namespace

std::string words_of(const PackChange& change) {
  switch (change.kind) {
    case PackChange::Kind::kPolicy:
      return policy_words(change);
    case PackChange::Kind::kObject:
      return "it is on " + instead(change);
    case PackChange::Kind::kJudgedWhen:
      return "other records are in its scope";
    case PackChange::Kind::kViolatedWhen:
      return "its condition is another";
    case PackChange::Kind::kZone:
      return "its time zone is " + instead(change);
    case PackChange::Kind::kParameter:
      return parameter_words(change);
    case PackChange::Kind::kDefinition:
      return definition_words(change);
    case PackChange::Kind::kCalendar:
      return calendar_words(change);
    case PackChange::Kind::kAmounts:
      return "amounts are taken as " + instead(change);
  }
  return "";
}

std::string because(const PackDiff& diff, const ChangeCauses& causes) {
  if (causes.changes.empty()) return "";
  std::vector<std::string> words;
  for (const std::size_t change : causes.changes) words.push_back(words_of(diff.changes[change]));
  if (words.size() == 1) return "because " + words[0];
  if (causes.together) return fmt::format("because, together, {}", fmt::join(words, "; and "));
  return fmt::format("because {} (each alone would do)", fmt::join(words, "; and "));
}

}  // namespace plumbline
