#include "daemon/cli/condition_tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::size_t kIndent = 4;
constexpr std::size_t kTruthColumns = 9;  // "unknown" and two blanks
constexpr std::size_t kMarkColumns = 2;
constexpr std::size_t kGap = 4;
constexpr std::size_t kLeastTextColumns = 24;
constexpr std::size_t kMostInline = 4;  // values beside a condition; more of them are lines of their own
constexpr std::string_view kMark = "\u25B8 ";

constexpr std::string_view kPlain = "\033[0m";
constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kDim = "\033[2m";
constexpr std::string_view kYellow = "\033[33m";

// What a part came to where it is not simply true or false. `told`: a reason that is given elsewhere.
std::string value_of(const PartTrace& trace, std::string_view told) {
  if (trace.is_unknown) return trace.reason == told ? "unknown" : "unknown: " + trace.reason;
  if (trace.part->is_boolean && !trace.part->of_rows) return std::string(word_of(trace.truth));
  return trace.value;
}

std::string rows_of(const PartTrace& trace) {
  if (trace.part->of_rows) return trace.matching ? "true for " + counted(*trace.matching, "row", "rows") : "";
  if (!trace.related) return "";
  if (*trace.related == 0) return "there are none";
  return trace.matching ? fmt::format("{} of {} match", *trace.matching, *trace.related)
                        : counted(*trace.related, "row", "rows");
}

// Parts that are a tree of their own rather than a value beside the condition.
bool needs_lines(const PartTrace& trace) {
  const PartKind kind = trace.part->kind;
  if (kind == PartKind::kDefinition) return !trace.parts.empty();
  if (kind == PartKind::kRelated) return !trace.parts.empty() && trace.related != 0;
  const bool calculated_truth = kind == PartKind::kCondition && !trace.parts.empty();
  return calculated_truth || kind == PartKind::kAll || kind == PartKind::kAny || kind == PartKind::kNot ||
         std::ranges::any_of(trace.parts, needs_lines);
}

void add_values(const PartTrace& trace, std::string_view told, std::vector<PartValue>& values) {
  for (const PartTrace& inner : trace.parts) {
    std::string value = value_of(inner, told);
    if (inner.part->kind == PartKind::kRelated) {
      const std::string rows = rows_of(inner);
      if (!rows.empty()) value = value.empty() ? rows : fmt::format("{} ({})", value, rows);
    }
    // What a truth was made of says more than the truth.
    if (inner.part->is_boolean && !inner.is_unknown && !inner.parts.empty()) {
      add_values(inner, told, values);
      continue;
    }
    const bool seen = std::ranges::find(values, inner.part->text, &PartValue::name) != values.end();
    if (!seen && !(inner.part->of_rows && value.empty()))
      values.push_back({.name = inner.part->text, .value = std::move(value)});
    add_values(inner, told, values);
  }
}

bool fits_beside(const PartTrace& trace) {
  if (std::ranges::any_of(trace.parts, needs_lines)) return false;
  std::vector<PartValue> values;
  add_values(trace, "", values);
  return values.size() <= kMostInline;
}

// COUNT(Tasks WHERE ...): the condition stands in the lines below.
std::string without_where(const std::string& text) {
  const std::size_t where = lower(text).find(" where ");
  return where == std::string::npos ? text : text.substr(0, where) + " WHERE ...)";
}

std::string text_of(const PartTrace& trace) {
  switch (trace.part->kind) {
    case PartKind::kRelated:
      return printable(needs_lines(trace) ? without_where(trace.part->text) : trace.part->text);
    case PartKind::kAll:
      return "all of";
    case PartKind::kAny:
      return "any of";
    case PartKind::kNot:
      return trace.part->is_leaf() ? printable(trace.part->text) : "not";
    case PartKind::kDefinition:
      return printable(trace.part->text) + (trace.part->told_before ? " (see above)" : "");
    default:
      return printable(trace.part->text);
  }
}

class TreeMaker {
 public:
  std::vector<TreeLine> make(const PartTrace& root) {
    // Where everything decides, nothing is worth a mark.
    marks_ = has_idle_leaf(root);
    told_ = root.reason;
    add(root, "", "");
    return std::move(lines_);
  }

 private:
  static bool has_idle_leaf(const PartTrace& trace) {
    if (!trace.decides) return true;
    return !trace.part->is_leaf() && std::ranges::any_of(trace.parts, has_idle_leaf);
  }

