// What is remembered of a Bulk job: in the state of the source, and in the names of its files.
#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "base/crypto.h"
#include "connectors/salesforce/bulk_load.h"

namespace plumbline {
namespace {

// A file's name may have 255 bytes.
constexpr std::size_t kMostLocatorBytes = 80;
constexpr std::string_view kLast = "last";
constexpr std::string_view kEnding = ".csv";

std::string hex(std::string_view text) { return to_hex(as_bytes(text)); }

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    unsigned value = 0;
    const auto [end, fault] = std::from_chars(text.data() + at, text.data() + at + 2, value, 16);
    if (fault != std::errc{} || end != text.data() + at + 2) return std::nullopt;
    bytes += static_cast<char>(static_cast<unsigned char>(value));
  }
  return bytes;
}

// The text up to the next separator, which is taken off.
std::string_view next_word(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string KeptJob::to_text() const {
  return fmt::format("{} {} {}", id, high.time_since_epoch().count(), query);
}

std::optional<KeptJob> KeptJob::from_text(std::string_view text) {
  KeptJob job{.id = std::string(next_word(text, ' ')), .query = {}};
  const std::optional<std::int64_t> high = number<std::int64_t>(next_word(text, ' '));
  job.query = next_word(text, ' ');
  if (job.id.empty() || !high || job.query.empty()) return std::nullopt;
  job.high = Instant{std::chrono::seconds{*high}};
  return job;
}

std::string SpooledPart::to_name() const {
  const std::string after = next ? hex(*next) : std::string(kLast);
  return fmt::format("{}.{}.{}.{}.{}{}", job, hex(locator), records, bytes, after, kEnding);
}

std::optional<SpooledPart> SpooledPart::from_name(std::string_view name) {
  if (!name.ends_with(kEnding)) return std::nullopt;
  name.remove_suffix(kEnding.size());
  SpooledPart part{.job = std::string(next_word(name, '.')), .locator = {}};
  const std::optional<std::string> locator = from_hex(next_word(name, '.'));
  const std::optional<std::uint64_t> records = number<std::uint64_t>(next_word(name, '.'));
  const std::optional<std::uint64_t> bytes = number<std::uint64_t>(next_word(name, '.'));
  const std::string_view after = next_word(name, '.');
  if (part.job.empty() || !locator || !records || !bytes || after.empty() || !name.empty())
    return std::nullopt;
  part.locator = *locator;
  part.records = *records;
  part.bytes = *bytes;
  if (after != kLast) {
    part.next = from_hex(after);
    if (!part.next) return std::nullopt;
  }
  return part;
}

bool SpooledPart::fits_a_name() const {
  return locator.size() <= kMostLocatorBytes && (!next || next->size() <= kMostLocatorBytes);
}

std::map<std::string, SpooledPart> spooled_parts(const std::filesystem::path& spool, std::string_view job) {
  std::map<std::string, SpooledPart> parts;
  std::error_code fault;
  for (const auto& entry : std::filesystem::directory_iterator(spool, fault)) {
    std::optional<SpooledPart> part = SpooledPart::from_name(entry.path().filename().string());
    if (!part || part->job != job) continue;
    std::error_code ignored;
    if (entry.file_size(ignored) != part->bytes) {
      std::filesystem::remove(entry.path(), ignored);
      continue;
    }
    part->path = entry.path().string();
    std::string locator = part->locator;
    parts.insert_or_assign(std::move(locator), std::move(*part));
  }
  return parts;
}

void drop_parts(const std::filesystem::path& spool, std::string_view job) {
  std::vector<std::filesystem::path> dropped;
  std::error_code fault;
  for (const auto& entry : std::filesystem::directory_iterator(spool, fault)) {
    if (entry.path().filename().string().starts_with(fmt::format("{}.", job)))
      dropped.push_back(entry.path());
  }
  for (const std::filesystem::path& path : dropped) std::filesystem::remove(path, fault);
}

}  // namespace plumbline
