// Which ledger a command means, and opening it: --ledger, or else the configuration.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/command.h"
#include "daemon/cli/judging.h"
#include "daemon/cli/load_configuration.h"
#include "daemon/cli/streams.h"
#include "ledger/audit/anchors.h"
#include "ledger/ledger.h"
#include "ledger/retention.h"

namespace plumbline {

// For the options of commands that take a ledger.
inline constexpr OptionSpec kLedgerOption{
    .name = "--ledger", .value = "FILE", .help = "The ledger. Default: that of the configuration."};
inline constexpr OptionSpec kLedgerConfigOption{
    .name = "--config", .value = "FILE", .help = "A configuration, which names the ledger."};

struct LedgerSettings {
  std::string file{};          // never empty
  std::string organisation{};  // empty: the one that is in the file
  Retention retention{};
  AnchorOptions anchors{};              // for anchor()
  std::vector<std::string> webhooks{};  // names; what has the network takes checkpoints there
};

// Of a configuration alone; `file` is empty where it names none.
LedgerSettings ledger_settings(const LoadedConfiguration& loaded);

// --ledger and --config as given; --ledger counts before `ledger.file`. Faults are told, those of
// parsed.faults included, and then there is a Stop. `command` is its name, for the hint at their end.
Step<LedgerSettings> read_ledger_settings(std::string_view command, ParsedOptions& parsed, Streams& streams);

// An error is told, and then there is a Stop with its exit status. Never adds an organisation to a file that
// holds another one: whoever names a wrong one is told.
Step<Ledger> open_ledger(const LedgerSettings& settings, Streams& streams, DatabaseAccess access);
// Both in one, where nothing else of the settings is wanted.
Step<Ledger> open_ledger(std::string_view command, ParsedOptions& parsed, Streams& streams,
                         DatabaseAccess access);

// After a commit: takes its checkpoint (empty: there is none) to the anchors. What fails is told, and changes
// nothing: the next checkpoint covers the same entries. Webhooks are not asked: that they are due is told.
void anchor(const LedgerSettings& settings, std::string_view checkpoint, Streams& streams);

// Tells what went wrong with a ledger. Returns the exit status: kExitIntegrity for what is damaged, else
// kExitInput.
int tell_ledger_error(Streams& streams, const Error& error);

}  // namespace plumbline
