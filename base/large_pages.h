// Memory for what is looked up all over: of two MiB and more the system is asked for large pages, so that the
// processor finds its way to an address with fewer steps. Where the system has none, nothing else changes.
#pragma once

#include <cstddef>

namespace plumbline {

inline constexpr std::size_t kLargePageBytes = std::size_t{2} << 20;

// Not cleared. Throws std::bad_alloc.
void* allocate_large(std::size_t bytes);
// `bytes` as they were asked for.
void free_large(void* memory, std::size_t bytes) noexcept;

// An allocator for containers that hold much, or reserve what they will hold: memory that is given back page
// by page and taken anew costs more than it saves.
template <class T>
struct LargePages {
  using value_type = T;

  LargePages() = default;
  template <class Other>
  LargePages(const LargePages<Other>&) {}  // NOLINT(google-explicit-constructor): as allocators are

  T* allocate(std::size_t count) { return static_cast<T*>(allocate_large(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) noexcept { free_large(memory, count * sizeof(T)); }
  friend bool operator==(const LargePages&, const LargePages&) { return true; }
};

}  // namespace plumbline
