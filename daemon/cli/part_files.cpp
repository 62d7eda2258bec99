#include "daemon/cli/part_files.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <climits>
#include <string_view>

namespace plumbline {
namespace {

// A signal handler may look at any moment: memory that is never freed, and a path is whole once it `stands`.
struct PartFile {
  std::atomic<bool> stands = false;
  std::array<char, PATH_MAX> path{};
};
static_assert(std::atomic<bool>::is_always_lock_free);

std::array<PartFile, kMostPartFiles> part_files;

}  // namespace

void remember_part_file(const std::string& path) noexcept {
  const auto free =
      std::ranges::find_if(part_files, [](const PartFile& file) { return !file.stands.load(); });
  if (free == part_files.end() || path.size() >= free->path.size()) return;
  *std::ranges::copy(path, free->path.begin()).out = '\0';
  free->stands = true;
}

void forget_part_file(const std::string& path) noexcept {
  for (PartFile& file : part_files) {
    if (file.stands && std::string_view(file.path.data()) == path) file.stands = false;
  }
}

void remove_part_files() noexcept {
  for (const PartFile& file : part_files) {
    if (file.stands) ::unlink(file.path.data());
  }
}

}  // namespace plumbline
