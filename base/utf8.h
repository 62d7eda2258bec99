// Text as Unicode: validity, classes of characters, comparison without regard to case, widths on a terminal.
// Pure functions, safe from any thread. Texts are meant to be valid UTF-8 (is_valid_utf8 tells); in one that
// is not, each stray byte is read as kReplacementCharacter, and nothing fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plumbline {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

bool is_ascii(std::string_view text);

// No overlong forms, no surrogates, nothing above U+10FFFF.
bool is_valid_utf8(std::string_view text);

// Offset of the first byte that is not UTF-8; text.size() where all is well.
std::size_t first_invalid_utf8(std::string_view text);

// The character at `pos`, which moves behind it. `pos` must be less than text.size().
// A byte that starts no character gives kReplacementCharacter and moves `pos` by one.
char32_t decode_utf8(std::string_view text, std::size_t& pos);

// Anything that is not a Unicode scalar value is written as kReplacementCharacter.
void append_utf8(std::string& out, char32_t character);

// Unicode White_Space: the no-break spaces are in it, the zero-width ones are not.
bool is_space(char32_t character);
bool is_letter(char32_t character);  // categories Lu, Ll, Lt, Lm, Lo
bool is_digit(char32_t character);   // decimal digits of any script
bool is_alnum(char32_t character);

// Without white space (as is_space has it) at both ends; a view into `text`. Quick where there is none.
inline std::string_view trim(std::string_view text);

// Character by character; no language's special rules.
std::string lower(std::string_view text);
std::string upper(std::string_view text);
// The same behind what `out` holds: a buffer used again needs no memory once it is large enough.
void append_lower(std::string& out, std::string_view text);

// The form in which texts that differ only in case are the same bytes (full Unicode case folding: ß is ss).
// For comparison, not for show. Not trimmed, not normalised: a composed and a decomposed é stay different.
std::string fold_case(std::string_view text);

// Order of the trimmed, case-folded texts by code point: negative, 0 or positive. Does not allocate.
int compare_folded(std::string_view a, std::string_view b);
bool equal_folded(std::string_view a, std::string_view b);

// Equal for texts that equal_folded calls equal; the same in every run.
std::uint64_t hash_folded(std::string_view text);

// For unordered containers of text looked up without regard to case or outer white space.
struct FoldedHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return static_cast<std::size_t>(hash_folded(text)); }
};
struct FoldedEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return equal_folded(a, b); }
};

std::size_t code_points(std::string_view text);

// Columns of a terminal: 0 for combining and control characters, 2 for wide ones.
std::size_t character_width(char32_t character);
std::size_t display_width(std::string_view text);

// `text` where it fits into `columns`, else as much of it as does with an ellipsis behind.
std::string fit_width(std::string_view text, std::size_t columns);

namespace utf8_detail {

std::string_view trim_white_space(std::string_view text);

// A byte that is a whole character and no white space.
constexpr bool is_visible_ascii(char byte) {
  return static_cast<unsigned char>(byte) > ' ' && static_cast<unsigned char>(byte) < 0x80;
}

}  // namespace utf8_detail

inline std::string_view trim(std::string_view text) {
  if (!text.empty() && utf8_detail::is_visible_ascii(text.front()) &&
      utf8_detail::is_visible_ascii(text.back())) {
    return text;
  }
  return utf8_detail::trim_white_space(text);
}

}  // namespace plumbline
