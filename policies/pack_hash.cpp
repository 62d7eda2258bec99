#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "policies/shipped_packs.h"

namespace plumbline {

namespace {

// What is hashed: lengths go before the texts, so that no two lists of texts give one stream of bytes.
class Stream {
 public:
  explicit Stream(std::span<const std::string_view> texts) {
    lengths_.reserve(texts.size());  // pieces view them
    for (const std::string_view text : texts) {
      pieces_.emplace_back(lengths_.emplace_back(std::to_string(text.size()) + ':'));
      pieces_.push_back(text);
    }
  }

  std::span<const std::string_view> pieces() const { return pieces_; }

 private:
  std::vector<std::string> lengths_;
  std::vector<std::string_view> pieces_;
};

}  // namespace

std::string pack_hash(std::span<const std::string_view> texts) { return sha256_hex(Stream(texts).pieces()); }

BegunDigest begin_pack_hash(std::string_view first) { return begin_sha256(Stream({&first, 1}).pieces()); }

std::string pack_hash(const EmbeddedPack& first, std::span<const std::string_view> others) {
  const std::size_t length_bytes = std::to_string(first.text.size()).size() + 1;
  const std::string_view rest = first.text.substr(first.begun.bytes - length_bytes);
  const Stream stream(others);
  std::vector<std::string_view> pieces{rest};
  pieces.insert(pieces.end(), stream.pieces().begin(), stream.pieces().end());
  return sha256_hex(first.begun, pieces);
}

}  // namespace plumbline
