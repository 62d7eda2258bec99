#include "connectors/chat/markdown_text.h"

namespace plumbline {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string escape_markdown(std::string_view text, const MarkdownDialect& dialect) {
  std::string out;
  out.reserve(text.size());
  bool is_first = true;
  char before = ' ';
  for (const char c : text) {
    if (c == '\n') {
      out += dialect.line_end;
      is_first = true;
      before = ' ';
      continue;
    }
    if (dialect.escaped.contains(c) || (is_first && dialect.escaped_first.contains(c))) out += '\\';
    out += c;
    const bool begins_word = dialect.parted_at_word.contains(c) && !is_letter_or_digit(before);
    if (begins_word || dialect.parted.contains(c)) out += kZeroWidthSpace;
    before = c;
    if (c != ' ') is_first = false;
  }
  return out;
}

}  // namespace plumbline
