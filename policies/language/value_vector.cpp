#include "policies/language/value_vector.h"

namespace plumbline {
namespace {

bool holds_texts(ValueType type) {
  return type == ValueType::kText || type == ValueType::kNumericText || type == ValueType::kMultiPicklist ||
         type == ValueType::kId;
}

// Not cleared: every row is written before it is read.
template <class T>
std::unique_ptr<T[]> rows_of() {
  return std::make_unique_for_overwrite<T[]>(kChunkRows);
}

}  // namespace

ValueVector::ValueVector(ValueType type) : type_(type) {
  if (type == ValueType::kBoolean) {
    truths_ = std::make_unique<Truths>();
    return;
  }
  kinds_ = rows_of<CellKind>();
  if (holds_texts(type)) {
    texts_ = rows_of<std::string_view>();
  } else if (type != ValueType::kNull) {
    words_ = rows_of<std::int64_t>();
  }
}

void ValueVector::start() {
  if (!truths_) return;
  truths_->trues.clear();
  truths_->unknowns.clear();
  truths_->nulls.clear();
}

void ValueVector::set_unknown(std::size_t row, ReasonId reason) {
  if (!reasons_) reasons_ = rows_of<ReasonId>();
  reasons_[row] = reason;
  if (is_boolean()) {
    truths_->unknowns.insert(row);
  } else {
    kinds_[row] = CellKind::kUnknown;
  }
}

void ValueVector::set_null(std::size_t row) {
  if (is_boolean()) {
    truths_->nulls.insert(row);
  } else {
    kinds_[row] = CellKind::kNull;
  }
}

void ValueVector::use_dictionary(const Dictionary* dictionary) {
  dictionary_ = dictionary;
  if (dictionary != nullptr && !codes_) codes_ = rows_of<std::uint32_t>();
}

Value ValueVector::value(std::size_t row) const {
  if (is_boolean()) {
    return truths_->nulls.contains(row) ? Value::null(type_) : Value::of(truths_->trues.contains(row));
  }
  if (kinds_[row] == CellKind::kNull) return Value::null(type_);
  switch (type_) {
    case ValueType::kNumber:
      return Value::of(number(row));
    case ValueType::kMoney:
      return Value::of(Money{words_[row]});
    case ValueType::kDate:
      return Value::of(Day{std::chrono::days{static_cast<int>(words_[row])}});
    case ValueType::kDateTime:
      return Value::of(Instant{std::chrono::seconds{words_[row]}});
    default:
      return Value::of(texts_[row], type_);
  }
}

void ValueVector::set(std::size_t row, const Value& value) {
  if (value.is_null()) return set_null(row);
  switch (type_) {
    case ValueType::kBoolean:
      return set_truth(row, value.boolean);
    case ValueType::kNumber:
      return set_number(row, value.number);
    case ValueType::kMoney:
      return set_whole(row, value.money.hundredths);
    case ValueType::kDate:
      return set_whole(row, value.day.time_since_epoch().count());
    case ValueType::kDateTime:
      return set_whole(row, value.instant.time_since_epoch().count());
    case ValueType::kNull:
      return set_null(row);
    default:
      return set_text(row, value.text);
  }
}

void ValueVector::copy(std::size_t row, const ValueVector& from, std::size_t from_row) {
  if (from.is_unknown(from_row)) return set_unknown(row, from.reason(from_row));
  if (is_boolean() && from.truths_->nulls.contains(from_row)) return set_null(row);
  if (is_boolean()) return set_truth(row, from.truths_->trues.contains(from_row));
  kinds_[row] = from.kinds_[from_row];
  if (words_) words_[row] = from.words_[from_row];
  if (texts_) texts_[row] = from.texts_[from_row];
  if (dictionary_ != nullptr) codes_[row] = from.codes_[from_row];
}

CellSlots ValueVector::slots() {
  return {.kinds = kinds_.get(),
          .whole = words_.get(),
          .numbers = reinterpret_cast<double*>(words_.get()),
          .texts = texts_.get(),
          .codes = codes_.get()};
}

}  // namespace plumbline
