// When two evaluators say the same of a row.
#pragma once

#include <string>

#include "policies/language/value.h"

namespace plumbline::oracle {

// The value with all that makes it differ from another: type, every bit, and why it is unknown. The kinds of
// text are one, and so are nulls of any type.
std::string in_full(const Value& value);

// Whether in_full() of both is the same.
bool same_answer(const Value& a, const Value& b);

}  // namespace plumbline::oracle
