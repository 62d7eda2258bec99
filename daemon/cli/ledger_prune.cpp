// `plumbline ledger prune`: what is older than the configuration's retention goes.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/ledger_commands.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/wrap.h"
#include "ledger/prune.h"

namespace plumbline {
namespace {

constexpr std::array kOptions = {
    kLedgerConfigOption,
    kLedgerOption,
    OptionSpec{.name = "--dry-run", .value = "", .help = "Tell what would go, and write nothing."},
};

std::string_view what_it_is(PruneKind kind) {
  switch (kind) {
    case PruneKind::kChanges:
      return "changes of fields";
    case PruneKind::kRaw:
      return "undeclared columns, of records";
    case PruneKind::kRejects:
      return "rejected rows and cells";
  }
  return {};
}

void tell_steps(const PrunePlan& steps, std::string_view verb, Streams& streams) {
  for (const PruneStep& step : steps) {
    streams.out.write(fmt::format("{} {}: {} {}, before {}\n", name_of(step.kind), verb,
                                  with_commas(step.rows), what_it_is(step.kind),
                                  format_instant(step.before)));
  }
}

int run_dry(const LedgerSettings& settings, PrunePlan plan, Streams& streams) {
  const Step<Ledger> ledger = open_ledger(settings, streams, DatabaseAccess::kRead);
  if (!ledger) return ledger.error().status;
  const Result<PrunePlan> counted = count_prunable(*ledger, std::move(plan));
  if (!counted) return tell_ledger_error(streams, counted.error());
  tell_steps(*counted, "would go", streams);
  return kExitDone;
}

int run_prune(const LedgerSettings& settings, const PrunePlan& plan, Streams& streams) {
  Step<Ledger> ledger = open_ledger(settings, streams, DatabaseAccess::kWrite);
  if (!ledger) return ledger.error().status;
  const Result<PruneOutcome> outcome = prune(*ledger, plan, streams.clock.now());
  if (!outcome) return tell_ledger_error(streams, outcome.error());
  anchor(settings, outcome->checkpoint, streams);
  tell_steps(outcome->done, "went", streams);
  if (outcome->done.empty()) {
    streams.out.write("nothing is older than the retention; nothing was written\n");
    return kExitDone;
  }
  streams.err.write("The file keeps its size: the room is used again.\n");
  for (const PruneStep& step : outcome->done) {
    if (step.kind != PruneKind::kChanges) continue;
    streams.err.write(
        fmt::format("How records stood before {} can no longer be asked.\n", format_instant(step.before)));
  }
  return kExitDone;
}

int run(ParsedOptions parsed, Streams& streams) {
  constexpr std::string_view kName = "ledger prune";
  if (!parsed.arguments.empty())
    parsed.faults.emplace_back("ledger prune takes no arguments; name the ledger with --ledger FILE");
  const Step<LedgerSettings> settings = read_ledger_settings(kName, parsed, streams);
  if (!settings) return settings.error().status;
  PrunePlan plan = plan_pruning(settings->retention, streams.clock.now());
  if (plan.empty()) {
    return refuse(streams, kName,
                  {"nothing may go: everything is kept for ever; say how long in a configuration, retention: "
                   "{changes: 3 years, raw: 18 months, rejects: 90 days}, and name it with --config"});
  }
  return parsed.has("--dry-run") ? run_dry(*settings, std::move(plan), streams)
                                 : run_prune(*settings, plan, streams);
}

}  // namespace

const CommandSpec& ledger_prune_command() {
  static constexpr CommandSpec kCommand{
      .name = "ledger prune",
      .arguments = "",
      .summary = "Take out of a ledger what is older than the configuration's retention.",
      .options = kOptions,
      .notes =
          "What was true at any moment from the bound on can be asked as before; earlier moments cannot. "
          "Audit "
          "entries never go.\n"
          "Exit status: 0 done; 2 usage or configuration; 3 the ledger cannot be read or written; 5 it is "
          "damaged.",
      .examples =
          "plumbline ledger prune --config plumbline.yaml --dry-run\n"
          "plumbline ledger prune --config plumbline.yaml",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
