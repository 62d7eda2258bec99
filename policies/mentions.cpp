#include "policies/mentions.h"

#include <algorithm>
#include <set>

#include "base/utf8.h"
#include "policies/language/parser.h"

namespace plumbline {
namespace {

class Search {
 public:
  Search(const Pack& pack, std::span<const NamedText> derived) : pack_(pack), derived_(derived) {}

  void read(std::string_view text) {
    if (const auto ast = parse_expression(text)) walk(**ast);
  }

  // The expressions between braces.
  void read_template(std::string_view text) {
    while (true) {
      const std::size_t begin = text.find('{');
      const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
      if (end == std::string_view::npos) return;
      read(text.substr(begin + 1, end - begin - 1));
      text.remove_prefix(end + 1);
    }
  }

  Mentions found() const {
    Mentions mentions;
    for (const auto& [name, parameter] : pack_.parameters) {
      if (parameters_.contains(name)) mentions.parameters.push_back(&parameter);
    }
    for (const Definition& definition : pack_.definitions) {
      if (followed_.contains(&definition.text)) mentions.definitions.push_back(&definition);
    }
    return mentions;
  }

 private:
  void walk(const AstNode& node) {
    if (node.kind == AstKind::kParameter) parameters_.insert(node.text);
    // A word alone, or behind $Record: what the binder looks up among the definitions.
    const bool alone = node.steps.size() == 1 || (node.steps.size() == 2 && node.steps[0].front() == '$');
    if (node.kind == AstKind::kPath && alone) follow(node.steps.back());
    for (const Ast& child : node.children) walk(*child);
    if (node.by) walk(*node.by);
    if (node.where) walk(*node.where);
  }

  // A text is read once, so that one that names itself ends here too.
  void follow(std::string_view word) {
    for (const Definition& definition : pack_.definitions) {
      if (equal_folded(definition.name, word) && followed_.insert(&definition.text).second)
        read(definition.text.text);
    }
    for (const NamedText& field : derived_) {
      if (equal_folded(field.name, word) && followed_.insert(&field.text).second) read(field.text.text);
    }
  }

  const Pack& pack_;
  std::span<const NamedText> derived_;
  std::set<std::string, std::less<>> parameters_;
  std::set<const SourceText*> followed_;
};

void read_conditions(Search& search, const Policy& policy) {
  if (policy.judged_when) search.read(policy.judged_when->text);
  search.read(policy.violated_when.text);
}

}  // namespace

Mentions mentions_of(const Pack& pack, const Policy& policy) {
  Search search(pack, {});
  read_conditions(search, policy);
  for (const NamedText& evidence : policy.evidence) search.read(evidence.text.text);
  search.read_template(policy.says.text);
  search.read_template(policy.fix.text);
  return search.found();
}

Mentions mentions_of_conditions(const Pack& pack, const Policy& policy, std::span<const NamedText> derived) {
  Search search(pack, derived);
  read_conditions(search, policy);
  return search.found();
}

}  // namespace plumbline
