// Faults of a pack's definitions that no single condition shows: circles, and names that fields have.
#include <fmt/format.h>

#include <algorithm>
#include <string>
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

class DefinitionCheck {
 public:
  DefinitionCheck(const Pack& pack, Diagnostics& diagnostics) : pack_(pack), diagnostics_(diagnostics) {}

  void run() {
    for (const Definition& definition : pack_.definitions) {
      auto ast = parse_expression(definition.text.text);
      if (!ast) {
        diagnostics_.error(ast.error().code, definition.text.place(ast.error().at), ast.error().message);
        uses_.emplace_back();
        continue;
      }
      collect_names(**ast, uses_.emplace_back());
    }
    for (std::size_t i = 0; i < pack_.definitions.size(); ++i) {
      std::vector<std::size_t> way;
      visited_.assign(pack_.definitions.size(), false);
      if (reaches(i, i, way)) report(i, way);
    }
  }

 private:
  bool reaches(std::size_t from, std::size_t goal, std::vector<std::size_t>& way) {
    visited_[from] = true;
    way.push_back(from);
    for (const std::string& name : uses_[from]) {
      for (std::size_t next = 0; next < pack_.definitions.size(); ++next) {
        if (!equal_folded(pack_.definitions[next].name, name)) continue;
        if (next == goal) return true;
        if (!visited_[next] && reaches(next, goal, way)) return true;
      }
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
  Diagnostics& diagnostics_;
  std::vector<std::vector<std::string>> uses_;
  std::vector<bool> visited_;
};

}  // namespace

void check_definitions(const Pack& pack, const Schema& schema, Diagnostics& diagnostics) {
  DefinitionCheck(pack, diagnostics).run();
  for (const Definition& definition : pack.definitions) {
    for (std::size_t object = 0; object < schema.object_count(); ++object) {
      if (!schema.object(object).find(definition.name)) continue;
      const auto audience = std::ranges::find(pack.audiences, definition.name, &Audience::name);
      const bool is_audience = audience != pack.audiences.end();
      diagnostics.error("PB031", is_audience ? audience->where : definition.text.place({0, 1}),
                        fmt::format("`{}` is a field of {}; give the {} another name", definition.name,
                                    schema.object(object).name, is_audience ? "audience" : "definition"));
      break;
    }
  }
}

}  // namespace plumbline
