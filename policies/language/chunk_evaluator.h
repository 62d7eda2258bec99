// Evaluates the nodes of a plan over chunks of records: each node at most once a row, for the rows that
// anybody asks for alone. The meaning of every node is that of the language (docs/policy-language.md); what
// order things are worked out in shows nowhere.
//
// One a thread; the plan, the snapshot and the times are shared.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date_literal.h"
#include "policies/language/plan.h"
#include "policies/language/value_vector.h"
#include "records/record_source.h"

namespace plumbline {

// A calendar, and the moment judged in each zone: contexts[0] is that of owners without a zone. Of one
// context where a policy has a zone of its own.
struct TimeFrame {
  std::vector<TimeContext> contexts;
};

using ZoneNumber = std::uint16_t;  // an index of TimeFrame::contexts

struct JudgeTimes {
  std::vector<TimeFrame> frames;
  std::vector<ZoneNumber> zone_of_user;  // by row of the users; empty where there are none
};

// The texts of a list, where all are plain ASCII, for looking texts up without regard to case.
class TextList {
 public:
  explicit TextList(std::span<const Value> texts);
  // Whether the text is one of them; empty where that takes the comparison the language defines: for lists
  // and texts beyond ASCII, whose characters may fold to others.
  std::optional<bool> holds(std::string_view text) const;
  // Whether a text is too long to be one of them, whatever punctuation is cut off at its end.
  bool is_beyond(std::string_view text) const;

 private:
  std::vector<std::string> texts_;  // in lower case
  std::size_t longest_ = 0;
  std::bitset<128> firsts_;  // their first bytes
  bool all_ascii_ = true;
};

class ChunkEvaluator {
 public:
  ChunkEvaluator(const Plan& plan, const Snapshot& snapshot, const JudgeTimes& times);

  // The reader's chunk from now on. What was worked out for the one before is gone, texts too.
  void start_chunk(RecordReader& reader);

  // Values of a node of the records; good for the rows asked for so far.
  const ValueVector& values(NodeId node, Selection rows);
  // The same for rows that have been asked for.
  const ValueVector& known(NodeId node) const { return states_[node].values; }
  // Rows of tables a row node leads to, by ChunkRow.
  const RowIndex* rows(NodeId node, Selection rows);
  // The moment judged, in the zone of the record's owner.
  const TimeContext& time_at(TimeFrameId frame, ChunkRow row);
  // Why a value is unknown.
  std::string_view reason(ReasonId id);

  // For rows for which an EXISTS holds: what the expression is in its first matching row. Answers which of
  // the rows have such a row; their values stand in `values`, by ChunkRow.
  void first_matches(const Plan::Inside& inside, Selection rows, std::vector<std::optional<Value>>& values);

 private:
  struct Scope {
    std::size_t rows = 0;
    std::uint32_t generation = 0;
    std::unique_ptr<RowIndex[]> own;       // of aggregates: the related rows
    std::unique_ptr<ChunkRow[]> outer_of;  // and whose they are
    std::unique_ptr<ZoneNumber[]> zones;
    RowSet zoned;  // of the records: those whose zone is known
  };
  struct Rows;  // what an aggregate adds up
  struct Selected {
    std::vector<std::string> ids;  // keys, sorted
    std::string trouble;           // why some row could not be told; empty where all could
  };
  struct Matches {
    RowSet sure;
    RowSet unsure{};
  };
  struct NodeState {
    ValueVector values;
    std::unique_ptr<RowIndex[]> rows;
    RowSet done;
    std::optional<std::uint32_t> generation;      // of the scope, when `done` was last started
    std::vector<std::optional<Value>> moments;    // of what depends on the moment alone, by zone
    std::vector<std::optional<DayRange>> ranges;  // kInRange, by zone; empty where outside the calendar
    std::vector<std::uint8_t> ranges_known;
    std::vector<std::uint8_t> by_code;       // what each text of a dictionary came to
    const Dictionary* dictionary = nullptr;  // that by_code is of
    std::optional<ReasonId> fixed_reason;
    std::optional<TextList> list;  // kIn
    std::shared_ptr<Rows> sums;
    std::map<ZoneNumber, Selected> selects;
  };
  // One side of a comparison or an argument: a value a row, or one a zone.
  struct Operand {
    const ValueVector* vector = nullptr;
    const NodeState* moments = nullptr;
    const ZoneNumber* zones = nullptr;  // null: the first

    const Value& moment(std::size_t row) const {
      return *moments->moments[zones != nullptr ? zones[row] : 0];
    }
  };
  // chunk_evaluator.cpp: what is known, rows and cells, reasons.
  void ensure(NodeId id, Selection rows);
  void evaluate(NodeId id, Selection rows);
  void own_rows(const PlanNode& node, NodeState& state, Selection rows);
  void hop(const PlanNode& node, NodeState& state, Selection rows);
  void hop_lookup(const PlanNode& node, NodeState& state, Selection rows);
  void hop_last_row(const PlanNode& node, NodeState& state, Selection rows);
  void outer(const PlanNode& node, NodeState& state, Selection rows);
  void cell_passing(const PlanNode& node, NodeState& state, Selection rows);
  void passing_truths(const PlanNode& node, NodeState& state, Selection rows);
  void cell(const PlanNode& node, NodeState& state, Selection rows);
  void absent_cell(const PlanNode& node, NodeState& state, ChunkRow row);
  void constant(const PlanNode& node, NodeState& state, Selection rows);
  Operand operand(NodeId id, const PlanNode& user, Selection rows);
  Value value_at(const Operand& operand, std::size_t row);
  const ValueVector& truths(NodeId id, Selection rows);
  // What the node's part that depends on the moment alone comes to in one zone.
  const Value& moment(NodeId id, ZoneNumber zone);
  const ZoneNumber* zones(ScopeId scope, Selection rows);
  const TimeContext& context(const PlanNode& node, const ZoneNumber* zones, std::size_t row) const;
  bool has_zones(const PlanNode& node) const;
  ReasonId because(std::string_view reason);  // static text, or one kept in an arena
  ReasonId fixed_reason(NodeState& state, std::string reason);
  ReasonId missing(NodeId place, ChunkRow row);
  std::string missing_text(const PlanNode& hop, ChunkRow row);
  void put(ValueVector& values, std::size_t row, const Value& value);

