// Any bytes as a time zone file: an error, or stretches that rise and lie where they were asked for.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/zone_file.h"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "zone_fuzz: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plumbline;
  const Instant from{std::chrono::sys_days{std::chrono::January / 1 / 1970}};
  const Instant until{std::chrono::sys_days{std::chrono::January / 1 / 2100}};
  const auto stretches = parse_zone_file({reinterpret_cast<const char*>(data), size}, from, until);
  if (!stretches) return 0;
  require(!stretches->empty() && stretches->front().begin == from, "the first stretch begins elsewhere");
  for (std::size_t i = 1; i < stretches->size(); ++i) {
    require((*stretches)[i - 1].begin < (*stretches)[i].begin, "stretches do not rise");
    require((*stretches)[i].begin < until, "a stretch begins too late");
    require((*stretches)[i - 1].offset != (*stretches)[i].offset, "two neighbours are one");
  }
  return 0;
}
