#include "policies/shipped_packs.h"

#include "policies/pack.h"

namespace plumbline {
namespace {

class TreeReader {
 public:
  explicit TreeReader(const EmbeddedPack& pack) : file_(pack.file), words_(pack.words), rest_(pack.nodes) {}

  YamlNode read() {
    const EmbeddedNode& node = next();
    YamlNode result{.kind = node.kind,
                    .style = node.style,
                    .text = words(node.text),
                    .where = span(node.where),
                    .offset = node.offset,
                    .items = {},
                    .entries = {}};
    if (node.kind == YamlNode::Kind::kList) read_items(node.children, result.items);
    if (node.kind == YamlNode::Kind::kMap) read_entries(node.children, result.entries);
    return result;
  }

 private:
  const EmbeddedNode& next() {
    const EmbeddedNode& node = rest_.front();
    rest_ = rest_.subspan(1);
    return node;
  }

  void read_items(std::size_t count, std::vector<YamlNode>& items) {
    items.reserve(count);
    for (std::size_t i = 0; i < count; ++i) items.push_back(read());
  }

  void read_entries(std::size_t count, std::vector<YamlEntry>& entries) {
    entries.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const EmbeddedNode& node = rest_.front();
      entries.push_back({.key = words(node.key), .key_where = span(node.key_where), .value = read()});
    }
  }

  std::string words(const EmbeddedWords& place) const {
    return std::string(words_.substr(place.from, place.length));
  }

  SourceSpan span(const EmbeddedPlace& place) const {
    return {.file = file_, .line = place.line, .column = place.column, .length = place.length};
  }

  std::string file_;
  std::string_view words_;
  std::span<const EmbeddedNode> rest_;
};

}  // namespace

YamlNode embedded_tree(const EmbeddedPack& pack) { return TreeReader(pack).read(); }

std::vector<std::string> shipped_pack_names() {
  std::vector<std::string> names;
  for (const EmbeddedPack& pack : embedded_packs()) names.emplace_back(pack.name);
  return names;
}

std::optional<PackText> shipped_pack_in_place(std::string_view name) {
  for (const EmbeddedPack& pack : embedded_packs()) {
    if (pack.name == name) return PackText{.file = std::string(pack.file), .text = {}, .embedded = &pack};
  }
  return std::nullopt;
}

std::optional<PackText> shipped_pack(std::string_view name) {
  std::optional<PackText> pack = shipped_pack_in_place(name);
  if (pack) pack->text = pack->embedded->text;
  return pack;
}

}  // namespace plumbline
