// Counts what is allocated. Replaces operator new for the whole program: include it in one file of a test
// program alone.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

namespace plumbline {

inline thread_local std::size_t allocations_of_thread = 0;

// How often `work` asks for memory, on this thread.
template <class Work>
std::size_t allocations_in(const Work& work) {
  const std::size_t before = allocations_of_thread;
  work();
  return allocations_of_thread - before;
}

}  // namespace plumbline

void* operator new(std::size_t bytes) {
  ++plumbline::allocations_of_thread;
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
