// + - * / of two known values, the same everywhere.
#pragma once

#include "policies/language/ast.h"
#include "policies/language/value.h"

namespace plumbline {

// Amounts exactly, numbers as doubles, dates and datetimes with days. `result` is the type the binder settled
// on. Unknown, with static text, where there is no result: a division by zero, an overflow, a date outside of
// the calendar.
Value calculate(const Value& left, ArithmeticOp op, const Value& right, ValueType result);

// An amount or a number as a number.
double as_number(const Value& value);

}  // namespace plumbline
