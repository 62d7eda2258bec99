// A Merkle tree as RFC 6962, section 2.1 defines it: one hash that stands for all entries in their order, and
// short proofs that an entry is among them, or that a longer log begins with a shorter one.
//
// The tree is kept as tiles of 256 hashes. Level 0 has the leaves' hashes; a hash of level L + 1 is the root
// of the 256 hashes of one full tile of level L. So a level-L hash stands for 256^L entries, a tile is never
// changed once it is full, and all that a growing tree has to know is its last tile at each level.
//
// Values and pure functions; a TreeEdge is for one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "base/result.h"

namespace plumbline {

inline constexpr unsigned kTileHeight = 8;  // on disk: never change
inline constexpr std::size_t kTileHashes = std::size_t{1} << kTileHeight;
inline constexpr std::size_t kTreeLevels = 8;  // together enough for 2^64 entries
// A proof has at most one hash for each bit of the tree's size, and one more.
inline constexpr std::size_t kMostProofHashes = 65;

// SHA-256(0x00 ‖ entry) and SHA-256(0x01 ‖ left ‖ right). `hash` is only work space; it is left empty.
Sha256Digest leaf_hash(Sha256& hash, std::string_view entry);
Sha256Digest node_hash(Sha256& hash, const Sha256Digest& left, const Sha256Digest& right);

// Of no entries: SHA-256 of nothing.
Sha256Digest empty_root();

// The root over hashes of one level, any number of them but 0.
Sha256Digest root_of(Sha256& hash, std::span<const Sha256Digest> hashes);

struct TileId {
  unsigned level = 0;
  std::uint64_t index = 0;
  friend auto operator<=>(const TileId&, const TileId&) = default;
};

// How many hashes that tile has in a tree of `size` entries: 0 (it does not exist) to 256.
std::size_t tile_hashes(TileId tile, std::uint64_t size);
// How many tiles that level has, the last of them perhaps not full.
std::uint64_t tiles_at(unsigned level, std::uint64_t size);

// The right edge of a growing tree: the last, not yet full, tile of each level.
class TreeEdge {
 public:
  // Takes tiles as they fill up, lower levels first; the view is good during the call.
  using TakeTile = std::function<void(TileId, std::span<const Sha256Digest>)>;

  std::uint64_t size() const { return size_; }
  // Adds a leaf. Full tiles go to `take` and are forgotten here.
  void add(const Sha256Digest& leaf, const TakeTile& take);
  Sha256Digest root() const;
  // Tiles that are not full and not empty, as a tree of this size has them.
  void each_partial(const TakeTile& take) const;
  // Takes up a tree where it was left: the hashes of that level's last tile, as each_partial gave them, for
  // every level; then the size. False where the numbers of hashes do not fit the size.
  void restore(unsigned level, std::span<const Sha256Digest> hashes);
  bool restore_size(std::uint64_t size);

 private:
  void push(unsigned level, const Sha256Digest& hash, const TakeTile& take);

  std::array<std::vector<Sha256Digest>, kTreeLevels> levels_;
  std::uint64_t size_ = 0;
};

// Where proofs get hashes from: the hash with this number at this level, which is the root of a full tile
// below, or a leaf.
using HashSource = std::function<Result<Sha256Digest>(unsigned level, std::uint64_t index)>;
using HashPath = std::vector<Sha256Digest>;

// The root of the first `size` entries of a tree that has at least as many.
Result<Sha256Digest> root_at(std::uint64_t size, const HashSource& source);

// RFC 6962, 2.1.1: what leads from entry `index` (from 0) to the root of the first `size`. index < size.
Result<HashPath> inclusion_proof(std::uint64_t index, std::uint64_t size, const HashSource& source);
// 2.1.2: what shows that the tree of `size` begins with the tree of `before`. 0 < before <= size.
Result<HashPath> consistency_proof(std::uint64_t before, std::uint64_t size, const HashSource& source);

// Whether the path leads from this leaf, as entry `index`, to the root of a tree of `size`.
bool includes(const Sha256Digest& leaf, std::uint64_t index, std::uint64_t size,
              std::span<const Sha256Digest> path, const Sha256Digest& root);
bool is_consistent(std::uint64_t before, const Sha256Digest& root_before, std::uint64_t size,
                   const Sha256Digest& root, std::span<const Sha256Digest> path);

}  // namespace plumbline
