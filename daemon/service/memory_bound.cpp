#include "daemon/service/memory_bound.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace plumbline {

Status bound_memory(std::optional<std::uint64_t> bytes) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_DATA, &limit) == 0) {
    limit.rlim_cur = bytes ? std::min<rlim_t>(*bytes, limit.rlim_max) : limit.rlim_max;
    if (::setrlimit(RLIMIT_DATA, &limit) == 0) return {};
  }
  return fail(ErrorCode::kUnavailable,
              fmt::format("cannot bound the memory of this process: {}", std::strerror(errno)));
}

std::uint64_t resident_bytes() {
  std::ifstream pages("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  if (!(pages >> size >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

Error out_of_memory(std::optional<std::uint64_t> bound) {
  return {.code = ErrorCode::kUnavailable,
          .message =
              bound ? fmt::format("out of memory: `daemon.most_memory_bytes` allows {}; allow more", *bound)
                    : "out of memory; allow more (MemoryMax=, ulimit -d)",
          .where = std::nullopt};
}

}  // namespace plumbline
