#include "tests/policies/mutations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> texts_of(std::string_view condition) {
  std::vector<std::string> texts;
  for (const Mutation& mutation : mutations_of(condition)) texts.push_back(mutation.text);
  return texts;
}

TEST(Mutations, TurnComparisons) {
  EXPECT_THAT(texts_of("a < 1"), ElementsAre("a <= 1"));
  EXPECT_THAT(texts_of("a >= 1"), ElementsAre("a > 1"));
  EXPECT_THAT(texts_of("(a) <> (b + 1)"), ElementsAre("(a) = (b + 1)"));
}

TEST(Mutations, TurnChainsLinkByLink) {
  EXPECT_THAT(texts_of("x AND y AND (z)"), ElementsAre("((x) OR (y AND (z)))", "((x AND y) OR ((z)))"));
  EXPECT_THAT(texts_of("p AND (x OR y)"), ElementsAre("((p) OR ((x OR y)))", "p AND (((x) AND (y)))"));
}

TEST(Mutations, DropNotAndTurnIn) {
  EXPECT_THAT(texts_of("a AND (NOT b)"), ElementsAre("((a) OR ((NOT b)))", "a AND ( b)"));
  EXPECT_THAT(texts_of("a in :b"), ElementsAre("a NOT IN :b"));
  EXPECT_THAT(texts_of("a NOT IN ('x')"), ElementsAre("a IN ('x')"));
}

TEST(Mutations, ReachIntoAggregatesAndCalls) {
  EXPECT_THAT(texts_of("EXISTS(Tasks WHERE x = 'a > b')"), ElementsAre("EXISTS(Tasks WHERE x != 'a > b')"));
  EXPECT_THAT(texts_of("IF(a > 1, b, c)"), ElementsAre("IF(a >= 1, b, c)"));
}

TEST(Mutations, AreMarkedOnOneLine) {
  ASSERT_EQ(mutations_of("a < 1\n  AND b").size(), 2U);
  EXPECT_EQ(mutations_of("a < 1\n  AND b")[0].marked, "a < 1 {AND to OR} b");
  EXPECT_EQ(mutations_of("a < 1\n  AND b")[1].marked, "a {< to <=} 1 AND b");
}

TEST(Mutations, OfATextThatDoesNotParseAreNone) { EXPECT_THAT(texts_of("a <"), IsEmpty()); }

}  // namespace
}  // namespace plumbline
