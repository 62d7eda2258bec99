// A ledger as what is judged, instead of exports: --ledger and --known-at.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/cli/command.h"
#include "daemon/cli/streams.h"
#include "ledger/ledger_snapshot.h"
#include "policies/judge.h"

namespace plumbline {

// For the options of commands that judge a ledger's records.
inline constexpr OptionSpec kJudgedLedgerOption{
    .name = "--ledger",
    .value = "FILE",
    .help = "Judge what this ledger holds, instead of exports: as it is, or with --as-of as it was then."};
inline constexpr OptionSpec kKnownAtOption{
    .name = "--known-at",
    .value = "TIME",
    .help =
        "With --ledger and --as-of: as far as was known at this moment, later or earlier. Default: that of "
        "--as-of."};

// What the two options, and --as-of, say.
struct LedgerInput {
  std::string file;
  LedgerMoment moment{};
};

// Empty without --ledger. Faults are added to parsed.faults.
std::optional<LedgerInput> read_ledger_input(ParsedOptions& parsed, const JudgeOptions& judge);

// A ledger that was opened to be judged.
struct LedgerData {
  Ledger ledger;
  LedgerMoment moment{};
  Catalogue known{};  // at that moment
};

// The Error says what to do.
Result<std::unique_ptr<LedgerData>> open_ledger_data(const LedgerInput& input);

// The exit status of what could not be read of it: what is damaged, and what was asked for in vain, have
// their own.
int exit_status_of(const Error& error);

// Sentences for a summary: which ledger, whose, how much it knows, and as of when.
std::vector<std::string> ledger_facts(const LedgerData& data);

}  // namespace plumbline
