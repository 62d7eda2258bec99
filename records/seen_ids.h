// Whether an id comes twice among records that are read once, told without keeping the ids.
//
// Exports mostly come in the order of their ids. A piece of a file whose ids rise needs no more than its
// first and its last one; of any other piece a hash is kept for each id.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "records/hash_buckets.h"

namespace plumbline {

// Memory: 40 bytes a piece, and 8 an id of pieces whose ids do not rise. For one thread; those of several
// threads are looked at together.
class SeenIds {
 public:
  // What identifies the records (id_key) of one piece of a file, in its order.
  void add_piece(std::span<const std::string_view> keys);

  // Never false where an id comes twice. True as well, which costs a second reading, where two ids have one
  // hash, which happens once in so many years, and where a piece reaches into the range of another whose ids
  // are not known one by one: then some pieces are in order, and the file as a whole is not. Empties them.
  static bool any_twice(std::vector<SeenIds>& seen);

 private:
  // Ids of 15 characters as numbers that compare as the texts do: the first 8 characters, and the last 8.
  struct Place {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    auto operator<=>(const Place&) const = default;
  };
  struct Range {
    Place first;
    Place last;
    bool hashed = false;  // each of its ids
  };

  static Place place_of(std::string_view key);
  static bool overlap(std::vector<Range> ranges);

  std::vector<Range> ranges_;
  HashBuckets hashes_;
};

}  // namespace plumbline
