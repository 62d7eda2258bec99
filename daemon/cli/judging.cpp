#include "daemon/cli/judging.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/texts.h"

namespace plumbline {
namespace {

std::vector<std::string> pack_names(const JudgingInput& input) {
  return input.packs.empty() ? std::vector<std::string>{std::string(kDefaultPack)} : input.packs;
}

struct LoadedPack {
  std::shared_ptr<const Pack> pack;
  bool shipped = false;
};

Step<std::vector<LoadedPack>> load_packs(const JudgingInput& input, SourceTexts& texts,
                                         Diagnostics& diagnostics, Streams& streams) {
  std::vector<LoadedPack> packs;
  bool missing = false;
  for (const std::string& name : pack_names(input)) {
    const Result<PackText> text = find_pack(name);
    if (!text) {
      complain(streams, text.error());
      missing = true;
      continue;
    }
    texts.add(text->file, text->text);
    if (std::optional<Pack> pack = load_pack_to_check(*text, diagnostics, PackExamples::kNotNeeded)) {
      packs.push_back(
          {.pack = std::make_shared<const Pack>(*std::move(pack)), .shipped = text->embedded != nullptr});
    }
  }
  if (missing) return std::unexpected(Stop{kExitUsage});
  return packs;
}

int tell_folder_faults(const FolderFaults& faults, Streams& streams) {
  // A wrong --object is the command line's fault, not the data's.
  bool options_alone = true;
  for (const Error& error : faults.errors) {
    complain(streams, error);
    options_alone = options_alone && error.where && error.where->file.starts_with("--object");
  }
  return options_alone ? kExitUsage : kExitInput;
}

std::optional<Stop> open_judged_ledger(const LedgerInput& input, JudgingSetup& setup, Schema& schema,
                                       Streams& streams) {
  Result<std::unique_ptr<LedgerData>> data = open_ledger_data(input);
  if (!data) {
    complain(streams, data.error());
    return Stop{exit_status_of(data.error())};
  }
  setup.ledger = *std::move(data);
  add_to_schema(setup.ledger->known, setup.field_map ? &*setup.field_map : nullptr, schema);
  return std::nullopt;
}

std::optional<Stop> find_source(const JudgingInput& input, JudgingSetup& setup, Schema& schema,
                                Streams& streams) {
  if (input.ledger) return open_judged_ledger(*input.ledger, setup, schema, streams);
  Step<DataFolder> folder = find_data(input, setup.field_map, schema, streams);
  if (!folder) return folder.error();
  setup.folder = *std::move(folder);
  return std::nullopt;
}

DataNeeds bare_needs(const JudgingSetup& setup) {
  DataNeeds needs;
  for (const BoundPack& pack : setup.packs) {
    for (const BoundPolicy& policy : pack.policies) needs.add(policy.needs);
  }
  return needs;
}

// All policies of one's own pack, since its faults are told whichever policies are selected. What comes from
// a shipped pack has none (its tests see to that), unless a field map gives fields another meaning.
PolicyChoice policies_to_bind(const LoadedPack& pack, const JudgingInput& input) {
  if (!input.fields.empty() || input.taken == JudgingInput::Packs::kCompared) return {};
  return [&](const Policy& policy) {
    return is_selected(*pack.pack, policy, input.selection) ||
           !(pack.shipped || is_untouched(*pack.pack, policy));
  };
}

}  // namespace

Step<DataFolder> find_data(const JudgingInput& input, const std::optional<FieldMap>& map, Schema& schema,
                           Streams& streams) {
  const FolderOptions wanted{
      .paths = input.paths, .objects = input.objects, .field_map = map ? &*map : nullptr};
  std::expected<DataFolder, FolderFaults> folder = open_folder(wanted, schema);
  if (!folder) return std::unexpected(Stop{tell_folder_faults(folder.error(), streams)});
  if (!folder->files.empty()) return *std::move(folder);
  for (const SkippedFile& file : folder->skipped)
    complain(streams, fmt::format("{}: {}", file.name, file.reason));
  complain(streams,
           "no file with records was found; name exports such as Opportunity.csv, or say --object "
           "Opportunity=FILE");
  return std::unexpected(Stop{kExitInput});
}

Step<JudgingSetup> set_up_judging(std::string_view command, const JudgingInput& input, Streams& streams) {
  SourceTexts texts;
  Diagnostics diagnostics;
  auto packs = load_packs(input, texts, diagnostics, streams);
  Result<Fields> fields = read_fields(input.fields, texts, diagnostics);
  if (!fields) complain(streams, fields.error());
  // A faulty pack goes on to be bound: the faults of its conditions are told in the same run.
  if (!packs || !fields || packs->empty() || (!input.fields.empty() && !fields->map)) {
    streams.err.write(render_faults(diagnostics, texts));
    return std::unexpected(Stop{kExitUsage});
  }
  JudgingSetup setup;
  setup.field_map = std::move(fields->map);
  if (const auto stop = find_source(input, setup, fields->schema, streams)) return std::unexpected(*stop);
  setup.schema = std::make_shared<const Schema>(std::move(fields->schema));
  const std::vector<DerivedField> derived =
      setup.field_map ? derived_fields(*setup.field_map, *setup.schema) : std::vector<DerivedField>{};
  for (const LoadedPack& pack : *packs) {
    setup.packs.push_back(
        bind_pack(pack.pack, *setup.schema, derived, diagnostics, policies_to_bind(pack, input)));
  }
  streams.err.write(render_faults(diagnostics, texts));
  if (diagnostics.has_errors()) return std::unexpected(Stop{kExitUsage});
  const auto select =
      input.taken == JudgingInput::Packs::kCompared ? select_compared_policies : select_policies;
  const std::vector<std::string> faults = select(setup.packs, input.selection, *setup.schema);
  if (!faults.empty()) return std::unexpected(Stop{refuse(streams, command, faults)});
  return setup;
}

DataNeeds needs_of(const JudgingSetup& setup) {
  return needs_in(setup.folder, *setup.schema, bare_needs(setup));
}

Result<LoadedData> load_judged(const JudgingSetup& setup, LoadOptions options, RejectLog& rejects) {
  if (setup.ledger != nullptr) {
    return load_from_ledger(
        setup, setup.ledger->moment,
        {.threads = options.threads, .keeping = options.keeping, .stopped = options.stopped});
  }
  options.field_map = setup.field_map ? &*setup.field_map : nullptr;
  return load(setup.folder, setup.schema, needs_of(setup), rejects, options);
}

Result<LoadedData> load_from_ledger(const JudgingSetup& setup, const LedgerMoment& moment,
                                    LedgerLoadOptions options) {
  options.field_map = setup.field_map ? &*setup.field_map : nullptr;
  return load_snapshot(setup.ledger->ledger, setup.schema, bare_needs(setup), moment, options);
}

}  // namespace plumbline
