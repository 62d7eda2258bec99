#include "config/section_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/nearest_name.h"
#include "base/utf8.h"

namespace plumbline {
namespace {

struct UnitName {
  std::string_view name;
  std::chrono::seconds length;
};
constexpr std::array kUnits = {
    UnitName{"s", std::chrono::seconds{1}},       UnitName{"second", std::chrono::seconds{1}},
    UnitName{"seconds", std::chrono::seconds{1}}, UnitName{"min", std::chrono::minutes{1}},
    UnitName{"minute", std::chrono::minutes{1}},  UnitName{"minutes", std::chrono::minutes{1}},
    UnitName{"h", std::chrono::hours{1}},         UnitName{"hour", std::chrono::hours{1}},
    UnitName{"hours", std::chrono::hours{1}},     UnitName{"d", std::chrono::hours{24}},
    UnitName{"day", std::chrono::hours{24}},      UnitName{"days", std::chrono::hours{24}},
};

// Nothing where the text does not begin with a number; `rest` is what follows it.
std::optional<std::uint64_t> leading_number(std::string_view text, std::string_view& rest) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, number);
  if (code != std::errc{}) return std::nullopt;
  rest = std::string_view(stop, static_cast<std::size_t>(end - stop));
  return number;
}

}  // namespace

void SectionReader::error(std::string_view code, const SourceSpan& where, std::string message) {
  diagnostics_.error(std::string(code), where, std::move(message));
}

void SectionReader::check_keys(const YamlNode& map, std::string_view what,
                               std::span<const std::string_view> known) {
  const std::vector<std::string> names(known.begin(), known.end());
  for (const YamlEntry& one : map.entries) {
    if (std::ranges::find(known, one.key) != known.end()) continue;
    const std::string guess = did_you_mean(one.key, names);
    error(kUnknownKey, one.key_where,
          fmt::format("unknown key `{}` in {}{}", one.key, what,
                      guess.empty() ? fmt::format("; known are {}", fmt::join(names, ", ")) : guess));
  }
}

std::optional<PlacedText> SectionReader::placed(const YamlNode& node, std::string_view what) {
  if (node.is_list() || node.is_map()) {
    error(kWrongKind, node.where,
          fmt::format("{} is {} here; expected a text, in quotes where it begins with {{ or [", what,
                      node.is_list() ? "a list" : "a map"));
    return std::nullopt;
  }
  const std::string_view text = trim(node.text);
  if (node.is_null() || text.empty()) {
    error(kEmptyValue, node.where, fmt::format("{} is empty; write its value, or remove the key", what));
    return std::nullopt;
  }
  return PlacedText{.text = std::string(text), .where = node.where};
}

std::vector<PlacedText> SectionReader::texts(const YamlNode& node, std::string_view key, std::size_t most) {
  std::vector<PlacedText> found;
  if (node.is_map()) {
    error(kWrongKind, node.where,
          fmt::format("`{}` is a map here; expected a text, or a list: [a, b], or lines that begin with `- `",
                      key));
    return found;
  }
  if (!node.is_list()) {
    if (auto one = placed(node, fmt::format("`{}`", key))) found.push_back(*std::move(one));
    return found;
  }
  if (node.items.empty())
    error(kEmptyValue, node.where, fmt::format("`{}` is empty; name at least one, or remove the key", key));
  if (node.items.size() > most) {
    error(kTooMany, node.where,
          fmt::format("`{}` names {}; at most {} are read", key, node.items.size(), most));
    return found;
  }
  for (const YamlNode& item : node.items) {
    auto one = placed(item, fmt::format("one of `{}`", key));
    if (!one) continue;
    const auto first = std::ranges::find(found, one->text, &PlacedText::text);
    if (first == found.end()) {
      found.push_back(*std::move(one));
    } else {
      error(kNamedTwice, one->where,
            fmt::format("{} stands here again, first on line {}; keep one", one->text, first->where.line));
    }
  }
  return found;
}

bool SectionReader::is_section(const YamlNode& node, std::string_view name, std::string_view example) {
  if (node.is_map()) return true;
  error(kWrongKind, node.where,
        fmt::format("`{}` has keys of its own; write {}: {{{}}}", name, name, example));
  return false;
}

std::optional<std::chrono::seconds> SectionReader::span(const YamlNode& node, std::string_view key) {
  const auto text = placed(node, fmt::format("`{}`", key));
  if (!text) return std::nullopt;
  std::string_view rest;
  const std::optional<std::uint64_t> count = leading_number(text->text, rest);
  const std::string word = lower(trim(rest));
  const auto unit = std::ranges::find(kUnits, word, &UnitName::name);
  const auto longest = static_cast<std::uint64_t>(std::chrono::seconds(kLongestSpan).count());
  if (count && unit != kUnits.end() && *count <= longest / static_cast<std::uint64_t>(unit->length.count()))
    return unit->length * static_cast<std::int64_t>(*count);
  error(
      kNoTimeSpan, text->where,
      fmt::format("`{}`: {} is no span of time; write a number and seconds, minutes, hours or days, such as "
                  "10 minutes, at most 400 days",
                  key, text->text));
  return std::nullopt;
}

std::optional<std::uint64_t> SectionReader::number(const YamlNode& node, std::string_view key,
                                                   std::uint64_t least, std::uint64_t most) {
  const auto text = placed(node, fmt::format("`{}`", key));
  if (!text) return std::nullopt;
  std::string_view rest;
  const std::optional<std::uint64_t> number = leading_number(text->text, rest);
  if (number && rest.empty() && *number >= least && *number <= most) return number;
  error(kNoNumber, text->where,
        fmt::format("`{}` is a whole number from {} to {}, not {}", key, least, most, text->text));
  return std::nullopt;
}

std::optional<bool> SectionReader::truth(const YamlNode& node, std::string_view key) {
  const auto text = placed(node, fmt::format("`{}`", key));
  if (!text) return std::nullopt;
  if (text->text == "true" || text->text == "false") return text->text == "true";
  error(kWrongValue, text->where, fmt::format("`{}` is true or false, not {}", key, text->text));
  return std::nullopt;
}

const YamlEntry* find_entry(const YamlNode& map, std::string_view key) {
  const auto found = std::ranges::find(map.entries, key, &YamlEntry::key);
  return found == map.entries.end() ? nullptr : &*found;
}

}  // namespace plumbline
