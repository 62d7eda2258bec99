// `plumbline policy explain`: why a record is, or is not, what a policy asks about.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/utf8.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/explain.h"
#include "daemon/cli/find_record.h"
#include "daemon/cli/judging.h"
#include "daemon/cli/policy_commands.h"
#include "daemon/cli/progress.h"
#include "daemon/cli/rejects.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::size_t kMostListed = 20;  // records of one name

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--data", "DIR|FILE", "Exports: a folder of them, or one file.", OptionSpec::Times::kMany},
    {"--pack", "NAME|FILE", "Judge by this pack: a shipped one's name, or a YAML file. Default: essentials.",
     OptionSpec::Times::kMany},
    {"--policy", "ID", "This policy alone (id or pack/id). Without RECORD: over all records.",
     OptionSpec::Times::kMany},
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
    {"--format", "FORMAT", "text or jsonl. Default: text."},
});

struct ExplainOptions {
  std::string record;  // empty: all records
  JudgingInput input;
  JudgeOptions judge;
  bool jsonl = false;
};

ExplainOptions read_options(ParsedOptions& parsed, const Clock& clock) {
  ExplainOptions options;
  options.judge = read_judge_options(parsed, clock);
  options.input = read_judging_input(parsed, options.judge);
  options.input.paths = parsed.all("--data");
  options.jsonl = read_choice(parsed, "--format", {"text", "jsonl"}, 0) == 1;
  if (parsed.arguments.size() > 1)
    parsed.faults.emplace_back("policy explain takes one record; put a name of several words in quotes");
  if (!parsed.arguments.empty()) options.record = parsed.arguments[0];
  if (trim(options.record).empty() && options.input.selection.policies.empty())
    parsed.faults.emplace_back("name a record (its id or its name), or a policy with --policy");
  check_source(options.input, "say where the records are: --data exports/, or --ledger FILE", parsed.faults);
  return options;
}

Result<LoadedData> load_everything(const JudgingSetup& setup, unsigned threads, Streams& streams) {
  Progress progress(streams);
  RejectLog rejects(nullptr);
  const LoadOptions options{
      .threads = threads,
      .keeping = Keeping::kEverything,
      .progress = [&](std::uint64_t done, std::uint64_t all) { progress.show(done, all); },
      .stopped = {}};
  Result<LoadedData> data = load_judged(setup, options, rejects);
  progress.clear();
  return data;
}

// "12 Opportunity and 3 Lead records"
std::string looked_at(const Snapshot& snapshot, std::uint64_t records) {
  std::vector<std::string_view> objects;
  for (std::size_t object = 0; object < snapshot.schema().object_count(); ++object) {
    if (snapshot.table(object) != nullptr) objects.push_back(snapshot.schema().object(object).name);
  }
  return fmt::format("{} of {}", counted(records, "record", "records"), fmt::join(objects, ", "));
}

int tell_not_found(const std::string& wanted, const RecordSearch& search, const Snapshot& snapshot,
                   Streams& streams) {
  if (!search.deleted_object.empty()) {
    complain(streams,
             fmt::format("{} {} is deleted, so no policy looks at it", search.deleted_object, wanted));
    return kExitUsage;
  }
  const std::string nearest = search.nearest.empty()
                                  ? "; give its id, or its name as the export spells it"
                                  : fmt::format("; did you mean {}?", fmt::join(search.nearest, ", or "));
  complain(streams, fmt::format("no record has the id or the name {} among {}{}", wanted,
                                looked_at(snapshot, search.looked_at), nearest));
  return kExitUsage;
}

int tell_several(const std::string& wanted, const RecordSearch& search, const Snapshot& snapshot,
                 Streams& streams) {
  // Keys of an organisation's own may be the same in two objects.
  const std::string first_id = id_of_record(snapshot, search.found[0]);
  const bool same_ids = !first_id.empty() && std::ranges::all_of(search.found, [&](const RecordPlace& place) {
    return id_of_record(snapshot, place) == first_id;
  });
  const std::string_view remedy =
      same_ids ? "name a policy about the one you mean with --policy" : "give the id of one";
  std::string text =
      fmt::format("{} records are called {}; {}:", with_commas(search.found.size()), wanted, remedy);
  for (std::size_t i = 0; i < std::min(search.found.size(), kMostListed); ++i) {
    const RecordPlace& place = search.found[i];
    const std::string id = id_of_record(snapshot, place);
    text += fmt::format("\n  {}  {}", snapshot.schema().object(place.object).name,
                        id.empty() ? "(without id)" : id);
  }
  if (search.found.size() > kMostListed)
    text += fmt::format("\n  and {} more", with_commas(search.found.size() - kMostListed));
  complain(streams, text);
  return kExitUsage;
}

