// How two known values of one kind compare, the same everywhere: operators, IN, CASE, MIN, MAX.
#pragma once

#include "policies/language/ast.h"
#include "policies/language/value.h"

namespace plumbline {

// Negative, 0 or positive. Both known and of types the binder lets meet: numbers and amounts together (a
// number that was written with at most two places as that amount), texts of any kind together (ids by their
// first 15 characters, choices as sets, numeric texts by their numbers where both hold one, all other text
// without regard to case and outer white space).
int compare_values(const Value& left, const Value& right);

// SOQL's comparison of two values that may be null (not unknown): two nulls are equal; any other comparison
// with null is not met, except !=.
bool compare_known(const Value& left, CompareOp op, const Value& right);

// A;B and B;A are the same choices.
bool same_choices(std::string_view left, std::string_view right);
// Whether every choice of `group` (A;B) is among `choices` (A;B;C).
bool includes_choices(std::string_view choices, std::string_view group);

// SOQL's LIKE: % any run of characters, _ any one, \% and \_ themselves; whole text, any case. Linear in the
// text for each part between two %.
bool matches_like(std::string_view text, std::string_view pattern);

}  // namespace plumbline
