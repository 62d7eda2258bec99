#include "daemon/cli/complain.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/cli/exit_status.h"
#include "daemon/cli/wrap.h"

namespace plumbline {

void complain(Streams& streams, std::string_view sentence) {
  std::string text = "plumbline: ";
  for (bool first = true; first || !sentence.empty(); first = false) {
    const std::size_t end = std::min(sentence.find('\n'), sentence.size());
    text += printable(sentence.substr(0, end)) + "\n";
    sentence.remove_prefix(std::min(end + 1, sentence.size()));
  }
  streams.err.write(text);
}

void complain(Streams& streams, const Error& error) { complain(streams, error.to_string()); }

int refuse(Streams& streams, std::string_view command, const std::vector<std::string>& faults) {
  for (const std::string& fault : faults) complain(streams, fault);
  const std::string_view gap = command.empty() ? "" : " ";
  streams.err.write(fmt::format("Try: plumbline {}{}--help\n", command, gap));
  return kExitUsage;
}

}  // namespace plumbline
