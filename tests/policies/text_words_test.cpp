#include "policies/functions/text_words.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "base/utf8.h"

namespace plumbline {
namespace {

TEST(TextWords, WordsArePiecesBetweenWhiteSpace) {
  EXPECT_EQ(word_count("Send the quote"), 3U);
  EXPECT_EQ(word_count("  Send\tthe\n\nquote \r\n"), 3U);
  EXPECT_EQ(word_count("follow-up w/Bob,then legal"), 3U);
}

TEST(TextWords, APieceWithoutLetterOrDigitIsNoWord) {
  EXPECT_EQ(word_count("- call -- !!! & •"), 1U);
  EXPECT_EQ(word_count("... 5 ..."), 1U);
  EXPECT_EQ(word_count(""), 0U);
  EXPECT_EQ(word_count(" \u00A0 "), 0U);
}

TEST(TextWords, WordsAreCountedInEveryScript) {
  EXPECT_EQ(word_count("Größe prüfen"), 2U);
  EXPECT_EQ(word_count("電話 する"), 2U);
  EXPECT_EQ(word_count("٣ звонок"), 2U);
}

TEST(TextWords, NoBreakAndIdeographicBlanksSeparateWords) {
  EXPECT_EQ(word_count("call\u00A0Bob"), 2U);
  EXPECT_EQ(word_count("call\u3000Bob\u2028today"), 3U);
}

TEST(TextWords, BytesThatAreNotUtf8AreNoWords) { EXPECT_EQ(word_count("\xFF \xC3 call\xE2"), 1U); }

// Counted as the definition reads, character by character.
std::size_t words_counted_slowly(std::string_view text) {
  std::size_t count = 0;
  bool counted = false;
  for (std::size_t pos = 0; pos < text.size();) {
    const char32_t character = decode_utf8(text, pos);
    if (is_space(character)) {
      counted = false;
    } else if (!counted && is_alnum(character)) {
      counted = true;
      ++count;
    }
  }
  return count;
}

TEST(TextWords, WordsAreCountedAlikeWhereverBlocksOfBytesEnd) {
  constexpr std::string_view kPieces[] = {"a", "7",      " ",    "-",     "\n",  "é",
                                          "…", "\u00A0", "\xFF", "ab cd", "--- "};
  std::uint64_t state = 1;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::uint64_t left = state >> 40 & 255; left > 0; --left) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      // Most texts are of ASCII alone, so that whole blocks are.
      text += kPieces[(state >> 33) % (round % 4 == 0 ? std::size(kPieces) : 5)];
    }
    state = state * 6364136223846793005U + 1442695040888963407U;
    ASSERT_EQ(word_count(text), words_counted_slowly(text)) << text;
  }
}

TEST(TextWords, AppendedNormalizedTextLeavesWhatStandsBefore) {
  std::string out = "A.";
  append_normalized(out, " Call Zoë... ");
  EXPECT_EQ(out, "A.call zoë");
}

TEST(TextWords, NormalizedTrimsLowersAndDropsTheEndPunctuation) {
  EXPECT_EQ(normalized("  Follow Up. "), "follow up");
  EXPECT_EQ(normalized("TBD!!!"), "tbd");
  EXPECT_EQ(normalized("N/A."), "n/a");
  EXPECT_EQ(normalized("call…"), "call");
  EXPECT_EQ(normalized("pending ..."), "pending");
  EXPECT_EQ(normalized("Waiting -"), "waiting");
  EXPECT_EQ(normalized("\u00A0Call\u00A0?\u00A0"), "call");
}

TEST(TextWords, NormalizedLowersEveryScript) { EXPECT_EQ(normalized("ÜBERGABE."), "übergabe"); }

TEST(TextWords, NormalizedKeepsWhatIsInsideOrBefore) {
  EXPECT_EQ(normalized("...touch base"), "...touch base");
  EXPECT_EQ(normalized("follow-up, then call"), "follow-up, then call");
  EXPECT_EQ(normalized("see (notes)"), "see (notes)");
  EXPECT_EQ(normalized("follow  up"), "follow  up");
}

TEST(TextWords, NormalizedOfPunctuationAloneIsEmpty) {
  EXPECT_EQ(normalized(" . . . "), "");
  EXPECT_EQ(normalized(""), "");
}

TEST(TextWords, APartIsHeldBetweenWordBoundariesInAnyCase) {
  EXPECT_TRUE(holds_between_word_boundaries("4/20 CALL BOB about it; send quote", "call Bob about"));
  EXPECT_TRUE(holds_between_word_boundaries("call Bob", "Call Bob"));
  EXPECT_TRUE(holds_between_word_boundaries("(call Bob)", "call Bob"));
  EXPECT_TRUE(holds_between_word_boundaries("STRASSE prüfen", "straße PRÜFEN"));
}

TEST(TextWords, APartIsNotHeldInsideALongerWord) {
  EXPECT_FALSE(holds_between_word_boundaries("recall Bob", "call Bob"));
  EXPECT_FALSE(holds_between_word_boundaries("call Bobby", "call Bob"));
  EXPECT_FALSE(holds_between_word_boundaries("call Bob2", "call Bob"));
  EXPECT_FALSE(holds_between_word_boundaries("écall Bob", "call Bob"));
  EXPECT_FALSE(holds_between_word_boundaries("call Bobé", "call Bob"));
}

TEST(TextWords, AnEdgeThatIsNeitherLetterNorDigitNeedsNoBoundary) {
  EXPECT_TRUE(holds_between_word_boundaries("xx(call Bob)yy", "(call Bob)"));
  EXPECT_FALSE(holds_between_word_boundaries("xx(call Bobby", "(call Bob"));
}

TEST(TextWords, ALaterOccurrenceIsFoundWhereTheFirstIsInsideAWord) {
  EXPECT_TRUE(holds_between_word_boundaries("recall Bob, call Bob", "call Bob"));
  EXPECT_TRUE(holds_between_word_boundaries("aaa aa", "aa"));
  EXPECT_TRUE(holds_between_word_boundaries("xab ab ab ab", "ab ab ab"));
  EXPECT_FALSE(holds_between_word_boundaries("xab ab aby", "ab ab ab"));
}

TEST(TextWords, OuterWhiteSpaceOfThePartPlaysNoRole) {
  EXPECT_TRUE(holds_between_word_boundaries("then call Bob.", "  call Bob\n"));
}

TEST(TextWords, ABlankPartIsNeverHeld) {
  EXPECT_FALSE(holds_between_word_boundaries("call Bob", ""));
  EXPECT_FALSE(holds_between_word_boundaries("call Bob", " \u00A0 "));
  EXPECT_FALSE(holds_between_word_boundaries("", "call Bob"));
}

// A search that starts anew behind every near match would compare a hundred thousand million bytes here.
TEST(TextWords, AlmostEqualLongTextsAreSearchedToTheirEnd) {
  const std::string part = std::string(300'000, 'a') + "b";
  EXPECT_FALSE(holds_between_word_boundaries(std::string(900'000, 'a'), part));
  EXPECT_TRUE(holds_between_word_boundaries(std::string(600'000, 'a') + " " + part, part));
}

}  // namespace
}  // namespace plumbline
