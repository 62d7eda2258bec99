#include "daemon/cli/wrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using testing::ElementsAre;

TEST(Wrap, CutsBetweenWords) { EXPECT_THAT(wrap_words("one two three", 7), ElementsAre("one two", "three")); }

TEST(Wrap, LeavesALongWordWhole) {
  EXPECT_THAT(wrap_words("see https://example.test/long now", 10),
              ElementsAre("see", "https://example.test/long", "now"));
}

TEST(Wrap, CountsColumnsNotBytes) {
  EXPECT_THAT(wrap_words("äö üß", 5), ElementsAre("äö üß"));
  EXPECT_THAT(wrap_words("漢字 漢字", 8), ElementsAre("漢字", "漢字"));
}

TEST(Wrap, NothingIsOneEmptyLine) { EXPECT_THAT(wrap_words("  ", 10), ElementsAre("")); }

TEST(Printable, TakesTheForceFromEscapes) {
  EXPECT_EQ(printable("a\033[2Jb"), "a\uFFFD[2Jb");
  EXPECT_EQ(printable("a\u202Eb\u0085c"), "a\uFFFDb\uFFFDc");
}

TEST(Printable, KeepsOneLineOneLine) { EXPECT_EQ(printable("a\r\nb\tc"), "a  b c"); }

TEST(WithCommas, GroupsByThree) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1000), "1,000");
  EXPECT_EQ(with_commas(1234567), "1,234,567");
}

}  // namespace
}  // namespace plumbline
