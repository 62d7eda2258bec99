#include "policies/template_pieces.h"

#include <utility>

namespace plumbline {

std::size_t end_of_expression(std::string_view text, std::size_t from) {
  bool quoted = false;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (quoted && text[i] == '\\')
      ++i;
    else if (text[i] == '\'')
      quoted = !quoted;
    else if (!quoted && text[i] == '}')
      return i;
  }
  return std::string_view::npos;
}

std::vector<TemplatePiece> template_pieces(std::string_view text) {
  std::vector<TemplatePiece> pieces;
  std::string words;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool brace = text[i] == '{' || text[i] == '}';
    if (brace && i + 1 < text.size() && text[i + 1] == text[i]) {
      words += text[i++];
      continue;
    }
    const std::size_t end = text[i] == '{' ? end_of_expression(text, i + 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      words += text[i];
      continue;
    }
    if (!words.empty()) pieces.push_back({.text = std::exchange(words, {})});
    pieces.push_back(
        {.kind = TemplatePiece::Kind::kExpression, .text = std::string(text.substr(i + 1, end - i - 1))});
    i = end;
  }
  if (!words.empty()) pieces.push_back({.text = std::move(words)});
  return pieces;
}

}  // namespace plumbline
