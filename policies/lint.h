// Warnings about conditions that are right in form and probably not meant.
#pragma once

#include "policies/bound_pack.h"

namespace plumbline {

// A negative test (!=, NOT IN, EXCLUDES, NOT ...) over a field that can be null also holds for null. Where
// the policy nowhere tests that field for null, that is worth a warning.
void lint_negative_tests(const BindScope& scope, const Policy& policy, const BoundPolicy& bound);

}  // namespace plumbline
