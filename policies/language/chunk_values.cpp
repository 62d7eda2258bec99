// Values: arithmetic, functions, tables and days.
#include <algorithm>
#include <array>

#include "policies/language/arithmetic.h"
#include "policies/language/chunk_evaluator.h"
#include "policies/language/compare.h"
#include "records/cell.h"

namespace plumbline {
namespace {

constexpr std::uint8_t kNotAsked = 0xFF;
constexpr std::uint8_t kNoEntry = 0xFE;  // the key is in no entry; longer tables are looked up row by row
constexpr std::size_t kMaxEntriesByCode = 0xFD;

}  // namespace

void ChunkEvaluator::today(const PlanNode& node, NodeState& state, Selection rows) {
  const ZoneNumber* const zone = has_zones(node) ? zones(node.scope, rows) : nullptr;
  for (const ChunkRow row : rows) {
    const TimeContext& time = context(node, zone, row);
    const auto range = days_of(node.expression->literal, time.today, *time.calendar);
    put(state.values, row,
        range ? Value::of(range->first)
              : Value::unknown("the date would lie outside of the years 1700 to 4000"));
  }
}

void ChunkEvaluator::arithmetic(const PlanNode& node, NodeState& state, Selection rows) {
  const Operand left = operand(node.inputs[0], node, rows);
  const Operand right = operand(node.inputs[1], node, rows);
  for (const ChunkRow row : rows) {
    const Value a = value_at(left, row);
    const Value b = value_at(right, row);
    if (a.is_unknown() || b.is_unknown()) {
      put(state.values, row, a.is_unknown() ? a : b);
    } else if (a.is_null() || b.is_null()) {
      state.values.set_null(row);
    } else {
      put(state.values, row, calculate(a, node.expression->arithmetic, b, node.type));
    }
  }
}

void ChunkEvaluator::negate(const PlanNode& node, NodeState& state, Selection rows) {
  ensure(node.inputs[0], rows);
  const ValueVector& operand = states_[node.inputs[0]].values;
  for (const ChunkRow row : rows) {
    if (operand.kind(row) != CellKind::kKnown) {
      state.values.copy(row, operand, row);
    } else if (node.type == ValueType::kMoney) {
      state.values.set_whole(row, -operand.whole(row));
    } else {
      state.values.set_number(row, -operand.number(row));
    }
  }
}

void ChunkEvaluator::lookup_table(const PlanNode& node, NodeState& state, Selection rows) {
  ensure(node.inputs[0], rows);
  const ValueVector& keys = states_[node.inputs[0]].values;
  const BoundExpr& expression = *node.expression;
  const auto find = [&](const Value& key) {
    const auto entry = std::ranges::find_if(
        expression.list, [&](const Value& known) { return compare_values(known, key) == 0; });
    return static_cast<std::size_t>(entry - expression.list.begin());
  };
  const bool by_code = keys.dictionary() != nullptr && expression.list.size() <= kMaxEntriesByCode;
  if (state.dictionary != keys.dictionary()) {
    state.dictionary = keys.dictionary();
    state.by_code.clear();
  }
  if (by_code) state.by_code.resize(keys.dictionary()->size(), kNotAsked);
  for (const ChunkRow row : rows) {
    if (keys.is_unknown(row)) {
      state.values.set_unknown(row, keys.reason(row));
      continue;
    }
    const Value key = keys.value(row);
    if (key.is_null()) {
      state.values.set_null(row);
      continue;
    }
    std::size_t entry = expression.list.size();
    if (by_code && keys.code(row) != kNoCode) {
      std::uint8_t& known = state.by_code[keys.code(row)];
      if (known == kNotAsked) {
        const std::size_t found = find(key);
        known = found < expression.list.size() ? static_cast<std::uint8_t>(found) : kNoEntry;
      }
      if (known != kNoEntry) entry = known;
    } else {
      entry = find(key);
    }
    if (entry < expression.list.size()) {
      put(state.values, row, expression.values[entry]);
    } else {
      state.values.set_null(row);
    }
  }
}

void ChunkEvaluator::to_number(const PlanNode& node, NodeState& state, Selection rows) {
  ensure(node.inputs[0], rows);
  const ValueVector& texts = states_[node.inputs[0]].values;
  for (const ChunkRow row : rows) {
    if (texts.is_unknown(row)) {
      state.values.set_unknown(row, texts.reason(row));
      continue;
    }
    state.values.set_null(row);
    if (texts.kind(row) != CellKind::kKnown) continue;
    const CellValue cell = read_cell(texts.text(row), FieldType::kNumber);
    if (cell.kind == CellKind::kKnown) state.values.set_number(row, cell.number);
  }
}

void ChunkEvaluator::local_day(const PlanNode& node, NodeState& state, Selection rows) {
  ensure(node.inputs[0], rows);
  const ValueVector& moments = states_[node.inputs[0]].values;
  const ZoneNumber* const zone = has_zones(node) ? zones(node.scope, rows) : nullptr;
  for (const ChunkRow row : rows) {
    if (moments.kind(row) != CellKind::kKnown) {
      state.values.copy(row, moments, row);
      continue;
    }
    const Instant instant{std::chrono::seconds{moments.whole(row)}};
    state.values.set_whole(row, context(node, zone, row).zone.day_of(instant).time_since_epoch().count());
  }
}

}  // namespace plumbline
