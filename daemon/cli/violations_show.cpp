// `plumbline violations show`: one violation with all that ever happened to it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/tally.h"
#include "daemon/cli/violations_commands.h"
#include "daemon/cli/violations_output.h"
#include "daemon/cli/waiver_words.h"
#include "daemon/cli/wrap.h"
#include "ledger/violation_history.h"
#include "ledger/violation_store.h"
#include "ledger/waiver_store.h"
#include "violations/waivers.h"

namespace plumbline {
namespace {

constexpr std::size_t kKindColumns = 10;
constexpr std::size_t kMomentColumns = 22;
constexpr std::string_view kDetailIndent = "      ";

constexpr auto kOptions = std::to_array<OptionSpec>({kLedgerOption, kLedgerConfigOption});

struct Shown {
  Violation violation;
  std::vector<ToldTransition> history;
  std::vector<Waiver> waivers;  // those that are or were of it
};

Result<Shown> read(Ledger& ledger, ViolationNumber number) {
  if (Status reading = ledger.database().begin_reading(); !reading) return fail(reading.error());
  Result<std::vector<Violation>> violations = read_violations(ledger, {&number, 1});
  if (!violations) return fail(violations.error());
  Result<std::vector<ToldTransition>> history = read_violation_history(ledger, number);
  if (!history) return fail(history.error());
  Result<std::vector<Waiver>> waivers = read_waivers(ledger);
  if (!waivers) return fail(waivers.error());
  Shown shown{.violation = std::move(violations->front()), .history = *std::move(history), .waivers = {}};
  std::ranges::copy_if(*waivers, std::back_inserter(shown.waivers),
                       [&](const Waiver& waiver) { return covers(waiver, shown.violation.facts); });
  if (Status done = ledger.database().commit(); !done) return fail(done.error());
  return shown;
}

std::string state_of(const Violation& violation) {
  const ViolationFacts& facts = violation.facts;
  std::string text;
  if (facts.state == ViolationState::kOpen) {
    text = fmt::format("open since {}", format_instant(facts.opened_at));
  } else {
    text = fmt::format("{} {}, open from {}", to_string(facts.state),
                       format_instant(violation.closed_at.value_or(violation.changed_at)),
                       format_instant(facts.opened_at));
  }
  if (violation.times_opened > 1) text += fmt::format(", opened {} times", violation.times_opened);
  return text;
}

std::string head_of(const Violation& violation) {
  const ViolationFacts& facts = violation.facts;
  std::string text = fmt::format("{}  {}/{} ({})\n", violation_name(facts.number), facts.pack, facts.policy,
                                 to_string(facts.severity));
  text += fmt::format("  {} {} {}\n", facts.object, printable(facts.record), printable(facts.record_name));
  text += fmt::format("  owner: {}", owner_title(facts.owner_name, facts.owner));
  if (violation.first_owner != facts.owner)
    text += fmt::format("; when it was opened: {}",
                        owner_title(violation.first_owner_name, violation.first_owner));
  text += fmt::format("\n  {}\n", state_of(violation));
  if (violation.unknown_since) {
    text += fmt::format("  the data does not tell since {}: {}\n", format_instant(*violation.unknown_since),
                        printable(violation.unknown_reason));
  }
  text += fmt::format("\n  {}\n  \u2192 {}\n", printable(violation.message), printable(violation.remedy));
  for (const std::string& line : evidence_lines(violation.evidence)) text += fmt::format("    {}\n", line);
  return text;
}

std::string line_of(const ToldTransition& told) {
  std::string text =
      fmt::format("  {}{}{} [run {}, entry {}]\n", padded(format_instant(told.at), kMomentColumns),
                  padded(to_string(told.kind), kKindColumns), owner_title(told.owner_name, told.owner),
                  told.run, told.entry);
  if (!told.reason.empty()) text += fmt::format("{}{}\n", kDetailIndent, printable(told.reason));
  if (!told.message.empty()) text += fmt::format("{}{}\n", kDetailIndent, printable(told.message));
  const std::vector<std::string> evidence = evidence_lines(told.evidence);
  if (!evidence.empty()) text += fmt::format("{}{}\n", kDetailIndent, fmt::join(evidence, "; "));
  return text;
}

std::string page_of(const Shown& shown) {
  std::string text = head_of(shown.violation) + "\nHistory\n";
  for (const ToldTransition& told : shown.history) text += line_of(told);
  if (!shown.waivers.empty()) text += "\nWaivers\n";
  for (const Waiver& waiver : shown.waivers) text += "  " + whole_waiver(waiver) + "\n";
  return text;
}

int run(ParsedOptions parsed, Streams& streams) {
  const auto number =
      parsed.arguments.size() == 1 ? parse_violation_name(parsed.arguments.front()) : std::nullopt;
  if (!number) parsed.faults.emplace_back("name one violation, such as V12; violations list shows them");
  Step<Ledger> ledger = open_ledger("violations show", parsed, streams, DatabaseAccess::kRead);
  if (!ledger) return ledger.error().status;
  const Result<Shown> shown = read(*ledger, *number);
  if (!shown) return tell_ledger_error(streams, shown.error());
  streams.out.write(page_of(*shown));
  return kExitDone;
}

}  // namespace

const CommandSpec& violations_show_command() {
  static constexpr CommandSpec kCommand{
      .name = "violations show",
      .arguments = "V12",
      .summary = "Show one violation: its evidence, all that happened to it, and its waivers.",
      .options = kOptions,
      .notes =
          "Each line of the history names the entry of the audit log that proves it: plumbline log receipt "
          "makes a document of one. What was erased of a person is missing.",
      .examples = "plumbline violations show V12 --ledger sales.ledger",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
