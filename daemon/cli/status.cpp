// `plumbline status`: a ledger on one screen, problems first.
#include "daemon/cli/status.h"

#include <array>

#include "daemon/cli/exit_status.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/status_facts.h"
#include "daemon/cli/status_output.h"

namespace plumbline {
namespace {

constexpr std::array kOptions = {
    kLedgerOption,
    kLedgerConfigOption,
    OptionSpec{.name = "--format", .value = "FORMAT", .help = "text or json. Default: text."},
    OptionSpec{.name = "--exit-code", .value = "", .help = "End with status 1 if there is a problem."},
};

int run(ParsedOptions parsed, Streams& streams) {
  if (!parsed.arguments.empty())
    parsed.faults.emplace_back("status takes no arguments; name the ledger with --ledger FILE");
  const bool as_json = read_choice(parsed, "--format", {"text", "json"}, 0) == 1;
  const Step<LedgerSettings> settings = read_ledger_settings("status", parsed, streams);
  if (!settings) return settings.error().status;
  const Step<Ledger> ledger = open_ledger(*settings, streams, DatabaseAccess::kRead);
  if (!ledger) return ledger.error().status;
  const Result<StatusFacts> facts = read_status(*ledger, *settings, streams.clock.now());
  if (!facts) return tell_ledger_error(streams, facts.error());
  const std::vector<std::string> problems = problems_of(*facts);
  streams.out.write(as_json ? status_json(*facts, problems)
                            : status_text(*facts, problems, streams.out_terminal.columns));
  return parsed.has("--exit-code") && !problems.empty() ? kExitViolations : kExitDone;
}

}  // namespace

const CommandSpec& status_command() {
  static constexpr CommandSpec kCommand{
      .name = "status",
      .arguments = "",
      .summary = "Show what is in a ledger, and how it is: problems first.",
      .options = kOptions,
      .notes =
          "Records are counted as the syncs counted them, so that it is quick however many there are. It "
          "only "
          "reads, also while somebody writes to the ledger.\n"
          "Exit status: 0 done; 1 there is a problem and --exit-code; 2 usage or configuration; 3 the ledger "
          "cannot be read; 5 it is damaged.",
      .examples =
          "plumbline status --ledger acme.ledger\n"
          "plumbline status --config /etc/plumbline/plumbline.yaml --format json --exit-code",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
