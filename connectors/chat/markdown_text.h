// Somebody's text within Markdown that a chat service reads: as it is, nothing of it markup. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "connectors/chat/chat_text.h"

namespace plumbline {

// The dialects differ in what is markup.
struct MarkdownDialect {
  // Each gets a backslash before it.
  std::string_view escaped;
  // Each gets a zero-width space behind it: where a backslash is not looked at before the sign is acted upon.
  std::string_view parted;
  // The same, but not behind a letter or digit: the @ of an e-mail calls nobody, and is copied.
  std::string_view parted_at_word;
  // At the beginning of a line alone: "- ", "# ", "> ".
  std::string_view escaped_first;
  std::string_view line_end;  // what makes a new line
};

std::string escape_markdown(std::string_view text, const MarkdownDialect& dialect);

inline constexpr std::string_view kZeroWidthSpace = "\xE2\x80\x8B";

}  // namespace plumbline
