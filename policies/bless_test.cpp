#include "policies/bless_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "policies/test_row.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::array<std::string_view, 4> kHeadings = {"Record", "Policy", "Verdict", "Message"};

// With their ends.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    lines.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return lines;
}

std::string_view without_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

// A line of the new `expect`: a row to be aligned with the others, or a line that stays as it is.
struct Line {
  std::vector<std::string> cells{};   // empty: `kept` alone
  std::string kept{};                 // behind a row: its comment
  std::optional<std::size_t> came{};  // of a row that expects a verdict: its number in CaseOutcome::came
};

class ExpectWriter {
 public:
  ExpectWriter(const TestCase& test, const CaseOutcome& outcome, std::span<const std::string_view> lines)
      : test_(test), outcome_(outcome), lines_(lines) {
    const std::string_view first = lines.front();
    end_ = first.ends_with("\r\n") ? "\r\n" : "\n";
    ends_file_ = without_end(lines.back()).size() == lines.back().size();
  }

  CaseBlessing blessing{};

  std::string write() {
    std::string text = test_.expect.kind == Expectation::Kind::kError ? error() : verdicts();
    if (ends_file_) text.resize(without_end(text).size());
    return text;
  }

 private:
  std::string error() {
    const std::string indent = indent_of_error();
    std::string text = std::string(without_end(lines_.front())) + end_;
    for (const std::string_view line : lines_of(outcome_.error))
      text += indent + std::string(without_end(line)) + end_;
    blessing.changed = 1;
    return text;
  }

  std::string indent_of_error() const {
    for (const std::string_view line : lines_.subspan(1)) {
      if (!trim(line).empty()) return std::string(line.substr(0, line.find_first_not_of(kBlanks)));
    }
    return "  ";
  }

  // ---- Verdicts

  std::string verdicts() {
    find_header();
    for (std::size_t i = 1; i < lines_.size(); ++i) keep(i);
    for (std::size_t i = 0; i < outcome_.came.size(); ++i) {
      if (is_new(outcome_.came[i])) insert(i);
    }
    const bool has_rows =
        std::ranges::any_of(written_, [](const Line& line) { return line.came.has_value(); });
    return first_line(has_rows) + body(has_rows);
  }

  // Which of the columns stands where; the usual ones where there was no table.
  void find_header() {
    for (std::size_t i = 1; i < lines_.size() && !header_; ++i) {
      if (trim(lines_[i]).starts_with('|')) header_ = i;
    }
    if (!header_) {
      columns_ = {0, 1, 2};
      return;
    }
    const std::string_view line = without_end(lines_[*header_]);
    indent_ = line.substr(0, line.find('|'));
    const SplitRow row = split_row(line, 0);
    for (const SplitRow::Cell& cell : row.cells) {
      const std::string_view name = line.substr(cell.begin, cell.end - cell.begin);
      const auto heading =
          std::ranges::find_if(kHeadings, [&](std::string_view known) { return equal_folded(known, name); });
      columns_.push_back(static_cast<std::size_t>(heading - kHeadings.begin()));
    }
  }

  void keep(std::size_t at) {
    const std::string_view line = without_end(lines_[at]);
    if (!trim(line).starts_with('|')) {
      written_.push_back({.cells = {}, .kept = std::string(line)});
      return;
    }
    const SplitRow row = split_row(line, at == *header_ ? 0 : columns_.size());
    Line kept{.cells = {}, .kept = std::string(line.substr(row.rest))};
    for (const SplitRow::Cell& cell : row.cells)
      kept.cells.emplace_back(line.substr(cell.begin, cell.end - cell.begin));
    const auto expected =
        std::ranges::find(test_.expect.verdicts, test_.expect.begin + at, &ExpectedLine::line);
    if (expected == test_.expect.verdicts.end()) {  // the heading, or the rule below it
      written_.push_back(std::move(kept));
      return;
    }
    const auto number = static_cast<std::size_t>(expected - test_.expect.verdicts.begin());
    const auto difference = std::ranges::find(outcome_.differences, number, [](const CaseDifference& one) {
      return one.expected.value_or(~std::size_t{0});
    });
    if (difference != outcome_.differences.end() && !difference->came) {
      ++blessing.removed;
      return;
    }
    if (difference != outcome_.differences.end()) {
      ++blessing.changed;
      change(kept, *difference->came, expected->message.has_value());
    }
    kept.came = number_of(*expected);
    written_.push_back(std::move(kept));
  }

