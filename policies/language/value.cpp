#include "policies/language/value.h"

#include <cstring>

#include "base/utf8.h"

namespace plumbline {
namespace {

Value known(ValueType type) {
  Value value;
  value.state = ValueState::kKnown;
  value.type = type;
  return value;
}

}  // namespace

ValueType value_type(FieldType type) {
  switch (type) {
    case FieldType::kText:
      return ValueType::kText;
    case FieldType::kNumericText:
      return ValueType::kNumericText;
    case FieldType::kMultiPicklist:
      return ValueType::kMultiPicklist;
    case FieldType::kId:
    case FieldType::kReference:
      return ValueType::kId;
    case FieldType::kBoolean:
      return ValueType::kBoolean;
    case FieldType::kNumber:
      return ValueType::kNumber;
    case FieldType::kMoney:
      return ValueType::kMoney;
    case FieldType::kDate:
      return ValueType::kDate;
    case FieldType::kDateTime:
      return ValueType::kDateTime;
  }
  return ValueType::kText;
}

std::string_view to_string(ValueType type) {
  switch (type) {
    case ValueType::kNull:
      return "null";
    case ValueType::kBoolean:
      return "true or false";
    case ValueType::kNumber:
      return "a number";
    case ValueType::kMoney:
      return "an amount of money";
    case ValueType::kText:
    case ValueType::kNumericText:
      return "text";
    case ValueType::kMultiPicklist:
      return "a multi-select picklist";
    case ValueType::kId:
      return "a record id";
    case ValueType::kDate:
      return "a date";
    case ValueType::kDateTime:
      return "a date and time";
  }
  return "null";
}

Value Value::null(ValueType type) {
  Value value;
  value.type = type;
  return value;
}

Value Value::unknown(std::string_view reason) {
  Value value;
  value.state = ValueState::kUnknown;
  value.text = reason;
  return value;
}

Value Value::of(bool boolean) {
  Value value = known(ValueType::kBoolean);
  value.boolean = boolean;
  return value;
}

Value Value::of(double number) {
  Value value = known(ValueType::kNumber);
  value.number = number;
  return value;
}

Value Value::of(Money money) {
  Value value = known(ValueType::kMoney);
  value.money = money;
  return value;
}

Value Value::of(Day day) {
  Value value = known(ValueType::kDate);
  value.day = day;
  return value;
}

Value Value::of(Instant instant) {
  Value value = known(ValueType::kDateTime);
  value.instant = instant;
  return value;
}

Value Value::of(std::string_view text, ValueType type) {
  Value value = known(type);
  value.text = text;
  return value;
}

bool is_blank(std::string_view text) { return trim(text).empty(); }

std::string_view TextArena::keep(std::string_view text) {
  if (text.empty()) return {};
  char* place = nullptr;
  if (text.size() > kBlockBytes / 4) {
    long_texts_.push_back(std::make_unique_for_overwrite<char[]>(text.size()));
    place = long_texts_.back().get();
  } else {
    if (left_ < text.size()) {
      if (blocks_used_ == blocks_.size())
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlockBytes));
      ++blocks_used_;
      left_ = kBlockBytes;
    }
    place = blocks_[blocks_used_ - 1].get() + (kBlockBytes - left_);
    left_ -= text.size();
  }
  std::memcpy(place, text.data(), text.size());
  return {place, text.size()};
}

void TextArena::clear() {
  blocks_used_ = 0;
  left_ = 0;
  long_texts_.clear();
}

}  // namespace plumbline