  // A name and the condition it stands for are one line: what one came to, the other did.
  void add(const PartTrace& named, const std::string& branch, const std::string& below) {
    std::string names;
    const PartTrace* inner = &named;
    while (inner->part->kind == PartKind::kDefinition && inner->part->is_boolean && !inner->parts.empty()) {
      names += printable(inner->part->text) + ": ";
      inner = &inner->parts[0];
    }
    const PartTrace& trace = *inner;
    const TracedPart& part = *trace.part;
    TreeLine line{.truth = trace.truth, .branch = branch, .below = below, .text = names + text_of(trace)};
    line.has_truth = part.is_boolean && !part.of_rows;
    line.decides = marks_ && trace.decides && part.is_leaf();
    const bool beside = part.is_leaf() && fits_beside(trace);
    if (beside) {
      line.values = values_of(trace, told_);
    } else if (const std::string own = own_value(trace); !own.empty()) {
      line.values.push_back({.name = "", .value = own});
    }
    lines_.push_back(std::move(line));
    if (beside || (part.kind == PartKind::kRelated && trace.related == 0)) return;
    const std::string next = below;
    for (std::size_t i = 0; i < trace.parts.size(); ++i) {
      const bool last = i + 1 == trace.parts.size();
      add(trace.parts[i], next + (last ? "\u2514\u2500 " : "\u251C\u2500 "),
          next + (last ? "   " : "\u2502  "));
    }
  }

  std::string own_value(const PartTrace& trace) const {
    const TracedPart& part = *trace.part;
    if (part.of_rows) return rows_of(trace);
    std::string value = part.is_boolean ? "" : value_of(trace, told_);
    if (trace.is_unknown && part.is_boolean && part.is_leaf() && trace.reason != told_) value = trace.reason;
    if (part.kind != PartKind::kRelated) return value;
    const std::string rows = rows_of(trace);
    if (value.empty() || rows.empty()) return value + rows;
    return fmt::format("{} ({})", value, rows);
  }

  bool marks_ = false;
  std::string_view told_;
  std::vector<TreeLine> lines_;
};

bool find_way(const TracedPart& at, const TracedPart& wanted, std::vector<const TracedPart*>& way) {
  way.push_back(&at);
  if (&at == &wanted) return true;
  for (const TracedPart& inner : at.parts) {
    if (find_way(inner, wanted, way)) return true;
  }
  way.pop_back();
  return false;
}

void collect_deciding(const PartTrace& trace, std::vector<const PartTrace*>& leaves) {
  if (!trace.decides) return;
  if (trace.part->is_leaf()) {
    leaves.push_back(&trace);
    return;
  }
  for (const PartTrace& inner : trace.parts) collect_deciding(inner, leaves);
}

std::string styled(bool colour, std::string_view style, std::string text) {
  return colour && !style.empty() ? fmt::format("{}{}{}", style, text, kPlain) : std::move(text);
}

// As many to a line as fit; none is parted that fits a line by itself.
std::vector<std::string> packed(const std::vector<PartValue>& values, std::size_t columns) {
  std::vector<std::string> lines;
  for (const PartValue& value : values) {
    const std::string piece = joined({value});
    const bool fits = !lines.empty() && display_width(lines.back()) + 2 + display_width(piece) <= columns;
    if (fits) {
      lines.back() += "; " + piece;
    } else {
      for (std::string& line : wrap_words(piece, columns)) lines.push_back(std::move(line));
    }
  }
  return lines;
}

std::string_view style_of(const TreeLine& line) {
  if (line.decides) return kBold;
  return line.has_truth && line.truth == Truth::kUnknown ? kYellow : std::string_view{};
}

// Three columns: truth, condition, values. Where a condition and its values do not fit side by side, the
// values stand below it.
class TreePage {
 public:
  TreePage(const std::vector<TreeLine>& lines, std::size_t columns, bool colour)
      : lines_(lines), colour_(colour) {
    room_ = std::max(columns, kLead + kLeastTextColumns) - kLead;
    for (const TreeLine& line : lines) {
      const std::size_t width = display_width(line.branch) + display_width(line.text);
      const bool beside = width + kGap + display_width(joined(line.values)) <= room_;
      if (!line.values.empty() && beside) value_at_ = std::max(value_at_, width + kGap);
    }
    value_at_ = std::min(value_at_, room_ * 3 / 5);
  }

