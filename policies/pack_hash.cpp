#include <fmt/format.h>

#include "base/crypto.h"
#include "policies/shipped_packs.h"

namespace plumbline {

// Lengths go before the texts, so that no two lists of texts give one stream of bytes.
std::string pack_hash(std::span<const std::string_view> texts) {
  std::string bytes;
  for (const std::string_view text : texts) bytes += fmt::format("{}:{}", text.size(), text);
  return sha256_hex(bytes);
}

}  // namespace plumbline
