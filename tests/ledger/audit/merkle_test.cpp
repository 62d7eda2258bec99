#include "ledger/audit/merkle.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace plumbline {
namespace {

// The definitions of RFC 6962, section 2.1, as they are written there: slow, and with nothing to get wrong.
using Entries = std::span<const std::string>;

std::size_t split(std::size_t count) {
  std::size_t k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

Sha256Digest mth(Entries d) {
  if (d.empty()) return sha256("");
  if (d.size() == 1) return sha256(std::string("\0", 1) + d[0]);
  const std::size_t k = split(d.size());
  const Sha256Digest left = mth(d.first(k));
  const Sha256Digest right = mth(d.subspan(k));
  return sha256("\x01" + std::string(as_text(left)) + std::string(as_text(right)));
}

HashPath path_of(std::size_t m, Entries d) {
  if (d.size() == 1) return {};
  const std::size_t k = split(d.size());
  HashPath path = m < k ? path_of(m, d.first(k)) : path_of(m - k, d.subspan(k));
  path.push_back(m < k ? mth(d.subspan(k)) : mth(d.first(k)));
  return path;
}

HashPath subproof(std::size_t m, Entries d, bool whole) {
  if (m == d.size()) return whole ? HashPath{} : HashPath{mth(d)};
  const std::size_t k = split(d.size());
  HashPath path = m <= k ? subproof(m, d.first(k), whole) : subproof(m - k, d.subspan(k), false);
  path.push_back(m <= k ? mth(d.subspan(k)) : mth(d.first(k)));
  return path;
}

std::vector<std::string> some_entries(std::size_t count) {
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < count; ++i) entries.push_back("entry " + std::to_string(i));
  return entries;
}

// Keeps every tile, as the database does.
struct KeptTree {
  TreeEdge edge;
  std::map<TileId, std::vector<Sha256Digest>> tiles;
  Sha256 hash;

  TreeEdge::TakeTile keep() {
    return [this](TileId id, std::span<const Sha256Digest> hashes) {
      tiles[id].assign(hashes.begin(), hashes.end());
    };
  }
  void add(std::string_view entry) { edge.add(leaf_hash(hash, entry), keep()); }
  HashSource source() {
    edge.each_partial(keep());
    return [this](unsigned level, std::uint64_t index) -> Result<Sha256Digest> {
      const auto tile = tiles.find({.level = level, .index = index >> kTileHeight});
      const std::size_t place = index & (kTileHashes - 1);
      if (tile == tiles.end() || place >= tile->second.size())
        return fail(ErrorCode::kInternal, "asked for a hash that the tree does not have");
      return tile->second[place];
    };
  }
};

KeptTree tree_of(Entries entries) {
  KeptTree tree;
  for (const std::string& entry : entries) tree.add(entry);
  return tree;
}

// The eight leaves that transparency logs test their trees with, and the roots after each.
TEST(Merkle, has_the_published_roots) {
  using namespace std::string_literals;
  const std::vector<std::string> leaves = {
      "",
      "\x00"s,
      "\x10"s,
      "\x20\x21"s,
      "\x30\x31"s,
      "\x40\x41\x42\x43"s,
      "\x50\x51\x52\x53\x54\x55\x56\x57"s,
      "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"s};
  const std::vector<std::string> roots = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  KeptTree tree;
  EXPECT_EQ(tree.edge.root(), empty_root());
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    tree.add(leaves[i]);
    EXPECT_EQ(to_hex(tree.edge.root()), roots[i]) << i;
    EXPECT_EQ(to_hex(mth(std::span(leaves).first(i + 1))), roots[i]) << i;
  }
}

TEST(Merkle, its_root_is_the_defined_one_at_every_size_around_full_tiles) {
  const std::vector<std::string> entries = some_entries(1030);
  KeptTree tree;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    tree.add(entries[i]);
    const std::size_t size = i + 1;
    if (size > 70 && size % 256 > 3 && size % 256 < 253) continue;
    EXPECT_EQ(tree.edge.root(), mth(std::span(entries).first(size))) << size;
  }
}

