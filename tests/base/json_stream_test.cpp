#include "base/json_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace plumbline {
namespace {

// Everything that is told, in one line.
class Told : public JsonEvents {
 public:
  std::string text;
  bool begin_object() override { return add("{"); }
  bool end_object() override { return add("}"); }
  bool begin_array() override { return add("["); }
  bool end_array() override { return add("]"); }
  bool key(std::string_view name) override { return add(std::string(name) + ":"); }
  bool value(JsonKind kind, std::string_view value_text) override {
    const bool quoted = kind == JsonKind::kString;
    return add(quoted ? "'" + std::string(value_text) + "' " : std::string(value_text) + " ");
  }

 private:
  bool add(const std::string& more) {
    text += more;
    return true;
  }
};

std::string told(std::string_view document) {
  Told events;
  const Status read = read_json_events(document, events);
  return read ? events.text : "error: " + read.error().message;
}

std::string told_in_pieces(std::string_view document, std::size_t bytes) {
  Told events;
  JsonStream stream(events);
  for (std::size_t at = 0; at < document.size(); at += bytes) {
    if (const Status pushed = stream.push(document.substr(at, bytes)); !pushed)
      return "error: " + pushed.error().message;
  }
  const Status finished = stream.finish();
  return finished ? events.text : "error: " + finished.error().message;
}

constexpr std::string_view kDocument =
    R"( {"a":[1,-2.5e+3,true,false,null,"x\"\\\/\b\f\n\r\t"], "b":{"c":"\u00e9\ud83d\ude00é"},"d":[],"e":{}} )";

TEST(JsonStream, tells_names_values_and_brackets_in_their_order) {
  EXPECT_EQ(told(kDocument),
            "{a:[1 -2.5e+3 true false null 'x\"\\/\b\f\n\r\t' ]b:{c:'é\xF0\x9F\x98\x80é' }d:[]e:{}}");
}

TEST(JsonStream, does_not_care_how_the_document_is_cut) {
  for (std::size_t bytes = 1; bytes < 20; ++bytes)
    EXPECT_EQ(told_in_pieces(kDocument, bytes), told(kDocument));
}

TEST(JsonStream, a_number_may_end_the_document) { EXPECT_EQ(told("12"), "12 "); }

TEST(JsonStream, half_of_a_pair_of_escapes_becomes_the_replacement) {
  EXPECT_EQ(told(R"("\ud83dx")"), "'\xEF\xBF\xBDx' ");
  EXPECT_EQ(told(R"("\ude00")"), "'\xEF\xBF\xBD' ");
  EXPECT_EQ(told(R"("\ud83d")"), "'\xEF\xBF\xBD' ");
}

TEST(JsonStream, refuses_what_is_not_json) {
  for (const char* wrong : {"",   "{",  "[1,]", "{\"a\" 1}", "{,}",        "[1 2]",   "01",          "1.",
                            "-",  "1e", "nul",  "nulll",     "\"a",        "\"\\x\"", "\"\\u12g4\"", "]",
                            "{]", "[}", "1 2",  "\"a\nb\"",  "{\"a\":1,}", "{a:1}"})
    EXPECT_THAT(told(wrong), ::testing::StartsWith("error: is not JSON")) << wrong;
}

TEST(JsonStream, says_where_it_ends_to_be_json) {
  EXPECT_EQ(told("[1,x]"), "error: is not JSON: an unknown word at byte 4");
}

TEST(JsonStream, bounds_the_nesting) {
  EXPECT_THAT(told(std::string(65, '[')), ::testing::HasSubstr("too deep nesting"));
  EXPECT_THAT(told(std::string(64, '[') + std::string(64, ']')), ::testing::StartsWith("[[[["));
}

TEST(JsonStream, cuts_long_texts_and_goes_on) {
  const std::string long_text(kMostJsonTextBytes + 100, 'x');
  const std::string result = told("[\"" + long_text + "\",1]");
  EXPECT_EQ(result, "['" + std::string(kMostJsonTextBytes, 'x') + "' 1 ]");
}

TEST(JsonStream, stops_where_its_reader_says_so) {
  class Never : public JsonEvents {
   public:
    bool key(std::string_view) override { return false; }
  } never;
  const Status read = read_json_events(R"({"a":1})", never);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, ::testing::HasSubstr("not what was asked for"));
}

}  // namespace
}  // namespace plumbline
