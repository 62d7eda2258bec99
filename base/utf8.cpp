#include "base/utf8.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "base/byte_lanes.h"

namespace plumbline {
namespace {

constexpr std::string_view kEllipsis = "\u2026";

constexpr bool is_ascii_byte(char byte) { return static_cast<unsigned char>(byte) < 0x80; }

constexpr char ascii_lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte;
}

constexpr char ascii_upper(char byte) {
  return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - ('a' - 'A')) : byte;
}

constexpr unsigned byte_at(std::string_view text, std::size_t pos) {
  return static_cast<unsigned char>(text[pos]);
}

constexpr bool is_continuation(unsigned byte) { return (byte & 0xC0) == 0x80; }

// Three and four bytes, where not every continuation byte may follow every first byte: overlong forms,
// surrogates and what lies above U+10FFFF are told by the value.
std::size_t read_long_character(std::string_view text, std::size_t pos, char32_t& character) {
  const unsigned first = byte_at(text, pos);
  const std::size_t length = first < 0xF0 ? 3 : 4;
  if (first > 0xF4 || text.size() - pos < length) return 0;
  unsigned code = first & (length == 3 ? 0x0FU : 0x07U);
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned byte = byte_at(text, pos + i);
    if (!is_continuation(byte)) return 0;
    code = code << 6 | (byte & 0x3F);
  }
  const bool scalar =
      length == 3 ? code >= 0x800 && (code < 0xD800 || code > 0xDFFF) : code >= 0x10000 && code <= 0x10FFFF;
  character = code;
  return scalar ? length : 0;
}

// Bytes of the character at `pos` (0 where there is none), and the character itself.
std::size_t read_character(std::string_view text, std::size_t pos, char32_t& character) {
  const unsigned first = byte_at(text, pos);
  if (first < 0x80) {
    character = first;
    return 1;
  }
  if (first >= 0xE0) return read_long_character(text, pos, character);
  constexpr unsigned kFirstOfTwo = 0xC2;  // below, the character would fit into one byte
  if (first < kFirstOfTwo || text.size() - pos < 2 || !is_continuation(byte_at(text, pos + 1))) return 0;
  character = (first & 0x1F) << 6 | (byte_at(text, pos + 1) & 0x3F);
  return 2;
}

template <class Word>
Word load(const char* from) {
  Word word = 0;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

// Whether the first and the last sizeof(Word) bytes of a text of at most twice as many are ASCII.
template <class Word>
bool ends_are_ascii(std::string_view text) {
  constexpr Word kHighBits = static_cast<Word>(0x8080808080808080U);
  const Word both = load<Word>(text.data()) | load<Word>(text.data() + text.size() - sizeof(Word));
  return (both & kHighBits) == 0;
}

// End of the run of ASCII that starts at `pos`.
std::size_t skip_ascii(std::string_view text, std::size_t pos) {
  const std::size_t end = find_byte(text, pos, [](ByteLanes bytes) { return bytes.not_ascii(); });
  return end == std::string_view::npos ? text.size() : end;
}

// Start of the character that ends before `end`, which is not 0.
std::size_t previous_character(std::string_view text, std::size_t end) {
  constexpr std::size_t kLongestCharacter = 4;
  std::size_t start = end - 1;
  while (start > 0 && end - start < kLongestCharacter &&
         (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) {
    --start;
  }
  char32_t character = 0;
  return read_character(text, start, character) == end - start ? start : end - 1;
}

// What a character becomes when case is folded: itself, or up to three others.
class Folding {
 public:
  Folding() = default;
  explicit Folding(char32_t character) {
    int boundary = 0;
    const utf8proc_ssize_t size =
        utf8proc_decompose_char(static_cast<utf8proc_int32_t>(character), codes_.data(),
                                static_cast<utf8proc_ssize_t>(kLongest), UTF8PROC_CASEFOLD, &boundary);
    if (size > 0 && size <= static_cast<utf8proc_ssize_t>(kLongest)) {
      size_ = static_cast<std::size_t>(size);
    } else {
      codes_[0] = static_cast<utf8proc_int32_t>(character);
      size_ = 1;
    }
  }

  std::span<const utf8proc_int32_t> codes() const { return std::span(codes_).first(size_); }

 private:
  static constexpr std::size_t kLongest = 4;  // Unicode's longest is 3

  std::array<utf8proc_int32_t, kLongest> codes_{};
  std::size_t size_ = 0;
};

// Hands out the case-folded code points of a text one by one, then kEnd for ever, which sorts before all
// others.
class FoldedReader {
 public:
  static constexpr std::int32_t kEnd = -1;

  explicit FoldedReader(std::string_view text) : text_(text) {}

  std::int32_t next() {
    if (pending_at_ < pending_.codes().size()) return pending_.codes()[pending_at_++];
    if (pos_ == text_.size()) return kEnd;
    if (is_ascii_byte(text_[pos_])) return ascii_lower(text_[pos_++]);
    pending_ = Folding(decode_utf8(text_, pos_));
    pending_at_ = 1;
    return pending_.codes()[0];
  }

 private:
  std::string_view text_;
  std::size_t pos_ = 0;
  Folding pending_;
  std::size_t pending_at_ = 0;
};

// One mapping for both directions: `ascii` for runs of the common bytes, `unicode` for the rest. A function's
// address for `ascii` would be called byte by byte; a closure is inlined and made into vector instructions.
template <class Ascii, class Unicode>
void append_mapped(std::string& out, std::string_view text, Ascii ascii, Unicode unicode) {
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t end = skip_ascii(text, pos);
    const std::size_t start = out.size();
    out.append(text, pos, end - pos);
    for (char& byte : std::span(out).subspan(start)) byte = ascii(byte);
    for (pos = end; pos < text.size() && !is_ascii_byte(text[pos]);) unicode(out, pos);
  }
}

// As append_mapped, where one character becomes one other.
template <class Ascii, class Unicode>
void append_characters(std::string& out, std::string_view text, Ascii ascii, Unicode unicode) {
  append_mapped(out, text, ascii, [&](std::string& to, std::size_t& pos) {
    append_utf8(to, static_cast<char32_t>(unicode(static_cast<utf8proc_int32_t>(decode_utf8(text, pos)))));
  });
}

// The letters of eight ASCII bytes in lower case. Adding lifts each byte's high bit from `A` on, and from the
// byte behind `Z` on; where only the first is lifted there is a capital, four times the bit that makes it
// small.
constexpr std::uint64_t lower_word(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  const std::uint64_t from_a = word + kOnes * (0x80 - 'A');
  const std::uint64_t behind_z = word + kOnes * (0x80 - 'Z' - 1);
  return word | ((from_a & ~behind_z & kOnes * 0x80) >> 2);
}

// Bytes of the common beginning of two texts, as far as it can be told by whole words of ASCII.
std::size_t same_ascii_words(std::string_view a, std::string_view b) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::size_t same = 0;
  for (const std::size_t size = std::min(a.size(), b.size()); size - same >= sizeof(std::uint64_t);
       same += sizeof(std::uint64_t)) {
    const auto left = load<std::uint64_t>(a.data() + same);
    const auto right = load<std::uint64_t>(b.data() + same);
    if (((left | right) & kHighBits) != 0 || lower_word(left) != lower_word(right)) break;
  }
  return same;
}

