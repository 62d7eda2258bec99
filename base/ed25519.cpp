// A PKCS#8 file of an Ed25519 key is 16 bytes that are always the same and the 32 bytes of the seed (RFC
// 8410, section 7). Reading and writing it here leaves OpenSSL's decoders, a large part of it, out of the
// program.
#include "base/ed25519.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/base64.h"
#include "base/crypto.h"

namespace plumbline {
namespace {

constexpr std::size_t kSeedBytes = 32;
constexpr std::array<std::uint8_t, 16> kPkcs8Head = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                                     0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
constexpr std::string_view kPemBegin = "-----BEGIN PRIVATE KEY-----\n";
constexpr std::string_view kPemEnd = "\n-----END PRIVATE KEY-----\n";

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, FreeKey>;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using ContextHandle = std::unique_ptr<EVP_MD_CTX, FreeContext>;

[[noreturn]] void stop_without_signatures() {
  // Only a broken OpenSSL installation gets here.
  std::fputs("plumbline: OpenSSL cannot sign with Ed25519; check its installation and FIPS settings\n",
             stderr);
  std::abort();
}

// OpenSSL's configuration file could make it load other code than the one linked.
void start_openssl() {
  if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) != 1) stop_without_signatures();
}

KeyHandle secret_handle(const SecretBytes& seed) {
  start_openssl();
  KeyHandle key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.bytes().data(), kSeedBytes));
  if (!key) stop_without_signatures();
  return key;
}

std::string_view without_trailing_blanks(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r') || text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : bytes_(std::make_unique<std::uint8_t[]>(size)), size_(size) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
  return *this;
}

SecretBytes::~SecretBytes() {
  if (bytes_) wipe({bytes_.get(), size_});
}

Ed25519Key::Ed25519Key(SecretBytes seed) : seed_(std::move(seed)) {
  const KeyHandle key = secret_handle(seed_);
  std::size_t size = public_key_.size();
  if (EVP_PKEY_get_raw_public_key(key.get(), public_key_.data(), &size) != 1) stop_without_signatures();
}

Ed25519Key Ed25519Key::generate() {
  SecretBytes seed(kSeedBytes);
  fill_random(seed.bytes());
  return Ed25519Key(std::move(seed));
}

std::optional<Ed25519Key> Ed25519Key::from_seed(std::span<const std::uint8_t> seed) {
  if (seed.size() != kSeedBytes) return std::nullopt;
  SecretBytes own(kSeedBytes);
  std::ranges::copy(seed, own.bytes().begin());
  return Ed25519Key(std::move(own));
}

Result<Ed25519Key> Ed25519Key::from_pem(std::string_view text) {
  const std::string_view end = without_trailing_blanks(kPemEnd);
  text = without_trailing_blanks(text);
  if (!text.starts_with(kPemBegin) || !text.ends_with(end) || text.size() < kPemBegin.size() + end.size())
    return fail(ErrorCode::kInvalidInput,
                "this is no secret key: the first line has to be -----BEGIN PRIVATE KEY-----");
  text.remove_prefix(kPemBegin.size());
  text.remove_suffix(end.size());
  std::optional<std::vector<std::uint8_t>> der = from_base64(text);
  const bool sound = der && der->size() == kPkcs8Head.size() + kSeedBytes &&
                     std::equal(kPkcs8Head.begin(), kPkcs8Head.end(), der->begin());
  std::optional<Ed25519Key> key;
  if (sound) key = from_seed(std::span(*der).subspan(kPkcs8Head.size()));
  if (der) wipe(*der);
  if (!key)
    return fail(
        ErrorCode::kInvalidInput,
        "this is no Ed25519 key as `openssl genpkey -algorithm ed25519` writes it; no other kind is read");
  return std::move(*key);
}

SecretBytes Ed25519Key::to_pem() const {
  SecretBytes der(kPkcs8Head.size() + kSeedBytes);
  const auto behind_head = std::ranges::copy(kPkcs8Head, der.bytes().begin()).out;
  std::ranges::copy(seed_.bytes(), behind_head);
  std::string base64 = to_base64(der.bytes());
  SecretBytes pem(kPemBegin.size() + base64.size() + kPemEnd.size());
  auto out = std::ranges::copy(kPemBegin, pem.bytes().begin()).out;
  out = std::ranges::copy(base64, out).out;
  std::ranges::copy(kPemEnd, out);
  wipe({reinterpret_cast<std::uint8_t*>(base64.data()), base64.size()});
  return pem;
}

Ed25519Signature Ed25519Key::sign(std::string_view message) const {
  const KeyHandle key = secret_handle(seed_);
  const ContextHandle context(EVP_MD_CTX_new());
  Ed25519Signature signature{};
  std::size_t size = signature.size();
  const bool sound =
      context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), signature.data(), &size, as_bytes(message).data(), message.size()) == 1;
  if (!sound || size != signature.size()) stop_without_signatures();
  return signature;
}

bool ed25519_verify(const Ed25519PublicKey& key, std::string_view message,
                    const Ed25519Signature& signature) {
  start_openssl();
  const KeyHandle handle(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const ContextHandle context(EVP_MD_CTX_new());
  if (!handle || !context) return false;
  if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle.get()) != 1) return false;
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), as_bytes(message).data(),
                          message.size()) == 1;
}

}  // namespace plumbline
