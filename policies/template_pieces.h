// The words of a message template (`says`, `fix`) apart from the expressions in its braces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

struct TemplatePiece {
  enum class Kind : std::uint8_t { kWords, kExpression };
  Kind kind = Kind::kWords;
  std::string text;  // `{{` and `}}` are single braces here
};

// A brace without a partner is a word like any other: binding the pack has told that fault.
std::vector<TemplatePiece> template_pieces(std::string_view text);

// Where the `}` of an expression that begins at `from` stands; npos where there is none. A quoted text may
// hold braces.
std::size_t end_of_expression(std::string_view text, std::size_t from);

}  // namespace plumbline
