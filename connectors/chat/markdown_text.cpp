#include "connectors/chat/markdown_text.h"

namespace plumbline {

std::string escape_markdown(std::string_view text, const MarkdownDialect& dialect) {
  std::string out;
  out.reserve(text.size());
  bool is_first = true;
  for (const char c : text) {
    if (c == '\n') {
      out += dialect.line_end;
      is_first = true;
      continue;
    }
    if (dialect.escaped.contains(c) || (is_first && dialect.escaped_first.contains(c))) out += '\\';
    out += c;
    if (dialect.parted.contains(c)) out += kZeroWidthSpace;
    if (c != ' ') is_first = false;
  }
  return out;
}

}  // namespace plumbline
