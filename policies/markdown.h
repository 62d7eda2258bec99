// Somebody's text as GitHub Markdown: shown as it is, never taken for markup.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline::markdown {

// One line: line breaks become blanks, control characters and direction marks U+FFFD. Fit for headings,
// paragraphs and cells of tables.
std::string text(std::string_view words);

// `code` on one line, fit for cells of tables. Empty for an empty text: Markdown has no empty code.
std::string code(std::string_view words);

// A fenced block with the lines as they stand, and an empty line behind it.
std::string code_block(std::string_view words);

// A row of a table; the cells are Markdown already.
std::string row(std::span<const std::string> cells);
// A heading row and the line that makes it one.
std::string table_head(std::span<const std::string> cells);

}  // namespace plumbline::markdown
