// Related rows: the children of many records are laid side by side in a batch, the aggregate's conditions are
// evaluated over the batch, and each child's part is added to its record's sum. A child whose condition is
// unknown makes the sum unknown, except where EXISTS already has a sure match and where a count is compared
// with a number.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "policies/language/arithmetic.h"
#include "policies/language/chunk_evaluator.h"
#include "policies/language/compare.h"

namespace plumbline {
namespace {

// Base rows whose counts a thread keeps from chunk to chunk.
constexpr std::size_t kMostRemembered = std::size_t{1} << 20;

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

// The field by which rows find this record, where its cell could not be read: nobody can tell whether there
// are any. Ids are always readable, or the row would not be there.
std::string_view unreadable_key(const Snapshot& snapshot, const BoundAggregate& aggregate, RowIndex row) {
  const Relationship& relationship = snapshot.schema().relationships()[aggregate.relationship];
  const std::size_t parent = aggregate.base.target();
  for (const std::string* key : {&relationship.parent_field, &relationship.fallback_parent_field}) {
    if (key->empty() || same_name(*key, "Id")) continue;
    const auto field = snapshot.schema().object(parent).find(*key);
    const Column* column = field ? snapshot.table(parent)->column(*field) : nullptr;
    if (column != nullptr && column->kind(row) == CellKind::kUnknown) return *key;
  }
  return {};
}

}  // namespace

struct ChunkEvaluator::Rows {
  // What a base row came to in an earlier chunk.
  struct Remembered {
    std::uint64_t count = 0;
    RowIndex first = kNoRow;
  };
  // Of one record.
  struct Sum {
    std::uint64_t sure = 0;      // rows that match
    std::uint64_t possible = 0;  // those and the unknown ones; kNoLimit where some rows name no parent
    RowIndex first = kNoRow;     // that surely matches
    std::optional<ReasonId> base_trouble;   // the record whose rows they are is not in the data, ...
    std::optional<ReasonId> where_trouble;  // of the first row whose condition is unknown
    std::optional<ReasonId> value_trouble;  // of the first value that is unknown, or the sum that overflows
    bool has_base = false;
    Value result{};
    Value newest{};
    std::vector<bool> present{};  // MISSING: by element
  };
  std::vector<Sum> sums = std::vector<Sum>(kChunkRows);
  std::vector<std::pair<ChunkRow, ChunkRow>> copies;     // shareable: a row, and the one with the same base
  std::unordered_map<std::uint64_t, ChunkRow> by_base;   // of this call
  std::unordered_map<std::uint64_t, Remembered> counts;  // of earlier chunks; only where all rows were told
};

void ChunkEvaluator::aggregate(const PlanNode& node, NodeState& state, Selection rows) {
  ensure(node.places[0], rows);
  if (!state.sums) state.sums = std::make_shared<Rows>();
  start_sums(node, state, rows);
  Scope& scope = scopes_[node.rows_scope];
  if (!scope.own) {
    scope.own = std::make_unique_for_overwrite<RowIndex[]>(kChunkRows);
    scope.outer_of = std::make_unique_for_overwrite<ChunkRow[]>(kChunkRows);
  }
  const RowIndex* const bases = states_[node.places[0]].rows.get();
  scope.rows = 0;
  for (const ChunkRow row : rows) {
    if (!state.sums->sums[row].has_base) continue;
    if (node.shareable && is_shared(node, state, row)) continue;
    for (const RowIndex child : snapshot_.related(node.aggregate->relationship, bases[row])) {
      scope.own[scope.rows] = child;
      scope.outer_of[scope.rows] = row;
      if (++scope.rows < kChunkRows) continue;
      add_related(node, state);
      scope.rows = 0;
    }
  }
  if (scope.rows > 0) add_related(node, state);
  if (node.shareable) share(node, state);
  finish_sums(node, state, rows);
}

std::uint64_t ChunkEvaluator::share_key(const PlanNode& node, ChunkRow row) {
  const RowIndex base = states_[node.places[0]].rows[row];
  const ZoneNumber zone = has_zones(node) ? zones(node.scope, RowSet::one(row))[row] : ZoneNumber{0};
  return (std::uint64_t{zone} << 32) | base;
}

// Many records lead to one base row (the opportunities of one account): its rows are looked through once.
bool ChunkEvaluator::is_shared(const PlanNode& node, NodeState& state, ChunkRow row) {
  Rows& rows = *state.sums;
  const std::uint64_t key = share_key(node, row);
  if (const auto known = rows.counts.find(key); known != rows.counts.end()) {
    Rows::Sum& sum = rows.sums[row];
    sum.sure = sum.possible = known->second.count;
    sum.first = known->second.first;
    return true;
  }
  const auto [first, is_new] = rows.by_base.try_emplace(key, row);
  if (!is_new) rows.copies.emplace_back(row, first->second);
  return !is_new;
}

void ChunkEvaluator::share(const PlanNode& node, NodeState& state) {
  Rows& rows = *state.sums;
  for (const auto& [row, same] : rows.copies) rows.sums[row] = rows.sums[same];
  rows.copies.clear();
  const bool counts =
      node.aggregate->kind == AggregateKind::kCount || node.aggregate->kind == AggregateKind::kExists;
  for (const auto& [key, row] : rows.by_base) {
    const Rows::Sum& sum = rows.sums[row];
    if (counts && !sum.where_trouble && rows.counts.size() < kMostRemembered)
      rows.counts.emplace(key, Rows::Remembered{.count = sum.sure, .first = sum.first});
  }
  rows.by_base.clear();
}

void ChunkEvaluator::start_sums(const PlanNode& node, NodeState& state, Selection rows) {
  const BoundAggregate& aggregate = *node.aggregate;
  const RowIndex* const bases = states_[node.places[0]].rows.get();
  const bool there = snapshot_.table(aggregate.object) != nullptr;
  for (const ChunkRow row : rows) {
    Rows::Sum& sum = state.sums->sums[row];
    sum = {};
    if (aggregate.kind == AggregateKind::kSum)
      sum.result = node.type == ValueType::kMoney ? Value::of(Money{0}) : Value::of(0.0);
    if (aggregate.kind == AggregateKind::kMissing) sum.present.resize(aggregate.list.size());
    if (bases[row] == kNoRow) continue;
    if (bases[row] == kMissingRow) {
      sum.base_trouble = missing(node.places[0], row);
    } else if (!there) {
      sum.base_trouble = fixed_reason(
          state, fmt::format("{} is not in the data", plan_.schema().object(aggregate.object).name));
    } else if (const auto key = unreadable_key(snapshot_, aggregate, bases[row]); !key.empty()) {
      sum.base_trouble = because(arena_.keep(fmt::format("{} could not be read", key)));
    } else {
      sum.has_base = true;
    }
  }
}

// Those of a batch of rows that meet the aggregate's WHERE, and those of which nobody can tell.
ChunkEvaluator::Matches ChunkEvaluator::rows_matching(const PlanNode& node) {
  const RowSet all = RowSet::first(scopes_[node.rows_scope].rows);
  if (node.where == kNoNode) return {.sure = all};
  const ValueVector& where = truths(node.where, all);
  return {.sure = all & where.trues(), .unsure = all & where.unknowns()};
}

// Adds a batch of related rows to the sums of the records they belong to.
void ChunkEvaluator::add_related(const PlanNode& node, NodeState& state) {
  Scope& scope = scopes_[node.rows_scope];
  ++scope.generation;
  const Matches matches = rows_matching(node);
  for (const ChunkRow row : matches.sure) {
    Rows::Sum& sum = state.sums->sums[scope.outer_of[row]];
    ++sum.possible;
    if (++sum.sure == 1) sum.first = scope.own[row];
  }
  for (const ChunkRow row : matches.unsure) {
    Rows::Sum& sum = state.sums->sums[scope.outer_of[row]];
    ++sum.possible;
    if (!sum.where_trouble) sum.where_trouble = known(node.where).reason(row);
  }
  if (node.value == kNoNode || matches.sure.empty()) return;
  const Operand value = operand(node.value, node, matches.sure);
  const Operand by = node.by == kNoNode ? Operand{} : operand(node.by, node, matches.sure);
  for (const ChunkRow row : matches.sure) {
    add_value(node, *state.sums, scope.outer_of[row], value_at(value, row),
              node.by == kNoNode ? Value::null() : value_at(by, row));
  }
}

void ChunkEvaluator::add_value(const PlanNode& node, Rows& rows, ChunkRow outer, const Value& value,
                               const Value& by) {
  Rows::Sum& sum = rows.sums[outer];
  if (sum.value_trouble) return;
  const AggregateKind kind = node.aggregate->kind;
  if (kind == AggregateKind::kLatest) {
    // Rows without BY are older than any; of several as new the last counts.
    if (by.is_unknown()) {
      sum.value_trouble = because(by.text);
    } else if (sum.newest.is_null() || (by.is_known() && compare_values(by, sum.newest) >= 0)) {
      sum.newest = by;
      sum.result = value;
    }
    return;
  }
  if (value.is_unknown()) {
    sum.value_trouble = because(value.text);
    return;
  }
  if (value.is_null()) return;
  if (kind == AggregateKind::kMissing) {
    for (std::size_t i = 0; i < node.aggregate->list.size(); ++i) {
      if (compare_values(value, node.aggregate->list[i]) == 0) sum.present[i] = true;
    }
  } else if (kind == AggregateKind::kSum && sum.result.type == ValueType::kMoney) {
    std::int64_t total = 0;
    if (__builtin_add_overflow(sum.result.money.hundredths, value.money.hundredths, &total)) {
      sum.value_trouble = because("the sum is too large to be calculated");
    } else {
      sum.result = Value::of(Money{total});
    }
  } else if (kind == AggregateKind::kSum) {
    sum.result = Value::of(sum.result.number + value.number);
  } else if (sum.result.is_null() ||
             (compare_values(value, sum.result) < 0) == (kind == AggregateKind::kMin)) {
    sum.result = value;
  }
}

void ChunkEvaluator::finish_sums(const PlanNode& node, NodeState& state, Selection rows) {
  const BoundAggregate& aggregate = *node.aggregate;
  const bool unplaced = snapshot_.has_unplaced(aggregate.relationship);
  const auto no_parent = [&] {
    return because(arena_.keep(fmt::format("some rows of {} do not say whose they are", aggregate.name)));
  };
  for (const ChunkRow row : rows) {
    Rows::Sum& sum = state.sums->sums[row];
    if (sum.base_trouble) {
      state.values.set_unknown(row, *sum.base_trouble);
    } else if (aggregate.kind == AggregateKind::kExists) {
      if (sum.sure == 0 && sum.has_base && unplaced && !sum.where_trouble) sum.where_trouble = no_parent();
      if (sum.sure == 0 && sum.where_trouble) {
        state.values.set_unknown(row, *sum.where_trouble);
      } else {
        state.values.set_truth(row, sum.sure > 0);
      }
    } else if (aggregate.kind == AggregateKind::kCount) {
      if (sum.has_base && unplaced) {
        sum.possible = kNoLimit;
        sum.where_trouble = no_parent();
      }
      if (sum.sure == sum.possible) {
        state.values.set_number(row, static_cast<double>(sum.sure));
      } else {
        state.values.set_unknown(row, *sum.where_trouble);
      }
    } else {
      if (sum.has_base && unplaced && !sum.where_trouble) sum.where_trouble = no_parent();
      finish_fold(node, state, row);
    }
  }
}

// SUM, MIN, MAX, LATEST, MISSING: over the matching rows, all of which must be told.
void ChunkEvaluator::finish_fold(const PlanNode& node, NodeState& state, ChunkRow row) {
  const Rows::Sum& sum = state.sums->sums[row];
  if (sum.where_trouble) return state.values.set_unknown(row, *sum.where_trouble);
  if (sum.value_trouble) return state.values.set_unknown(row, *sum.value_trouble);
  if (node.aggregate->kind != AggregateKind::kMissing) return put(state.values, row, sum.result);
  // The elements of the list that no row has, in the list's order, as text; null when none is missing.
  std::string absent;
  for (std::size_t i = 0; i < sum.present.size(); ++i) {
    if (sum.present[i]) continue;
    if (!absent.empty()) absent += ", ";
    absent += node.aggregate->list[i].text;
  }
  if (absent.empty()) return state.values.set_null(row);
  state.values.set_text(row, arena_.keep(std::move(absent)));
}

// A count beside a number is decided where the rows that cannot be told could not change the answer.
void ChunkEvaluator::compare_count(const PlanNode& node, NodeState& state, Selection rows) {
  const NodeId count_node = node.inputs[0];
  const ValueVector& counts = truths(count_node, rows);
  const Operand other = operand(node.inputs[1], node, rows);
  const auto sum_of = [&](ChunkRow row) -> const Rows::Sum& {
    NodeId at = count_node;
    while (plan_.node(at).op == PlanOp::kOuter) {
      row = scopes_[plan_.node(at).scope].outer_of[row];
      at = plan_.node(at).inputs[0];
    }
    return states_[at].sums->sums[row];
  };
  for (const ChunkRow row : rows) {
    const Value limit = value_at(other, row);
    const Rows::Sum& sum = sum_of(row);
    if (limit.is_unknown()) {
      const bool count_first = !node.count_last && counts.is_unknown(row);
      state.values.set_unknown(row, count_first ? counts.reason(row) : because(limit.text));
      continue;
    }
    if (sum.base_trouble) {
      state.values.set_unknown(row, *sum.base_trouble);
      continue;
    }
    const auto holds = [&](double n) { return compare_known(Value::of(n), node.compare, limit); };
    const auto least = static_cast<double>(sum.sure);
    const auto most = static_cast<double>(sum.possible);
    const bool at_least = holds(least);
    bool sure = holds(most) == at_least;
    // Between the two the answer can only turn beside the number itself.
    const double near = limit.is_null() ? least : std::floor(as_number(limit));
    for (const double n : {near - 1, near, near + 1}) {
      if (n > least && n < most && holds(n) != at_least) sure = false;
    }
    if (sure) {
      state.values.set_truth(row, at_least);
    } else {
      state.values.set_unknown(row, counts.reason(row));
    }
  }
}

void ChunkEvaluator::in_select(const PlanNode& node, NodeState& state, Selection rows) {
  ensure(node.inputs[0], rows);
  const ValueVector& left = states_[node.inputs[0]].values;
  const bool negated = node.expression->negated;
  const ZoneNumber* const zone = has_zones(node) ? zones(node.scope, rows) : nullptr;
  for (const ChunkRow row : rows) {
    if (left.is_unknown(row)) {
      state.values.set_unknown(row, left.reason(row));
      continue;
    }
    if (left.kind(row) == CellKind::kNull) {
      state.values.set_truth(row, negated);
      continue;
    }
    const Selected& known = selected(node, state, zone != nullptr ? zone[row] : 0);
    const bool found =
        std::binary_search(known.ids.begin(), known.ids.end(), id_key(left.text(row)), std::less<>{});
    if (!found && !known.trouble.empty()) {
      state.values.set_unknown(row, because(known.trouble));
    } else {
      state.values.set_truth(row, found != negated);
    }
  }
}

// What a SELECT gives in one zone; the same for every record.
const ChunkEvaluator::Selected& ChunkEvaluator::selected(const PlanNode& node, NodeState& state,
                                                         ZoneNumber zone) {
  const auto [place, is_new] = state.selects.try_emplace(zone);
  Selected& result = place->second;
  if (!is_new) return result;
  const BoundAggregate& rows = *node.aggregate;
  const Table* const table = snapshot_.table(rows.object);
  if (table == nullptr) {
    result.trouble = fmt::format("{} is not in the data", rows.name);
    return result;
  }
  Scope& scope = scopes_[node.rows_scope];
  if (!scope.own) scope.own = std::make_unique_for_overwrite<RowIndex[]>(kChunkRows);
  if (!scope.zones) scope.zones = std::make_unique_for_overwrite<ZoneNumber[]>(kChunkRows);
  std::fill_n(scope.zones.get(), kChunkRows, zone);
  scope.rows = 0;
  for (RowIndex row = 0; row < table->rows(); ++row) {
    if (!table->visible(row)) continue;
    scope.own[scope.rows] = row;
    if (++scope.rows == kChunkRows) select_batch(node, result);
  }
  if (scope.rows > 0) select_batch(node, result);
  std::ranges::sort(result.ids);
  return result;
}

void ChunkEvaluator::select_batch(const PlanNode& node, Selected& result) {
  Scope& scope = scopes_[node.rows_scope];
  ++scope.generation;
  const Matches matches = rows_matching(node);
  ensure(node.value, matches.sure);
  const ValueVector& ids = states_[node.value].values;
  for (const ChunkRow row : matches.sure | matches.unsure) {
    if (matches.unsure.contains(row)) {
      result.trouble = std::string(reason(known(node.where).reason(row)));
    } else if (ids.is_unknown(row)) {
      result.trouble = std::string(reason(ids.reason(row)));
    } else if (ids.kind(row) == CellKind::kKnown) {
      result.ids.emplace_back(id_key(ids.text(row)));
    }
  }
  scope.rows = 0;
}

void ChunkEvaluator::first_matches(const Plan::Inside& inside, Selection rows,
                                   std::vector<std::optional<Value>>& values) {
  values.assign(kChunkRows, std::nullopt);
  ensure(inside.aggregate, rows);
  const PlanNode& node = plan_.node(inside.aggregate);
  Scope& scope = scopes_[node.rows_scope];
  scope.rows = 0;
  ++scope.generation;
  for (const ChunkRow row : rows) {
    const RowIndex first = states_[inside.aggregate].sums->sums[row].first;
    if (first == kNoRow) continue;
    scope.own[scope.rows] = first;
    scope.outer_of[scope.rows] = row;
    ++scope.rows;
  }
  if (scope.rows == 0) return;
  const RowSet found = RowSet::first(scope.rows);
  const Operand value = operand(inside.expression, node, found);
  for (const ChunkRow at : found) values[scope.outer_of[at]] = value_at(value, at);
}

}  // namespace plumbline
