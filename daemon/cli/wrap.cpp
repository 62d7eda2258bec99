#include "daemon/cli/wrap.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace plumbline {
namespace {

constexpr std::size_t kDigitsBetweenCommas = 3;

bool acts_on_terminal(char32_t c) {
  const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
  const bool turns_direction =
      c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  const bool breaks_line = c == 0x2028 || c == 0x2029;
  return control || turns_direction || breaks_line;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = decode_utf8(text, at);
    if (c == '\n' || c == '\r' || c == '\t') {
      out += ' ';
    } else {
      append_utf8(out, acts_on_terminal(c) ? kReplacementCharacter : c);
    }
  }
  return out;
}

std::vector<std::string> wrap_words(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines{""};
  std::size_t width = 0;
  while (true) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return lines;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find(' '));
    const std::size_t word_width = display_width(word);
    if (width > 0 && width + 1 + word_width > columns) {
      lines.emplace_back();
      width = 0;
    }
    if (width > 0) lines.back() += ' ';
    width += word_width + (width > 0 ? 1 : 0);
    lines.back() += word;
    text.remove_prefix(word.size());
  }
}

std::string padded(std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  std::string out(text);
  if (width < columns) out.append(columns - width, ' ');
  return out;
}

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > kDigitsBetweenCommas;) {
    at -= kDigitsBetweenCommas;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", with_commas(number), number == 1 ? one : many);
}

}  // namespace plumbline
