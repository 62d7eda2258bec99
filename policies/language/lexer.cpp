#include "policies/language/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/utf8.h"

namespace plumbline {
namespace {

bool is_digit_char(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
bool is_name_char(char c) { return is_name_start(c) || is_digit_char(c); }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::expected<std::vector<Token>, SyntaxFault> run() {
    if (text_.size() > kMaxConditionBytes) {
      return std::unexpected(
          fault(0, 1, "PB001",
                fmt::format("this condition has {} bytes; at most {} are read, so split it with a definition",
                            text_.size(), kMaxConditionBytes)));
    }
    constexpr std::size_t kBytesOfToken = 4;  // on average, with the blank before it
    tokens_.reserve(text_.size() / kBytesOfToken + 2);
    while (true) {
      const bool blank = skip_blanks();
      if (position_ == text_.size()) break;
      const std::size_t begin = position_;
      if (!scan()) return std::unexpected(*fault_);
      tokens_.back().touches_previous = !blank && begin > 0;
    }
    push(TokenKind::kEnd, text_.size());
    return std::move(tokens_);
  }

 private:
  static SyntaxFault fault(std::size_t begin, std::size_t end, std::string code, std::string message) {
    return {.at = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)},
            .code = std::move(code),
            .message = std::move(message)};
  }

  bool fail_at(std::size_t begin, std::size_t end, std::string code, std::string message) {
    fault_ = fault(begin, end, std::move(code), std::move(message));
    return false;
  }

