#include "policies/markdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace plumbline::markdown {
namespace {

constexpr std::size_t kLeastFence = 3;
// What opens markup anywhere in a line. `$` begins a formula on GitHub, `:` an emoji and `@` a mention.
constexpr std::string_view kMarks = "\\`*_{}[]<>#|~$&";
// What opens a list or a rule where a line begins.
constexpr std::string_view kMarksAtStart = "-+=";

bool garbles(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

enum class Lines : std::uint8_t { kJoined, kKept };

std::string readable(std::string_view words, Lines lines) {
  std::string out;
  for (std::size_t at = 0; at < words.size();) {
    const char32_t c = decode_utf8(words, at);
    if (c == '\r' && at < words.size() && words[at] == '\n') continue;
    if (c == '\n' && lines == Lines::kKept) {
      out += '\n';
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += ' ';
    } else {
      append_utf8(out, garbles(c) ? kReplacementCharacter : c);
    }
  }
  return out;
}

// A fence must be longer than any run of backticks within.
std::size_t longest_run(std::string_view words) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : words) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// Digits with a full stop or bracket behind them begin a list: the place of that mark, npos elsewhere.
std::size_t list_mark(std::string_view line) {
  const std::size_t end = line.find_first_not_of("0123456789");
  const bool list = end != 0 && end != std::string_view::npos && (line[end] == '.' || line[end] == ')');
  return list ? end : std::string_view::npos;
}

}  // namespace

std::string text(std::string_view words) {
  const std::string line = readable(trim(words), Lines::kJoined);
  const std::size_t numbered = list_mark(line);
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool at_start = i == 0 && kMarksAtStart.contains(line[i]);
    if (at_start || i == numbered || kMarks.contains(line[i])) out += '\\';
    out += line[i];
  }
  return out;
}

std::string code(std::string_view words) {
  std::string line = readable(trim(words), Lines::kJoined);
  if (line.empty()) return line;
  const std::string fence(longest_run(line) + 1, '`');
  // Within a table the bar ends a cell even in code; the backslash is taken away again.
  for (std::size_t bar = line.find('|'); bar != std::string::npos; bar = line.find('|', bar + 2))
    line.insert(bar, 1, '\\');
  const std::string_view gap = line.front() == '`' || line.back() == '`' ? " " : "";
  return fmt::format("{}{}{}{}{}", fence, gap, line, gap, fence);
}

std::string code_block(std::string_view words) {
  std::string lines = readable(words, Lines::kKept);
  while (lines.ends_with('\n')) lines.pop_back();
  const std::string fence(std::max(kLeastFence, longest_run(lines) + 1), '`');
  return fmt::format("{}\n{}\n{}\n\n", fence, lines, fence);
}

std::string row(std::span<const std::string> cells) {
  return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

std::string table_head(std::span<const std::string> cells) {
  std::string line = "|";
  for (std::size_t i = 0; i < cells.size(); ++i) line += "---|";
  return row(cells) + line + "\n";
}

}  // namespace plumbline::markdown
