#include "daemon/cli/ingest.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/ingest_summary.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/load_configuration.h"
#include "daemon/cli/open_output.h"
#include "daemon/cli/progress.h"
#include "daemon/cli/rejects.h"
#include "daemon/cli/texts.h"

namespace plumbline {
namespace {

constexpr std::chrono::hours kNoon{12};

// A moment, or a day: its noon in UTC.
Instant read_as_of(ParsedOptions& parsed, const Clock& clock) {
  const Instant now = clock.now();
  const std::optional<std::string> text = parsed.one("--as-of");
  if (!text) return now;
  Instant as_of = now;
  if (const std::optional<Day> day = parse_day(trim(*text))) {
    as_of = Instant{day->time_since_epoch()} + kNoon;
  } else if (const std::optional<Instant> instant = parse_instant(trim(*text))) {
    as_of = *instant;
  } else {
    parsed.faults.push_back(fmt::format(
        "--as-of {} is no moment; write 2024-06-01T12:00:00Z, an offset such as +02:00 for the Z, or "
        "a date alone",
        *text));
    return now;
  }
  if (as_of > now) {
    parsed.faults.push_back(
        fmt::format("--as-of {} lies ahead, and a ledger cannot be written behind its newest moment; say "
                    "when the files were "
                    "exported",
                    *text));
  }
  return as_of;
}

IngestOptions read_ingest_options(ParsedOptions& parsed) {
  IngestOptions options;
  options.input = read_judging_input(parsed, {});
  options.input.ledger.reset();  // it is where the files go, and not what is judged
  options.input.paths = parsed.arguments;
  options.rejects = read_file_option(parsed, "--rejects");
  if (parsed.has("--complete")) options.extent = SyncInput::Extent::kComplete;
  return options;
}

// folder:/srv/exports, or files: and each of them.
std::string source_of(const JudgingInput& input) {
  std::vector<std::string> paths;
  for (const std::string& path : input.paths) paths.push_back(path);
  for (const auto& [object, path] : input.objects) paths.push_back(path);
  std::string source;
  for (const std::string& path : paths) {
    std::error_code code;
    const std::filesystem::path absolute = std::filesystem::absolute(path, code);
    source +=
        fmt::format("{}{}", source.empty() ? "" : ", ", code ? path : absolute.lexically_normal().string());
  }
  const bool folder = paths.size() == 1 && std::filesystem::is_directory(paths.front());
  return fmt::format("{}:{}", folder ? "folder" : "files", source);
}

// Whatever was written is taken back with the transaction.
int give_up(const Error& error, Streams& streams) {
  if (const int signal = stop_signal(streams); signal != 0) {
    complain(streams, "interrupted; the ledger is as it was; run the ingest again");
    return kExitSignal + signal;
  }
  return tell_ledger_error(streams, error);
}

struct Prepared {
  Schema declared;  // without what only the files have
  Schema schema;
  std::optional<FieldMap> field_map;
  DataFolder folder;
};

Step<Prepared> prepare(const IngestOptions& options, Streams& streams) {
  SourceTexts texts;
  Diagnostics diagnostics;
  Result<Fields> fields = read_fields(options.input.fields, texts, diagnostics);
  if (!fields) complain(streams, fields.error());
  streams.err.write(render_faults(diagnostics, texts));
  if (!fields || diagnostics.has_errors()) return std::unexpected(Stop{kExitUsage});
  Prepared prepared{.declared = fields->schema,
                    .schema = std::move(fields->schema),
                    .field_map = std::move(fields->map),
                    .folder = {}};
  Step<DataFolder> folder = find_data(options.input, prepared.field_map, prepared.schema, streams);
  if (!folder) return std::unexpected(folder.error());
  prepared.folder = *std::move(folder);
  return prepared;
}

struct Synced {
  SyncSummary summary;
  std::string checkpoint;  // for anchors
};

// One transaction: all of it is there afterwards, or nothing.
Result<Synced> sync(const IngestOptions& options, Ledger& ledger, const Prepared& prepared,
                    RejectLog& rejects, Progress& progress, Streams& streams) {
  Result<LedgerTransaction> transaction = LedgerTransaction::begin(ledger, options.as_of);
  if (!transaction) return fail(transaction.error());
  const auto stopped = [&] { return stop_signal(streams) != 0 || rejects.failed(); };
  const SyncInput input{.source = source_of(options.input),
                        .written_at = streams.clock.now(),
                        .extent = options.extent,
                        .folder = prepared.folder,
                        .declared = prepared.declared,
                        .schema = prepared.schema,
                        .field_map = prepared.field_map ? &*prepared.field_map : nullptr,
                        .stopped = stopped,
                        .progress = [&](std::uint64_t done, std::uint64_t all) { progress.show(done, all); }};
  Result<SyncSummary> summary = write_sync(ledger, *transaction, input, rejects);
  progress.clear();
  if (!summary) return fail(summary.error());
  if (stopped()) return fail(ErrorCode::kCancelled, "the ingest was stopped");
  Result<std::string> committed = transaction->commit();
  if (!committed) return fail(committed.error());
  return Synced{.summary = *std::move(summary), .checkpoint = *std::move(committed)};
}

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--ledger", "FILE", "The ledger; made where there is none. Default: that of the configuration."},
    {"--config", "FILE", "A configuration (plumbline.yaml). What the command line says counts before it."},
    {"--as-of", "TIME",
     "When the records were so, for exports that are not of today: 2024-06-01T12:00:00Z, with an offset, or "
     "a "
     "date alone (its noon in UTC). Default: now."},
    {"--complete", "", "The files hold every record of their objects: those that are not there are deleted."},
    {"--fields", "MAP.yaml", "A field map: your own names of objects, files and fields."},
    {"--object", "NAME=FILE", "This file holds these records, whatever it is called.",
     OptionSpec::Times::kMany},
    {"--rejects", "FILE", "Write every row and cell that could not be read there, as CSV."},
});

