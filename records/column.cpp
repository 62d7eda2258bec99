#include "records/column.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace plumbline {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
// Longer texts get a chunk of their own, so that they do not waste the rest of the current one.
constexpr std::size_t kLongTextBytes = kChunkBytes / 8;
// After so many texts it is settled whether they repeat: names and notes do not, and looking each up costs
// more than all else that is done with it. Long ones and short ones are told apart, as a history has both
// dates and notes in one column.
constexpr std::uint32_t kTrialTexts = 16'384;
constexpr std::uint32_t kLeastDistinct = kTrialTexts * 3 / 4;
constexpr std::size_t kShortTextBytes = 24;

}  // namespace

void RowMask::clear(std::size_t row) {
  if (row / kWordBits < words_.size()) words_[row / kWordBits] &= ~(std::uint64_t{1} << (row % kWordBits));
}

bool RowMask::any() const {
  return std::ranges::any_of(words_, [](std::uint64_t word) { return word != 0; });
}

std::size_t RowMask::count() const {
  std::size_t rows = 0;
  for (const std::uint64_t word : words_) rows += static_cast<std::size_t>(std::popcount(word));
  return rows;
}

std::size_t Dictionary::memo_place(std::string_view text) {
  constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15U;
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  if (text.size() < sizeof(start)) {
    std::memcpy(&start, text.data(), text.size());
  } else {
    std::memcpy(&start, text.data(), sizeof(start));
    std::memcpy(&end, text.data() + text.size() - sizeof(end), sizeof(end));
  }
  return ((start ^ std::rotl(end, 29) ^ text.size()) * kSpread) >> (64 - std::countr_zero(kMemoPlaces));
}

std::uint32_t Dictionary::intern(std::string_view text) {
  assert(texts_.size() < kMissingRow);
  std::uint32_t& memo = memo_[memo_place(text)];
  if (is_text(memo, text)) return memo;
  const auto next = static_cast<std::uint32_t>(texts_.size());
  memo = codes_.find_or_insert(text, next, [this](RowIndex at) { return texts_[at]; });
  if (memo == next) texts_.push_back(store(text));
  return memo;
}

std::uint32_t Dictionary::add(std::string_view text) {
  assert(texts_.size() < kMissingRow);
  texts_.push_back(store(text));
  return static_cast<std::uint32_t>(texts_.size() - 1);
}

std::uint32_t Dictionary::find(std::string_view text) const {
  if (const std::uint32_t memo = memo_[memo_place(text)]; is_text(memo, text)) return memo;
  const RowIndex code = codes_.find(text, [this](RowIndex at) { return texts_[at]; });
  return code == kNoRow ? kNoCode : code;
}

std::string_view Dictionary::store(std::string_view text) {
  if (text.empty()) return {};
  if (text.size() > kLongTextBytes) {
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(text.size()));
    std::memcpy(chunks_.back().get(), text.data(), text.size());
    return {chunks_.back().get(), text.size()};
  }
  if (left_ < text.size()) {
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(kChunkBytes));
    free_ = chunks_.back().get();
    left_ = kChunkBytes;
  }
  char* const at = free_;
  std::memcpy(at, text.data(), text.size());
  free_ += text.size();
  left_ -= text.size();
  return {at, text.size()};
}

void IdTexts::append(std::string_view text) {
  if (size_ % kBlockRows == 0) add_block();
  Place& place = blocks_.back()[size_ % kBlockRows];
  if (text.size() == kPlaceBytes && !holds_nul(text)) [[likely]] {
    std::memcpy(place.data(), text.data(), kPlaceBytes);
  } else if (text.size() < kPlaceBytes && text.find('\0') == std::string_view::npos) {
    std::ranges::copy(text, place.begin());
  } else {
    long_rows_.push_back(size_);
    long_texts_.emplace_back(text);
  }
  ++size_;
}

