// A traced condition as lines: what each part came to, the part as it is written, and its values.
//
//     true       all of
//     true       ├─ open: IsClosed = false    IsClosed = false
//     true       └─ CloseDate < TODAY         CloseDate = 14 Mar 2026; TODAY = 18 Mar 2026
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/trace.h"

namespace plumbline {

// A name and its value: CloseDate = 14 Mar 2026.
struct PartValue {
  std::string name;
  std::string value;
};

// One line of the tree, before it is cut to a terminal's width.
struct TreeLine {
  Truth truth = Truth::kNull;
  bool has_truth = false;
  bool decides = false;  // a leaf that decided where another might have
  std::string branch{};  // "│  └─ "
  std::string below{};   // the same for further lines of the part: "│     "
  std::string text{};
  std::vector<PartValue> values{};
};

std::vector<TreeLine> tree_lines(const PartTrace& root);

// "true", "false", "unknown"; "none" for a boolean that is empty.
std::string_view word_of(Truth truth);
std::string_view word_of(PolicyOutcome outcome);

// "CloseDate < TODAY" for a leaf of a condition's own, "open: IsClosed = false" for one inside a definition.
// `root` must hold the part.
std::string label_of(const TracedPart& part, const TracedPart& root);

// The lines of a tree, cut to `columns`; coloured where `colour`.
std::string render_tree(const std::vector<TreeLine>& lines, std::size_t columns, bool colour);

// The leaves that decided, each with its values; all of them where all parts had to be as they were.
std::vector<const PartTrace*> deciding_leaves(const PartTrace& root);
// `told`: a reason why something is unknown that is given elsewhere, and so not again.
std::vector<PartValue> values_of(const PartTrace& leaf, std::string_view told = {});
// "CloseDate = 14 Mar 2026; TODAY = 18 Mar 2026"
std::string joined(const std::vector<PartValue>& values);

}  // namespace plumbline
