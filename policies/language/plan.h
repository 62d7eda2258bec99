// What an evaluator runs: the expressions of many policies over one object, taken apart into nodes. Equal
// sub-expressions are one node, so they are worked out once a chunk whoever asks; parts that depend on
// nothing but the judged moment are worked out once a zone; the parts of an AND or OR stand in order of
// price.
//
// Built on one thread, then immutable and shared. The expressions must outlive it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "policies/language/bound.h"

namespace plumbline {

using NodeId = std::uint32_t;
using ScopeId = std::uint32_t;
// Which calendar and zone rule an expression is judged by: an index of JudgeTimes::frames.
using TimeFrameId = std::uint32_t;

inline constexpr NodeId kNoNode = 0xFFFFFFFF;
inline constexpr TimeFrameId kAnyTime = 0xFFFFFFFF;

// Where rows come from.
inline constexpr ScopeId kMomentScope = 0;  // one row without a record: what depends on the moment alone
inline constexpr ScopeId kRecordScope = 1;  // the chunk of records judged
// From 2: the related rows of one aggregate.

enum class PlanOp : std::uint8_t {
  // Rows of tables.
  kOwnRow,  // of the scope itself
  kHop,     // places[0]: from there through `hop`; inputs[0], if any: the cell of the reference, for reasons
  kOuterRow,  // places[0]: a row of the scope around this one
  // Values.
  kConstant,     // expression->constant, or a currency literal
  kCellPassing,  // `field` of the record judged
  kCell,         // `field` of the row at places[0]
  kOuter,        // inputs[0], of the scope around this one
  kAnd,          // truths of the inputs
  kOr,
  kNot,
  kCompare,
  kCompareCount,  // inputs[0] is a COUNT, inputs[1] not, compared by `compare`
  kLike,
  kIn,
  kInSelect,
  kIncludes,
  kInRange,
  kToday,
  kArithmetic,
  kNegate,
  kCall,  // places: the rows of its field arguments
  kLookupTable,
  kAggregate,  // places[0]: whose related rows
  kToNumber,
  kLocalDay,
  kFaulty,
};

struct PlanNode {
  PlanOp op = PlanOp::kConstant;
  ValueType type = ValueType::kNull;
  ScopeId scope = kMomentScope;
  TimeFrameId time = kAnyTime;            // of what depends on the moment
  const BoundExpr* expression = nullptr;  // constants, lists, functions, names; null for rows
  std::vector<NodeId> inputs{};
  std::vector<NodeId> places{};
  std::vector<NodeId> cheapest_first{};  // kAnd, kOr: positions in inputs
  std::size_t object = 0;                // whose row this is, or whose field
  std::size_t field = 0;
  PathHop hop{};
  CompareOp compare = CompareOp::kEqual;
  const BoundAggregate* aggregate = nullptr;  // kAggregate, kInSelect
  NodeId where = kNoNode;
  NodeId value = kNoNode;
  NodeId by = kNoNode;
  ScopeId rows_scope = kMomentScope;  // of its rows
  bool shareable = false;             // kAggregate: the same for all records that lead to one base row
  std::uint32_t price = 0;            // of one row, roughly in nanoseconds: for the order of conditions alone
  bool count_last = false;            // kCompareCount: the COUNT stands on the right
  bool coded = false;                 // kCell, kCellPassing: somebody compares it with constants
};

struct PlanScope {
  ScopeId outer = kMomentScope;
  NodeId aggregate = kNoNode;
  std::size_t object = 0;
  NodeId own_row = kNoNode;
};

class Plan {
 public:
  // Of records of this object.
  Plan(const Schema& schema, std::size_t object);

  // The expression's node; of the record judged.
  NodeId add(const BoundExpr& expression, TimeFrameId time);
  // An expression over the rows of an aggregate that was added before, and the aggregate's own node.
  struct Inside {
    NodeId aggregate = kNoNode;
    NodeId expression = kNoNode;
  };
  Inside add_inside(const BoundAggregate& aggregate, const BoundExpr& expression, TimeFrameId time);
  // A field of the record judged, or of the row a node leads to.
  NodeId add_cell(NodeId row, std::size_t field);
  // The record judged, and the user who owns it; kNoNode where nobody can.
  NodeId own_row() const { return scopes_[kRecordScope].own_row; }
  NodeId owner() const { return owner_; }

  const PlanNode& node(NodeId id) const { return nodes_[id]; }
  std::size_t size() const { return nodes_.size(); }
  const std::vector<PlanScope>& scopes() const { return scopes_; }
  const Schema& schema() const { return schema_; }
  std::size_t object() const { return object_; }
  // Depends on nothing but the moment.
  bool is_momentary(NodeId id) const { return nodes_[id].scope == kMomentScope; }

 private:
  NodeId compile(const BoundExpr& expression);
  void plan_rows(const BoundExpr& expression, PlanNode& node);
  bool looks_out(ScopeId rows) const;
  void plan_compare(const BoundExpr& expression, PlanNode& node);
  NodeId row_at(const RecordPath& path);
  NodeId hop_from(NodeId from, const PathHop& hop);
  NodeId brought_to(NodeId id, ScopeId scope);
  NodeId intern(std::string key, PlanNode node);
  NodeId find_or_add_row(PlanNode node);
  std::string key_of(const BoundExpr& expression) const;
  ScopeId home_of(const BoundExpr& expression) const;
  ScopeId deeper(ScopeId a, ScopeId b) const;
  void bring_inputs_home(PlanNode& node);
  void order_by_price(PlanNode& node) const;
  void want_codes(NodeId id);

  const Schema& schema_;
  std::size_t object_;
  TimeFrameId time_ = kAnyTime;            // of what is being added
  std::map<std::size_t, ScopeId> frames_;  // of the expression being compiled -> scope
  std::vector<PlanNode> nodes_;
  std::vector<PlanScope> scopes_;
  std::map<std::string, NodeId> known_;
  std::map<std::pair<const BoundAggregate*, TimeFrameId>, NodeId> aggregates_;
  NodeId owner_ = kNoNode;
};

}  // namespace plumbline
