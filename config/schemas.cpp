#include "config/schemas.h"

#include <algorithm>

namespace plumbline {

std::vector<std::string> schema_names() {
  std::vector<std::string> names;
  for (const EmbeddedSchema& schema : embedded_schemas()) names.emplace_back(schema.name);
  std::ranges::sort(names);
  return names;
}

std::optional<std::string> schema_text(std::string_view name) {
  const auto found = std::ranges::find(embedded_schemas(), name, &EmbeddedSchema::name);
  if (found == embedded_schemas().end()) return std::nullopt;
  std::string text;
  for (const std::string_view piece : found->pieces) text += piece;
  return text;
}

}  // namespace plumbline
