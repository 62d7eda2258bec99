// Many 8-byte entries, told apart by the top bits of a hash: what the two ways of finding repeated ids have
// in common. Blocks, so that growing never copies: at a million entries the copies would be the largest thing
// in memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace plumbline {

// For one thread.
class HashBuckets {
 public:
  static constexpr std::size_t kBuckets = 256;

  void add(std::uint64_t hash, std::uint64_t entry) {
    Bucket& bucket = buckets_[hash >> kShift];
    const std::size_t place = bucket.size++ % kBlockEntries;
    if (place == 0) bucket.blocks.push_back(std::make_unique_for_overwrite<std::uint64_t[]>(kBlockEntries));
    bucket.blocks.back()[place] = entry;
  }
  // Appends a bucket's entries in the order they came, and gives up their memory.
  void take(std::size_t number, std::vector<std::uint64_t>& entries) {
    Bucket& bucket = buckets_[number];
    for (std::size_t i = 0; i < bucket.size; ++i)
      entries.push_back(bucket.blocks[i / kBlockEntries][i % kBlockEntries]);
    bucket = {};
  }

 private:
  static constexpr unsigned kShift = 56;
  static constexpr std::size_t kBlockEntries = 512;
  struct Bucket {
    std::vector<std::unique_ptr<std::uint64_t[]>> blocks;
    std::size_t size = 0;
  };

  std::array<Bucket, kBuckets> buckets_;
};

}  // namespace plumbline
