// Finding plumbline-daemon, and becoming it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "daemon/cli/streams.h"

namespace plumbline {

inline constexpr std::string_view kDaemonProgram = "plumbline-daemon";

// Where it is looked for, in this order: in `folder`, the one of the program that runs, and in the libexec
// folder of the installation that this is the bin folder of.
std::vector<std::string> daemon_places(std::string_view folder);

// Replaces this process by plumbline-daemon with `command` and its words. Returns only where that failed: the
// exit status, with a sentence told.
int become_daemon(std::string_view command, const std::vector<std::string>& words, Streams& streams);

}  // namespace plumbline
