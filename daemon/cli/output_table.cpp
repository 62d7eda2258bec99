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
#include <numeric>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "base/utf8.h"
#include "daemon/cli/kept_verdicts.h"
#include "daemon/cli/tally.h"
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

// Numbers of rows or records, one bin after the other.
class Bins {
 public:
  // bin_of(number) for each number below `count` gives one of `bins`. Within a bin numbers keep their order.
  template <class BinOf>
  Bins(std::size_t count, std::size_t bins, const BinOf& bin_of) : ends_(bins), numbers_(count) {
    for (std::uint32_t number = 0; number < count; ++number) ++ends_[bin_of(number)];
    std::exclusive_scan(ends_.begin(), ends_.end(), ends_.begin(), std::uint32_t{0});
    for (std::uint32_t number = 0; number < count; ++number) numbers_[ends_[bin_of(number)]++] = number;
  }

  std::span<std::uint32_t> bin(std::size_t bin) {
    const std::size_t begin = bin == 0 ? 0 : ends_[bin - 1];
    return std::span(numbers_).subspan(begin, ends_[bin] - begin);
  }

 private:
  std::vector<std::uint32_t> ends_;
  std::vector<std::uint32_t> numbers_;
};

struct Group {
  std::uint32_t number = 0;  // in the order they came
  std::string title;
  std::optional<Severity> severity;  // of a policy
  Tally tally;
};

// "2 violations: 1 high, 1 low; 3 unknown"
std::string numbers_of(const Tally& tally) {
  std::string unknown = tally.unknown > 0 ? fmt::format("{} unknown", with_commas(tally.unknown)) : "";
  if (tally.violations() == 0) return unknown;
  return fmt::format("{}: {}{}{}", counted(tally.violations(), "violation", "violations"), parts_of(tally),
                     unknown.empty() ? "" : "; ", unknown);
}

template <class Rank>
auto by_rank(const Rank& rank) {
  return [&rank](const auto& a, const auto& b) { return rank(a) < rank(b); };
}

// What was kept, sorted, and written. Lives for one table.
class SortedTable {
 public:
  SortedTable(const KeptVerdicts& kept, TextOutput& out, const RecordLinks& links,
              const TableOptions& options)
      : kept_(kept),
        out_(out),
        links_(links),
        options_(options),
        columns_(std::clamp(options.terminal.columns, kLeastColumns, kMostColumns)),
        rows_(kept.rows().size(), kept.records().size(),
              [&](std::uint32_t row) { return kept.rows()[row].record; }),
        records_(kept.records().size(), kept.groups().size(),
                 [&](std::uint32_t record) { return kept.records()[record].group; }) {}

  void write() {
    tally();
    sort_worst_first();
    for (const Group& group : groups_) {
      print_heading(group);
      const RemedyAt remedy = print_shared_remedy(group) ? RemedyAt::kHeading : RemedyAt::kRow;
      for (const std::uint32_t record : records_.bin(group.number)) {
        if (out_.failed()) return;
        print_record(record, remedy);
      }
      out_.write("\n");
    }
    print_totals();
  }

 private:
  enum class RemedyAt : std::uint8_t { kHeading, kRow };

  bool by_owner() const { return options_.group_by == TableOptions::GroupBy::kOwner; }
  const PolicyFacts& facts_of(const KeptRow& row) const { return kept_.facts(row.policy); }

  std::string owner_of(const KeptRecord& record) const {
    return owner_title(kept_.text(record.owner_name), kept_.owner_id(record.owner_id));
  }

  std::string title_of(const KeptRecord& record) const {
    return record_title(kept_.facts(record.policy).object, kept_.text(record.name), kept_.id(record.id));
  }

  Group group_of(std::uint32_t number) const {
    const KeptGroup& kept = kept_.groups()[number];
    const PolicyFacts& facts = kept_.facts(kept.policy);
    Group group;
    group.number = number;
    group.title = by_owner() ? owner_of(kept_.records()[kept.first_record]) : facts.pack + "/" + facts.policy;
    if (!by_owner()) group.severity = facts.severity;
    return group;
  }

  void tally() {
    for (std::uint32_t i = 0; i < kept_.groups().size(); ++i) groups_.push_back(group_of(i));
    tallies_.resize(kept_.records().size());
    for (const KeptRow& row : kept_.rows()) {
      Group& group = groups_[kept_.records()[row.record].group];
      for (Tally* sum : {&tally_, &group.tally, &tallies_[row.record]})
        sum->add(row.status, facts_of(row).severity);
    }
  }

