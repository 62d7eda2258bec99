#include "base/json.h"

#include <cassert>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/utf8.h"

namespace plumbline {
namespace {

constexpr std::size_t kNumberBytes = 32;                   // the longest double or 64-bit integer has 24
constexpr double kLargestExactInteger = 9007199254740992;  // 2^53

template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, kNumberBytes> digits{};
  const std::to_chars_result result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), result.ptr);
}

constexpr bool is_plain(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return code >= 0x20 && code < 0x80 && byte != '"' && byte != '\\';
}

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

void append_escape(std::string& out, char byte) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  if (const char letter = short_escape(byte); letter != 0) {
    out += '\\';
    out += letter;
    return;
  }
  const auto code = static_cast<unsigned char>(byte);
  out += "\\u00";
  out += kHexDigits[code >> 4U];
  out += kHexDigits[code & 0x0FU];
}

}  // namespace

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
  if (!std::isfinite(value)) return null();
  // The shortest form of a round number would be 1e+07, which people read less easily than 10000000.
  if (std::trunc(value) == value && std::abs(value) <= kLargestExactInteger) {
    return signed_integer(static_cast<std::int64_t>(value));
  }
  before_value();
  append_number(out_, value);
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
  append_number(out_, value);
  return *this;
}

JsonWriter& JsonWriter::unsigned_integer(std::uint64_t value) {
  before_value();
  append_number(out_, value);
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
  out_ += '"';
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t begin = pos;
    while (pos < text.size() && is_plain(text[pos])) ++pos;
    out_ += text.substr(begin, pos - begin);
    if (pos == text.size()) break;
    if (static_cast<unsigned char>(text[pos]) < 0x80) {
      append_escape(out_, text[pos++]);
    } else {
      append_utf8(out_, decode_utf8(text, pos));
    }
  }
  out_ += '"';
}

}  // namespace plumbline
