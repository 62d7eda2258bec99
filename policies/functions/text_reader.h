// Reading a text byte by byte with a view of the characters around a place: blanks, words, small numbers, and
// what a place touches. Shared by the grammar and the scanner of dates; bounded look at every call but the
// runs of blanks.
//
// `Bytes` is PlainBytes; tests pass one that counts how often it is read, which is how they know the work is
// linear. Values and pure functions: no allocation, safe from any thread, the text must outlive the reader.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "base/byte_lanes.h"
#include "base/utf8.h"

namespace plumbline {

inline constexpr std::size_t kNowhere = std::string_view::npos;

constexpr bool is_ascii_digit(char byte) { return byte >= '0' && byte <= '9'; }
constexpr char to_ascii_lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte;
}
constexpr bool is_ascii_letter(char byte) {
  return to_ascii_lower(byte) >= 'a' && to_ascii_lower(byte) <= 'z';
}
constexpr bool is_ascii_byte(char byte) { return static_cast<unsigned char>(byte) < 0x80; }

// White space that ends a line, and so a thought: what stands on both sides of it does not belong together.
constexpr bool is_line_break(char32_t character) {
  return (character >= '\n' && character <= '\r') || character == 0x85 || character == 0x2028 ||
         character == 0x2029;
}
inline bool is_blank(char32_t character) {
  if (character < 0x80) return character == U' ' || character == U'\t';
  return is_space(character) && !is_line_break(character);
}
// As is_alnum, without a call for the characters most texts consist of.
inline bool is_word_character(char32_t character) {
  if (character >= 0x80) return is_alnum(character);
  const char byte = static_cast<char>(character);
  return is_ascii_letter(byte) || is_ascii_digit(byte);
}

// The text as it is.
class PlainBytes {
 public:
  explicit PlainBytes(std::string_view text) : text_(text) {}

  std::size_t size() const { return text_.size(); }
  // '\0' outside the text.
  char at(std::size_t pos) const { return pos < text_.size() ? text_[pos] : '\0'; }
  // The character at `pos`, which moves behind it. `pos` must be inside the text.
  char32_t decode(std::size_t& pos) const { return decode_utf8(text_, pos); }
  PlainBytes part(std::size_t begin, std::size_t end) const {
    return PlainBytes(text_.substr(begin, end - begin));
  }

  // kNowhere where there is none at or behind `from`.
  std::size_t find(char byte, std::size_t from) const { return text_.find(byte, from); }
  std::size_t find_digit(std::size_t from) const;
  // What may be the first byte of `;`, `|`, a dash or a line break.
  std::size_t find_separator(std::size_t from) const;

 private:
  std::string_view text_;
};

inline std::size_t PlainBytes::find_digit(std::size_t from) const {
  return find_byte(text_, from, [](ByteLanes bytes) { return bytes.in_range('0', '9'); });
}

inline std::size_t PlainBytes::find_separator(std::size_t from) const {
  // Separators beyond ASCII begin with one of two bytes, which never stand inside another character.
  return find_byte(text_, from, [](ByteLanes bytes) {
    return bytes.equal(';') | bytes.equal('|') | bytes.equal('-') | bytes.in_range('\n', '\r') |
           bytes.equal('\xC2') | bytes.equal('\xE2');
  });
}

// A run of one to four digits. None where there is no digit or there are more.
struct SmallNumber {
  unsigned value = 0;
  std::size_t digits = 0;  // 0: none
  std::size_t end = 0;
};

// A run of ASCII letters, in lower case. Longer ones than any we know are none.
class Word {
 public:
  static constexpr std::size_t kLongest = 10;  // developers

  // None where a letter does not fit any more.
  void add(char letter) {
    if (size_ < kLongest) letters_[size_] = to_ascii_lower(letter);
    ++size_;
  }
  std::string_view lower() const { return {letters_.data(), size_ <= kLongest ? size_ : 0}; }

 private:
  std::array<char, kLongest> letters_{};
  std::size_t size_ = 0;
};

template <class Bytes>
class TextReader {
 public:
  explicit TextReader(Bytes bytes) : bytes_(bytes) {}

