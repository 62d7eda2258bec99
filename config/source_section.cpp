#include "config/source_section.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/nearest_name.h"

namespace plumbline {

void SourceReader::read_source_name(const YamlNode& map, std::string_view kind, std::string& name) {
  const YamlNode* const node = map.find("name");
  if (node == nullptr) return;
  const auto text = placed(*node, "the source's `name`");
  if (!text) return;
  const bool plain = std::ranges::all_of(text->text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (!plain)
    return error(kWrongValue, text->where,
                 fmt::format("`name`: {} must be of letters, digits, - and _", text->text));
  name = fmt::format("{}:{}", kind, text->text);
}

void SourceReader::read_every(const YamlNode& map, std::chrono::seconds& every) {
  read_span(map, "every", every);
  const YamlNode* const node = map.find("every");
  if (node != nullptr && every < kLeastSyncEvery)
    error(kNoTimeSpan, node->where, fmt::format("`every` is at least {} s", kLeastSyncEvery.count()));
}

void SourceReader::read_text(const YamlNode& map, std::string_view key, std::string& text) {
  const YamlNode* const node = map.find(key);
  if (node == nullptr) return;
  if (auto read = placed(*node, fmt::format("`{}`", key))) text = std::move(read->text);
}

void SourceReader::read_span(const YamlNode& map, std::string_view key, std::chrono::seconds& span) {
  if (const YamlNode* const node = map.find(key)) span = SectionReader::span(*node, key).value_or(span);
}

void SourceReader::read_truth(const YamlNode& map, std::string_view key, bool& truth) {
  if (const YamlNode* const node = map.find(key)) truth = SectionReader::truth(*node, key).value_or(truth);
}

void SourceReader::read_percent(const YamlNode& map, std::string_view key, double& percent) {
  constexpr std::uint64_t kWhole = 100;
  const YamlNode* const node = map.find(key);
  if (node == nullptr) return;
  if (const auto read = number(*node, key, 0, kWhole)) percent = static_cast<double>(*read);
}

std::optional<std::size_t> SourceReader::read_choice(const YamlNode& map, std::string_view key,
                                                     std::string_view what,
                                                     std::span<const std::string_view> known) {
  const YamlNode* const node = map.find(key);
  if (node == nullptr) return std::nullopt;
  const auto text = placed(*node, fmt::format("`{}`", key));
  if (!text) return std::nullopt;
  const auto found = std::ranges::find(known, text->text);
  if (found != known.end()) return static_cast<std::size_t>(found - known.begin());
  const std::vector<std::string> names(known.begin(), known.end());
  const std::string guess = did_you_mean(text->text, names);
  error(kWrongValue, text->where,
        fmt::format("there is no {} {}{}", what, text->text,
                    guess.empty() ? fmt::format("; there are {}", fmt::join(names, ", ")) : guess));
  return std::nullopt;
}

void SourceReader::check_keys_and_secrets(const YamlNode& map, std::string_view what,
                                          std::span<const std::string_view> known,
                                          std::span<const std::string_view> secrets,
                                          std::string_view instead) {
  YamlNode others = map;
  std::erase_if(others.entries, [&](const YamlEntry& one) {
    if (std::ranges::find(secrets, one.key) == secrets.end()) return false;
    error(kSecretInText, one.key_where,
          fmt::format("`{}`: no secret belongs into a configuration, which many may read; write it into a "
                      "file that only Plumbline's user reads, and name that: {} (or credential)",
                      one.key, instead));
    return true;
  });
  check_keys(others, what, known);
}

void SourceReader::read_secret_file(const YamlNode& map, std::string_view key,
                                    std::optional<SecretPlace>& place) {
  if (const YamlNode* const node = map.find(key)) read_secret(*node, key, SecretPlace::Kind::kFile, place);
}

void SourceReader::read_credential(const YamlNode& map, std::optional<SecretPlace>& place) {
  const YamlNode* const node = map.find("credential");
  if (node == nullptr) return;
  read_secret(*node, "credential", SecretPlace::Kind::kCredential, place);
  if (!place || place->kind != SecretPlace::Kind::kCredential) return;
  if (place->text.text.find('/') != std::string::npos)
    error(kWrongValue, place->text.where,
          "`credential` is the name that the unit gives it (LoadCredential=NAME:...), not a path");
}

void SourceReader::read_secret(const YamlNode& node, std::string_view key, SecretPlace::Kind kind,
                               std::optional<SecretPlace>& place) {
  auto text = placed(node, fmt::format("`{}`", key));
  if (!text) return;
  if (place) {
    return error(
        kNamedTwice, text->where,
        fmt::format("the secret is named twice, first on line {}; keep one", place->text.where.line));
  }
  place = SecretPlace{.kind = kind, .text = *std::move(text)};
}

void SourceReader::tell_faults(const YamlNode& map, std::string_view section,
                               const std::vector<std::string>& faults) {
  for (const std::string& fault : faults) {
    const std::string_view path = std::string_view(fault).substr(0, fault.find(' '));
    error(kMissing, place_of(map, path).where, fmt::format("`{}`: {}", section, fault));
  }
}

const YamlNode& SourceReader::place_of(const YamlNode& map, std::string_view path) {
  const YamlNode* place = &map;
  while (!path.empty()) {
    const std::size_t point = path.find('.');
    const YamlNode* const inner = place->find(path.substr(0, point));
    if (inner == nullptr) break;
    place = inner;
    path = point == std::string_view::npos ? std::string_view{} : path.substr(point + 1);
  }
  return *place;
}

}  // namespace plumbline
