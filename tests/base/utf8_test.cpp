#include "base/utf8.h"

#include <gtest/gtest.h>

#include <utf8proc.h>

#include <string>
#include <unordered_set>

namespace plumbline {
namespace {

constexpr std::string_view kNoBreakSpace = "\u00A0";

std::u32string decode_all(std::string_view text) {
  std::u32string out;
  for (std::size_t pos = 0; pos < text.size();) out += decode_utf8(text, pos);
  return out;
}

TEST(IsValidUtf8, AcceptsEveryLengthOfCharacter) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("plain text, longer than eight bytes"));
  EXPECT_TRUE(is_valid_utf8("é € 😀"));
  EXPECT_TRUE(is_valid_utf8("\U0010FFFF"));
}

TEST(IsValidUtf8, RefusesMalformedText) {
  for (const char* text : {"\x80", "\xC3", "\xC3(", "\xE2\x82", "\xF0\x9F\x98", "\xFF", "abc\xFE"}) {
    EXPECT_FALSE(is_valid_utf8(text));
  }
}

TEST(IsValidUtf8, RefusesOverlongFormsSurrogatesAndTooLargeCodes) {
  for (const char* text :
       {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(is_valid_utf8(text));
  }
}

TEST(IsValidUtf8, FindsABadByteAtEveryPositionOfAWord) {
  for (std::size_t i = 0; i < 24; ++i) {
    std::string text(24, 'a');
    text[i] = '\xFF';
    EXPECT_EQ(first_invalid_utf8(text), i);
  }
}

TEST(IsValidUtf8, DoesNotReadBehindTheEnd) {
  const std::string text = "aaaaaaa\xC3\xA9";
  EXPECT_FALSE(is_valid_utf8(std::string_view(text).substr(0, 8)));
}

// Length of the character at the start of `text` as the library that knows Unicode has it; 0 for none.
std::size_t length_by_library(std::string_view text, char32_t& character) {
  utf8proc_int32_t code = 0;
  const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &code);
  character = length > 0 ? static_cast<char32_t>(code) : kReplacementCharacter;
  return length > 0 ? static_cast<std::size_t>(length) : 0;
}

// All of one to three bytes, and of four those whose last two are at the edges of what matters.
TEST(DecodeUtf8, AgreesWithTheLibraryOnEveryBeginning) {
  constexpr std::string_view kEdges = "\x20\x7F\x80\xBF\xC0\xFF";
  const auto check = [](std::string_view text) {
    char32_t expected = 0;
    const std::size_t length = length_by_library(text, expected);
    std::size_t pos = 0;
    const char32_t character = decode_utf8(text, pos);
    return character == expected && pos == (length == 0 ? 1 : length) &&
           (first_invalid_utf8(text) == 0) == (length == 0);
  };
  for (unsigned first = 0x80; first < 0x100; ++first) {
    std::string text(1, static_cast<char>(first));
    ASSERT_TRUE(check(text)) << first;
    for (unsigned second = 0; second < 0x100; ++second) {
      text.resize(1);
      text += static_cast<char>(second);
      ASSERT_TRUE(check(text)) << first << ' ' << second;
      for (unsigned third = 0; third < 0x100; ++third) {
        text.resize(2);
        text += static_cast<char>(third);
        ASSERT_TRUE(check(text)) << first << ' ' << second << ' ' << third;
        for (const char fourth : kEdges) ASSERT_TRUE(check(text + fourth)) << first << ' ' << second;
      }
    }
  }
}

TEST(DecodeUtf8, ReadsCharacterByCharacter) { EXPECT_EQ(decode_all("aé€😀"), U"aé€😀"); }

TEST(DecodeUtf8, ReplacesEachStrayByte) { EXPECT_EQ(decode_all("\xE2\x82z\xFF"), U"\uFFFD\uFFFDz\uFFFD"); }

TEST(AppendUtf8, IsTheInverseOfDecode) {
  std::string out;
  for (const char32_t character : std::u32string_view(U"aé€😀")) append_utf8(out, character);
  EXPECT_EQ(out, "aé€😀");
}

TEST(AppendUtf8, ReplacesWhatIsNoCharacter) {
  std::string out;
  append_utf8(out, 0xD800);
  append_utf8(out, 0x110000);
  append_utf8(out, 0xFFFFFFFF);
  EXPECT_EQ(out, "\uFFFD\uFFFD\uFFFD");
}

