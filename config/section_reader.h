// What reading any section of a configuration has in common: keys that are known, texts with their places,
// lists and spans, each fault told with its code (docs/errors.md).
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"

namespace plumbline {

// A text as it was written, and where: for faults that only the disk tells.
struct PlacedText {
  std::string text;
  SourceSpan where;
};

// docs/errors.md explains them; never reused.
inline constexpr std::string_view kUnknownKey = "CF001";
inline constexpr std::string_view kWrongKind = "CF002";
inline constexpr std::string_view kEmptyValue = "CF003";
inline constexpr std::string_view kTooMany = "CF006";
inline constexpr std::string_view kNamedTwice = "CF010";
inline constexpr std::string_view kNoTimeSpan = "CF019";
inline constexpr std::string_view kNoNumber = "CF020";
inline constexpr std::string_view kWrongValue = "CF021";
inline constexpr std::string_view kSecretInText = "CF022";
inline constexpr std::string_view kSecretFile = "CF023";

// Longer spans than this are mistakes.
inline constexpr std::chrono::hours kLongestSpan{24 * 400};

class SectionReader {
 public:
  explicit SectionReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void error(std::string_view code, const SourceSpan& where, std::string message);
  // `what` is the map in words: "a configuration", "`ledger`".
  void check_keys(const YamlNode& map, std::string_view what, std::span<const std::string_view> known);
  // Empty, and told, where the node is no text or an empty one. `what` as in "the ledger's `file`".
  std::optional<PlacedText> placed(const YamlNode& node, std::string_view what);
  // One text, or a list of them; none twice.
  std::vector<PlacedText> texts(const YamlNode& node, std::string_view key, std::size_t most);
  // Whether the section is a map; what its keys are is told where it is not.
  bool is_section(const YamlNode& node, std::string_view name, std::string_view example);
  // "10 minutes": a number and seconds, minutes, hours or days (or s, min, h, d), 0 to kLongestSpan.
  std::optional<std::chrono::seconds> span(const YamlNode& node, std::string_view key);
  std::optional<std::uint64_t> number(const YamlNode& node, std::string_view key, std::uint64_t least,
                                      std::uint64_t most);
  std::optional<bool> truth(const YamlNode& node, std::string_view key);

 private:
  Diagnostics& diagnostics_;
};

const YamlEntry* find_entry(const YamlNode& map, std::string_view key);

}  // namespace plumbline
