// The program: the process's own streams, terminal and signals; all else is in daemon/cli.
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <vector>

#include "daemon/cli/commands.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/output_file.h"
#include "daemon/process_streams.h"

namespace {

// Twice what the deepest condition takes that the bounds of the policy language allow.
constexpr std::size_t kThreadStackBytes = std::size_t{4} << 20;

// A limit (ulimit -v) counts what is set aside as well as what is used: eight megabytes of stack for a
// thread, and memory of its own to allocate from, which little is won by, as judging allocates next to
// nothing.
void set_aside_little() {
  ::mallopt(M_ARENA_MAX, 1);
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return;
  if (::pthread_attr_setstacksize(&attributes, kThreadStackBytes) == 0)
    ::pthread_setattr_default_np(&attributes);
  ::pthread_attr_destroy(&attributes);
}

constexpr std::uintptr_t kLargePageBytes = std::uintptr_t{2} << 20;  // of x86-64 and most of ARM
// What an audit of ten thousand records allocates; a larger one needs little more.
constexpr std::size_t kFirstHeapBytes = 3 * kLargePageBytes;
// Larger blocks are mapped one by one, and given back to the system when they are freed.
constexpr int kMappedBlockBytes = 16 << 20;

constexpr std::uintptr_t up_to_large_page(std::uintptr_t address) {
  return (address + kLargePageBytes - 1) & -kLargePageBytes;
}

// Memory costs microseconds a page when it is touched first, and a short audit touches more than a thousand
// pages: a sixth of its time. So the first of the heap is asked for in large pages, and what is freed stays
// for whatever is allocated next. It is advice: a system without large pages does as it did.
void ask_for_large_pages() {
  ::mallopt(M_MMAP_THRESHOLD, kMappedBlockBytes);
  ::mallopt(M_TRIM_THRESHOLD, kMappedBlockBytes);
  // There is none around memory that has been touched, and malloc notes the size of a block before it. So the
  // heap goes on one small page before the next multiple of a large one; what is skipped is never touched. It
  // must not end within a page: there malloc aborts once no more can be had.
  const auto end = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  ::sbrk(static_cast<std::intptr_t>(up_to_large_page(end + page) - page - end));
  const std::size_t bytes = page + kFirstHeapBytes;
  void* const first = std::malloc(bytes);
  if (first == nullptr) return;
  const auto begin = reinterpret_cast<std::uintptr_t>(first);
  const std::size_t skipped = up_to_large_page(begin) - begin;
  if (skipped < bytes)
    ::madvise(static_cast<char*>(first) + skipped, (bytes - skipped) & -kLargePageBytes, MADV_HUGEPAGE);
  std::free(first);
}

int run(const std::vector<std::string>& words) {
  plumbline::ProcessSignals signals;
  plumbline::OutputFile out = plumbline::OutputFile::lend(STDOUT_FILENO, "standard output", &signals);
  plumbline::OutputFile err = plumbline::OutputFile::lend(STDERR_FILENO, "standard error");
  const plumbline::SystemClock clock;
  plumbline::Streams streams{.out = out,
                             .err = err,
                             .in = std::cin,
                             .clock = clock,
                             .out_terminal = plumbline::terminal_of(STDOUT_FILENO),
                             .err_terminal = plumbline::terminal_of(STDERR_FILENO),
                             .signals = &signals,
                             .process_ends = true};
  return plumbline::run_command_line(words, streams);
}

}  // namespace

int main(int argc, char** argv) {
  // A pipe whose reader has gone, and a file that may not grow, are errors of write(2) like any other, and
  // are told as such.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::ios::sync_with_stdio(false);
  set_aside_little();
  ask_for_large_pages();
  try {
    return run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::bad_alloc&) {  // so little that not even the command could say so
    std::cerr << "plumbline: out of memory; allow more (ulimit -v)\n";
    return plumbline::kExitInput;
  } catch (const std::exception& error) {
    std::cerr << "plumbline: unexpected fault: " << error.what() << "\n";
  }
  return plumbline::kExitFault;
}
