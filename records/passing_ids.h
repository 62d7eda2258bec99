// Which records of a file come more than once, told without keeping their ids.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "records/record_id.h"

namespace plumbline {

// Keeps 8 bytes an id: the row's number and half of a hash; the other half chooses the bucket. So it can only
// say which rows may have the same id, and the ids themselves have to be read again to be sure: about one
// pair in a trillion is a false alarm. For one thread.
class PassingIds {
 public:
  void add(std::string_view key, RowIndex row);

  // Rows that may share an id, rising; with each row all that may share its id are there. Forgets everything:
  // the memory is needed while judging.
  std::vector<RowIndex> take_repeated();

 private:
  static constexpr std::size_t kBuckets = 256;
  static constexpr std::size_t kBlockEntries = 512;

  // Blocks, so that growing never copies: at a million rows the copies would be the largest thing in memory.
  struct Bucket {
    std::vector<std::unique_ptr<std::uint64_t[]>> blocks;
    std::size_t size = 0;
  };

  std::array<Bucket, kBuckets> buckets_;
};

}  // namespace plumbline
