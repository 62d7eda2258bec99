// The packs of policies/packs/ as the build embeds them. Only shipped_packs.cpp and the generated file
// include this; everybody else asks shipped_pack() of policies/pack.h.
#pragma once

#include <span>
#include <string_view>

namespace plumbline {

struct EmbeddedPack {
  std::string_view name;                     // essentials
  std::string_view file;                     // essentials.yaml, for messages
  std::span<const std::string_view> pieces;  // of its text, in order
};

// Sorted by name. Defined by the generated file.
std::span<const EmbeddedPack> embedded_packs();

}  // namespace plumbline