bool is_looked_at(const JudgingSetup& setup, std::size_t object) {
  return std::ranges::any_of(setup.packs, [&](const BoundPack& pack) {
    return std::ranges::any_of(pack.policies,
                               [&](const BoundPolicy& policy) { return policy.object == object; });
  });
}

int tell_not_looked_at(const JudgingSetup& setup, const RecordPlace& place, const Snapshot& snapshot,
                       Streams& streams) {
  std::set<std::string_view> objects;
  for (const BoundPack& pack : setup.packs) {
    for (const BoundPolicy& policy : pack.policies)
      objects.insert(snapshot.schema().object(policy.object).name);
  }
  const std::string& object = snapshot.schema().object(place.object).name;
  complain(streams,
           fmt::format("{} is a record of {}, which none of these policies looks at; they look at {}",
                       id_of_record(snapshot, place), object, fmt::join(objects, ", ")));
  return kExitUsage;
}

int explain_one(const ExplainOptions& options, JudgingSetup& setup, const Snapshot& snapshot,
                const std::vector<DerivedField>& derived, Streams& streams) {
  RecordSearch search = find_record(snapshot, options.record);
  if (search.found.empty()) return tell_not_found(options.record, search, snapshot, streams);
  // An owner may be called like a deal; only one of the two is judged.
  std::vector<RecordPlace> judged;
  for (const RecordPlace& place : search.found) {
    if (is_looked_at(setup, place.object)) judged.push_back(place);
  }
  if (judged.empty()) return tell_not_looked_at(setup, search.found[0], snapshot, streams);
  search.found = std::move(judged);
  if (search.found.size() > 1) return tell_several(options.record, search, snapshot, streams);
  const ExplainedRecord record = explain_record(setup, snapshot, search.found[0], options.judge, derived);
  const ExplainFacts facts{.terminal = streams.out_terminal,
                           .policies_named = !options.input.selection.policies.empty()};
  streams.out.write(options.jsonl ? explain_lines(record) : explain_page(record, facts));
  return kExitDone;
}

int run(ParsedOptions parsed, Streams& streams) {
  const ExplainOptions options = read_options(parsed, streams.clock);
  if (!parsed.faults.empty()) return refuse(streams, "policy explain", parsed.faults);
  Step<JudgingSetup> setup = set_up_judging("policy explain", options.input, streams);
  if (!setup) return setup.error().status;
  const Result<LoadedData> data = load_everything(*setup, options.judge.threads, streams);
  if (!data) {
    complain(streams, data.error());
    return exit_status_of(data.error());
  }
  const std::vector<DerivedField> derived =
      setup->field_map ? derived_fields(*setup->field_map, *setup->schema) : std::vector<DerivedField>{};
  if (!trim(options.record).empty()) return explain_one(options, *setup, *data->snapshot, derived, streams);
  const std::vector<TalliedPolicy> tallied = tally_policies(*setup, *data->snapshot, options.judge, derived);
  const ExplainFacts facts{.terminal = streams.out_terminal, .policies_named = true};
  streams.out.write(options.jsonl ? tally_lines(tallied) : tally_page(tallied, facts));
  return kExitDone;
}

}  // namespace

const CommandSpec& policy_explain_command() {
  static constexpr CommandSpec kCommand{
      .name = "policy explain",
      .arguments = "[RECORD]",
      .summary =
          "Show why a record violates policies, or does not: every part of their conditions with its value.",
      .options = kOptions,
      .notes =
          "RECORD is an id (of 15 or 18 characters, or your own key) or the name of a record, in any case. "
          "Without it, --policy ID counts what decided over all records.",
      .examples =
          "plumbline policy explain 006Rt00000000OgIAI --data exports/\n"
          "plumbline policy explain 'Copper Kettle - Fleet telematics' --data exports/ --as-of 2024-06-01\n"
          "plumbline policy explain --policy past-close-date --data exports/",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
