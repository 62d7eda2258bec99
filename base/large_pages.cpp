#include "base/large_pages.h"

#include <sys/mman.h>

#include <new>

namespace plumbline {
namespace {

constexpr std::align_val_t kLargeAlignment{kLargePageBytes};

}  // namespace

void* allocate_large(std::size_t bytes) {
  if (bytes < kLargePageBytes) return ::operator new(bytes);
  const std::size_t whole_pages = (bytes + kLargePageBytes - 1) / kLargePageBytes * kLargePageBytes;
  void* const memory = ::operator new(whole_pages, kLargeAlignment);
  // A wish: that it is not granted shows in nothing but time.
  (void)::madvise(memory, whole_pages, MADV_HUGEPAGE);
  return memory;
}

void free_large(void* memory, std::size_t bytes) noexcept {
  if (bytes < kLargePageBytes) return ::operator delete(memory);
  ::operator delete(memory, kLargeAlignment);
}

}  // namespace plumbline
