#include "config/configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <iterator>

#include "base/utf8.h"
#include "base/yaml.h"
#include "config/section_reader.h"
#include "policies/judge.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;

// docs/errors.md explains them; never reused.
constexpr std::string_view kUnknownZone = "CF004";
constexpr std::string_view kNoThreads = "CF005";
constexpr std::string_view kNoSpan = "CF012";
constexpr std::string_view kNeverPruned = "CF013";

constexpr std::array kFileKeys = {"organisation"sv, "packs"sv,   "fields"sv, "exports"sv,   "zone"sv,
                                  "link_base"sv,    "threads"sv, "ledger"sv, "retention"sv, "audit"sv,
                                  "sources"sv,      "daemon"sv,  "clock"sv,  "messages"sv};
constexpr std::array kOrganisationKeys = {"name"sv};
constexpr std::array kLedgerKeys = {"file"sv};
constexpr std::array kRetentionKeys = {"changes"sv, "raw"sv, "rejects"sv};

constexpr std::string_view kForever = "forever";
// Whoever asks for one of these to be pruned is told why not.
constexpr std::array kKeptForGood = {"audit"sv, "audit_entries"sv, "entries"sv, "log"sv};

class Reader : private SectionReader {
 public:
  Reader(Configuration& configuration, Diagnostics& diagnostics)
      : SectionReader(diagnostics), configuration_(configuration), diagnostics_(diagnostics) {}

  void read(const YamlNode& root) {
    if (root.is_null()) return;
    if (!root.is_map()) {
      return error(kWrongKind, root.where,
                   fmt::format("a configuration is a map of `key: value` lines; its keys are {}",
                               fmt::join(kFileKeys, ", ")));
    }
    if (const YamlEntry* pack = find_entry(root, "pack")) {
      return error(kUnknownKey, pack->key_where,
                   "this is a pack, not a configuration; plumbline policy check looks at packs");
    }
    check_keys(root, "a configuration", kFileKeys);
    if (const YamlNode* node = root.find("organisation")) read_organisation(*node);
    if (const YamlNode* node = root.find("packs"))
      configuration_.packs = texts(*node, "packs", kMaxConfiguredPacks);
    if (const YamlNode* node = root.find("fields")) configuration_.fields = placed(*node, "`fields`");
    if (const YamlNode* node = root.find("exports"))
      configuration_.exports = texts(*node, "exports", kMaxConfiguredExports);
    if (const YamlNode* node = root.find("zone")) read_zone(*node);
    if (const YamlNode* node = root.find("link_base"))
      configuration_.link_base = placed(*node, "`link_base`");
    if (const YamlNode* node = root.find("threads")) read_threads(*node);
    if (const YamlNode* node = root.find("ledger")) read_ledger(*node);
    if (const YamlNode* node = root.find("retention")) read_retention(*node);
    if (const YamlNode* node = root.find("audit")) read_audit(*node, configuration_.audit, diagnostics_);
    if (const YamlNode* node = root.find("sources"))
      read_sources(*node, configuration_.sources, diagnostics_);
    if (const YamlNode* node = root.find("daemon")) read_daemon(*node, configuration_.daemon, diagnostics_);
    if (const YamlNode* node = root.find("messages"))
      read_messages(*node, configuration_.messages.emplace(), diagnostics_);
    if (const YamlNode* node = root.find("clock")) configuration_.clock = read_clock(*node, diagnostics_);
  }

 private:
  void read_organisation(const YamlNode& node) {
    if (!is_section(node, "organisation", "name: Acme")) return;
    check_keys(node, "`organisation`", kOrganisationKeys);
    const YamlNode* const name = node.find("name");
    if (name == nullptr) return;
    if (auto text = placed(*name, "the organisation's `name`")) configuration_.organisation.name = text->text;
  }

