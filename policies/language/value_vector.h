// Values of one expression for the rows of a batch, held as arrays. Only rows that were asked for hold
// anything; whoever asks knows which they are.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <string_view>

#include "policies/language/value.h"
#include "records/record_source.h"

namespace plumbline {

// What a condition came to, or null (a boolean behind an empty lookup).
enum class Truth : std::uint8_t { kFalse, kTrue, kUnknown, kNull };

// Why a value is unknown; the evaluator that gave it turns it into words.
using ReasonId = std::uint32_t;

// One thread. Arrays appear when first written, kChunkRows long, and stay. Booleans are sets of rows, false
// until something else is said: each row is written once between two start().
class ValueVector {
 public:
  explicit ValueVector(ValueType type = ValueType::kNull);
  ValueType type() const { return type_; }
  // Forgets all rows.
  void start();

  // Booleans.
  const RowSet& trues() const { return truths_->trues; }
  const RowSet& unknowns() const { return truths_->unknowns; }
  Truth truth(std::size_t row) const {
    if (truths_->trues.contains(row)) return Truth::kTrue;
    if (truths_->unknowns.contains(row)) return Truth::kUnknown;
    return truths_->nulls.contains(row) ? Truth::kNull : Truth::kFalse;
  }
  void set_truth(std::size_t row, bool truth) {
    if (truth) truths_->trues.insert(row);
  }
  // Those of the rows for which `holds(row)` are true. It may say of a row itself that it is unknown or null,
  // and answer false.
  template <class Holds>
  void set_truths(Selection rows, const Holds& holds) {
    truths_->trues.insert_where(rows, holds);
  }
  void set_true(Selection rows) { truths_->trues |= rows; }

  // Everything else.
  CellKind kind(std::size_t row) const { return kinds_[row]; }
  void set_kind(std::size_t row, CellKind kind) { kinds_[row] = kind; }
  std::int64_t whole(std::size_t row) const { return words_[row]; }  // money, date, datetime
  double number(std::size_t row) const { return std::bit_cast<double>(words_[row]); }
  std::string_view text(std::size_t row) const { return texts_[row]; }
  void set_whole(std::size_t row, std::int64_t whole) {
    kinds_[row] = CellKind::kKnown;
    words_[row] = whole;
  }
  void set_number(std::size_t row, double number) { set_whole(row, std::bit_cast<std::int64_t>(number)); }
  void set_text(std::size_t row, std::string_view text) {
    kinds_[row] = CellKind::kKnown;
    texts_[row] = text;
  }

  bool is_unknown(std::size_t row) const {
    return is_boolean() ? truths_->unknowns.contains(row) : kinds_[row] == CellKind::kUnknown;
  }
  ReasonId reason(std::size_t row) const { return reasons_[row]; }
  void set_unknown(std::size_t row, ReasonId reason);
  void set_null(std::size_t row);

  // Codes of known texts, where the values are cells of a column with a dictionary; else empty.
  const Dictionary* dictionary() const { return dictionary_; }
  std::uint32_t code(std::size_t row) const { return codes_[row]; }
  void set_code(std::size_t row, std::uint32_t code) { codes_[row] = code; }
  void use_dictionary(const Dictionary* dictionary);

  // The value of a row that is not unknown.
  Value value(std::size_t row) const;
  // Keeps a value that is not unknown.
  void set(std::size_t row, const Value& value);
  // Takes over a row of a vector of the same type.
  void copy(std::size_t row, const ValueVector& from, std::size_t from_row);

  bool is_null(std::size_t row) const {
    return is_boolean() ? truths_->nulls.contains(row) : kinds_[row] == CellKind::kNull;
  }

  bool is_boolean() const { return type_ == ValueType::kBoolean; }
  bool is_text() const { return texts_ != nullptr; }
  // For a reader to write cells into.
  CellSlots slots();

 private:
  struct Truths {  // no row in two of them
    RowSet trues;
    RowSet unknowns;
    RowSet nulls;
  };

  ValueType type_;
  std::unique_ptr<Truths> truths_;
  std::unique_ptr<CellKind[]> kinds_;
  std::unique_ptr<std::int64_t[]> words_;
  std::unique_ptr<std::string_view[]> texts_;
  std::unique_ptr<ReasonId[]> reasons_;
  std::unique_ptr<std::uint32_t[]> codes_;
  const Dictionary* dictionary_ = nullptr;
};

}  // namespace plumbline
