// The table a manager reads. By owner:
//
//   Ada Marlowe-Finch                                  2 violations: 1 high, 1 low
//
//     Copper Kettle - Fleet telematics
//       HIGH    The close date 14 Mar 2026 has passed. [past-close-date]
//               → Move it, or close the opportunity.
//       low     ...
//
// By policy the heading is the policy, its remedy stands once where it is the same for all, and records name
// the owner.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/utf8.h"
#include "daemon/cli/verdict_writer.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::size_t kLeastColumns = 40;
constexpr std::size_t kMostColumns = 200;
constexpr std::size_t kRecordIndent = 2;
constexpr std::size_t kMarkIndent = 4;
constexpr std::size_t kMarkColumns = 8;  // "unknown" and a blank
constexpr std::string_view kArrow = "\u2192 ";
constexpr std::size_t kArrowColumns = 2;

constexpr std::string_view kPlain = "\033[0m";
constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kDim = "\033[2m";

std::string_view colour_of(Severity severity) {
  switch (severity) {
    case Severity::kHigh:
      return "\033[1;31m";
    case Severity::kMedium:
      return "\033[33m";
    case Severity::kLow:
      return "\033[36m";
  }
  return "";
}

// What is kept of a verdict until the end.
struct Row {
  std::size_t order = 0;  // as it came
  VerdictStatus status = VerdictStatus::kViolated;
  Severity severity = Severity::kMedium;
  std::string policy;
  std::string message;  // why unknown, of an unknown one
  std::string remedy;
};

struct Tally {
  std::array<std::size_t, 3> by_severity{};  // by the Severity's number
  std::size_t unknown = 0;

  void add(const Row& row) {
    if (row.status == VerdictStatus::kUnknown) {
      ++unknown;
    } else {
      ++by_severity[static_cast<std::size_t>(row.severity)];
    }
  }
  std::size_t of(Severity severity) const { return by_severity[static_cast<std::size_t>(severity)]; }
  std::size_t violations() const { return by_severity[0] + by_severity[1] + by_severity[2]; }
  // Worst first.
  friend bool operator<(const Tally& a, const Tally& b) {
    return std::tuple(b.by_severity[2], b.by_severity[1], b.by_severity[0], b.unknown) <
           std::tuple(a.by_severity[2], a.by_severity[1], a.by_severity[0], a.unknown);
  }
};

struct RecordRows {
  std::size_t order = 0;
  std::string title;  // the record's name, or what there is instead
  std::string owner;
  std::string link;
  std::vector<Row> rows;
  Tally tally;
};

struct Group {
  std::size_t order = 0;
  std::string title;
  std::optional<Severity> severity;                                   // of a policy
  std::vector<RecordRows> records;                                    // as they came; sorted at the end
  std::map<std::pair<std::string, std::string>, std::size_t> places;  // (object, id) -> records
  Tally tally;
};

