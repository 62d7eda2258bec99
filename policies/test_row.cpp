#include "policies/test_row.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "policies/test_file.h"

namespace plumbline {
namespace {

constexpr char kBar = '|';
constexpr char kQuote = '"';
constexpr char kEscape = '\\';

// What follows a backslash, and what the two stand for.
struct Escape {
  char written;
  char meant;
};
constexpr Escape kEscapes[] = {{'|', '|'}, {'\\', '\\'}, {'"', '"'}, {'n', '\n'}, {'t', '\t'}};

std::size_t find_bar(std::string_view line, std::size_t from) {
  for (std::size_t i = from; i < line.size(); ++i) {
    if (line[i] == kEscape) {
      ++i;
    } else if (line[i] == kBar) {
      return i;
    }
  }
  return std::string_view::npos;
}

// Whether the quote at the end of `written` is one that closes: no odd number of backslashes before it.
bool ends_with_quote(std::string_view written) {
  if (written.size() < 2 || written.back() != kQuote) return false;
  std::size_t escapes = 0;
  while (written[written.size() - 2 - escapes] == kEscape) ++escapes;
  return escapes % 2 == 0;
}

}  // namespace

SplitRow split_row(std::string_view line, std::size_t columns) {
  SplitRow row;
  std::size_t from = line.find(kBar) + 1;
  while (true) {
    const std::string_view rest = trim(line.substr(from));
    const bool comment = rest.starts_with('#') && row.cells.size() >= std::max<std::size_t>(columns, 1);
    if (!row.cells.empty() && (rest.empty() || comment)) break;
    const std::size_t bar = find_bar(line, from);
    row.closed = bar != std::string_view::npos;
    const std::string_view written = line.substr(from, row.closed ? bar - from : std::string_view::npos);
    const std::string_view cell = trim(written);
    const std::size_t begin = cell.empty() ? from : static_cast<std::size_t>(cell.data() - line.data());
    row.cells.push_back({.begin = begin, .end = begin + cell.size()});
    if (!row.closed) {
      from = line.size();
      break;
    }
    from = bar + 1;
  }
  row.rest = from;
  return row;
}

std::string unescaped_cell(std::string_view written, std::string& fault) {
  const bool quoted = written.starts_with(kQuote);
  if (quoted && !ends_with_quote(written)) {
    fault = "this quote is not closed; write \\\" for a quote that is part of the text";
    return {};
  }
  if (quoted) written = written.substr(1, written.size() - 2);
  std::string text;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (quoted && written[i] == kQuote) {
      fault = "a quote within quotes is written \\\"";
      return {};
    }
    if (written[i] != kEscape) {
      text += written[i];
      continue;
    }
    const char next = i + 1 < written.size() ? written[i + 1] : ' ';
    const auto* const escape =
        std::ranges::find_if(kEscapes, [&](const Escape& known) { return known.written == next; });
    if (escape == std::end(kEscapes)) {
      fault = "a backslash stands before | \\ \" n (new line) or t (tab); write \\\\ for one as text";
      return {};
    }
    text += escape->meant;
    ++i;
  }
  return text;
}

std::string test_cell_text(const std::string& text) {
  const bool quoted =
      trim(text).size() != text.size() || text.starts_with(kQuote) || text.starts_with('#') || text == "?";
  std::string cell;
  for (const char c : text) {
    const auto* const escape = std::ranges::find_if(
        kEscapes, [&](const Escape& known) { return known.meant == c && (c != kQuote || quoted); });
    if (escape != std::end(kEscapes)) cell += {kEscape, escape->written};
    if (escape == std::end(kEscapes)) cell += c;
  }
  return quoted ? fmt::format("\"{}\"", cell) : cell;
}

}  // namespace plumbline
