#include "policies/language/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/nearest_name.h"
#include "policies/language/lexer.h"

namespace plumbline {

std::string_view to_string(CompareOp op) {
  switch (op) {
    case CompareOp::kEqual:
      return "=";
    case CompareOp::kNotEqual:
      return "!=";
    case CompareOp::kLess:
      return "<";
    case CompareOp::kLessOrEqual:
      return "<=";
    case CompareOp::kGreater:
      return ">";
    case CompareOp::kGreaterOrEqual:
      return ">=";
  }
  return "=";
}

std::string_view to_string(ArithmeticOp op) {
  switch (op) {
    case ArithmeticOp::kAdd:
      return "+";
    case ArithmeticOp::kSubtract:
      return "-";
    case ArithmeticOp::kMultiply:
      return "*";
    case ArithmeticOp::kDivide:
      return "/";
  }
  return "+";
}

CompareOp mirrored(CompareOp op) {
  switch (op) {
    case CompareOp::kLess:
      return CompareOp::kGreater;
    case CompareOp::kLessOrEqual:
      return CompareOp::kGreaterOrEqual;
    case CompareOp::kGreater:
      return CompareOp::kLess;
    case CompareOp::kGreaterOrEqual:
      return CompareOp::kLessOrEqual;
    default:
      return op;
  }
}

namespace {

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

// Words that cannot be names of fields or definitions.
constexpr std::array<std::string_view, 15> kReserved = {"AND",      "OR",       "NOT",  "IN",      "LIKE",
                                                        "INCLUDES", "EXCLUDES", "NULL", "TRUE",    "FALSE",
                                                        "WHERE",    "SELECT",   "FROM", "BETWEEN", "IS"};

// Words of other languages, and what to write here.
struct ForeignWord {
  std::string_view word;
  std::string_view instead;
};
constexpr std::array<ForeignWord, 3> kForeign = {{
    {"BETWEEN", "write two comparisons: x >= a AND x <= b"},
    {"IS", "write x = null or x != null"},
    {"EXISTS", "EXISTS takes a relationship in parentheses: EXISTS(Tasks WHERE ...)"},
}};

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  std::expected<Ast, SyntaxFault> run() {
    if (peek().kind == TokenKind::kEnd) {
      return std::unexpected(SyntaxFault{
          .at = peek().at, .code = "PB010", .message = "the condition is empty; say what must hold"});
    }
    Ast root = chain();
    if (root && peek().kind != TokenKind::kEnd) root = unexpected_here("the end of the condition, AND or OR");
    if (!root) return std::unexpected(std::move(*fault_));
    return root;
  }

 private:
  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
  }
  const Token& take() {
    const Token& token = peek();
    if (next_ + 1 < tokens_.size()) ++next_;
    return token;
  }
  bool is_word(std::string_view word, std::size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::kName && equals_ignoring_case(peek(ahead).source, word);
  }
  bool is_operator(std::string_view text) const {
    return peek().kind == TokenKind::kOperator && peek().source == text;
  }
  bool take_word(std::string_view word) {
    if (!is_word(word)) return false;
    take();
    return true;
  }

  Ast fail(TextRange at, std::string code, std::string message) {
    if (!fault_) fault_ = SyntaxFault{.at = at, .code = std::move(code), .message = std::move(message)};
    return nullptr;
  }

  Ast unexpected_here(std::string_view expected) {
    const Token& token = peek();
    if (token.kind == TokenKind::kEnd) {
      return fail(token.at, "PB011", fmt::format("the condition ends here; expected {}", expected));
    }
    for (const ForeignWord& foreign : kForeign) {
      if (is_word(foreign.word))
        return fail(token.at, "PB011",
                    fmt::format("{} is not known here; {}", foreign.word, foreign.instead));
    }
    if (token.kind == TokenKind::kName && is_word("NOT") && is_word("LIKE", 1)) {
      return fail(token.at, "PB011", "SOQL has no NOT LIKE; write (NOT Name LIKE 'x%')");
    }
    return fail(token.at, "PB011", fmt::format("found `{}`; expected {}", token.source, expected));
  }

  static Ast node(AstKind kind, TextRange at) {
    auto made = std::make_unique<AstNode>();
    made->kind = kind;
    made->at = at;
    return made;
  }

  // a AND b AND c, or a OR b OR c, never mixed: SOQL has no precedence between them.
  Ast chain() {
    if (++depth_ > kMaxConditionDepth) {
      return fail(
          peek().at, "PB012",
          fmt::format("nested more than {} deep; give a part a name under `define:`", kMaxConditionDepth));
    }
    Ast first = member();
    if (!first) return nullptr;
    if (is_word("AND") || is_word("OR")) first = rest_of_chain(std::move(first));
    --depth_;
    return first;
  }

