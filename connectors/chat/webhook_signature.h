// How a webhook's receiver knows who sent it: the signatures of Standard Webhooks (v1, HMAC-SHA256). Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace plumbline {

inline constexpr std::size_t kLeastSigningKeyBytes = 24;
inline constexpr std::size_t kMostSigningKeyBytes = 64;

// A secret is whsec_ and the base64 of 24 to 64 bytes. kInvalidInput otherwise, with a sentence that does not
// quote it.
Status check_signing_secret(const Secret& secret);

// The value of webhook-signature: "v1,..." for each secret, a space between; receivers take any that they
// know. Signed are id, the moment of the attempt and exactly the bytes of the body. The secrets must be good.
std::string sign_webhook(std::string_view id, Instant attempt, std::string_view body,
                         std::span<const Secret> secrets);

}  // namespace plumbline
