// Certificates made for one test, by an authority of its own.
#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace plumbline {

// PEM texts.
struct TestCertificate {
  std::string certificate;
  std::string key;
};

struct CertificateWishes {
  std::string name = "IP:127.0.0.1";  // as OpenSSL writes a subjectAltName
  std::chrono::hours from{-1};        // from now on
  std::chrono::hours until{1};
};

class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  // What a client must trust.
  std::string certificate() const;
  TestCertificate issue(const CertificateWishes& wishes = {}) const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace plumbline
