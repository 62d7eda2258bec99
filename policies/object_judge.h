// Judging the records of one object: what is asked of each of them, worked out once, and the judge that asks
// it chunk by chunk, one a thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "policies/bound_pack.h"
#include "policies/judge.h"
#include "policies/language/chunk_evaluator.h"
#include "policies/verdict_view.h"

namespace plumbline {

// All policies over one object as nodes of one plan. Immutable once every policy has been added; shared by
// the threads. Packs, snapshot and facts must outlive it.
class ObjectPlan {
 public:
  ObjectPlan(const Snapshot& snapshot, std::size_t object);

  static constexpr std::size_t kNoGate = ~std::size_t{0};

  // `number`: of the policy among the PolicyFacts of the run.
  void add(const BoundPolicy& policy, TimeFrameId time, std::size_t number);

  // After the last policy.
  void settle_gates();

  struct Evidence {
    std::string_view name;
    NodeId node = kNoNode;
    Plan::Inside inside{};  // where it is of the first matching row of an EXISTS
  };
  struct Piece {
    std::string_view text{};
    NodeId node = kNoNode;
    bool converted = false;  // an amount that is no longer in the record's currency
  };
  struct Judged {
    std::size_t number = 0;
    TimeFrameId time = kAnyTime;
    NodeId judged_when = kNoNode;  // none: every record
    std::size_t gate = kNoGate;    // of gates()
    NodeId violated_when = kNoNode;
    std::vector<Evidence> evidence{};
    std::vector<Piece> says{};
    std::vector<Piece> fix{};
  };
  struct Descriptive {  // fields that tell people which record it is; kNoNode where the data has none
    NodeId id = kNoNode;
    NodeId name = kNoNode;
    NodeId currency = kNoNode;
    NodeId owner_id = kNoNode;
    NodeId owner_name = kNoNode;
  };

  const Plan& plan() const { return plan_; }
  const Snapshot& snapshot() const { return snapshot_; }
  const Table& table() const { return table_; }
  const std::vector<Judged>& policies() const { return policies_; }
  const Descriptive& descriptive() const { return descriptive_; }
  // Conditions that several policies cannot do without ("open"): a record that does not meet one is out of
  // the scope of all of them, and they are not asked about it.
  const std::vector<NodeId>& gates() const { return gates_; }

 private:
  std::vector<Piece> pieces(const MessageTemplate& message, TimeFrameId time);
  NodeId own_cell(std::string_view field);
  std::vector<NodeId> conjuncts(const Judged& policy) const;

  const Snapshot& snapshot_;
  const Table& table_;
  Plan plan_;
  std::vector<Judged> policies_;
  std::vector<NodeId> gates_;
  Descriptive descriptive_;
};

// What one work item came to.
struct ItemResult {
  std::unique_ptr<VerdictBatch> verdicts;
  std::vector<PolicyCount> counts;  // one a policy of the plan
  std::uint64_t records = 0;
  std::vector<Reject> rejects;
  std::optional<Error> error;  // the rest of the item was not judged
};

class ObjectJudge {
 public:
  ObjectJudge(const ObjectPlan& plan, const RecordSource& source, const JudgeTimes& times,
              const JudgeOptions& options);

  using MakeBatch = std::function<std::unique_ptr<VerdictBatch>()>;
  ItemResult judge(std::size_t item, const MakeBatch& make_batch);

 private:
  void judge_chunk(ItemResult& result);
  void order_by_row();
  void open_gates();
  Selection behind_gate(const ObjectPlan::Judged& policy) const;
  void judge_policy(const ObjectPlan::Judged& policy, PolicyCount& count, VerdictBatch& batch);
  void tell(const ObjectPlan::Judged& policy, VerdictBatch& batch);
  void gather(const ObjectPlan::Judged& policy);
  void add_evidence(const ObjectPlan::Judged& policy, ChunkRow row);
  void fill(const std::vector<ObjectPlan::Piece>& pieces, ChunkRow row, const TimeContext& time,
            std::string_view currency, std::string& text);
  Value value(NodeId node, ChunkRow row);
  std::string_view text(NodeId node, ChunkRow row);

  struct Found {  // a verdict on the way
    ChunkRow row = 0;
    bool unknown = false;
    ReasonId reason = 0;
  };

  const ObjectPlan& plan_;
  const JudgeOptions& options_;
  std::unique_ptr<RecordReader> reader_;
  ChunkEvaluator evaluator_;
  RowSet visible_;
  std::vector<RowSet> behind_gates_;  // by gate: rows that meet it, or may
  // Of the policy under way: what it comes to, and the verdicts that are told of it.
  RowSet violated_;
  RowSet unknown_;
  std::vector<Found> found_;
  std::vector<std::vector<std::optional<Value>>> inside_;  // by evidence
  std::vector<EvidenceView> evidence_;
  std::string message_;
  std::string remedy_;
  std::vector<ChunkRow> told_;  // rows of this chunk's verdicts, in the order they were added
  std::vector<std::uint32_t> starts_;
  std::vector<std::uint32_t> order_;
};

}  // namespace plumbline
