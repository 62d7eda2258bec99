// The only place that knows the evaluator under test.
#include "policies/language/row_evaluator.h"

#include "tests/policies/oracle/evaluate_all.h"

namespace plumbline::oracle {

void evaluate_tested(const Snapshot& snapshot, std::size_t object, const RunMoment& moment,
                     std::span<const Asked> asked, const TakeAnswer& take) {
  const Table* table = snapshot.table(object);
  RecordTimes times(snapshot, object, moment);
  plumbline::RowEvaluator evaluator(snapshot);
  for (RowIndex row = 0; table != nullptr && row < table->rows(); ++row) {
    if (!table->visible(row)) continue;
    const RowIndex owner = times.owner(row);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const TimeContext& time = times.at(owner, *asked[i].calendar, asked[i].zone);
      if (i == 0) {
        evaluator.start_record(row, time);
      } else {
        evaluator.set_time(time);
      }
      take(i, row, evaluator.value(*asked[i].expression));
    }
  }
}

}  // namespace plumbline::oracle
