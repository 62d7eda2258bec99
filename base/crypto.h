// Digests, which prove that a text is still the text it was, and random bytes. Nothing of OpenSSL is started
// by a digest. Safe from any thread, but for one object of Sha256.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace plumbline {

using Sha256Digest = std::array<std::uint8_t, 32>;

// A digest of text that comes in pieces. Allocates nothing; meant to be used again and again, for short texts
// too.
class Sha256 {
 public:
  Sha256();
  Sha256& add(std::string_view piece);
  Sha256& add(std::span<const std::uint8_t> piece);
  // Of what was added since the last call.
  Sha256Digest finish();

 private:
  static constexpr std::size_t kStateBytes = 112;
  alignas(8) std::array<unsigned char, kStateBytes> state_;
};

Sha256Digest sha256(std::string_view data);

// RFC 2104 with SHA-256, of the pieces as if they were one text: proves that whoever wrote it knew the key.
Sha256Digest hmac_sha256(std::span<const std::uint8_t> key, std::initializer_list<std::string_view> pieces);

// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view data);

// Of the pieces as if they were one text.
std::string sha256_hex(std::span<const std::string_view> pieces);

// Lower-case hexadecimal, two digits a byte.
std::string to_hex(std::span<const std::uint8_t> bytes);
// Into memory with room for two characters a byte; returns where the next one goes.
char* write_hex(char* out, std::span<const std::uint8_t> bytes);

// Fills `bytes` from the system's generator of random numbers, good enough for keys. Aborts where the system
// has none: a predictable key is worse than no program.
void fill_random(std::span<std::uint8_t> bytes);

// Overwrites in a way no optimiser removes.
void wipe(std::span<std::uint8_t> bytes);

// The bytes as text and back, without a copy.
inline std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
// Nothing where the length is not a digest's.
std::optional<Sha256Digest> digest_from(std::span<const std::uint8_t> bytes);
// How far a digest has come over the first `bytes` bytes of a text, which are whole blocks: so that a text
// whose beginning is known need not be read from there.
struct BegunDigest {
  static constexpr std::size_t kBlockBytes = 64;

  std::array<std::uint32_t, 8> words{};
  std::uint64_t bytes = 0;
};

// Over as many whole blocks as there are in the pieces.
BegunDigest begin_sha256(std::span<const std::string_view> pieces);

// Of a text that was begun like that; `rest` is what follows its first `begun.bytes` bytes.
std::string sha256_hex(const BegunDigest& begun, std::span<const std::string_view> rest);

}  // namespace plumbline
