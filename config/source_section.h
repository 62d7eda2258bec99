// What the sections of all sources have in common: where secrets lie, how often a source is asked, what it is
// called.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "config/section_reader.h"

namespace plumbline {

// Where a secret lies: a file, whose path starts from the configuration's folder, or a credential that
// systemd hands to the service ($CREDENTIALS_DIRECTORY/NAME).
struct SecretPlace {
  enum class Kind : std::uint8_t { kFile, kCredential } kind = Kind::kFile;
  PlacedText text;
};

inline constexpr std::chrono::seconds kLeastSyncEvery{10};

// Stands for a secret that is yet to be read, while everything else is checked.
inline constexpr std::string_view kSecretToCome = "to-come";

// docs/errors.md explains it.
inline constexpr std::string_view kMissing = "CF024";

class SourceReader : public SectionReader {
 public:
  using SectionReader::SectionReader;

  // `kind:NAME` into `name`; letters, digits, - and _.
  void read_source_name(const YamlNode& map, std::string_view kind, std::string& name);
  void read_every(const YamlNode& map, std::chrono::seconds& every);

  // These leave what they are given alone where the key is not there, or is no such value.
  void read_text(const YamlNode& map, std::string_view key, std::string& text);
  void read_span(const YamlNode& map, std::string_view key, std::chrono::seconds& span);
  void read_truth(const YamlNode& map, std::string_view key, bool& truth);
  void read_percent(const YamlNode& map, std::string_view key, double& percent);

  // The place in `known` of what the key says; the nearest name is told where it says something else. `what`
  // as in "kind of login".
  std::optional<std::size_t> read_choice(const YamlNode& map, std::string_view key, std::string_view what,
                                         std::span<const std::string_view> known);

  // The keys of the map that are known, where those that would hold a secret itself are told apart: they are
  // faults of their own, which name `instead`, the keys that name a secret's file.
  void check_keys_and_secrets(const YamlNode& map, std::string_view what,
                              std::span<const std::string_view> known,
                              std::span<const std::string_view> secrets, std::string_view instead);
  void read_secret_file(const YamlNode& map, std::string_view key, std::optional<SecretPlace>& place);
  // Of `credential`.
  void read_credential(const YamlNode& map, std::optional<SecretPlace>& place);

  // What a connector finds wrong with its options, each where the key stands that its sentence begins with.
  void tell_faults(const YamlNode& map, std::string_view section, const std::vector<std::string>& faults);

  // `map`, or what stands in it at "login.url", as far as it is there.
  static const YamlNode& place_of(const YamlNode& map, std::string_view path);

 private:
  void read_secret(const YamlNode& node, std::string_view key, SecretPlace::Kind kind,
                   std::optional<SecretPlace>& place);
};

}  // namespace plumbline
