// A value while a condition is evaluated: known, null or unknown. Null is what the CRM says ("empty");
// unknown is what the data does not tell, and spreads as Kleene's third truth value.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "base/time.h"
#include "records/schema.h"

namespace plumbline {

enum class ValueType : std::uint8_t {
  kNull,  // the literal null: fits every type
  kBoolean,
  kNumber,
  kMoney,
  kText,
  kNumericText,  // Rank__c: text that equals a number however written
  kMultiPicklist,
  kId,
  kDate,
  kDateTime,
};
ValueType value_type(FieldType type);        // that a cell of the field has
std::string_view to_string(ValueType type);  // "a date", as messages say it

enum class ValueState : std::uint8_t { kKnown, kNull, kUnknown };

// Trivially copied. Text is a view of the snapshot, of the pack, or of a TextArena.
struct Value {
  ValueState state = ValueState::kNull;
  ValueType type = ValueType::kNull;
  union {
    bool boolean;
    double number;
    Money money;
    Day day;
    Instant instant;
    std::uint64_t bits;
  };
  std::string_view text{};  // of text types when known; the reason when unknown

  Value() : bits(0) {}  // null; written out because g++ 12 deletes the implicit one

  static Value null(ValueType type = ValueType::kNull);
  static Value unknown(std::string_view reason);
  static Value of(bool value);
  static Value of(double value);
  static Value of(Money value);
  static Value of(Day value);
  static Value of(Instant value);
  static Value of(std::string_view value, ValueType type = ValueType::kText);
  static Value of(const char*) = delete;  // would silently be a boolean

  bool is_known() const { return state == ValueState::kKnown; }
  bool is_null() const { return state == ValueState::kNull; }
  bool is_unknown() const { return state == ValueState::kUnknown; }
};

// Keeps computed texts alive until cleared; addresses are stable. What was cleared is room for the next.
class TextArena {
 public:
  std::string_view keep(std::string_view text);
  // What `make(std::string&)` appends to the empty text it is given.
  template <class Make>
  std::string_view keep_made(const Make& make) {
    scratch_.clear();
    make(scratch_);
    return keep(scratch_);
  }
  void clear();

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{16} << 10;

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t blocks_used_ = 0;
  std::size_t left_ = 0;  // bytes of the last block in use
  std::vector<std::unique_ptr<char[]>> long_texts_;
  std::string scratch_;
};

// Whether text is nothing but white space (Unicode's, a no-break space too).
bool is_blank(std::string_view text);

}  // namespace plumbline
