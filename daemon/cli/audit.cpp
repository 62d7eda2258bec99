#include "daemon/cli/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "daemon/cli/audit_end.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/judging.h"
#include "daemon/cli/load_configuration.h"
#include "daemon/cli/open_output.h"
#include "daemon/cli/output_file.h"
#include "daemon/cli/progress.h"
#include "daemon/cli/rejects.h"
#include "daemon/cli/summary.h"
#include "daemon/cli/texts.h"
#include "policies/display.h"

namespace plumbline {
namespace {

constexpr std::string_view kConventionsPack = "commercial-sales";

struct Outputs {
  std::optional<OutputFile> file;     // --output
  std::optional<OutputFile> rejects;  // --rejects
};

std::optional<Stop> open_outputs(const AuditOptions& options, const DataFolder& folder, Outputs& outputs,
                                 Streams& streams) {
  if (const auto stop = open_output(options.output, folder, outputs.file, streams)) return stop;
  if (const auto stop = open_output(options.rejects, folder, outputs.rejects, streams)) return stop;
  if (outputs.file && outputs.rejects && !outputs.file->target().empty() &&
      outputs.file->target() == outputs.rejects->target()) {
    complain(streams, "--output and --rejects name the same file; give each its own");
    return Stop{kExitUsage};
  }
  return std::nullopt;
}

std::unique_ptr<VerdictWriter> make_writer(const AuditOptions& options, TextOutput& out,
                                           const Streams& streams) {
  switch (options.format) {
    case OutputFormat::kJsonl:
      return jsonl_writer(out, options.links);
    case OutputFormat::kCsv:
      return csv_writer(out, options.links);
    case OutputFormat::kHtml:
      return html_writer(out, options.links, {});
    case OutputFormat::kTable:
      break;
  }
  const Terminal terminal = options.output.empty() ? streams.out_terminal : Terminal{};
  return table_writer(out, options.links, {.group_by = options.group_by, .terminal = terminal});
}

// Whether nothing of the result is written before all verdicts are known.
bool tells_at_the_end(OutputFormat format) {
  return format == OutputFormat::kTable || format == OutputFormat::kHtml;
}

// What is seen of a result that was not finished.
Shown shown(const AuditOptions& options, const Outputs& outputs, Reach::Stage stage) {
  const bool in_part_file = outputs.file && !outputs.file->target().empty();
  const bool kept = tells_at_the_end(options.format) && stage != Reach::Stage::kWriting;
  const bool begun = stage == Reach::Stage::kJudging || stage == Reach::Stage::kWriting;
  return begun && !kept && !in_part_file ? Shown::kWholeLines : Shown::kNothing;
}

// Says why there is no result, or not all of it. Part files go with the outputs.
int give_up(const Error& error, const AuditOptions& options, Outputs& outputs, const Reach& reach,
            Streams& streams) {
  if (const int signal = stop_signal(streams); signal != 0) {
    complain(streams, interrupted_sentence(reach, shown(options, outputs, reach.stage)));
    return kExitSignal + signal;
  }
  const Status rejects =
      error.code == ErrorCode::kCancelled && outputs.rejects ? outputs.rejects->finish() : Status{};
  complain(streams, rejects ? error : rejects.error());
  return exit_status_of(rejects ? error : rejects.error());
}

// All are written out, whatever becomes of the others, unless somebody interrupts. What befalls standard
// output is told by whoever finishes it.
bool finish_outputs(Outputs& outputs, Streams& streams) {
  bool written = streams.out.flush().has_value();
  if (!written && stop_signal(streams) != 0) return false;
  for (std::optional<OutputFile>* file : {&outputs.file, &outputs.rejects}) {
    if (!*file) continue;
    const Status status = (*file)->finish();
    if (!status) complain(streams, status.error());
    written = written && status.has_value();
  }
  return written;
}

std::string told_moment_of(const JudgeOptions& judge) {
  if (judge.now_day) return display_day(*judge.now_day) + ", noon where each owner is";
  return display_value(Value::of(judge.now), TimeZone::utc(), {}) + " UTC";
}

std::string hint_about_packs() {
  const std::vector<std::string> shipped = shipped_pack_names();
  const bool conventions = std::ranges::find(shipped, kConventionsPack) != shipped.end();
  return conventions ? fmt::format("This was pack {}; --pack {} judges the conventions themselves.\n",
                                   kDefaultPack, kConventionsPack)
                     : fmt::format("This was pack {}; --pack NAME|FILE judges by another.\n", kDefaultPack);
}

Result<LoadedData> load_data(const JudgingSetup& setup, unsigned threads, Readings readings,
                             RejectLog& rejects, Progress& progress, Reach& reach,
                             const std::function<bool()>& stopped) {
  reach.stage = Reach::Stage::kReading;
  for (const DataFile& file : setup.folder.files) reach.all += file.bytes;
  const LoadOptions options{.threads = threads,
                            .readings = readings,
                            .progress =
                                [&](std::uint64_t done, std::uint64_t all) {
                                  reach.done = done;
                                  reach.all = all;
                                  progress.show(done, all);
                                },
                            .stopped = stopped};
  Result<LoadedData> data = load_judged(setup, options, rejects);
  progress.clear();
  return data;
}

Result<JudgeSummary> judge_data(const JudgingSetup& setup, LoadedData& data, const JudgeOptions& options,
                                VerdictWriter& writer, RejectLog& rejects, Reach& reach,
                                const std::function<bool()>& stopped) {
  std::vector<const BoundPack*> packs;
  for (const BoundPack& pack : setup.packs) packs.push_back(&pack);
  StoppableVerdicts verdicts(writer, stopped);
  reach = {.stage = Reach::Stage::kJudging};
  for (const auto& [object, source] : data.sources) reach.all += data.snapshot->table(object)->rows();
  Result<JudgeSummary> summary = judge(packs, *data.snapshot, data.sources, options, verdicts, &rejects);
  if (!summary) return summary;
  reach.done = summary->records;
  if (verdicts.were_stopped()) return fail(ErrorCode::kCancelled, "judging was stopped");
  for (LoadCounts& counts : data.counts) {
    const auto rejected = summary->rejected_cells.find(*setup.schema->find_object(counts.object));
    if (rejected != summary->rejected_cells.end()) counts.rejected_cells += rejected->second;
  }
  return summary;
}

int exit_status(const AuditOptions& options, const JudgeSummary& summary) {
  const bool violated =
      std::ranges::any_of(summary.policies, [](const PolicyCount& policy) { return policy.violated > 0; });
  return violated && options.on_violations == AuditOptions::OnViolations::kExitStatus ? kExitViolations
                                                                                      : kExitDone;
}

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--pack", "NAME|FILE", "Judge by this pack: a shipped one's name, or a YAML file. Default: essentials.",
     OptionSpec::Times::kMany},
    {"--config", "FILE", "A configuration (plumbline.yaml). What the command line says counts before it."},
    {"--as-of", "TIME",
     "Judge as of this moment: 2024-06-01T12:00:00Z, with an offset, or a date alone (its noon where the "
     "owner is). Default: now."},
    kJudgedLedgerOption,
    kKnownAtOption,
    {"--zone", "IANA",
     "Time zone of owners who have none in the data, such as Europe/Berlin. Default: the pack's."},
    {"--fields", "MAP.yaml", "A field map: your own names of objects, files and fields."},
    {"--object", "NAME=FILE", "This file holds these records, whatever it is called.",
     OptionSpec::Times::kMany},
    {"--policy", "ID", "Judge by this policy alone (id or pack/id).", OptionSpec::Times::kMany},
    {"--severity", "S", "Only policies of this severity or worse: low, medium, high."},
    {"--format", "FORMAT", "table, jsonl, csv or html. Default: table."},
    {"--output", "FILE", "Write the result there, once it is whole, instead of to standard output."},
    {"--rejects", "FILE", "Write every row and cell that could not be read there, as CSV."},
    {"--include-unknown", "", "Show also where the data does not tell, and why."},
    {"--group-by", "WHAT", "Groups of the table: owner or policy. Default: owner."},
    {"--link-base", "URL", "Your Salesforce address, to make links to records."},
    {"--threads", "N", "Judge with so many threads. Default: one a processor."},
    {"--exit-code", "", "End with status 1 if there are violations."},
});

