// EVP, which OpenSSL would rather have asked for a digest, first starts all of OpenSSL, with its
// configuration file: a tenth of the time of a short audit. It also takes longer for a text of 300 bytes than
// the hashing itself.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>

namespace plumbline {
namespace {

[[noreturn]] void stop(const char* sentence) {
  std::fputs(sentence, stderr);
  std::abort();
}

// Only a broken OpenSSL installation gets here; no digest is better than a wrong one.
void demand_digest(int answer) {
  if (answer != 1)
    stop("plumbline: OpenSSL cannot compute SHA-256; check its installation and FIPS settings\n");
}

// The two digits of each byte.
constexpr auto kHexPairs = [] {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t byte = 0; byte < pairs.size(); ++byte)
    pairs[byte] = {kHexDigits[byte >> 4U], kHexDigits[byte & 0x0FU]};
  return pairs;
}();

SHA256_CTX* context_in(std::array<unsigned char, sizeof(SHA256_CTX)>& state) {
  return std::launder(reinterpret_cast<SHA256_CTX*>(state.data()));
}

}  // namespace

Sha256::Sha256() : state_{} {
  static_assert(sizeof(SHA256_CTX) == kStateBytes && alignof(SHA256_CTX) <= 8);
  demand_digest(SHA256_Init(new (state_.data()) SHA256_CTX));
}

Sha256& Sha256::add(std::string_view piece) {
  demand_digest(SHA256_Update(context_in(state_), piece.data(), piece.size()));
  return *this;
}

Sha256& Sha256::add(std::span<const std::uint8_t> piece) { return add(as_text(piece)); }

Sha256Digest Sha256::finish() {
  Sha256Digest digest;
  demand_digest(SHA256_Final(digest.data(), context_in(state_)));
  demand_digest(SHA256_Init(context_in(state_)));
  return digest;
}

Sha256Digest sha256(std::string_view data) { return Sha256().add(data).finish(); }

Sha256Digest hmac_sha256(std::span<const std::uint8_t> key, std::initializer_list<std::string_view> pieces) {
  constexpr std::size_t kBlockBytes = 64;
  constexpr std::uint8_t kInner = 0x36;
  constexpr std::uint8_t kOuter = 0x5C;
  std::array<std::uint8_t, kBlockBytes> block{};
  if (key.size() <= kBlockBytes) {
    std::ranges::copy(key, block.begin());
  } else {
    std::ranges::copy(sha256(as_text(key)), block.begin());
  }
  const auto turn_into = [&block](std::uint8_t sign) {
    for (std::uint8_t& byte : block) byte ^= sign;
  };
  Sha256 sha;
  turn_into(kInner);
  sha.add(std::span<const std::uint8_t>(block));
  for (const std::string_view piece : pieces) sha.add(piece);
  const Sha256Digest inner = sha.finish();
  turn_into(kInner ^ kOuter);
  sha.add(std::span<const std::uint8_t>(block)).add(std::span<const std::uint8_t>(inner));
  wipe(block);
  return sha.finish();
}

std::string sha256_hex(std::string_view data) { return to_hex(sha256(data)); }

std::string sha256_hex(std::span<const std::string_view> pieces) {
  Sha256 hash;
  for (const std::string_view piece : pieces) hash.add(piece);
  return to_hex(hash.finish());
}

char* write_hex(char* out, std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) out = std::copy_n(kHexPairs[byte].begin(), 2, out);
  return out;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  std::string hex(bytes.size() * 2, '\0');
  write_hex(hex.data(), bytes);
  return hex;
}

BegunDigest begin_sha256(std::span<const std::string_view> pieces) {
  SHA256_CTX context;
  demand_digest(SHA256_Init(&context));
  BegunDigest result;
  for (const std::string_view piece : pieces) {
    demand_digest(SHA256_Update(&context, piece.data(), piece.size()));
    result.bytes += piece.size();
  }
  // What does not fill a block waits beside the words, and has not changed them.
  result.bytes -= context.num;
  std::ranges::copy(context.h, result.words.begin());
  return result;
}

std::string sha256_hex(const BegunDigest& begun, std::span<const std::string_view> rest) {
  SHA256_CTX context;
  demand_digest(SHA256_Init(&context));
  std::ranges::copy(begun.words, std::begin(context.h));
  const std::uint64_t bits = begun.bytes * 8;
  context.Nl = static_cast<SHA_LONG>(bits);
  context.Nh = static_cast<SHA_LONG>(bits >> 32U);
  for (const std::string_view piece : rest)
    demand_digest(SHA256_Update(&context, piece.data(), piece.size()));
  Sha256Digest digest;
  demand_digest(SHA256_Final(digest.data(), &context));
  return to_hex(digest);
}

void fill_random(std::span<std::uint8_t> bytes) {
  // The kernel's own generator: seeded before the first process runs, and nothing of OpenSSL is started.
  while (!bytes.empty()) {
    const ssize_t filled = ::getrandom(bytes.data(), bytes.size(), 0);
    if (filled > 0) bytes = bytes.subspan(static_cast<std::size_t>(filled));
    if (filled < 0 && errno != EINTR) stop("plumbline: the system gives no random numbers (getrandom)\n");
  }
}

void wipe(std::span<std::uint8_t> bytes) { OPENSSL_cleanse(bytes.data(), bytes.size()); }

std::optional<Sha256Digest> digest_from(std::span<const std::uint8_t> bytes) {
  Sha256Digest digest;
  if (bytes.size() != digest.size()) return std::nullopt;
  std::ranges::copy(bytes, digest.begin());
  return digest;
}

}  // namespace plumbline
