// One field of one object for all rows: typed values beside a null mask and an unknown mask.
// Built row by row by TableBuilder; read-only and safe from any thread afterwards.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/large_pages.h"
#include "base/money.h"
#include "base/time.h"
#include "records/record_id.h"
#include "records/schema.h"

namespace plumbline {

enum class CellKind : std::uint8_t {
  kKnown,
  kNull,     // the CRM says: empty
  kUnknown,  // there is a value, or may be, but it could not be read
};

// No code: the text is in no dictionary.
inline constexpr std::uint32_t kNoCode = 0xFFFFFFFF;

// A set of rows. Bits beyond the last set one need no memory.
class RowMask {
 public:
  void set(std::size_t row) {
    if (row / kWordBits >= words_.size()) words_.resize(row / kWordBits + 1);
    words_[row / kWordBits] |= std::uint64_t{1} << (row % kWordBits);
  }
  void clear(std::size_t row);
  bool test(std::size_t row) const {
    return row / kWordBits < words_.size() && ((words_[row / kWordBits] >> (row % kWordBits)) & 1) != 0;
  }
  bool any() const;
  std::size_t count() const;

 private:
  static constexpr std::size_t kWordBits = 64;
  std::vector<std::uint64_t> words_;
};

// Texts, numbered from 0 in order of first appearance. Equal codes are equal texts; equal texts have one code
// where all were interned. Views stay valid as long as the dictionary lives, also when it is moved.
class Dictionary {
 public:
  // The code the text has, or a new one.
  std::uint32_t intern(std::string_view text);
  // A new code, whether the text has one or not.
  std::uint32_t add(std::string_view text);
  // From now on texts are only added; gives up what finding them takes.
  void stop_interning() { codes_ = {}; }
  // kNoCode where the text is not in it. Not once interning was stopped.
  std::uint32_t find(std::string_view text) const;
  std::string_view text(std::uint32_t code) const { return texts_[code]; }
  std::size_t size() const { return texts_.size(); }

 private:
  static constexpr std::size_t kMemoPlaces = 128;
  static std::size_t memo_place(std::string_view text);
  bool is_text(std::uint32_t code, std::string_view text) const {
    return code < texts_.size() && texts_[code] == text;
  }
  std::string_view store(std::string_view text);

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* free_ = nullptr;  // in the newest chunk
  std::size_t left_ = 0;  // bytes from free_ to its end
  std::vector<std::string_view> texts_;
  IdIndex codes_;  // text -> code
  // Of texts by how they start and end: nearly every text of a picklist is one of the last few.
  std::array<std::uint32_t, kMemoPlaces> memo_{};
};

// Ids and references: texts of nearly the same few lengths. Each row's stands for itself at a fixed place,
// without a number or a view of its own, so that to take one in is to copy it. Views stay valid as long as
// the store lives, also when it is moved.
class IdTexts {
 public:
  void append(std::string_view text);
  std::string_view text(std::size_t row) const {
    const Place& place = blocks_[row / kBlockRows][row % kBlockRows];
    return place.back() != '\0' ? std::string_view(place.data(), kPlaceBytes) : other_text(row);
  }

  void prefetch(std::size_t row) const {
    __builtin_prefetch(blocks_[row / kBlockRows][row % kBlockRows].data());
  }

 private:
  void add_block();
  std::string_view other_text(std::size_t row) const;
  static bool holds_nul(std::string_view text);

  static constexpr std::size_t kPlaceBytes = 18;  // a whole Salesforce id
  static constexpr std::size_t kBlockRows = 4096;
  using Place = std::array<char, kPlaceBytes>;
  using Places = std::vector<Place, LargePages<Place>>;