  std::size_t size() const { return bytes_.size(); }
  char at(std::size_t pos) const { return bytes_.at(pos); }
  char before(std::size_t pos) const { return pos == 0 ? '\0' : bytes_.at(pos - 1); }
  bool digit_at(std::size_t pos) const { return is_ascii_digit(at(pos)); }

  // Start of the character that ends at `pos`; kNowhere at the beginning.
  std::size_t start_before(std::size_t pos) const;
  // U'\0' at the edges of the text.
  char32_t character_at(std::size_t pos) const;
  char32_t character_before(std::size_t pos) const { return character_at(start_before(pos)); }
  bool alnum_at(std::size_t pos) const { return is_word_character(character_at(pos)); }
  bool alnum_before(std::size_t pos) const { return pos > 0 && is_word_character(character_before(pos)); }

  // Past the blanks at `pos`, or back to the first of those that end there; line breaks are not crossed.
  std::size_t skip_blanks(std::size_t pos) const;
  std::size_t skip_blanks_back(std::size_t pos) const;

  SmallNumber number_at(std::size_t pos) const;
  // Behind the ASCII letters at `pos`, or before those that end there; at most one more than Word::kLongest.
  std::size_t word_end(std::size_t pos) const;
  std::size_t word_start(std::size_t end) const;
  Word word(std::size_t begin, std::size_t end) const;

 private:
  Bytes bytes_;
};

template <class Bytes>
char32_t TextReader<Bytes>::character_at(std::size_t pos) const {
  if (pos >= size()) return U'\0';
  const char byte = at(pos);
  return is_ascii_byte(byte) ? static_cast<char32_t>(byte) : bytes_.decode(pos);
}

template <class Bytes>
std::size_t TextReader<Bytes>::start_before(std::size_t pos) const {
  constexpr std::size_t kLongestCharacter = 4;
  if (pos == 0) return kNowhere;
  if (is_ascii_byte(at(pos - 1))) return pos - 1;
  for (std::size_t length = 2; length <= std::min(pos, kLongestCharacter); ++length) {
    std::size_t end = pos - length;
    bytes_.decode(end);
    if (end == pos) return pos - length;
  }
  return pos - 1;  // a stray byte
}

template <class Bytes>
std::size_t TextReader<Bytes>::skip_blanks(std::size_t pos) const {
  while (pos < size()) {
    const char byte = at(pos);
    std::size_t next = is_ascii_byte(byte) ? pos + 1 : pos;
    const char32_t character = next > pos ? static_cast<char32_t>(byte) : bytes_.decode(next);
    if (!is_blank(character)) break;
    pos = next;
  }
  return pos;
}

template <class Bytes>
std::size_t TextReader<Bytes>::skip_blanks_back(std::size_t pos) const {
  while (pos > 0) {
    const std::size_t start = start_before(pos);
    if (!is_blank(character_at(start))) break;
    pos = start;
  }
  return pos;
}

template <class Bytes>
SmallNumber TextReader<Bytes>::number_at(std::size_t pos) const {
  constexpr std::size_t kMostDigits = 4;
  SmallNumber number{.value = 0, .digits = 0, .end = pos};
  for (; digit_at(number.end); ++number.end) {
    if (++number.digits > kMostDigits) return {};
    number.value = number.value * 10 + static_cast<unsigned>(at(number.end) - '0');
  }
  return number;
}

template <class Bytes>
std::size_t TextReader<Bytes>::word_end(std::size_t pos) const {
  const std::size_t limit = pos + Word::kLongest + 1;
  while (pos < limit && is_ascii_letter(at(pos))) ++pos;
  return pos;
}

template <class Bytes>
std::size_t TextReader<Bytes>::word_start(std::size_t end) const {
  const std::size_t limit = end - std::min(end, Word::kLongest + 1);
  while (end > limit && is_ascii_letter(at(end - 1))) --end;
  return end;
}

template <class Bytes>
Word TextReader<Bytes>::word(std::size_t begin, std::size_t end) const {
  Word word;
  for (; begin < end; ++begin) word.add(at(begin));
  return word;
}

}  // namespace plumbline
