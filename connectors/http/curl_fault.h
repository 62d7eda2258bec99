// What curl says went wrong, as an Error with a sentence for people. Inside of the curl client.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.h"

namespace plumbline {

struct CurlFault {
  CURLcode code = CURLE_OK;
  std::string target{};    // as target_of() names it
  std::string host{};      // "na1.example.com:8443"
  std::string proxy{};     // empty: none was used
  std::string detail{};    // curl's own words
  long verify_result = 0;  // OpenSSL's, of the server's certificate
  long proxy_verify_result = 0;
  long system_error = 0;   // errno
  long proxy_status = 0;   // the proxy's answer to CONNECT
  bool connected = false;  // connection and TLS stood
  bool has_head = false;   // the reply had begun
  std::chrono::milliseconds connect_time{};
  std::chrono::milliseconds total_time{};
  std::chrono::seconds slow_time{};
  std::uint32_t slow_bytes = 0;
};

Error error_of(const CurlFault& fault);

}  // namespace plumbline
