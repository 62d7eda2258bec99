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
#include "connectors/salesforce/salesforce_options.h"

namespace plumbline {

// Where a secret lies: a file, whose path starts from the configuration's folder, or a credential that
// systemd hands to the service ($CREDENTIALS_DIRECTORY/NAME).
struct SecretPlace {
  enum class Kind : std::uint8_t { kFile, kCredential } kind = Kind::kFile;
  PlacedText text;
};

inline constexpr std::chrono::minutes kDefaultSyncEvery{5};
inline constexpr std::chrono::seconds kLeastSyncEvery{10};

struct SalesforceSection {
  SourceSpan where{};
  SalesforceOptions options{};  // its secrets are empty here
  std::chrono::seconds every = kDefaultSyncEvery;
  std::optional<SecretPlace> private_key{};
  std::optional<SecretPlace> client_secret{};
  std::optional<SecretPlace> refresh_token{};
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
  HttpSection http{};

  bool empty() const { return !salesforce; }
};

// A kind of source is one row: its key, and who reads it.
void read_sources(const YamlNode& node, SourcesSection& sources, Diagnostics& diagnostics);

// For the JSON Schema.
std::vector<MapKeys> source_keys();

}  // namespace plumbline