TEST(Classes, SpaceKnowsUnicode) {
  for (const char32_t character :
       std::u32string_view(U" \t\n\v\f\r\u0085\u00A0\u1680\u2003\u2028\u202F\u205F\u3000")) {
    EXPECT_TRUE(is_space(character)) << static_cast<unsigned>(character);
  }
  for (const char32_t character : std::u32string_view(U"a_\u001F\u200B\uFEFF\u180E")) {
    EXPECT_FALSE(is_space(character)) << static_cast<unsigned>(character);
  }
}

TEST(Classes, LetterKnowsUnicode) {
  for (const char32_t character : std::u32string_view(U"aZéßЖ東ª")) EXPECT_TRUE(is_letter(character));
  for (const char32_t character : std::u32string_view(U"1_ -@[`{€\u0301٣"))
    EXPECT_FALSE(is_letter(character));
}

TEST(Classes, DigitKnowsUnicode) {
  for (const char32_t character : std::u32string_view(U"09٣")) EXPECT_TRUE(is_digit(character));
  for (const char32_t character : std::u32string_view(U"/:a½²Ⅷ")) EXPECT_FALSE(is_digit(character));
}

TEST(Classes, AlnumIsEither) {
  EXPECT_TRUE(is_alnum(U'é'));
  EXPECT_TRUE(is_alnum(U'7'));
  EXPECT_FALSE(is_alnum(U'-'));
}

TEST(Trim, RemovesUnicodeSpaceAtBothEnds) {
  EXPECT_EQ(trim(" \u00A0\u3000a b\u2003\t\r\n"), "a b");
  EXPECT_EQ(trim("a"), "a");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim(" \u00A0 "), "");
}

TEST(Trim, LeavesOtherCharactersWhole) {
  EXPECT_EQ(trim(" é "), "é");
  EXPECT_EQ(trim("à"), "à");          // ends in the byte A0, which alone would be no text
  EXPECT_EQ(trim("a\xA0"), "a\xA0");  // a stray byte is no space
}

TEST(Case, LowerAndUpperMapCharacterByCharacter) {
  EXPECT_EQ(lower("ÀÉ Straße ЖABC1"), "àé straße жabc1");
  EXPECT_EQ(upper("àé ж abc1"), "ÀÉ Ж ABC1");
}

TEST(FoldCase, MakesTextsThatDifferInCaseTheSame) {
  EXPECT_EQ(fold_case("STRASSE"), "strasse");
  EXPECT_EQ(fold_case("Straße"), "strasse");
  EXPECT_EQ(fold_case("ΣΊΣΥΦΟΣ"), fold_case("σίσυφος"));
}

TEST(CompareFolded, IgnoresCase) {
  EXPECT_EQ(compare_folded("Closed Won", "CLOSED WON"), 0);
  EXPECT_EQ(compare_folded("Éclair", "éCLAIR"), 0);
  EXPECT_EQ(compare_folded("STRASSE", "straße"), 0);
  EXPECT_EQ(compare_folded("ﬃ", "FFI"), 0);
}

TEST(CompareFolded, TrimsOuterSpaceOnly) {
  EXPECT_EQ(compare_folded("  a b\u00A0", "a b"), 0);
  EXPECT_NE(compare_folded("a  b", "a b"), 0);
  EXPECT_EQ(compare_folded(kNoBreakSpace, ""), 0);
}

TEST(CompareFolded, OrdersByCodePoint) {
  EXPECT_LT(compare_folded("a", "B"), 0);
  EXPECT_GT(compare_folded("b", "A"), 0);
  EXPECT_LT(compare_folded("ab", "abc"), 0);
  EXPECT_GT(compare_folded("abc", "AB"), 0);
  EXPECT_LT(compare_folded("z", "é"), 0);
  EXPECT_GT(compare_folded("É", "Z"), 0);
  EXPECT_LT(compare_folded("é", "éa"), 0);
  EXPECT_LT(compare_folded("", "a"), 0);
}

TEST(CompareFolded, OrdersExpandedCharactersByTheirExpansion) {
  EXPECT_LT(compare_folded("ß", "st"), 0);
  EXPECT_GT(compare_folded("ß", "sr"), 0);
  EXPECT_GT(compare_folded("ß", "s"), 0);
}

TEST(EqualFolded, KeepsDifferentTextsApart) {
  EXPECT_TRUE(equal_folded("Renewal ", "renewal"));
  EXPECT_FALSE(equal_folded("Renewal", "Renewals"));
  EXPECT_FALSE(equal_folded("[", "{"));  // differ in the bit that tells cases of letters apart
  EXPECT_FALSE(equal_folded("e", "é"));
}

