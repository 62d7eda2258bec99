#include "base/rsa.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/crypto.h"

namespace plumbline {
namespace {

template <class T, void (*kFree)(T*)>
struct Free {
  void operator()(T* handle) const { kFree(handle); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX, EVP_MD_CTX_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO, BIO_free_all>>;

// A key with a passphrase is refused: nobody is there to type it.
int no_passphrase(char*, int, int, void*) { return -1; }

Result<Key> read_key(const Secret& pem) {
  // OpenSSL's configuration file could make it load other code than the one linked.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  const std::string_view text = pem.reveal();
  if (text.find("ENCRYPTED") != std::string_view::npos) {
    return fail(ErrorCode::kInvalidInput,
                "the key is protected by a passphrase; write one without: "
                "openssl pkey -in KEY -out KEY.plain, readable by the daemon alone");
  }
  const Memory memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  Key key(PEM_read_bio_PrivateKey(memory.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  if (!key) {
    return fail(ErrorCode::kInvalidInput,
                "the key is not a private key in PEM (-----BEGIN PRIVATE KEY-----); make one with "
                "openssl genrsa 2048");
  }
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return fail(ErrorCode::kInvalidInput,
                "the key is not an RSA key, which RS256 needs; make one with "
                "openssl genrsa 2048");
  }
  const int bits = EVP_PKEY_get_bits(key.get());
  if (bits < kFewestRsaBits) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("the key has {} bits, and fewer than {} are refused; make one with openssl "
                            "genrsa {}",
                            bits, kFewestRsaBits, kFewestRsaBits));
  }
  return key;
}

}  // namespace

Result<std::string> sign_rs256(const Secret& pem, std::string_view message) {
  Result<Key> key = read_key(pem);
  if (!key) return fail(std::move(key.error()));
  const Context context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  std::size_t size = 0;
  std::string signature;
  bool good = context && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key->get()) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size()) == 1;
  if (good) {
    signature.resize(size);
    good = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                          message.size()) == 1;
    signature.resize(size);
  }
  ERR_clear_error();
  if (good) return signature;
  return fail(ErrorCode::kInternal,
              "OpenSSL could not sign with the RSA key; check its installation and FIPS settings");
}

std::string to_base64_url(std::string_view bytes) {
  std::string text = to_base64(as_bytes(bytes));
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

}  // namespace plumbline
