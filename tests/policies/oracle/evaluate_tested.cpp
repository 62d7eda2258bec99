// The only place that knows the evaluator under test.
#include <vector>

#include "policies/judge_times.h"
#include "policies/language/chunk_evaluator.h"
#include "tests/policies/oracle/evaluate_all.h"

namespace plumbline::oracle {

void evaluate_tested(const Snapshot& snapshot, std::size_t object, const RunMoment& moment,
                     std::span<const Asked> asked, const TakeAnswer& take) {
  const Table* table = snapshot.table(object);
  if (table == nullptr) return;
  const JudgeOptions options{
      .now = moment.now, .now_day = moment.now_day, .default_zone = moment.default_zone};
  JudgeTimesBuilder times(snapshot, options);
  Plan plan(snapshot.schema(), object);
  std::vector<NodeId> nodes;
  for (const Asked& one : asked)
    nodes.push_back(plan.add(*one.expression, times.frame(*one.calendar, one.zone)));
  ChunkEvaluator evaluator(plan, snapshot, times.times());
  const std::unique_ptr<RecordSource> source = table_source(snapshot, object);
  const std::unique_ptr<RecordReader> reader = source->open();
  for (std::size_t item = 0; item < source->items(); ++item) {
    if (!reader->start(item)) return;
    while (*reader->next_chunk()) {
      evaluator.start_chunk(*reader);
      RowSet visible;
      for (std::size_t row = 0; row < reader->rows(); ++row) {
        if (table->visible(reader->first_row() + static_cast<RowIndex>(row))) visible.insert(row);
      }
      for (std::size_t i = 0; i < nodes.size(); ++i) {
        const ValueVector& values = evaluator.values(nodes[i], visible);
        for (const ChunkRow row : visible) {
          const Value value = values.is_unknown(row) ? Value::unknown(evaluator.reason(values.reason(row)))
                                                     : values.value(row);
          take(i, reader->first_row() + row, value);
        }
      }
    }
  }
}

}  // namespace plumbline::oracle
