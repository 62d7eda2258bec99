#include "connectors/exports/size_history.h"

#include <gtest/gtest.h>

namespace plumbline {
namespace {

TEST(SizeHistory, the_first_file_is_never_far_below) {
  EXPECT_FALSE(SizeHistory{}.is_far_below({.bytes = 0, .rows = 0}));
}

TEST(SizeHistory, half_is_not_less_than_half) {
  SizeHistory history;
  history.add({.bytes = 1000, .rows = 100});
  EXPECT_FALSE(history.is_far_below({.bytes = 500, .rows = 50}));
  EXPECT_TRUE(history.is_far_below({.bytes = 499, .rows = 100}));
  EXPECT_TRUE(history.is_far_below({.bytes = 1000, .rows = 49}));
  EXPECT_FALSE(history.is_far_below({.bytes = 5000, .rows = 500}));
}

TEST(SizeHistory, one_odd_file_does_not_change_what_is_usual) {
  SizeHistory history;
  for (const std::uint64_t rows : {100U, 102U, 3U, 101U, 99U})
    history.add({.bytes = rows * 10, .rows = rows});
  EXPECT_EQ(history.usual(), (FileSize{.bytes = 1000, .rows = 100}));
}

TEST(SizeHistory, only_the_newest_sizes_are_remembered_and_read_back) {
  SizeHistory history;
  for (std::uint64_t rows = 1; rows <= 2 * kMostSizes; ++rows) history.add({.bytes = rows, .rows = rows});
  const SizeHistory again = SizeHistory::from_text(history.to_text());
  EXPECT_EQ(again.to_text(), history.to_text());
  EXPECT_EQ(again.usual().rows, kMostSizes + (kMostSizes + 1) / 2);
}

TEST(SizeHistory, what_cannot_be_read_is_left_out) {
  EXPECT_EQ(SizeHistory::from_text("10/2 x 5 /3 7/ 20/4").to_text(), "10/2 20/4");
  EXPECT_TRUE(SizeHistory::from_text("").empty());
}

}  // namespace
}  // namespace plumbline