  // chunk_conditions.cpp
  void all_of(const PlanNode& node, NodeState& state, Selection rows);
  void negation(const PlanNode& node, NodeState& state, Selection rows);
  void compare(const PlanNode& node, NodeState& state, Selection rows);
  bool compare_by_code(const PlanNode& node, NodeState& state, Selection rows, const Operand& left,
                       const Operand& right);
  void compare_plainly(const PlanNode& node, NodeState& state, Selection rows, const Operand& left,
                       const Operand& right);
  void compare_count(const PlanNode& node, NodeState& state, Selection rows);
  void like(const PlanNode& node, NodeState& state, Selection rows);
  void in_list(const PlanNode& node, NodeState& state, Selection asked);
  // The rows whose text can be in the list; of all others the node's value is set.
  RowSet near_list(const PlanNode& node, NodeState& state, Selection rows);
  void includes(const PlanNode& node, NodeState& state, Selection rows);
  void in_range(const PlanNode& node, NodeState& state, Selection rows);
  // Asks `holds` once for each text of a dictionary, and otherwise once a row. Null is `of_null`.
  template <class Holds>
  void by_text(NodeState& state, Selection rows, const ValueVector& texts, bool of_null, const Holds& holds);

  // chunk_values.cpp
  void today(const PlanNode& node, NodeState& state, Selection rows);
  void arithmetic(const PlanNode& node, NodeState& state, Selection rows);
  void negate(const PlanNode& node, NodeState& state, Selection rows);
  void lookup_table(const PlanNode& node, NodeState& state, Selection rows);
  void to_number(const PlanNode& node, NodeState& state, Selection rows);
  void local_day(const PlanNode& node, NodeState& state, Selection rows);

  // chunk_calls.cpp
  void call(const PlanNode& node, NodeState& state, Selection rows);
  void call_of_one(const PlanNode& node, NodeState& state, Selection rows);
  void call_by_rows(const PlanNode& node, NodeState& state, Selection rows);
  Value evaluate_row(const PlanNode& node, const TimeContext& time, std::span<const FieldArgument> fields,
                     std::span<const Value> arguments);
  void put_result(const PlanNode& node, NodeState& state, ChunkRow row, const Value& result);
  bool choose(const PlanNode& node, NodeState& state, Selection rows);
  void choose_blank(const PlanNode& node, NodeState& state, Selection rows);
  void choose_by_condition(const PlanNode& node, NodeState& state, Selection rows);
  void choose_unless_blank(const PlanNode& node, NodeState& state, Selection rows);
  void choose_first_known(const PlanNode& node, NodeState& state, Selection rows);
  static bool is_blank_at(const ValueVector& values, ChunkRow row);
  void hand_on(NodeId chosen, const PlanNode& node, NodeState& state, Selection rows);
  void take_over(ValueVector& values, ChunkRow row, const Operand& from);

  // chunk_related.cpp
  void aggregate(const PlanNode& node, NodeState& state, Selection rows);
  void start_sums(const PlanNode& node, NodeState& state, Selection rows);
  std::uint64_t share_key(const PlanNode& node, ChunkRow row);
  bool is_shared(const PlanNode& node, NodeState& state, ChunkRow row);
  void share(const PlanNode& node, NodeState& state);
  Matches rows_matching(const PlanNode& node);
  void add_related(const PlanNode& node, NodeState& state);
  void add_value(const PlanNode& node, Rows& sums, ChunkRow outer, const Value& value, const Value& by);
  void finish_sums(const PlanNode& node, NodeState& state, Selection rows);
  void finish_fold(const PlanNode& node, NodeState& state, ChunkRow row);
  void in_select(const PlanNode& node, NodeState& state, Selection rows);
  const Selected& selected(const PlanNode& node, NodeState& state, ZoneNumber zone);
  void select_batch(const PlanNode& node, Selected& result);

  const Plan& plan_;
  const Snapshot& snapshot_;
  const JudgeTimes& times_;
  RecordReader* reader_ = nullptr;
  std::vector<NodeState> states_;
  std::vector<Scope> scopes_;
  TextArena arena_;      // of the chunk
  TextArena permanent_;  // of moments
  struct Reason {
    std::string_view text;
    NodeId missing = kNoNode;  // the hop that leads nowhere, where no text was made yet
    ChunkRow row = 0;
  };
  std::vector<Reason> reasons_;
  std::deque<std::string> fixed_reasons_;
  std::unique_ptr<CellKind[]> kinds_;
  std::unique_ptr<std::int64_t[]> words_;
};

}  // namespace plumbline
