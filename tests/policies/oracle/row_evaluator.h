// The oracle: evaluates bound expressions one record at a time, as plainly as the language is defined. Slow
// and simple on purpose; what the engine answers is held against it. One evaluator a thread; the expressions
// and the snapshot are shared.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "policies/functions/function.h"
#include "policies/language/bound.h"

namespace plumbline::oracle {

enum class Truth : std::uint8_t { kFalse, kTrue, kUnknown };

class RowEvaluator {
 public:
  explicit RowEvaluator(const Snapshot& snapshot) : snapshot_(snapshot) {}

  // The record and moment judged from now on. Texts made for the record before are gone.
  void start_record(RowIndex row, const TimeContext& time);
  // The same record at another owner's zone or by another pack's calendar.
  void set_time(const TimeContext& time) { time_ = &time; }

  Value value(const BoundExpr& expression);
  // Null is false. `reason` is why the last kUnknown answer was unknown.
  Truth truth(const BoundExpr& condition);
  std::string_view reason() const { return reason_; }

  // The first related row that surely matches, for evidence; kNoRow where none does. Afterwards value() of
  // expressions in the aggregate's frame reads that row.
  RowIndex first_match(const BoundAggregate& aggregate);

 private:
  struct Located {
    RowIndex row = kNoRow;
    Value trouble{};  // null where the way ends in an empty lookup, unknown where it ends in a missing record
    bool found = false;
  };
  static constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
  struct Count {
    std::size_t sure = 0;
    std::size_t possible = 0;  // the sure ones and the unknown ones; kNoLimit where some rows name no parent
  };

  Located locate(const RecordPath& path);
  Value missing_record(const PathHop& hop, std::size_t object, RowIndex row);
  Value read(std::size_t object, std::size_t field, RowIndex row, const BoundExpr& expression);
  Value field(const BoundExpr& expression);
  Value constant(const BoundExpr& expression);
  Value both(const BoundExpr& expression);
  Value negation(const BoundExpr& expression);
  Value compare(const BoundExpr& expression);
  std::optional<Value> compare_count(const BoundExpr& expression);
  static std::optional<Value> compare_truth_with_null(const BoundExpr& expression, const Value& left,
                                                      const Value& right);
  Value like(const BoundExpr& expression);
  Value in_list(const BoundExpr& expression);
  Value in_select(const BoundExpr& expression);
  Value includes(const BoundExpr& expression);
  Value in_range(const BoundExpr& expression);
  Value today(const BoundExpr& expression);
  Value arithmetic(const BoundExpr& expression);
  Value time_arithmetic(const Value& left, ArithmeticOp op, const Value& right);
  Value call(const BoundExpr& expression);
  Value lookup_table(const BoundExpr& expression);
  Value to_number(const BoundExpr& expression);
  Value local_day(const BoundExpr& expression);

  std::optional<std::span<const RowIndex>> related(const BoundAggregate& aggregate, Value& trouble);
  Truth matches(const BoundAggregate& aggregate, RowIndex row);
  Value aggregate(const BoundExpr& expression);
  std::optional<Count> count(const BoundAggregate& aggregate, Value& trouble);
  Value exists(const BoundAggregate& aggregate);
  Value fold(const BoundExpr& expression);
  Value latest(const BoundAggregate& aggregate, std::span<const RowIndex> rows);
  Value missing(const BoundAggregate& aggregate, std::span<const RowIndex> rows);

  // What a SELECT gives at one moment, in one zone and by one calendar; the same for every record.
  using SelectKey = std::tuple<const BoundExpr*, std::string, Instant, const Calendar*>;
  struct Selected {
    std::vector<std::string> ids;  // keys, sorted
    std::string trouble;           // why some row could not be told; empty where all could
  };
  const Selected& selected(const BoundExpr& expression);

  const Snapshot& snapshot_;
  const TimeContext* time_ = nullptr;
  std::vector<RowIndex> frames_ = std::vector<RowIndex>(1, kNoRow);
  TextArena arena_;
  std::string_view reason_;
  std::map<SelectKey, Selected> selects_;
};

}  // namespace plumbline::oracle
