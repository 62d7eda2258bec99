#include "connectors/http/trusted_certificates.h"

#include <openssl/x509_vfy.h>

#include <utility>

namespace plumbline {
namespace {

TrustedCertificates::Store read_store(const std::string& file) {
  TrustedCertificates::Store store(X509_STORE_new(), X509_STORE_free);
  if (!store || X509_STORE_load_file(store.get(), file.c_str()) != 1) return nullptr;
  // As curl would: an authority in the file is enough, whoever vouches for that one.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
  return store;
}

}  // namespace

TrustedCertificates::TrustedCertificates(std::string file, Begin begins) : file_(std::move(file)) {
  if (begins == Begin::kNow) begin(std::chrono::steady_clock::now());
}

void TrustedCertificates::begin(std::chrono::steady_clock::time_point now) {
  begun_at_ = now;
  reading_ = std::async(std::launch::async, read_store, file_);
}

TrustedCertificates::Store TrustedCertificates::store(std::chrono::steady_clock::time_point now) {
  if (!store_ && !reading_.valid()) begin(now);
  if (reading_.valid() &&
      (!store_ || reading_.wait_for(std::chrono::seconds{0}) == std::future_status::ready)) {
    // A file that cannot be read any more does not take away what was read of it.
    if (Store read = reading_.get()) store_ = std::move(read);
  }
  if (store_ && !reading_.valid() && now - begun_at_ >= kTrustedFor) begin(now);
  return store_;
}

}  // namespace plumbline