int start(ParsedOptions parsed, Streams& streams) {
  if (parsed.arguments.empty() && !parsed.has("--object"))
    parsed.faults.emplace_back("nothing to ingest; name a folder of exports, or files");
  const Instant as_of = read_as_of(parsed, streams.clock);
  Step<LedgerSettings> settings = read_ledger_settings("ingest", parsed, streams);
  if (!settings) return settings.error().status;
  if (const Step<void> step = apply_configuration(parsed, streams); !step) {
    return parsed.faults.empty() ? step.error().status : refuse(streams, "ingest", parsed.faults);
  }
  IngestOptions options = read_ingest_options(parsed);
  options.as_of = as_of;
  options.ledger = *std::move(settings);
  if (!parsed.faults.empty()) return refuse(streams, "ingest", parsed.faults);
  return run_ingest(options, streams);
}

}  // namespace

int run_ingest(const IngestOptions& options, Streams& streams) {
  Progress progress(streams);
  const Step<Prepared> prepared = prepare(options, streams);
  if (!prepared) return prepared.error().status;
  std::optional<OutputFile> rejects_file;
  if (const auto stop = open_output(options.rejects, prepared->folder, rejects_file, streams))
    return stop->status;
  // Up to here nothing is lost where a signal ends the process as it always does.
  if (streams.signals != nullptr) streams.signals->watch();
  RejectLog rejects(rejects_file ? &*rejects_file : nullptr);
  Step<Ledger> ledger = open_ledger(options.ledger, streams, DatabaseAccess::kCreate);
  if (!ledger) return ledger.error().status;
  const Result<Synced> synced = sync(options, *ledger, *prepared, rejects, progress, streams);
  if (!synced && rejects_file && rejects_file->failed() && stop_signal(streams) == 0)
    return give_up(rejects_file->finish().error(), streams);
  if (!synced) return give_up(synced.error(), streams);
  anchor(options.ledger, synced->checkpoint, streams);
  const Status written = rejects_file ? rejects_file->finish() : Status{};
  streams.err.write(ingest_summary({.sync = synced->summary,
                                    .folder = prepared->folder,
                                    .rejects = rejects,
                                    .ledger = options.ledger.file,
                                    .rejects_file = options.rejects,
                                    .as_of = options.as_of,
                                    .seconds = progress.seconds(),
                                    .columns = streams.err_terminal.columns}));
  if (!written) complain(streams, written.error());
  return written ? kExitDone : kExitInput;
}

const CommandSpec& ingest_command() {
  static constexpr CommandSpec kCommand{
      .name = "ingest",
      .arguments = "[DIR | FILE]...",
      .summary = "Take exported files into a ledger, which remembers records and how they changed.",
      .options = kOptions,
      .notes =
          "All files together are one sync, which is there as a whole or not at all. Records that are known "
          "are "
          "compared field by field, and each difference is kept with both values and when it happened; a "
          "record "
          "that is as it was costs nothing. Files that are not there leave their objects as they are.\n"
          "The ledger is a file of SQLite: sqlite3 FILE 'SELECT * FROM Opportunity' reads it "
          "(docs/ledger.md).\n"
          "Exit status: 0 done; 2 a wrong option or field map; 3 an input cannot be read, or the ledger not "
          "written; 5 the ledger is damaged.",
      .examples =
          "plumbline ingest exports/ --ledger sales.ledger\n"
          "plumbline ingest exports-2024-05/ --ledger sales.ledger --as-of 2024-05-31 --complete\n",
      .run = start,
  };
  return kCommand;
}

}  // namespace plumbline
