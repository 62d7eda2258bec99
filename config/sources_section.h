// `sources:` of a configuration: which systems are asked for records, and how. Secrets are never in its text:
// it says which file or credential holds them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/map_keys.h"
#include "base/yaml.h"
#include "config/section_reader.h"
#include "config/source_section.h"
#include "connectors/clari/clari_options.h"
#include "connectors/exports/exports_options.h"
#include "connectors/salesforce/salesforce_options.h"

namespace plumbline {

inline constexpr std::chrono::minutes kDefaultSyncEvery{5};
// What people enter in Clari, and files that programs make, change more slowly than a CRM.
inline constexpr std::chrono::hours kDefaultClariEvery{1};
inline constexpr std::chrono::minutes kDefaultExportsEvery{15};

struct SalesforceSection {
  SourceSpan where{};
  SalesforceOptions options{};  // its secrets are empty here
  std::chrono::seconds every = kDefaultSyncEvery;
  std::optional<SecretPlace> private_key{};
  std::optional<SecretPlace> client_secret{};
  std::optional<SecretPlace> refresh_token{};
};

struct ClariSection {
  SourceSpan where{};
  ClariOptions options{};  // its key is empty here
  std::chrono::seconds every = kDefaultClariEvery;
  std::optional<SecretPlace> api_key{};
};

// Besides what ExportFile has of one file.
struct FileOfExports {
  SourceSpan where{};
  std::optional<SecretPlace> secret_url{};
  std::optional<SecretPlace> auth{};
};

struct ExportsSection {
  SourceSpan where{};
  // Its secrets are empty here, and its paths as they are written: from the configuration's folder.
  ExportsOptions options{};
  std::chrono::seconds every = kDefaultExportsEvery;
  std::vector<FileOfExports> places{};  // of options.files, in the same order
};

// How the network is reached, by every source.
struct HttpSection {
  std::optional<PlacedText> proxy{};
  std::optional<PlacedText> no_proxy{};
  std::optional<PlacedText> ca_file{};
  // For one request to be answered, but for large downloads; and how long nothing may come. Unset: the
  // client's.
  std::optional<std::chrono::seconds> total_time{};
  std::optional<std::chrono::seconds> slow_time{};
};

struct SourcesSection {
  std::optional<SalesforceSection> salesforce{};
  std::optional<ClariSection> clari{};
  std::optional<ExportsSection> exports{};
  HttpSection http{};

  // Where each of them begins, in the order above.
  std::vector<SourceSpan> places() const;
  bool empty() const { return !salesforce && !clari && !exports; }
};

// A kind of source is one row: its key, and who reads it.
void read_sources(const YamlNode& node, SourcesSection& sources, Diagnostics& diagnostics);

// For the JSON Schema.
std::vector<MapKeys> source_keys();

}  // namespace plumbline
