#include "base/large_pages.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <vector>

namespace plumbline {
namespace {

TEST(LargePagesTest, LargeMemoryBeginsWithALargePage) {
  constexpr std::size_t kBytes = kLargePageBytes + 1;
  void* const memory = allocate_large(kBytes);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % kLargePageBytes, 0U);
  static_cast<char*>(memory)[kBytes - 1] = 'x';
  free_large(memory, kBytes);
}

TEST(LargePagesTest, AContainerKeepsWhatItHoldsWhileItGrows) {
  std::vector<std::uint32_t, LargePages<std::uint32_t>> numbers;
  constexpr std::uint32_t kNumbers = 1'500'000;  // from less than a large page to several
  for (std::uint32_t i = 0; i < kNumbers; ++i) numbers.push_back(i);
  EXPECT_EQ(std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0}),
            std::uint64_t{kNumbers} * (kNumbers - 1) / 2);
}

}  // namespace
}  // namespace plumbline
