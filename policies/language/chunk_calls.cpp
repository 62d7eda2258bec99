// Functions: those that choose between their arguments, those of one argument, and all others row by row.
#include <algorithm>

#include "base/utf8.h"
#include "policies/language/arithmetic.h"
#include "policies/language/chunk_evaluator.h"

namespace plumbline {
namespace {

bool is_text(ValueType type) {
  return type == ValueType::kText || type == ValueType::kNumericText || type == ValueType::kMultiPicklist ||
         type == ValueType::kId;
}

// Whether values of one type are kept by a vector of the other just as they are.
bool fits(ValueType value, ValueType vector) {
  return value == vector || value == ValueType::kNull || (is_text(value) && is_text(vector));
}

bool is_visible(std::string_view text) {
  return !text.empty() && utf8_detail::is_visible_ascii(text.front());
}

}  // namespace

void ChunkEvaluator::call(const PlanNode& node, NodeState& state, Selection rows) {
  if (choose(node, state, rows)) return;
  const FunctionDescriptor& function = *node.expression->function;
  const bool plain = node.inputs.size() == 1 && node.places.empty() && !plan_.is_momentary(node.inputs[0]) &&
                     function.missing != MissingRule::kSeesUnknowns;
  if (plain) return call_of_one(node, state, rows);
  call_by_rows(node, state, rows);
}

// The argument's type is looked at once, not once a row.
void ChunkEvaluator::call_of_one(const PlanNode& node, NodeState& state, Selection rows) {
  ensure(node.inputs[0], rows);
  const ValueVector& argument = states_[node.inputs[0]].values;
  const bool strict = node.expression->function->missing == MissingRule::kStrict;
  const auto run = [&](const auto& value_of) {
    const ZoneNumber* const zone = has_zones(node) ? zones(node.scope, rows) : nullptr;
    for (const ChunkRow row : rows) {
      if (argument.is_unknown(row)) {
        state.values.set_unknown(row, argument.reason(row));
        continue;
      }
      const bool null = argument.is_null(row);
      if (null && strict) {
        state.values.set_null(row);
        continue;
      }
      const Value value = null ? Value::null(argument.type()) : value_of(row);
      put_result(node, state, row, evaluate_row(node, context(node, zone, row), {}, {&value, 1}));
    }
  };
  switch (argument.type()) {
    case ValueType::kDate:
      return run([&](ChunkRow row) {
        return Value::of(Day{std::chrono::days{static_cast<int>(argument.whole(row))}});
      });
    case ValueType::kText:
      return run([&](ChunkRow row) { return Value::of(argument.text(row)); });
    default:
      return run([&](ChunkRow row) { return argument.value(row); });
  }
}

void ChunkEvaluator::call_by_rows(const PlanNode& node, NodeState& state, Selection rows) {
  const BoundExpr& expression = *node.expression;
  const MissingRule missing = expression.function->missing;
  std::vector<Operand> operands;
  operands.reserve(node.inputs.size());
  for (const NodeId input : node.inputs) operands.push_back(operand(input, node, rows));
  std::vector<FieldArgument> fields(node.places.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const BoundExpr& field = *expression.children[expression.field_arguments[i]];
    ensure(node.places[i], rows);
    fields[i].object = field.path.target();
    fields[i].field = field.field;
    fields[i].label = plan_.schema().object(fields[i].object).fields[field.field].label;
  }
  std::vector<Value> arguments(operands.size());
  const ZoneNumber* const zone = has_zones(node) ? zones(node.scope, rows) : nullptr;
  for (const ChunkRow row : rows) {
    for (std::size_t i = 0; i < operands.size(); ++i) arguments[i] = value_at(operands[i], row);
    if (missing != MissingRule::kSeesUnknowns) {
      const auto unknown = std::ranges::find_if(arguments, &Value::is_unknown);
      if (unknown != arguments.end()) {
        put(state.values, row, *unknown);
        continue;
      }
    }
    if (missing == MissingRule::kStrict && std::ranges::any_of(arguments, &Value::is_null)) {
      state.values.set_null(row);
      continue;
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const RowIndex at = states_[node.places[i]].rows[row];
      fields[i].row = at == kMissingRow ? kNoRow : at;
    }
    put_result(node, state, row, evaluate_row(node, context(node, zone, row), fields, arguments));
  }
}

Value ChunkEvaluator::evaluate_row(const PlanNode& node, const TimeContext& time,
                                   std::span<const FieldArgument> fields, std::span<const Value> arguments) {
  const BoundExpr& expression = *node.expression;
  return expression.function->evaluate({.time = time,
                                        .snapshot = snapshot_,
                                        .arena = arena_,
                                        .fields = fields,
                                        .prepared = expression.prepared.get()},
                                       arguments);
}

// An unknown argument has no type, so a function of money and numbers may answer with money where the binder
// settled on a number.
void ChunkEvaluator::put_result(const PlanNode& node, NodeState& state, ChunkRow row, const Value& result) {
  const bool to_number =
      result.is_known() && result.type == ValueType::kMoney && node.type == ValueType::kNumber;
  put(state.values, row, to_number ? Value::of(as_number(result)) : result);
}

// Answers whether the function is one that chooses, and chooses among values that need no change.
bool ChunkEvaluator::choose(const PlanNode& node, NodeState& state, Selection rows) {
  const Choice choice = node.expression->function->choice;
  if (choice == Choice::kNone || plan_.is_momentary(node.inputs[0]) || !node.places.empty()) return false;
  if (choice == Choice::kIsBlank) {
    choose_blank(node, state, rows);
    return true;
  }
  const std::size_t first = choice == Choice::kIf ? 1 : 0;
  for (std::size_t i = first; i < node.inputs.size(); ++i) {
    if (!fits(plan_.node(node.inputs[i]).type, node.type)) return false;
  }
  switch (choice) {
    case Choice::kIf:
      choose_by_condition(node, state, rows);
      break;
    case Choice::kBlankValue:
      choose_unless_blank(node, state, rows);
      break;
    default:
      choose_first_known(node, state, rows);
  }
  return true;
}

void ChunkEvaluator::choose_blank(const PlanNode& node, NodeState& state, Selection rows) {
  ensure(node.inputs[0], rows);
  const ValueVector& values = states_[node.inputs[0]].values;
  state.values.set_truths(rows, [&](ChunkRow row) {
    if (!values.is_unknown(row)) return is_blank_at(values, row);
    state.values.set_unknown(row, values.reason(row));
    return false;
  });
}

bool ChunkEvaluator::is_blank_at(const ValueVector& values, ChunkRow row) {
  if (values.is_null(row)) return true;
  return values.is_text() && !is_visible(values.text(row)) && is_blank(values.text(row));
}

void ChunkEvaluator::choose_by_condition(const PlanNode& node, NodeState& state, Selection rows) {
  ensure(node.inputs[0], rows);
  const ValueVector& condition = states_[node.inputs[0]].values;
  for (const ChunkRow row : rows& condition.unknowns()) state.values.set_unknown(row, condition.reason(row));
  hand_on(node.inputs[1], node, state, rows & condition.trues());
  hand_on(node.inputs[2], node, state, rows - condition.trues() - condition.unknowns());
}

void ChunkEvaluator::choose_unless_blank(const PlanNode& node, NodeState& state, Selection rows) {
  ensure(node.inputs[0], rows);
  const ValueVector& values = states_[node.inputs[0]].values;
  RowSet blank;
  blank.insert_where(rows, [&](ChunkRow row) { return !values.is_unknown(row) && is_blank_at(values, row); });
  for (const ChunkRow row : rows - blank) state.values.copy(row, values, row);
  hand_on(node.inputs[1], node, state, blank);
}

void ChunkEvaluator::choose_first_known(const PlanNode& node, NodeState& state, Selection rows) {
  RowSet open = rows;
  for (std::size_t i = 0; i < node.inputs.size() && !open.empty(); ++i) {
    const Operand values = operand(node.inputs[i], node, open);
    RowSet known;
    known.insert_where(open, [&](ChunkRow row) {
      return values.vector != nullptr ? !values.vector->is_unknown(row) && !values.vector->is_null(row)
                                      : values.moment(row).is_known();
    });
    for (const ChunkRow row : known) take_over(state.values, row, values);
    open -= known;
  }
  for (const ChunkRow row : open) state.values.set_null(row);
}

// The chosen argument becomes the result.
void ChunkEvaluator::hand_on(NodeId chosen, const PlanNode& node, NodeState& state, Selection rows) {
  if (rows.empty()) return;
  const Operand values = operand(chosen, node, rows);
  for (const ChunkRow row : rows) take_over(state.values, row, values);
}

void ChunkEvaluator::take_over(ValueVector& values, ChunkRow row, const Operand& from) {
  if (from.vector != nullptr && from.vector->type() != ValueType::kNull) {
    values.copy(row, *from.vector, row);
  } else {
    put(values, row, value_at(from, row));
  }
}

}  // namespace plumbline
