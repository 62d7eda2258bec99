// Why a policy came to its verdict about one record: its conditions taken apart into their parts as they are
// written, with what each part came to. Every part is a node of a Plan and is evaluated by the evaluator that
// judges (policies/language/chunk_evaluator.h); there is no second one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/bound_pack.h"
#include "policies/language/chunk_evaluator.h"
#include "policies/language/plan.h"
#include "records/record_source.h"
#include "records/snapshot.h"

namespace plumbline {

enum class PartKind : std::uint8_t {
  kAll,         // a AND b AND ...
  kAny,         // a OR b OR ...
  kNot,         // NOT a
  kCondition,   // true or false in itself: a comparison, a boolean field, ISBLANK(...)
  kDefinition,  // a name of the pack's `define:`, or of a derived field; parts[0] is what it stands for
  kRelated,     // COUNT, EXISTS, SUM, ... over related rows; parts[0], if any, is its WHERE
  kValue,       // a function or a calculation
  kField,
  kParameter,
  kDays,  // a date literal
};

// A part of a condition: what is the same for every record.
struct TracedPart {
  PartKind kind = PartKind::kCondition;
  std::string text{};                  // as written, on one line, without parentheses around it
  std::string name{};                  // kDefinition, kParameter: the name as the pack spells it
  const SourceText* source = nullptr;  // the text `at` is a range of
  TextRange at{};
  bool is_boolean = false;
  // kDefinition: its inside stands at an earlier use in the same policy, so there are no parts here.
  bool told_before = false;
  bool of_rows = false;  // of the rows of a kRelated around it: true or false for each of these
  NodeId node = kNoNode;
  NodeId converted = kNoNode;  // kField: the amount that is compared, in the organisation's currency
  bool is_converted = false;   // an amount that is not in the record's own currency
  std::string constant{};      // kParameter: its value, as people write it
  std::optional<DateLiteral> literal{};  // kDays
  NodeId related = kNoNode;              // kRelated: how many rows there are
  NodeId matching = kNoNode;             // kRelated and of_rows: for how many of them it is true
  NodeId some = kNoNode;                 // of_rows: whether it is true for any
  NodeId some_not = kNoNode;             // of_rows: whether it is false for any
  const BoundExpr* expression = nullptr;
  std::vector<TracedPart> parts{};

  // Nothing below it decides: what a reader is pointed to. NOT over such a part is one itself.
  bool is_leaf() const;
};

// One policy's conditions as parts. Immutable; good for any data of the schema. Pack, policy, derived fields
// and schema must outlive it.
class TracePlan {
 public:
  // `frame`: of the JudgeTimes that a Tracer is given. 0 is that of a JudgeTimesBuilder asked for none
  // before.
  TracePlan(const Pack& pack, const BoundPolicy& policy, const std::vector<DerivedField>& derived,
            const Schema& schema, TimeFrameId frame = 0);

  const BoundPolicy& policy() const { return policy_; }
  const Pack& pack() const { return pack_; }
  const TracedPart* judged_when() const { return judged_when_ ? &*judged_when_ : nullptr; }
  const TracedPart& violated_when() const { return violated_when_; }
  const Plan& plan() const { return plan_; }
  TimeFrameId frame() const { return frame_; }
  NodeId currency() const { return currency_; }

 private:
  class Builder;

  const Pack& pack_;
  const BoundPolicy& policy_;
  TimeFrameId frame_;
  Plan plan_;
  std::vector<Bound> made_;  // counts of related rows that no condition asks for itself
  std::optional<TracedPart> judged_when_;
  TracedPart violated_when_;
  NodeId currency_ = kNoNode;
};

enum class PolicyOutcome : std::uint8_t { kViolated, kUnknown, kNotViolated, kOutOfScope };

// Where the zone a record is judged in comes from.
enum class ZoneOrigin : std::uint8_t { kPolicy, kOwner, kGiven, kPack, kNone };

// A part, and what it came to for one record.
struct PartTrace {
  const TracedPart* part = nullptr;
  Truth truth = Truth::kNull;  // where the part is boolean and not of_rows
  bool is_unknown = false;     // of any part
  std::string value{};         // where it is not boolean; "none" for null, empty for unknown
  std::string reason{};        // why it is unknown
  std::string remedy{};        // what would have to be exported to know; empty where nobody can say
  std::optional<std::uint64_t> related{};   // kRelated: rows, where they can be counted
  std::optional<std::uint64_t> matching{};  // kRelated, of_rows: those that meet it
  bool decides = false;  // without it, or with the opposite of it, the whole might have come out otherwise
  std::vector<PartTrace> parts{};
};

struct PolicyTrace {
  PolicyOutcome outcome = PolicyOutcome::kNotViolated;
  std::optional<PartTrace> judged_when{};  // empty: every record
  PartTrace violated_when{};               // also where the record is out of scope
  TimeContext time{};
  ZoneOrigin zone = ZoneOrigin::kNone;
};

// Asks a plan's parts about records of a table. For one thread; plan, snapshot and times must outlive it. The
// snapshot must keep every field the policy reads (Keeping::kEverything), and the data must answer the policy
// at all (why_not_judged). `given_zone`: the default zone was given, so is not the pack's own.
class Tracer {
 public:
  Tracer(const TracePlan& plan, const Snapshot& snapshot, const JudgeTimes& times, bool given_zone = false);

  // Rows are those of the policy's object. The quickest way through many is in their order.
  PolicyTrace trace(RowIndex row);
  PolicyOutcome outcome(RowIndex row);
  // The leaves that decided, in the order they are written. Empty where the record is in scope and violates
  // the policy, and every part had to be true.
  std::vector<const TracedPart*> deciding(RowIndex row);

  // What a boolean part is for the record. Of a part that is of_rows: kNull.
  Truth truth(const TracedPart& part, RowIndex row);
  // Whether the part is true, or false, for the record or for some of its related rows.
  struct Seen {
    bool as_true = false;
    bool as_false = false;
    bool as_unknown = false;
  };
  Seen seen(const TracedPart& part, RowIndex row);

 private:
  ChunkRow go_to(RowIndex row);
  Truth truth_at(NodeId node, ChunkRow row);
  std::optional<std::uint64_t> count_at(NodeId node, ChunkRow row);
  PartTrace look_at(const TracedPart& part, ChunkRow row);
  void tell_value(const TracedPart& part, ChunkRow row, PartTrace& told);
  std::string shown(NodeId node, ChunkRow row, bool converted);
  std::string days(const TracedPart& part, ChunkRow row);
  std::string remedy_for(const TracedPart& part, ChunkRow row) const;
  std::size_t decider(const TracedPart& part, ChunkRow row);
  void mark(PartTrace& trace, ChunkRow row);
  void collect(const TracedPart& part, ChunkRow row, bool chosen, std::vector<const TracedPart*>& found);
  std::string currency_at(ChunkRow row);

  const TracePlan& plan_;
  const Snapshot& snapshot_;
  const JudgeTimes& times_;
  bool given_zone_;
  std::unique_ptr<RecordSource> source_;
  std::unique_ptr<RecordReader> reader_;
  ChunkEvaluator evaluator_;
  std::optional<std::size_t> item_;
};

// A source of one record of a table: judging it judges that record alone.
std::unique_ptr<RecordSource> one_record_source(const Snapshot& snapshot, std::size_t object, RowIndex row);

}  // namespace plumbline
