// The two evaluators behind one face: several expressions over every visible row of one object.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "policies/language/bound.h"
#include "tests/policies/oracle/record_times.h"

namespace plumbline::oracle {

// An expression of a pack with this calendar, in a policy's own zone where it has one.
struct Asked {
  const BoundExpr* expression = nullptr;
  const Calendar* calendar = nullptr;
  std::optional<TimeZone> zone{};
};

// What expression number `asked` comes to for a row. The value's text lives only during the call. Rows and
// expressions may come in any order, each pair once.
using TakeAnswer = std::function<void(std::size_t asked, RowIndex row, const Value& value)>;

// By the oracle, row by row.
void evaluate_plainly(const Snapshot& snapshot, std::size_t object, const RunMoment& moment,
                      std::span<const Asked> asked, const TakeAnswer& take);

// By the evaluator under test, all expressions in one run.
void evaluate_tested(const Snapshot& snapshot, std::size_t object, const RunMoment& moment,
                     std::span<const Asked> asked, const TakeAnswer& take);

}  // namespace plumbline::oracle
