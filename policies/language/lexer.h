// Cuts a condition into tokens.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "policies/language/ast.h"

namespace plumbline {

enum class TokenKind : std::uint8_t {
  kEnd,
  kName,      // identifier or keyword; $Record and $Outer as well
  kNumber,    // 12, 12.5
  kText,      // 'quoted', value unescaped
  kDate,      // 2022-04-30
  kDateTime,  // 2022-04-30T09:00:00Z
  kCurrency,  // USD5000, EUR12.50
  kColon,     // before a parameter, or between a date literal and its number
  kComma,
  kDot,
  kOpen,
  kClose,
  kOperator,  // = != <> < <= > >= + - * /
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  TextRange at;
  std::string_view source;        // as written
  std::string text{};             // kText: the value
  bool touches_previous = false;  // no blank before it: LAST_N_DAYS:30 is one literal
};

inline constexpr std::size_t kMaxConditionBytes = 20'000;
inline constexpr std::size_t kMaxTextLiteralBytes = 4'000;

// The last token is kEnd. The first fault ends the scan.
std::expected<std::vector<Token>, SyntaxFault> tokenize(std::string_view text);

}  // namespace plumbline
