// The list a manager reads:
//
//   Ada Marlowe-Finch                                        2 violations: 1 high, 1 low
//
//     Copper Kettle - Fleet telematics
//       V12   HIGH    The close date 14 Mar 2026 has passed. [past-close-date]
//                     → Move it, or close the opportunity.
//                     since 15 Mar 2026, 3 days
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/utf8.h"
#include "daemon/cli/tally.h"
#include "daemon/cli/violations_output.h"
#include "daemon/cli/waiver_words.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::size_t kLeastColumns = 50;
constexpr std::size_t kMostColumns = 200;
constexpr std::size_t kRecordIndent = 2;
constexpr std::size_t kNumberIndent = 4;
constexpr std::size_t kNumberColumns = 7;    // "V12345" and a blank
constexpr std::size_t kSeverityColumns = 8;  // "medium" and blanks
constexpr std::size_t kTextIndent = kNumberIndent + kNumberColumns + kSeverityColumns;
constexpr std::string_view kArrow = "\u2192 ";
constexpr std::size_t kArrowColumns = 2;
constexpr std::size_t kHexDigits = 4;  // behind \\u

std::string severity_mark(Severity severity) {
  const std::string text(to_string(severity));
  return severity == Severity::kHigh ? upper(text) : text;
}

std::string days_between(Instant from, Instant to) {
  const auto days = std::chrono::floor<std::chrono::days>(to) - std::chrono::floor<std::chrono::days>(from);
  return days.count() <= 0 ? "today" : counted(static_cast<std::uint64_t>(days.count()), "day", "days");
}

// "since 15 Mar 2026, 3 days; for the 2nd time; unknown since ...; under W3 ..."
std::string state_line(const ListedViolation& listed, Instant now) {
  const Violation& violation = listed.violation;
  const ViolationFacts& facts = violation.facts;
  std::string text;
  if (facts.state == ViolationState::kOpen) {
    text =
        fmt::format("since {}, {}", display_moment_day(facts.opened_at), days_between(facts.opened_at, now));
  } else {
    text = fmt::format("{}: open from {} to {}", to_string(facts.state), display_moment_day(facts.opened_at),
                       display_moment_day(violation.closed_at.value_or(violation.changed_at)));
  }
  if (violation.times_opened > 1) text += fmt::format("; opened {} times", violation.times_opened);
  if (violation.unknown_since) {
    text += fmt::format("; the data does not tell since {}: {}", display_moment_day(*violation.unknown_since),
                        printable(violation.unknown_reason));
  }
  if (listed.waiver != nullptr) text += "; under " + whole_waiver(*listed.waiver);
  return text;
}

class TableMaker {
 public:
  TableMaker(std::span<const ListedViolation> shown, Instant now, std::size_t columns)
      : shown_(shown), now_(now), columns_(std::clamp(columns, kLeastColumns, kMostColumns)) {}

  std::string make() {
    for (const auto& owner : grouped(numbers(), [](const ViolationFacts& facts) { return facts.owner; })) {
      add_owner(owner);
      const auto record_of = [](const ViolationFacts& facts) {
        return facts.object + "\n" + facts.record_key;
      };
      for (const auto& record : grouped(owner, record_of)) add_record(record);
    }
    return std::move(text_);
  }

 private:
  using Numbers = std::vector<std::size_t>;

