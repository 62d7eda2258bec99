#include "sandbox/salesforce/rsa_key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <vector>

namespace plumbline::sandbox {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using DigestHandle = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using BioHandle = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using CertificateHandle = std::unique_ptr<X509, Freed<X509_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

void must(bool done) {
  if (!done) std::abort();
}

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

void add_extension(X509* certificate, int kind, const char* value) {
  const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value));
  must(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

}  // namespace

struct RsaKey::Key {
  KeyHandle handle;

  EVP_PKEY* get() {
    constexpr unsigned kBits = 2048;
    if (handle == nullptr) handle.reset(EVP_RSA_gen(kBits));
    must(handle != nullptr);
    return handle.get();
  }
};

RsaKey::RsaKey() : key_(std::make_unique<Key>()) {}
RsaKey::RsaKey(RsaKey&&) noexcept = default;
RsaKey& RsaKey::operator=(RsaKey&&) noexcept = default;
RsaKey::~RsaKey() = default;

std::string RsaKey::private_pem() const {
  const BioHandle bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PrivateKey(bio.get(), key_->get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return text_of(bio.get());
}

std::string RsaKey::sign(std::string_view text) const {
  const DigestHandle digest(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  must(EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_->get()) == 1);
  std::size_t size = 0;
  must(EVP_DigestSign(digest.get(), nullptr, &size, bytes, text.size()) == 1);
  std::string signature(size, '\0');
  must(EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                      text.size()) == 1);
  signature.resize(size);
  return signature;
}

bool RsaKey::verifies(std::string_view text, std::string_view signature) const {
  const DigestHandle digest(EVP_MD_CTX_new());
  must(EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_->get()) == 1);
  return EVP_DigestVerify(digest.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

std::string RsaKey::certificate_pem() const {
  constexpr long kDay = 24L * 60 * 60;
  constexpr int kThird = 2;  // X.509 counts its versions from 0
  const CertificateHandle certificate(X509_new());
  X509* x = certificate.get();
  X509_set_version(x, kThird);
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(x), 365 * kDay);
  X509_set_pubkey(x, key_->get());
  X509_NAME* name = X509_get_subject_name(x);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("plumbline-sandbox"), -1, -1, 0);
  X509_set_issuer_name(x, name);
  add_extension(x, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(x, NID_subject_alt_name, "IP:127.0.0.1,IP:::1,DNS:localhost");
  must(X509_sign(x, key_->get(), EVP_sha256()) > 0);
  const BioHandle bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(bio.get(), x) == 1);
  return text_of(bio.get());
}

}  // namespace plumbline::sandbox
