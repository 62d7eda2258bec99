// One state for where in the document we are (what may come next) and one for the token that may continue in
// the next piece. Strings are gone through up to the next quote or backslash at once.
#include "base/json_stream.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace plumbline {
namespace {

constexpr std::size_t kFault = std::string_view::npos;
constexpr std::uint32_t kFirstHigh = 0xD800;
constexpr std::uint32_t kFirstLow = 0xDC00;
constexpr std::uint32_t kBehindLow = 0xE000;
constexpr std::uint32_t kReplacement = 0xFFFD;

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_of_number(char c) { return is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'; }
bool is_of_word(char c) { return c >= 'a' && c <= 'z'; }

// -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
bool is_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - begin;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const bool zero = at < text.size() && text[at] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

}  // namespace

bool JsonStream::wrong(std::string_view what) {
  if (fault_.empty()) fault_ = fmt::format("is not JSON: {} at byte {}", what, bytes_);
  return false;
}

void JsonStream::append(std::string_view text) {
  text_.append(text.substr(0, kMostJsonTextBytes - std::min(text_.size(), kMostJsonTextBytes)));
}

void JsonStream::after_value() { expect_ = depth_ == 0 ? Expect::kNothing : Expect::kCommaOrEnd; }

bool JsonStream::tell(JsonKind kind) {
  if (!events_.value(kind, text_)) return wrong("what was read is not what was asked for");
  after_value();
  return true;
}

bool JsonStream::open(bool object) {
  if (depth_ == kMaxJsonNesting) return wrong("too deep nesting");
  const std::uint64_t bit = std::uint64_t{1} << depth_;
  in_object_ = object ? in_object_ | bit : in_object_ & ~bit;
  ++depth_;
  expect_ = object ? Expect::kKeyOrEnd : Expect::kValueOrEnd;
  const bool go_on = object ? events_.begin_object() : events_.begin_array();
  return go_on || wrong("what was read is not what was asked for");
}

bool JsonStream::close(bool object) {
  const bool is_object = depth_ > 0 && (in_object_ >> (depth_ - 1) & 1U) != 0;
  if (depth_ == 0 || is_object != object) return wrong("a bracket that closes nothing");
  --depth_;
  after_value();
  const bool go_on = object ? events_.end_object() : events_.end_array();
  return go_on || wrong("what was read is not what was asked for");
}

bool JsonStream::begin_value(char c) {
  text_.clear();
  is_key_ = false;
  if (c == '{') return open(true);
  if (c == '[') return open(false);
  if (c == '"') {
    token_ = Token::kString;
    return true;
  }
  if (!is_digit(c) && c != '-' && !is_of_word(c)) return wrong("an unexpected character");
  token_ = is_of_word(c) ? Token::kWord : Token::kNumber;
  text_ += c;
  return true;
}

bool JsonStream::structure(char c) {
  if (is_blank(c)) return true;
  switch (expect_) {
    case Expect::kValueOrEnd:
      return c == ']' ? close(false) : begin_value(c);
    case Expect::kValue:
      return begin_value(c);
    case Expect::kKeyOrEnd:
    case Expect::kKey:
      if (c == '}' && expect_ == Expect::kKeyOrEnd) return close(true);
      if (c != '"') return wrong("no name where one belongs");
      text_.clear();
      is_key_ = true;
      token_ = Token::kString;
      return true;
    case Expect::kColon:
      if (c != ':') return wrong("no colon behind a name");
      expect_ = Expect::kValue;
      return true;
    case Expect::kCommaOrEnd: {
      if (c == '}' || c == ']') return close(c == '}');
      if (c != ',') return wrong("no comma between two values");
      const bool in_object = (in_object_ >> (depth_ - 1) & 1U) != 0;
      expect_ = in_object ? Expect::kKey : Expect::kValue;
      return true;
    }
    case Expect::kNothing:
      return wrong("more behind the end of the document");
  }
  return wrong("an unexpected character");
}

bool JsonStream::end_string() {
  if (high_ != 0) {
    high_ = 0;
    put_code_point(kReplacement);
  }
  token_ = Token::kNone;
  if (!is_key_) return tell(JsonKind::kString);
  expect_ = Expect::kColon;
  return events_.key(text_) || wrong("what was read is not what was asked for");
}

bool JsonStream::end_number() {
  token_ = Token::kNone;
  return is_number(text_) ? tell(JsonKind::kNumber) : wrong("a number that is none");
}

bool JsonStream::end_word() {
  token_ = Token::kNone;
  if (text_ == "true") return tell(JsonKind::kTrue);
  if (text_ == "false") return tell(JsonKind::kFalse);
  if (text_ == "null") return tell(JsonKind::kNull);
  return wrong("an unknown word");
}

bool JsonStream::put_code_point(std::uint32_t code) {
  constexpr std::uint32_t kSix = 0x3F;
  const auto byte = [](std::uint32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
  char bytes[4];
  std::size_t size = 0;
  if (code < 0x80) {
    bytes[size++] = byte(code);
  } else if (code < 0x800) {
    bytes[size++] = byte(0xC0 | code >> 6);
    bytes[size++] = byte(0x80 | (code & kSix));
  } else if (code < 0x10000) {
    bytes[size++] = byte(0xE0 | code >> 12);
    bytes[size++] = byte(0x80 | (code >> 6 & kSix));
    bytes[size++] = byte(0x80 | (code & kSix));
  } else {
    bytes[size++] = byte(0xF0 | code >> 18);
    bytes[size++] = byte(0x80 | (code >> 12 & kSix));
    bytes[size++] = byte(0x80 | (code >> 6 & kSix));
    bytes[size++] = byte(0x80 | (code & kSix));
  }
  append({bytes, size});
  return true;
}

bool JsonStream::escape(char c) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  token_ = Token::kString;
  if (c == 'u') {
    token_ = Token::kUnicode;
    digits_ = 4;
    code_ = 0;
    return true;
  }
  if (high_ != 0) {
    high_ = 0;
    put_code_point(kReplacement);
  }
  const std::size_t letter = kLetters.find(c);
  if (letter == std::string_view::npos) return wrong("an unknown escape");
  append(kMeanings.substr(letter, 1));
  return true;
}

bool JsonStream::unicode(char c) {
  std::uint32_t digit = 0;
  if (is_digit(c)) {
    digit = static_cast<std::uint32_t>(c - '0');
  } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
    digit = static_cast<std::uint32_t>((c | 0x20) - 'a') + 10;
  } else {
    return wrong("an unknown escape");
  }
  code_ = code_ * 16 + digit;
  if (--digits_ > 0) return true;
  token_ = Token::kString;
  const bool is_low = code_ >= kFirstLow && code_ < kBehindLow;
  if (high_ != 0) {
    const std::uint32_t high = std::exchange(high_, 0);
    if (is_low) return put_code_point(0x10000 + ((high - kFirstHigh) << 10) + (code_ - kFirstLow));
    put_code_point(kReplacement);
  }
  if (code_ >= kFirstHigh && code_ < kFirstLow) {
    high_ = code_;
    return true;
  }
  return put_code_point(is_low ? kReplacement : code_);
}