std::string parts_of(const Tally& tally) {
  std::string text;
  const auto add = [&](std::size_t number, std::string_view what) {
    if (number > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", with_commas(number), what);
  };
  add(tally.of(Severity::kHigh), "high");
  add(tally.of(Severity::kMedium), "medium");
  add(tally.of(Severity::kLow), "low");
  return text;
}

// "2 violations: 1 high, 1 low; 3 unknown"
std::string numbers_of(const Tally& tally) {
  std::string unknown = tally.unknown > 0 ? fmt::format("{} unknown", with_commas(tally.unknown)) : "";
  if (tally.violations() == 0) return unknown;
  return fmt::format("{}: {}{}{}", counted(tally.violations(), "violation", "violations"), parts_of(tally),
                     unknown.empty() ? "" : "; ", unknown);
}

std::string owner_of(const Verdict& verdict) {
  if (!verdict.owner_name.empty()) return printable(verdict.owner_name);
  if (!verdict.owner_id.empty()) return "Owner " + printable(verdict.owner_id);
  return "No owner";
}

// Most records are opportunities; only what is not says so.
constexpr std::string_view kUsualObject = "Opportunity";

std::string title_of(const Verdict& verdict) {
  if (!verdict.record_name.empty()) {
    const std::string object = verdict.object == kUsualObject ? "" : fmt::format(" ({})", verdict.object);
    return printable(verdict.record_name) + object;
  }
  if (!verdict.record_id.empty()) return fmt::format("{} {}", verdict.object, printable(verdict.record_id));
  return fmt::format("{} without id", verdict.object);
}

class TableWriter : public VerdictWriter {
 public:
  TableWriter(TextOutput& out, const RecordLinks& links, const TableOptions& options)
      : out_(out),
        links_(links),
        options_(options),
        columns_(std::clamp(options.terminal.columns, kLeastColumns, kMostColumns)) {}

  void write(const Verdict& verdict) override {
    Row row{
        .order = 0,
        .status = verdict.status,
        .severity = verdict.severity,
        .policy = verdict.policy,
        .message = printable(verdict.status == VerdictStatus::kUnknown ? verdict.reason : verdict.message),
        .remedy = printable(verdict.remedy)};
    tally_.add(row);
    if (!verdict.owner_id.empty()) owners_.insert(verdict.owner_id);
    records_.insert({verdict.object, verdict.record_id});
    Group& group = group_of(verdict);
    group.tally.add(row);
    RecordRows& record = record_of(group, verdict);
    record.tally.add(row);
    row.order = record.rows.size();
    record.rows.push_back(std::move(row));
  }

  void end() override {
    if (groups_.empty()) return out_.write("No violations.\n");
    sort_worst_first();
    for (const Group& group : groups_) {
      print_heading(group);
      const bool remedy_once = print_shared_remedy(group);
      for (const RecordRows& record : group.records) print_record(record, remedy_once);
      out_.write("\n");
    }
    print_totals();
  }

 private:
  bool by_owner() const { return options_.group_by == TableOptions::GroupBy::kOwner; }

  Group& group_of(const Verdict& verdict) {
    const std::string key = by_owner() ? verdict.owner_id : verdict.pack + "/" + verdict.policy;
    const auto [place, added] = group_places_.try_emplace(key, groups_.size());
    if (added) {
      Group group;
      group.order = groups_.size();
      group.title = by_owner() ? owner_of(verdict) : key;
      if (!by_owner()) group.severity = verdict.severity;
      groups_.push_back(std::move(group));
    }
    return groups_[place->second];
  }

  RecordRows& record_of(Group& group, const Verdict& verdict) {
    const auto [place, added] =
        group.places.try_emplace({verdict.object, verdict.record_id}, group.records.size());
    // Records without an id cannot be told apart; each stands alone.
    if (added || verdict.record_id.empty()) {
      place->second = group.records.size();
      group.records.push_back({.order = group.records.size(),
                               .title = title_of(verdict),
                               .owner = owner_of(verdict),
                               .link = links_.link(verdict.object, verdict.record_id).value_or(""),
                               .rows = {},
                               .tally = {}});
    }
    return group.records[place->second];
  }

  void sort_worst_first() {
    const auto group_rank = [](const Group& group) {
      return std::tuple(-static_cast<int>(group.severity.value_or(Severity::kLow)), group.tally, group.title,
                        group.order);
    };
    const auto record_rank = [](const RecordRows& record) { return std::tuple(record.tally, record.order); };
    const auto row_rank = [](const Row& row) {
      return std::tuple(row.status == VerdictStatus::kUnknown, -static_cast<int>(row.severity), row.order);
    };
    sort_by(groups_, group_rank);
    for (Group& group : groups_) {
      sort_by(group.records, record_rank);
      for (RecordRows& record : group.records) sort_by(record.rows, row_rank);
    }
  }

  template <class Items, class Rank>
  static void sort_by(Items& items, const Rank& rank) {
    std::sort(items.begin(), items.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  }

  std::string styled(std::string_view style, std::string_view text) const {
    if (!options_.terminal.colour) return std::string(text);
    return fmt::format("{}{}{}", style, text, kPlain);
  }

  // The name at the left and the numbers at the right edge, or below where both do not fit.
  void print_heading(const Group& group) {
    const std::string numbers = heading_numbers(group);
    const std::size_t used = display_width(group.title) + display_width(numbers);
    out_.write(styled(kBold, group.title));
    if (used + 2 <= columns_) {
      out_.write(fmt::format("{:{}}{}\n", "", columns_ - used, numbers));
    } else {
      out_.write(fmt::format("\n{:{}}{}\n", "", kRecordIndent, numbers));
    }
  }

  std::string heading_numbers(const Group& group) const {
    if (!group.severity) return numbers_of(group.tally);
    const std::string unknown =
        group.tally.unknown > 0 ? fmt::format("; {} unknown", with_commas(group.tally.unknown)) : "";
    return fmt::format("{}, {}{}", to_string(*group.severity),
                       counted(group.tally.violations(), "violation", "violations"), unknown);
  }

  bool print_shared_remedy(const Group& group) {
    if (by_owner()) return false;
    std::optional<std::string_view> shared;
    for (const RecordRows& record : group.records) {
      for (const Row& row : record.rows) {
        if (row.status == VerdictStatus::kUnknown) continue;
        if (shared && *shared != row.remedy) return false;
        shared = row.remedy;
      }
    }
    if (!shared || shared->empty()) return false;
    print_remedy(*shared, kRecordIndent);
    return true;
  }

  void print_record(const RecordRows& record, bool remedy_told) {
    const std::string owner = by_owner() ? "" : fmt::format(" \u2013 {}", record.owner);
    out_.write(by_owner() ? "\n" : "");
    bool first = true;
    for (const std::string& line : wrap_words(record.title + owner, columns_ - kRecordIndent)) {
      out_.write(fmt::format("{:{}}{}\n", "", first ? kRecordIndent : kMarkIndent, styled(kBold, line)));
      first = false;
    }
    if (!record.link.empty())
      out_.write(fmt::format("{:{}}{}\n", "", kRecordIndent, styled(kDim, record.link)));
    for (const Row& row : record.rows) print_row(row, remedy_told);
  }

  void print_row(const Row& row, bool remedy_told) {
    const bool unknown = row.status == VerdictStatus::kUnknown;
    const std::string word = unknown ? "unknown" : std::string(to_string(row.severity));
    const std::string mark =
        padded(row.severity == Severity::kHigh && !unknown ? upper(word) : word, kMarkColumns);
    const std::size_t indent = kMarkIndent + kMarkColumns;
    const std::string policy = by_owner() ? fmt::format(" [{}]", row.policy) : "";
    bool first = true;
    for (const std::string& line : wrap_words(row.message + policy, columns_ - indent)) {
      const std::string lead =
          first ? styled(unknown ? kDim : colour_of(row.severity), mark) : std::string(kMarkColumns, ' ');
      out_.write(fmt::format("{:{}}{}{}\n", "", kMarkIndent, lead, line));
      first = false;
    }
    if (!remedy_told && !row.remedy.empty()) print_remedy(row.remedy, indent);
  }

  void print_remedy(std::string_view remedy, std::size_t indent) {
    bool first = true;
    for (const std::string& line : wrap_words(remedy, columns_ - indent - kArrowColumns)) {
      out_.write(fmt::format("{:{}}{}{}\n", "", indent, first ? kArrow : "  ", line));
      first = false;
    }
  }

  void print_totals() {
    std::string text;
    if (tally_.violations() > 0) {
      text =
          fmt::format("{} ({})", counted(tally_.violations(), "violation", "violations"), parts_of(tally_));
    }
    if (tally_.unknown > 0)
      text += fmt::format("{}{} unknown", text.empty() ? "" : " and ", with_commas(tally_.unknown));
    text += " in " + counted(records_.size(), "record", "records");
    if (!owners_.empty()) text += " of " + counted(owners_.size(), "owner", "owners");
    text += ".";
    for (const std::string& line : wrap_words(text, columns_)) out_.write(line + "\n");
  }

  TextOutput& out_;
  const RecordLinks& links_;
  TableOptions options_;
  std::size_t columns_;
  std::vector<Group> groups_;
  std::map<std::string, std::size_t, std::less<>> group_places_;
  std::set<std::string, std::less<>> owners_;
  std::set<std::pair<std::string, std::string>> records_;
  Tally tally_;
};

}  // namespace

std::unique_ptr<VerdictWriter> table_writer(TextOutput& out, const RecordLinks& links,
                                            const TableOptions& options) {
  return std::make_unique<TableWriter>(out, links, options);
}

}  // namespace plumbline
