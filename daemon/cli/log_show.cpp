// `plumbline log show`: the audit log for people, a line an entry.
#include <fmt/format.h>

#include <algorithm>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/log_commands.h"
#include "daemon/cli/log_options.h"
#include "daemon/cli/wrap.h"
#include "ledger/audit/entry.h"
#include "ledger/audit/json_members.h"
#include "ledger/audit/log_reader.h"

namespace plumbline {
namespace {

constexpr std::uint64_t kMostLimit = 1'000'000;
constexpr std::size_t kNumberColumns = 8;
constexpr std::size_t kKindColumns = 20;

constexpr auto kOptions = std::to_array<OptionSpec>({
    kLedgerOption,
    kLedgerConfigOption,
    {"--owner", "ID", "Entries about this owner's records."},
    {"--record", "ID", "Entries about this record."},
    {"--policy", "ID", "Entries about this policy: its id, or pack/id."},
    {"--kind", "KIND", "Entries of this kind: violation.opened, or violation for all that begin so."},
    {"--since", "TIME", "Not before this moment, or this day in UTC."},
    {"--until", "TIME", "Before this moment, or this day in UTC."},
    {"--limit", "N", "The newest so many of them."},
});

using Members = std::vector<JsonMember>;

// Takes the member out and gives its text; empty where there is none.
std::string take(Members& members, std::string_view path) {
  const auto found = std::ranges::find(members, path, &JsonMember::path);
  if (found == members.end()) return {};
  std::string text = std::move(found->text);
  members.erase(found);
  return text;
}

void add(std::string& line, std::string_view text) {
  if (!text.empty()) line += fmt::format("  {}", printable(text));
}

void add_numbered(std::string& line, std::string_view letter, const std::string& number) {
  if (!number.empty()) line += fmt::format("  {}{}", letter, printable(number));
}

// "Ada Marlowe-Finch (005...)", or what there is of it.
std::string with_name(const std::string& id, const std::string& name) {
  if (name.empty()) return id;
  return id.empty() ? name : fmt::format("{} ({})", name, id);
}

// What is left: "CloseDate=2024-04-30, Amount=1200".
std::string rest_of(const Members& members) {
  constexpr std::string_view kEvidence = "evidence.";
  std::vector<std::string> parts;
  for (const JsonMember& member : members) {
    std::string_view name = member.path;
    if (name.starts_with(kEvidence)) name.remove_prefix(kEvidence.size());
    parts.push_back(
        fmt::format("{}={}", name, member.kind == JsonMember::Kind::kNull ? "null" : member.text));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string line_of(const LogRow& row) {
  const std::optional<EntryHead> head = head_of(row.entry);
  Result<Members> read = json_members(row.entry);
  if (!head || !read)
    return fmt::format("{:>{}}  cannot be read: plumbline log verify tells more\n", row.seq, kNumberColumns);
  Members members = std::move(*read);
  for (const std::string_view known : {"seq", "at", "kind", "personal"}) take(members, known);
  if (Result<Members> personal = json_members(row.personal); !row.personal.empty() && personal)
    std::ranges::move(*personal, std::back_inserter(members));
  std::string line = fmt::format("{:>{}}  {}  {:<{}}", row.seq, kNumberColumns, printable(head->at),
                                 printable(head->kind), kKindColumns);
  add_numbered(line, "V", take(members, "violation"));
  add_numbered(line, "W", take(members, "waiver"));
  add_numbered(line, "run ", take(members, "run"));
  add_numbered(line, "sync ", take(members, "sync"));
  add(line, take(members, "policy"));
  const std::string record = take(members, "record");
  const std::string object = take(members, "object");
  const std::string record_name = take(members, "record_name");
  add(line, object);
  add(line, with_name(record, record_name));
  const std::string owner = take(members, "owner");
  add(line, with_name(owner, take(members, "owner_name")));
  add(line, take(members, "message"));
  add(line, rest_of(members));
  if (commitment_in(row.entry) && row.personal.empty()) add(line, "(personal text erased)");
  while (line.ends_with(' ')) line.pop_back();
  return line + "\n";
}

LogFilter read_filter(ParsedOptions& parsed) {
  return {.owner = parsed.one("--owner").value_or(""),
          .record = parsed.one("--record").value_or(""),
          .policy = parsed.one("--policy").value_or(""),
          .kind = parsed.one("--kind").value_or(""),
          .since = read_time(parsed, "--since"),
          .until = read_time(parsed, "--until"),
          .limit = read_number(parsed, "--limit", kMostLimit)};
}

int run(ParsedOptions parsed, Streams& streams) {
  const LogFilter filter = read_filter(parsed);
  if (!parsed.arguments.empty())
    parsed.faults.emplace_back("log show takes no arguments; name the ledger by --ledger");
  const Step<Ledger> ledger = open_log("log show", parsed, streams);
  if (!ledger) return ledger.error().status;
  if (Status begun = ledger->database().begin_reading(); !begun)
    return tell_log_error(streams, begun.error());
  std::uint64_t shown = 0;
  const Status read = read_log(ledger->database(), ledger->organisation(), filter, [&](const LogRow& row) {
    ++shown;
    streams.out.write(line_of(row));
    return streams.out.failed() ? ReadMore::kNo : ReadMore::kYes;
  });
  ledger->database().rollback();
  if (!read) return tell_log_error(streams, read.error());
  if (shown == 0) complain(streams, "no entry of the log is what was asked for");
  return kExitDone;
}

}  // namespace

const CommandSpec& log_show_command() {
  static constexpr CommandSpec kCommand{
      .name = "log show",
      .arguments = "",
      .summary = "Show what the audit log says, a line an entry.",
      .options = kOptions,
      .notes =
          "A line has the entry's number, time and kind, then violation, policy, record and owner, what was "
          "said, "
          "and the values. An entry is shown where all options hold. Nothing is verified by this: plumbline "
          "log "
          "verify does.",
      .examples =
          "plumbline log show --ledger sales.ledger --record 0065g00000AbCdE --kind violation\n"
          "plumbline log show --ledger sales.ledger --since 2024-06-01 --limit 50",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
