#include "daemon/cli/daemon_program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

std::string own_folder() {
  std::error_code failure;
  const fs::path program = fs::read_symlink("/proc/self/exe", failure);
  return failure ? std::string(".") : program.parent_path().string();
}

// Only returns where the program did not start.
int start(const std::string& path, std::string_view command, const std::vector<std::string>& words) {
  std::vector<std::string> all{path, std::string(command)};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> pointers;
  pointers.reserve(all.size() + 1);
  for (std::string& word : all) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execv(path.c_str(), pointers.data());
  return errno;
}

}  // namespace

std::vector<std::string> daemon_places(std::string_view folder) {
  const fs::path own(folder);
  return {(own / kDaemonProgram).string(),
          (own.parent_path() / "libexec" / "plumbline" / kDaemonProgram).string()};
}

int become_daemon(std::string_view command, const std::vector<std::string>& words, Streams& streams) {
  static_cast<void>(streams.err.flush());
  const std::vector<std::string> places = daemon_places(own_folder());
  for (const std::string& place : places) {
    if (::access(place.c_str(), F_OK) != 0) continue;
    const int cause = start(place, command, words);
    complain(streams,
             fmt::format("{} cannot be started: {}; install Plumbline anew", place, std::strerror(cause)));
    return kExitInput;
  }
  complain(streams,
           fmt::format("plumbline {} needs the program {}, which asks the network, and it is not there; "
                       "install it with Plumbline. Looked for: {}",
                       command, kDaemonProgram, fmt::join(places, ", ")));
  return kExitInput;
}

}  // namespace plumbline
