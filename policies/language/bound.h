// An expression with every name looked up, every type checked and every literal folded: what an evaluator
// runs. Immutable after binding; shared by any number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/date_literal.h"
#include "policies/functions/function.h"
#include "policies/language/ast.h"
#include "policies/language/value.h"
#include "records/snapshot.h"

namespace plumbline {

struct BoundExpr;
using Bound = std::unique_ptr<BoundExpr>;

// One step from a record to another.
struct PathHop {
  enum class Kind : std::uint8_t {
    kLookup,   // through a reference field (index: the field)
    kLastRow,  // through a one-row relationship (index: the relationship)
  };
  Kind kind = Kind::kLookup;
  std::size_t index = 0;
  std::size_t object = 0;  // where the hop leads
};

// Starts at the record of a frame (0 is the record judged, each aggregate adds one) and walks hops.
struct RecordPath {
  std::size_t frame = 0;
  std::size_t object = 0;  // of the frame
  std::vector<PathHop> hops{};

  std::size_t target() const { return hops.empty() ? object : hops.back().object; }
};

enum class BoundKind : std::uint8_t {
  kConstant,
  kField,  // path, field
  kNamed,  // children[0], under the name of a definition or derived field of the record at path
  kAnd,
  kOr,
  kNot,
  kCompare,     // children[0] op children[1], one type
  kLike,        // children[0] LIKE list[0]
  kIn,          // children[0] [NOT] IN list
  kInSelect,    // children[0] [NOT] IN (select)
  kIncludes,    // children[0] INCLUDES|EXCLUDES list (each a group A;B)
  kInRange,     // children[0] op a date literal's range of days
  kToday,       // a one-day literal as a date: TODAY, N_DAYS_AGO:3
  kArithmetic,  // children[0] op children[1]
  kNegate,
  kCall,         // function over children
  kLookupTable,  // LOOKUP(:map, children[0]): keys in list, values in values
  kAggregate,    // aggregate
  kToNumber,     // a numeric text as a number; null where it is none
  kLocalDay,     // a datetime as its day in the judged zone
  kFaulty,       // did not bind; the fault is reported, nothing evaluates it
};

enum class AggregateKind : std::uint8_t { kCount, kExists, kSum, kMin, kMax, kLatest, kMissing };

// Over the rows of a relationship, or (kInSelect) of a whole object.
struct BoundAggregate {
  AggregateKind kind = AggregateKind::kCount;
  RecordPath base{};  // whose related rows
  std::size_t relationship = 0;
  std::size_t object = 0;     // of the rows
  std::size_t frame = 0;      // the rows' own frame
  std::string name{};         // the relationship's, for evidence
  Bound where{};              // may be null
  Bound value{};              // SUM, MIN, MAX, LATEST, MISSING; the selected field
  Bound by{};                 // LATEST
  std::vector<Value> list{};  // MISSING
};

struct BoundExpr {
  BoundKind kind = BoundKind::kConstant;
  ValueType type = ValueType::kNull;
  TextRange at{};
  std::vector<Bound> children{};
  Value constant{};
  RecordPath path{};
  std::size_t field = 0;
  std::string name{};  // the path as written in the schema's spelling, or the definition's name
  CompareOp compare = CompareOp::kEqual;
  ArithmeticOp arithmetic = ArithmeticOp::kAdd;
  bool negated = false;
  DateLiteral literal{};
  std::vector<Value> list{};    // constants after IN, INCLUDES, LIKE; keys of a map; as written
  std::vector<Value> values{};  // kLookupTable
  const FunctionDescriptor* function = nullptr;
  std::vector<std::size_t> field_arguments{};  // children that are kFieldArg arguments
  std::shared_ptr<const void> prepared{};
  std::unique_ptr<BoundAggregate> aggregate{};
};

// What is evaluated under the names of definitions.
inline const BoundExpr& without_names(const BoundExpr& expression) {
  const BoundExpr* inner = &expression;
  while (inner->kind == BoundKind::kNamed) inner = inner->children[0].get();
  return *inner;
}

// Something of the data without which a policy cannot be judged at all.
struct Requirement {
  enum class Kind : std::uint8_t { kObject, kField, kHistory };
  Kind kind = Kind::kField;
  std::size_t object = 0;
  std::size_t field = 0;
  friend auto operator<=>(const Requirement&, const Requirement&) = default;
};

struct BoundCondition {
  Bound root{};
  DataNeeds needs{};                 // what it reads; nothing implied yet
  std::set<Requirement> required{};  // outside FIRST_KNOWN and IS_KNOWN
};

}  // namespace plumbline
