// What sync, run and log anchor start from: the configuration with all that it names, found to be sound as a
// whole before anything is done.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "base/clock.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/load_configuration.h"

namespace plumbline {

struct ServiceSetup {
  LoadedConfiguration loaded{};  // the secrets of its sources are filled in
  std::optional<FieldMap> field_map{};
  LedgerSettings ledger{};

  const SourcesSection& sources() const { return loaded.configuration.sources; }
  const DaemonSection& daemon() const { return loaded.configuration.daemon; }
};

enum class SourcesWanted : std::uint8_t { kYes, kNo };

// The text is of every fault, as people are shown them. No ledger is a fault, too, and so are no sources
// where they are wanted.
std::expected<ServiceSetup, std::string> read_service_setup(const std::string& configuration,
                                                            SourcesWanted wanted = SourcesWanted::kYes);

// Only where `plumbline check` has nothing to say against it, either. From any thread; it takes a while.
std::expected<ServiceSetup, std::string> read_checked_setup(const std::string& configuration,
                                                            const Clock& clock);

}  // namespace plumbline
