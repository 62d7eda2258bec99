// `plumbline ledger erase-personal`: one person is forgotten, and the log still verifies.
#include <fmt/format.h>

#include <array>

#include "base/utf8.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/ledger_commands.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/wrap.h"
#include "ledger/erase_personal.h"

namespace plumbline {
namespace {

constexpr std::array kOptions = {
    OptionSpec{.name = "--owner", .value = "ID", .help = "The person: the id of a user. Required."},
    OptionSpec{.name = "--reason",
               .value = "TEXT",
               .help = "Why; the audit log keeps it. Name nobody in it. Required."},
    kLedgerOption,
    kLedgerConfigOption,
};

std::string required(ParsedOptions& parsed, std::string_view option, std::string_view what) {
  const std::string value(trim(parsed.one(option).value_or("")));
  if (value.empty()) parsed.faults.push_back(fmt::format("say {} with {}", what, option));
  return value;
}

void tell(const ErasedPerson& erased, std::string_view owner, Streams& streams) {
  streams.out.write(fmt::format("{}: erased in {} of the audit log, {} and {}{}\n", printable(owner),
                                counted(erased.entries, "entry", "entries"),
                                counted(erased.violations, "violation", "violations"),
                                counted(erased.waivers, "waiver", "waivers"),
                                erased.user_erased ? "; the user's own record, too" : ""));
  if (erased.user_stands) {
    streams.err.write(
        "The user's own record stands, for the CRM still has it: delete or rename the user there, ingest, "
        "and "
        "say this again.\n");
  }
  if (!erased.overwritten) {
    streams.err.write(
        "Another program reads the ledger, so older pages are still in the -wal file beside it; they go once "
        "it has ended and something is written.\n");
  }
  streams.err.write("Backups, exports and copies made before a migration are not touched.\n");
}

int run(ParsedOptions parsed, Streams& streams) {
  constexpr std::string_view kName = "ledger erase-personal";
  if (!parsed.arguments.empty())
    parsed.faults.emplace_back("ledger erase-personal takes no arguments; name the person with --owner ID");
  const std::string owner = required(parsed, "--owner", "whose texts go");
  const std::string reason = required(parsed, "--reason", "why");
  const Step<LedgerSettings> settings = read_ledger_settings(kName, parsed, streams);
  if (!settings) return settings.error().status;
  Step<Ledger> ledger = open_ledger(*settings, streams, DatabaseAccess::kWrite);
  if (!ledger) return ledger.error().status;
  const Result<ErasedPerson> erased = erase_personal(*ledger, owner, reason, streams.clock.now());
  if (!erased) return tell_ledger_error(streams, erased.error());
  anchor(*settings, erased->checkpoint, streams);
  tell(*erased, owner, streams);
  return kExitDone;
}

}  // namespace

const CommandSpec& ledger_erase_personal_command() {
  static constexpr CommandSpec kCommand{
      .name = "ledger erase-personal",
      .arguments = "",
      .summary = "Erase what a ledger says in words about one person; every proof of its log stays good.",
      .options = kOptions,
      .notes =
          "Erased are the names, messages and values of that owner's entries in the audit log, the owner's "
          "name "
          "in violations, all texts of closed ones, reasons of waivers for that owner and, once the CRM has "
          "deleted the user, the texts of the user's own record and of its changes. Ids stay.\n"
          "Exit status: 0 done; 2 usage or configuration; 3 nothing is known of that person, or the ledger "
          "cannot be written; 5 it is damaged.",
      .examples = "plumbline ledger erase-personal --owner 005000000000001AAA --reason \"request of 1 June\"",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
