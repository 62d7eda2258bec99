#include "tests/policies/mutations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/utf8.h"
#include "policies/language/lexer.h"
#include "policies/language/parser.h"

namespace plumbline {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kTurned = {
    {{"<", "<="}, {"<=", "<"}, {">", ">="}, {">=", ">"}, {"=", "!="}, {"!=", "="}, {"<>", "="}}};

class Mutator {
 public:
  Mutator(std::string_view text, std::vector<Token> tokens) : text_(text), tokens_(std::move(tokens)) {}

  std::vector<Mutation> run(const AstNode& root) {
    visit(root);
    return std::move(found_);
  }

 private:
  void visit(const AstNode& node) {
    switch (node.kind) {
      case AstKind::kCompare:
        turn_comparison(node);
        break;
      case AstKind::kAnd:
      case AstKind::kOr:
        turn_chain(node);
        break;
      case AstKind::kNot:
        drop_not(node);
        break;
      case AstKind::kIn:
        turn_in(node);
        break;
      default:
        break;
    }
    for (const Ast& child : node.children) visit(*child);
    if (node.by) visit(*node.by);
    if (node.where) visit(*node.where);
  }

  std::string_view cut(std::uint32_t begin, std::uint32_t end) const {
    return text_.substr(begin, end - begin);
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(text_.size()); }

  // The tokens between two operands, which parentheses of theirs are part of.
  std::vector<const Token*> between(const AstNode& left, const AstNode& right) const {
    std::vector<const Token*> tokens;
    for (const Token& token : tokens_) {
      if (token.at.begin >= left.at.end && token.at.end <= right.at.begin) tokens.push_back(&token);
    }
    return tokens;
  }

  static std::string on_one_line(std::string_view text) {
    std::string line;
    for (std::size_t pos = 0; pos < text.size();) {
      const char32_t character = decode_utf8(text, pos);
      const bool blank = is_space(character);
      if (blank && (line.empty() || line.ends_with(' '))) continue;
      append_utf8(line, blank ? U' ' : character);
    }
    while (line.ends_with(' ')) line.pop_back();
    return line;
  }

  void add(TextRange at, std::string_view shown, std::string text) {
    found_.push_back({.text = std::move(text),
                      .marked = on_one_line(fmt::format("{}{{{} to {}}}{}", cut(0, at.begin),
                                                        cut(at.begin, at.end), shown, cut(at.end, size())))});
  }
  void replace(TextRange at, std::string_view by, std::string_view shown) {
    add(at, shown, fmt::format("{}{}{}", cut(0, at.begin), by, cut(at.end, size())));
  }

  void turn_comparison(const AstNode& node) {
    for (const Token* token : between(*node.children[0], *node.children[1])) {
      const auto turned =
          std::ranges::find(kTurned, token->source, [](const auto& pair) { return pair.first; });
      if (turned != kTurned.end()) replace(token->at, turned->second, turned->second);
    }
  }

  // AND and OR do not mix without parentheses, so the two sides get some.
  void turn_chain(const AstNode& node) {
    const std::string_view turned = node.kind == AstKind::kAnd ? "OR" : "AND";
    const std::uint32_t begin = node.children.front()->at.begin;
    const std::uint32_t end = node.children.back()->at.end;
    for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
      for (const Token* token : between(*node.children[i], *node.children[i + 1])) {
        if (token->kind != TokenKind::kName) continue;
        const std::string_view left = cut(begin, node.children[i]->at.end);
        const std::string_view right = cut(node.children[i + 1]->at.begin, end);
        add(token->at, turned,
            fmt::format("{}(({}) {} ({})){}", cut(0, begin), left, turned, right, cut(end, size())));
      }
    }
  }

  void drop_not(const AstNode& node) {
    for (const Token& token : tokens_) {
      if (token.kind != TokenKind::kName || !equal_folded(token.source, "NOT")) continue;
      const bool own = token.at.begin >= node.at.begin && token.at.end <= node.children[0]->at.begin;
      if (own) replace(token.at, "", "nothing");
    }
  }

  void turn_in(const AstNode& node) {
    const std::vector<const Token*> tokens = between(*node.children[0], *node.children[1]);
    const auto in =
        std::ranges::find_if(tokens, [](const Token* token) { return equal_folded(token->source, "IN"); });
    if (in == tokens.end()) return;
    const TextRange whole{.begin = tokens.front()->at.begin, .end = (*in)->at.end};
    node.negated ? replace(whole, "IN", "IN") : replace(whole, "NOT IN", "NOT IN");
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::vector<Mutation> found_;
};

}  // namespace

std::vector<Mutation> mutations_of(std::string_view condition) {
  auto tokens = tokenize(condition);
  const auto root = parse_expression(condition);
  if (!tokens || !root) return {};
  return Mutator(condition, *std::move(tokens)).run(**root);
}

std::vector<std::string> names_in(std::string_view condition) {
  std::vector<std::string> names;
  const auto tokens = tokenize(condition);
  if (!tokens) return names;
  for (const Token& token : *tokens) {
    if (token.kind == TokenKind::kName) names.emplace_back(token.source);
  }
  return names;
}

}  // namespace plumbline
