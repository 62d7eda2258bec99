#include "records/seen_ids.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace plumbline {
namespace {

using Piece = std::vector<std::string>;

// Ids numbered from `first` on, `step` apart.
Piece ids(std::size_t first, std::size_t count, std::size_t step = 1) {
  Piece piece;
  for (std::size_t i = 0; i < count; ++i) piece.push_back(fmt::format("006{:012}", first + i * step));
  return piece;
}

Piece shuffled(Piece piece, unsigned seed = 1) {
  std::mt19937 dice(seed);
  std::ranges::shuffle(piece, dice);
  return piece;
}

// Pieces go to threads in turns.
bool any_twice(const std::vector<Piece>& pieces, std::size_t threads = 2) {
  std::vector<SeenIds> seen(threads);
  for (std::size_t i = 0; i < pieces.size(); ++i)
    seen[i % threads].add_piece(std::vector<std::string_view>(pieces[i].begin(), pieces[i].end()));
  return SeenIds::any_twice(seen);
}

TEST(SeenIdsTest, RisingPiecesOneBehindTheOther) {
  EXPECT_FALSE(any_twice({ids(0, 500), ids(500, 500), ids(1'000, 500)}));
  EXPECT_TRUE(any_twice({ids(0, 500), ids(499, 500)}));
  EXPECT_TRUE(any_twice({ids(0, 500), ids(1'000, 500), ids(250, 1)}));
}

TEST(SeenIdsTest, RisingPiecesMayComeInAnyOrder) {
  EXPECT_FALSE(any_twice({ids(1'000, 500), ids(0, 500), ids(500, 500)}));
}

TEST(SeenIdsTest, AnIdTwiceInOnePiece) {
  EXPECT_TRUE(any_twice({{"006000000000001", "006000000000001"}}));
  EXPECT_TRUE(any_twice({{"006000000000001", "006000000000002", "006000000000001"}}));
}

TEST(SeenIdsTest, PiecesInNoOrder) {
  const Piece all = shuffled(ids(0, 10'000));
  std::vector<Piece> pieces;
  for (std::size_t at = 0; at < all.size(); at += 500)
    pieces.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(at),
                        all.begin() + static_cast<std::ptrdiff_t>(at + 500));
  EXPECT_FALSE(any_twice(pieces));
  pieces.back().push_back(all.front());
  EXPECT_TRUE(any_twice(pieces));
}

TEST(SeenIdsTest, PiecesInNoOrderBesideRisingOnes) {
  EXPECT_FALSE(any_twice({ids(0, 500), shuffled(ids(500, 500)), shuffled(ids(1'000, 500)), ids(1'500, 500)}));
  EXPECT_TRUE(any_twice({ids(0, 500), shuffled(ids(499, 500))}));
  EXPECT_TRUE(any_twice({shuffled(ids(0, 500)), ids(499, 500)}));
}

TEST(SeenIdsTest, ARisingPieceInsideAnotherIsTakenForOneThatRepeats) {
  EXPECT_TRUE(any_twice({ids(0, 500, 2), ids(1, 500, 2)}));
  EXPECT_FALSE(any_twice({shuffled(ids(0, 500, 2)), shuffled(ids(1, 500, 2))}));
}

TEST(SeenIdsTest, UpperCaseComesBeforeLowerCase) {
  EXPECT_FALSE(any_twice({{"00600000000000A", "00600000000000a"}, {"00600000000000b"}}));
  EXPECT_FALSE(any_twice({{"00600000000000a", "00600000000000A"}}));
}

TEST(SeenIdsTest, KeysOfAnyLength) {
  EXPECT_FALSE(any_twice({{"A-1", "A-2", "123456789012345"}, {"A-3", "123456789012346"}}));
  EXPECT_TRUE(any_twice({{"A-1", "A-2"}, {"A-3", "A-1"}}));
  EXPECT_TRUE(any_twice({{"A-1", "123456789012345"}, {"A-3", "123456789012345"}}));
}

TEST(SeenIdsTest, NoPiecesAndEmptyOnes) {
  EXPECT_FALSE(any_twice({}));
  EXPECT_FALSE(any_twice({{}, {}}));
}

}  // namespace
}  // namespace plumbline
