#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/utf8.h"
#include "daemon/cli/diff_output.h"
#include "daemon/cli/diff_words.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::size_t kLeastColumns = 40;
constexpr std::size_t kMostColumns = 200;
constexpr std::size_t kIndent = 2;
constexpr std::size_t kMarkColumns = 8;  // a severity and two blanks
constexpr std::size_t kNumberColumns = 8;
constexpr std::size_t kShownUsers = 3;  // policies that use a parameter
constexpr std::string_view kPlain = "\033[0m";
constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kUsualObject = "Opportunity";  // only what is not says so
constexpr std::string_view kDash = "\u2013";

using Kind = VerdictChange::Kind;

class DiffTable {
 public:
  DiffTable(const DiffFacts& facts, const Terminal& terminal, TextOutput& out)
      : facts_(facts),
        diff_(facts.diff),
        colour_(terminal.colour),
        columns_(std::clamp(terminal.columns, kLeastColumns, kMostColumns)),
        out_(out) {}

  void write() {
    write_changes();
    if (facts_.compared == nullptr) return;
    write_totals();
    write_by_policy();
    write_by_person();
    write_records(Kind::kGained, "Gained");
    write_records(Kind::kLost, "Lost");
    write_records(Kind::kUnknown, "Now unknown");
    write_records(Kind::kKnown, "No longer unknown, and not violated");
  }

 private:
  // Lines of text under each other, the first behind `lead`, the others `hang` columns further in.
  void text(std::string_view lead, std::string_view words, std::size_t hang = 0) {
    const std::size_t indent = display_width(lead) + hang;
    const std::string further = blanks(indent);
    bool first = true;
    for (const std::string& line : wrap_words(printable(words), columns_ - indent)) {
      out_.write(fmt::format("{}{}\n", first ? lead : further, line));
      first = false;
    }
  }
  void item(std::string_view words) { text(blanks(kIndent), words, kIndent); }
  static std::string blanks(std::size_t columns) { return std::string(columns, ' '); }

  void heading(std::string_view words) {
    for (const std::string& line : wrap_words(printable(words), columns_)) bold(line);
  }
  void bold(std::string_view line) {
    out_.write(colour_ ? fmt::format("{}{}{}\n", kBold, line, kPlain) : fmt::format("{}\n", line));
  }

  bool is_told(std::size_t policy) const { return facts_.selected[policy]; }

  bool is_told(const PackChange& change) const {
    const bool of_pack =
        change.kind == PackChange::Kind::kCalendar || change.kind == PackChange::Kind::kAmounts;
    const bool all = std::ranges::find(facts_.selected, false) == facts_.selected.end();
    return of_pack || all ||
           std::ranges::any_of(change.used_by, [&](std::size_t policy) { return is_told(policy); });
  }

  // What changed in the packs

  void write_changes() {
    heading(fmt::format("What changes from {} to {}", facts_.before, facts_.after));
    changed_ = false;
    std::size_t aside = 0;
    for (const PackChange& change : diff_.changes) {
      if (is_of_policy(change) || !is_told(change)) continue;
      changed_ = true;
      // What comes and goes with the policies that use it.
      if (!change.in_both() && change.used_by.empty() && is_named(change)) {
        ++aside;
        continue;
      }
      item(words_of(change) + users_of(change));
      if (change.kind == PackChange::Kind::kDefinition) write_both(change);
    }
    if (aside > 0) {
      item(fmt::format("{} only new policies, or those that are gone, use",
                       counted(aside, "parameter or definition that", "parameters and definitions that")));
    }
    for (std::size_t i = 0; i < diff_.policies.size(); ++i) {
      if (is_told(i)) write_policy(i);
    }
    if (!changed_) item("Nothing that any verdict or message depends on.");
  }

  static bool is_of_policy(const PackChange& change) {
    switch (change.kind) {
      case PackChange::Kind::kPolicy:
      case PackChange::Kind::kObject:
      case PackChange::Kind::kJudgedWhen:
      case PackChange::Kind::kViolatedWhen:
      case PackChange::Kind::kZone:
        return true;
      default:
        return false;
    }
  }