  Numbers numbers() const {
    Numbers all(shown_.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    return all;
  }

  // Those with the same name together, in the order the names first come.
  template <class Name>
  std::vector<Numbers> grouped(const Numbers& all, const Name& name) const {
    std::vector<Numbers> groups;
    std::map<std::string, std::size_t> places;
    for (const std::size_t number : all) {
      const auto [place, is_new] = places.try_emplace(name(facts(number)), groups.size());
      if (is_new) groups.emplace_back();
      groups[place->second].push_back(number);
    }
    return groups;
  }

  const ViolationFacts& facts(std::size_t number) const { return shown_[number].violation.facts; }

  void add_owner(const Numbers& owner) {
    Tally tally;
    for (const std::size_t number : owner) tally.add(VerdictStatus::kViolated, facts(number).severity);
    const std::string title = owner_title(facts(owner.front()).owner_name, facts(owner.front()).owner);
    const std::string counts =
        fmt::format("{}: {}", counted(owner.size(), "violation", "violations"), parts_of(tally));
    const std::size_t used = display_width(title) + display_width(counts);
    const std::size_t gap = used + 2 <= columns_ ? columns_ - used : 2;
    text_ += fmt::format("{}{}{}\n\n", title, std::string(gap, ' '), counts);
  }

  void add_record(const Numbers& record) {
    const ViolationFacts& first = facts(record.front());
    const std::string name = first.record_name.empty() ? first.record : first.record_name;
    const std::string what = first.object == "Opportunity" ? "" : first.object + " ";
    text_ += fmt::format("{}{}{}\n", std::string(kRecordIndent, ' '), what, printable(name));
    for (const std::size_t number : record) add_violation(shown_[number]);
    text_ += '\n';
  }

  void add_violation(const ListedViolation& listed) {
    const Violation& violation = listed.violation;
    const ViolationFacts& facts = violation.facts;
    std::string prefix = std::string(kNumberIndent, ' ') +
                         padded(violation_name(facts.number), kNumberColumns - 1) + " " +
                         padded(severity_mark(facts.severity), kSeverityColumns);
    add_lines(printable(violation.message) + " [" + facts.policy + "]", prefix, 0);
    if (facts.state == ViolationState::kOpen && !violation.remedy.empty())
      add_lines(printable(violation.remedy), std::string(kTextIndent, ' ') + std::string(kArrow),
                kArrowColumns);
    add_lines(state_line(listed, now_), std::string(kTextIndent, ' '), 0);
  }

  // `prefix` before the first line; the others begin below its text.
  void add_lines(const std::string& text, const std::string& prefix, std::size_t hanging) {
    const std::size_t indent = kTextIndent + hanging;
    const std::vector<std::string> lines = wrap_words(text, columns_ - indent);
    for (std::size_t i = 0; i < lines.size(); ++i)
      text_ += fmt::format("{}{}\n", i == 0 ? prefix : std::string(indent, ' '), lines[i]);
  }

  std::span<const ListedViolation> shown_;
  Instant now_;
  std::size_t columns_;
  std::string text_;
};

std::string totals_line(std::size_t shown, const ListTotals& totals) {
  if (totals.all == 0) return "No violations.\n";
  Tally tally;
  for (std::size_t i = 0; i < totals.by_severity.size(); ++i)
    tally.by_severity[i] = static_cast<std::uint32_t>(totals.by_severity[i]);
  std::string text = fmt::format("{} ({})", counted(totals.all, "violation", "violations"), parts_of(tally));
  if (totals.closed > 0) text += fmt::format(", {} of them closed", with_commas(totals.closed));
  if (totals.waived > 0) text += fmt::format(", {} under a waiver", with_commas(totals.waived));
  text += '.';
  if (shown < totals.all)
    text += fmt::format(" The worst {} are shown; --limit {} shows all.", with_commas(shown), totals.all);
  return text + '\n';
}

}  // namespace

std::string violations_table(std::span<const ListedViolation> shown, const ListTotals& totals, Instant now,
                             const Terminal& terminal) {
  return TableMaker(shown, now, terminal.columns).make() + totals_line(shown.size(), totals);
}

// What policies/evidence_json.h writes: one level, and {"unknown":true} as a value.
std::vector<std::string> evidence_lines(std::string_view evidence_json) {
  std::vector<std::string> lines;
  std::string item;
  bool in_text = false;
  int depth = 0;
  for (std::size_t i = 0; i < evidence_json.size(); ++i) {
    const char c = evidence_json[i];
    const bool outer = !in_text && depth <= 1;
    if (in_text && c == '\\' && i + 1 < evidence_json.size()) {
      const char escaped = evidence_json[++i];
      const bool is_blank = escaped == 'n' || escaped == 'r' || escaped == 't' || escaped == 'u';
      item += is_blank ? ' ' : escaped;
      if (escaped == 'u') i += kHexDigits;  // a control character
      continue;
    }
    if (c == '"') {
      in_text = !in_text;
    } else if (!in_text && c == '{') {
      ++depth;
    } else if (!in_text && c == '}') {
      --depth;
    } else if (outer && c == ':') {
      item += ": ";
    } else if (outer && c == ',') {
      lines.push_back(std::exchange(item, {}));
    } else {
      item += c;
    }
  }
  if (!item.empty()) lines.push_back(std::move(item));
  for (std::string& line : lines) {
    if (line.ends_with(": null")) line.replace(line.size() - 4, 4, "none");
    if (line.ends_with(": unknown:true")) line.replace(line.size() - 12, 12, "unknown");
    line = printable(line);
  }
  return lines;
}

}  // namespace plumbline
