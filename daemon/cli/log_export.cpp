// `plumbline log export`: the whole audit log as JSON Lines.
#include <fmt/format.h>

#include "base/crypto.h"
#include "base/json.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/log_commands.h"
#include "daemon/cli/log_options.h"
#include "daemon/cli/output_file.h"
#include "ledger/audit/entry.h"
#include "ledger/audit/log_reader.h"

namespace plumbline {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    kLedgerOption,
    kLedgerConfigOption,
    {"--output", "FILE", "Write there instead of standard output."},
});

// The entry's own bytes stand in the line as they are, so that it can be hashed.
void write_row(const LogRow& row, std::string& line, TextOutput& output) {
  line.clear();
  JsonWriter json(line);
  json.begin_object().key("entry");
  // What is no entry would break the line.
  head_of(row.entry) ? json.raw(row.entry) : json.string(row.entry);
  json.key("personal");
  row.personal.empty() ? json.null() : json.raw(row.personal);
  json.key("salt");
  row.salt.empty() ? json.null() : json.string(to_hex(as_bytes(row.salt)));
  json.end_object();
  line += '\n';
  output.write(line);
}

Status export_log(const Ledger& ledger, TextOutput& output) {
  if (Status begun = ledger.database().begin_reading(); !begun) return begun;
  std::string line;
  Status read = read_log(ledger.database(), ledger.organisation(), {}, [&](const LogRow& row) {
    write_row(row, line, output);
    return output.failed() ? ReadMore::kNo : ReadMore::kYes;
  });
  ledger.database().rollback();
  return read;
}

int export_to_file(const Ledger& ledger, const std::string& path, Streams& streams) {
  Result<OutputFile> file = OutputFile::create(path, streams.signals);
  if (!file) return tell_log_error(streams, file.error());
  if (const Status done = export_log(ledger, *file); !done) return tell_log_error(streams, done.error());
  if (const Status finished = file->finish(); !finished) return tell_log_error(streams, finished.error());
  return kExitDone;
}

int run(ParsedOptions parsed, Streams& streams) {
  const std::string output = read_file_option(parsed, "--output");
  if (!parsed.arguments.empty())
    parsed.faults.emplace_back("log export takes no arguments; name the ledger by --ledger");
  const Step<Ledger> ledger = open_log("log export", parsed, streams);
  if (!ledger) return ledger.error().status;
  if (!output.empty()) return export_to_file(*ledger, output, streams);
  const Status done = export_log(*ledger, streams.out);
  return done ? kExitDone : tell_log_error(streams, done.error());
}

}  // namespace

const CommandSpec& log_export_command() {
  static constexpr CommandSpec kCommand{
      .name = "log export",
      .arguments = "",
      .summary = "Print the whole audit log as JSON Lines.",
      .options = kOptions,
      .notes =
          "Each line is {\"entry\":...,\"personal\":...,\"salt\":...}: the entry as it is hashed, and beside "
          "it the "
          "personal text it was written with and the salt of its commitment, null where there is none or "
          "where "
          "it was erased.",
      .examples = "plumbline log export --ledger sales.ledger --output log.jsonl",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
