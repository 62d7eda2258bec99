#include "daemon/cli/init.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/nearest_name.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/init_files.h"
#include "daemon/cli/init_report.h"
#include "daemon/cli/init_survey.h"
#include "daemon/cli/judging.h"
#include "daemon/cli/output_file.h"
#include "daemon/cli/texts.h"
#include "policies/data_gaps.h"
#include "policies/parameter_fields.h"
#include "records/field_map.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFieldMapName = "field-map.yaml";
constexpr std::string_view kPackName = "my-conventions";
constexpr std::string_view kRichPack = "commercial-sales";  // extended where the data has fields of its own

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--output-dir", "DIR", "Write the two files there. Default: the current folder."},
    {"--name", "NAME", "What your pack is called, and its file. Default: my-conventions."},
    {"--extends", "PACK",
     "The shipped pack to start from. Default: commercial-sales where the data has custom fields it reads, "
     "else essentials."},
    {"--object", "NAME=FILE", "This file holds these records.", OptionSpec::Times::kMany},
    {"--force", "", "Replace files that are there."},
});

struct InitOptions {
  SurveyInput input{};
  std::string field_map{};  // paths
  std::string pack{};
  std::string name{};
  std::string extends{};  // empty: to be chosen
};

bool is_pack_name(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(
             name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }) &&
         name.front() != '-' && name.back() != '-' && name.find("--") == std::string_view::npos;
}

void read_name(ParsedOptions& parsed, InitOptions& options) {
  options.name = parsed.one("--name").value_or(std::string(kPackName));
  const std::vector<std::string> shipped = shipped_pack_names();
  if (!is_pack_name(options.name)) {
    parsed.faults.push_back(fmt::format(
        "--name {} cannot be a pack's name; use small letters, digits and hyphens", options.name));
  } else if (std::ranges::find(shipped, options.name) != shipped.end()) {
    parsed.faults.push_back(
        fmt::format("--name {} is a pack that comes with Plumbline; choose another", options.name));
  }
  options.extends = parsed.one("--extends").value_or("");
  if (!parsed.has("--extends") || std::ranges::find(shipped, options.extends) != shipped.end()) return;
  const std::string nearest = did_you_mean(options.extends, shipped);
  parsed.faults.push_back(
      fmt::format("there is no shipped pack {}{}", options.extends,
                  nearest.empty() ? fmt::format("; there are {}", fmt::join(shipped, ", ")) : nearest));
}

void read_places(ParsedOptions& parsed, InitOptions& options) {
  const std::string folder = parsed.one("--output-dir").value_or("");
  std::error_code code;
  if (parsed.has("--output-dir") && !fs::is_directory(folder, code)) {
    parsed.faults.push_back(fmt::format("--output-dir {} is no folder; create it first", folder));
    return;
  }
  options.field_map = (fs::path(folder) / kFieldMapName).string();
  options.pack = (fs::path(folder) / (options.name + ".yaml")).string();
  if (parsed.has("--force")) return;
  for (const std::string& path : {options.field_map, options.pack}) {
    if (fs::exists(fs::symlink_status(path, code))) {
      parsed.faults.push_back(
          fmt::format("{} is there already; --force replaces it, --output-dir writes elsewhere", path));
    }
  }
}

InitOptions read_options(ParsedOptions& parsed) {
  InitOptions options;
  const JudgingInput input = read_judging_input(parsed, {});
  options.input = {.paths = parsed.arguments, .objects = input.objects};
  if (parsed.arguments.empty())
    parsed.faults.emplace_back("init needs a folder of exports, or a describe document: plumbline init DIR");
  read_name(parsed, options);
  read_places(parsed, options);
  return options;
}

// The shipped packs over a schema, and what binding them is kept alive by.
struct ShippedPacks {
  Schema schema = Schema::standard();
  std::vector<BoundPack> packs{};
  std::vector<const BoundPack*> all() const {
    std::vector<const BoundPack*> out;
    for (const BoundPack& pack : packs) out.push_back(&pack);
    return out;
  }
};

