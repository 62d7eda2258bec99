#include "base/crypto.h"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace plumbline {

std::string sha256_hex(std::string_view data) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(data.data(), data.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    // Only a broken OpenSSL installation gets here; no digest is better than a wrong one.
    std::fputs("plumbline: OpenSSL cannot compute SHA-256; check its installation and FIPS settings\n",
               stderr);
    std::abort();
  }
  std::string hex;
  hex.reserve(std::size_t{size} * 2);
  for (std::size_t i = 0; i < size; ++i) {
    hex += kHexDigits[digest[i] >> 4U];
    hex += kHexDigits[digest[i] & 0x0FU];
  }
  return hex;
}

}  // namespace plumbline
