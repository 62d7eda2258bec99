// Texts for people with expressions in braces: "{CloseDate} has passed".
#pragma once

#include <functional>

#include "policies/bound_pack.h"

namespace plumbline {

// `take` is given every expression that binds, and what it reads; faults of braces are PB061.
// `{{` and `}}` are braces themselves.
MessageTemplate bind_template(const BindScope& scope, const SourceText& text, std::size_t object,
                              const std::function<Bound(BoundCondition)>& take);

}  // namespace plumbline