// Shipped packs have no faults of their own, for their tests see to that; false where a derived field is read
// of other records than the one judged, which it cannot be.
bool bind_shipped(ShippedPacks& shipped, const std::vector<DerivedField>& derived) {
  Diagnostics diagnostics;
  for (const std::string& name : shipped_pack_names()) {
    std::optional<Pack> pack = load_pack(*shipped_pack(name), diagnostics, PackExamples::kNotNeeded);
    if (!pack) continue;
    shipped.packs.push_back(
        bind_pack(std::make_shared<const Pack>(*std::move(pack)), shipped.schema, derived, diagnostics));
  }
  return !diagnostics.has_errors();
}

// The field of the proposal that the derived one is made of.
FieldProposal* find_proposal(const DerivedField& derived, const Survey& survey, const Schema& standard,
                             const Schema& schema, MapProposal& proposal) {
  const std::string& name = schema.object(derived.object).fields[derived.field].name;
  for (ObjectProposal& object : proposal.objects) {
    const std::size_t index = survey.sources[object.source].object;
    if (index != derived.object) continue;
    for (FieldProposal& field : object.fields) {
      if (same_name(standard.object(index).fields[field.field].name, name)) return &field;
    }
  }
  return nullptr;
}

// Conditions that make a shipped pack fail become guesses. Whether there were any.
bool hold_back_unusable(const Survey& survey, const Schema& standard, const Schema& schema,
                        const FieldMap& map, MapProposal& proposal) {
  bool any = false;
  for (const DerivedField& derived : derived_fields(map, schema)) {
    ShippedPacks alone{.schema = schema};
    if (bind_shipped(alone, {derived})) continue;
    FieldProposal* const field = find_proposal(derived, survey, standard, schema, proposal);
    if (field == nullptr || field->sure == Sureness::kGuess) continue;
    field->sure = Sureness::kGuess;
    field->held_back = true;
    field->why +=
        "; but policies read it through other records, which a condition cannot serve: export it as true and "
        "false";
    any = true;
  }
  return any;
}

WantedFields wanted_fields(const ShippedPacks& shipped) {
  WantedFields wanted;
  for (const BoundPack& pack : shipped.packs) {
    for (const auto* needs : {&pack.needs.fields, &pack.needs.passing}) {
      for (const auto& [object, fields] : *needs) wanted[object].insert(fields.begin(), fields.end());
    }
  }
  return wanted;
}

// What is there once the map is in use: the same as an audit would find.
DataPresence presence_of(const Survey& survey, const MapProposal& proposal, const Schema& standard,
                         const Schema& schema, const FieldMap& map) {
  DataPresence data;
  for (const ObjectProposal& object : proposal.objects) {
    const ObjectSource& source = survey.sources[object.source];
    if (object.key.kind == KeyProposal::Kind::kNone) continue;
    const std::size_t index = *schema.find_object(standard.object(source.object).name);
    data.objects.insert(index);
    const MappedObject* const mapped = map.find(schema.object(index).name);
    for (std::size_t field = 0; field < schema.object(index).fields.size(); ++field) {
      std::string column = schema.object(index).fields[field].name;
      if (mapped != nullptr) {
        if (same_name(column, "Id") && !mapped->key.empty()) column = mapped->key;
        for (const MappedField& one : mapped->fields) {
          if (same_name(one.field, schema.object(index).fields[field].name)) column = one.from;
        }
      }
      const bool there = std::ranges::any_of(
          source.columns, [&](const SampledColumn& one) { return same_name(one.name, column); });
      if (there) data.fields.emplace(index, field);
    }
  }
  return data;
}

// Fields whose changes the history holds, by what its column Field says.
void add_tracked(const Survey& survey, const MapProposal& proposal, const Schema& standard,
                 const Schema& schema, DataPresence& data) {
  for (std::size_t at = 0; at < schema.object_count(); ++at) {
    const ObjectSchema& object = schema.object(at);
    for (const ObjectProposal& history : proposal.objects) {
      const ObjectSource& source = survey.sources[history.source];
      if (standard.object(source.object).name != object.history_object) continue;
      const auto names = standard.object(source.object).find("Field");
      const auto said = std::ranges::find_if(history.fields, [&](const FieldProposal& one) {
        return names && one.field == *names && one.sure != Sureness::kGuess;
      });
      if (said == history.fields.end()) continue;
      const SampledColumn& column = source.columns[said->column];
      for (std::size_t field = 0; field < object.fields.size(); ++field) {
        const FieldSchema& known = object.fields[field];
        const bool tracked =
            source.described || std::ranges::any_of(column.values, [&](const SampledValue& value) {
              return same_name(value.text, known.name) ||
                     (!known.own_name.empty() && same_name(value.text, known.own_name));
            });
        if (tracked) data.tracked.emplace(at, field);
      }
    }
  }
}

