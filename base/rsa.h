// Signatures by RSA with SHA-256 (RS256 of RFC 7518): what services ask of whoever logs in by a key. Safe
// from any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace plumbline {

inline constexpr int kFewestRsaBits = 2048;

// Of `message`, with the private key in `pem` (PKCS#1 or PKCS#8, without a passphrase). kInvalidInput where
// the key is none, not RSA, encrypted, or shorter than kFewestRsaBits; sentences about "the key", with the
// remedy.
Result<std::string> sign_rs256(const Secret& pem, std::string_view message);

// Base64 for URLs (RFC 4648, section 5), without padding.
std::string to_base64_url(std::string_view bytes);

}  // namespace plumbline
