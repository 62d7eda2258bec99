#include "ledger/audit/merkle.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace plumbline {
namespace {

constexpr std::array<std::uint8_t, 1> kLeafPrefix = {0x00};
constexpr std::array<std::uint8_t, 1> kNodePrefix = {0x01};

// The largest power of two below `count`, where RFC 6962 splits a tree. count > 1.
std::uint64_t split_of(std::uint64_t count) { return std::bit_floor(count - 1); }

bool is_power_of_two(std::uint64_t count) { return std::has_single_bit(count); }

// Works out roots of any range that RFC 6962 ever asks for: they begin at a multiple of their (rounded up)
// size.
class Roots {
 public:
  explicit Roots(const HashSource& source) : source_(source) {}

  Result<Sha256Digest> of(std::uint64_t begin, std::uint64_t count) {
    if (is_power_of_two(count)) return of_full(begin, count);
    const std::uint64_t left_count = split_of(count);
    const Result<Sha256Digest> left = of_full(begin, left_count);
    if (!left) return left;
    const Result<Sha256Digest> right = of(begin + left_count, count - left_count);
    if (!right) return right;
    return node_hash(hash_, *left, *right);
  }

 private:
  // The highest level that has whole tiles in the range spares the most work.
  Result<Sha256Digest> of_full(std::uint64_t begin, std::uint64_t count) {
    const auto height = static_cast<unsigned>(std::countr_zero(count));
    const unsigned level = height / kTileHeight;
    const std::uint64_t first = begin >> (level * kTileHeight);
    const std::size_t width = std::size_t{1} << (height % kTileHeight);
    std::array<Sha256Digest, kTileHashes> hashes;
    for (std::size_t i = 0; i < width; ++i) {
      const Result<Sha256Digest> found = source_(level, first + i);
      if (!found) return found;
      hashes[i] = *found;
    }
    return root_of(hash_, {hashes.data(), width});
  }

  const HashSource& source_;
  Sha256 hash_;
};

// PATH(m, D[n]) of RFC 6962, from the leaf upwards.
Status add_path(Roots& roots, std::uint64_t index, std::uint64_t begin, std::uint64_t count, HashPath& path) {
  if (count <= 1) return {};
  const std::uint64_t left_count = split_of(count);
  const bool in_left = index - begin < left_count;
  const std::uint64_t own_begin = in_left ? begin : begin + left_count;
  const std::uint64_t own_count = in_left ? left_count : count - left_count;
  if (Status below = add_path(roots, index, own_begin, own_count, path); !below) return below;
  const Result<Sha256Digest> other =
      in_left ? roots.of(begin + left_count, count - left_count) : roots.of(begin, left_count);
  if (!other) return fail(other.error());
  path.push_back(*other);
  return {};
}

enum class OwnRoot : std::uint8_t { kKnown, kToldFirst };

// SUBPROOF(m, D[n], b) of RFC 6962. The root of the earlier tree itself is told only where it is no whole
// part of the later one.
Status add_subproof(Roots& roots, std::uint64_t before, std::uint64_t begin, std::uint64_t count, OwnRoot own,
                    HashPath& path) {
  if (before == count) {
    if (own == OwnRoot::kKnown) return {};
    const Result<Sha256Digest> root = roots.of(begin, count);
    if (!root) return fail(root.error());
    path.push_back(*root);
    return {};
  }
  const std::uint64_t left_count = split_of(count);
  const bool in_left = before <= left_count;
  const Status below = in_left ? add_subproof(roots, before, begin, left_count, own, path)
                               : add_subproof(roots, before - left_count, begin + left_count,
                                              count - left_count, OwnRoot::kToldFirst, path);
  if (!below) return below;
  const Result<Sha256Digest> other =
      in_left ? roots.of(begin + left_count, count - left_count) : roots.of(begin, left_count);
  if (!other) return fail(other.error());
  path.push_back(*other);
  return {};
}

// Walks from a node up to the root. `node` and `last` are the node's number and that of the last one at the
// same height; a node without a right sibling goes up as it is.
struct Climb {
  std::uint64_t node;
  std::uint64_t last;

  enum class Side : std::uint8_t { kLeft, kRight };  // where the next hash of the path stands

  // Passes heights where there is nothing to join, and takes the one where there is.
  Side join() {
    const bool left_sibling = (node & 1U) == 1U || node == last;
    if (left_sibling) {
      while ((node & 1U) == 0U && node != 0) up();
    }
    up();
    return left_sibling ? Side::kLeft : Side::kRight;
  }
  void up() {
    node >>= 1U;
    last >>= 1U;
  }
};

}  // namespace

Sha256Digest leaf_hash(Sha256& hash, std::string_view entry) {
  return hash.add(kLeafPrefix).add(entry).finish();
}

Sha256Digest node_hash(Sha256& hash, const Sha256Digest& left, const Sha256Digest& right) {
  std::array<std::uint8_t, 1 + 2 * sizeof(Sha256Digest)> bytes;
  bytes[0] = kNodePrefix[0];
  const auto behind_left = std::ranges::copy(left, bytes.begin() + 1).out;
  std::ranges::copy(right, behind_left);
  return hash.add(bytes).finish();
}

Sha256Digest empty_root() { return sha256(""); }

Sha256Digest root_of(Sha256& hash, std::span<const Sha256Digest> hashes) {
  assert(!hashes.empty());
  if (hashes.size() == 1) return hashes[0];
  const auto left = static_cast<std::size_t>(split_of(hashes.size()));
  const Sha256Digest left_root = root_of(hash, hashes.first(left));
  return node_hash(hash, left_root, root_of(hash, hashes.subspan(left)));
}

