#include "base/byte_lanes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace plumbline {
namespace {

// Every byte there is, sixteen at a time, asked one question; the answers as the bytes that were said yes to.
template <class Question>
std::string bytes_saying_yes(const Question& question) {
  std::string yes;
  for (int base = 0; base < 256; base += 16) {
    char bytes[ByteLanes::kWidth] = {};
    for (int i = 0; i < 16; ++i) bytes[i] = static_cast<char>(base + i);
    const unsigned bits = question(ByteLanes(bytes)).bits();
    for (int i = 0; i < 16; ++i) {
      if ((bits >> i & 1) != 0) yes += static_cast<char>(base + i);
    }
  }
  return yes;
}

TEST(ByteLanes, EqualFindsOneByte) {
  EXPECT_EQ(bytes_saying_yes([](ByteLanes bytes) { return bytes.equal(';'); }), ";");
  EXPECT_EQ(bytes_saying_yes([](ByteLanes bytes) { return bytes.equal('\xE2'); }), "\xE2");
}

TEST(ByteLanes, ARangeHoldsBothItsEndsAndNothingBeside) {
  EXPECT_EQ(bytes_saying_yes([](ByteLanes bytes) { return bytes.in_range('0', '9'); }), "0123456789");
  EXPECT_EQ(bytes_saying_yes([](ByteLanes bytes) { return bytes.in_range('\x7F', '\x81'); }), "\x7F\x80\x81");
}

TEST(ByteLanes, NotAsciiIsTheUpperHalf) {
  const std::string found = bytes_saying_yes([](ByteLanes bytes) { return bytes.not_ascii(); });
  EXPECT_EQ(found.size(), 128U);
  EXPECT_EQ(found.front(), '\x80');
}

TEST(ByteLanes, LowerChangesCapitalsAlone) {
  const auto small = [](ByteLanes bytes) { return bytes.lower().in_range('a', 'z'); };
  EXPECT_EQ(bytes_saying_yes(small), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
  EXPECT_EQ(bytes_saying_yes([](ByteLanes bytes) { return bytes.lower().equal('{'); }), "{");
}

TEST(FindByte, FindsTheFirstAtOrBehindAnyPlaceOfTextsOfAnyLength) {
  for (std::size_t size = 0; size <= 70; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      std::vector<char> bytes(size, 'a');
      bytes[place] = '7';
      const std::string_view text(bytes.data(), bytes.size());
      for (std::size_t from = 0; from <= size; ++from) {
        const std::size_t expected = from <= place ? place : std::string_view::npos;
        ASSERT_EQ(find_byte(text, from, [](ByteLanes lanes) { return lanes.equal('7'); }), expected)
            << size << " bytes, at " << place << ", from " << from;
      }
    }
  }
}

TEST(FindByte, DoesNotReadBehindTheEnd) {
  const std::string text = "aaaaaaaaaaaaaaaaaaaa7";
  const auto seven = [](ByteLanes lanes) { return lanes.equal('7'); };
  EXPECT_EQ(find_byte(std::string_view(text).substr(0, 20), 0, seven), std::string_view::npos);
  EXPECT_EQ(find_byte(std::string_view(text).substr(12, 8), 0, seven), std::string_view::npos);
}

}  // namespace
}  // namespace plumbline
