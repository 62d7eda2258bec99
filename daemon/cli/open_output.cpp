#include "daemon/cli/open_output.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "daemon/cli/audit_end.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"

namespace plumbline {
namespace {

// Writing a result over the data it was made of would lose the data.
std::string overwritten_input(const OutputFile& file, const DataFolder& folder) {
  std::error_code code;
  for (const DataFile& input : folder.files) {
    if (!file.target().empty() && std::filesystem::equivalent(file.target(), input.path, code))
      return input.name;
  }
  return {};
}

}  // namespace

std::optional<Stop> open_output(const std::string& path, const DataFolder& folder,
                                std::optional<OutputFile>& file, Streams& streams) {
  if (path.empty()) return std::nullopt;
  Result<OutputFile> created = OutputFile::create(path, streams.signals);
  if (!created && stop_signal(streams) != 0) {  // a pipe nobody reads was waited for
    complain(streams, interrupted_sentence({}, Shown::kNothing));
    return Stop{kExitSignal + stop_signal(streams)};
  }
  if (!created) {
    complain(streams, created.error());
    return Stop{kExitInput};
  }
  const std::string input = overwritten_input(*created, folder);
  if (!input.empty()) {
    complain(streams, fmt::format("{} is one of the files to read; name another file to write", input));
    return Stop{kExitUsage};
  }
  file.emplace(*std::move(created));
  return std::nullopt;
}

}  // namespace plumbline