void IdTexts::add_block() {
  constexpr std::size_t kFewBlocks = 16;
  constexpr std::size_t kMostBlocks = kLargePageBytes / (kBlockRows * kPlaceBytes) * 2;  // of several pages
  if (spare_blocks_ == 0) {
    spare_blocks_ = blocks_.size() < kFewBlocks ? 1 : kMostBlocks;
    memory_.push_back(std::make_unique<Places>());
    memory_.back()->reserve(spare_blocks_ * kBlockRows);
  }
  Places& newest = *memory_.back();
  newest.resize(newest.size() + kBlockRows);
  blocks_.push_back(newest.data() + newest.size() - kBlockRows);
  --spare_blocks_;
}

// Of a text as long as a place.
bool IdTexts::holds_nul(std::string_view text) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  const auto nuls = [](const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, kWord);
    return (word - 0x0101010101010101U) & ~word & 0x8080808080808080U;
  };
  return (nuls(text.data()) | nuls(text.data() + kWord) | nuls(text.data() + kPlaceBytes - kWord)) != 0;
}

// Shorter than a place, or longer.
std::string_view IdTexts::other_text(std::size_t row) const {
  const Place& place = blocks_[row / kBlockRows][row % kBlockRows];
  const std::string_view text(place.data(), ::strnlen(place.data(), kPlaceBytes));
  if (!text.empty() || long_rows_.empty()) return text;
  const auto found = std::ranges::lower_bound(long_rows_, row);
  if (found == long_rows_.end() || *found != row) return text;
  return long_texts_[static_cast<std::size_t>(found - long_rows_.begin())];
}

bool has_dictionary(FieldType type) {
  return is_text_like(type) && type != FieldType::kId && type != FieldType::kReference;
}

bool is_text_like(FieldType type) {
  switch (type) {
    case FieldType::kText:
    case FieldType::kNumericText:
    case FieldType::kMultiPicklist:
    case FieldType::kId:
    case FieldType::kReference:
      return true;
    case FieldType::kBoolean:
    case FieldType::kNumber:
    case FieldType::kMoney:
    case FieldType::kDate:
    case FieldType::kDateTime:
      return false;
  }
  return false;
}

void Column::reserve(std::size_t rows) {
  if (has_dictionary(type_)) codes_.reserve(rows);
  if (type_ == FieldType::kNumber) numbers_.reserve(rows);
  if (type_ == FieldType::kDate) days_.reserve(rows);
  if (type_ == FieldType::kMoney || type_ == FieldType::kDateTime) whole_.reserve(rows);
}

// A place for a row that has no value.
void Column::append_slot() {
  switch (type_) {
    case FieldType::kBoolean:
      break;
    case FieldType::kNumber:
      numbers_.push_back(0);
      break;
    case FieldType::kDate:
      days_.push_back(0);
      break;
    case FieldType::kMoney:
    case FieldType::kDateTime:
      whole_.push_back(0);
      break;
    case FieldType::kId:
    case FieldType::kReference:
      ids_.append({});
      break;
    default:
      codes_.push_back(0);
  }
  ++size_;
}

void Column::append_null() {
  nulls_.set(size_);
  append_slot();
}

void Column::append_unknown() {
  unknowns_.set(size_);
  append_slot();
}

void Column::append_text(std::string_view value) {
  assert(is_text_like(type_));
  if (in_dictionary_) {
    codes_.push_back(code_of(value));
  } else {
    ids_.append(value);
  }
  ++size_;
}

std::uint32_t Column::code_of(std::string_view text) {
  Repetition& repetition = text.size() <= kShortTextBytes ? short_texts_ : long_texts_;
  if (!repetition.likely) return dictionary_.add(text);
  const std::size_t before = dictionary_.size();
  const std::uint32_t code = dictionary_.intern(text);
  ++repetition.texts;
  repetition.distinct += dictionary_.size() > before ? 1 : 0;
  if (repetition.texts == kTrialTexts && repetition.distinct >= kLeastDistinct) {
    repetition.likely = false;
    if (!short_texts_.likely && !long_texts_.likely) dictionary_.stop_interning();
  }
  return code;
}

}  // namespace plumbline
