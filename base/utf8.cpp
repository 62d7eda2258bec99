#include "base/utf8.h"

#include <utf8proc.h>

#include <array>
#include <cstring>

namespace plumbline {
namespace {

constexpr std::string_view kEllipsis = "\u2026";

constexpr bool is_ascii(char byte) { return static_cast<unsigned char>(byte) < 0x80; }

constexpr char ascii_lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte;
}

constexpr char ascii_upper(char byte) {
  return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - ('a' - 'A')) : byte;
}

// Bytes of the character at `pos` (0 where there is none), and the character itself.
std::size_t read_character(std::string_view text, std::size_t pos, char32_t& character) {
  utf8proc_int32_t code = 0;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data() + pos);
  const utf8proc_ssize_t length =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - pos), &code);
  if (length <= 0) return 0;
  character = static_cast<char32_t>(code);
  return static_cast<std::size_t>(length);
}

// End of the run of ASCII that starts at `pos`.
std::size_t skip_ascii(std::string_view text, std::size_t pos) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  while (text.size() - pos >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + pos, sizeof(word));
    if ((word & kHighBits) != 0) break;
    pos += sizeof(word);
  }
  while (pos < text.size() && is_ascii(text[pos])) ++pos;
  return pos;
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

// Hands out the case-folded code points of a text one by one, then kEnd for ever, which sorts before all
// others.
class FoldedReader {
 public:
  static constexpr std::int32_t kEnd = -1;

  explicit FoldedReader(std::string_view text) : text_(text) {}

  std::int32_t next() {
    if (pending_at_ < pending_size_) return pending_[pending_at_++];
    if (pos_ == text_.size()) return kEnd;
    if (is_ascii(text_[pos_])) return ascii_lower(text_[pos_++]);
    return fold_next();
  }

 private:
  static constexpr std::size_t kLongestFolding = 4;  // Unicode's longest is 3

  std::int32_t fold_next() {
    const auto character = static_cast<utf8proc_int32_t>(decode_utf8(text_, pos_));
    int boundary = 0;
    const utf8proc_ssize_t size =
        utf8proc_decompose_char(character, pending_.data(), kLongestFolding, UTF8PROC_CASEFOLD, &boundary);
    if (size <= 0 || size > static_cast<utf8proc_ssize_t>(kLongestFolding)) return character;
    pending_size_ = static_cast<std::size_t>(size);
    pending_at_ = 1;
    return pending_[0];
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  std::array<utf8proc_int32_t, kLongestFolding> pending_{};
  std::size_t pending_at_ = 0;
  std::size_t pending_size_ = 0;
};

// One mapping for both directions: `ascii` for the common bytes, `unicode` for the rest.
template <class Ascii, class Unicode>
std::string map_characters(std::string_view text, Ascii ascii, Unicode unicode) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t pos = 0; pos < text.size();) {
    if (is_ascii(text[pos])) {
      out += ascii(text[pos++]);
    } else {
      append_utf8(out, static_cast<char32_t>(unicode(static_cast<utf8proc_int32_t>(decode_utf8(text, pos)))));
    }
  }
  return out;
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

std::size_t first_invalid_utf8(std::string_view text) {
  std::size_t pos = skip_ascii(text, 0);
  while (pos < text.size()) {
    char32_t character = 0;
    const std::size_t length = read_character(text, pos, character);
    if (length == 0) return pos;
    pos += length;
    if (pos < text.size() && is_ascii(text[pos])) pos = skip_ascii(text, pos);
  }
  return pos;
}

bool is_valid_utf8(std::string_view text) { return first_invalid_utf8(text) == text.size(); }

char32_t decode_utf8(std::string_view text, std::size_t& pos) {
  if (is_ascii(text[pos])) return static_cast<char32_t>(text[pos++]);
  char32_t character = kReplacementCharacter;
  const std::size_t length = read_character(text, pos, character);
  pos += length == 0 ? 1 : length;
  return character;
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

std::string_view trim(std::string_view text) {
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

std::string lower(std::string_view text) { return map_characters(text, ascii_lower, utf8proc_tolower); }

std::string upper(std::string_view text) { return map_characters(text, ascii_upper, utf8proc_toupper); }

std::string fold_case(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  FoldedReader reader(text);
  for (std::int32_t code = reader.next(); code != FoldedReader::kEnd; code = reader.next()) {
    append_utf8(out, static_cast<char32_t>(code));
  }
  return out;
}

int compare_folded(std::string_view a, std::string_view b) {
  a = trim(a);
  b = trim(b);
  std::size_t i = 0;
  for (; i < a.size() && i < b.size(); ++i) {
    // ASCII folds one to one, so both texts can be continued from here character by character.
    if (!is_ascii(a[i]) || !is_ascii(b[i])) return compare_unicode(a.substr(i), b.substr(i));
    const char x = ascii_lower(a[i]);
    const char y = ascii_lower(b[i]);
    if (x != y) return x < y ? -1 : 1;
  }
  if (a.size() == b.size()) return 0;
  return a.size() < b.size() ? -1 : 1;
}

bool equal_folded(std::string_view a, std::string_view b) { return compare_folded(a, b) == 0; }

std::uint64_t hash_folded(std::string_view text) {
  // FNV-1a over code points instead of bytes, then mixed so that the low bits depend on all of them.
  std::uint64_t hash = 0xCBF29CE484222325U;
  FoldedReader reader(trim(text));
  for (std::int32_t code = reader.next(); code != FoldedReader::kEnd; code = reader.next()) {
    hash = (hash ^ static_cast<std::uint64_t>(code)) * 0x100000001B3U;
  }
  hash ^= hash >> 33;
  hash *= 0xFF51AFD7ED558CCDU;
  return hash ^ (hash >> 33);
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t pos = 0; pos < text.size(); ++count) {
    if (is_ascii(text[pos])) {
      ++pos;
    } else {
      decode_utf8(text, pos);
    }
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
