// Truths: AND, OR, NOT, comparisons, lists and ranges of days.
#include <algorithm>
#include <cmath>

#include "base/utf8.h"
#include "policies/language/chunk_evaluator.h"
#include "policies/language/compare.h"

namespace plumbline {
namespace {

constexpr std::uint8_t kNotAsked = 0xFF;  // in NodeState::by_code
constexpr std::size_t kMaxUtf8Bytes = 4;  // of a character

// A comparison one of whose sides is null: two nulls are equal, any other is not met, except !=.
bool holds_with_null(CompareOp op, bool both) {
  return op == CompareOp::kNotEqual ? !both : (op == CompareOp::kEqual && both);
}

bool is_whole(ValueType type) {
  return type == ValueType::kMoney || type == ValueType::kDate || type == ValueType::kDateTime;
}

bool is_text(ValueType type) {
  return type == ValueType::kText || type == ValueType::kNumericText || type == ValueType::kMultiPicklist ||
         type == ValueType::kId;
}

char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_ascii_alnum(char c) {
  const char small = ascii_lower(c);
  return (c >= '0' && c <= '9') || (small >= 'a' && small <= 'z');
}

// What a comparison needs of one side, one type and shape at a time, so that the loop over the rows has no
// branch but the data's own.
struct WholeRows {
  const ValueVector& vector;
  CellKind kind(std::size_t row) const { return vector.kind(row); }
  std::int64_t get(std::size_t row) const { return vector.whole(row); }
};
struct NumberRows {
  const ValueVector& vector;
  CellKind kind(std::size_t row) const { return vector.kind(row); }
  double get(std::size_t row) const { return vector.number(row); }
};
struct TruthRows {
  const ValueVector& vector;
  CellKind kind(std::size_t row) const {
    if (vector.is_unknown(row)) return CellKind::kUnknown;
    return vector.is_null(row) ? CellKind::kNull : CellKind::kKnown;
  }
  bool get(std::size_t row) const { return vector.trues().contains(row); }
};

CellKind kind_of(const Value& value) {
  if (value.is_known()) return CellKind::kKnown;
  return value.is_null() ? CellKind::kNull : CellKind::kUnknown;
}
std::int64_t whole_of(const Value& value) {
  switch (value.type) {
    case ValueType::kMoney:
      return value.money.hundredths;
    case ValueType::kDate:
      return value.day.time_since_epoch().count();
    default:
      return value.instant.time_since_epoch().count();
  }
}

template <class Moment>
struct WholeMoments {
  const Moment& moment;
  CellKind kind(std::size_t row) const { return kind_of(moment(row)); }
  std::int64_t get(std::size_t row) const { return whole_of(moment(row)); }
};
template <class Moment>
struct NumberMoments {
  const Moment& moment;
  CellKind kind(std::size_t row) const { return kind_of(moment(row)); }
  double get(std::size_t row) const { return moment(row).number; }
};
// One value for all rows.
template <class T>
struct Constant {
  CellKind known;
  T value;
  CellKind kind(std::size_t) const { return known; }
  T get(std::size_t) const { return value; }
};

template <class Moment>
struct TruthMoments {
  const Moment& moment;
  CellKind kind(std::size_t row) const { return kind_of(moment(row)); }
  bool get(std::size_t row) const { return moment(row).boolean; }
};

template <class Left, class Right, class Unknown, class Holds>
void each_row(ValueVector& out, Selection rows, CompareOp op, const Left& left, const Right& right,
              const Unknown& unknown, const Holds& holds) {
  out.set_truths(rows, [&](ChunkRow row) {
    const CellKind a = left.kind(row);
    const CellKind b = right.kind(row);
    if (a == CellKind::kKnown && b == CellKind::kKnown) [[likely]]
      return holds(left.get(row), right.get(row));
    if (a != CellKind::kUnknown && b != CellKind::kUnknown) return holds_with_null(op, a == b);
    unknown(row);
    return false;
  });
}

template <class Left, class Right, class Unknown>
void compare_rows(ValueVector& out, Selection rows, CompareOp op, const Left& left, const Right& right,
                  const Unknown& unknown) {
  const auto run = [&](const auto& holds) { each_row(out, rows, op, left, right, unknown, holds); };
  switch (op) {
    case CompareOp::kEqual:
      return run([](auto a, auto b) { return a == b; });
    case CompareOp::kNotEqual:
      return run([](auto a, auto b) { return a != b; });
    case CompareOp::kLess:
      return run([](auto a, auto b) { return a < b; });
    case CompareOp::kLessOrEqual:
      return run([](auto a, auto b) { return a <= b; });
    case CompareOp::kGreater:
      return run([](auto a, auto b) { return a > b; });
    case CompareOp::kGreaterOrEqual:
      return run([](auto a, auto b) { return a >= b; });
  }
}

// SOQL reads `b = null` as `b = false`. Behind an empty lookup b is null, and `b = null` holds as well.
bool is_truth_beside_null(ValueType left, ValueType right) {
  return (left == ValueType::kBoolean && right == ValueType::kNull) ||
         (left == ValueType::kNull && right == ValueType::kBoolean);
}

std::optional<bool> holds_in_range(CompareOp op, const DayRange& range, Day day) {
  switch (op) {
    case CompareOp::kEqual:
      return range.contains(day);
    case CompareOp::kNotEqual:
      return !range.contains(day);
    case CompareOp::kLess:
      return day < range.first;
    case CompareOp::kLessOrEqual:
      return day <= range.last;
    case CompareOp::kGreater:
      return day > range.last;
    case CompareOp::kGreaterOrEqual:
      return day >= range.first;
  }
  return std::nullopt;
}

}  // namespace

TextList::TextList(std::span<const Value> texts) {
  for (const Value& value : texts) {
    const std::string_view text = value.is_known() ? trim(value.text) : std::string_view{};
    if (value.type != ValueType::kText || text.empty() || !is_ascii(text)) {
      all_ascii_ = false;
      return;
    }
    texts_.push_back(lower(text));
    longest_ = std::max(longest_, text.size());
    firsts_.set(static_cast<unsigned char>(texts_.back().front()));
  }
}

std::optional<bool> TextList::holds(std::string_view text) const {
  const std::string_view bare = trim(text);
  if (!all_ascii_ || bare.empty() || static_cast<unsigned char>(bare.front()) >= 0x80) return std::nullopt;
  const char first = ascii_lower(bare.front());
  if (!firsts_.test(static_cast<unsigned char>(first))) return false;
  bool ascii_known = false;
  for (const std::string& candidate : texts_) {
    if (candidate.front() != first) continue;
    if (!ascii_known && !is_ascii(bare)) return std::nullopt;
    ascii_known = true;
    if (candidate.size() == bare.size() &&
        std::ranges::equal(candidate, bare, {}, {}, [](char c) { return ascii_lower(c); }))
      return true;
  }
  return false;
}

bool TextList::is_beyond(std::string_view text) const {
  if (!all_ascii_ || text.size() <= longest_) return false;
  text = trim(text);
  while (text.size() > longest_ && !is_ascii_alnum(text.back())) text.remove_suffix(1);
  if (text.size() <= longest_) return false;
  // No character folds to none.
  return text.size() > longest_ * kMaxUtf8Bytes || is_ascii(text);
}

// AND is false as soon as one part is, OR true, so the cheapest part is asked first and the next about the
// rows that are still open. An unknown part decides only where no other does; of several the first as written
// gives the reason.
void ChunkEvaluator::all_of(const PlanNode& node, NodeState& state, Selection rows) {
  const bool conjunction = node.op == PlanOp::kAnd;
  RowSet open = rows;
  RowSet unsure;
  for (const NodeId position : node.cheapest_first) {
    const ValueVector& part = truths(node.inputs[position], open);
    unsure |= open & part.unknowns();
    if (conjunction) {
      open &= part.trues() | part.unknowns();
    } else {
      state.values.set_true(open & part.trues());
      open -= part.trues();
    }
    if (open.empty()) return;
  }
  unsure &= open;
  if (conjunction) state.values.set_true(open - unsure);
  for (const ChunkRow row : unsure) {
    const auto first = std::ranges::find_if(
        node.inputs, [&](NodeId input) { return states_[input].values.is_unknown(row); });
    state.values.set_unknown(row, states_[*first].values.reason(row));
  }
}

void ChunkEvaluator::negation(const PlanNode& node, NodeState& state, Selection rows) {
  const ValueVector& operand = truths(node.inputs[0], rows);
  state.values.set_true(rows - operand.trues() - operand.unknowns());
  for (const ChunkRow row : rows& operand.unknowns()) state.values.set_unknown(row, operand.reason(row));
}

void ChunkEvaluator::compare(const PlanNode& node, NodeState& state, Selection rows) {
  const Operand left = operand(node.inputs[0], node, rows);
  const Operand right = operand(node.inputs[1], node, rows);
  if (compare_with_null(node, state, rows, left, right)) return;
  if (!compare_by_code(node, state, rows, left, right)) compare_plainly(node, state, rows, left, right);
}

// `X = null` and the like, where nothing of X matters but whether there is something.
bool ChunkEvaluator::compare_with_null(const PlanNode& node, NodeState& state, Selection rows,
                                       const Operand& left, const Operand& right) {
  const auto is_null = [](const Operand& operand) {
    return operand.vector == nullptr && operand.zones == nullptr && operand.moment(0).is_null();
  };
  if (!is_null(left) && !is_null(right)) return false;
  const ValueVector* const values = left.vector != nullptr ? left.vector : right.vector;
  if (values == nullptr || values->is_boolean()) return false;
  const bool of_null = holds_with_null(node.compare, true);
  const bool of_others = holds_with_null(node.compare, false);
  state.values.set_truths(rows, [&](ChunkRow row) {
    const CellKind kind = values->kind(row);
    if (kind == CellKind::kKnown) return of_others;
    if (kind == CellKind::kNull) return of_null;
    state.values.set_unknown(row, values->reason(row));
    return false;
  });
  return true;
}

// A cell of a column with a dictionary beside a constant: once a text, not once a row.
bool ChunkEvaluator::compare_by_code(const PlanNode& node, NodeState& state, Selection rows,
                                     const Operand& left, const Operand& right) {
  const bool turned = left.vector == nullptr;
  const Operand& texts = turned ? right : left;
  const Operand& other = turned ? left : right;
  if (texts.vector == nullptr || texts.vector->dictionary() == nullptr) return false;
  if (other.moments == nullptr || other.zones != nullptr) return false;
  const Value& constant = other.moment(0);
  if (constant.is_unknown()) return false;
  const CompareOp op = turned ? mirrored(node.compare) : node.compare;
  const ValueType type = texts.vector->type();
  by_text(state, rows, *texts.vector, holds_with_null(op, constant.is_null()),
          [&](std::string_view text) { return compare_known(Value::of(text, type), op, constant); });
  return true;
}

void ChunkEvaluator::compare_plainly(const PlanNode& node, NodeState& state, Selection rows,
                                     const Operand& left, const Operand& right) {
  ValueVector& out = state.values;
  const auto unknown = [&](ChunkRow row) {
    const Value a = value_at(left, row);
    const Value b = a.is_unknown() ? a : value_at(right, row);
    out.set_unknown(row, because(b.text));
  };
  const auto left_moment = [&](std::size_t row) -> const Value& { return left.moment(row); };
  const auto right_moment = [&](std::size_t row) -> const Value& { return right.moment(row); };
  const auto run = [&]<class Rows, template <class> class Moments>() {
    using LeftMoments = Moments<decltype(left_moment)>;
    using RightMoments = Moments<decltype(right_moment)>;
    if (left.vector != nullptr && right.vector == nullptr && right.zones == nullptr) {
      const RightMoments moments{right_moment};
      const Constant constant{.known = moments.kind(0), .value = moments.get(0)};
      compare_rows(out, rows, node.compare, Rows{*left.vector}, constant, unknown);
    } else if (left.vector != nullptr && right.vector != nullptr) {
      compare_rows(out, rows, node.compare, Rows{*left.vector}, Rows{*right.vector}, unknown);
    } else if (left.vector != nullptr) {
      compare_rows(out, rows, node.compare, Rows{*left.vector}, RightMoments{right_moment}, unknown);
    } else {
      compare_rows(out, rows, node.compare, LeftMoments{left_moment}, Rows{*right.vector}, unknown);
    }
  };
  const ValueType left_type = plan_.node(node.inputs[0]).type;
  const ValueType right_type = plan_.node(node.inputs[1]).type;
  const bool vectors = left.vector != nullptr || right.vector != nullptr;
  if (vectors && left_type == right_type) {
    if (is_whole(left_type)) return run.template operator()<WholeRows, WholeMoments>();
    if (left_type == ValueType::kNumber) return run.template operator()<NumberRows, NumberMoments>();
    if (left_type == ValueType::kBoolean) return run.template operator()<TruthRows, TruthMoments>();
  }
  const bool truth_beside_null = is_truth_beside_null(left_type, right_type);
  const bool equality = node.compare == CompareOp::kEqual || node.compare == CompareOp::kNotEqual;
  const bool same_bytes = equality && is_text(left_type) && is_text(right_type);
  const bool text_vectors = same_bytes && left.vector != nullptr && right.vector != nullptr;
  out.set_truths(rows, [&](ChunkRow row) {
    // The same bytes are the same text, id and choices, however those compare.
    if (text_vectors && left.vector->kind(row) == CellKind::kKnown &&
        right.vector->kind(row) == CellKind::kKnown && left.vector->text(row) == right.vector->text(row)) {
      return node.compare == CompareOp::kEqual;
    }
    const Value a = value_at(left, row);
    const Value b = value_at(right, row);
    if (a.is_unknown() || b.is_unknown()) {
      unknown(row);
      return false;
    }
    if (truth_beside_null) {
      const Value& truth = left_type == ValueType::kBoolean ? a : b;
      const bool empty = truth.is_null() || !truth.boolean;
      return empty == (node.compare == CompareOp::kEqual);
    }
    if (same_bytes && a.is_known() && b.is_known() && a.text == b.text)
      return node.compare == CompareOp::kEqual;
    return compare_known(a, node.compare, b);
  });
}

template <class Holds>
void ChunkEvaluator::by_text(NodeState& state, Selection rows, const ValueVector& texts, bool of_null,
                             const Holds& holds) {
  const Dictionary* const dictionary = texts.dictionary();
  if (state.dictionary != dictionary) {
    state.dictionary = dictionary;
    state.by_code.clear();
  }
  if (dictionary != nullptr) state.by_code.resize(dictionary->size(), kNotAsked);
  state.values.set_truths(rows, [&](ChunkRow row) {
    if (texts.kind(row) == CellKind::kNull) return of_null;
    if (texts.kind(row) == CellKind::kUnknown) {
      state.values.set_unknown(row, texts.reason(row));
      return false;
    }
    if (dictionary == nullptr || texts.code(row) == kNoCode) return holds(texts.text(row));
    std::uint8_t& known = state.by_code[texts.code(row)];
    if (known == kNotAsked) known = holds(texts.text(row)) ? 1 : 0;
    return known == 1;
  });
}

void ChunkEvaluator::like(const PlanNode& node, NodeState& state, Selection rows) {
  ensure(node.inputs[0], rows);
  const std::string_view pattern = node.expression->list[0].text;
  by_text(state, rows, states_[node.inputs[0]].values, false,
          [&](std::string_view text) { return matches_like(text, pattern); });
}

void ChunkEvaluator::includes(const PlanNode& node, NodeState& state, Selection rows) {
  ensure(node.inputs[0], rows);
  const BoundExpr& expression = *node.expression;
  by_text(state, rows, states_[node.inputs[0]].values, expression.negated, [&](std::string_view text) {
    const bool found = std::ranges::any_of(
        expression.list, [&](const Value& group) { return includes_choices(text, group.text); });
    return found != expression.negated;
  });
}

RowSet ChunkEvaluator::near_list(const PlanNode& node, NodeState& state, Selection rows) {
  const PlanNode& input = plan_.node(node.inputs[0]);
  if (!state.list) state.list.emplace(node.expression->list);
  const bool cut = input.op == PlanOp::kCall && input.expression->function->cuts_only_ends &&
                   !plan_.is_momentary(input.inputs[0]);
  if (!cut) return rows;
  ensure(input.inputs[0], rows);
  const ValueVector& texts = states_[input.inputs[0]].values;
  if (!texts.is_text()) return rows;
  RowSet beyond;
  beyond.insert_where(rows, [&](ChunkRow row) {
    return texts.kind(row) == CellKind::kKnown && state.list->is_beyond(texts.text(row));
  });
  if (node.expression->negated) state.values.set_true(beyond);
  return rows - beyond;
}

void ChunkEvaluator::in_list(const PlanNode& node, NodeState& state, Selection asked) {
  const RowSet rows = near_list(node, state, asked);
  ensure(node.inputs[0], rows);
  const ValueVector& values = states_[node.inputs[0]].values;
  const BoundExpr& expression = *node.expression;
  const auto holds = [&](const Value& value) {
    const bool found = std::ranges::any_of(expression.list, [&](const Value& element) {
      return compare_known(value, CompareOp::kEqual, element);
    });
    return found != expression.negated;
  };
  if (is_text(values.type())) {
    const bool plain = values.type() == ValueType::kText;
    by_text(state, rows, values, holds(Value::null()), [&](std::string_view text) {
      const std::optional<bool> found = plain ? state.list->holds(text) : std::nullopt;
      if (found) return *found != expression.negated;
      return holds(Value::of(text, values.type()));
    });
    return;
  }
  state.values.set_truths(rows, [&](ChunkRow row) {
    if (!values.is_unknown(row)) return holds(values.value(row));
    state.values.set_unknown(row, values.reason(row));
    return false;
  });
}

// A date literal names whole local days. A datetime is compared by its own local day, never by hours, so days
// of 23 and 25 hours come out right.
void ChunkEvaluator::in_range(const PlanNode& node, NodeState& state, Selection rows) {
  ensure(node.inputs[0], rows);
  const ValueVector& values = states_[node.inputs[0]].values;
  const BoundExpr& expression = *node.expression;
  const ZoneNumber* const zone = has_zones(node) ? zones(node.scope, rows) : nullptr;
  const std::size_t contexts = times_.frames[node.time].contexts.size();
  state.ranges.resize(contexts);
  state.ranges_known.resize(contexts);
  state.values.set_truths(rows, [&](ChunkRow row) {
    if (values.kind(row) == CellKind::kNull) return expression.compare == CompareOp::kNotEqual;
    if (values.kind(row) == CellKind::kUnknown) {
      state.values.set_unknown(row, values.reason(row));
      return false;
    }
    const TimeContext& time = context(node, zone, row);
    const std::size_t at = zone != nullptr ? zone[row] : 0;
    if (state.ranges_known[at] == 0) {
      state.ranges[at] = days_of(expression.literal, time.today, *time.calendar);
      state.ranges_known[at] = 1;
    }
    if (!state.ranges[at]) {
      state.values.set_unknown(row,
                               fixed_reason(state, "the date would lie outside of the years 1700 to 4000"));
      return false;
    }
    const Day day = values.type() == ValueType::kDateTime
                        ? time.zone.day_of(Instant{std::chrono::seconds{values.whole(row)}})
                        : Day{std::chrono::days{static_cast<int>(values.whole(row))}};
    return holds_in_range(expression.compare, *state.ranges[at], day).value_or(false);
  });
}

}  // namespace plumbline