  Ast rest_of_chain(Ast first) {
    const bool conjunction = is_word("AND");
    Ast whole = node(conjunction ? AstKind::kAnd : AstKind::kOr, first->at);
    whole->children.push_back(std::move(first));
    while (is_word("AND") || is_word("OR")) {
      if (is_word("AND") != conjunction) {
        return fail(peek().at, "PB013",
                    "AND and OR meet without parentheses; write (a AND b) OR c, or a AND (b OR c)");
      }
      take();
      Ast next = member();
      if (!next) return nullptr;
      whole->children.push_back(std::move(next));
    }
    for (const Ast& child : whole->children) {
      if (child->kind == AstKind::kNot && !child->parenthesised) {
        return fail(child->at, "PB014", "NOT inside a chain needs its own parentheses: a AND (NOT b)");
      }
    }
    whole->at.end = whole->children.back()->at.end;
    return whole;
  }

  Ast member() {
    if (!is_word("NOT")) return comparison();
    const TextRange begin = take().at;
    if (is_word("NOT"))
      return fail(peek().at, "PB014", "NOT twice; write the condition itself, or (NOT (NOT a))");
    Ast operand = comparison();
    if (!operand) return nullptr;
    Ast negation = node(AstKind::kNot, {begin.begin, operand->at.end});
    negation->children.push_back(std::move(operand));
    return negation;
  }

  Ast comparison() {
    Ast left = sum();
    if (!left) return nullptr;
    if (peek().kind == TokenKind::kOperator) {
      if (const std::optional<CompareOp> op = compare_op(peek().source))
        return compared(std::move(left), *op);
    }
    if (is_word("LIKE")) return like(std::move(left));
    if (is_word("IN")) return in(std::move(left), false);
    if (is_word("NOT") && is_word("IN", 1)) {
      take();
      return in(std::move(left), true);
    }
    if (is_word("NOT") && is_word("LIKE", 1)) return unexpected_here("an operator");
    if (is_word("INCLUDES") || is_word("EXCLUDES")) return includes(std::move(left));
    if (is_word("IS") || is_word("BETWEEN")) return unexpected_here("an operator");
    return left;
  }

  static std::optional<CompareOp> compare_op(std::string_view text) {
    if (text == "=") return CompareOp::kEqual;
    if (text == "!=" || text == "<>") return CompareOp::kNotEqual;
    if (text == "<") return CompareOp::kLess;
    if (text == "<=") return CompareOp::kLessOrEqual;
    if (text == ">") return CompareOp::kGreater;
    if (text == ">=") return CompareOp::kGreaterOrEqual;
    return std::nullopt;
  }

  Ast compared(Ast left, CompareOp op) {
    take();
    Ast right = sum();
    if (!right) return nullptr;
    if (peek().kind == TokenKind::kOperator && compare_op(peek().source)) {
      return fail(peek().at, "PB015", "comparisons do not chain; write a < b AND b < c");
    }
    Ast whole = node(AstKind::kCompare, {left->at.begin, right->at.end});
    whole->compare = op;
    whole->children.push_back(std::move(left));
    whole->children.push_back(std::move(right));
    return whole;
  }

  Ast like(Ast left) {
    take();
    Ast right = sum();
    if (!right) return nullptr;
    Ast whole = node(AstKind::kLike, {left->at.begin, right->at.end});
    whole->children.push_back(std::move(left));
    whole->children.push_back(std::move(right));
    return whole;
  }

  Ast in(Ast left, bool negated) {
    take();
    Ast whole = node(AstKind::kIn, left->at);
    whole->negated = negated;
    whole->children.push_back(std::move(left));
    return list_of(std::move(whole), true);
  }

  Ast includes(Ast left) {
    Ast whole = node(AstKind::kIncludes, left->at);
    whole->negated = is_word("EXCLUDES");
    take();
    whole->children.push_back(std::move(left));
    return list_of(std::move(whole), false);
  }

