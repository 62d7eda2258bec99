// `daemon:` and `clock:` of a configuration: what `plumbline run` needs besides.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/map_keys.h"
#include "base/yaml.h"
#include "config/section_reader.h"

namespace plumbline {

inline constexpr std::uint16_t kDefaultHealthPort = 9464;
// With less, nothing of any size could be judged.
inline constexpr std::uint64_t kLeastMemoryBytes = std::uint64_t{256} << 20;

struct DaemonSection {
  // Where /healthz, /readyz and /metrics are answered, on this machine alone; 0: nowhere.
  std::uint16_t health_port = kDefaultHealthPort;
  // How long what is under way may take after it was asked to stop.
  std::chrono::seconds stop_within{30};
  // Judged after a sync that brought something, but not more often than this.
  std::chrono::seconds judge_every{60};
  // What the service may use: syncing or judging that needs more fails, and the service goes on. Nothing: as
  // much as the system lets it have.
  std::optional<std::uint64_t> most_memory_bytes{};
  // Measure how long each piece of work keeps the thread that waits for the network, and show it at /metrics.
  bool measure_handlers = false;
};

// A sandbox on this machine whose clock is followed.
struct SandboxClock {
  std::string host;  // 127.0.0.1
  std::uint16_t port = 0;
  SourceSpan where{};
};

void read_daemon(const YamlNode& node, DaemonSection& daemon, Diagnostics& diagnostics);

// `sandbox://127.0.0.1:PORT`; refused for any host that is not this machine.
std::optional<SandboxClock> read_clock(const YamlNode& node, Diagnostics& diagnostics);

std::vector<MapKeys> daemon_keys();

}  // namespace plumbline