// Texts of every length around a word of the machine, with one letter changed at each place.
TEST(EqualFolded, SeesADifferenceAtEveryPlaceOfTextsOfEveryLength) {
  for (std::size_t size = 1; size <= 40; ++size) {
    const std::string small(size, 'z');
    EXPECT_TRUE(equal_folded(small, std::string(size, 'Z')));
    for (std::size_t place = 0; place < size; ++place) {
      std::string other(size, 'Z');
      other[place] = '[';
      EXPECT_GT(compare_folded(small, other), 0) << size << ' ' << place;
      EXPECT_LT(compare_folded(other, small), 0) << size << ' ' << place;
      other[place] = '{';
      EXPECT_LT(compare_folded(small, other), 0) << size << ' ' << place;
    }
  }
}

TEST(EqualFolded, EveryAsciiByteEqualsItselfAndItsOtherCaseAlone) {
  for (char a = '!'; a < '\x7F'; ++a) {
    for (char b = '!'; b < '\x7F'; ++b) {
      const bool expected = lower(std::string(1, a)) == lower(std::string(1, b));
      EXPECT_EQ(equal_folded(std::string(9, a), std::string(9, b)), expected) << a << b;
    }
  }
}

TEST(EqualFolded, GoesOnBehindCharactersThatAreTheSame) {
  EXPECT_TRUE(equal_folded("Zoë über ﬀ", "zoë ÜBER FF"));
  EXPECT_LT(compare_folded("é a", "é b"), 0);
  EXPECT_FALSE(equal_folded("é", "éé"));
}

TEST(AppendLower, LeavesWhatStandsBefore) {
  std::string out = "A ";
  append_lower(out, "B É");
  EXPECT_EQ(out, "A b é");
}

TEST(IsAscii, SeesAForeignByteAtEveryPlaceOfTextsOfEveryLength) {
  EXPECT_TRUE(is_ascii(""));
  for (std::size_t size = 1; size <= 40; ++size) {
    EXPECT_TRUE(is_ascii(std::string(size, '\x7F')));
    for (std::size_t place = 0; place < size; ++place) {
      std::string text(size, 'a');
      text[place] = '\x80';
      EXPECT_FALSE(is_ascii(text)) << size << ' ' << place;
    }
  }
}

TEST(HashFolded, IsEqualForEqualTexts) {
  EXPECT_EQ(hash_folded(" Straße\u00A0"), hash_folded("STRASSE"));
  EXPECT_EQ(hash_folded("Éa"), hash_folded("éA"));
}

TEST(HashFolded, DiffersForDifferentTexts) {
  std::unordered_set<std::uint64_t> hashes;
  for (int i = 0; i < 10'000; ++i) hashes.insert(hash_folded("name " + std::to_string(i)));
  EXPECT_EQ(hashes.size(), 10'000U);
}

TEST(FoldedContainers, FindByAnySpelling) {
  const std::unordered_set<std::string, FoldedHash, FoldedEqual> names = {"CloseDate"};
  EXPECT_TRUE(names.contains(std::string_view(" closedate")));
  EXPECT_FALSE(names.contains(std::string_view("closedates")));
}

TEST(CodePoints, CountsCharacters) {
  EXPECT_EQ(code_points(""), 0U);
  EXPECT_EQ(code_points("aé€😀"), 4U);
  EXPECT_EQ(code_points("a\xFF\xFF"), 3U);
}

TEST(DisplayWidth, CountsTerminalColumns) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("東京"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("\x1B"), 0U);
}

TEST(FitWidth, LeavesWhatFits) {
  EXPECT_EQ(fit_width("abc", 3), "abc");
  EXPECT_EQ(fit_width("", 0), "");
}

TEST(FitWidth, CutsWithAnEllipsis) {
  EXPECT_EQ(fit_width("abcdef", 4), "abc…");
  EXPECT_EQ(fit_width("abcdef", 1), "…");
  EXPECT_EQ(fit_width("abcdef", 0), "");
}

TEST(FitWidth, NeverExceedsTheColumnsWithWideCharacters) {
  EXPECT_EQ(fit_width("東京都", 4), "東…");
  EXPECT_EQ(fit_width("東京都", 5), "東京…");
}

TEST(FitWidth, KeepsAnAccentWithItsLetter) { EXPECT_EQ(fit_width("e\u0301abc", 2), "e\u0301…"); }

}  // namespace
}  // namespace plumbline
