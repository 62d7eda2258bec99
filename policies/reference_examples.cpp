// The examples of a policy, as a table of a reference page.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>

#include "policies/markdown.h"
#include "policies/reference_page.h"
#include "records/schema.h"

namespace plumbline {
namespace {

constexpr std::size_t kAllShown = 5;     // so many examples are not worth folding
constexpr std::size_t kMostColumns = 5;  // of given fields; more stand in one cell

std::string_view verdict_word(ExpectedVerdict verdict) {
  switch (verdict) {
    case ExpectedVerdict::kViolated:
      return "**violated**";
    case ExpectedVerdict::kPasses:
      return "not violated";
    case ExpectedVerdict::kUnknown:
      return "*unknown*";
  }
  return "";
}

std::string value_of(const ExampleCell& cell) { return cell.null ? "*empty*" : markdown::text(cell.text); }

const ExampleCell* find_cell(const ExampleRow& row, std::string_view field) {
  const auto found =
      std::ranges::find_if(row, [&](const ExampleCell& cell) { return same_name(cell.field, field); });
  return found == row.end() ? nullptr : &*found;
}

std::string pairs_of(const ExampleRow& row, std::string_view joint) {
  std::vector<std::string> pairs;
  for (const ExampleCell& cell : row)
    pairs.push_back(fmt::format("{}: {}", markdown::code(cell.field), value_of(cell)));
  return fmt::format("{}", fmt::join(pairs, joint));
}

// "`CloseDate` from 2022-04-30 to 2022-05-01, 2022-04-21T09:00:00Z"
std::string change_text(const ExampleRow& change) {
  const auto value = [&](std::string_view name) {
    const ExampleCell* cell = find_cell(change, name);
    return cell == nullptr ? std::string("*empty*") : value_of(*cell);
  };
  const ExampleCell* const field = find_cell(change, "Field");
  return fmt::format("{} changed from {} to {} at {}",
                     field == nullptr ? "something" : markdown::code(field->text), value("OldValue"),
                     value("NewValue"), value("CreatedDate"));
}

// What an example says beside the fields of the record judged.
std::string beside(const Example& example) {
  std::vector<std::string> lines;
  for (const auto& [name, rows] : example.related) {
    if (rows.empty()) lines.push_back(fmt::format("no {}", markdown::code(name)));
    for (const ExampleRow& row : rows)
      lines.push_back(fmt::format("{}: {}", markdown::code(name),
                                  row.empty() ? std::string("one") : pairs_of(row, ", ")));
  }
  for (const ExampleRow& change : example.history) lines.push_back(change_text(change));
  for (const std::string& name : example.absent)
    lines.push_back(fmt::format("{} is not in the data", markdown::code(name)));
  if (!example.zone.empty()) lines.push_back(fmt::format("in {}", markdown::text(example.zone)));
  return fmt::format("{}", fmt::join(lines, "<br>"));
}

// How much two examples differ: of a pair that differs least, what differs is what decides.
std::size_t difference(const Example& a, const Example& b) {
  std::size_t count = a.as_of == b.as_of ? 0 : 1;
  if (beside(a) != beside(b)) ++count;
  for (const ExampleCell& cell : a.given) {
    const ExampleCell* const other = find_cell(b.given, cell.field);
    if (other == nullptr || value_of(*other) != value_of(cell)) ++count;
  }
  for (const ExampleCell& cell : b.given) {
    if (find_cell(a.given, cell.field) == nullptr) ++count;
  }
  return count;
}

// The first that is violated, the pair of either side that differs least, and the first that is unknown.
std::set<std::size_t> most_telling(const std::vector<Example>& examples) {
  std::set<std::size_t> chosen;
  const auto add_first = [&](ExpectedVerdict verdict) {
    const auto found = std::ranges::find(examples, verdict, &Example::expected);
    if (found != examples.end()) chosen.insert(static_cast<std::size_t>(found - examples.begin()));
  };
  add_first(ExpectedVerdict::kViolated);
  add_first(ExpectedVerdict::kUnknown);
  std::size_t least = std::numeric_limits<std::size_t>::max();
  std::array<std::size_t, 2> pair{};
  for (std::size_t i = 0; i < examples.size(); ++i) {
    for (std::size_t j = 0; j < examples.size(); ++j) {
      if (examples[i].expected != ExpectedVerdict::kViolated) break;
      if (examples[j].expected != ExpectedVerdict::kPasses) continue;
      const std::size_t between = difference(examples[i], examples[j]);
      if (between >= least) continue;
      least = between;
      pair = {i, j};
    }
  }
  if (least != std::numeric_limits<std::size_t>::max()) chosen.insert(pair.begin(), pair.end());
  return chosen;
}

// Some of a policy's examples. What all of them are given alike is said once, above the table.
class ExampleTable {
 public:
  explicit ExampleTable(std::vector<const Example*> examples) : examples_(std::move(examples)) {
    for (const Example* example : examples_) {
      for (const ExampleCell& cell : example->given) {
        const bool known = std::ranges::any_of(
            fields_, [&](const std::string& field) { return same_name(field, cell.field); });
        if (!known) fields_.push_back(cell.field);
      }
      has_beside_ = has_beside_ || !beside(*example).empty();
    }
    if (examples_.size() > 1) take_out_common();
  }

