#include "base/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace plumbline {
namespace {

std::string string_json(std::string_view text) {
  std::string out;
  JsonWriter(out).string(text);
  return out;
}

std::string number_json(double value) {
  std::string out;
  JsonWriter(out).number(value);
  return out;
}

TEST(JsonWriter, WritesEmptyContainers) {
  std::string out;
  JsonWriter(out).begin_array().begin_object().end_object().begin_array().end_array().end_array();
  EXPECT_EQ(out, "[{},[]]");
}

TEST(JsonWriter, SeparatesMembersAndElements) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("a").integer(1).key("b").begin_array().integer(2).integer(3).end_array();
  json.key("c").begin_object().key("d").null().end_object().key("e").boolean(true).end_object();
  EXPECT_EQ(out, R"({"a":1,"b":[2,3],"c":{"d":null},"e":true})");
}

TEST(JsonWriter, AppendsToWhatIsThere) {
  std::string out = "data: ";
  JsonWriter(out).boolean(false);
  EXPECT_EQ(out, "data: false");
}

TEST(JsonWriter, SeparatesRawValuesToo) {
  std::string out;
  JsonWriter(out).begin_array().raw("{\"a\": 1}").raw("2").end_array();
  EXPECT_EQ(out, "[{\"a\": 1},2]");
}

TEST(JsonWriter, WritesIntegersOfAnyWidth) {
  std::string out;
  JsonWriter json(out);
  json.begin_array().integer(std::numeric_limits<std::int64_t>::min());
  json.integer(std::numeric_limits<std::uint64_t>::max())
      .integer(std::uint8_t{7})
      .integer(std::size_t{0})
      .end_array();
  EXPECT_EQ(out, "[-9223372036854775808,18446744073709551615,7,0]");
}

TEST(JsonWriter, EscapesQuotesBackslashesAndControls) {
  EXPECT_EQ(string_json("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(string_json("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(string_json(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
}

TEST(JsonWriter, EscapesKeys) {
  std::string out;
  JsonWriter(out).begin_object().key("a\"b").integer(1).end_object();
  EXPECT_EQ(out, R"({"a\"b":1})");
}

TEST(JsonWriter, KeepsValidUtf8) { EXPECT_EQ(string_json("Zürich 東京 😀"), "\"Zürich 東京 😀\""); }

TEST(JsonWriter, ReplacesEachInvalidByte) {
  EXPECT_EQ(string_json("a\xFF\xC3z"), "\"a\uFFFD\uFFFDz\"");
  EXPECT_EQ(string_json("\xE2\x82"), "\"\uFFFD\uFFFD\"");
}

TEST(JsonWriter, EscapesAtEveryPlaceOfATextOfEveryLength) {
  const std::vector<std::pair<std::string, std::string>> odd = {
      {"\"", "\\\""},     {"\\", "\\\\"},       {"\x1f", "\\u001f"},          {"\n", "\\n"},
      {"\xFF", "\uFFFD"}, {"\u00FC", "\u00FC"}, {"\U0001F600", "\U0001F600"}, {"\x7f", "\x7f"}};
  for (const auto& [raw, escaped] : odd) {
    for (std::size_t length = 0; length < 70; ++length) {
      for (std::size_t at = 0; at <= length; ++at) {
        const std::string before(at, 'a');
        const std::string after(length - at, 'z');
        EXPECT_EQ(string_json(before + raw + after), '"' + before + escaped + after + '"');
      }
    }
  }
}

TEST(JsonWriter, EscapesManyInOneText) {
  std::string raw;
  std::string escaped;
  for (int i = 0; i < 40; ++i) {
    raw += "ab\"\u00FC\xC3" + std::string(static_cast<std::size_t>(i), 'x') + "\n";
    escaped += "ab\\\"\u00FC\uFFFD" + std::string(static_cast<std::size_t>(i), 'x') + "\\n";
  }
  EXPECT_EQ(string_json(raw), '"' + escaped + '"');
}

TEST(JsonWriter, NeedsNoMoreRoomThanItSays) {
  for (const std::size_t length : {0U, 1U, 7U, 8U, 15U, 16U, 33U}) {
    for (const char byte : {'\0', '\xFF', 'a'}) {
      std::vector<char> room(json_text_room(length));
      const char* end = write_json_text(room.data(), std::string(length, byte));
      EXPECT_LE(end, room.data() + room.size());
    }
  }
}

TEST(JsonWriter, WritesWholeNumbersWithoutPoint) {
  EXPECT_EQ(number_json(0), "0");
  EXPECT_EQ(number_json(-0.0), "0");
  EXPECT_EQ(number_json(10000000), "10000000");
  EXPECT_EQ(number_json(-9007199254740992), "-9007199254740992");
}

TEST(JsonWriter, WritesTheShortestFractionThatRoundTrips) {
  EXPECT_EQ(number_json(0.1), "0.1");
  EXPECT_EQ(number_json(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(number_json(-12.5), "-12.5");
}

TEST(JsonWriter, WritesHugeAndTinyNumbersWithExponents) {
  EXPECT_EQ(number_json(1e300), "1e+300");
  EXPECT_EQ(number_json(5e-324), "5e-324");
}

TEST(JsonWriter, WritesNullForWhatIsNoNumber) {
  EXPECT_EQ(number_json(std::nan("")), "null");
  EXPECT_EQ(number_json(-std::numeric_limits<double>::infinity()), "null");
}

TEST(JsonWriter, NestsToItsBound) {
  std::string out;
  JsonWriter json(out);
  for (std::size_t i = 0; i < kMaxJsonNesting; ++i) json.begin_array();
  for (std::size_t i = 0; i < kMaxJsonNesting; ++i) json.end_array();
  EXPECT_EQ(out, std::string(kMaxJsonNesting, '[') + std::string(kMaxJsonNesting, ']'));
}

TEST(JsonWriterDeathTest, AbortsBeyondItsBound) {
  std::string out;
  JsonWriter json(out);
  for (std::size_t i = 0; i < kMaxJsonNesting; ++i) json.begin_array();
  EXPECT_DEATH(json.begin_array(), "nested deeper than 64");
}

}  // namespace
}  // namespace plumbline
