#include "policies/language/compare.h"

#include <gtest/gtest.h>

#include <string>

namespace plumbline {
namespace {

Value text(std::string_view value) { return Value::of(value); }

TEST(Compare, TextIgnoresCaseAndOuterWhiteSpace) {
  EXPECT_EQ(compare_values(text("  Closed Won "), text("closed won")), 0);
  EXPECT_LT(compare_values(text("a"), text("B")), 0);
}

TEST(Compare, MoneyMeetsNumbersExactly) {
  EXPECT_EQ(compare_values(Value::of(Money{100001}), Value::of(Money{100001})), 0);
  EXPECT_GT(compare_values(Value::of(Money{100001}), Value::of(1000.0)), 0);
  EXPECT_LT(compare_values(Value::of(1000.0), Value::of(Money{100001})), 0);
}

TEST(Compare, NullIsEqualToNullAloneAndUnlikeAllElse) {
  EXPECT_TRUE(compare_known(Value::null(), CompareOp::kEqual, Value::null()));
  EXPECT_FALSE(compare_known(Value::null(), CompareOp::kNotEqual, Value::null()));
  EXPECT_TRUE(compare_known(Value::null(), CompareOp::kNotEqual, text("x")));
  for (const CompareOp op : {CompareOp::kEqual, CompareOp::kLess, CompareOp::kLessOrEqual,
                             CompareOp::kGreater, CompareOp::kGreaterOrEqual}) {
    EXPECT_FALSE(compare_known(Value::null(), op, Value::of(5.0)));
    EXPECT_FALSE(compare_known(Value::of(5.0), op, Value::null()));
  }
}

TEST(Compare, ChoicesAreSets) {
  EXPECT_TRUE(same_choices("A;B", "b; a"));
  EXPECT_FALSE(same_choices("A;B", "A"));
  EXPECT_TRUE(includes_choices("A;B;C", "c;A"));
  EXPECT_FALSE(includes_choices("AB", "A"));
}

TEST(Like, WildcardsCoverTheWholeText) {
  EXPECT_TRUE(matches_like("Renewal 2026", "%2026"));
  EXPECT_TRUE(matches_like("Renewal 2026", "ren_wal%"));
  EXPECT_FALSE(matches_like("Renewal 2026", "renewal"));
  EXPECT_TRUE(matches_like("", "%"));
  EXPECT_FALSE(matches_like("", "_"));
  EXPECT_TRUE(matches_like("aXbXc", "a%b%c"));
  EXPECT_FALSE(matches_like("ab", "ab%ab"));
  EXPECT_TRUE(matches_like("abab", "ab%ab"));
}

TEST(Like, AnUnderscoreIsOneCharacterNotOneByte) {
  EXPECT_TRUE(matches_like("é", "_"));
  EXPECT_FALSE(matches_like("é", "__"));
}

TEST(Like, EscapedWildcardsAreThemselves) {
  EXPECT_TRUE(matches_like("50% off", "50\\%%"));
  EXPECT_FALSE(matches_like("500 off", "50\\%%"));
  EXPECT_TRUE(matches_like("a_b", "a\\_b"));
  EXPECT_FALSE(matches_like("axb", "a\\_b"));
}

}  // namespace
}  // namespace plumbline
