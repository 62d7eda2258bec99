// EVP, which OpenSSL would rather have asked for a digest, first starts all of OpenSSL, with its
// configuration file: a tenth of the time of a short audit.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/crypto.h"

#include <openssl/sha.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace plumbline {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

[[noreturn]] void stop_without_digest() {
  // Only a broken OpenSSL installation gets here; no digest is better than a wrong one.
  std::fputs("plumbline: OpenSSL cannot compute SHA-256; check its installation and FIPS settings\n", stderr);
  std::abort();
}

Digest digest_of(std::span<const std::string_view> pieces) {
  SHA256_CTX context;
  Digest digest{};
  bool sound = SHA256_Init(&context) == 1;
  for (const std::string_view piece : pieces)
    sound = sound && SHA256_Update(&context, piece.data(), piece.size()) == 1;
  if (!sound || SHA256_Final(digest.data(), &context) != 1) stop_without_digest();
  return digest;
}

}  // namespace

std::string sha256_hex(std::string_view data) { return sha256_hex({&data, 1}); }

std::string sha256_hex(std::span<const std::string_view> pieces) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(std::size_t{SHA256_DIGEST_LENGTH} * 2);
  for (const unsigned char byte : digest_of(pieces)) {
    hex += kHexDigits[byte >> 4U];
    hex += kHexDigits[byte & 0x0FU];
  }
  return hex;
}

}  // namespace plumbline
