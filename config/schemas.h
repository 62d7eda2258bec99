// JSON Schemas of the files people write, for editors: embedded in the program from config/schemas/.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

// "config", "field-map", "pack", in that order.
std::vector<std::string> schema_names();
// Its text as it stands in config/schemas/NAME.schema.json; empty where there is none of that name.
std::optional<std::string> schema_text(std::string_view name);

// As the build writes it.
struct EmbeddedSchema {
  std::string_view name;
  std::span<const std::string_view> pieces;  // of the text, in order
};
std::span<const EmbeddedSchema> embedded_schemas();

}  // namespace plumbline
