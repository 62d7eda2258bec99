// The packs of policies/packs/ as embed_packs.cpp writes them into the program while it is built. Only that,
// shipped_packs.cpp, load_pack.cpp and the generated file include this; everybody else asks shipped_pack() of
// policies/pack.h.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/yaml.h"

namespace plumbline {

struct EmbeddedPlace {
  std::uint32_t line;
  std::uint32_t column;
  std::uint32_t length;
};

// A YamlNode without its children, which are the nodes that follow.
struct EmbeddedNode {
  YamlNode::Kind kind;
  ScalarStyle style;
  std::uint32_t children;  // how many items or entries
  std::uint32_t offset;
  std::string_view text;
  EmbeddedPlace where;
  std::string_view key;  // of an entry
  EmbeddedPlace key_where;
};

struct EmbeddedPack {
  std::string_view name;                     // essentials
  std::string_view file;                     // essentials.yaml, for messages
  std::string_view hash;                     // pack_hash of its text
  std::span<const std::string_view> pieces;  // of its text, in order
  std::span<const EmbeddedNode> nodes;       // of its YAML, root first
};

// Sorted by name. Defined by the generated file.
std::span<const EmbeddedPack> embedded_packs();

// What parse_yaml makes of the pack's text, but for the examples of its policies, which are most of the text,
// and its reminders: both are nothing to whoever judges.
YamlNode embedded_tree(const EmbeddedPack& pack);

// Pack::hash of packs with these texts, that of the pack itself last.
std::string pack_hash(std::span<const std::string_view> texts);

}  // namespace plumbline
