// Rows of a small table by their ids, for ids that come again and again: the owners of a million records.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "records/table.h"

namespace plumbline {

// Answers like Table::find, and remembers ids of 18 characters, in room for twice as many as the table has.
// For one thread; the table must outlive it.
class IdMemo {
 public:
  // A table of so few rows is referred to again and again.
  static constexpr std::size_t kFewRows = 16'384;

  explicit IdMemo(const Table& table)
      : table_(table),
        entries_(std::bit_ceil(std::clamp(table.rows() * 2, kLeastPlaces, kMostPlaces)) + kProbes),
        shift_(64 - std::countr_zero(entries_.size() - kProbes)) {}

  RowIndex find(std::string_view id) {
    if (id.size() != kIdBytes) return table_.find(id);
    std::uint64_t end = 0;
    std::memcpy(&end, id.data() + kIdBytes - sizeof(end), sizeof(end));
    Entry* const first = &entries_[end * kSpread >> shift_];
    for (Entry* entry = first; entry != first + kProbes; ++entry) {
      if (entry->known && std::memcmp(entry->id.data(), id.data(), kIdBytes) == 0) return entry->row;
      if (!entry->known) return remember(*entry, id);
    }
    return table_.find(id);
  }

 private:
  static constexpr std::size_t kIdBytes = 18;
  static constexpr std::size_t kProbes = 4;
  static constexpr std::size_t kLeastPlaces = 64;
  static constexpr std::size_t kMostPlaces = std::size_t{1} << 15;
  static constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15U;
  struct Entry {
    std::array<char, kIdBytes> id{};
    bool known = false;
    RowIndex row = kMissingRow;
  };

  RowIndex remember(Entry& entry, std::string_view id) {
    entry.row = table_.find(id);
    entry.known = true;
    std::memcpy(entry.id.data(), id.data(), kIdBytes);
    return entry.row;
  }

  const Table& table_;
  std::vector<Entry> entries_;
  int shift_;
};

}  // namespace plumbline
