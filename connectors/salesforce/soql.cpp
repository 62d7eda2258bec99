#include "connectors/salesforce/soql.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace plumbline {
namespace {

// Nothing in Salesforce is older.
constexpr Instant kSalesforceBegan{std::chrono::sys_days{std::chrono::year{1999} / 1 / 1}};
// Of one IN list, whatever the room: SOQL takes more, but a reply with all their rows should be one page.
constexpr std::size_t kMostIds = 2'000;

bool stays_as_it_is(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

// What a datetime literal takes: whole seconds, and Z, so that no + has to survive the address.
std::string literal(Instant instant) { return format_instant(instant); }

std::string keyset(const SoqlQuery& query) {
  const std::string id = soql_text(query.behind->id);
  if (query.cursor.empty()) return fmt::format("Id > {}", id);
  const std::string stamp = literal(query.behind->stamp);
  return fmt::format("({0} > {1} OR ({0} = {1} AND Id > {2}))", query.cursor, stamp, id);
}

std::string where(const SoqlQuery& query) {
  std::vector<std::string> parts;
  if (!query.cursor.empty()) {
    if (query.window.from)
      parts.push_back(fmt::format("{} >= {}", query.cursor, literal(*query.window.from)));
    if (query.window.to) parts.push_back(fmt::format("{} < {}", query.cursor, literal(*query.window.to)));
  }
  if (query.behind) parts.push_back(keyset(query));
  parts.insert(parts.end(), query.conditions.begin(), query.conditions.end());
  if (parts.empty()) return {};
  return fmt::format(" WHERE {}", fmt::join(parts, " AND "));
}

std::size_t encoded_bytes(const SoqlQuery& query) { return url_encode(to_soql(query)).size(); }

}  // namespace

std::string url_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string result;
  result.reserve(text.size() * 2);
  for (const char c : text) {
    if (stays_as_it_is(c)) {
      result += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result += '%';
    result += kDigits[byte >> 4U];
    result += kDigits[byte & 0xFU];
  }
  return result;
}

std::string soql_text(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\r') {
      result += "\\r";
    } else if (c == '\t') {
      result += "\\t";
    } else {
      result += c;
    }
  }
  return result + "'";
}

std::string to_string(const TimeWindow& window) {
  if (!window.from && !window.to) return "everything";
  if (!window.from) return fmt::format("everything before {}", format_instant(*window.to));
  if (!window.to) return fmt::format("everything from {} on", format_instant(*window.from));
  return fmt::format("{} to {}", format_instant(*window.from), format_instant(*window.to));
}

std::optional<std::pair<TimeWindow, TimeWindow>> halves(const TimeWindow& window) {
  if (!window.to) return std::nullopt;
  const Instant from = window.from.value_or(std::min(kSalesforceBegan, *window.to));
  const std::chrono::seconds half = (*window.to - from) / 2;
  if (half < std::chrono::seconds{1}) return std::nullopt;
  return std::pair{TimeWindow{.from = window.from, .to = from + half},
                   TimeWindow{.from = from + half, .to = window.to}};
}

std::string to_soql(const SoqlQuery& query) {
  std::string text =
      fmt::format("SELECT {} FROM {}{}", fmt::join(query.columns, ","), query.object, where(query));
  if (query.ordered)
    text += query.cursor.empty() ? " ORDER BY Id" : fmt::format(" ORDER BY {},Id", query.cursor);
  return text;
}

std::string to_count_soql(const SoqlQuery& query) {
  return fmt::format("SELECT COUNT() FROM {}{}", query.object, where(query));
}

std::vector<std::vector<std::string>> split_columns(const SoqlQuery& query,
                                                    const std::vector<std::string>& spine,
                                                    std::size_t most_bytes) {
  SoqlQuery bare = query;
  bare.columns = spine;
  const std::size_t fixed = encoded_bytes(bare);
  std::vector<std::vector<std::string>> groups{spine};
  std::size_t bytes = fixed;
  constexpr std::size_t kComma = 3;  // %2C
  for (const std::string& column : query.columns) {
    if (std::ranges::find(spine, column) != spine.end()) continue;
    const std::size_t more = kComma + url_encode(column).size();
    if (bytes + more > most_bytes && groups.back().size() > spine.size()) {
      groups.push_back(spine);
      bytes = fixed;
    }
    groups.back().push_back(column);
    bytes += more;
  }
  return groups;
}

std::vector<std::string> id_conditions(const SoqlQuery& query, const std::vector<std::string>& ids,
                                       std::size_t most_bytes) {
  constexpr std::string_view kBegin = "Id IN (";
  std::vector<std::string> conditions;
  const std::size_t fixed = encoded_bytes(query) + url_encode(" WHERE Id IN ()").size();
  std::string at_hand;
  std::size_t bytes = fixed;
  std::size_t count = 0;
  const auto finish = [&] {
    if (count > 0) conditions.push_back(fmt::format("{}{})", kBegin, at_hand));
    at_hand.clear();
    bytes = fixed;
    count = 0;
  };
  for (const std::string& id : ids) {
    const std::string text = soql_text(id);
    const std::size_t more = url_encode(text).size() + 3;
    if (count > 0 && (bytes + more > most_bytes || count == kMostIds)) finish();
    if (count > 0) at_hand += ',';
    at_hand += text;
    bytes += more;
    ++count;
  }
  finish();
  return conditions;
}

}  // namespace plumbline
