// Reads a condition: SOQL's WHERE grammar with expressions on both sides, calls, parameters, related-record
// aggregates and semi-joins (docs/policy-language.md).
#pragma once

#include <expected>
#include <string_view>

#include "policies/language/ast.h"

namespace plumbline {

// Parentheses, calls and NOTs may nest this deep.
inline constexpr std::size_t kMaxConditionDepth = 64;

// A condition or any other expression; which of the two it is, the binder knows. The first fault ends the
// parse.
std::expected<Ast, SyntaxFault> parse_expression(std::string_view text);

}  // namespace plumbline
