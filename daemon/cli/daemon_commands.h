// `sync`, `run` and `log anchor`: commands that need the network. The program plumbline has none
// (docs/decisions/0013); it starts plumbline-daemon, which has the same commands and what they take.
#pragma once

#include <optional>
#include <string>

#include "daemon/cli/command.h"
#include "daemon/cli/streams.h"

namespace plumbline {

struct SyncOptions {
  std::string configuration{};          // its file
  std::optional<std::string> source{};  // only this one
};

struct RunOptions {
  std::string configuration{};
};

struct AnchorCommand {
  std::string configuration{};
};

// What plumbline-daemon has besides: Streams::network.
struct NetworkCommands {
  int (*sync)(const SyncOptions& options, Streams& streams);
  int (*run)(const RunOptions& options, Streams& streams);
  int (*anchor)(const AnchorCommand& command, Streams& streams);
};

const CommandSpec& sync_command();
const CommandSpec& run_command();
const CommandSpec& log_anchor_command();

}  // namespace plumbline