TEST(Merkle, a_tree_of_three_levels_of_tiles_has_the_defined_root) {
  const std::vector<std::string> entries = some_entries(65'536 + 256 + 3);
  KeptTree tree = tree_of(entries);
  EXPECT_EQ(tree.edge.root(), mth(entries));
  const HashSource source = tree.source();
  for (const std::size_t size : {65'535U, 65'536U, 65'537U, 65'795U})
    EXPECT_EQ(root_at(size, source), mth(std::span(entries).first(size))) << size;
  EXPECT_TRUE(tree.tiles.contains({.level = 2, .index = 0}));
  for (const auto& [id, hashes] : tree.tiles) {
    EXPECT_EQ(hashes.size(), tile_hashes(id, entries.size())) << id.level << '/' << id.index;
    EXPECT_LT(id.index, tiles_at(id.level, entries.size()));
  }
}

TEST(Merkle, tiles_are_counted_by_the_size_alone) {
  EXPECT_EQ(tiles_at(0, 0), 0U);
  EXPECT_EQ(tiles_at(0, 256), 1U);
  EXPECT_EQ(tiles_at(0, 257), 2U);
  EXPECT_EQ(tiles_at(1, 255), 0U);
  EXPECT_EQ(tiles_at(1, 256), 1U);
  EXPECT_EQ(tile_hashes({.level = 0, .index = 1}, 256), 0U);
  EXPECT_EQ(tile_hashes({.level = 0, .index = 1}, 300), 44U);
  EXPECT_EQ(tile_hashes({.level = 1, .index = 0}, 600), 2U);
  EXPECT_EQ(tile_hashes({.level = kTreeLevels, .index = 0}, 600), 0U);
}

TEST(Merkle, takes_up_a_tree_where_it_was_left) {
  const std::vector<std::string> entries = some_entries(700);
  KeptTree whole;
  KeptTree first = tree_of(std::span(entries).first(300));
  TreeEdge second;
  first.edge.each_partial(
      [&](TileId id, std::span<const Sha256Digest> hashes) { second.restore(id.level, hashes); });
  ASSERT_TRUE(second.restore_size(300));
  Sha256 hash;
  for (std::size_t i = 300; i < entries.size(); ++i)
    second.add(leaf_hash(hash, entries[i]), [](TileId, std::span<const Sha256Digest>) {});
  EXPECT_EQ(second.root(), mth(entries));
}

TEST(Merkle, an_edge_that_does_not_fit_the_size_is_refused) {
  KeptTree first = tree_of(some_entries(300));
  TreeEdge second;
  first.edge.each_partial(
      [&](TileId id, std::span<const Sha256Digest> hashes) { second.restore(id.level, hashes); });
  EXPECT_FALSE(second.restore_size(301));
  EXPECT_FALSE(second.restore_size(44));
}

TEST(Merkle, proofs_of_inclusion_are_the_defined_ones_and_verify) {
  const std::vector<std::string> entries = some_entries(270);
  KeptTree tree = tree_of(entries);
  const HashSource source = tree.source();
  Sha256 hash;
  for (const std::size_t size : {1U, 2U, 3U, 7U, 8U, 20U, 255U, 256U, 257U, 270U}) {
    const Entries some = std::span(entries).first(size);
    const Sha256Digest root = mth(some);
    for (std::size_t index = 0; index < size; ++index) {
      const Result<HashPath> path = inclusion_proof(index, size, source);
      ASSERT_TRUE(path);
      if (size < 21 || index % 64 > 61) {
        EXPECT_EQ(*path, path_of(index, some)) << index << " of " << size;
      }
      EXPECT_TRUE(includes(leaf_hash(hash, entries[index]), index, size, *path, root))
          << index << " of " << size;
    }
  }
}

TEST(Merkle, a_proof_of_inclusion_proves_nothing_else) {
  const std::vector<std::string> entries = some_entries(11);
  KeptTree tree = tree_of(entries);
  const Sha256Digest root = mth(entries);
  Sha256 hash;
  const Sha256Digest leaf = leaf_hash(hash, entries[6]);
  HashPath path = *inclusion_proof(6, 11, tree.source());
  EXPECT_TRUE(includes(leaf, 6, 11, path, root));
  for (std::uint64_t other = 0; other < 13; ++other)
    EXPECT_EQ(includes(leaf, other, 11, path, root), other == 6);
  EXPECT_FALSE(includes(leaf_hash(hash, entries[7]), 6, 11, path, root));
  EXPECT_FALSE(includes(leaf, 6, 11, path, mth(some_entries(10))));
  path.push_back(root);
  EXPECT_FALSE(includes(leaf, 6, 11, path, root));
  path.resize(2);
  EXPECT_FALSE(includes(leaf, 6, 11, path, root));
}

TEST(Merkle, proofs_of_consistency_are_the_defined_ones_and_verify) {
  const std::vector<std::string> entries = some_entries(270);
  KeptTree tree = tree_of(entries);
  const HashSource source = tree.source();
  for (const std::size_t size : {1U, 2U, 3U, 7U, 8U, 21U, 256U, 270U}) {
    const Entries some = std::span(entries).first(size);
    const Sha256Digest root = mth(some);
    for (std::size_t before = 1; before <= size; before += size > 30 ? 13 : 1) {
      const Result<HashPath> path = consistency_proof(before, size, source);
      ASSERT_TRUE(path);
      EXPECT_EQ(*path, subproof(before, some, true)) << before << " in " << size;
      EXPECT_TRUE(is_consistent(before, mth(some.first(before)), size, root, *path))
          << before << " in " << size;
    }
  }
}

TEST(Merkle, a_proof_of_consistency_does_not_hold_for_a_changed_beginning) {
  std::vector<std::string> entries = some_entries(21);
  KeptTree tree = tree_of(entries);
  const Sha256Digest root = mth(entries);
  for (std::size_t before = 1; before <= 21; ++before) {
    HashPath path = *consistency_proof(before, 21, tree.source());
    std::vector<std::string> forged(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(before));
    forged.back() = "another entry";
    EXPECT_FALSE(is_consistent(before, mth(forged), 21, root, path)) << before;
    path.push_back(root);
    EXPECT_FALSE(is_consistent(before, mth(std::span(entries).first(before)), 21, root, path)) << before;
  }
  EXPECT_FALSE(is_consistent(0, empty_root(), 21, root, {}));
  EXPECT_FALSE(is_consistent(22, root, 21, root, {}));
}

TEST(Merkle, a_source_that_fails_ends_a_proof) {
  const HashSource broken = [](unsigned, std::uint64_t) -> Result<Sha256Digest> {
    return fail(ErrorCode::kCorrupt, "no such tile");
  };
  EXPECT_FALSE(inclusion_proof(3, 9, broken));
  EXPECT_FALSE(consistency_proof(3, 9, broken));
  EXPECT_FALSE(root_at(9, broken));
  EXPECT_EQ(root_at(0, broken), empty_root());
}

}  // namespace
}  // namespace plumbline
