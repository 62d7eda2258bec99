// The authorities whose word for a server counts, read beside the thread that waits for the network: reading
// the system's takes longer than that thread may be kept.
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>

namespace plumbline {

// How old what is used may be before the file is read again, for authorities come and go.
inline constexpr std::chrono::hours kTrustedFor{24};

// For one thread.
class TrustedCertificates {
 public:
  using Store = std::shared_ptr<X509_STORE>;

  // Who is not going to ask a server by https need not read anything.
  enum class Begin : std::uint8_t { kNow, kWhenAsked };

  // A file of PEM certificates.
  TrustedCertificates(std::string file, Begin begin);

  // What was read; waits where nothing has been read yet. Where it is too old at that moment, it is read
  // again meanwhile, and the next caller gets what came of it. Empty where no certificate could be read.
  Store store(std::chrono::steady_clock::time_point now);

 private:
  void begin(std::chrono::steady_clock::time_point now);

  std::string file_;
  Store store_;
  std::future<Store> reading_;
  std::chrono::steady_clock::time_point begun_at_{};
};

}  // namespace plumbline
