#include "daemon/service/memory_bound.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <vector>

#include "tests/sanitized.h"

namespace plumbline {
namespace {

constexpr std::uint64_t kBound = std::uint64_t{128} << 20;
constexpr std::size_t kBeyond = std::size_t{512} << 20;

bool gets(std::size_t bytes) {
  try {
    const std::vector<char> much(bytes);
    return much[bytes / 2] == 0;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

// In a process of its own: the bound is the whole process's.
TEST(MemoryBound, what_is_beyond_it_is_refused_until_it_is_lifted) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer needs memory of its own";
  EXPECT_EXIT(
      {
        const bool bounded = bound_memory(kBound).has_value();
        const bool refused = !gets(kBeyond);
        const bool small = gets(1 << 20);
        const bool lifted = bound_memory(std::nullopt).has_value() && gets(kBeyond);
        std::exit(bounded && refused && small && lifted ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(MemoryBound, tells_what_is_used) { EXPECT_GT(resident_bytes(), std::uint64_t{1} << 20); }

TEST(MemoryBound, what_failed_names_the_bound) {
  EXPECT_EQ(out_of_memory(kBound).message,
            "out of memory: `daemon.most_memory_bytes` allows 134217728; allow more");
  EXPECT_THAT(out_of_memory(std::nullopt).message, testing::HasSubstr("MemoryMax="));
}

}  // namespace
}  // namespace plumbline
