// Digests: what proves that a text is still the text it was. Safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace plumbline {

// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view data);

// Of the pieces as if they were one text.
std::string sha256_hex(std::span<const std::string_view> pieces);

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
