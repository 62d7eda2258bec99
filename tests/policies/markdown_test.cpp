#include "policies/markdown.h"

#include <gtest/gtest.h>

namespace plumbline {
namespace {

TEST(Markdown, TextIsNoMarkup) {
  EXPECT_EQ(markdown::text("a|b *c* _d_ [e](f) <b> $1 `x` \\ &amp;"),
            "a\\|b \\*c\\* \\_d\\_ \\[e\\](f) \\<b\\> \\$1 \\`x\\` \\\\ \\&amp;");
}

TEST(Markdown, TextBeginsNoList) {
  EXPECT_EQ(markdown::text("- a"), "\\- a");
  EXPECT_EQ(markdown::text("12. a 3. b"), "12\\. a 3. b");
  EXPECT_EQ(markdown::text("1) a"), "1\\) a");
  EXPECT_EQ(markdown::text("2022-04-23"), "2022-04-23");
}

TEST(Markdown, TextStaysOnItsLine) {
  EXPECT_EQ(markdown::text(" a\r\nb\tc\n"), "a b c");
  EXPECT_EQ(markdown::text("a\x1b[1m\u202Eb"), "a\uFFFD\\[1m\uFFFDb");
}

TEST(Markdown, CodeKeepsBarsAndBackticks) {
  EXPECT_EQ(markdown::code("a || b"), "`a \\|\\| b`");
  EXPECT_EQ(markdown::code("say `x`"), "`` say `x` ``");
  EXPECT_EQ(markdown::code(""), "");
  EXPECT_EQ(markdown::code("a\nb"), "`a b`");
}

TEST(Markdown, AFenceIsLongerThanWhatItHolds) {
  EXPECT_EQ(markdown::code_block("a\n b\n\n"), "```\na\n b\n```\n\n");
  EXPECT_EQ(markdown::code_block("````"), "`````\n````\n`````\n\n");
}

TEST(Markdown, ATableHasALineBelowItsHead) {
  const std::vector<std::string> cells = {"a", "b"};
  EXPECT_EQ(markdown::table_head(cells), "| a | b |\n|---|---|\n");
}

}  // namespace
}  // namespace plumbline