  std::string text() const {
    std::vector<std::string> head;
    if (in_columns()) {
      for (const std::string& field : fields_) head.push_back(markdown::code(field));
    } else {
      head.emplace_back("given");
    }
    if (has_beside_) head.emplace_back("and");
    head.insert(head.end(), {"as of", "verdict"});
    std::string table = common_.empty() ? "" : fmt::format("Each with {}.\n\n", pairs_of(common_, ", "));
    table += markdown::table_head(head);
    for (const Example* example : examples_) table += row_of(*example);
    return table + "\n";
  }

 private:
  bool in_columns() const { return fields_.size() <= kMostColumns; }

  void take_out_common() {
    std::erase_if(fields_, [&](const std::string& field) {
      const ExampleCell* const first = find_cell(examples_.front()->given, field);
      const bool common = first != nullptr && std::ranges::all_of(examples_, [&](const Example* example) {
                            const ExampleCell* const cell = find_cell(example->given, field);
                            return cell != nullptr && value_of(*cell) == value_of(*first);
                          });
      if (common) common_.push_back(*first);
      return common;
    });
  }

  std::string row_of(const Example& example) const {
    std::vector<std::string> cells;
    ExampleRow varying;
    for (const std::string& field : fields_) {
      const ExampleCell* const cell = find_cell(example.given, field);
      if (in_columns()) {
        cells.push_back(cell == nullptr ? "" : value_of(*cell));
      } else if (cell != nullptr) {
        varying.push_back(*cell);
      }
    }
    if (!in_columns()) cells.push_back(pairs_of(varying, "<br>"));
    if (has_beside_) cells.push_back(beside(example));
    cells.push_back(markdown::text(example.as_of));
    cells.emplace_back(verdict_word(example.expected));
    return markdown::row(cells);
  }

  std::vector<const Example*> examples_;
  std::vector<std::string> fields_;  // that differ, in the order they are met
  ExampleRow common_;
  bool has_beside_ = false;
};

}  // namespace

std::string examples_table(const Policy& policy) {
  if (policy.examples.empty()) return "";
  const std::set<std::size_t> chosen = most_telling(policy.examples);
  std::vector<const Example*> shown;
  std::vector<const Example*> folded;
  for (std::size_t i = 0; i < policy.examples.size(); ++i) {
    const bool is_shown = policy.examples.size() <= kAllShown || chosen.contains(i);
    (is_shown ? shown : folded).push_back(&policy.examples[i]);
  }
  std::string text = ExampleTable(shown).text();
  if (!folded.empty()) {
    // GitHub reads Markdown within HTML only behind an empty line.
    text += fmt::format("<details>\n<summary>{} more</summary>\n\n{}</details>\n\n", folded.size(),
                        ExampleTable(folded).text());
  }
  return text;
}

}  // namespace plumbline