std::size_t tile_hashes(TileId tile, std::uint64_t size) {
  if (tile.level >= kTreeLevels) return 0;
  const std::uint64_t hashes = size >> (tile.level * kTileHeight);
  if (tile.index > hashes >> kTileHeight) return 0;
  return static_cast<std::size_t>(std::min<std::uint64_t>(hashes - (tile.index << kTileHeight), kTileHashes));
}

std::uint64_t tiles_at(unsigned level, std::uint64_t size) {
  const std::uint64_t hashes = size >> (level * kTileHeight);
  return (hashes >> kTileHeight) + ((hashes & (kTileHashes - 1)) == 0 ? 0 : 1);
}

void TreeEdge::add(const Sha256Digest& leaf, const TakeTile& take) {
  ++size_;
  push(0, leaf, take);
}

void TreeEdge::push(unsigned level, const Sha256Digest& hash, const TakeTile& take) {
  std::vector<Sha256Digest>& tile = levels_.at(level);
  if (tile.empty()) tile.reserve(kTileHashes);
  tile.push_back(hash);
  if (tile.size() < kTileHashes) return;
  const std::uint64_t index = (size_ >> ((level + 1) * kTileHeight)) - 1;
  take({.level = level, .index = index}, tile);
  Sha256 work;
  const Sha256Digest root = root_of(work, tile);
  tile.clear();
  push(level + 1, root, take);
}

Sha256Digest TreeEdge::root() const {
  if (size_ == 0) return empty_root();
  // From the right: what stands behind is joined to ever larger full trees before it.
  Sha256 work;
  bool begun = false;
  Sha256Digest root{};
  for (const std::vector<Sha256Digest>& tile : levels_) {
    std::size_t end = tile.size();
    while (end > 0) {
      const std::size_t width = std::size_t{1} << static_cast<unsigned>(std::countr_zero(end));
      const Sha256Digest full = root_of(work, std::span(tile).subspan(end - width, width));
      root = begun ? node_hash(work, full, root) : full;
      begun = true;
      end -= width;
    }
  }
  return root;
}

void TreeEdge::each_partial(const TakeTile& take) const {
  for (unsigned level = 0; level < kTreeLevels; ++level) {
    const std::vector<Sha256Digest>& tile = levels_[level];
    if (tile.empty()) continue;
    take({.level = level, .index = (size_ >> (level * kTileHeight)) >> kTileHeight}, tile);
  }
}

void TreeEdge::restore(unsigned level, std::span<const Sha256Digest> hashes) {
  levels_.at(level).reserve(kTileHashes);
  levels_.at(level).assign(hashes.begin(), hashes.end());
}

bool TreeEdge::restore_size(std::uint64_t size) {
  size_ = size;
  for (unsigned level = 0; level < kTreeLevels; ++level) {
    const std::uint64_t hashes = size >> (level * kTileHeight);
    if (levels_[level].size() != (hashes & (kTileHashes - 1))) return false;
  }
  return true;
}

Result<Sha256Digest> root_at(std::uint64_t size, const HashSource& source) {
  if (size == 0) return empty_root();
  return Roots(source).of(0, size);
}

Result<HashPath> inclusion_proof(std::uint64_t index, std::uint64_t size, const HashSource& source) {
  assert(index < size);
  Roots roots(source);
  HashPath path;
  if (Status added = add_path(roots, index, 0, size, path); !added) return fail(added.error());
  return path;
}

Result<HashPath> consistency_proof(std::uint64_t before, std::uint64_t size, const HashSource& source) {
  assert(before > 0 && before <= size);
  Roots roots(source);
  HashPath path;
  if (Status added = add_subproof(roots, before, 0, size, OwnRoot::kKnown, path); !added)
    return fail(added.error());
  return path;
}

bool includes(const Sha256Digest& leaf, std::uint64_t index, std::uint64_t size,
              std::span<const Sha256Digest> path, const Sha256Digest& root) {
  if (index >= size) return false;
  Sha256 work;
  Sha256Digest reached = leaf;
  Climb climb{.node = index, .last = size - 1};
  for (const Sha256Digest& step : path) {
    if (climb.last == 0) return false;
    const bool left = climb.join() == Climb::Side::kLeft;
    reached = left ? node_hash(work, step, reached) : node_hash(work, reached, step);
  }
  return climb.last == 0 && reached == root;
}

bool is_consistent(std::uint64_t before, const Sha256Digest& root_before, std::uint64_t size,
                   const Sha256Digest& root, std::span<const Sha256Digest> path) {
  if (before == 0 || before > size) return false;
  if (before == size) return path.empty() && root_before == root;
  // The walk begins at the last node that the earlier tree had whole.
  Climb climb{.node = before - 1, .last = size - 1};
  while ((climb.node & 1U) == 1U) climb.up();
  const bool whole = is_power_of_two(before);
  if (!whole && path.empty()) return false;
  Sha256 work;
  Sha256Digest reached = whole ? root_before : path[0];
  Sha256Digest reached_before = reached;
  for (const Sha256Digest& step : path.subspan(whole ? 0 : 1)) {
    if (climb.last == 0) return false;
    if (climb.join() == Climb::Side::kLeft) {
      reached_before = node_hash(work, step, reached_before);
      reached = node_hash(work, step, reached);
    } else {
      reached = node_hash(work, reached, step);
    }
  }
  return climb.last == 0 && reached == root && reached_before == root_before;
}

}  // namespace plumbline