  char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }

  bool skip_blanks() {
    const std::size_t begin = position_;
    while (position_ < text_.size()) {
      std::size_t next = position_;
      if (!is_space(decode_utf8(text_, next))) break;
      position_ = next;
    }
    return position_ != begin;
  }

  void push(TokenKind kind, std::size_t begin) {
    tokens_.push_back({.kind = kind,
                       .at = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(position_)},
                       .source = text_.substr(begin, position_ - begin)});
  }

  bool scan() {
    const char c = at(position_);
    if (is_name_start(c)) return scan_name();
    if (is_digit_char(c)) return scan_number();
    if (c == '\'') return scan_text();
    if (c == '"') {
      return fail_at(position_, position_ + 1, "PB003", "text is written in single quotes: 'Closed Won'");
    }
    return scan_mark();
  }

  bool scan_mark() {
    const std::size_t begin = position_;
    const char c = text_[position_++];
    const char next = at(position_);
    switch (c) {
      case ':':
        push(TokenKind::kColon, begin);
        return true;
      case ',':
        push(TokenKind::kComma, begin);
        return true;
      case '.':
        push(TokenKind::kDot, begin);
        return true;
      case '(':
        push(TokenKind::kOpen, begin);
        return true;
      case ')':
        push(TokenKind::kClose, begin);
        return true;
      case '+':
      case '-':
      case '*':
      case '/':
      case '=':
        push(TokenKind::kOperator, begin);
        return true;
      case '<':
        if (next == '=' || next == '>') ++position_;
        push(TokenKind::kOperator, begin);
        return true;
      case '>':
        if (next == '=') ++position_;
        push(TokenKind::kOperator, begin);
        return true;
      case '!':
        if (next == '=') {
          ++position_;
          push(TokenKind::kOperator, begin);
          return true;
        }
        return fail_at(begin, begin + 1, "PB002",
                       "`!` alone means nothing here; write NOT, or != for \"not equal\"");
      case '&':
      case '|':
        return fail_at(begin, begin + 1, "PB002",
                       fmt::format("`{}` is not an operator; write {}", c, c == '&' ? "AND" : "OR"));
      default:
        break;
    }
    std::size_t end = begin;
    decode_utf8(text_, end);
    return fail_at(begin, end, "PB002",
                   fmt::format("`{}` has no meaning in a condition", text_.substr(begin, end - begin)));
  }

  bool scan_name() {
    const std::size_t begin = position_;
    while (is_name_char(at(position_))) ++position_;
    const std::string_view name = text_.substr(begin, position_ - begin);
    if (!is_currency_prefix(name)) {
      push(TokenKind::kName, begin);
      return true;
    }
    if (at(position_) == '.' && is_digit_char(at(position_ + 1))) {
      ++position_;
      while (is_digit_char(at(position_))) ++position_;
    }
    push(TokenKind::kCurrency, begin);
    return true;
  }

  // Three letters and then digits alone: USD5000. The parser reads it as a name where a name must stand.
  static bool is_currency_prefix(std::string_view name) {
    if (name.size() < 4) return false;
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    return std::all_of(name.begin(), name.begin() + 3, letter) &&
           std::all_of(name.begin() + 3, name.end(), is_digit_char);
  }

  bool scan_number() {
    const std::size_t begin = position_;
    while (is_digit_char(at(position_))) ++position_;
    if (position_ - begin == 4 && at(position_) == '-' && is_digit_char(at(position_ + 1)) &&
        is_digit_char(at(position_ + 2)) && at(position_ + 3) == '-') {
      return scan_date(begin);
    }
    if (at(position_) == '.' && is_digit_char(at(position_ + 1))) {
      ++position_;
      while (is_digit_char(at(position_))) ++position_;
    }
    if (is_name_start(at(position_))) {
      std::size_t end = position_;
      while (is_name_char(at(end))) ++end;
      return fail_at(begin, end, "PB004",
                     fmt::format("`{}` is neither a number nor a name; numbers are written 1000 or 12.5, "
                                 "without exponent or unit",
                                 text_.substr(begin, end - begin)));
    }
    push(TokenKind::kNumber, begin);
    return true;
  }

  bool scan_date(std::size_t begin) {
    const auto part = [](char c) { return is_digit_char(c) || c == '-'; };
    while (part(at(position_))) ++position_;
    if (at(position_) != 'T' && at(position_) != 't') {
      const std::string_view written = text_.substr(begin, position_ - begin);
      if (!parse_day(written)) {
        return fail_at(begin, position_, "PB005",
                       fmt::format("{} is not a day of the calendar; dates are written YYYY-MM-DD", written));
      }
      push(TokenKind::kDate, begin);
      return true;
    }
    const auto time_part = [](char c) {
      return is_digit_char(c) || c == ':' || c == '.' || c == 'T' || c == 't' || c == 'Z' || c == 'z' ||
             c == '+' || c == '-';
    };
    while (time_part(at(position_))) ++position_;
    const std::string_view written = text_.substr(begin, position_ - begin);
    if (!parse_instant(written)) {
      return fail_at(
          begin, position_, "PB005",
          fmt::format("{} is not a date and time; they are written 2022-04-30T09:00:00Z, with a zone",
                      written));
    }
    push(TokenKind::kDateTime, begin);
    return true;
  }

  bool scan_text() {
    const std::size_t begin = position_++;
    std::string value;
    while (true) {
      if (position_ >= text_.size()) {
        return fail_at(begin, text_.size(), "PB006", "this text is never closed; end it with a single quote");
      }
      const char c = text_[position_++];
      if (c == '\'') break;
      if (c != '\\') {
        value += c;
      } else if (!scan_escape(value)) {
        return false;
      }
    }
    if (value.size() > kMaxTextLiteralBytes) {
      return fail_at(begin, position_, "PB006",
                     fmt::format("a text holds at most {} bytes", kMaxTextLiteralBytes));
    }
    push(TokenKind::kText, begin);
    tokens_.back().text = std::move(value);
    return true;
  }

  // The escapes SOQL knows. \% and \_ stay as written: LIKE tells them from its wildcards.
  bool scan_escape(std::string& value) {
    const std::size_t begin = position_ - 1;
    const char c = at(position_++);
    switch (c) {
      case 'n':
      case 'N':
        value += '\n';
        return true;
      case 'r':
      case 'R':
        value += '\r';
        return true;
      case 't':
      case 'T':
        value += '\t';
        return true;
      case 'b':
      case 'B':
        value += '\b';
        return true;
      case 'f':
      case 'F':
        value += '\f';
        return true;
      case '"':
      case '\'':
      case '\\':
        value += c;
        return true;
      case '%':
      case '_':
        value += '\\';
        value += c;
        return true;
      case 'u':
        return scan_unicode(begin, value);
      default:
        break;
    }
    return fail_at(
        begin, std::min(position_, text_.size()), "PB007",
        "unknown escape; SOQL knows \\n \\r \\t \\b \\f \\\" \\' \\\\ \\uXXXX, and \\% \\_ in LIKE");
  }

  bool scan_unicode(std::size_t begin, std::string& value) {
    unsigned code_point = 0;
    for (int i = 0; i < 4; ++i, ++position_) {
      const char c = at(position_);
      unsigned digit = 0;
      if (is_digit_char(c))
        digit = static_cast<unsigned>(c - '0');
      else if (c >= 'a' && c <= 'f')
        digit = static_cast<unsigned>(c - 'a' + 10);
      else if (c >= 'A' && c <= 'F')
        digit = static_cast<unsigned>(c - 'A' + 10);
      else
        return fail_at(begin, std::min(position_ + 1, text_.size()), "PB007",
                       "\\u is followed by four hexadecimal digits: \\u20AC");
      code_point = code_point * 16 + digit;
    }
    if (code_point >= 0xD800 && code_point <= 0xDFFF) {
      return fail_at(begin, position_, "PB007",
                     "half of a surrogate pair is no character; write the character itself");
    }
    append_utf8(value, static_cast<char32_t>(code_point));
    return true;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::vector<Token> tokens_;
  std::optional<SyntaxFault> fault_;
};

}  // namespace

std::expected<std::vector<Token>, SyntaxFault> tokenize(std::string_view text) { return Lexer(text).run(); }

}  // namespace plumbline
