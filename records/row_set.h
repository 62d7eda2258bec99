// Some rows of a chunk, as bits: what records are read for, and which of them a condition holds for. Sets are
// joined and parted 64 rows at a time, which is what most of a condition's work comes to.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace plumbline {

inline constexpr std::size_t kChunkRows = 2048;

// The place of a row in its chunk.
using ChunkRow = std::uint16_t;

class RowSet {
 public:
  using Word = std::uint64_t;
  static constexpr std::size_t kWordRows = 64;

  RowSet() = default;
  // The rows below `count`.
  static RowSet first(std::size_t count) {
    RowSet rows;
    rows.words_ = (count + kWordRows - 1) / kWordRows;
    for (std::size_t at = 0; at < rows.words_; ++at) rows.bits_[at] = ~Word{0};
    if (count % kWordRows != 0) rows.bits_[rows.words_ - 1] >>= kWordRows - count % kWordRows;
    return rows;
  }
  static RowSet one(ChunkRow row) {
    RowSet rows;
    rows.insert(row);
    return rows;
  }

  bool contains(std::size_t row) const { return (bits_[row / kWordRows] >> (row % kWordRows) & 1) != 0; }
  void insert(std::size_t row) {
    bits_[row / kWordRows] |= Word{1} << (row % kWordRows);
    words_ = std::max(words_, row / kWordRows + 1);
  }
  void clear() {
    for (std::size_t at = 0; at < words_; ++at) bits_[at] = 0;
    words_ = 0;
  }
  bool empty() const {
    Word any = 0;
    for (std::size_t at = 0; at < words_; ++at) any |= bits_[at];
    return any == 0;
  }
  std::size_t size() const {
    std::size_t count = 0;
    for (std::size_t at = 0; at < words_; ++at) count += static_cast<std::size_t>(std::popcount(bits_[at]));
    return count;
  }

  RowSet& operator|=(const RowSet& other) {
    for (std::size_t at = 0; at < other.words_; ++at) bits_[at] |= other.bits_[at];
    words_ = std::max(words_, other.words_);
    return *this;
  }
  RowSet& operator&=(const RowSet& other) {
    for (std::size_t at = 0; at < words_; ++at) bits_[at] &= other.bits_[at];
    return *this;
  }
  RowSet& operator-=(const RowSet& other) {
    for (std::size_t at = 0; at < words_; ++at) bits_[at] &= ~other.bits_[at];
    return *this;
  }
  friend RowSet operator|(RowSet a, const RowSet& b) { return a |= b; }
  friend RowSet operator&(RowSet a, const RowSet& b) { return a &= b; }
  friend RowSet operator-(RowSet a, const RowSet& b) { return a -= b; }
  friend bool operator==(const RowSet& a, const RowSet& b) { return a.bits_ == b.bits_; }

  // Adds those of the rows for which `holds(row)`, which is asked in rising order.
  template <class Holds>
  void insert_where(const RowSet& rows, const Holds& holds) {
    for (std::size_t at = 0; at < rows.words_; ++at) {
      Word found = 0;
      for (Word left = rows.bits_[at]; left != 0; left &= left - 1) {
        const auto bit = static_cast<unsigned>(__builtin_ctzll(left));
        found |= Word{holds(static_cast<ChunkRow>(at * kWordRows + bit)) ? 1U : 0U} << bit;
      }
      bits_[at] |= found;
    }
    words_ = std::max(words_, rows.words_);
  }

  // Rising.
  class Iterator {
   public:
    using value_type = ChunkRow;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    Iterator(const RowSet& rows, std::size_t at) : bits_(rows.bits_.data()), at_(at), words_(rows.words_) {
      if (at_ < words_) {
        left_ = bits_[at_];
        skip_empty();
      }
    }
    ChunkRow operator*() const {
      return static_cast<ChunkRow>(at_ * kWordRows + static_cast<unsigned>(__builtin_ctzll(left_)));
    }
    Iterator& operator++() {
      left_ &= left_ - 1;
      skip_empty();
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) {
      return a.at_ == b.at_ && a.left_ == b.left_;
    }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return it.at_ == it.words_; }

   private:
    void skip_empty() {
      while (left_ == 0 && ++at_ < words_) left_ = bits_[at_];
    }

    const Word* bits_ = nullptr;
    std::size_t at_ = 0;
    std::size_t words_ = 0;
    Word left_ = 0;  // of the word at_
  };
  Iterator begin() const { return {*this, 0}; }
  static std::default_sentinel_t end() { return {}; }

 private:
  std::array<Word, kChunkRows / kWordRows> bits_{};
  std::size_t words_ = 0;  // bits of further words are all 0
};

// The rows somebody asks about. They are looked at during the call alone.
using Selection = const RowSet&;

}  // namespace plumbline
