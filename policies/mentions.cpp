#include "policies/mentions.h"

#include <algorithm>
#include <set>

#include "policies/language/lexer.h"
#include "policies/template_pieces.h"
#include "records/schema.h"

namespace plumbline {
namespace {

class Search {
 public:
  explicit Search(const Pack& pack) : pack_(pack) {}

  void read(std::string_view text) {
    const auto tokens = tokenize(text);
    if (!tokens) return;
    for (std::size_t i = 0; i < tokens->size(); ++i) {
      const Token& token = (*tokens)[i];
      if (token.kind != TokenKind::kName) continue;
      const bool parameter = i > 0 && (*tokens)[i - 1].kind == TokenKind::kColon;
      if (parameter) {
        parameters_.insert(std::string(token.source));
      } else {
        follow(token.source);
      }
    }
  }

  void read_template(std::string_view text) {
    for (const TemplatePiece& piece : template_pieces(text)) {
      if (piece.kind == TemplatePiece::Kind::kExpression) read(piece.text);
    }
  }

  Mentions found() const {
    Mentions mentions;
    for (const auto& [name, parameter] : pack_.parameters) {
      const bool used =
          std::ranges::any_of(parameters_, [&](const std::string& word) { return same_name(word, name); });
      if (used) mentions.parameters.push_back(&parameter);
    }
    for (const Definition& definition : pack_.definitions) {
      if (definitions_.contains(definition.name)) mentions.definitions.push_back(&definition);
    }
    return mentions;
  }

 private:
  void follow(std::string_view word) {
    for (const Definition& definition : pack_.definitions) {
      // A definition is read once, so that one that names itself ends here too.
      if (same_name(definition.name, word) && definitions_.insert(definition.name).second)
        read(definition.text.text);
    }
  }

  const Pack& pack_;
  std::set<std::string> parameters_;
  std::set<std::string> definitions_;
};

}  // namespace

Mentions mentions_of(const Pack& pack, const Policy& policy) {
  Search search(pack);
  if (policy.judged_when) search.read(policy.judged_when->text);
  search.read(policy.violated_when.text);
  for (const NamedText& evidence : policy.evidence) search.read(evidence.text.text);
  search.read_template(policy.says.text);
  search.read_template(policy.fix.text);
  return search.found();
}

Mentions mentions_of(const Pack& pack, const Reminder& reminder) {
  Search search(pack);
  const auto read = [&](const std::optional<SourceText>& text) {
    if (text) search.read(text->text);
  };
  for (const std::string& audience : reminder.to) search.read(audience);
  search.read(reminder.about);
  if (reminder.records) read(reminder.records->where);
  for (const SourceText& day : reminder.days) search.read(day.text);
  for (const auto& text : {reminder.from, reminder.until, reminder.unless, reminder.by}) read(text);
  for (const NamedText& total : reminder.totals) search.read(total.text.text);
  for (const ReminderOrder& order : reminder.order) search.read(order.by.text);
  search.read_template(reminder.says.text);
  if (reminder.line) search.read_template(reminder.line->text);
  return search.found();
}

}  // namespace plumbline
