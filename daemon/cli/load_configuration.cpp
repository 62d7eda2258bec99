#include "daemon/cli/load_configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/nearest_name.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/record_link.h"

namespace plumbline {
namespace {

bool is_there(const std::string& path) {
  std::error_code code;
  return std::filesystem::exists(path, code);
}

bool is_file(const std::string& path) {
  std::error_code code;
  return is_there(path) && !std::filesystem::is_directory(path, code);
}

// Looks for what a configuration names.
class Finder {
 public:
  Finder(LoadedConfiguration& loaded, Diagnostics& diagnostics)
      : loaded_(loaded), diagnostics_(diagnostics) {}

  void find_all() {
    const Configuration& written = loaded_.configuration;
    for (const PlacedText& pack : written.packs) find_pack_of(pack);
    if (written.fields) find_fields(*written.fields);
    for (const PlacedText& place : written.exports) find_exports(place);
    if (written.ledger.file) loaded_.ledger = path_from(written, written.ledger.file->text);
    for (const PlacedText& anchor : written.audit.anchors) note_anchor(anchor);
    if (!written.link_base) return;
    if (const Result<RecordLinks> links = RecordLinks::to(written.link_base->text); !links)
      diagnostics_.error("CF009", written.link_base->where,
                         fmt::format("`link_base`: {}", links.error().message));
  }

 private:
  // A shipped pack's name is looked for first, as on the command line.
  void find_pack_of(const PlacedText& pack) {
    const std::vector<std::string> shipped = shipped_pack_names();
    if (std::ranges::find(shipped, pack.text) != shipped.end()) {
      loaded_.packs.push_back(pack);
      return;
    }
    std::string path = path_from(loaded_.configuration, pack.text);
    if (is_file(path)) {
      loaded_.packs.push_back({.text = std::move(path), .where = pack.where});
      return;
    }
    const std::string nearest = did_you_mean(pack.text, shipped);
    diagnostics_.error(
        "CF007", pack.where,
        fmt::format(
            "there is no shipped pack {} and no file {}{}", pack.text, path,
            nearest.empty() ? fmt::format("; shipped packs: {}", fmt::join(shipped, ", ")) : nearest));
  }

  void find_fields(const PlacedText& fields) {
    std::string path = path_from(loaded_.configuration, fields.text);
    if (is_file(path)) {
      loaded_.fields = std::move(path);
    } else {
      missing(fields, path, "the field map");
    }
  }

  void find_exports(const PlacedText& place) {
    std::string path = path_from(loaded_.configuration, place.text);
    if (is_there(path)) {
      loaded_.exports.push_back(std::move(path));
    } else {
      missing(place, path, "the exports");
    }
  }

  void note_anchor(const PlacedText& anchor) {
    if (anchor.text == kJournalAnchor) {
      loaded_.journal_anchor = true;
    } else {
      loaded_.anchor_files.push_back(path_from(loaded_.configuration, anchor.text));
    }
  }

  void missing(const PlacedText& written, const std::string& path, std::string_view what) {
    diagnostics_.error("CF008", written.where,
                       fmt::format("{}: {} is {}; paths start from the folder of the configuration", what,
                                   path, is_there(path) ? "a folder, not a file" : "not there"));
  }

  LoadedConfiguration& loaded_;
  Diagnostics& diagnostics_;
};

void give(ParsedOptions& parsed, std::string_view option, std::vector<std::string> values) {
  if (!values.empty() && !parsed.has(option)) parsed.values.emplace(option, std::move(values));
}

}  // namespace

Result<LoadedConfiguration> load_configuration(const std::string& path, SourceTexts& texts,
                                               Diagnostics& diagnostics) {
  Result<std::string> text = read_text(path);
  if (!text) return fail(std::move(text.error()));
  texts.add(path, *text);
  LoadedConfiguration loaded;
  std::optional<Configuration> configuration = parse_configuration(*text, path, diagnostics);
  if (!configuration) return loaded;
  loaded.configuration = *std::move(configuration);
  Finder(loaded, diagnostics).find_all();
  return loaded;
}

Step<void> apply_configuration(ParsedOptions& parsed, Streams& streams) {
  const std::string path = read_file_option(parsed, "--config");
  if (path.empty()) return {};
  SourceTexts texts;
  Diagnostics diagnostics;
  Result<LoadedConfiguration> loaded = load_configuration(path, texts, diagnostics);
  streams.err.write(render_faults(diagnostics, texts));
  if (!loaded) complain(streams, loaded.error());
  if (!loaded || diagnostics.has_errors()) return std::unexpected(Stop{kExitUsage});
  const Configuration& written = loaded->configuration;
  if (parsed.arguments.empty() && !parsed.has("--object") && !parsed.has("--ledger"))
    parsed.arguments = std::move(loaded->exports);
  std::vector<std::string> packs;
  for (PlacedText& pack : loaded->packs) packs.push_back(std::move(pack.text));
  give(parsed, "--pack", std::move(packs));
  if (!loaded->fields.empty()) give(parsed, "--fields", {loaded->fields});
  if (written.zone) give(parsed, "--zone", {written.zone->name()});
  if (written.link_base) give(parsed, "--link-base", {written.link_base->text});
  if (written.threads) give(parsed, "--threads", {fmt::to_string(*written.threads)});
  return {};
}

}  // namespace plumbline