  // (b, c, ...), :list, or, where allowed, (SELECT ...); the elements become the further children of `whole`.
  Ast list_of(Ast whole, bool select_allowed) {
    if (peek().kind == TokenKind::kColon) {
      Ast list = parameter();
      if (!list) return nullptr;
      whole->at.end = list->at.end;
      whole->children.push_back(std::move(list));
      return whole;
    }
    if (peek().kind != TokenKind::kOpen) return unexpected_here("a list in parentheses, or a :parameter");
    take();
    if (is_word("SELECT") && select_allowed) {
      Ast selected = select();
      if (!selected) return nullptr;
      whole->children.push_back(std::move(selected));
    } else {
      do {
        Ast element = sum();
        if (!element) return nullptr;
        whole->children.push_back(std::move(element));
      } while (take_comma());
    }
    if (peek().kind != TokenKind::kClose) return unexpected_here("`,` or `)`");
    whole->at.end = take().at.end;
    return whole;
  }

  bool take_comma() {
    if (peek().kind != TokenKind::kComma) return false;
    take();
    return true;
  }

  Ast select() {
    Ast whole = node(AstKind::kSelect, take().at);
    Ast field = path();
    if (!field) return nullptr;
    whole->children.push_back(std::move(field));
    if (!take_word("FROM")) return unexpected_here("FROM");
    if (peek().kind != TokenKind::kName) return unexpected_here("the name of an object");
    whole->text = std::string(peek().source);
    whole->at.end = take().at.end;
    return with_where(std::move(whole));
  }

  Ast with_where(Ast whole) {
    if (!take_word("WHERE")) return whole;
    whole->where = chain();
    if (!whole->where) return nullptr;
    whole->at.end = whole->where->at.end;
    return whole;
  }

  Ast sum() { return arithmetic(&Parser::product, "+", ArithmeticOp::kAdd, "-", ArithmeticOp::kSubtract); }
  Ast product() {
    return arithmetic(&Parser::factor, "*", ArithmeticOp::kMultiply, "/", ArithmeticOp::kDivide);
  }

  Ast arithmetic(Ast (Parser::*operand)(), std::string_view first, ArithmeticOp first_op,
                 std::string_view second, ArithmeticOp second_op) {
    Ast left = (this->*operand)();
    while (left && (is_operator(first) || is_operator(second))) {
      const ArithmeticOp op = is_operator(first) ? first_op : second_op;
      take();
      Ast right = (this->*operand)();
      if (!right) return nullptr;
      Ast whole = node(AstKind::kArithmetic, {left->at.begin, right->at.end});
      whole->arithmetic = op;
      whole->children.push_back(std::move(left));
      whole->children.push_back(std::move(right));
      if (++operations_ > kMaxOperations)
        return fail(whole->at, "PB012",
                    "too many operations in one condition; give a part a name under `define:`");
      left = std::move(whole);
    }
    return left;
  }

  Ast factor() {
    if (!is_operator("-") && !is_operator("+")) return primary();
    if (++depth_ > kMaxConditionDepth) return fail(peek().at, "PB012", "too many signs in a row");
    const bool negative = is_operator("-");
    const TextRange begin = take().at;
    Ast operand = factor();
    --depth_;
    if (!operand || !negative) return operand;
    Ast whole = node(AstKind::kNegate, {begin.begin, operand->at.end});
    whole->children.push_back(std::move(operand));
    return whole;
  }

  Ast primary() {
    const Token& token = peek();
    switch (token.kind) {
      case TokenKind::kNumber:
        return literal(AstKind::kNumber);
      case TokenKind::kText:
        return literal(AstKind::kText);
      case TokenKind::kDate:
        return literal(AstKind::kDate);
      case TokenKind::kDateTime:
        return literal(AstKind::kDateTime);
      case TokenKind::kCurrency:
        if (peek(1).kind == TokenKind::kDot || peek(1).kind == TokenKind::kOpen) return word();
        return literal(AstKind::kCurrency);
      case TokenKind::kColon:
        return parameter();
      case TokenKind::kOpen:
        return parenthesised();
      case TokenKind::kName:
        return word();
      default:
        return unexpected_here("a field, a value, a function or `(`");
    }
  }

  Ast literal(AstKind kind) {
    const Token& token = take();
    Ast made = node(kind, token.at);
    if (kind == AstKind::kText) made->text = token.text;
    if (kind == AstKind::kNumber || kind == AstKind::kCurrency) made->text = std::string(token.source);
    if (kind == AstKind::kDate) made->day = *parse_day(token.source);
    if (kind == AstKind::kDateTime) made->instant = *parse_instant(token.source);
    return made;
  }

  Ast parameter() {
    const TextRange begin = take().at;
    // :top10 reads like a currency literal, but none can stand here.
    const bool name = peek().kind == TokenKind::kName ||
                      (peek().kind == TokenKind::kCurrency && !peek().source.contains('.'));
    if (!name || !peek().touches_previous) return unexpected_here("the name of a parameter right after `:`");
    Ast made = node(AstKind::kParameter, {begin.begin, peek().at.end});
    made->text = std::string(take().source);
    return made;
  }

