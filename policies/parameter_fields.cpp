#include "policies/parameter_fields.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "policies/language/parser.h"

namespace plumbline {
namespace {

using Place = std::pair<std::size_t, std::size_t>;

class Finder {
 public:
  Finder(const Pack& pack, const Schema& schema) : pack_(pack), schema_(schema) {
    for (const Definition& definition : pack.definitions) {
      if (auto ast = parse_expression(definition.text.text))
        definitions_.emplace(definition.name, *std::move(ast));
    }
  }

  ParameterFields run() {
    for (const Policy& policy : pack_.policies) {
      const auto object = schema_.find_object(policy.object);
      if (!object) continue;
      used_.clear();
      if (policy.judged_when) read(policy.judged_when->text, *object);
      read(policy.violated_when.text, *object);
    }
    return std::move(found_);
  }

 private:
  void read(std::string_view text, std::size_t object) {
    if (const auto ast = parse_expression(text)) walk(**ast, object);
  }

  void walk(const AstNode& node, std::size_t object) {
    if (node.kind == AstKind::kCompare || node.kind == AstKind::kIn || node.kind == AstKind::kIncludes)
      compare(node, object);
    if (const AstNode* const definition = definition_of(node); definition != nullptr) {
      if (used_.insert({definition, object}).second) walk(*definition, object);
    }
    for (const Ast& child : node.children) walk(*child, object);
    if (node.where) walk(*node.where, rows_of(node, object).value_or(object));
  }

  void compare(const AstNode& node, std::size_t object) {
    std::set<std::string> parameters;
    std::set<Place> fields;
    for (const Ast& child : node.children) gather(*child, object, parameters, fields, 0);
    for (const std::string& parameter : parameters) found_[parameter].insert(fields.begin(), fields.end());
    std::erase_if(found_, [](const auto& entry) { return entry.second.empty(); });
  }

  // Through calls (BLANKVALUE(Owner.Team__c, 'no team')) and definitions, not through conditions.
  void gather(const AstNode& node, std::size_t object, std::set<std::string>& parameters,
              std::set<Place>& fields, std::size_t depth) const {
    constexpr std::size_t kDeepest = 16;
    if (depth > kDeepest || node.where) return;
    if (node.kind == AstKind::kParameter) parameters.insert(node.text);
    if (node.kind == AstKind::kPath) {
      if (const AstNode* const definition = definition_of(node); definition != nullptr) {
        gather(*definition, object, parameters, fields, depth + 1);
      } else if (const auto place = resolve(node.steps, object)) {
        fields.insert(*place);
      }
    }
    if (node.kind != AstKind::kCall) return;
    for (const Ast& child : node.children) gather(*child, object, parameters, fields, depth + 1);
  }

  const AstNode* definition_of(const AstNode& node) const {
    if (node.kind != AstKind::kPath || node.steps.size() != 1) return nullptr;
    const auto found = definitions_.find(node.steps.front());
    return found == definitions_.end() ? nullptr : found->second.get();
  }

  std::optional<Place> resolve(const std::vector<std::string>& steps, std::size_t object) const {
    for (std::size_t at = 0; at + 1 < steps.size(); ++at) {
      const auto next = step(steps[at], object);
      if (!next) return std::nullopt;
      object = *next;
    }
    const auto field = steps.empty() ? std::nullopt : schema_.object(object).find(steps.back());
    return field ? std::optional(Place(object, *field)) : std::nullopt;
  }

  std::optional<std::size_t> step(std::string_view name, std::size_t object) const {
    if (const auto lookup = schema_.find_lookup(object, name))
      return schema_.find_object(schema_.object(object).fields[*lookup].references);
    if (const auto related = schema_.find_relationship(object, name))
      return schema_.find_object(schema_.relationships()[*related].child);
    return std::nullopt;
  }

  // The object whose rows COUNT(Opportunities WHERE ...) goes through.
  std::optional<std::size_t> rows_of(const AstNode& node, std::size_t object) const {
    if (node.kind == AstKind::kSelect) return schema_.find_object(node.text);
    for (const Ast& child : node.children) {
      if (child->kind != AstKind::kPath) continue;
      std::size_t at = object;
      for (const std::string& one : child->steps) {
        const auto next = step(one, at);
        if (!next) break;
        at = *next;
      }
      if (at != object) return at;
    }
    return std::nullopt;
  }

  const Pack& pack_;
  const Schema& schema_;
  std::map<std::string, Ast, std::less<>> definitions_;
  std::set<std::pair<const AstNode*, std::size_t>> used_;  // definitions walked, by object
  ParameterFields found_;
};

}  // namespace

ParameterFields parameter_fields(const Pack& pack, const Schema& schema) {
  return Finder(pack, schema).run();
}

}  // namespace plumbline
