#include "connectors/exports/size_history.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace plumbline {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::uint64_t median(const std::vector<FileSize>& sizes, std::uint64_t FileSize::* part) {
  std::vector<std::uint64_t> values;
  values.reserve(sizes.size());
  for (const FileSize& size : sizes) values.push_back(size.*part);
  std::ranges::sort(values);
  return values[(values.size() - 1) / 2];
}

}  // namespace

SizeHistory SizeHistory::from_text(std::string_view text) {
  SizeHistory history;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    const std::size_t slash = word.find('/');
    if (slash == std::string_view::npos) continue;
    const std::optional<std::uint64_t> bytes = number(word.substr(0, slash));
    const std::optional<std::uint64_t> rows = number(word.substr(slash + 1));
    if (bytes && rows) history.add({.bytes = *bytes, .rows = *rows});
  }
  return history;
}

std::string SizeHistory::to_text() const {
  std::string text;
  for (const FileSize& size : sizes_)
    text += fmt::format("{}{}/{}", text.empty() ? "" : " ", size.bytes, size.rows);
  return text;
}

void SizeHistory::add(FileSize size) {
  if (sizes_.size() == kMostSizes) sizes_.erase(sizes_.begin());
  sizes_.push_back(size);
}

FileSize SizeHistory::usual() const {
  if (empty()) return {};
  return {.bytes = median(sizes_, &FileSize::bytes), .rows = median(sizes_, &FileSize::rows)};
}

bool SizeHistory::is_far_below(FileSize size) const {
  if (empty()) return false;
  const FileSize expected = usual();
  const auto below_half = [](std::uint64_t value, std::uint64_t whole) {
    return value < whole - value && value < whole;
  };
  return below_half(size.bytes, expected.bytes) || below_half(size.rows, expected.rows);
}

}  // namespace plumbline