  static bool is_named(const PackChange& change) {
    return change.kind == PackChange::Kind::kParameter || change.kind == PackChange::Kind::kDefinition;
  }

  std::string users_of(const PackChange& change) const {
    if (!is_named(change)) return "";
    if (change.used_by.empty()) return "; no condition of a policy in both packs uses it";
    std::vector<std::string_view> names;
    for (const std::size_t policy :
         std::span(change.used_by).first(std::min(change.used_by.size(), kShownUsers)))
      names.push_back(diff_.policies[policy].any().id);
    const std::size_t more = change.used_by.size() - names.size();
    return fmt::format("; used by {}{}", fmt::join(names, ", "),
                       more > 0 ? fmt::format(" and {} more", more) : "");
  }

  void write_both(const PackChange& change) {
    if (change.before) text(blanks(2 * kIndent) + "before  ", *change.before);
    if (change.after) text(blanks(2 * kIndent) + "now     ", *change.after);
  }

  void write_policy(std::size_t number) {
    const PolicyDiff& policy = diff_.policies[number];
    const std::string& id = policy.any().id;
    if (!policy.in_both()) {
      changed_ = true;
      return item(presence_of(policy));
    }
    for (const std::size_t cause : policy.causes) {
      const PackChange& change = diff_.changes[cause];
      if (!is_of_policy(change)) continue;
      changed_ = true;
      item(fmt::format("{}: {}", id, words_of(change)));
      if (change.kind == PackChange::Kind::kJudgedWhen || change.kind == PackChange::Kind::kViolatedWhen)
        write_both(change);
    }
    const std::vector<std::string> others = other_words(policy);
    if (others.empty()) return;
    changed_ = true;
    item(fmt::format("{}: {}{}", id, fmt::join(others, "; "), staying(number)));
  }

  std::string presence_of(const PolicyDiff& policy) const {
    const Policy& of = policy.any();
    if (policy.judged_after() && policy.before == nullptr)
      return fmt::format("{} is new: {}, {}", of.id, to_string(of.severity), of.title);
    if (policy.judged_after()) return fmt::format("{} is switched on: {}", of.id, of.title);
    return fmt::format("{} is {}: {}", of.id, policy.after == nullptr ? "gone" : "switched off", of.title);
  }

  // What changes about verdicts that stay.
  static std::vector<std::string> other_words(const PolicyDiff& policy) {
    std::vector<std::string> words;
    if (policy.before->severity != policy.after->severity) {
      words.push_back(fmt::format("severity {} instead of {}", to_string(policy.after->severity),
                                  to_string(policy.before->severity)));
    }
    std::vector<std::string_view> texts;
    for (const std::string_view key : policy.wording) {
      if (key == "tell") {
        words.push_back(fmt::format("tells {} instead of {}", policy.after->tell, policy.before->tell));
      } else {
        texts.push_back(key);
      }
    }
    if (!texts.empty()) words.push_back(fmt::format("other wording ({})", fmt::join(texts, ", ")));
    return words;
  }

  std::string staying(std::size_t policy) const {
    if (facts_.compared == nullptr) return "";
    const std::uint64_t stay = facts_.compared->tallies()[policy].stay;
    if (stay == 0) return ", on no violation";
    return fmt::format(", on {} that {}", counted(stay, "violation", "violations"),
                       stay == 1 ? "stays" : "stay");
  }

  // Totals

  void write_totals() {
    VerdictTally all;
    for (const VerdictTally& tally : facts_.compared->tallies()) all.add(tally);
    out_.write("\n");
    if (all.gained + all.lost == 0) {
      heading(fmt::format("No violation is gained or lost: {} before and now.",
                          all.before == 0 ? "none" : with_commas(all.before)));
    } else {
      heading(fmt::format("{} gained, {} lost: {} before, {} now",
                          counted(all.gained, "violation", "violations"), with_commas(all.lost),
                          with_commas(all.before), with_commas(all.after)));
    }
    if (all.other_message > 0) {
      text(blanks(kIndent), fmt::format("{} that {} something else now.",
                                        counted(all.other_message, "violation", "violations"),
                                        all.other_message == 1 ? "stays says" : "stay say"));
    }
    if (all.other_evidence > 0) {
      text(blanks(kIndent), fmt::format("{} that {} the same with other evidence.",
                                        counted(all.other_evidence, "violation", "violations"),
                                        all.other_evidence == 1 ? "stays says" : "stay say"));
    }
    write_not_judged();
  }

