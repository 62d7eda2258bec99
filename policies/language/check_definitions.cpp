// Faults of a pack's definitions that no single condition shows: circles, and names that fields have.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "policies/language/binder.h"
#include "policies/language/parser.h"

namespace plumbline {
namespace {

// Every name a text mentions on its own, whether or not it is a definition.
void collect_names(const AstNode& node, std::vector<std::string>& names) {
  if (node.kind == AstKind::kPath &&
      (node.steps.size() == 1 || (node.steps.size() == 2 && node.steps[0].front() == '$'))) {
    names.push_back(node.steps.back());
  }
  for (const Ast& child : node.children) collect_names(*child, names);
  if (node.where) collect_names(*node.where, names);
}

// Which definitions a name means. There are dozens, and every name of every definition is looked up.
class DefinitionIndex {
 public:
  explicit DefinitionIndex(const Pack& pack) : pack_(pack) {
    for (std::size_t i = 0; i < pack.definitions.size(); ++i)
      by_hash_.emplace(hash_folded(pack.definitions[i].name), i);
  }

  const std::string& name(std::size_t at) const { return pack_.definitions[at].name; }

  // In the order of the pack.
  void find(std::string_view name, std::vector<std::size_t>& found) const {
    const auto [first, last] = by_hash_.equal_range(hash_folded(name));
    for (auto at = first; at != last; ++at) {
      if (equal_folded(this->name(at->second), name)) found.push_back(at->second);
    }
  }

 private:
  const Pack& pack_;
  std::multimap<std::uint64_t, std::size_t> by_hash_;
};

class DefinitionCheck {
 public:
  DefinitionCheck(const Pack& pack, const DefinitionIndex& index, Diagnostics& diagnostics)
      : pack_(pack), index_(index), diagnostics_(diagnostics) {}

  void run() {
    for (const Definition& definition : pack_.definitions) note_uses(definition);
    for (std::size_t i = 0; i < pack_.definitions.size(); ++i) {
      std::vector<std::size_t> way;
      visited_.assign(pack_.definitions.size(), false);
      if (reaches(i, i, way)) report(i, way);
    }
  }

 private:
  void note_uses(const Definition& definition) {
    std::vector<std::size_t>& uses = uses_.emplace_back();
    const auto ast = parse_expression(definition.text.text);
    if (!ast) {
      diagnostics_.error(ast.error().code, definition.text.place(ast.error().at), ast.error().message);
      return;
    }
    std::vector<std::string> names;
    collect_names(**ast, names);
    for (const std::string& name : names) index_.find(name, uses);
  }

  bool reaches(std::size_t from, std::size_t goal, std::vector<std::size_t>& way) {
    visited_[from] = true;
    way.push_back(from);
    for (const std::size_t next : uses_[from]) {
      if (next == goal) return true;
      if (!visited_[next] && reaches(next, goal, way)) return true;
    }
    way.pop_back();
    return false;
  }

  void report(std::size_t definition, const std::vector<std::size_t>& way) {
    std::string path;
    for (const std::size_t step : way) path += pack_.definitions[step].name + " → ";
    const SourceText& text = pack_.definitions[definition].text;
    diagnostics_.error("PB030", text.place({0, static_cast<std::uint32_t>(text.text.size())}),
                       fmt::format("circular definition: {}{}", path, pack_.definitions[definition].name));
  }

  const Pack& pack_;
  const DefinitionIndex& index_;
  Diagnostics& diagnostics_;
  std::vector<std::vector<std::size_t>> uses_;  // by definition
  std::vector<bool> visited_;
};

// By definition: the first object with a field of its name.
std::map<std::size_t, std::size_t> find_namesakes(const DefinitionIndex& index, const Schema& schema) {
  std::map<std::size_t, std::size_t> objects;
  std::vector<std::size_t> found;
  for (std::size_t object = 0; object < schema.object_count(); ++object) {
    for (const FieldSchema& field : schema.object(object).fields) {
      found.clear();
      index.find(field.name, found);
      for (const std::size_t at : found) {
        if (same_name(field.name, index.name(at))) objects.try_emplace(at, object);
      }
    }
  }
  return objects;
}

}  // namespace

void check_definitions(const Pack& pack, const Schema& schema, Diagnostics& diagnostics) {
  const DefinitionIndex index(pack);
  DefinitionCheck(pack, index, diagnostics).run();
  for (const auto& [at, object] : find_namesakes(index, schema)) {
    const Definition& definition = pack.definitions[at];
    const auto audience = std::ranges::find(pack.audiences, definition.name, &Audience::name);
    const bool is_audience = audience != pack.audiences.end();
    diagnostics.error("PB031", is_audience ? audience->where : definition.text.place({0, 1}),
                      fmt::format("`{}` is a field of {}; give the {} another name", definition.name,
                                  schema.object(object).name, is_audience ? "audience" : "definition"));
  }
}

}  // namespace plumbline
