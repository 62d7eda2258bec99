// Expressions of a pack asked about the records of a snapshot, by the evaluator that judges: which records
// meet a condition, and what else is to be known of those.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/bound_pack.h"
#include "policies/judge.h"
#include "policies/judge_times.h"
#include "policies/language/chunk_evaluator.h"
#include "policies/language/plan.h"

namespace plumbline {

// A text with expressions in it, as nodes.
struct QueryText {
  struct Piece {
    std::string_view text{};
    NodeId node = kNoNode;
    bool converted = false;  // an amount that is not in the record's own currency
  };
  std::vector<Piece> pieces{};
};

// Everything is added first; then the records are gone through, once. For one thread. Snapshot, calendar,
// options and the expressions must outlive it, and the snapshot keeps all that they read. The object must be
// in the data.
class RecordQuery {
 public:
  RecordQuery(const Snapshot& snapshot, std::size_t object, const Calendar& calendar,
              const JudgeOptions& options);

  NodeId add(const Bound& expression);  // kNoNode of a null one
  QueryText add(const MessageTemplate& text);

  // A record that is looked at. Values view the snapshot, and live during the call that shows the record.
  class Row {
   public:
    RowIndex index() const { return index_; }
    Truth truth(NodeId node);
    Value value(NodeId node);
    std::string text(const QueryText& text);
    // A field of the record itself; empty where it is null, unknown, or no text.
    std::string_view field(std::string_view name) const;

   private:
    friend class RecordQuery;
    Row(RecordQuery& query, ChunkEvaluator& evaluator, RowIndex index, ChunkRow at)
        : query_(query), evaluator_(evaluator), index_(index), at_(at) {}

    RecordQuery& query_;
    ChunkEvaluator& evaluator_;
    RowIndex index_;
    ChunkRow at_;
  };

  // Shows the records for which the condition is true, in their order; all of them for kNoNode.
  void each(NodeId where, const std::function<void(Row&)>& show);

 private:
  const Snapshot& snapshot_;
  std::size_t object_;
  JudgeTimesBuilder times_;
  TimeFrameId frame_;
  Plan plan_;
};

}  // namespace plumbline
