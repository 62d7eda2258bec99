// Signatures by Ed25519 (RFC 8032): who holds the secret key signs, whoever holds the public one can tell.
// Safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace plumbline {

using Ed25519PublicKey = std::array<std::uint8_t, 32>;
using Ed25519Signature = std::array<std::uint8_t, 64>;

// Bytes that nobody but their user should see: cannot be copied, compared or printed, and are overwritten
// when they go.
class SecretBytes {
 public:
  explicit SecretBytes(std::size_t size);
  SecretBytes(SecretBytes&& other) noexcept = default;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  std::span<std::uint8_t> bytes() { return {bytes_.get(), size_}; }
  std::span<const std::uint8_t> bytes() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t size_;
};

class Ed25519Key {
 public:
  static Ed25519Key generate();
  // The 32 bytes that RFC 8032 calls the private key; nothing where they are not 32.
  static std::optional<Ed25519Key> from_seed(std::span<const std::uint8_t> seed);
  // PKCS#8 in PEM, as to_pem and `openssl genpkey -algorithm ed25519` write it; no other kind of key.
  static Result<Ed25519Key> from_pem(std::string_view text);

  const Ed25519PublicKey& public_key() const { return public_key_; }
  Ed25519Signature sign(std::string_view message) const;
  SecretBytes to_pem() const;

 private:
  explicit Ed25519Key(SecretBytes seed);

  SecretBytes seed_;
  Ed25519PublicKey public_key_{};
};

bool ed25519_verify(const Ed25519PublicKey& key, std::string_view message, const Ed25519Signature& signature);

}  // namespace plumbline
