// Which records of a file come more than once, told without keeping their ids.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "records/hash_buckets.h"
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
  HashBuckets entries_;
};

}  // namespace plumbline
