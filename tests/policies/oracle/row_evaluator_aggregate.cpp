// Aggregates over related rows. A row whose condition is unknown makes the result unknown, except where
// EXISTS already has a sure match and where a count is compared with a number (row_evaluator.cpp).
#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "policies/language/compare.h"
#include "tests/policies/oracle/row_evaluator.h"

namespace plumbline::oracle {
namespace {

// The field by which rows find this record, where its cell could not be read: nobody can tell whether there
// are any. Ids are always readable, or the row would not be there.
std::string_view unreadable_key(const Snapshot& snapshot, const BoundAggregate& aggregate, RowIndex row) {
  const Relationship& relationship = snapshot.schema().relationships()[aggregate.relationship];
  const std::size_t parent = aggregate.base.target();
  for (const std::string* key : {&relationship.parent_field, &relationship.fallback_parent_field}) {
    if (key->empty() || *key == "Id") continue;
    const auto field = snapshot.schema().object(parent).find(*key);
    const Column* column = field ? snapshot.table(parent)->column(*field) : nullptr;
    if (column != nullptr && column->kind(row) == CellKind::kUnknown) return *key;
  }
  return {};
}

}  // namespace

// The rows to look at, or nothing with `trouble` null (no base record) or unknown.
std::optional<std::span<const RowIndex>> RowEvaluator::related(const BoundAggregate& aggregate,
                                                               Value& trouble) {
  const Located base = locate(aggregate.base);
  if (!base.found) {
    trouble = base.trouble;
    return std::nullopt;
  }
  const Schema& schema = snapshot_.schema();
  if (snapshot_.table(aggregate.object) == nullptr) {
    trouble = Value::unknown(
        arena_.keep(fmt::format("{} is not in the data", schema.object(aggregate.object).name)));
    return std::nullopt;
  }
  if (const std::string_view key = unreadable_key(snapshot_, aggregate, base.row); !key.empty()) {
    trouble = Value::unknown(arena_.keep(fmt::format("{} could not be read", key)));
    return std::nullopt;
  }
  return snapshot_.related(aggregate.relationship, base.row);
}

Truth RowEvaluator::matches(const BoundAggregate& aggregate, RowIndex row) {
  if (frames_.size() <= aggregate.frame) frames_.resize(aggregate.frame + 1, kNoRow);
  frames_[aggregate.frame] = row;
  return aggregate.where ? truth(*aggregate.where) : Truth::kTrue;
}

std::optional<RowEvaluator::Count> RowEvaluator::count(const BoundAggregate& aggregate, Value& trouble) {
  const auto rows = related(aggregate, trouble);
  if (!rows) {
    if (trouble.is_null()) return Count{};
    return std::nullopt;
  }
  Count result;
  std::string_view first_reason;
  for (const RowIndex row : *rows) {
    const Truth match = matches(aggregate, row);
    if (match == Truth::kTrue) ++result.sure;
    if (match != Truth::kFalse) ++result.possible;
    if (match == Truth::kUnknown && first_reason.empty()) first_reason = reason_;
  }
  if (snapshot_.has_unplaced(aggregate.relationship)) {
    result.possible = kNoLimit;
    first_reason = arena_.keep(fmt::format("some rows of {} do not say whose they are", aggregate.name));
  }
  reason_ = first_reason;
  return result;
}

RowIndex RowEvaluator::first_match(const BoundAggregate& aggregate) {
  Value trouble;
  const auto rows = related(aggregate, trouble);
  if (!rows) return kNoRow;
  for (const RowIndex row : *rows) {
    if (matches(aggregate, row) == Truth::kTrue) return row;
  }
  return kNoRow;
}

Value RowEvaluator::exists(const BoundAggregate& aggregate) {
  Value trouble;
  const auto rows = related(aggregate, trouble);
  if (!rows) return trouble.is_null() ? Value::of(false) : trouble;
  std::optional<std::string_view> first_reason;
  for (const RowIndex row : *rows) {
    const Truth match = matches(aggregate, row);
    if (match == Truth::kTrue) return Value::of(true);
    if (match == Truth::kUnknown && !first_reason) first_reason = reason_;
  }
  if (first_reason) return Value::unknown(*first_reason);
  if (snapshot_.has_unplaced(aggregate.relationship)) {
    return Value::unknown(
        arena_.keep(fmt::format("some rows of {} do not say whose they are", aggregate.name)));
  }
  return Value::of(false);
}

Value RowEvaluator::aggregate(const BoundExpr& expression) {
  const BoundAggregate& aggregate = *expression.aggregate;
  if (aggregate.kind == AggregateKind::kExists) return exists(aggregate);
  if (aggregate.kind == AggregateKind::kCount) {
    Value trouble;
    const auto counted = count(aggregate, trouble);
    if (!counted) return trouble;
    if (counted->sure != counted->possible) return Value::unknown(reason_);
    return Value::of(static_cast<double>(counted->sure));
  }
  return fold(expression);
}

// SUM, MIN, MAX, LATEST, MISSING: over the matching rows, all of which must be told.
Value RowEvaluator::fold(const BoundExpr& expression) {
  const BoundAggregate& aggregate = *expression.aggregate;
  Value trouble;
  const auto rows = related(aggregate, trouble);
  if (!rows && trouble.is_unknown()) return trouble;
  std::vector<RowIndex> matching;
  for (const RowIndex row : rows.value_or(std::span<const RowIndex>{})) {
    const Truth match = matches(aggregate, row);
    if (match == Truth::kUnknown) return Value::unknown(reason_);
    if (match == Truth::kTrue) matching.push_back(row);
  }
  if (rows && snapshot_.has_unplaced(aggregate.relationship)) {
    return Value::unknown(
        arena_.keep(fmt::format("some rows of {} do not say whose they are", aggregate.name)));
  }
  if (aggregate.kind == AggregateKind::kLatest) return latest(aggregate, matching);
  if (aggregate.kind == AggregateKind::kMissing) return missing(aggregate, matching);
  Value result = Value::null(expression.type);
  if (aggregate.kind == AggregateKind::kSum) {
    result = expression.type == ValueType::kMoney ? Value::of(Money{0}) : Value::of(0.0);
  }
  for (const RowIndex row : matching) {
    frames_[aggregate.frame] = row;
    const Value next = value(*aggregate.value);
    if (next.is_unknown()) return next;
    if (next.is_null()) continue;
    if (aggregate.kind == AggregateKind::kSum && result.type == ValueType::kMoney) {
      std::int64_t sum = 0;
      if (__builtin_add_overflow(result.money.hundredths, next.money.hundredths, &sum)) {
        return Value::unknown("the sum is too large to be calculated");
      }
      result = Value::of(Money{sum});
    } else if (aggregate.kind == AggregateKind::kSum) {
      result = Value::of(result.number + next.number);
    } else if (result.is_null() ||
               (compare_values(next, result) < 0) == (aggregate.kind == AggregateKind::kMin)) {
      result = next;
    }
  }
  return result;
}

// The value of the row with the greatest BY; of several such rows the last. Rows without BY are older than
// any.
Value RowEvaluator::latest(const BoundAggregate& aggregate, std::span<const RowIndex> rows) {
  Value newest = Value::null();
  Value result = Value::null(aggregate.value->type);
  for (const RowIndex row : rows) {
    frames_[aggregate.frame] = row;
    const Value by = value(*aggregate.by);
    if (by.is_unknown()) return by;
    const bool newer = newest.is_null() || (by.is_known() && compare_values(by, newest) >= 0);
    if (!newer) continue;
    newest = by;
    result = value(*aggregate.value);
  }
  return result;
}

// The elements of the list that no row has, in the list's order, as text; null when none is missing.
Value RowEvaluator::missing(const BoundAggregate& aggregate, std::span<const RowIndex> rows) {
  std::vector<Value> present;
  for (const RowIndex row : rows) {
    frames_[aggregate.frame] = row;
    const Value next = value(*aggregate.value);
    if (next.is_unknown()) return next;
    if (next.is_known()) present.push_back(next);
  }
  std::string absent;
  for (const Value& element : aggregate.list) {
    const bool found = std::any_of(present.begin(), present.end(),
                                   [&](const Value& value) { return compare_values(value, element) == 0; });
    if (found) continue;
    if (!absent.empty()) absent += ", ";
    absent += element.text;
  }
  if (absent.empty()) return Value::null(ValueType::kText);
  return Value::of(arena_.keep(std::move(absent)));
}

}  // namespace plumbline::oracle
