#include "tests/kit/test_certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>

namespace plumbline {
namespace {

template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;

void must(bool done) {
  if (!done) std::abort();
}

Key make_key() { return Key(EVP_EC_gen("P-256")); }

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  must(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

void set_name(X509* certificate, const char* name) {
  X509_NAME* const subject = X509_get_subject_name(certificate);
  must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name),
                                  -1, -1, 0) == 1);
}

Certificate begin_certificate(EVP_PKEY* key, const char* name, std::chrono::seconds from,
                              std::chrono::seconds until) {
  static long serial = 1;
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), until.count());
  X509_set_pubkey(certificate.get(), key);
  set_name(certificate.get(), name);
  return certificate;
}

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(bio.get(), certificate) == 1);
  return text_of(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return text_of(bio.get());
}

// Each has a name of its own, as authorities do.
std::string authority_name() {
  static int number = 0;
  return "Test authority " + std::to_string(++number);
}

}  // namespace

struct TestAuthority::Inside {
  Key key = make_key();
  Certificate certificate;
};

TestAuthority::TestAuthority() : inside_(std::make_unique<Inside>()) {
  EVP_PKEY* const key = inside_->key.get();
  Certificate own =
      begin_certificate(key, authority_name().c_str(), std::chrono::hours(-24), std::chrono::hours(24));
  X509_set_issuer_name(own.get(), X509_get_subject_name(own.get()));
  add_extension(own.get(), own.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(own.get(), own.get(), NID_key_usage, "critical,keyCertSign");
  must(X509_sign(own.get(), key, EVP_sha256()) > 0);
  inside_->certificate = std::move(own);
}

TestAuthority::~TestAuthority() = default;

std::string TestAuthority::certificate() const { return pem_of(inside_->certificate.get()); }

TestCertificate TestAuthority::issue(const CertificateWishes& wishes) const {
  const Key key = make_key();
  X509* const issuer = inside_->certificate.get();
  const Certificate issued = begin_certificate(key.get(), "Test server", wishes.from, wishes.until);
  X509_set_issuer_name(issued.get(), X509_get_subject_name(issuer));
  add_extension(issued.get(), issuer, NID_subject_alt_name, wishes.name);
  must(X509_sign(issued.get(), inside_->key.get(), EVP_sha256()) > 0);
  return {.certificate = pem_of(issued.get()), .key = pem_of(key.get())};
}

}  // namespace plumbline