  void read_zone(const YamlNode& node) {
    const auto text = placed(node, "`zone`");
    if (!text) return;
    const Result<TimeZone> zone = TimeZone::find(text->text);
    if (zone) {
      configuration_.zone = *zone;
    } else {
      error(kUnknownZone, text->where, zone.error().message);
    }
  }

  void read_threads(const YamlNode& node) {
    const auto text = placed(node, "`threads`");
    if (!text) return;
    unsigned threads = 0;
    const char* const end = text->text.data() + text->text.size();
    const auto [stop, code] = std::from_chars(text->text.data(), end, threads);
    if (code == std::errc{} && stop == end && threads >= 1 && threads <= kMaxThreads) {
      configuration_.threads = threads;
    } else {
      error(kNoThreads, text->where,
            fmt::format("`threads` is a number from 1 to {}, not {}", kMaxThreads, text->text));
    }
  }

  void read_ledger(const YamlNode& node) {
    if (!is_section(node, "ledger", "file: plumbline.ledger")) return;
    check_keys(node, "`ledger`", kLedgerKeys);
    if (const YamlNode* file = node.find("file"))
      configuration_.ledger.file = placed(*file, "the ledger's `file`");
  }

  void read_retention(const YamlNode& node) {
    if (!is_section(node, "retention", "changes: 3 years")) return;
    YamlNode prunable = node;
    std::erase_if(prunable.entries, [&](const YamlEntry& one) { return is_kept_for_good(one); });
    check_keys(prunable, "`retention`", kRetentionKeys);
    Retention& retention = configuration_.retention;
    for (const auto& [key, span] :
         {std::pair("changes"sv, &retention.changes), std::pair("raw"sv, &retention.raw),
          std::pair("rejects"sv, &retention.rejects)}) {
      if (const YamlNode* kept = node.find(key)) *span = read_span(*kept, key);
    }
  }

  bool is_kept_for_good(const YamlEntry& one) {
    if (std::ranges::find(kKeptForGood, one.key) == kKeptForGood.end()) return false;
    error(kNeverPruned, one.key_where,
          "audit entries are never pruned: without one of them nobody could prove the others; remove the "
          "key (plumbline ledger erase-personal takes a person's texts out, and leaves the proofs)");
    return true;
  }

  std::optional<RetentionSpan> read_span(const YamlNode& node, std::string_view key) {
    const auto text = placed(node, fmt::format("`{}`", key));
    if (!text || lower(text->text) == kForever) return std::nullopt;
    const Result<RetentionSpan> span = parse_retention_span(text->text);
    if (span) return *span;
    error(kNoSpan, text->where, fmt::format("`{}`: {}, or {}", key, span.error().message, kForever));
    return std::nullopt;
  }

  Configuration& configuration_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::optional<Configuration> parse_configuration(std::string_view text, std::string_view file,
                                                 Diagnostics& diagnostics) {
  const std::optional<YamlNode> root = parse_yaml(text, file, diagnostics);
  if (!root) return std::nullopt;
  Configuration configuration{.file = std::string(file)};
  Reader(configuration, diagnostics).read(*root);
  return configuration;
}

std::string path_from(const Configuration& configuration, std::string_view written) {
  const std::filesystem::path folder = std::filesystem::path(configuration.file).parent_path();
  return (folder / std::filesystem::path(written)).lexically_normal().string();
}

std::vector<MapKeys> configuration_keys() {
  std::vector<MapKeys> all = {{.map = "", .keys = kFileKeys},
                              {.map = "organisation", .keys = kOrganisationKeys},
                              {.map = "ledger", .keys = kLedgerKeys},
                              {.map = "retention", .keys = kRetentionKeys}};
  std::ranges::copy(audit_keys(), std::back_inserter(all));
  std::ranges::copy(source_keys(), std::back_inserter(all));
  std::ranges::copy(daemon_keys(), std::back_inserter(all));
  std::ranges::copy(message_keys(), std::back_inserter(all));
  return all;
}

}  // namespace plumbline
