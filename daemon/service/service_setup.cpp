#include "daemon/service/service_setup.h"

#include <fmt/format.h>

#include <sstream>
#include <utility>

#include "daemon/cli/check.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/source_secrets.h"

namespace plumbline {
namespace {

std::string told(const Error& error) { return fmt::format("plumbline: {}\n", error.to_string()); }

std::string lacking(const ServiceSetup& setup, const std::string& file, SourcesWanted wanted) {
  std::string faults;
  if (wanted == SourcesWanted::kYes && setup.sources().empty())
    faults +=
        fmt::format("plumbline: {}: it names no sources; add `sources:` (docs/configuration.md)\n", file);
  if (setup.ledger.file.empty())
    faults +=
        fmt::format("plumbline: {}: it names no ledger; add ledger: {{file: plumbline.ledger}}\n", file);
  return faults;
}

// All that `plumbline check` says against it; empty where it is sound.
std::string faults_of(const std::string& configuration, const Clock& clock) {
  StringOutput out;
  StringOutput err;
  std::istringstream in;
  Streams streams{.out = out, .err = err, .in = in, .clock = clock};
  if (check_configuration(configuration, streams) == kExitDone) return {};
  return err.text();
}

}  // namespace

std::expected<ServiceSetup, std::string> read_service_setup(const std::string& configuration,
                                                            SourcesWanted wanted) {
  SourceTexts texts;
  Diagnostics diagnostics;
  Result<LoadedConfiguration> loaded = load_configuration(configuration, texts, diagnostics);
  if (!loaded) return std::unexpected(told(loaded.error()));
  read_source_secrets(loaded->configuration, credentials_folder(), WithoutFolder::kFault, diagnostics);
  Result<Fields> fields = read_fields(loaded->fields, texts, diagnostics);
  std::string faults = diagnostics.has_errors() ? render_faults(diagnostics, texts) : std::string();
  if (!fields) faults += told(fields.error());
  if (!faults.empty()) return std::unexpected(std::move(faults));
  ServiceSetup setup{.loaded = *std::move(loaded), .field_map = std::move(fields->map)};
  setup.ledger = ledger_settings(setup.loaded);
  faults = lacking(setup, configuration, wanted);
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return setup;
}

std::expected<ServiceSetup, std::string> read_checked_setup(const std::string& configuration,
                                                            const Clock& clock) {
  std::string faults = faults_of(configuration, clock);
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return read_service_setup(configuration);
}

}  // namespace plumbline
