// EVP, which OpenSSL would rather have asked for a digest, first starts all of OpenSSL, with its
// configuration file: a tenth of the time of a short audit.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/crypto.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <iterator>

namespace plumbline {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

[[noreturn]] void stop_without_digest() {
  // Only a broken OpenSSL installation gets here; no digest is better than a wrong one.
  std::fputs("plumbline: OpenSSL cannot compute SHA-256; check its installation and FIPS settings\n", stderr);
  std::abort();
}

SHA256_CTX begun() {
  SHA256_CTX context;
  if (SHA256_Init(&context) != 1) stop_without_digest();
  return context;
}

void update(SHA256_CTX& context, std::string_view text) {
  if (SHA256_Update(&context, text.data(), text.size()) != 1) stop_without_digest();
}

Digest finished(SHA256_CTX& context) {
  Digest digest{};
  if (SHA256_Final(digest.data(), &context) != 1) stop_without_digest();
  return digest;
}

std::string hex_of(const Digest& digest) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(digest.size() * 2);
  for (const unsigned char byte : digest) {
    hex += kHexDigits[byte >> 4U];
    hex += kHexDigits[byte & 0x0FU];
  }
  return hex;
}

}  // namespace

std::string sha256_hex(std::string_view data) { return sha256_hex({&data, 1}); }

std::string sha256_hex(std::span<const std::string_view> pieces) {
  SHA256_CTX context = begun();
  for (const std::string_view piece : pieces) update(context, piece);
  return hex_of(finished(context));
}

BegunDigest begin_sha256(std::span<const std::string_view> pieces) {
  SHA256_CTX context = begun();
  BegunDigest result;
  for (const std::string_view piece : pieces) {
    update(context, piece);
    result.bytes += piece.size();
  }
  // What does not fill a block waits beside the words, and has not changed them.
  result.bytes -= context.num;
  std::ranges::copy(context.h, result.words.begin());
  return result;
}

std::string sha256_hex(const BegunDigest& begun_digest, std::span<const std::string_view> rest) {
  SHA256_CTX context = begun();
  std::ranges::copy(begun_digest.words, std::begin(context.h));
  const std::uint64_t bits = begun_digest.bytes * 8;
  context.Nl = static_cast<SHA_LONG>(bits);
  context.Nh = static_cast<SHA_LONG>(bits >> 32U);
  for (const std::string_view piece : rest) update(context, piece);
  return hex_of(finished(context));
}

}  // namespace plumbline