  void sort_worst_first() {
    const auto group_rank = [](const Group& group) {
      return std::tuple(-static_cast<int>(group.severity.value_or(Severity::kLow)), group.tally,
                        std::string_view(group.title), group.number);
    };
    const auto record_rank = [&](std::uint32_t record) { return std::pair(tallies_[record], record); };
    const auto row_rank = [&](std::uint32_t number) {
      const KeptRow& row = kept_.rows()[number];
      return std::tuple(row.status == VerdictStatus::kUnknown, -static_cast<int>(facts_of(row).severity),
                        number);
    };
    std::ranges::sort(groups_, by_rank(group_rank));
    for (std::size_t i = 0; i < groups_.size(); ++i) std::ranges::sort(records_.bin(i), by_rank(record_rank));
    for (std::size_t i = 0; i < tallies_.size(); ++i) std::ranges::sort(rows_.bin(i), by_rank(row_rank));
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
    std::optional<std::uint32_t> shared;
    for (const std::uint32_t record : records_.bin(group.number)) {
      for (const std::uint32_t number : rows_.bin(record)) {
        const KeptRow& row = kept_.rows()[number];
        if (row.status == VerdictStatus::kUnknown) continue;
        if (shared && !look_alike(*shared, row.remedy)) return false;
        shared = row.remedy;
      }
    }
    if (!shared || kept_.text(*shared).empty()) return false;
    print_remedy(printable(kept_.text(*shared)), kRecordIndent);
    return true;
  }

  bool look_alike(std::uint32_t a, std::uint32_t b) const {
    return a == b || printable(kept_.text(a)) == printable(kept_.text(b));
  }

  void print_record(std::uint32_t number, RemedyAt remedy) {
    const KeptRecord& record = kept_.records()[number];
    const std::string owner = by_owner() ? "" : fmt::format(" \u2013 {}", owner_of(record));
    out_.write(by_owner() ? "\n" : "");
    bool first = true;
    for (const std::string& line : wrap_words(title_of(record) + owner, columns_ - kRecordIndent)) {
      out_.write(fmt::format("{:{}}{}\n", "", first ? kRecordIndent : kMarkIndent, styled(kBold, line)));
      first = false;
    }
    if (const auto link = links_.link(kept_.facts(record.policy).object, kept_.id(record.id)))
      out_.write(fmt::format("{:{}}{}\n", "", kRecordIndent, styled(kDim, *link)));
    for (const std::uint32_t row : rows_.bin(number)) print_row(kept_.rows()[row], remedy);
  }

  void print_row(const KeptRow& row, RemedyAt remedy) {
    const bool unknown = row.status == VerdictStatus::kUnknown;
    const Severity severity = facts_of(row).severity;
    const std::string word = unknown ? "unknown" : std::string(to_string(severity));
    const std::string mark =
        padded(severity == Severity::kHigh && !unknown ? upper(word) : word, kMarkColumns);
    const std::size_t indent = kMarkIndent + kMarkColumns;
    const std::string policy = by_owner() ? fmt::format(" [{}]", facts_of(row).policy) : "";
    bool first = true;
    for (const std::string& line :
         wrap_words(printable(kept_.text(row.message)) + policy, columns_ - indent)) {
      const std::string lead =
          first ? styled(unknown ? kDim : colour_of(severity), mark) : std::string(kMarkColumns, ' ');
      out_.write(fmt::format("{:{}}{}{}\n", "", kMarkIndent, lead, line));
      first = false;
    }
    const std::string_view text = kept_.text(row.remedy);
    if (remedy == RemedyAt::kRow && !text.empty()) print_remedy(printable(text), indent);
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
    text += " in " + counted(kept_.distinct_records(), "record", "records");
    if (kept_.distinct_owners() > 0) text += " of " + counted(kept_.distinct_owners(), "owner", "owners");
    text += ".";
    for (const std::string& line : wrap_words(text, columns_)) out_.write(line + "\n");
  }

  const KeptVerdicts& kept_;
  TextOutput& out_;
  const RecordLinks& links_;
  const TableOptions& options_;
  std::size_t columns_;
  Bins rows_;     // by record
  Bins records_;  // by group
  std::vector<Group> groups_;
  std::vector<Tally> tallies_;  // of each record
  Tally tally_;
};

class TableWriter : public VerdictWriter {
 public:
  TableWriter(TextOutput& out, const RecordLinks& links, const TableOptions& options)
      : out_(out), links_(links), options_(options), kept_(options.group_by) {}

  void begin(std::span<const PolicyFacts> policies) override { kept_.begin(policies); }
  std::unique_ptr<VerdictBatch> make_batch() override { return std::make_unique<KeptBatch>(); }

  SinkAnswer take(VerdictBatch& taken) override {
    auto& batch = static_cast<KeptBatch&>(taken);
    const std::size_t room = options_.most_verdicts - kept_.rows().size();
    for (std::size_t i = 0; i < std::min(batch.size(), room); ++i) kept_.add(batch.verdict(i));
    cut_short_ = cut_short_ || batch.size() > room;
    batch.clear();
    return cut_short_ || out_.failed() ? SinkAnswer::kEnough : SinkAnswer::kMore;
  }

  void end() override {
    if (kept_.rows().empty()) return out_.write("No violations.\n");
    SortedTable(kept_, out_, links_, options_).write();
    if (!cut_short_) return;
    out_.write(fmt::format("These are the first {} verdicts; --format csv writes all.\n",
                           with_commas(options_.most_verdicts)));
  }

 private:
  TextOutput& out_;
  const RecordLinks& links_;
  TableOptions options_;
  KeptVerdicts kept_;
  bool cut_short_ = false;
};

}  // namespace

std::unique_ptr<VerdictWriter> table_writer(TextOutput& out, const RecordLinks& links,
                                            const TableOptions& options) {
  return std::make_unique<TableWriter>(out, links, options);
}

}  // namespace plumbline