int compare_unicode(std::string_view a, std::string_view b) {
  FoldedReader left(a);
  FoldedReader right(b);
  while (true) {
    const std::int32_t x = left.next();
    const std::int32_t y = right.next();
    if (x != y) return x < y ? -1 : 1;
    if (x == FoldedReader::kEnd) return 0;
  }
}

}  // namespace

bool is_ascii(std::string_view text) {
  if (text.size() >= ByteLanes::kWidth) return skip_ascii(text, 0) == text.size();
  if (text.size() >= sizeof(std::uint64_t)) return ends_are_ascii<std::uint64_t>(text);
  if (text.size() >= sizeof(std::uint32_t)) return ends_are_ascii<std::uint32_t>(text);
  return std::ranges::all_of(text, is_ascii_byte);
}

std::size_t first_invalid_utf8(std::string_view text) {
  if (text.size() < ByteLanes::kWidth && is_ascii(text)) return text.size();
  std::size_t pos = skip_ascii(text, 0);
  while (pos < text.size()) {
    char32_t character = 0;
    const std::size_t length = read_character(text, pos, character);
    if (length == 0) return pos;
    pos += length;
    if (pos < text.size() && is_ascii_byte(text[pos])) pos = skip_ascii(text, pos);
  }
  return pos;
}

bool is_valid_utf8(std::string_view text) { return first_invalid_utf8(text) == text.size(); }

char32_t decode_utf8(std::string_view text, std::size_t& pos) {
  char32_t character = kReplacementCharacter;
  const std::size_t length = read_character(text, pos, character);
  if (length != 0) {
    pos += length;
    return character;
  }
  ++pos;
  return kReplacementCharacter;
}

void append_utf8(std::string& out, char32_t character) {
  const bool scalar = character < 0xD800 || (character > 0xDFFF && character <= 0x10FFFF);
  std::array<utf8proc_uint8_t, 4> bytes{};
  const utf8proc_ssize_t length = utf8proc_encode_char(
      static_cast<utf8proc_int32_t>(scalar ? character : kReplacementCharacter), bytes.data());
  for (std::size_t i = 0; i < static_cast<std::size_t>(length); ++i) out += static_cast<char>(bytes[i]);
}

bool is_space(char32_t character) {
  if (character < 0x80) return character == ' ' || (character >= '\t' && character <= '\r');
  return character == 0x85 || character == 0xA0 || character == 0x1680 ||
         (character >= 0x2000 && character <= 0x200A) || character == 0x2028 || character == 0x2029 ||
         character == 0x202F || character == 0x205F || character == 0x3000;
}

