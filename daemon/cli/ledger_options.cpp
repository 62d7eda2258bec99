#include "daemon/cli/ledger_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/help.h"

namespace plumbline {

LedgerSettings ledger_settings(const LoadedConfiguration& loaded) {
  LedgerSettings settings{.file = loaded.ledger,
                          .organisation = loaded.configuration.organisation.name,
                          .retention = loaded.configuration.retention,
                          .anchors = {.paths = loaded.anchor_files, .journal = loaded.journal_anchor}};
  for (const WebhookAnchor& webhook : loaded.configuration.audit.webhooks)
    settings.webhooks.push_back(webhook.name.text);
  return settings;
}

Step<LedgerSettings> read_ledger_settings(std::string_view command, ParsedOptions& parsed, Streams& streams) {
  LedgerSettings settings;
  const std::string config = read_file_option(parsed, "--config");
  const std::string ledger = read_file_option(parsed, "--ledger");
  bool has_faults = false;
  if (!config.empty()) {
    SourceTexts texts;
    Diagnostics diagnostics;
    const Result<LoadedConfiguration> loaded = load_configuration(config, texts, diagnostics);
    streams.err.write(render_faults(diagnostics, texts));
    if (!loaded) complain(streams, loaded.error());
    has_faults = !loaded || diagnostics.has_errors();
    if (!has_faults) settings = ledger_settings(*loaded);
  }
  if (!ledger.empty()) settings.file = ledger;
  if (settings.file.empty() && !has_faults && !parsed.has("--ledger")) {
    parsed.faults.emplace_back(
        "which ledger? Name its file with --ledger FILE, or with --config a configuration that has ledger: "
        "{file: FILE}");
  }
  if (!parsed.faults.empty()) return std::unexpected(Stop{refuse(streams, command, parsed.faults)});
  if (has_faults) return std::unexpected(Stop{kExitUsage});
  return settings;
}

Step<Ledger> open_ledger(const LedgerSettings& settings, Streams& streams, DatabaseAccess access) {
  Result<Ledger> ledger = Ledger::open(settings.file, {.access = access,
                                                       .organisation = settings.organisation,
                                                       .adds_organisation = false,
                                                       .now = streams.clock.now(),
                                                       .program = program_name()});
  if (!ledger) return std::unexpected(Stop{tell_ledger_error(streams, ledger.error())});
  return *std::move(ledger);
}

Step<Ledger> open_ledger(std::string_view command, ParsedOptions& parsed, Streams& streams,
                         DatabaseAccess access) {
  const Step<LedgerSettings> settings = read_ledger_settings(command, parsed, streams);
  if (!settings) return std::unexpected(settings.error());
  return open_ledger(*settings, streams, access);
}

void anchor(const LedgerSettings& settings, std::string_view checkpoint, Streams& streams) {
  if (checkpoint.empty()) return;
  for (const Error& error : anchor_checkpoint(checkpoint, settings.anchors)) complain(streams, error);
  if (settings.webhooks.empty()) return;
  complain(streams,
           fmt::format("the checkpoint is due at webhook {}; plumbline log anchor takes it there, as "
                       "plumbline run does by itself",
                       fmt::join(settings.webhooks, ", ")));
}

int tell_ledger_error(Streams& streams, const Error& error) {
  complain(streams, error);
  return error.code == ErrorCode::kCorrupt ? kExitIntegrity : kExitInput;
}

}  // namespace plumbline
