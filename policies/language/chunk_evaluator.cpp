#include "policies/language/chunk_evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "policies/functions/currency.h"

namespace plumbline {
namespace {

constexpr ReasonId kFixedReason = 0x80000000;

template <class T>
std::unique_ptr<T[]> room_of() {
  return std::make_unique_for_overwrite<T[]>(kChunkRows);
}

bool is_row(PlanOp op) { return op == PlanOp::kOwnRow || op == PlanOp::kHop || op == PlanOp::kOuterRow; }

}  // namespace

ChunkEvaluator::ChunkEvaluator(const Plan& plan, const Snapshot& snapshot, const JudgeTimes& times)
    : plan_(plan),
      snapshot_(snapshot),
      times_(times),
      states_(plan.size()),
      scopes_(plan.scopes().size()),
      kinds_(room_of<CellKind>()),
      words_(room_of<std::int64_t>()) {
  scopes_[kMomentScope].rows = 1;
}

void ChunkEvaluator::start_chunk(RecordReader& reader) {
  reader_ = &reader;
  Scope& records = scopes_[kRecordScope];
  records.rows = reader.rows();
  ++records.generation;
  if (!records.zones) records.zones = room_of<ZoneNumber>();
  records.zoned.clear();
  arena_.clear();
  reasons_.clear();
}

const ValueVector& ChunkEvaluator::values(NodeId node, Selection rows) {
  ensure(node, rows);
  return states_[node].values;
}

const RowIndex* ChunkEvaluator::rows(NodeId node, Selection rows) {
  ensure(node, rows);
  return states_[node].rows.get();
}

const TimeContext& ChunkEvaluator::time_at(TimeFrameId frame, ChunkRow row) {
  const TimeFrame& of = times_.frames[frame];
  if (of.contexts.size() == 1) return of.contexts[0];
  return of.contexts[zones(kRecordScope, RowSet::one(row))[row]];
}

// Works the node out for those of the rows for which it is not yet known.
void ChunkEvaluator::ensure(NodeId id, Selection rows) {
  NodeState& state = states_[id];
  const PlanNode& node = plan_.node(id);
  const Scope& scope = scopes_[node.scope];
  if (!state.generation) {
    if (is_row(node.op)) {
      state.rows = room_of<RowIndex>();
    } else {
      state.values = ValueVector(node.type);
    }
  }
  if (state.generation != scope.generation) {
    state.generation = scope.generation;
    state.values.start();
    state.done = rows;
    if (!rows.empty()) evaluate(id, rows);
    return;
  }
  const RowSet todo = rows - state.done;
  if (todo.empty()) return;
  state.done |= todo;
  evaluate(id, todo);
}

void ChunkEvaluator::evaluate(NodeId id, Selection rows) {
  const PlanNode& node = plan_.node(id);
  NodeState& state = states_[id];
  switch (node.op) {
    case PlanOp::kOwnRow:
      return own_rows(node, state, rows);
    case PlanOp::kHop:
      return hop(node, state, rows);
    case PlanOp::kOuterRow:
    case PlanOp::kOuter:
      return outer(node, state, rows);
    case PlanOp::kConstant:
      return constant(node, state, rows);
    case PlanOp::kCellPassing:
      return cell_passing(node, state, rows);
    case PlanOp::kCell:
      return cell(node, state, rows);
    case PlanOp::kAnd:
    case PlanOp::kOr:
      return all_of(node, state, rows);
    case PlanOp::kNot:
      return negation(node, state, rows);
    case PlanOp::kCompare:
      return compare(node, state, rows);
    case PlanOp::kCompareCount:
      return compare_count(node, state, rows);
    case PlanOp::kLike:
      return like(node, state, rows);
    case PlanOp::kIn:
      return in_list(node, state, rows);
    case PlanOp::kInSelect:
      return in_select(node, state, rows);
    case PlanOp::kIncludes:
      return includes(node, state, rows);
    case PlanOp::kInRange:
      return in_range(node, state, rows);
    case PlanOp::kToday:
      return today(node, state, rows);
    case PlanOp::kArithmetic:
      return arithmetic(node, state, rows);
    case PlanOp::kNegate:
      return negate(node, state, rows);
    case PlanOp::kCall:
      return call(node, state, rows);
    case PlanOp::kLookupTable:
      return lookup_table(node, state, rows);
    case PlanOp::kAggregate:
      return aggregate(node, state, rows);
    case PlanOp::kToNumber:
      return to_number(node, state, rows);
    case PlanOp::kLocalDay:
      return local_day(node, state, rows);
    case PlanOp::kFaulty:
      break;
  }
  const ReasonId reason = fixed_reason(state, "the condition has a fault");
  for (const ChunkRow row : rows) state.values.set_unknown(row, reason);
}

void ChunkEvaluator::own_rows(const PlanNode& node, NodeState& state, Selection rows) {
  if (node.scope == kRecordScope) {
    const RowIndex first = reader_->first_row();
    for (const ChunkRow row : rows) state.rows[row] = first + row;
    return;
  }
  const RowIndex* const own = scopes_[node.scope].own.get();
  for (const ChunkRow row : rows) state.rows[row] = own[row];
}

void ChunkEvaluator::hop(const PlanNode& node, NodeState& state, Selection rows) {
  if (!node.inputs.empty()) return reader_->read_targets(node.hop.index, rows, state.rows.get());
  ensure(node.places[0], rows);
  if (node.hop.kind == PathHop::Kind::kLookup) return hop_lookup(node, state, rows);
  hop_last_row(node, state, rows);
}

void ChunkEvaluator::hop_lookup(const PlanNode& node, NodeState& state, Selection rows) {
  const NodeId from = node.places[0];
  const RowIndex* const starts = states_[from].rows.get();
  const std::span<const RowIndex> targets = snapshot_.targets(plan_.node(from).object, node.hop.index);
  for (const ChunkRow row : rows) {
    const RowIndex start = starts[row];
    if (start == kNoRow || start == kMissingRow) {
      state.rows[row] = start;
    } else {
      state.rows[row] = targets.empty() ? kMissingRow : targets[start];
    }
  }
}

void ChunkEvaluator::hop_last_row(const PlanNode& node, NodeState& state, Selection rows) {
  const RowIndex* const starts = states_[node.places[0]].rows.get();
  const bool unsure = snapshot_.has_unplaced(node.hop.index) || snapshot_.table(node.hop.object) == nullptr;
  for (const ChunkRow row : rows) {
    RowIndex found = starts[row];
    if (found != kNoRow && found != kMissingRow) {
      const auto related = snapshot_.related(node.hop.index, found);
      found = unsure ? kMissingRow : kNoRow;
      if (!related.empty()) found = related.back();
    }
    state.rows[row] = found;
  }
}

// A row or value of the scope around, for each row of this one.
void ChunkEvaluator::outer(const PlanNode& node, NodeState& state, Selection rows) {
  const bool is_value = node.op == PlanOp::kOuter;
  const NodeId from = is_value ? node.inputs[0] : node.places[0];
  if (plan_.is_momentary(from)) {
    const ZoneNumber* const zone = has_zones(node) ? zones(node.scope, rows) : nullptr;
    for (const ChunkRow row : rows) put(state.values, row, moment(from, zone != nullptr ? zone[row] : 0));
    return;
  }
  const ChunkRow* const outer_of = scopes_[node.scope].outer_of.get();
  RowSet wanted;
  for (const ChunkRow row : rows) wanted.insert(outer_of[row]);
  ensure(from, wanted);
  if (!is_value) {
    const RowIndex* const outer_rows = states_[from].rows.get();
    for (const ChunkRow row : rows) state.rows[row] = outer_rows[outer_of[row]];
    return;
  }
  const ValueVector& outer_values = states_[from].values;
  state.values.use_dictionary(outer_values.dictionary());
  for (const ChunkRow row : rows) state.values.copy(row, outer_values, outer_of[row]);
}

void ChunkEvaluator::constant(const PlanNode& node, NodeState& state, Selection rows) {
  const BoundExpr& expression = *node.expression;
  Value value = expression.constant;
  // EUR500 is turned into the organisation's currency just as the field beside it.
  if (!expression.name.empty()) {
    const auto rate = snapshot_.currency_rates().rate(expression.name);
    if (!rate || *rate <= 0) {
      value = Value::unknown(
          arena_.keep(fmt::format("no conversion rate of {} is in the data", expression.name)));
    } else {
      const auto money = converted_amount(expression.constant.money, *rate);
      value = money ? Value::of(*money) : Value::unknown("the amount is too large to be converted");
    }
  }
  for (const ChunkRow row : rows) put(state.values, row, value);
}

void ChunkEvaluator::cell_passing(const PlanNode& node, NodeState& state, Selection rows) {
  if (state.values.is_boolean()) return passing_truths(node, state, rows);
  if (node.coded) state.values.use_dictionary(&reader_->dictionary(node.field));
  if (!reader_->read(node.field, rows, state.values.slots())) return;
  for (const ChunkRow row : rows) {
    if (state.values.kind(row) == CellKind::kUnknown) absent_cell(node, state, row);
  }
}

void ChunkEvaluator::passing_truths(const PlanNode& node, NodeState& state, Selection rows) {
  reader_->read(node.field, rows, {.kinds = kinds_.get(), .whole = words_.get()});
  state.values.set_truths(rows, [&](ChunkRow row) {
    if (kinds_[row] == CellKind::kKnown) [[likely]]
      return words_[row] != 0;
    if (kinds_[row] == CellKind::kNull) {
      state.values.set_null(row);
    } else {
      absent_cell(node, state, row);
    }
    return false;
  });
}

// A cell that is not there, or could not be read.
void ChunkEvaluator::absent_cell(const PlanNode& node, NodeState& state, ChunkRow row) {
  if (!state.fixed_reason) {
    const Table* const table = snapshot_.table(node.object);
    const bool there = table != nullptr && table->has(node.field);
    const std::string& name = node.expression != nullptr
                                  ? node.expression->name
                                  : plan_.schema().object(node.object).fields[node.field].name;
    const Column* const column = there ? table->column(node.field) : nullptr;
    std::string_view why = there ? "could not be read" : "is not in the data";
    if (column != nullptr && !column->why_unknown().empty()) why = column->why_unknown();
    fixed_reason(state, fmt::format("{} {}", name, why));
  }
  state.values.set_unknown(row, *state.fixed_reason);
}

void ChunkEvaluator::cell(const PlanNode& node, NodeState& state, Selection rows) {
  const NodeId place = node.places[0];
  ensure(place, rows);
  const RowIndex* const at = states_[place].rows.get();
  const Table* const table = snapshot_.table(node.object);
  const Column* const column = table == nullptr ? nullptr : table->column(node.field);
  const bool deleted =
      column == nullptr && same_name(plan_.schema().object(node.object).fields[node.field].name, "IsDeleted");
  const bool coded = node.coded && column != nullptr;
  if (coded) state.values.use_dictionary(&column->dictionary());
  ValueVector& values = state.values;
  const auto each = [&](const auto& put_known) {
    for (const ChunkRow row : rows) {
      const RowIndex record = at[row];
      if (record == kNoRow) {
        values.set_null(row);
      } else if (record == kMissingRow) {
        values.set_unknown(row, missing(place, row));
      } else if (deleted) {
        values.set_truth(row, false);
      } else if (column == nullptr || column->kind(record) == CellKind::kUnknown) {
        absent_cell(node, state, row);
      } else if (column->kind(record) == CellKind::kNull) {
        values.set_null(row);
      } else {
        put_known(row, record);
      }
    }
  };
  using Row = ChunkRow;
  using Record = RowIndex;
  if (column == nullptr) return each([](Row, Record) {});
  switch (column->type()) {
    case FieldType::kBoolean:
      return each([&](Row row, Record record) { values.set_truth(row, column->boolean(record)); });
    case FieldType::kNumber:
      return each([&](Row row, Record record) { values.set_number(row, column->number(record)); });
    case FieldType::kMoney:
      return each([&](Row row, Record record) { values.set_whole(row, column->money(record).hundredths); });
    case FieldType::kDate:
      return each([&](Row row, Record record) {
        values.set_whole(row, column->day(record).time_since_epoch().count());
      });
    case FieldType::kDateTime:
      return each([&](Row row, Record record) {
        values.set_whole(row, column->instant(record).time_since_epoch().count());
      });
    default:
      return each([&](Row row, Record record) {
        values.set_text(row, column->text(record));
        if (coded) values.set_code(row, column->code(record));
      });
  }
}

ChunkEvaluator::Operand ChunkEvaluator::operand(NodeId id, const PlanNode& user, Selection rows) {
  const bool momentary = plan_.is_momentary(id) && user.scope != kMomentScope;
  if (!momentary) {
    ensure(id, rows);
    return {.vector = &states_[id].values};
  }
  if (!has_zones(plan_.node(id))) {
    moment(id, 0);
    return {.moments = &states_[id]};
  }
  const ZoneNumber* const zone = zones(user.scope, rows);
  for (const ChunkRow row : rows) moment(id, zone[row]);
  return {.moments = &states_[id], .zones = zone};
}

// Of an unknown value the reason is put into words.
Value ChunkEvaluator::value_at(const Operand& operand, std::size_t row) {
  if (operand.vector == nullptr) return operand.moment(row);
  if (operand.vector->is_unknown(row)) return Value::unknown(reason(operand.vector->reason(row)));
  return operand.vector->value(row);
}

const ValueVector& ChunkEvaluator::truths(NodeId id, Selection rows) {
  ensure(id, rows);
  return states_[id].values;
}

const Value& ChunkEvaluator::moment(NodeId id, ZoneNumber zone) {
  NodeState& state = states_[id];
  if (state.moments.size() <= zone) state.moments.resize(zone + 1U);
  std::optional<Value>& known = state.moments[zone];
  if (known) return *known;
  Scope& scope = scopes_[kMomentScope];
  if (!scope.zones) scope.zones = room_of<ZoneNumber>();
  scope.zones[0] = zone;
  ++scope.generation;
  ensure(id, RowSet::one(0));
  Value value = value_at({.vector = &state.values}, 0);
  value.text = permanent_.keep(std::string(value.text));
  known = value;
  return *known;
}

const ZoneNumber* ChunkEvaluator::zones(ScopeId id, Selection rows) {
  Scope& scope = scopes_[id];
  if (id == kMomentScope) return scope.zones.get();
  if (id != kRecordScope) {
    if (!scope.zones) scope.zones = room_of<ZoneNumber>();
    const ScopeId outer = plan_.scopes()[id].outer;
    if (outer == kMomentScope) return scope.zones.get();  // a SELECT: filled by whoever runs it
    RowSet wanted;
    for (const ChunkRow row : rows) wanted.insert(scope.outer_of[row]);
    const ZoneNumber* const outer_zones = zones(outer, wanted);
    for (const ChunkRow row : rows) scope.zones[row] = outer_zones[scope.outer_of[row]];
    return scope.zones.get();
  }
  const RowSet todo = rows - scope.zoned;
  scope.zoned |= todo;
  for (const ChunkRow row : todo) scope.zones[row] = 0;
  const NodeId owner = plan_.owner();
  if (todo.empty() || owner == kNoNode || times_.zone_of_user.empty()) return scope.zones.get();
  ensure(owner, todo);
  for (const ChunkRow row : todo) {
    const RowIndex user = states_[owner].rows[row];
    if (user != kNoRow && user != kMissingRow) scope.zones[row] = times_.zone_of_user[user];
  }
  return scope.zones.get();
}

bool ChunkEvaluator::has_zones(const PlanNode& node) const {
  return node.time != kAnyTime && times_.frames[node.time].contexts.size() > 1;
}

const TimeContext& ChunkEvaluator::context(const PlanNode& node, const ZoneNumber* zone,
                                           std::size_t row) const {
  return times_.frames[node.time].contexts[zone != nullptr ? zone[row] : 0];
}

ReasonId ChunkEvaluator::because(std::string_view text) {
  reasons_.push_back({.text = text});
  return static_cast<ReasonId>(reasons_.size() - 1);
}

ReasonId ChunkEvaluator::fixed_reason(NodeState& state, std::string text) {
  if (!state.fixed_reason) {
    state.fixed_reason = kFixedReason | static_cast<ReasonId>(fixed_reasons_.size());
    fixed_reasons_.push_back(std::move(text));
  }
  return *state.fixed_reason;
}

std::string_view ChunkEvaluator::reason(ReasonId id) {
  if ((id & kFixedReason) != 0) return fixed_reasons_[id & ~kFixedReason];
  if (reasons_[id].missing != kNoNode) {
    const Reason open = reasons_[id];
    const std::string_view text = arena_.keep(missing_text(plan_.node(open.missing), open.row));
    reasons_[id] = {.text = text};
  }
  return reasons_[id].text;
}

// Why the way to a record ends: the first hop on it that leads nowhere. Of the records themselves the words
// are made when somebody wants to read them.
ReasonId ChunkEvaluator::missing(NodeId place, ChunkRow row) {
  NodeId at = place;
  while (true) {
    const PlanNode& node = plan_.node(at);
    if (node.op == PlanOp::kOuterRow) {
      row = scopes_[node.scope].outer_of[row];
    } else if (states_[node.places[0]].rows == nullptr || !node.inputs.empty() ||
               states_[node.places[0]].rows[row] != kMissingRow) {
      break;
    }
    at = node.places[0];
  }
  const PlanNode& hop = plan_.node(at);
  if (hop.scope == kRecordScope) {
    reasons_.push_back({.text = {}, .missing = at, .row = row});
    return static_cast<ReasonId>(reasons_.size() - 1);
  }
  return because(arena_.keep(missing_text(hop, row)));
}

std::string ChunkEvaluator::missing_text(const PlanNode& hop, ChunkRow row) {
  const Schema& schema = plan_.schema();
  const std::string& name = schema.object(hop.object).name;
  if (hop.hop.kind == PathHop::Kind::kLastRow) {
    return snapshot_.table(hop.hop.object) == nullptr
               ? fmt::format("{} is not in the data", name)
               : fmt::format("some rows of {} do not say whose they are", name);
  }
  const PlanNode& from = plan_.node(hop.places[0]);
  const std::string& field = schema.object(from.object).fields[hop.hop.index].name;
  std::optional<std::string_view> key;
  if (!hop.inputs.empty()) {
    const ValueVector& cells = values(hop.inputs[0], RowSet::one(row));
    if (cells.kind(row) == CellKind::kKnown) key = cells.text(row);
  } else {
    const RowIndex record = states_[hop.places[0]].rows[row];
    const Table* const table = snapshot_.table(from.object);
    const Column* const column = table == nullptr ? nullptr : table->column(hop.hop.index);
    if (column != nullptr && column->kind(record) == CellKind::kKnown) key = column->text(record);
  }
  return key ? fmt::format("{} {} is not in the data ({})", name, *key, field)
             : fmt::format("{} could not be read", field);
}

void ChunkEvaluator::put(ValueVector& values, std::size_t row, const Value& value) {
  if (value.is_unknown()) return values.set_unknown(row, because(value.text));
  values.set(row, value);
}

}  // namespace plumbline