bool is_letter(char32_t character) {
  if (character < 0x80)
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(character));
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool is_digit(char32_t character) {
  if (character < 0x80) return character >= '0' && character <= '9';
  return utf8proc_category(static_cast<utf8proc_int32_t>(character)) == UTF8PROC_CATEGORY_ND;
}

bool is_alnum(char32_t character) { return is_letter(character) || is_digit(character); }

std::string_view utf8_detail::trim_white_space(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t next = begin;
    if (!is_space(decode_utf8(text, next))) break;
    begin = next;
  }
  std::size_t end = text.size();
  while (end > begin) {
    const std::size_t start = previous_character(text, end);
    std::size_t pos = start;
    if (!is_space(decode_utf8(text, pos))) break;
    end = start;
  }
  return text.substr(begin, end - begin);
}

void append_lower(std::string& out, std::string_view text) {
  append_characters(out, text, [](char byte) { return ascii_lower(byte); }, utf8proc_tolower);
}

std::string lower(std::string_view text) {
  std::string out;
  append_lower(out, text);
  return out;
}

std::string upper(std::string_view text) {
  std::string out;
  append_characters(out, text, [](char byte) { return ascii_upper(byte); }, utf8proc_toupper);
  return out;
}

std::string fold_case(std::string_view text) {
  std::string out;
  const auto ascii = [](char byte) { return ascii_lower(byte); };
  append_mapped(out, text, ascii, [text](std::string& to, std::size_t& pos) {
    const Folding folding(decode_utf8(text, pos));
    for (const utf8proc_int32_t code : folding.codes()) append_utf8(to, static_cast<char32_t>(code));
  });
  return out;
}

int compare_folded(std::string_view a, std::string_view b) {
  a = trim(a);
  b = trim(b);
  std::size_t i = same_ascii_words(a, b);
  std::size_t j = i;
  while (i < a.size() && j < b.size()) {
    if (is_ascii_byte(a[i]) && is_ascii_byte(b[j])) {
      const char x = ascii_lower(a[i++]);
      const char y = ascii_lower(b[j++]);
      if (x != y) return x < y ? -1 : 1;
      continue;
    }
    // A character folds the same on both sides; from two that differ the foldings have to be compared.
    std::size_t next_i = i;
    std::size_t next_j = j;
    if (decode_utf8(a, next_i) != decode_utf8(b, next_j)) return compare_unicode(a.substr(i), b.substr(j));
    i = next_i;
    j = next_j;
  }
  const std::size_t left = a.size() - i;
  const std::size_t right = b.size() - j;
  if (left == right) return 0;
  return left < right ? -1 : 1;
}

bool equal_folded(std::string_view a, std::string_view b) {
  // The first characters alone tell most texts apart that are looked up in a list.
  if (!a.empty() && !b.empty() && utf8_detail::is_visible_ascii(a.front()) &&
      utf8_detail::is_visible_ascii(b.front()) && ascii_lower(a.front()) != ascii_lower(b.front())) {
    return false;
  }
  return compare_folded(a, b) == 0;
}

std::uint64_t hash_folded(std::string_view text) {
  // FNV-1a over code points instead of bytes, then mixed so that the low bits depend on all of them.
  constexpr std::uint64_t kPrime = 0x100000001B3U;
  std::uint64_t hash = 0xCBF29CE484222325U;
  text = trim(text);
  std::size_t pos = 0;
  for (; pos < text.size() && is_ascii_byte(text[pos]); ++pos) {
    hash = (hash ^ static_cast<std::uint64_t>(ascii_lower(text[pos]))) * kPrime;
  }
  FoldedReader reader(text.substr(pos));
  for (std::int32_t code = reader.next(); code != FoldedReader::kEnd; code = reader.next()) {
    hash = (hash ^ static_cast<std::uint64_t>(code)) * kPrime;
  }
  hash ^= hash >> 33;
  hash *= 0xFF51AFD7ED558CCDU;
  return hash ^ (hash >> 33);
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t end = skip_ascii(text, pos);
    count += end - pos;
    for (pos = end; pos < text.size() && !is_ascii_byte(text[pos]); ++count) decode_utf8(text, pos);
  }
  return count;
}

std::size_t character_width(char32_t character) {
  if (character >= 0x20 && character < 0x7F) return 1;
  const int width = utf8proc_charwidth(static_cast<utf8proc_int32_t>(character));
  return width > 0 ? static_cast<std::size_t>(width) : 0;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t pos = 0; pos < text.size();) width += character_width(decode_utf8(text, pos));
  return width;
}

std::string fit_width(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t end = 0;
  for (std::size_t used = 0; end < text.size();) {
    std::size_t next = end;
    used += character_width(decode_utf8(text, next));
    if (used > columns - 1) break;
    end = next;
  }
  return std::string(text.substr(0, end)) + std::string(kEllipsis);
}

}  // namespace plumbline
