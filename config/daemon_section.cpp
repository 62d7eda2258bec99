#include "config/daemon_section.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

namespace plumbline {
namespace {

using namespace std::string_view_literals;

constexpr std::array kKeys = {"health_port"sv, "stop_within"sv, "judge_every"sv, "most_memory_bytes"sv,
                              "measure_handlers"sv};
constexpr std::uint64_t kMostMemoryBytes = std::uint64_t{1} << 50;
constexpr std::string_view kScheme = "sandbox://";
constexpr std::array kLoopback = {"127.0.0.1"sv, "localhost"sv, "[::1]"sv};
constexpr std::string_view kSystem = "system";

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, port);
  if (code != std::errc{} || stop != end || port == 0) return std::nullopt;
  return port;
}

}  // namespace

void read_daemon(const YamlNode& node, DaemonSection& daemon, Diagnostics& diagnostics) {
  SectionReader reader(diagnostics);
  if (!reader.is_section(node, "daemon", "health_port: 9464")) return;
  reader.check_keys(node, "`daemon`", kKeys);
  if (const YamlNode* const port = node.find("health_port")) {
    const auto number = reader.number(*port, "health_port", 0, std::numeric_limits<std::uint16_t>::max());
    if (number) daemon.health_port = static_cast<std::uint16_t>(*number);
  }
  if (const YamlNode* const within = node.find("stop_within"))
    daemon.stop_within = reader.span(*within, "stop_within").value_or(daemon.stop_within);
  if (const YamlNode* const every = node.find("judge_every"))
    daemon.judge_every = reader.span(*every, "judge_every").value_or(daemon.judge_every);
  if (const YamlNode* const memory = node.find("most_memory_bytes"))
    daemon.most_memory_bytes =
        reader.number(*memory, "most_memory_bytes", kLeastMemoryBytes, kMostMemoryBytes);
  if (const YamlNode* const measure = node.find("measure_handlers"))
    daemon.measure_handlers = reader.truth(*measure, "measure_handlers").value_or(daemon.measure_handlers);
}

std::optional<SandboxClock> read_clock(const YamlNode& node, Diagnostics& diagnostics) {
  SectionReader reader(diagnostics);
  const auto text = reader.placed(node, "`clock`");
  if (!text || text->text == kSystem) return std::nullopt;
  const std::string_view address = text->text;
  if (address.starts_with(kScheme)) {
    const std::string_view place = address.substr(kScheme.size());
    const std::size_t colon = place.rfind(':');
    const std::string_view host = place.substr(0, colon);
    const auto port = colon == std::string_view::npos ? std::nullopt : port_of(place.substr(colon + 1));
    for (const std::string_view own : kLoopback) {
      if (host == own && port)
        return SandboxClock{.host = std::string(host), .port = *port, .where = text->where};
    }
  }
  reader.error(kWrongValue, text->where,
               fmt::format("`clock`: {} is neither {} nor a sandbox on this machine: {}127.0.0.1:PORT",
                           address, kSystem, kScheme));
  return std::nullopt;
}

std::vector<MapKeys> daemon_keys() { return {{.map = "daemon", .keys = kKeys}}; }

}  // namespace plumbline
