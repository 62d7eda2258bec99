#include "tests/policies/oracle/evaluate_all.h"
#include "tests/policies/oracle/row_evaluator.h"

namespace plumbline::oracle {

void evaluate_plainly(const Snapshot& snapshot, std::size_t object, const RunMoment& moment,
                      std::span<const Asked> asked, const TakeAnswer& take) {
  const Table* table = snapshot.table(object);
  RecordTimes times(snapshot, object, moment);
  RowEvaluator evaluator(snapshot);
  for (RowIndex row = 0; table != nullptr && row < table->rows(); ++row) {
    if (!table->visible(row)) continue;
    const RowIndex owner = times.owner(row);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      evaluator.start_record(row, times.at(owner, *asked[i].calendar, asked[i].zone));
      take(i, row, evaluator.value(*asked[i].expression));
    }
  }
}

}  // namespace plumbline::oracle