int start(ParsedOptions parsed, Streams& streams) {
  if (const Step<void> step = apply_configuration(parsed, streams); !step) {
    return parsed.faults.empty() ? step.error().status : refuse(streams, "audit", parsed.faults);
  }
  const AuditOptions options = read_audit_options(parsed, streams.clock);
  if (!parsed.faults.empty()) return refuse(streams, "audit", parsed.faults);
  return run_audit(options, streams);
}

// What was judged is thrown away where it turns out not to hold, so only what can still be taken back may be
// written until then.
bool may_start_over(const AuditOptions& options, const Outputs& outputs) {
  const bool result = tells_at_the_end(options.format) || (outputs.file && !outputs.file->target().empty());
  return result && (!outputs.rejects || !outputs.rejects->target().empty());
}

AuditFacts facts_of(const AuditOptions& options, const JudgingSetup& setup, const LoadedData& data,
                    const JudgeSummary& judged, const RejectLog& rejects, const Streams& streams) {
  AuditFacts facts{.folder = setup.folder, .data = data, .judged = judged, .rejects = rejects};
  facts.rejects_file = options.rejects;
  if (setup.ledger != nullptr) facts.ledger = ledger_facts(*setup.ledger);
  facts.moment = moment_of(options.judge);
  facts.told_moment = told_moment_of(options.judge);
  for (const BoundPack& pack : setup.packs) {
    facts.packs.push_back(pack.pack->name);
    facts.pack_titles.push_back(pack.pack->title);
  }
  facts.columns = streams.err_terminal.columns;
  return facts;
}

void tell_summary(const AuditOptions& options, const AuditFacts& facts, Streams& streams) {
  streams.err.write((options.output.empty() ? "\n" : "") + audit_summary(facts));
  if (options.input.packs.empty()) streams.err.write(hint_about_packs());
}

