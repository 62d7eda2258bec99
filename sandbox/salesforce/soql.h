// The part of SOQL that clients which copy records use: fields and parents' fields, COUNT(), WHERE with all
// operators and date literals, ORDER BY, LIMIT, OFFSET. Subqueries, grouping, aggregates, semi-joins and date
// functions are refused. Pure; safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/date_literal.h"
#include "sandbox/salesforce/api_error.h"
#include "sandbox/world/value.h"

namespace plumbline::sandbox {

inline constexpr std::size_t kMaxSoqlBytes = 100'000;
inline constexpr std::size_t kMaxConditionDepth = 50;

enum class Operator : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kLike,
  kIn,
  kNotIn,
  kIncludes,
  kExcludes,
};

// What stands on the right: a value (null included) or a date literal.
using Operand = std::variant<Value, DateLiteral>;

struct Condition {
  enum class Kind : std::uint8_t { kAnd, kOr, kNot, kCompare };
  Kind kind = Kind::kCompare;
  std::vector<Condition> parts{};  // of AND, OR (two or more) and NOT (one)
  std::string path{};              // Owner.Name
  Operator op = Operator::kEqual;
  std::vector<Operand> operands{};  // one, but for IN, NOT IN, INCLUDES and EXCLUDES
};

struct SortKey {
  std::string path;
  bool descending = false;
  bool nulls_last = false;
};

struct Soql {
  std::vector<std::string> select{};  // paths; empty for COUNT()
  bool count = false;
  std::string object;
  std::optional<Condition> where{};
  std::vector<SortKey> order{};
  std::optional<std::size_t> limit{};
  std::size_t offset = 0;
};

// MALFORMED_QUERY, with the place, for what is not understood.
Answer<Soql> parse_soql(std::string_view text);

}  // namespace plumbline::sandbox
