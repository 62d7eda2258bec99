#include <fmt/format.h>

#include <algorithm>

#include "base/nearest_name.h"
#include "base/time_zone.h"
#include "base/utf8.h"
#include "policies/load_pack_impl.h"

namespace plumbline {
namespace {

std::string_view kind_name(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
  }
  return "nothing";
}

// One of a few words, as a person lists them: "a, b or c".
std::string either(std::span<const std::string_view> words) {
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) list += i + 1 == words.size() ? " or " : ", ";
    list += words[i];
  }
  return list;
}

bool is_id_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Words of lower-case letters and digits with single hyphens or dots between them.
bool is_lower_case_words(std::string_view text) {
  if (text.empty() || !is_id_char(text.front()) || !is_id_char(text.back())) return false;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const bool joint = text[i] == '-' || text[i] == '.';
    if (!is_id_char(text[i]) && !(joint && is_id_char(text[i - 1]))) return false;
  }
  return true;
}

}  // namespace

void PackReader::error(std::string code, const SourceSpan& where, std::string message) {
  diagnostics_.error(std::move(code), where, std::move(message));
}

bool PackReader::is_map(const YamlNode& node, std::string_view what) {
  if (node.is_map()) return true;
  error("PB142", node.where,
        fmt::format("{} is {} here; expected a map of `key: value` lines", what, kind_name(node)));
  return false;
}

bool PackReader::is_list(const YamlNode& node, std::string_view what) {
  if (node.is_list()) return true;
  error("PB142", node.where,
        fmt::format("{} is {} here; expected a list: [a, b], or lines that begin with `- `", what,
                    kind_name(node)));
  return false;
}

std::optional<std::string> PackReader::text(const YamlNode& node, std::string_view what) {
  if (node.is_scalar() && !trim(node.text).empty()) return std::string(trim(node.text));
  if (node.is_null() || node.is_scalar()) {
    error("PB142", node.where, fmt::format("{} is empty; write its text, or remove the key", what));
  } else {
    error("PB142", node.where,
          fmt::format("{} is {} here; expected a text, in quotes where it begins with {{ or [", what,
                      kind_name(node)));
  }
  return std::nullopt;
}

std::optional<SourceText> PackReader::source_text(const YamlNode& node, std::string_view what) {
  if (!text(node, what)) return std::nullopt;
  return SourceText{.text = node.text, .file = file_, .scalar = node};
}

void PackReader::check_keys(const YamlNode& map, std::string_view what,
                            std::span<const std::string_view> known) {
  const std::vector<std::string> names(known.begin(), known.end());
  for (const YamlEntry& entry : map.entries) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    const std::string guess = did_you_mean(entry.key, names);
    error("PB140", entry.key_where,
          fmt::format("unknown key `{}` in {}{}", entry.key, what,
                      guess.empty() ? fmt::format("; known are {}", fmt::join(names, ", ")) : guess));
  }
}

std::optional<std::size_t> PackReader::choice(const YamlNode& node, std::string_view what,
                                              std::span<const std::string_view> words) {
  const auto written = text(node, what);
  if (!written) return std::nullopt;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (equal_folded(*written, words[i])) return i;
  }
  const std::vector<std::string> names(words.begin(), words.end());
  error("PB145", node.where,
        fmt::format("{} is {}, not `{}`{}", what, either(words), *written, did_you_mean(*written, names)));
  return std::nullopt;
}

std::optional<bool> PackReader::truth(const YamlNode& node, std::string_view what) {
  constexpr std::array<std::string_view, 2> kWords = {"false", "true"};
  const auto chosen = choice(node, what, kWords);
  return chosen ? std::optional(*chosen == 1) : std::nullopt;
}

std::optional<std::string> PackReader::zone(const YamlNode& node, std::string_view what) {
  const auto written = text(node, what);
  if (!written) return std::nullopt;
  const auto found = TimeZone::find(*written);
  if (found) return found->name();
  error("PB060", node.where, found.error().message);
  return std::nullopt;
}

std::optional<std::string> PackReader::id(const YamlNode& node, std::string_view what) {
  auto written = text(node, what);
  if (written && !is_id(*written, node.where, what)) return std::nullopt;
  return written;
}

bool PackReader::is_id(std::string_view written, const SourceSpan& where, std::string_view what) {
  if (is_lower_case_words(written)) return true;
  error("PB143", where,
        fmt::format("{} is written in lower-case letters and digits, with hyphens or dots between words: {}",
                    what, "close-date-past-due"));
  return false;
}

}  // namespace plumbline
