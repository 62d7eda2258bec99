#include "sandbox/salesforce/soql.h"

#include <charconv>

#include <fmt/format.h>

#include "sandbox/world/schema.h"

namespace plumbline::sandbox {
namespace {

enum class TokenKind : std::uint8_t { kWord, kText, kLiteral, kSign, kEnd };

// kWord: names and keywords, dots and a colon's number included. kLiteral: numbers, dates and moments.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text{};
  std::size_t at = 0;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::unexpected<ApiError> malformed(std::string_view text, std::size_t at, std::string_view why) {
  const std::size_t from = at > 20 ? at - 20 : 0;
  return refuse(400, "MALFORMED_QUERY",
                fmt::format("\n{}\n{}^\nERROR at Row:1:Column:{}\n{}", text.substr(from, 60),
                            std::string(at - from, ' '), at + 1, why));
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Answer<std::vector<Token>> tokens() {
    std::vector<Token> all;
    while (true) {
      while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
      Answer<Token> token = next();
      if (!token) return std::unexpected(token.error());
      all.push_back(*std::move(token));
      if (all.back().kind == TokenKind::kEnd) return all;
    }
  }

 private:
  Answer<Token> next() {
    const std::size_t from = at_;
    if (at_ == text_.size()) return Token{.at = from};
    const char c = text_[at_];
    if (c == '\'') return quoted();
    if (is_letter(c)) {
      while (at_ < text_.size() &&
             (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '.' || text_[at_] == ':'))
        ++at_;
      return Token{.kind = TokenKind::kWord, .text = std::string(text_.substr(from, at_ - from)), .at = from};
    }
    const bool is_signed = (c == '-' || c == '+') && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
    if (is_digit(c) || is_signed) {
      ++at_;
      while (at_ < text_.size() && (is_digit(text_[at_]) || std::string_view("-:+.TZ").contains(text_[at_])))
        ++at_;
      return Token{
          .kind = TokenKind::kLiteral, .text = std::string(text_.substr(from, at_ - from)), .at = from};
    }
    for (const std::string_view sign : {"!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ","}) {
      if (!text_.substr(at_).starts_with(sign)) continue;
      at_ += sign.size();
      return Token{.kind = TokenKind::kSign, .text = std::string(sign), .at = from};
    }
    return malformed(text_, from, fmt::format("no viable alternative at character '{}'", c));
  }

  Answer<Token> quoted() {
    Token token{.kind = TokenKind::kText, .at = at_++};
    while (at_ < text_.size() && text_[at_] != '\'') {
      if (text_[at_] != '\\') {
        token.text += text_[at_++];
        continue;
      }
      if (const auto escaped = escape(token.text); !escaped) return std::unexpected(escaped.error());
    }
    if (at_ == text_.size()) return malformed(text_, token.at, "the string has no end");
    ++at_;
    return token;
  }

  Answer<void> escape(std::string& out) {
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    constexpr std::string_view kNames = "nNrRtTbBfF";
    constexpr std::string_view kMeant = "\n\n\r\r\t\t\b\b\f\f";
    if (const std::size_t named = kNames.find(c); named != std::string_view::npos) {
      out += kMeant[named];
    } else if (std::string_view("\"'\\").contains(c)) {
      out += c;
    } else if (c == '%' || c == '_') {
      (out += '\\') += c;  // for LIKE to tell from its signs
    } else {
      return malformed(text_, at_, fmt::format("invalid escape '\\{}'", c));
    }
    at_ += 2;
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens) : text_(text), tokens_(std::move(tokens)) {}

  Answer<Soql> query() {
    if (!word("SELECT")) return unexpected();
    if (auto read = select(); !read) return std::unexpected(read.error());
    if (!word("FROM") || here().kind != TokenKind::kWord) return unexpected();
    soql_.object = take().text;
    if (word("WHERE")) {
      Answer<Condition> where = condition(0);
      if (!where) return std::unexpected(where.error());
      soql_.where = *std::move(where);
    }
    if (word("ORDER")) {
      if (!word("BY")) return unexpected();
      if (auto read = order(); !read) return std::unexpected(read.error());
    }
    if (word("LIMIT")) {
      const auto number = count();
      if (!number) return std::unexpected(number.error());
      soql_.limit = *number;
    }
    if (word("OFFSET")) {
      const auto number = count();
      if (!number) return std::unexpected(number.error());
      soql_.offset = *number;
    }
    if (here().kind != TokenKind::kEnd) return unexpected();
    return std::move(soql_);
  }

 private:
  const Token& here() const { return tokens_[at_]; }
  Token take() { return tokens_[at_++]; }
  bool is_word(std::string_view keyword) const {
    return here().kind == TokenKind::kWord && same_name(here().text, keyword);
  }
  bool word(std::string_view keyword) {
    if (!is_word(keyword)) return false;
    ++at_;
    return true;
  }
  bool sign(std::string_view text) {
    if (here().kind != TokenKind::kSign || here().text != text) return false;
    ++at_;
    return true;
  }
  std::unexpected<ApiError> unexpected() const {
    const std::string_view found = here().kind == TokenKind::kEnd ? "<EOF>" : std::string_view(here().text);
    return malformed(text_, here().at, fmt::format("unexpected token: '{}'", found));
  }

  Answer<void> select() {
    do {
      if (here().kind != TokenKind::kWord) return unexpected();
      const Token name = take();
      if (!sign("(")) {
        soql_.select.push_back(name.text);
        continue;
      }
      if (!same_name(name.text, "COUNT") || !sign(")") || !soql_.select.empty()) {
        return malformed(text_, name.at, "functions and subqueries are not understood here");
      }
      soql_.count = true;
      return {};
    } while (sign(","));
    return {};
  }

  Answer<void> order() {
    do {
      if (here().kind != TokenKind::kWord) return unexpected();
      SortKey key{.path = take().text};
      if (word("DESC")) {
        key.descending = true;
      } else {
        (void)word("ASC");
      }
      if (word("NULLS")) {
        key.nulls_last = word("LAST");
        if (!key.nulls_last && !word("FIRST")) return unexpected();
      }
      soql_.order.push_back(std::move(key));
    } while (sign(","));
    return {};
  }

  Answer<std::size_t> count() {
    const std::string& text = here().text;
    std::size_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (here().kind != TokenKind::kLiteral || fault != std::errc{} || end != text.data() + text.size()) {
      return unexpected();
    }
    ++at_;
    return number;
  }

  // Chains are of one operator; NOT takes one part and is no bare member of a chain.
  Answer<Condition> condition(std::size_t depth) {
    if (depth > kMaxConditionDepth) return malformed(text_, here().at, "the condition is nested too deeply");
    if (word("NOT")) {
      Answer<Condition> part = simple(depth);
      if (!part) return part;
      Condition negated{.kind = Condition::Kind::kNot};
      negated.parts.push_back(*std::move(part));
      return negated;
    }
    Answer<Condition> first = simple(depth);
    if (!first || (!is_word("AND") && !is_word("OR"))) return first;
    const bool all = is_word("AND");
    Condition chain{.kind = all ? Condition::Kind::kAnd : Condition::Kind::kOr};
    chain.parts.push_back(*std::move(first));
    while (word(all ? "AND" : "OR")) {
      Answer<Condition> part = simple(depth);
      if (!part) return part;
      chain.parts.push_back(*std::move(part));
    }
    if (is_word("AND") || is_word("OR")) return unexpected();
    return chain;
  }

  Answer<Condition> simple(std::size_t depth) {
    if (!sign("(")) return comparison();
    Answer<Condition> inner = condition(depth + 1);
    if (inner && !sign(")")) return malformed(text_, here().at, "expecting a right parentheses");
    return inner;
  }

  Answer<Condition> comparison() {
    if (here().kind != TokenKind::kWord) return unexpected();
    Condition compare{.path = take().text};
    const std::optional<Operator> op = operation();
    if (!op) return unexpected();
    compare.op = *op;
    const bool list = *op == Operator::kIn || *op == Operator::kNotIn || *op == Operator::kIncludes ||
                      *op == Operator::kExcludes;
    if (list && !sign("(")) return unexpected();
    do {
      Answer<Operand> value = operand();
      if (!value) return std::unexpected(value.error());
      compare.operands.push_back(*std::move(value));
    } while (list && sign(","));
    if (list && !sign(")")) return unexpected();
    return compare;
  }

  std::optional<Operator> operation() {
    if (sign("=")) return Operator::kEqual;
    if (sign("!=") || sign("<>")) return Operator::kNotEqual;
    if (sign("<=")) return Operator::kLessOrEqual;
    if (sign("<")) return Operator::kLess;
    if (sign(">=")) return Operator::kGreaterOrEqual;
    if (sign(">")) return Operator::kGreater;
    if (word("LIKE")) return Operator::kLike;
    if (word("IN")) return Operator::kIn;
    if (word("INCLUDES")) return Operator::kIncludes;
    if (word("EXCLUDES")) return Operator::kExcludes;
    if (word("NOT")) return word("IN") ? std::optional(Operator::kNotIn) : std::nullopt;
    return std::nullopt;
  }

  Answer<Operand> operand() {
    if (here().kind == TokenKind::kText) return Operand{Value{take().text}};
    if (here().kind == TokenKind::kLiteral) return literal();
    if (word("null")) return Operand{Value{}};
    if (word("true")) return Operand{Value{true}};
    if (word("false")) return Operand{Value{false}};
    if (here().kind == TokenKind::kWord) return date_literal();
    return unexpected();
  }

  Answer<Operand> literal() {
    const std::string& text = here().text;
    if (const auto day = parse_day(text)) return at_++, Operand{Value{*day}};
    if (const auto instant = parse_instant(text)) return at_++, Operand{Value{*instant}};
    double number = 0;
    const char* from = text.data() + (text.starts_with('+') ? 1 : 0);
    const auto [end, fault] =
        std::from_chars(from, text.data() + text.size(), number, std::chars_format::fixed);
    if (fault != std::errc{} || end != text.data() + text.size()) return unexpected();
    ++at_;
    return Operand{Value{number}};
  }

  Answer<Operand> date_literal() {
    const std::string& text = here().text;
    const std::size_t colon = text.find(':');
    const auto kind = find_date_literal(std::string_view(text).substr(0, colon));
    if (!kind || takes_number(*kind) != (colon != std::string::npos)) return unexpected();
    DateLiteral meant{.kind = *kind};
    if (colon != std::string::npos) {
      const char* from = text.data() + colon + 1;
      const auto [end, fault] = std::from_chars(from, text.data() + text.size(), meant.n);
      if (fault != std::errc{} || end != text.data() + text.size()) return unexpected();
    }
    ++at_;
    return Operand{meant};
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  Soql soql_;
};

}  // namespace

Answer<Soql> parse_soql(std::string_view text) {
  if (text.size() > kMaxSoqlBytes) return refuse(400, "MALFORMED_QUERY", "SOQL statement is too long");
  Answer<std::vector<Token>> tokens = Lexer(text).tokens();
  if (!tokens) return std::unexpected(tokens.error());
  return Parser(text, *std::move(tokens)).query();
}

}  // namespace plumbline::sandbox