  void write_not_judged() {
    for (std::size_t i = 0; i < diff_.policies.size(); ++i) {
      const std::string& before = facts_.not_judged_before[i];
      const std::string& after = facts_.not_judged_after[i];
      if (!is_told(i) || before.empty() == after.empty() || !diff_.policies[i].in_both()) continue;
      const std::string_view id = diff_.policies[i].any().id;
      text(blanks(kIndent), before.empty()
                                ? fmt::format("{} cannot be judged on this data any more: {}.", id, after)
                                : fmt::format("{} can be judged on this data now; before, {}.", id, before));
    }
  }

  struct Line {
    std::string mark;
    std::string name;
    std::uint64_t gained = 0;
    std::uint64_t lost = 0;
    std::optional<std::uint64_t> now{};
  };

  static std::string number_or_dash(std::uint64_t number, std::string_view sign) {
    return number == 0 ? std::string(kDash) : fmt::format("{}{}", sign, with_commas(number));
  }
  static std::string right(std::string_view text) {
    const std::size_t width = display_width(text);
    return blanks(width < kNumberColumns ? kNumberColumns - width : 0) + std::string(text);
  }

  // Names at the left, numbers behind the longest of them, or below a name that is too long.
  void write_lines(std::string_view title, const std::vector<Line>& lines) {
    const bool with_now = !lines.empty() && lines[0].now.has_value();
    const std::size_t numbers = kNumberColumns * (with_now ? 3 : 2);
    std::size_t names = display_width(title);
    for (const Line& line : lines)
      names = std::max(names, kIndent + line.mark.size() + display_width(line.name));
    names = std::min(names, columns_ - numbers);
    out_.write("\n");
    bold(padded(title, names) + right("gained") + right("lost") + (with_now ? right("now") : ""));
    for (const Line& line : lines) {
      const std::string left = blanks(kIndent) + line.mark + printable(line.name);
      const std::string cells = right(number_or_dash(line.gained, "+")) +
                                right(number_or_dash(line.lost, "\u2212")) +
                                (line.now ? right(with_commas(*line.now)) : "");
      const bool fits = display_width(left) <= names;
      out_.write(fits ? fmt::format("{}{}\n", padded(left, names), cells)
                      : fmt::format("{}\n{}{}\n", left, blanks(names), cells));
    }
  }

  const Policy& told_policy(const PolicyDiff& policy) const {
    return policy.judged_after() ? *policy.after : *policy.before;
  }

  void write_by_policy() {
    std::vector<std::pair<std::tuple<int, std::size_t>, Line>> lines;
    std::size_t same = 0;
    for (std::size_t i = 0; i < diff_.policies.size(); ++i) {
      const VerdictTally& tally = facts_.compared->tallies()[i];
      if (!is_told(i)) continue;
      if (tally.gained + tally.lost == 0) {
        ++same;
        continue;
      }
      const Policy& policy = told_policy(diff_.policies[i]);
      lines.push_back({{-static_cast<int>(policy.severity), i},
                       {.mark = padded(to_string(policy.severity), kMarkColumns),
                        .name = policy.id,
                        .gained = tally.gained,
                        .lost = tally.lost,
                        .now = tally.after}});
    }
    if (lines.empty()) return;
    std::ranges::sort(lines, {}, [](const auto& line) { return line.first; });
    std::vector<Line> sorted;
    for (auto& line : lines) sorted.push_back(std::move(line.second));
    write_lines("By policy", sorted);
    if (same > 0) {
      text(blanks(kIndent),
           fmt::format("{} {} and {} nothing.", counted(same, "other policy", "other policies"),
                       same == 1 ? "gains" : "gain", same == 1 ? "loses" : "lose"));
    }
  }

