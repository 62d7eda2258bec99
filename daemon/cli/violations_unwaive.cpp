// `plumbline violations unwaive`.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/violations_commands.h"
#include "daemon/cli/waive.h"
#include "daemon/cli/waiver_words.h"
#include "ledger/waiver_store.h"

namespace plumbline {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    kLedgerOption,
    kLedgerConfigOption,
    {"--reason", "TEXT", "Why. It is kept in the log."},
    {"--author", "NAME", "Who takes it back. Default: your login name."},
});

// Empty where it can be taken back.
std::string why_not(const Waiver* waiver, WaiverNumber number) {
  if (waiver == nullptr) {
    return fmt::format("there is no waiver {}; violations list --waived shows those in force",
                       waiver_name(number));
  }
  if (!waiver->ended_at) return {};
  return fmt::format("{} has ended already: {}", waiver_name(number), waiver->ended_why);
}

Status withdraw(Ledger& ledger, const Waiver& waiver, const WaiverWithdrawal& withdrawal, Instant now) {
  Result<LedgerTransaction> transaction = LedgerTransaction::begin(ledger, now);
  if (!transaction) return fail(transaction.error());
  if (Status done = withdraw_waiver(ledger, *transaction, waiver, withdrawal); !done) return done;
  const Result<std::string> committed = transaction->commit();
  return committed ? Status{} : fail(committed.error());
}

int run(ParsedOptions parsed, Streams& streams) {
  const auto number =
      parsed.arguments.size() == 1 ? parse_waiver_name(parsed.arguments.front()) : std::nullopt;
  if (!number) parsed.faults.emplace_back("name one waiver, such as W3; violations list --waived shows them");
  const WaiverWithdrawal withdrawal{.author = parsed.one("--author").value_or(login_name()),
                                    .reason = std::string(trim(parsed.one("--reason").value_or("")))};
  if (withdrawal.reason.empty()) parsed.faults.emplace_back("say why with --reason 'TEXT'");
  const Step<LedgerSettings> settings = read_ledger_settings("violations unwaive", parsed, streams);
  if (!settings) return settings.error().status;
  Step<Ledger> ledger = open_ledger(*settings, streams, DatabaseAccess::kWrite);
  if (!ledger) return ledger.error().status;
  const Result<std::vector<Waiver>> waivers = read_waivers(*ledger);
  if (!waivers) return tell_ledger_error(streams, waivers.error());
  const auto found = std::ranges::find(*waivers, *number, &Waiver::number);
  const Waiver* const waiver = found == waivers->end() ? nullptr : &*found;
  if (const std::string fault = why_not(waiver, *number); !fault.empty())
    return refuse(streams, "violations unwaive", {fault});
  if (const Status done = withdraw(*ledger, *waiver, withdrawal, streams.clock.now()); !done)
    return tell_ledger_error(streams, done.error());
  anchor(*settings, ledger->last_checkpoint(), streams);
  streams.out.write(fmt::format("{} of {} is over.\n", waiver_name(*number), scope_of(*waiver)));
  return kExitDone;
}

}  // namespace

const CommandSpec& violations_unwaive_command() {
  static constexpr CommandSpec kCommand{
      .name = "violations unwaive",
      .arguments = "W3",
      .summary = "Take a waiver or a snooze back before its end.",
      .options = kOptions,
      .notes = "",
      .examples = "plumbline violations unwaive W3 --ledger sales.ledger --reason 'The customer has signed'",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
