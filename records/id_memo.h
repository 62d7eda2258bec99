// Rows of a small table by their ids, for ids that come again and again: the owners of a million records.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "records/table.h"

namespace plumbline {

// Answers like Table::find; remembers the last id of each of its places. For one thread; the table must
// outlive it.
class IdMemo {
 public:
  explicit IdMemo(const Table& table) : table_(table) {}

  RowIndex find(std::string_view id) {
    if (id.size() != kIdBytes) return table_.find(id);
    std::uint64_t end = 0;
    std::memcpy(&end, id.data() + kIdBytes - sizeof(end), sizeof(end));
    Entry& entry = entries_[end * kSpread >> (64 - kPlaceBits)];
    if (entry.known && std::memcmp(entry.id.data(), id.data(), kIdBytes) == 0) return entry.row;
    entry.row = table_.find(id);
    entry.known = true;
    std::memcpy(entry.id.data(), id.data(), kIdBytes);
    return entry.row;
  }

 private:
  static constexpr std::size_t kIdBytes = 18;
  static constexpr unsigned kPlaceBits = 12;
  static constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15U;
  struct Entry {
    std::array<char, kIdBytes> id{};
    bool known = false;
    RowIndex row = kMissingRow;
  };

  const Table& table_;
  std::array<Entry, std::size_t{1} << kPlaceBits> entries_{};
};

}  // namespace plumbline
