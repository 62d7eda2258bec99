#include "ledger/audit/entry.h"

#include <charconv>

namespace plumbline {
namespace {

constexpr std::string_view kSeqKey = "{\"seq\":";
constexpr std::string_view kAtKey = ",\"at\":\"";
constexpr std::string_view kKindKey = "\",\"kind\":\"";
constexpr std::string_view kPersonalKey = ",\"personal\":\"";
constexpr std::string_view kPersonalEnd = "\"}";
constexpr std::size_t kDigestDigits = sizeof(Sha256Digest) * 2;
constexpr std::size_t kNumberRoom = 20;

bool is_lower_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

Sha256Digest personal_commitment(Sha256& hash, std::span<const std::uint8_t> salt, std::string_view text) {
  return hash.add(salt).add(text).finish();
}

void write_entry(std::string& out, std::int64_t seq, Instant at, const AuditEntry& entry,
                 const Sha256Digest* commitment) {
  std::array<char, kNumberRoom> number;
  std::array<char, kInstantRoom> moment;
  char* const number_end = std::to_chars(number.data(), number.data() + number.size(), seq).ptr;
  char* const moment_end = write_instant(moment.data(), at);
  out.assign(kSeqKey);
  out.append(number.data(), number_end);
  out.append(kAtKey);
  out.append(moment.data(), moment_end);
  out.append(kKindKey);
  out.append(entry.kind);
  out.push_back('"');
  if (!entry.body.empty()) out.push_back(',');
  out.append(entry.body);
  if (commitment != nullptr) {
    std::array<char, kDigestDigits> digits;
    write_hex(digits.data(), *commitment);
    out.append(kPersonalKey);
    out.append(digits.data(), digits.size());
    out.push_back('"');
  }
  out.push_back('}');
}

std::optional<std::string_view> commitment_in(std::string_view entry) {
  // Only the object's own last member can stand right before its end: within a text the quotes would be
  // escaped, within an inner object there would be another brace.
  constexpr std::size_t kTail = kPersonalKey.size() + kDigestDigits + kPersonalEnd.size();
  if (entry.size() < kTail || !entry.ends_with(kPersonalEnd)) return std::nullopt;
  const std::string_view tail = entry.substr(entry.size() - kTail);
  const std::string_view digits = tail.substr(kPersonalKey.size(), kDigestDigits);
  if (!tail.starts_with(kPersonalKey) || !is_lower_hex(digits)) return std::nullopt;
  return digits;
}

std::optional<EntryHead> head_of(std::string_view entry) {
  if (!entry.starts_with(kSeqKey)) return std::nullopt;
  entry.remove_prefix(kSeqKey.size());
  EntryHead head;
  const auto [end, error] = std::from_chars(entry.data(), entry.data() + entry.size(), head.seq);
  if (error != std::errc{}) return std::nullopt;
  entry.remove_prefix(static_cast<std::size_t>(end - entry.data()));
  if (!entry.starts_with(kAtKey)) return std::nullopt;
  entry.remove_prefix(kAtKey.size());
  const std::size_t at_end = entry.find(kKindKey);
  if (at_end == std::string_view::npos) return std::nullopt;
  head.at = entry.substr(0, at_end);
  entry.remove_prefix(at_end + kKindKey.size());
  head.kind = entry.substr(0, entry.find('"'));
  return head;
}

}  // namespace plumbline
