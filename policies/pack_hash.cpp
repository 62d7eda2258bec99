#include <string>
#include <vector>

#include "base/crypto.h"
#include "policies/shipped_packs.h"

namespace plumbline {

// Lengths go before the texts, so that no two lists of texts give one stream of bytes.
std::string pack_hash(std::span<const std::string_view> texts) {
  std::vector<std::string> lengths;
  lengths.reserve(texts.size());  // pieces view them
  std::vector<std::string_view> pieces;
  for (const std::string_view text : texts) {
    pieces.emplace_back(lengths.emplace_back(std::to_string(text.size()) + ':'));
    pieces.push_back(text);
  }
  return sha256_hex(pieces);
}

}  // namespace plumbline
