#include "connectors/chat/webhook_signature.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "base/crypto.h"

namespace plumbline {
namespace {

constexpr std::string_view kPrefix = "whsec_";

// Nothing where it is no secret.
std::optional<std::vector<std::uint8_t>> key_of(const Secret& secret) {
  std::string_view text = secret.reveal();
  if (!text.starts_with(kPrefix)) return std::nullopt;
  return from_base64(text.substr(kPrefix.size()));
}

}  // namespace

Status check_signing_secret(const Secret& secret) {
  std::optional<std::vector<std::uint8_t>> key = key_of(secret);
  if (!key) return fail(ErrorCode::kInvalidInput, "must be whsec_ and base64 behind it");
  const std::size_t bytes = key->size();
  wipe(*key);
  if (bytes < kLeastSigningKeyBytes || bytes > kMostSigningKeyBytes)
    return fail(ErrorCode::kInvalidInput,
                fmt::format("must be the base64 of {} to {} random bytes, and is of {}",
                            kLeastSigningKeyBytes, kMostSigningKeyBytes, bytes));
  return {};
}

std::string sign_webhook(std::string_view id, Instant attempt, std::string_view body,
                         std::span<const Secret> secrets) {
  const std::string before = fmt::format("{}.{}.", id, attempt.time_since_epoch().count());
  std::string out;
  for (const Secret& secret : secrets) {
    std::optional<std::vector<std::uint8_t>> key = key_of(secret);
    if (!key) continue;
    const Sha256Digest digest = hmac_sha256(*key, {before, body});
    wipe(*key);
    out += fmt::format("{}v1,{}", out.empty() ? "" : " ", to_base64(digest));
  }
  return out;
}

}  // namespace plumbline