  static std::string owner_of(const VerdictChange& change) {
    if (!change.owner_name.empty()) return std::string(change.owner_name);
    return change.owner_id.empty() ? "No owner" : fmt::format("Owner {}", change.owner_id);
  }

  void write_by_person() {
    std::map<std::pair<std::string_view, std::string>, Line> people;
    for (const VerdictChange& change : facts_.compared->changes()) {
      if (change.kind != Kind::kGained && change.kind != Kind::kLost) continue;
      Line& line = people[{change.owner_id, owner_of(change)}];
      line.name = owner_of(change);
      ++(change.kind == Kind::kGained ? line.gained : line.lost);
    }
    if (people.empty()) return;
    std::vector<Line> lines;
    for (auto& [owner, line] : people) lines.push_back(std::move(line));
    std::ranges::sort(lines, {}, [](const Line& line) {
      return std::tuple(~(line.gained + line.lost), ~line.gained, fold_case(line.name));
    });
    write_lines("By person", lines);
  }

  // The records

  // Of one kind, under one policy and for one reason: told under one heading.
  using Group = std::tuple<int, std::uint32_t, std::string>;  // severity, policy, because

  void write_records(Kind kind, std::string_view title) {
    std::map<Group, std::vector<const VerdictChange*>> groups;
    std::size_t count = 0;
    for (const VerdictChange& change : facts_.compared->changes()) {
      if (change.kind != kind) continue;
      const PolicyDiff& policy = diff_.policies[change.policy];
      const Severity severity = severity_of(kind, policy);
      groups[{-static_cast<int>(severity), change.policy, because(diff_, causes_of(policy, change))}]
          .push_back(&change);
      ++count;
    }
    if (count == 0) return;
    out_.write("\n");
    heading(fmt::format("{}: {}", title, with_commas(count)));
    for (const auto& [group, changes] : groups) {
      if (out_.failed()) return;
      write_group(kind, group, changes);
    }
  }

  static Severity severity_of(Kind kind, const PolicyDiff& policy) {
    const bool before = kind == Kind::kLost || !policy.judged_after();
    return (before ? policy.before : policy.after)->severity;
  }

  void write_group(Kind kind, const Group& group, const std::vector<const VerdictChange*>& changes) {
    const auto& [rank, number, reason] = group;
    const PolicyDiff& policy = diff_.policies[number];
    const Severity severity = severity_of(kind, policy);
    const std::string word(to_string(severity));
    out_.write("\n");
    text(blanks(kIndent) + padded(severity == Severity::kHigh ? upper(word) : word, kMarkColumns),
         fmt::format("{}: {}{}{}", policy.any().id, with_commas(changes.size()), reason.empty() ? "" : ", ",
                     reason));
    for (const VerdictChange* change : changes) {
      const std::string owner = owner_of(*change);
      text(blanks(2 * kIndent), fmt::format("{} {} {}", title_of(*change), kDash, owner));
      const std::string indent = blanks(3 * kIndent);
      if (!change->message.empty()) text(indent, change->message);
      if (change->reason.empty()) continue;
      const std::string_view when = kind == Kind::kGained || kind == Kind::kKnown ? "was" : "now";
      text(indent, fmt::format("{} unknown: {}", when, change->reason));
    }
  }

  static std::string title_of(const VerdictChange& change) {
    if (!change.record_name.empty())
      return fmt::format("{}{}", change.record_name,
                         change.object == kUsualObject ? "" : fmt::format(" ({})", change.object));
    return change.record_id.empty() ? fmt::format("{} without id", change.object)
                                    : fmt::format("{} {}", change.object, change.record_id);
  }

  const DiffFacts& facts_;
  const PackDiff& diff_;
  bool colour_;
  std::size_t columns_;
  TextOutput& out_;
  bool changed_ = false;
};

}  // namespace

void write_diff_table(const DiffFacts& facts, const Terminal& terminal, TextOutput& out) {
  DiffTable(facts, terminal, out).write();
}

}  // namespace plumbline