  std::string render() {
    for (const TreeLine& line : lines_) add(line);
    return std::move(page_);
  }

 private:
  static constexpr std::size_t kLead = kIndent + kTruthColumns + kMarkColumns;

  void add(const TreeLine& line) {
    const std::size_t branch = display_width(line.branch);
    const std::string values = joined(line.values);
    const bool beside = !values.empty() && branch + display_width(line.text) + kGap <= value_at_ &&
                        value_at_ + display_width(values) <= room_;
    const std::vector<std::string> texts =
        wrap_words(line.text, std::max(room_ - std::min(room_, branch), kLeastTextColumns));
    for (std::size_t i = 0; i < texts.size(); ++i) {
      std::string row = i == 0 ? lead_of(line) + line.branch : std::string(kLead, ' ') + line.below;
      row += texts[i];
      if (beside) row = padded(row, kLead + value_at_);
      page_ += styled(colour_, style_of(line), std::move(row));
      if (beside) page_ += styled(colour_, line.decides ? kBold : kDim, values);
      page_ += '\n';
    }
    if (beside || values.empty()) return;
    const std::string indent = std::string(kLead, ' ') + line.below + "  ";
    const std::size_t left = room_ - std::min(room_, display_width(line.below) + 2);
    for (std::string& row : packed(line.values, std::max(left, kLeastTextColumns)))
      page_ += indent + styled(colour_, kDim, std::move(row)) + "\n";
  }

  static std::string lead_of(const TreeLine& line) {
    const std::string_view word = line.has_truth ? word_of(line.truth) : std::string_view{};
    return fmt::format("{:{}}{}{}", "", kIndent, padded(word, kTruthColumns), line.decides ? kMark : "  ");
  }

  const std::vector<TreeLine>& lines_;
  bool colour_;
  std::size_t room_ = 0;
  std::size_t value_at_ = 0;
  std::string page_;
};

}  // namespace

std::vector<TreeLine> tree_lines(const PartTrace& root) { return TreeMaker().make(root); }

std::string_view word_of(Truth truth) {
  switch (truth) {
    case Truth::kTrue:
      return "true";
    case Truth::kFalse:
      return "false";
    case Truth::kUnknown:
      return "unknown";
    case Truth::kNull:
      return "none";
  }
  return "";
}

std::string_view word_of(PolicyOutcome outcome) {
  switch (outcome) {
    case PolicyOutcome::kViolated:
      return "violated";
    case PolicyOutcome::kUnknown:
      return "unknown";
    case PolicyOutcome::kNotViolated:
      return "not violated";
    case PolicyOutcome::kOutOfScope:
      return "out of scope";
  }
  return "";
}

std::string label_of(const TracedPart& part, const TracedPart& root) {
  std::vector<const TracedPart*> way;
  find_way(root, part, way);
  std::string label;
  for (const TracedPart* around : way) {
    if (around->kind == PartKind::kDefinition && around != &part) label = around->name + ": ";
  }
  return label + part.text;
}

std::string render_tree(const std::vector<TreeLine>& lines, std::size_t columns, bool colour) {
  return TreePage(lines, columns, colour).render();
}

std::vector<const PartTrace*> deciding_leaves(const PartTrace& root) {
  std::vector<const PartTrace*> leaves;
  collect_deciding(root, leaves);
  return leaves;
}

std::vector<PartValue> values_of(const PartTrace& leaf, std::string_view told) {
  std::vector<PartValue> values;
  add_values(leaf, told, values);
  if (const std::string rows = rows_of(leaf); !rows.empty())
    values.insert(values.begin(), {.name = "", .value = rows});
  const bool explained = leaf.reason == told || std::ranges::any_of(values, [](const PartValue& value) {
                           return value.value.starts_with("unknown");
                         });
  if (leaf.is_unknown && !explained) values.push_back({.name = "", .value = leaf.reason});
  return values;
}

std::string joined(const std::vector<PartValue>& values) {
  std::string line;
  for (const PartValue& value : values) {
    line += line.empty() ? "" : "; ";
    line += value.name.empty() ? printable(value.value)
                               : fmt::format("{} = {}", printable(value.name), printable(value.value));
  }
  return line;
}

}  // namespace plumbline
