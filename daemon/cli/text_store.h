// Texts kept until the end of a run, each once however often it is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "records/record_id.h"

namespace plumbline {

// Numbers its texts from 0 in the order they come. Costs about 30 bytes a text besides the text. Holds fewer
// than kMissingRow texts of fewer than 4 GiB each: callers see to it. One thread.
class TextStore {
 public:
  std::uint32_t number_of(std::string_view text);  // kept from now on
  // Stays good as long as the store.
  std::string_view text(std::uint32_t number) const;
  std::size_t size() const { return texts_.size(); }

 private:
  char* room_for(std::size_t bytes);

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;  // in the last block
  std::size_t free_bytes_ = 0;
  std::vector<const char*> texts_;  // each a length and so many bytes
  IdIndex numbers_;
};

}  // namespace plumbline
