#include "records/seen_ids.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);

// Text as a number that is the larger, the later the text comes in the order of bytes.
std::uint64_t big_endian(const char* text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, kWord);
  return std::endian::native == std::endian::big ? word : __builtin_bswap64(word);
}

// Whether a hash stands twice. `slots` is room that is used again.
bool holds_twice(std::span<const std::uint64_t> hashes, std::vector<std::uint64_t>& slots) {
  constexpr std::uint64_t kFree = 0;  // the one hash that is not told apart counts as another
  slots.assign(std::bit_ceil(hashes.size() * 2 + 1), kFree);
  const std::size_t mask = slots.size() - 1;
  for (const std::uint64_t hash : hashes) {
    const std::uint64_t kept = hash == kFree ? 1 : hash;
    std::size_t at = kept & mask;
    for (; slots[at] != kFree; at = (at + 1) & mask) {
      if (slots[at] == kept) return true;
    }
    slots[at] = kept;
  }
  return false;
}

}  // namespace

// The two words overlap by one character.
SeenIds::Place SeenIds::place_of(std::string_view key) {
  return {.head = big_endian(key.data()), .tail = big_endian(key.data() + kIdKeyBytes - kWord)};
}

void SeenIds::add_piece(std::span<const std::string_view> keys) {
  std::optional<Range> range;
  bool rising = true;
  Place before;
  for (const std::string_view key : keys) {
    if (key.size() != kIdKeyBytes) {
      rising = false;
      continue;
    }
    const Place place = place_of(key);
    if (!range) range = Range{.first = place, .last = place};
    rising &= before < place;
    range->first = std::min(range->first, place);
    range->last = std::max(range->last, place);
    before = place;
  }
  if (range) {
    range->hashed = !rising;
    ranges_.push_back(*range);
  }
  if (rising) return;
  for (const std::string_view key : keys) {
    const std::uint64_t hash = hash_text(key);
    hashes_.add(hash, hash);
  }
}

// Of ranges that overlap all must be hashed.
bool SeenIds::overlap(std::vector<Range> ranges) {
  std::ranges::sort(ranges, {}, &Range::first);
  const Range* furthest = nullptr;
  const Range* furthest_unhashed = nullptr;
  const auto reaches = [](const Range* range, const Place& place) {
    return range != nullptr && range->last >= place;
  };
  const auto take = [](const Range*& most, const Range& range) {
    if (most == nullptr || most->last < range.last) most = &range;
  };
  for (const Range& range : ranges) {
    if (reaches(range.hashed ? furthest_unhashed : furthest, range.first)) return true;
    take(furthest, range);
    if (!range.hashed) take(furthest_unhashed, range);
  }
  return false;
}

bool SeenIds::any_twice(std::vector<SeenIds>& seen) {
  std::vector<Range> ranges;
  for (const SeenIds& ids : seen) ranges.insert(ranges.end(), ids.ranges_.begin(), ids.ranges_.end());
  bool twice = overlap(std::move(ranges));
  std::vector<std::uint64_t> hashes;
  std::vector<std::uint64_t> slots;
  for (std::size_t bucket = 0; bucket < HashBuckets::kBuckets && !twice; ++bucket) {
    hashes.clear();
    for (SeenIds& ids : seen) ids.hashes_.take(bucket, hashes);
    twice = holds_twice(hashes, slots);
  }
  seen.clear();
  return twice;
}

}  // namespace plumbline
