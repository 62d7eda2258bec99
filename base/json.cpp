#include "base/json.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/digits.h"
#include "base/utf8.h"

namespace plumbline {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";
constexpr double kLargestExactInteger = 9007199254740992;  // 2^53

// Quotes, backslashes and controls, which are escaped, and whatever is not ASCII, which is looked at.
struct JsonCare {
  static bool needs(char byte) {
    const auto code = static_cast<unsigned char>(byte);
    return code < ' ' || code >= 0x80 || byte == '"' || byte == '\\';
  }
  static __m128i needs(__m128i bytes) {
    // The comparison is of signed bytes: those beyond ASCII are below zero.
    const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    return _mm_or_si128(low, _mm_or_si128(quote, backslash));
  }
};

// The letter behind the backslash, or 0 where there is none and \u00XX is due.
constexpr char short_escape(char byte) {
  switch (byte) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

char* write_escape(char* out, char byte) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  *out++ = '\\';
  if (const char letter = short_escape(byte); letter != 0) {
    *out++ = letter;
    return out;
  }
  const auto code = static_cast<unsigned char>(byte);
  for (const char digit : {'u', '0', '0', kHexDigits[code >> 4U], kHexDigits[code & 0x0FU]}) *out++ = digit;
  return out;
}

bool is_ascii(char byte) { return static_cast<unsigned char>(byte) < 0x80; }

// The bytes beyond ASCII that `text` starts with: characters, or strays among them. Takes them off the text.
char* write_beyond_ascii(char* out, std::string_view& text) {
  const auto end = std::find_if(text.begin(), text.end(), is_ascii);
  const std::string_view run = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(run.size());
  if (is_valid_utf8(run)) return copy_text(out, run);
  for (std::size_t pos = 0; pos < run.size();) {
    const std::size_t begin = pos;
    const bool stray = decode_utf8(run, pos) == kReplacementCharacter;
    out = copy_text(out, stray ? kReplacement : run.substr(begin, pos - begin));
  }
  return out;
}

template <class Write>
void append(std::string& out, std::size_t room, const Write& write) {
  const std::size_t before = out.size();
  out.resize_and_overwrite(before + room, [&](char* data, std::size_t) {
    return static_cast<std::size_t>(write(data + before) - data);
  });
}

}  // namespace

char* write_json_text(char* out, std::string_view text) {
  *out++ = '"';
  while (true) {
    const std::size_t plain = copy_until<JsonCare>(out, text);
    out += plain;
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (is_ascii(text.front())) {
      out = write_escape(out, text.front());
      text.remove_prefix(1);
    } else {
      out = write_beyond_ascii(out, text);
    }
  }
  *out++ = '"';
  return out;
}

char* write_json_number(char* out, double value) {
  if (!std::isfinite(value)) return copy_text(out, "null");
  // The shortest form of a round number would be 1e+07, which people read less easily than 10000000.
  if (std::trunc(value) == value && std::abs(value) <= kLargestExactInteger) {
    return write_integer(out, static_cast<std::int64_t>(value));
  }
  return std::to_chars(out, out + kJsonNumberRoom, value).ptr;
}

JsonWriter& JsonWriter::begin_object() { return begin(Container::kObject, '{'); }
JsonWriter& JsonWriter::end_object() { return end(Container::kObject, '}'); }
JsonWriter& JsonWriter::begin_array() { return begin(Container::kArray, '['); }
JsonWriter& JsonWriter::end_array() { return end(Container::kArray, ']'); }

JsonWriter& JsonWriter::key(std::string_view name) {
  assert(depth_ > 0 && levels_[depth_ - 1].container == Container::kObject && !after_key_);
  separate(levels_[depth_ - 1]);
  quote(name);
  out_ += ':';
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
  before_value();
  quote(text);
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  before_value();
  append(out_, kJsonNumberRoom, [&](char* out) { return write_json_number(out, value); });
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view json) {
  before_value();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::signed_integer(std::int64_t value) {
  before_value();
  append(out_, kIntegerRoom, [&](char* out) { return write_integer(out, value); });
  return *this;
}

JsonWriter& JsonWriter::unsigned_integer(std::uint64_t value) {
  before_value();
  append(out_, kIntegerRoom, [&](char* out) { return write_integer(out, value); });
  return *this;
}

JsonWriter& JsonWriter::begin(Container container, char bracket) {
  before_value();
  if (depth_ == kMaxJsonNesting) {
    std::fprintf(stderr, "plumbline: JSON nested deeper than %zu levels\n", kMaxJsonNesting);
    std::abort();
  }
  levels_[depth_++] = {.container = container, .used = false};
  out_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::end([[maybe_unused]] Container container, char bracket) {
  assert(depth_ > 0 && levels_[depth_ - 1].container == container && !after_key_);
  --depth_;
  out_ += bracket;
  return *this;
}

void JsonWriter::before_value() {
  if (depth_ == 0) return;
  Level& level = levels_[depth_ - 1];
  assert(after_key_ == (level.container == Container::kObject));
  if (level.container == Container::kArray) separate(level);
  after_key_ = false;
}

void JsonWriter::separate(Level& level) {
  if (level.used) out_ += ',';
  level.used = true;
}

void JsonWriter::quote(std::string_view text) {
  append(out_, json_text_room(text.size()), [&](char* out) { return write_json_text(out, text); });
}

}  // namespace plumbline
