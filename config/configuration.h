// plumbline.yaml: what an organisation would otherwise say on every command line (docs/configuration.md).
// Pure: whoever has the text hands it in, and looks for the files it names.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/map_keys.h"
#include "base/time_zone.h"
#include "config/audit_section.h"
#include "config/daemon_section.h"
#include "config/messages_section.h"
#include "config/section_reader.h"
#include "config/sources_section.h"
#include "ledger/retention.h"

namespace plumbline {

struct Organisation {
  std::string name{};
};

struct LedgerSection {
  std::optional<PlacedText> file{};  // made by the first `plumbline ingest`
};

// Every section may be missing; what it stands for is then left to the command line.
struct Configuration {
  std::string file{};  // for messages; paths in it are relative to its folder
  Organisation organisation{};
  std::vector<PlacedText> packs{};     // names of shipped packs, or files
  std::optional<PlacedText> fields{};  // a field map
  std::vector<PlacedText> exports{};   // folders or files
  std::optional<TimeZone> zone{};
  std::optional<PlacedText> link_base{};  // not looked at yet
  std::optional<unsigned> threads{};      // 1 to kMaxThreads
  LedgerSection ledger{};
  Retention retention{};
  AuditSection audit{};
  SourcesSection sources{};
  DaemonSection daemon{};
  std::optional<MessagesSection> messages{};  // empty: nobody is told
  std::optional<SandboxClock> clock{};        // empty: the machine's
};

// All faults at once, CF001 to CF006, CF010, CF012, CF013, CF019 to CF022, CF024 and CF027 (docs/errors.md).
// What could be read of a faulty text comes too, so that the files it names are looked at in the same run:
// never use it while the diagnostics hold an error. Empty where the text is no YAML. A text with nothing in
// it is a configuration with nothing in it.
std::optional<Configuration> parse_configuration(std::string_view text, std::string_view file,
                                                 Diagnostics& diagnostics);

// Where a path of the configuration leads: an absolute one to itself, others from the configuration's folder.
std::string path_from(const Configuration& configuration, std::string_view written);

// The keys a configuration may have: of the file itself and of its sections.
std::vector<MapKeys> configuration_keys();

inline constexpr std::size_t kMaxConfiguredPacks = 64;
inline constexpr std::size_t kMaxConfiguredExports = 1'000;

}  // namespace plumbline
