#include "connectors/chat/chat_text.h"

#include <gmock/gmock.h>

#include "base/utf8.h"
#include "tests/connectors/chat/messages.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::string without_space(std::string_view text) {
  std::string out;
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t at = pos;
    if (!is_space(decode_utf8(text, pos))) out += text.substr(at, pos - at);
  }
  return out;
}

TEST(ChatTextTest, controls_and_overrides_of_direction_are_taken_out) {
  EXPECT_EQ(clean_text(std::string("a\0b\x01\x1B[31mc\x7F", 10) + "\xC2\x85" + "d"), "ab[31mcd");
  EXPECT_EQ(clean_text("in\xE2\x80\xAEvoice\xE2\x81\xA7"), "invoice");
}

TEST(ChatTextTest, bytes_that_are_no_text_become_replacement_characters) {
  EXPECT_EQ(clean_text("a\xFF"), "a\xEF\xBF\xBD");
  EXPECT_TRUE(is_valid_utf8(clean_text("\xC3 \xED\xA0\x80 \xF8")));
}

TEST(ChatTextTest, line_ends_are_one_kind_and_no_more_than_one_empty_line_follows) {
  EXPECT_EQ(clean_text(" a\r\nb\rc\n\n\n\nd\xE2\x80\xA8"
                       "e\n"),
            "a\nb\nc\n\nd\ne");
  EXPECT_EQ(clean_line("a\r\nb\n\nc"), "a b c");
}

TEST(ChatTextTest, a_text_that_fits_is_one_piece_and_none_is_none) {
  EXPECT_THAT(split_text("a short one", 11, utf16_units), ElementsAre("a short one"));
  EXPECT_THAT(split_text(" \n ", 100, utf16_units), IsEmpty());
}

TEST(ChatTextTest, it_is_divided_where_it_hurts_least) {
  EXPECT_THAT(split_text("First paragraph.\n\nSecond one here.", 25, utf16_units),
              ElementsAre("First paragraph.", "Second one here."));
  EXPECT_THAT(split_text("One sentence. Another sentence.", 24, utf16_units),
              ElementsAre("One sentence.", "Another sentence."));
  EXPECT_THAT(split_text("some words that go on", 12, utf16_units), ElementsAre("some words", "that go on"));
}

TEST(ChatTextTest, a_word_that_fits_into_a_piece_is_never_divided) {
  EXPECT_THAT(split_text("a incomprehensibilities", 22, utf16_units),
              ElementsAre("a", "incomprehensibilities"));
}

TEST(ChatTextTest, a_word_too_long_for_any_piece_is_divided_between_characters_that_are_shown_as_one) {
  const std::string family = "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";  // 5 units
  EXPECT_THAT(split_text(family + family, 7, utf16_units), ElementsAre(family, family));
  const std::string flag = "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA";  // 4 units
  EXPECT_THAT(split_text(flag + flag + flag, 10, utf16_units), ElementsAre(flag + flag, flag));
  EXPECT_THAT(split_text("ae\xCC\x81", 2, utf16_units), ElementsAre("a", "e\xCC\x81"));
}

TEST(ChatTextTest, pieces_of_ugly_texts_fit_and_lose_nothing_but_space) {
  UglyMessages messages(1);
  for (std::size_t round = 0; round < 60; ++round) {
    const std::string text = clean_text(messages.ugly(3'000));
    for (const std::size_t budget : {100U, 333U, 1'000U}) {
      std::string joined;
      for (const std::string& piece : split_text(text, budget, json_bytes)) {
        EXPECT_LE(cost_of(piece, json_bytes), budget);
        EXPECT_TRUE(is_valid_utf8(piece));
        EXPECT_FALSE(piece.empty());
        joined += piece;
      }
      ASSERT_EQ(without_space(joined), without_space(text));
    }
  }
}

TEST(ChatTextTest, a_cut_text_says_so_and_gives_the_rest_back) {
  EXPECT_THAT(cut_text("some words that go on", 14, utf16_units), Pair("some words …", "that go on"));
  EXPECT_THAT(cut_text("short", 14, utf16_units), Pair("short", ""));
}

TEST(ChatTextTest, a_cost_is_never_less_than_what_is_written) {
  EXPECT_EQ(cost_of("a\"\\\n", json_bytes), 1U + 2U + 2U + 2U);
  EXPECT_EQ(cost_of("\xF0\x9F\x98\x80", utf16_units), 2U);
  EXPECT_EQ(cost_of("\xF0\x9F\x98\x80", json_bytes), 4U);
}

TEST(ChatTextTest, only_https_is_linked_and_what_could_end_a_link_is_encoded) {
  EXPECT_EQ(link_address("https://crm.example.com/a?b=c&d=%20#e"), "https://crm.example.com/a?b=c&d=%20#e");
  EXPECT_EQ(link_address("https://x.example/a b|c>d)e\"f\n"), "https://x.example/a%20b%7Cc%3Ed%29e%22f");
  EXPECT_EQ(link_address("javascript:alert(1)"), "");
  EXPECT_EQ(link_address("http://x.example/"), "");
  EXPECT_EQ(link_address("https://x.example/" + std::string(kMostLinkBytes, 'a')), "");
}

}  // namespace
}  // namespace plumbline
