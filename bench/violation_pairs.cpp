#include "bench/violation_pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string_view>

namespace plumbline::bench {
namespace {

constexpr std::size_t kShownDifferences = 10;

// Ids of policies and records need no escapes, so that no JSON has to be understood to find them. The writer
// puts both before any text of the record.
std::string_view value_of(std::string_view line, std::string_view key) {
  const std::string opening = fmt::format("\"{}\":\"", key);
  const std::size_t at = line.find(opening);
  if (at == std::string_view::npos) return {};
  const std::size_t start = at + opening.size();
  return line.substr(start, line.find('"', start) - start);
}

template <class Split>
Result<ViolationPairs> read_lines(const std::string& path, const Split& split) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kNotFound, "cannot read " + path);
  ViolationPairs pairs;
  for (std::string line; std::getline(file, line);) {
    auto [policy, record] = split(std::string_view(line));
    if (policy.empty() || record.empty()) {
      return fail(ErrorCode::kCorrupt, fmt::format("{} has a line without policy or record: {}", path, line));
    }
    pairs.emplace_back(policy, record);
  }
  std::ranges::sort(pairs);
  return pairs;
}

std::string only_in(std::string_view side, const ViolationPairs& pairs, const ViolationPairs& others) {
  ViolationPairs alone;
  std::ranges::set_difference(pairs, others, std::back_inserter(alone));
  std::string text = fmt::format("{} alone: {}\n", side, alone.size());
  for (std::size_t i = 0; i < std::min(alone.size(), kShownDifferences); ++i) {
    text += fmt::format("  {} {}\n", alone[i].first, alone[i].second);
  }
  return text;
}

}  // namespace

Result<ViolationPairs> read_jsonl_pairs(const std::string& path) {
  return read_lines(path, [](std::string_view line) {
    return std::pair(value_of(line, "policy"), value_of(line, "record_id"));
  });
}

Result<ViolationPairs> read_csv_pairs(const std::string& path) {
  return read_lines(path, [](std::string_view line) {
    const std::size_t comma = std::min(line.find(','), line.size());
    return std::pair(line.substr(0, comma), line.substr(std::min(comma + 1, line.size())));
  });
}

std::string differences(const ViolationPairs& ours, const ViolationPairs& theirs) {
  if (ours == theirs) return {};
  return only_in("plumbline", ours, theirs) + only_in("DuckDB", theirs, ours);
}

std::string counts_by_policy(const ViolationPairs& pairs) {
  std::map<std::string_view, std::size_t> counts;
  for (const auto& [policy, record] : pairs) ++counts[policy];
  std::string text;
  for (const auto& [policy, count] : counts) text += fmt::format("  {:<36} {:>7}\n", policy, count);
  return text;
}

}  // namespace plumbline::bench