  void change(Line& line, const CaseLine& came, bool with_message) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i] == 2) line.cells[i] = to_string(came.verdict);
      if (columns_[i] == 3 && with_message) line.cells[i] = test_cell_text(came.message);
    }
  }

  // Where a row that stays stands among what came.
  std::size_t number_of(const ExpectedLine& expected) const {
    const auto is_it = [&](const CaseLine& came) {
      return same_id(came.record, expected.record.text) && is_same_policy(expected.policy.text, came.policy);
    };
    return static_cast<std::size_t>(std::ranges::find_if(outcome_.came, is_it) - outcome_.came.begin());
  }

  static bool is_same_policy(std::string_view written, std::string_view id) {
    return written == id || written.ends_with(fmt::format("/{}", id));
  }

  bool is_new(const CaseLine& came) const {
    return std::ranges::any_of(outcome_.differences, [&](const CaseDifference& one) {
      return !one.expected && one.came->record == came.record && one.came->policy == came.policy;
    });
  }

  // Behind the row that came just before it, or below the heading.
  void insert(std::size_t number) {
    ++blessing.added;
    const CaseLine& came = outcome_.came[number];
    const std::array<std::string, 4> texts = {test_cell_text(came.record), came.policy,
                                              std::string(to_string(came.verdict)),
                                              test_cell_text(came.message)};
    Line line;
    for (const std::size_t column : columns_) line.cells.push_back(texts[column]);
    line.came = number;
    auto place = written_.begin();
    std::optional<std::size_t> nearest;
    for (auto other = written_.begin(); other != written_.end(); ++other) {
      const bool heads = !other->cells.empty() && !other->came && !nearest;
      const bool before = other->came && *other->came < number && (!nearest || *nearest <= *other->came);
      if (before) nearest = other->came;
      if (heads || before) place = std::next(other);
    }
    written_.insert(place, std::move(line));
  }

  // ---- Text

  std::string first_line(bool has_rows) const {
    const std::string_view line = without_end(lines_.front());
    const std::size_t colon = line.find(':');
    std::string_view rest = line.substr(colon + 1);  // maybe `nothing`, maybe a comment
    const std::string_view value = trim(rest);
    if (value.starts_with("nothing")) rest = value.substr(std::string_view("nothing").size());
    const std::string_view comment = trim(rest);
    return fmt::format("{}:{}{}{}{}", line.substr(0, colon), has_rows ? "" : " nothing",
                       comment.empty() ? "" : "  ", comment, end_);
  }

  std::string body(bool has_rows) {
    if (has_rows && !header_) {
      Line heading;
      for (const std::size_t column : columns_) heading.cells.emplace_back(kHeadings[column]);
      written_.insert(written_.begin(), std::move(heading));
    }
    std::vector<std::size_t> widths(columns_.size());
    for (const Line& line : written_) {
      for (std::size_t i = 0; i < line.cells.size(); ++i) {
        if (!is_rule(line.cells[i])) widths[i] = std::max(widths[i], display_width(line.cells[i]));
      }
    }
    std::string text;
    for (const Line& line : written_) {
      if (!line.cells.empty() && !has_rows) continue;
      text += line.cells.empty() ? line.kept : row_text(line, widths);
      text += end_;
    }
    return text;
  }

  static bool is_rule(std::string_view cell) {
    return cell.find("--") != std::string_view::npos &&
           cell.find_first_not_of("-:") == std::string_view::npos;
  }

  std::string row_text(const Line& line, const std::vector<std::size_t>& widths) const {
    std::string text(indent_);
    for (std::size_t i = 0; i < line.cells.size(); ++i) {
      const std::string& cell = line.cells[i];
      if (is_rule(cell)) {
        text += "|" + std::string(widths[i] + 2, '-');
        continue;
      }
      text += "| " + cell + std::string(widths[i] - display_width(cell) + 1, ' ');
    }
    return text + "|" + line.kept;
  }

  const TestCase& test_;
  const CaseOutcome& outcome_;
  std::span<const std::string_view> lines_;  // of the old `expect`
  std::string end_;
  bool ends_file_ = false;  // and the file ends without a line's end
  std::optional<std::size_t> header_{};
  std::string_view indent_;
  std::vector<std::size_t> columns_;  // which of kHeadings stands where
  std::vector<Line> written_;
};

}  // namespace

BlessedFile bless_test_file(const TestFile& file, std::span<const CaseOutcome> outcomes) {
  const std::vector<std::string_view> lines = lines_of(file.text);
  BlessedFile blessed;
  std::size_t next = 0;  // line not yet copied
  const auto copy_up_to = [&](std::size_t end) {
    for (; next < end; ++next) blessed.text += lines[next];
  };
  for (const CaseOutcome& outcome : outcomes) {
    if (outcome.passed) continue;
    const TestCase& test = file.cases[outcome.number];
    const Expectation& expect = test.expect;
    if (expect.kind == Expectation::Kind::kError && outcome.error.empty()) {
      blessed.cases.push_back({.number = outcome.number,
                               .refused = "there is no error any more; write `expect:` and the verdicts that "
                                          "are meant to come"});
      continue;
    }
    copy_up_to(expect.begin);
    ExpectWriter writer(test, outcome, std::span(lines).subspan(expect.begin, expect.end - expect.begin));
    blessed.text += writer.write();
    next = expect.end;
    writer.blessing.number = outcome.number;
    blessed.cases.push_back(std::move(writer.blessing));
  }
  copy_up_to(lines.size());
  return blessed;
}

}  // namespace plumbline
