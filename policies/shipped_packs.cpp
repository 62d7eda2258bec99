#include "policies/shipped_packs.h"

#include "policies/pack.h"

namespace plumbline {

std::vector<std::string> shipped_pack_names() {
  std::vector<std::string> names;
  for (const EmbeddedPack& pack : embedded_packs()) names.emplace_back(pack.name);
  return names;
}

std::optional<PackText> shipped_pack(std::string_view name) {
  for (const EmbeddedPack& pack : embedded_packs()) {
    if (pack.name != name) continue;
    PackText text{.file = std::string(pack.file), .text = {}};
    for (const std::string_view piece : pack.pieces) text.text += piece;
    return text;
  }
  return std::nullopt;
}

}  // namespace plumbline
