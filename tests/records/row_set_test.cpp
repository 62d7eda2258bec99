#include "records/row_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

std::vector<ChunkRow> listed(const RowSet& rows) {
  std::vector<ChunkRow> list;
  for (const ChunkRow row : rows) list.push_back(row);
  return list;
}

RowSet set_of(const std::set<ChunkRow>& rows) {
  RowSet set;
  for (const ChunkRow row : rows) set.insert(row);
  return set;
}

TEST(RowSetTest, NothingIsInASetAtFirst) {
  const RowSet none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.size(), 0U);
  EXPECT_FALSE(none.contains(0));
  EXPECT_FALSE(none.contains(kChunkRows - 1));
  EXPECT_THAT(listed(none), IsEmpty());
}

TEST(RowSetTest, RowsComeOutRising) {
  EXPECT_THAT(listed(set_of({2047, 0, 64, 63})), ElementsAre(0, 63, 64, 2047));
}

TEST(RowSetTest, TheFirstRows) {
  for (const std::size_t count : {0U, 1U, 63U, 64U, 65U, 2048U}) {
    const RowSet rows = RowSet::first(count);
    EXPECT_EQ(rows.size(), count);
    EXPECT_EQ(listed(rows).size(), count);
    EXPECT_FALSE(count < kChunkRows && rows.contains(count));
  }
}

TEST(RowSetTest, SetsAreEqualWhereTheirRowsAre) {
  RowSet wide = set_of({1, 2000});
  wide -= RowSet::one(2000);
  EXPECT_EQ(wide, RowSet::one(1));
  EXPECT_FALSE(wide == RowSet::one(2));
}

TEST(RowSetTest, WhatWasClearedDoesNotComeBack) {
  RowSet rows = set_of({1, 70, 140});
  rows.clear();
  rows.insert(141);
  EXPECT_THAT(listed(rows), ElementsAre(141));
}

TEST(RowSetTest, AddsTheRowsForWhichSomethingHolds) {
  RowSet rows = RowSet::one(500);
  std::vector<ChunkRow> asked;
  rows.insert_where(set_of({3, 64, 65, 900}), [&](ChunkRow row) {
    asked.push_back(row);
    return row % 2 == 0;
  });
  EXPECT_THAT(asked, ElementsAre(3, 64, 65, 900));
  EXPECT_THAT(listed(rows), ElementsAre(64, 500, 900));
}

TEST(RowSetTest, JoinsAndPartsLikeASetOfNumbers) {
  std::mt19937 dice(7);
  const auto some = [&] {
    std::set<ChunkRow> rows;
    const std::size_t below = 1 + dice() % kChunkRows;
    for (std::size_t i = dice() % 200; i > 0; --i) rows.insert(static_cast<ChunkRow>(dice() % below));
    return rows;
  };
  for (int round = 0; round < 500; ++round) {
    const std::set<ChunkRow> a = some();
    const std::set<ChunkRow> b = some();
    std::set<ChunkRow> either = a;
    either.insert(b.begin(), b.end());
    std::set<ChunkRow> both;
    std::set<ChunkRow> without;
    for (const ChunkRow row : a) (b.contains(row) ? both : without).insert(row);
    EXPECT_THAT(listed(set_of(a) | set_of(b)), ElementsAreArray(either));
    EXPECT_THAT(listed(set_of(a) & set_of(b)), ElementsAreArray(both));
    EXPECT_THAT(listed(set_of(a) - set_of(b)), ElementsAreArray(without));
    EXPECT_EQ((set_of(a) & set_of(b)).empty(), both.empty());
    EXPECT_EQ((set_of(a) - set_of(b)).size(), without.size());
  }
}

}  // namespace
}  // namespace plumbline
