// The tree, worked out again as a binary counter: of each size there are the roots of the full trees that the
// size's binary digits stand for.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "ledger/audit/verify_impl.h"

namespace plumbline::verifying {
namespace {

constexpr std::array<std::uint8_t, 1> kLeafMark = {0};
constexpr std::array<std::uint8_t, 1> kPairMark = {1};

// Joins a row of hashes to what stands to the right of it, largest full trees first from the right.
class RightFold {
 public:
  explicit RightFold(Sha256& hash) : hash_(hash) {}

  void join(const Sha256Digest& left) {
    root_ = begun_ ? hash_pair(hash_, left, root_) : left;
    begun_ = true;
  }
  bool begun() const { return begun_; }
  const Sha256Digest& root() const { return root_; }

 private:
  Sha256& hash_;
  Sha256Digest root_{};
  bool begun_ = false;
};

Sha256Digest digest_at(std::span<const std::uint8_t> bytes, std::size_t number) {
  Sha256Digest digest;
  std::memcpy(digest.data(), bytes.data() + number * digest.size(), digest.size());
  return digest;
}

// Of a number of hashes that is a power of two.
Sha256Digest full_root(Sha256& hash, std::span<const std::uint8_t> bytes) {
  if (bytes.size() == sizeof(Sha256Digest)) return digest_at(bytes, 0);
  const std::size_t half = bytes.size() / 2;
  const Sha256Digest left = full_root(hash, bytes.first(half));
  return hash_pair(hash, left, full_root(hash, bytes.subspan(half)));
}

}  // namespace

Sha256Digest hash_leaf(Sha256& hash, std::string_view entry) {
  return hash.add(kLeafMark).add(entry).finish();
}

Sha256Digest hash_pair(Sha256& hash, const Sha256Digest& left, const Sha256Digest& right) {
  std::array<std::uint8_t, 1 + 2 * sizeof(Sha256Digest)> bytes;
  bytes[0] = kPairMark[0];
  std::memcpy(bytes.data() + 1, left.data(), left.size());
  std::memcpy(bytes.data() + 1 + left.size(), right.data(), right.size());
  return hash.add(bytes).finish();
}

Sha256Digest root_of_full_tile(Sha256& hash, std::span<const Sha256Digest> hashes) {
  return full_root(hash, {hashes.front().data(), hashes.size_bytes()});
}

Result<std::unique_ptr<StoredTiles>> StoredTiles::open(Database& database, std::int64_t organisation) {
  Result<std::unique_ptr<Statement>> get =
      database.prepare("SELECT hashes FROM audit_tile WHERE org = ?1 AND level = ?2 AND tile = ?3");
  if (!get) return fail(get.error());
  auto tiles = std::make_unique<StoredTiles>();
  (*get)->bind_integer(1, organisation);
  tiles->get_ = std::move(*get);
  return tiles;
}

Result<std::span<const std::uint8_t>> StoredTiles::tile(unsigned level, std::uint64_t index) {
  get_->bind_integer(2, level);
  get_->bind_integer(3, static_cast<std::int64_t>(index));
  const Result<bool> row = get_->step();
  if (!row) return fail(row.error());
  const std::span<const std::uint8_t> blob = *row ? get_->blob(0) : std::span<const std::uint8_t>();
  bytes_.assign(blob.begin(), blob.end());
  get_->reset();
  return std::span<const std::uint8_t>(bytes_);
}

Result<std::optional<Sha256Digest>> StoredTiles::hash(unsigned level, std::uint64_t index) {
  const Result<std::span<const std::uint8_t>> bytes = tile(level, index / kTileWidth);
  if (!bytes) return fail(bytes.error());
  const std::size_t number = index % kTileWidth;
  if (bytes->size() < (number + 1) * sizeof(Sha256Digest)) return std::nullopt;
  return digest_at(*bytes, number);
}

Result<std::optional<Sha256Digest>> StoredTiles::root_of_full(unsigned level, std::uint64_t index) {
  const Result<std::span<const std::uint8_t>> bytes = tile(level, index);
  if (!bytes) return fail(bytes.error());
  if (bytes->size() != kTileWidth * sizeof(Sha256Digest)) return std::nullopt;
  return full_root(hash_, *bytes);
}

Result<std::optional<Sha256Digest>> StoredTiles::root_at(std::uint64_t size) {
  RightFold fold(hash_);
  for (unsigned level = 0; level < kLevels; ++level) {
    const std::uint64_t hashes = size >> (level * kTileBits);
    std::size_t end = hashes % kTileWidth;
    if (end == 0) continue;
    const Result<std::span<const std::uint8_t>> bytes = tile(level, hashes / kTileWidth);
    if (!bytes) return fail(bytes.error());
    if (bytes->size() < end * sizeof(Sha256Digest)) return std::nullopt;
    while (end > 0) {
      const std::size_t width = std::size_t{1} << static_cast<unsigned>(std::countr_zero(end));
      end -= width;
      fold.join(full_root(hash_, bytes->subspan(end * sizeof(Sha256Digest), width * sizeof(Sha256Digest))));
    }
  }
  return fold.begun() ? fold.root() : sha256("");
}

Status Recount::add(const Sha256Digest& leaf) { return carry(0, leaf); }

Status Recount::add_tile(std::span<const Sha256Digest> leaves, const Sha256Digest& root) {
  if (Status taken = take_(0, done_[0]++, leaves); !taken) return taken;
  return carry(kTileBits, root);
}

// A full tree of this height stands behind all that is there.
Status Recount::carry(unsigned height, Sha256Digest hash) {
  const std::uint64_t leaves = std::uint64_t{1} << height;
  while (true) {
    if (height % kTileBits == 0) {
      if (Status collected = collect(height / kTileBits, hash); !collected) return collected;
    }
    if ((size_ >> height & 1U) == 0) break;
    hash = hash_pair(hash_, pending_.at(height++), hash);
  }
  pending_.at(height) = hash;
  size_ += leaves;
  return {};
}

Status Recount::collect(unsigned level, const Sha256Digest& hash) {
  std::vector<Sha256Digest>& tile = tiles_.at(level);
  tile.push_back(hash);
  if (tile.size() < kTileWidth) return {};
  Status taken = take_(level, done_.at(level)++, tile);
  tile.clear();
  return taken;
}

Sha256Digest Recount::root() {
  RightFold fold(hash_);
  for (unsigned height = 0; height < kHeights; ++height) {
    if ((size_ >> height & 1U) != 0) fold.join(pending_.at(height));
  }
  return fold.begun() ? fold.root() : sha256("");
}

Status Recount::finish() {
  for (unsigned level = 0; level < kLevels; ++level) {
    if (tiles_.at(level).empty()) continue;
    if (Status taken = take_(level, done_.at(level), tiles_.at(level)); !taken) return taken;
    tiles_.at(level).clear();
  }
  return {};
}

}  // namespace plumbline::verifying
