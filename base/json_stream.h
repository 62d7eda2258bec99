// Reading JSON (RFC 8259) that comes in pieces of any size, without keeping it: each name and value is told
// as soon as it is complete. For replies that are looked at as they pass; memory is the value at hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace plumbline {

enum class JsonKind : std::uint8_t { kString, kNumber, kTrue, kFalse, kNull };

// What is told of a document. Texts are valid during the call. Each returns whether to go on: false ends the
// reading with an Error.
class JsonEvents {
 public:
  virtual ~JsonEvents() = default;
  virtual bool begin_object() { return true; }
  virtual bool end_object() { return true; }
  virtual bool begin_array() { return true; }
  virtual bool end_array() { return true; }
  // Unescaped, and cut after kMostJsonTextBytes: whoever keeps long texts reads the document itself.
  virtual bool key(std::string_view) { return true; }
  // A string unescaped, cut likewise; a number as written; otherwise the word.
  virtual bool value(JsonKind, std::string_view) { return true; }
};

inline constexpr std::size_t kMostJsonTextBytes = std::size_t{64} << 10;

// One document. For one thread. Nesting is bounded by kMaxJsonNesting. Errors (kInvalidInput, "is not JSON:
// ..." with the byte where it ends to be so) are final: what comes after one is refused.
class JsonStream {
 public:
  explicit JsonStream(JsonEvents& events) : events_(events) {}
  JsonStream(const JsonStream&) = delete;
  JsonStream& operator=(const JsonStream&) = delete;

  Status push(std::string_view piece);
  // The document is over: an Error where it is not complete.
  Status finish();

 private:
  enum class Expect : std::uint8_t {
    kValue,
    kValueOrEnd,  // after [
    kKeyOrEnd,    // after {
    kKey,         // after a comma in an object
    kColon,
    kCommaOrEnd,
    kNothing,  // the document is complete
  };
  enum class Token : std::uint8_t { kNone, kString, kEscape, kUnicode, kNumber, kWord };

  bool structure(char c);
  bool begin_value(char c);
  bool open(bool object);
  bool close(bool object);
  // Takes as much of `rest` as belongs to the token at hand; how many bytes that were, or npos for a fault.
  std::size_t in_string(std::string_view rest);
  bool escape(char c);
  bool unicode(char c);
  bool put_code_point(std::uint32_t code);
  bool end_string();
  bool end_number();
  bool end_word();
  bool tell(JsonKind kind);
  void after_value();
  void append(std::string_view text);
  bool wrong(std::string_view what);

  JsonEvents& events_;
  std::string text_;             // of the token at hand
  std::string fault_;            // empty: none
  std::uint64_t bytes_ = 0;      // read
  std::uint64_t in_object_ = 0;  // one bit a level
  std::size_t depth_ = 0;
  std::uint32_t code_ = 0;  // of a \u escape
  std::uint32_t high_ = 0;  // the first half of a pair
  unsigned digits_ = 0;     // of it still to come
  Expect expect_ = Expect::kValue;
  Token token_ = Token::kNone;
  bool is_key_ = false;
};

static_assert(kMaxJsonNesting <= 64, "one bit a level");

// A whole document at once.
Status read_json_events(std::string_view document, JsonEvents& events);

}  // namespace plumbline