// Whether the pack judges something by a custom field of the data: then it has more to say than essentials.
bool reads_custom_fields(const ShippedPacks& shipped, const DataGaps& gaps, std::string_view name) {
  for (std::size_t at = 0; at < shipped.packs.size(); ++at) {
    if (shipped.packs[at].pack->name != name) continue;
    const std::vector<const Policy*>& judged = gaps.packs[at].judged;
    return std::ranges::any_of(shipped.packs[at].policies, [&](const BoundPolicy& policy) {
      const bool in_use = std::ranges::find(judged, policy.policy) != judged.end();
      return in_use && std::ranges::any_of(policy.required, [&](const Requirement& one) {
               return one.kind == Requirement::Kind::kField &&
                      shipped.schema.object(one.object).fields[one.field].name.ends_with("__c");
             });
    });
  }
  return false;
}

std::size_t judged_by(const DataGaps& gaps, std::string_view name) {
  for (const PackReadiness& pack : gaps.packs) {
    if (pack.pack->name == name) return pack.judged.size();
  }
  return 0;
}

std::string quoted_word(const std::string& word) {
  constexpr std::string_view kHarmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
  if (!word.empty() && word.find_first_not_of(kHarmless) == std::string::npos) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string next_command(const InitOptions& options, const Survey& survey) {
  std::string command = "plumbline audit";
  if (survey.has_exports) {
    for (const std::string& path : options.input.paths) command += fmt::format(" {}", quoted_word(path));
  } else {
    command += " EXPORTS";  // there are none yet
  }
  for (const auto& [object, file] : options.input.objects)
    command += fmt::format(" --object {}", quoted_word(fmt::format("{}={}", object, file)));
  return command +
         fmt::format(" --fields {} --pack {}", quoted_word(options.field_map), quoted_word(options.pack));
}

bool write_file(const std::string& path, const std::string& text, Streams& streams) {
  Result<OutputFile> file = OutputFile::create(path);
  if (!file) {
    complain(streams, file.error());
    return false;
  }
  file->write(text);
  const Status written = file->finish();
  if (!written) complain(streams, written.error());
  return written.has_value();
}

int tell_nothing_found(const Survey& survey, const InitOptions& options, Streams& streams) {
  for (const UnknownFile& file : survey.unknown)
    complain(streams, fmt::format("{}: {}", file.name, file.reason));
  complain(
      streams,
      fmt::format("nothing to start from in {}; export Opportunity, and where you can Account, User, Lead "
                  "and OpportunityFieldHistory, as CSV into it, or say --object Opportunity=FILE",
                  fmt::join(options.input.paths, ", ")));
  return kExitInput;
}

// A map of our own making that does not read is a fault of ours; told as such rather than written.
std::optional<FieldMap> read_back(const std::string& text, const std::string& path, Schema& schema,
                                  Streams& streams) {
  Diagnostics diagnostics;
  std::optional<FieldMap> map = parse_field_map(text, path, diagnostics);
  if (map) apply(*map, schema, diagnostics);
  if (map && !diagnostics.has_errors()) return map;
  complain(streams, "the field map that was made does not read, which is a fault of Plumbline:\n" +
                        render_all(diagnostics, text));
  return std::nullopt;
}

struct MadeMap {
  std::string text;
  FieldMap map{};
  Schema schema{};  // the standard one with the map applied
};

// Makes the map twice where its first form turns out to hold what the packs cannot use.
std::optional<MadeMap> make_map(const InitOptions& options, const Survey& survey, const Schema& standard,
                                MapProposal& proposal, Streams& streams) {
  const std::string about = fmt::format("{}", fmt::join(options.input.paths, ", "));
  MadeMap made;
  for (bool again = true; again;) {
    made.text = render_field_map(standard, survey, proposal, about);
    made.schema = Schema::standard();
    std::optional<FieldMap> map = read_back(made.text, options.field_map, made.schema, streams);
    if (!map) return std::nullopt;
    made.map = *std::move(map);
    again = hold_back_unusable(survey, standard, made.schema, made.map, proposal);
  }
  return made;
}

StarterPack starter_of(InitOptions& options, const ShippedPacks& shipped, const DataGaps& gaps,
                       const Schema& standard) {
  if (options.extends.empty()) {
    const bool rich = reads_custom_fields(shipped, gaps, kRichPack) &&
                      judged_by(gaps, kRichPack) >= judged_by(gaps, kDefaultPack);
    options.extends = rich ? kRichPack : kDefaultPack;
  }
  StarterPack starter{.name = options.name};
  for (const PackReadiness& pack : gaps.packs) {
    if (pack.pack->name != options.extends) continue;
    starter.base = pack.pack;
    starter.policies = pack.judged;
  }
  starter.parameters = parameter_fields(*starter.base, standard);
  return starter;
}

int run_init(InitOptions options, Streams& streams) {
  const Schema standard = Schema::standard();
  const Step<Survey> survey = survey_files(options.input, standard, streams);
  if (!survey) return survey.error().status;
  if (survey->sources.empty()) return tell_nothing_found(*survey, options, streams);

  ShippedPacks plain;
  bind_shipped(plain, {});
  MapProposal proposal = propose_fields(standard, survey->sources, wanted_fields(plain));
  const std::optional<MadeMap> made = make_map(options, *survey, standard, proposal, streams);
  if (!made) return kExitUsage;

  ShippedPacks shipped{.schema = made->schema};
  bind_shipped(shipped, derived_fields(made->map, shipped.schema));
  DataPresence data = presence_of(*survey, proposal, standard, shipped.schema, made->map);
  add_tracked(*survey, proposal, standard, shipped.schema, data);
  const DataGaps gaps = find_data_gaps(shipped.all(), data, shipped.schema);
  const StarterPack starter = starter_of(options, shipped, gaps, standard);
  const std::string pack_text = render_conventions(starter, standard, *survey, proposal);
  if (!write_file(options.field_map, made->text, streams) || !write_file(options.pack, pack_text, streams))
    return kExitInput;
  streams.out.write(init_report({.schema = standard,
                                 .survey = *survey,
                                 .proposal = proposal,
                                 .bound_schema = shipped.schema,
                                 .gaps = gaps,
                                 .field_map = options.field_map,
                                 .pack = options.pack,
                                 .extends = options.extends,
                                 .next = next_command(options, *survey),
                                 .columns = streams.out_terminal.columns}));
  return kExitDone;
}

int start(ParsedOptions parsed, Streams& streams) {
  InitOptions options = read_options(parsed);
  if (!parsed.faults.empty()) return refuse(streams, "init", parsed.faults);
  return run_init(std::move(options), streams);
}

}  // namespace

const CommandSpec& init_command() {
  static constexpr CommandSpec kCommand{
      .name = "init",
      .arguments = "(DIR | FILE)...",
      .summary = "Look at exports, and write a field map and a pack to start from.",
      .options = kOptions,
      .notes =
          "Tells which file holds which object and which column stands for which field, with how sure it is "
          "and "
          "why, and what is missing for which policies. FILE may also be a describe document of Salesforce "
          "(sf sobject describe --json). Nothing that exists is replaced without --force.\n"
          "Exit status: 0 done; 2 a wrong option, or a file that is there already; 3 an input cannot be "
          "read, "
          "holds nothing to start from, or the result cannot be written.",
      .examples =
          "plumbline init exports/\n"
          "plumbline init exports/ --output-dir config --name acme-conventions\n"
          "plumbline init describe.json --extends commercial-sales",
      .run = start,
  };
  return kCommand;
}

}  // namespace plumbline