  Ast parenthesised() {
    const TextRange begin = take().at;
    if (is_word("SELECT"))
      return fail(peek().at, "PB011",
                  "a SELECT stands only after IN: Id IN (SELECT AccountId FROM Opportunity)");
    Ast inner = chain();
    if (!inner) return nullptr;
    if (peek().kind != TokenKind::kClose) return unexpected_here("`)`");
    inner->at = {begin.begin, take().at.end};
    inner->parenthesised = true;
    return inner;
  }

  Ast word() {
    const std::string_view name = peek().source;
    if (equals_ignoring_case(name, "null")) return node(AstKind::kNull, take().at);
    if (equals_ignoring_case(name, "true") || equals_ignoring_case(name, "false")) {
      Ast made = node(AstKind::kBoolean, take().at);
      made->boolean = equals_ignoring_case(name, "true");
      return made;
    }
    if (peek(1).kind == TokenKind::kOpen && !is_reserved(name)) return call();
    if (peek(1).kind != TokenKind::kDot) {
      if (const std::optional<DateLiteralKind> kind = find_date_literal(name)) return date_literal(*kind);
    }
    if (is_reserved(name)) return unexpected_here("a field, a value, a function or `(`");
    return path();
  }

  static bool is_reserved(std::string_view name) {
    return std::any_of(kReserved.begin(), kReserved.end(),
                       [&](std::string_view word) { return equals_ignoring_case(name, word); });
  }

  Ast date_literal(DateLiteralKind kind) {
    const Token& name = take();
    Ast made = node(AstKind::kDateLiteral, name.at);
    made->literal.kind = kind;
    if (!takes_number(kind)) return made;
    if (peek().kind != TokenKind::kColon || peek(1).kind != TokenKind::kNumber || !peek().touches_previous ||
        !peek(1).touches_previous) {
      return fail(made->at, "PB016", fmt::format("{0} needs its number: {0}:30", name.source));
    }
    take();
    const Token& number = take();
    const auto [end, error] =
        std::from_chars(number.source.data(), number.source.data() + number.source.size(), made->literal.n);
    made->at.end = number.at.end;
    if (error != std::errc{} || end != number.source.data() + number.source.size() ||
        made->literal.n > kMaxLiteralNumber) {
      return fail(number.at, "PB016",
                  fmt::format("the number of a date literal is whole and at most {}", kMaxLiteralNumber));
    }
    return made;
  }

  Ast path() {
    if (peek().kind != TokenKind::kName && peek().kind != TokenKind::kCurrency)
      return unexpected_here("the name of a field");
    Ast made = node(AstKind::kPath, peek().at);
    made->steps.emplace_back(take().source);
    while (peek().kind == TokenKind::kDot) {
      take();
      if (peek().kind != TokenKind::kName && peek().kind != TokenKind::kCurrency)
        return unexpected_here("the name of a field after `.`");
      made->at.end = peek().at.end;
      made->steps.emplace_back(take().source);
    }
    return made;
  }

  // NAME(a, b [BY path] [WHERE condition]); which parts a name takes, the binder knows.
  Ast call() {
    if (++depth_ > kMaxConditionDepth)
      return fail(peek().at, "PB012", "nested too deep; give a part a name under `define:`");
    Ast made = node(AstKind::kCall, peek().at);
    made->text = std::string(take().source);
    take();
    if (peek().kind != TokenKind::kClose) {
      do {
        Ast argument = chain();
        if (!argument) return nullptr;
        made->children.push_back(std::move(argument));
      } while (take_comma());
    }
    if (take_word("BY")) {
      made->by = path();
      if (!made->by) return nullptr;
    }
    made = with_where(std::move(made));
    if (!made) return nullptr;
    if (peek().kind != TokenKind::kClose) return unexpected_here("`,` or `)`");
    made->at.end = take().at.end;
    --depth_;
    return made;
  }

  static constexpr std::size_t kMaxOperations = 1000;

  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  std::size_t depth_ = 0;
  std::size_t operations_ = 0;
  std::optional<SyntaxFault> fault_;
};

}  // namespace

std::expected<Ast, SyntaxFault> parse_expression(std::string_view text) {
  auto tokens = tokenize(text);
  if (!tokens) return std::unexpected(std::move(tokens.error()));
  return Parser(std::move(*tokens)).run();
}

}  // namespace plumbline
