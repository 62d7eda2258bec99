#include "records/passing_ids.h"

#include <algorithm>
#include <bit>

namespace plumbline {
namespace {

constexpr unsigned kRowBits = 32;

RowIndex row_of(std::uint64_t entry) { return static_cast<RowIndex>(entry); }
std::uint32_t tag_of(std::uint64_t entry) { return static_cast<std::uint32_t>(entry >> kRowBits); }

// Appends the rows of the entries whose tag another entry has too. `slots` is room that is used again.
void find_repeated(const std::vector<std::uint64_t>& entries, std::vector<std::uint32_t>& slots,
                   std::vector<RowIndex>& rows) {
  constexpr std::uint32_t kFree = 0xFFFFFFFF;
  slots.assign(std::bit_ceil(entries.size() * 2 + 1), kFree);
  const std::size_t mask = slots.size() - 1;
  std::vector<bool> told;
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    const std::uint32_t tag = tag_of(entries[i]);
    std::size_t at = tag & mask;
    while (slots[at] != kFree && tag_of(entries[slots[at]]) != tag) at = (at + 1) & mask;
    if (slots[at] == kFree) {
      slots[at] = i;
      continue;
    }
    if (told.empty()) told.resize(entries.size());
    for (const std::uint32_t entry : {slots[at], i}) {
      if (!told[entry]) rows.push_back(row_of(entries[entry]));
      told[entry] = true;
    }
  }
}

}  // namespace

void PassingIds::add(std::string_view key, RowIndex row) {
  const std::uint64_t hash = hash_text(key);
  entries_.add(hash, hash << kRowBits | row);
}

std::vector<RowIndex> PassingIds::take_repeated() {
  std::vector<RowIndex> rows;
  std::vector<std::uint64_t> entries;
  std::vector<std::uint32_t> slots;
  for (std::size_t bucket = 0; bucket < HashBuckets::kBuckets; ++bucket) {
    entries.clear();
    entries_.take(bucket, entries);
    find_repeated(entries, slots, rows);
  }
  std::ranges::sort(rows);
  return rows;
}

}  // namespace plumbline