std::size_t JsonStream::in_string(std::string_view rest) {
  std::size_t plain = 0;
  while (plain < rest.size() && rest[plain] != '"' && rest[plain] != '\\' &&
         static_cast<unsigned char>(rest[plain]) >= 0x20) {
    ++plain;
  }
  if (plain > 0) {
    if (high_ != 0) {
      high_ = 0;
      put_code_point(kReplacement);
    }
    append(rest.substr(0, plain));
    return plain;
  }
  if (rest[0] == '"') return end_string() ? 1 : kFault;
  if (rest[0] == '\\') {
    token_ = Token::kEscape;
    return 1;
  }
  return wrong("a control character within a text") ? 1 : kFault;
}

Status JsonStream::push(std::string_view piece) {
  while (!piece.empty() && fault_.empty()) {
    std::size_t taken = 1;
    const char c = piece.front();
    bool good = true;
    switch (token_) {
      case Token::kNone:
        good = structure(c);
        break;
      case Token::kString:
        taken = in_string(piece);
        good = taken != kFault;
        break;
      case Token::kEscape:
        good = escape(c);
        break;
      case Token::kUnicode:
        good = unicode(c);
        break;
      case Token::kNumber:
      case Token::kWord: {
        const bool more = token_ == Token::kNumber ? is_of_number(c) : is_of_word(c);
        if (more) {
          append({&c, 1});
        } else {
          taken = 0;
          good = token_ == Token::kNumber ? end_number() : end_word();
        }
        break;
      }
    }
    if (!good) break;
    bytes_ += taken;
    piece.remove_prefix(taken);
  }
  if (fault_.empty()) return {};
  return fail(ErrorCode::kInvalidInput, fault_);
}

Status JsonStream::finish() {
  if (fault_.empty() && token_ == Token::kNumber) end_number();
  if (fault_.empty() && token_ == Token::kWord) end_word();
  if (fault_.empty() && (token_ != Token::kNone || expect_ != Expect::kNothing)) wrong("it breaks off");
  if (fault_.empty()) return {};
  return fail(ErrorCode::kInvalidInput, fault_);
}

Status read_json_events(std::string_view document, JsonEvents& events) {
  JsonStream stream(events);
  if (Status read = stream.push(document); !read) return read;
  return stream.finish();
}

}  // namespace plumbline