// Empty where the data must be read twice.
std::optional<int> audit_once(const AuditOptions& options, const JudgingSetup& setup, Readings wanted,
                              Progress& progress, Streams& streams) {
  Outputs outputs;
  if (const auto stop = open_outputs(options, setup.folder, outputs, streams)) return stop->status;
  const Readings readings = may_start_over(options, outputs) ? wanted : Readings::kTwo;
  RejectLog rejects(outputs.rejects ? &*outputs.rejects : nullptr);
  const std::function<bool()> stopped = [&] { return stop_signal(streams) != 0 || rejects.failed(); };
  const auto given_up = [&](const Error& error, const Reach& reach) {
    return give_up(error, options, outputs, reach, streams);
  };
  Reach reach;
  Result<LoadedData> data =
      load_data(setup, options.judge.threads, readings, rejects, progress, reach, stopped);
  if (!data) return given_up(data.error(), reach);
  TextOutput& out = outputs.file ? *outputs.file : streams.out;
  const std::unique_ptr<VerdictWriter> writer = make_writer(options, out, streams);
  const Result<JudgeSummary> judged =
      judge_data(setup, *data, options.judge, *writer, rejects, reach, stopped);
  if (judged && !out.failed() && !settle(*data)) return std::nullopt;
  if (!judged) return given_up(judged.error(), reach);
  reach.stage = Reach::Stage::kWriting;
  AuditFacts facts = facts_of(options, setup, *data, *judged, rejects, streams);
  writer->learn(facts);
  writer->end();
  const Error cut_short{
      .code = ErrorCode::kCancelled, .message = "writing was stopped", .where = std::nullopt};
  if (stopped()) return given_up(cut_short, reach);
  if (!finish_outputs(outputs, streams))
    return stop_signal(streams) == 0 ? kExitInput : given_up(cut_short, reach);
  facts.seconds = progress.seconds();
  tell_summary(options, facts, streams);
  return exit_status(options, *judged);
}

int audit_by(const JudgingSetup& setup, const AuditOptions& options, Progress& progress, Streams& streams) {
  if (const auto status = audit_once(options, setup, Readings::kOneWherePossible, progress, streams))
    return *status;
  return audit_once(options, setup, Readings::kTwo, progress, streams).value_or(kExitInput);
}

// Taking packs apart, condition by condition, takes as long as judging hundreds of records. What is held on
// to is no leak, to those who look for leaks; volatile, or compilers would see that nobody reads it.
void leave_to_the_system(JudgingSetup setup) {
  [[maybe_unused]] static const JudgingSetup* volatile left = nullptr;
  left = new JudgingSetup(std::move(setup));
}

}  // namespace

int run_audit(const AuditOptions& options, Streams& streams) {
  Progress progress(streams);
  Step<JudgingSetup> setup = set_up_judging("audit", options.input, streams);
  if (!setup) return setup.error().status;
  // Up to here nothing is lost where a signal ends the process as it always does.
  if (streams.signals != nullptr) streams.signals->watch();
  const int status = audit_by(*setup, options, progress, streams);
  if (streams.process_ends) leave_to_the_system(*std::move(setup));
  return status;
}

const CommandSpec& audit_command() {
  static constexpr CommandSpec kCommand{
      .name = "audit",
      .arguments = "[DIR | FILE]...",
      .summary = "Judge the records of exported files, and say what is wrong and what to do.",
      .options = kOptions,
      .notes =
          "Files are CSV or JSON, known by their names (Opportunity.csv, accounts2.csv). The result goes to "
          "standard "
          "output, a summary of what was read and judged to standard error. Without DIR and FILE those are "
          "read that the configuration names.\n"
          "With --ledger the records come from a ledger that plumbline ingest has filled; nothing is written "
          "to it. "
          "With --as-of they are what they were then, as far as was known then, or at --known-at.\n"
          "Exit status: 0 done; 1 violations found and --exit-code; 2 a wrong option, pack or field map; 3 "
          "an input "
          "cannot be read, the result cannot be written, or memory runs out; 5 the ledger is damaged; 128 "
          "and the number of the "
          "signal "
          "where it was interrupted (130 for Ctrl-C): files to be written are removed then, and standard "
          "output "
          "ends after a whole line.",
      .examples =
          "plumbline audit exports/\n"
          "plumbline audit exports/ --severity high --group-by policy\n"
          "plumbline audit Opportunity.csv User.csv --format jsonl --output verdicts.jsonl\n"
          "plumbline audit exports/ --format html --output report.html\n"
          "plumbline audit exports/ --as-of 2024-06-01 --zone Europe/Berlin\n"
          "plumbline audit exports/ --pack our-rules.yaml --exit-code\n"
          "plumbline audit --config plumbline.yaml --severity high\n"
          "plumbline audit --ledger acme.ledger --as-of 2024-06-01",

      .run = start,
  };
  return kCommand;
}

}  // namespace plumbline
