// Writing JSON (RFC 8259), compact, straight into a string of the caller's.
//
//   std::string line;
//   JsonWriter json(line);
//   json.begin_object().key("id").string(id).key("rows").integer(rows).end_object();
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/copy_text.h"

namespace plumbline {

inline constexpr std::size_t kMaxJsonNesting = 64;  // objects and arrays within each other

// Single values, written into memory of the caller's that has the room named. They return where the next byte
// goes, and may leave anything in the room behind it.

// In quotes. Bytes that are not UTF-8 are each written as U+FFFD.
constexpr std::size_t json_text_room(std::size_t bytes) {
  constexpr std::size_t kLongestEscape = 6;  // \u0000
  return bytes * kLongestEscape + 2 + kCopySlack;
}
char* write_json_text(char* out, std::string_view text);

// As JsonWriter::number has it.
inline constexpr std::size_t kJsonNumberRoom = 32;
char* write_json_number(char* out, double value);

// Appends to `out`, which must outlive the writer; allocates nothing but that string's growth. One value per
// writer. A call that does not fit (a value where a key belongs, an end that does not match) is a fault of
// the caller: asserted. Nesting beyond kMaxJsonNesting aborts. For one thread.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);

  // Bytes that are not UTF-8 are each written as U+FFFD.
  JsonWriter& string(std::string_view text);

  // The shortest digits that read back as the same number; whole numbers without point. JSON knows neither
  // infinities nor NaN: null.
  JsonWriter& number(double value);

  template <std::integral T>
    requires(!std::same_as<T, bool>)
  JsonWriter& integer(T value) {
    if constexpr (std::signed_integral<T>) return signed_integer(value);
    return unsigned_integer(static_cast<std::uint64_t>(value));
  }

  JsonWriter& boolean(bool value);
  JsonWriter& null();

  // A finished JSON value, written as it is.
  JsonWriter& raw(std::string_view json);

 private:
  enum class Container : std::uint8_t { kObject, kArray };
  struct Level {
    Container container = Container::kArray;
    bool used = false;  // something stands in it already
  };

  JsonWriter& signed_integer(std::int64_t value);
  JsonWriter& unsigned_integer(std::uint64_t value);
  JsonWriter& begin(Container container, char bracket);
  JsonWriter& end(Container container, char bracket);
  void before_value();
  void separate(Level& level);
  void quote(std::string_view text);

  std::string& out_;
  std::array<Level, kMaxJsonNesting> levels_{};
  std::size_t depth_ = 0;
  bool after_key_ = false;
};

}  // namespace plumbline
