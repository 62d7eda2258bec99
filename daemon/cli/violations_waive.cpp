// `plumbline violations waive` and `plumbline violations snooze`.
#include <array>

#include "daemon/cli/complain.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/violations_commands.h"
#include "daemon/cli/waive.h"

namespace plumbline {
namespace {

constexpr auto kWaiveOptions = std::to_array<OptionSpec>({
    kLedgerOption,
    kLedgerConfigOption,
    {"--record", "ID|NAME", "Of this record, whatever the policy."},
    {"--object", "NAME", "Of which object the record is, where two have the same name."},
    {"--owner", "ID|NAME", "Of records of this person."},
    {"--policy", "ID", "Of this policy (id or pack/id)."},
    {"--reason", "TEXT", "Why. It is kept in the log."},
    {"--until", "DATE|FIELD",
     "Through this day (2024-06-30); or until this field of the record changes, and then with a --cap."},
    {"--cap", "DATE", "With --until FIELD: through this day at the latest. Default: 180 days."},
    {"--author", "NAME", "Who decided it. Default: your login name."},
});

constexpr auto kSnoozeOptions = std::to_array<OptionSpec>({
    kLedgerOption,
    kLedgerConfigOption,
    {"--until", "DATE", "Through this day (2024-06-30), at most 14 days from now."},
    {"--reason", "TEXT", "Why. Default: not now."},
    {"--author", "NAME", "Who wants it. Default: your login name."},
});

std::string text_of(const ParsedOptions& parsed, std::string_view option) {
  return parsed.one(option).value_or("");
}

// The ledger is opened once the command line itself is sound; names in it are looked up then.
int make(std::string_view command, ParsedOptions parsed, const WaiverWish& wish, Streams& streams) {
  const Step<LedgerSettings> settings = read_ledger_settings(command, parsed, streams);
  if (!settings) return settings.error().status;
  Step<Ledger> ledger = open_ledger(*settings, streams, DatabaseAccess::kWrite);
  if (!ledger) return ledger.error().status;
  const int status = make_waiver(command, *ledger, wish, {}, streams);
  anchor(*settings, ledger->last_checkpoint(), streams);
  return status;
}

int waive(ParsedOptions parsed, Streams& streams) {
  WaiverWish wish{.kind = WaiverKind::kWaiver,
                  .record = text_of(parsed, "--record"),
                  .object = text_of(parsed, "--object"),
                  .owner = text_of(parsed, "--owner"),
                  .policy = text_of(parsed, "--policy"),
                  .reason = text_of(parsed, "--reason"),
                  .until = text_of(parsed, "--until"),
                  .cap = text_of(parsed, "--cap"),
                  .author = text_of(parsed, "--author")};
  if (!parsed.arguments.empty()) wish.violation = parsed.arguments.front();
  const bool scoped = !wish.record.empty() || !wish.owner.empty() || !wish.policy.empty();
  if (parsed.arguments.size() > 1)
    parsed.faults.emplace_back("violations waive takes one violation; waive each by itself, or say --record");
  if (!wish.violation.empty() && scoped) {
    parsed.faults.emplace_back(
        "a violation has its record and policy; leave out --record, --owner and --policy, or the violation");
  }
  return make("violations waive", std::move(parsed), wish, streams);
}

int snooze(ParsedOptions parsed, Streams& streams) {
  WaiverWish wish{.kind = WaiverKind::kSnooze,
                  .reason = parsed.one("--reason").value_or("not now"),
                  .until = text_of(parsed, "--until"),
                  .author = text_of(parsed, "--author")};
  if (parsed.arguments.size() == 1) {
    wish.violation = parsed.arguments.front();
  } else {
    parsed.faults.emplace_back("name one violation, such as V12; violations list shows them");
  }
  return make("violations snooze", std::move(parsed), wish, streams);
}

}  // namespace

const CommandSpec& violations_waive_command() {
  static constexpr CommandSpec kCommand{
      .name = "violations waive",
      .arguments = "[V12]",
      .summary = "Accept violations for a while: one, or those of a record, an owner, a policy.",
      .options = kWaiveOptions,
      .notes =
          "A waived violation stays open, and is counted apart. --record, --owner and --policy count "
          "together. "
          "Reason, author and end are kept in the audit log; 180 days are the longest.",
      .examples =
          "plumbline violations waive V12 --ledger sales.ledger --until 2024-06-30 --reason 'Signature is "
          "due'\n"
          "plumbline violations waive V12 --ledger sales.ledger --until StageName --reason 'Legal decides'\n"
          "plumbline violations waive --owner 'Ben Okonjo-Hale' --until 2024-06-14 --reason 'On leave' "
          "--config "
          "plumbline.yaml",
      .run = waive,
  };
  return kCommand;
}

const CommandSpec& violations_snooze_command() {
  static constexpr CommandSpec kCommand{
      .name = "violations snooze",
      .arguments = "V12",
      .summary = "Put off one violation of one's own for some days, 14 at most.",
      .options = kSnoozeOptions,
      .notes = "It stays open, and is counted apart. violations unwaive ends a snooze as well.",
      .examples = "plumbline violations snooze V12 --ledger sales.ledger --until 2024-06-07",
      .run = snooze,
  };
  return kCommand;
}

}  // namespace plumbline
