// `plumbline judge`: what is wrong with the records of a ledger, and what has changed since it was asked
// last.
#include <array>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/judge_ledger.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/violations_commands.h"

namespace plumbline {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    kLedgerOption,
    {"--config", "FILE", "A configuration (plumbline.yaml). What the command line says counts before it."},
    {"--pack", "NAME|FILE", "Judge by this pack: a shipped one's name, or a YAML file. Default: essentials.",
     OptionSpec::Times::kMany},
    {"--policy", "ID", "Judge by this policy alone (id or pack/id).", OptionSpec::Times::kMany},
    {"--severity", "S", "Only policies of this severity or worse: low, medium, high."},
    {"--as-of", "TIME",
     "Judge as of this moment, no earlier than what the ledger holds: 2024-06-01T12:00:00Z, or a date alone. "
     "Default: now."},
    {"--zone", "IANA",
     "Time zone of owners who have none in the data, such as Europe/Berlin. Default: the pack's."},
    {"--fields", "MAP.yaml", "A field map: your own names of objects, files and fields."},
    {"--threads", "N", "Judge with so many threads. Default: one a processor."},
});

int run(ParsedOptions parsed, Streams& streams) {
  if (!parsed.arguments.empty())
    parsed.faults.emplace_back("judge takes no files; plumbline ingest brings them into the ledger");
  const Step<LedgerSettings> settings = read_ledger_settings("judge", parsed, streams);
  if (!settings) return settings.error().status;
  const Step<JudgeLedgerInput> input = read_judge_input(parsed, streams);
  if (!input) return input.error().status;
  Step<Ledger> ledger = open_ledger(*settings, streams, DatabaseAccess::kWrite);
  if (!ledger) return ledger.error().status;
  if (streams.signals != nullptr) streams.signals->watch();
  const Step<JudgedLedger> judged = judge_ledger("judge", *ledger, *input, streams);
  if (!judged) return judged.error().status;
  anchor(*settings, judged->checkpoint, streams);
  streams.err.write(judge_summary(*judged));
  return kExitDone;
}

}  // namespace

Step<JudgeLedgerInput> read_judge_input(ParsedOptions& parsed, Streams& streams) {
  if (const Step<void> step = apply_configuration(parsed, streams); !step) {
    return std::unexpected(parsed.faults.empty() ? step.error()
                                                 : Stop{refuse(streams, "judge", parsed.faults)});
  }
  JudgeLedgerInput input{.judge = read_judge_options(parsed, streams.clock)};
  input.judging = read_judging_input(parsed, input.judge);
  if (!parsed.faults.empty()) return std::unexpected(Stop{refuse(streams, "judge", parsed.faults)});
  return input;
}

const CommandSpec& judge_command() {
  static constexpr CommandSpec kCommand{
      .name = "judge",
      .arguments = "",
      .summary = "Judge the records of a ledger, and keep what opened, changed and closed.",
      .options = kOptions,
      .notes =
          "Run it after each plumbline ingest, and on days without new data: what is late today was not yet "
          "so "
          "yesterday. Violations of packs and policies that are not named stand as they are. The whole run "
          "is "
          "kept, or none of it.",
      .examples =
          "plumbline judge --ledger sales.ledger\n"
          "plumbline judge --config plumbline.yaml\n"
          "plumbline judge --ledger sales.ledger --pack commercial-sales --as-of 2024-06-01",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
