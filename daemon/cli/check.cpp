// `plumbline check`: the configuration and everything it names, in one run.
#include "daemon/cli/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "daemon/cli/check_ledger.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/load_configuration.h"
#include "daemon/cli/source_secrets.h"
#include "daemon/cli/wrap.h"
#include "policies/examples.h"

namespace plumbline {
namespace {

constexpr std::string_view kSourcesNeedLedger = "CF025";
constexpr std::string_view kNothingThere = "CF026";

// What was found behind one configuration.
struct Checked {
  std::size_t packs = 0;
  std::size_t policies = 0;
  std::size_t sources = 0;
  std::string ledger{};  // "a ledger of 14 syncs"; empty for none
};

class ConfigurationCheck {
 public:
  ConfigurationCheck(SourceTexts& texts, Diagnostics& diagnostics)
      : texts_(texts), diagnostics_(diagnostics) {}

  // The Error is a file that cannot be read.
  Result<Checked> check(const LoadedConfiguration& loaded) {
    const Result<Fields> fields = read_fields(loaded.fields, texts_, diagnostics_);
    if (!fields) return fail(fields.error());
    const std::vector<DerivedField> derived =
        fields->map ? derived_fields(*fields->map, fields->schema) : std::vector<DerivedField>{};
    std::vector<PlacedText> packs = loaded.packs;
    // Without `packs` it is judged by the pack that audits take.
    if (loaded.configuration.packs.empty()) packs.push_back({.text = std::string(kDefaultPack), .where = {}});
    for (const PlacedText& name : packs) {
      const Result<PackText> text = find_pack(name.text);
      if (!text) return fail(text.error());
      check_pack(*text, *fields, derived, name.where);
    }
    check_secrets(loaded.configuration);
    check_sources(loaded.configuration);
    checked_.ledger = check_ledger(loaded, bound_, derived, fields->schema, diagnostics_);
    return checked_;
  }

 private:
  void check_secrets(const Configuration& configuration) {
    Configuration read = configuration;
    read_source_secrets(read, credentials_folder(), WithoutFolder::kPassedOver, diagnostics_);
  }

  void check_sources(const Configuration& configuration) {
    if (configuration.sources.empty()) return;
    const std::vector<SourceSpan> sources = configuration.sources.places();
    checked_.sources = sources.size();
    if (configuration.sources.exports) check_export_paths(configuration, *configuration.sources.exports);
    if (configuration.ledger.file) return;
    diagnostics_.error(std::string(kSourcesNeedLedger), sources.front(),
                       "what sources bring goes into a ledger, and there is none; write ledger: {file: "
                       "plumbline.ledger}");
  }

  // Warnings: a folder may be one that another machine lends, and the other sources go on without it.
  void check_export_paths(const Configuration& configuration, const ExportsSection& exports) {
    for (std::size_t i = 0; i < exports.places.size(); ++i) {
      const ExportFile& file = exports.options.files[i];
      if (file.path.empty()) continue;
      const std::string path = path_from(configuration, file.path);
      std::error_code code;
      if (std::filesystem::exists(path, code)) continue;
      diagnostics_.warning(
          std::string(kNothingThere), exports.places[i].where,
          fmt::format("export {}: {} is not there, or may not be looked at; paths start from "
                      "the folder of the configuration",
                      file.name, path));
    }
  }

  void check_pack(const PackText& text, const Fields& fields, const std::vector<DerivedField>& derived,
                  const SourceSpan& where) {
    texts_.add(text.file, text.text);
    std::optional<Pack> pack = load_pack_to_check(text, diagnostics_);
    if (!pack) return;
    ++checked_.packs;
    checked_.policies += pack->policies.size();
    note_name(pack->name, text.file, where);
    check_examples(*pack, fields.schema, diagnostics_);
    bound_.push_back(
        bind_pack(std::make_shared<const Pack>(*std::move(pack)), fields.schema, derived, diagnostics_));
  }

  // Verdicts name their pack: two of one name could not be told apart.
  void note_name(const std::string& name, const std::string& file, const SourceSpan& where) {
    const auto [first, is_new] = names_.try_emplace(name, file);
    if (is_new || name.empty()) return;
    diagnostics_.error("CF011", where,
                       fmt::format("{} and {} are both called {}; give one of them another name",
                                   first->second, file, name));
  }

  SourceTexts& texts_;
  Diagnostics& diagnostics_;
  Checked checked_;
  std::vector<BoundPack> bound_;
  std::map<std::string, std::string, std::less<>> names_;  // of packs, and their files
};

std::string verdict_of(const LoadedConfiguration& loaded, const Checked& checked,
                       const Diagnostics& diagnostics) {
  const std::string warnings = diagnostics.warning_count() == 0
                                   ? ""
                                   : ", " + counted(diagnostics.warning_count(), "warning", "warnings");
  if (diagnostics.has_errors()) return counted(diagnostics.error_count(), "error", "errors") + warnings;
  const std::string& name = loaded.configuration.organisation.name;
  return fmt::format("ok, {}{} in {}{}{}{}{}", name.empty() ? "" : printable(name) + ", ",
                     counted(checked.policies, "policy", "policies"), counted(checked.packs, "pack", "packs"),
                     loaded.fields.empty() ? "" : ", a field map",
                     checked.sources == 0 ? "" : ", " + counted(checked.sources, "source", "sources"),
                     checked.ledger.empty() ? "" : ", " + checked.ledger, warnings);
}

}  // namespace

int check_configuration(const std::string& path, Streams& streams) {
  SourceTexts texts;
  Diagnostics diagnostics;
  const Result<LoadedConfiguration> loaded = load_configuration(path, texts, diagnostics);
  if (!loaded) {
    complain(streams, loaded.error());
    return kExitUsage;
  }
  const Result<Checked> checked = ConfigurationCheck(texts, diagnostics).check(*loaded);
  streams.err.write(render_faults(diagnostics, texts));
  if (!checked) {
    complain(streams, checked.error());
    return kExitUsage;
  }
  streams.out.write(fmt::format("{}: {}\n", path, verdict_of(*loaded, *checked, diagnostics)));
  return diagnostics.has_errors() ? kExitUsage : kExitDone;
}

namespace {

int run(ParsedOptions parsed, Streams& streams) {
  if (!parsed.faults.empty()) return refuse(streams, "check", parsed.faults);
  if (parsed.arguments.empty()) parsed.arguments.emplace_back(kDefaultConfiguration);
  int status = kExitDone;
  for (const std::string& path : parsed.arguments)
    status = std::max(status, check_configuration(path, streams));
  return status;
}

}  // namespace

const CommandSpec& check_command() {
  static constexpr CommandSpec kCommand{
      .name = "check",
      .arguments = "[FILE]...",
      .summary = "Report every fault of a configuration, and of the packs, field map and ledger it names.",
      .options = {},
      .notes =
          "FILE is a configuration; without one, plumbline.yaml here. Faults go to standard error, each with "
          "its "
          "place; standard output has one line a file.\n"
          "Exit status: 0 no errors (warnings may be); 2 errors, or a file that cannot be read.",
      .examples =
          "plumbline check\n"
          "plumbline check /etc/plumbline/plumbline.yaml",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
