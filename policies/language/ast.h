// A condition or expression as it was written: a tree of nodes, each with its place in the text. No names are
// looked up yet; the binder does that.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/date_literal.h"
#include "base/money.h"
#include "base/time.h"

namespace plumbline {

// Bytes [begin, end) of the text that was parsed.
struct TextRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(TextRange, TextRange) = default;
};

enum class AstKind : std::uint8_t {
  kNull,
  kBoolean,      // boolean
  kNumber,       // text: digits as written, unsigned
  kText,         // text: unescaped
  kDate,         // day
  kDateTime,     // instant
  kDateLiteral,  // literal
  kCurrency,     // text: EUR12.50
  kPath,         // steps: Account.Owner.Name; the first may be $Record or $Outer
  kParameter,    // text: name without the colon
  kNegate,       // -a
  kArithmetic,   // op, a, b
  kNot,          // NOT a
  kAnd,          // two or more children
  kOr,           // two or more children
  kCompare,      // op, a, b
  kLike,         // a LIKE b
  kIn,           // a [NOT] IN (b, c, ...) or a [NOT] IN :list or a [NOT] IN (select); negated
  kIncludes,     // a INCLUDES|EXCLUDES (b, ...) or :list; negated for EXCLUDES
  kCall,         // text: name; children: arguments; by: optional path; where: optional condition
  kSelect,       // text: object; children[0]: path of the field; where: optional condition
};

enum class CompareOp : std::uint8_t { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
enum class ArithmeticOp : std::uint8_t { kAdd, kSubtract, kMultiply, kDivide };

std::string_view to_string(CompareOp op);
std::string_view to_string(ArithmeticOp op);
// b op' a for a op b: kLess for kGreater and so on.
CompareOp mirrored(CompareOp op);

struct AstNode;
using Ast = std::unique_ptr<AstNode>;

struct AstNode {
  AstKind kind = AstKind::kNull;
  TextRange at;
  std::vector<Ast> children{};
  std::string text{};
  std::vector<std::string> steps{};
  Ast by{};
  Ast where{};
  Day day{};
  Instant instant{};
  DateLiteral literal{};
  CompareOp compare = CompareOp::kEqual;
  ArithmeticOp arithmetic = ArithmeticOp::kAdd;
  bool boolean = false;
  bool negated = false;
  bool parenthesised = false;
};

// Something wrong with a text, by place in that text.
struct SyntaxFault {
  TextRange at;
  std::string code;  // PB001...
  std::string message;
};

}  // namespace plumbline