  std::vector<Place*> blocks_;                   // in memory_
  std::vector<std::unique_ptr<Places>> memory_;  // one block each, and many each once there are many rows
  std::size_t spare_blocks_ = 0;                 // in the newest
  std::size_t size_ = 0;
  // Of texts that do not fit a place, or hold a NUL, which is what shorter ones are filled up with.
  std::vector<std::string> long_texts_;
  std::vector<std::size_t> long_rows_;  // rising
};

// Whether values of this type are texts.
bool is_text_like(FieldType type);
// Whether they are kept in a dictionary: all texts but ids, a record's own and another's.
bool has_dictionary(FieldType type);

class Column {
 public:
  explicit Column(FieldType type) : type_(type), in_dictionary_(has_dictionary(type)) {}

  FieldType type() const { return type_; }
  std::size_t size() const { return size_; }
  CellKind kind(std::size_t row) const {
    if (nulls_.test(row)) return CellKind::kNull;
    return unknowns_.test(row) ? CellKind::kUnknown : CellKind::kKnown;
  }

  // Why all of its cells are unknown, where one reason holds of all: "is hidden since ...". Else empty.
  const std::string& why_unknown() const { return why_unknown_; }
  void say_unknown(std::string why) { why_unknown_ = std::move(why); }

  // Each only for its type and for rows of kind kKnown.
  bool boolean(std::size_t row) const { return trues_.test(row); }
  Money money(std::size_t row) const { return Money{whole_[row]}; }
  Day day(std::size_t row) const { return Day{std::chrono::days{days_[row]}}; }
  Instant instant(std::size_t row) const { return Instant{std::chrono::seconds{whole_[row]}}; }
  double number(std::size_t row) const { return numbers_[row]; }
  std::string_view text(std::size_t row) const {  // text, ids, references
    return in_dictionary_ ? dictionary_.text(codes_[row]) : ids_.text(row);
  }

  // Empty, and kNoCode, where the type has no dictionary. Two codes may be one text.
  const Dictionary& dictionary() const { return dictionary_; }
  std::uint32_t code(std::size_t row) const { return in_dictionary_ ? codes_[row] : kNoCode; }

  // Asks for the memory of an id.
  void prefetch_id(std::size_t row) const { ids_.prefetch(row); }

  // Room for so many rows, untouched until they come.
  void reserve(std::size_t rows);
  void append_null();
  void append_unknown();
  void append_boolean(bool value) {
    assert(type_ == FieldType::kBoolean);
    if (value) trues_.set(size_);
    ++size_;
  }
  void append_money(Money value) {
    assert(type_ == FieldType::kMoney);
    whole_.push_back(value.hundredths);
    ++size_;
  }
  void append_day(Day value) {
    assert(type_ == FieldType::kDate);
    days_.push_back(static_cast<std::int32_t>(value.time_since_epoch().count()));
    ++size_;
  }
  void append_instant(Instant value) {
    assert(type_ == FieldType::kDateTime);
    whole_.push_back(value.time_since_epoch().count());
    ++size_;
  }
  void append_number(double value) {
    assert(type_ == FieldType::kNumber);
    numbers_.push_back(value);
    ++size_;
  }
  void append_text(std::string_view value);

 private:
  // Whether it pays to look for a text among those that have come.
  struct Repetition {
    std::uint32_t texts = 0;
    std::uint32_t distinct = 0;
    bool likely = true;
  };

  void append_slot();
  std::uint32_t code_of(std::string_view text);

  FieldType type_;
  bool in_dictionary_;
  std::size_t size_ = 0;
  RowMask nulls_;
  RowMask unknowns_;
  RowMask trues_;                     // boolean
  std::vector<std::int32_t> days_;    // date
  std::vector<std::int64_t> whole_;   // money, datetime
  std::vector<double> numbers_;       // number
  std::vector<std::uint32_t> codes_;  // text, numeric text, multi-picklist
  Dictionary dictionary_;
  Repetition short_texts_;
  Repetition long_texts_;
  IdTexts ids_;  // id, reference
  std::string why_unknown_;
};

}  // namespace plumbline
