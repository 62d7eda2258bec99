// The key pair whose private half a client signs its JWTs with: made anew for every sandbox, worth nothing
// outside it. For one thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace plumbline::sandbox {

class RsaKey {
 public:
  // 2,048 bits, made when they are first asked for, which takes a moment. Aborts where OpenSSL cannot.
  RsaKey();
  RsaKey(RsaKey&&) noexcept;
  RsaKey& operator=(RsaKey&&) noexcept;
  ~RsaKey();

  std::string private_pem() const;                // PKCS #8
  std::string sign(std::string_view text) const;  // RS256
  bool verifies(std::string_view text, std::string_view signature) const;
  // A certificate for 127.0.0.1, ::1 and localhost, valid from yesterday for a year, signed by itself; PEM.
  std::string certificate_pem() const;

 private:
  struct Key;
  std::unique_ptr<Key> key_;
};

}  // namespace plumbline::sandbox
