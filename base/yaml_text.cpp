#include "base/yaml_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace plumbline {
namespace {

// Words that some reader of YAML takes for something else than a text. Sorted.
constexpr std::array kWordsWithMeaning = std::to_array<std::string_view>(
    {"false", "inf", "infinity", "n", "nan", "no", "null", "off", "on", "true", "y", "yes"});
static_assert(std::ranges::is_sorted(kWordsWithMeaning));

bool is_letter_byte(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }

// Letters and what may stand between them without any meaning, in lists too.
bool is_plain(std::string_view text) {
  constexpr std::string_view kHarmless = "0123456789 ./()+-";
  if (text.empty() || !is_letter_byte(text.front()) || text.back() == ' ') return false;
  const bool harmless = std::ranges::all_of(
      text, [&](char c) { return is_letter_byte(c) || kHarmless.find(c) != std::string_view::npos; });
  return harmless && !std::ranges::binary_search(kWordsWithMeaning, lower(text));
}

// Controls, invisible marks, line ends of other alphabets: whatever an editor may not show or keep.
bool must_be_escaped(char32_t c) {
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool mark = c == 0xA0 || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
                    (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
  return control || mark;
}

}  // namespace

std::string yaml_scalar(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out = "\"";
  for (std::size_t pos = 0; pos < text.size();) {
    const char32_t c = decode_utf8(text, pos);
    if (c == U'"' || c == U'\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == U'\n') {
      out += "\\n";
    } else if (c == U'\t') {
      out += "\\t";
    } else if (must_be_escaped(c)) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      append_utf8(out, c);
    }
  }
  return out + '"';
}

}  // namespace plumbline
