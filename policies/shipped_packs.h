// The packs of policies/packs/ as embed_packs.cpp writes them into the program while it is built. Only that,
// shipped_packs.cpp, load_pack.cpp and the generated file include this; everybody else asks shipped_pack() of
// policies/pack.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/yaml.h"

namespace plumbline {

struct PackText;

struct EmbeddedPlace {
  std::uint32_t line;
  std::uint32_t column;
  std::uint32_t length;
};

// A part of EmbeddedPack::words.
struct EmbeddedWords {
  std::uint32_t from;
  std::uint32_t length;
};

// A YamlNode without its children, which are the nodes that follow. There are thousands: without a pointer in
// them, the program can use them where they lie in its file.
struct EmbeddedNode {
  YamlNode::Kind kind;
  ScalarStyle style;
  std::uint32_t children;  // how many items or entries
  std::uint32_t offset;
  EmbeddedWords text;
  EmbeddedPlace where;
  EmbeddedWords key;  // of an entry
  EmbeddedPlace key_where;
};

struct EmbeddedPack {
  std::string_view name;                // essentials
  std::string_view file;                // essentials.yaml, for messages
  std::string_view hash;                // pack_hash of its text
  BegunDigest begun;                    // the hash of packs whose first text is this one
  std::string_view text;                // of the file
  std::string_view words;               // what its nodes say, each once
  std::span<const EmbeddedNode> nodes;  // of its YAML, root first
};

// Sorted by name. Defined by the generated file.
std::span<const EmbeddedPack> embedded_packs();

// What parse_yaml makes of the pack's text, but for the examples of its policies, which are most of the text,
// and its reminders: both are nothing to whoever judges.
YamlNode embedded_tree(const EmbeddedPack& pack);

// A shipped pack for whoever needs no copy of its text: that of the result is empty.
std::optional<PackText> shipped_pack_in_place(std::string_view name);

// Pack::hash of packs with these texts, that of the pack itself last.
std::string pack_hash(std::span<const std::string_view> texts);

// The same where the first text is that of a shipped pack, of which no more is read than its end.
std::string pack_hash(const EmbeddedPack& first, std::span<const std::string_view> others);

// EmbeddedPack::begun.
BegunDigest begin_pack_hash(std::string_view first);

}  // namespace plumbline
