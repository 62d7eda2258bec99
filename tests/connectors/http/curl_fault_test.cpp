#include "connectors/http/curl_fault.h"

#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

#include <cerrno>

namespace plumbline {
namespace {

CurlFault fault_of(CURLcode code) {
  return {.code = code,
          .target = "a.test/x",
          .host = "a.test",
          .connect_time = std::chrono::seconds(10),
          .total_time = std::chrono::minutes(2),
          .slow_time = std::chrono::seconds(30),
          .slow_bytes = 16};
}

TEST(CurlFault, that_is_slowness_names_the_bound) {
  CurlFault fault = fault_of(CURLE_OPERATION_TIMEDOUT);
  fault.connected = true;
  fault.detail = "Operation too slow. Less than 16 bytes/sec transferred the last 30 seconds";
  EXPECT_EQ(error_of(fault).message,
            "a.test/x brought fewer than 16 bytes a second for 30 s, and was given up; if it goes on, raise "
            "slow_time");
}

TEST(CurlFault, of_a_connection_that_does_not_come_names_the_shorter_time_and_the_proxy) {
  CurlFault fault = fault_of(CURLE_OPERATION_TIMEDOUT);
  fault.proxy = "http://proxy.test:3128";
  EXPECT_EQ(
      error_of(fault).message,
      "a.test/x cannot be reached: no connection to a.test through http://proxy.test:3128 within 10 s; check "
      "the address, the network and its firewalls");
  fault.proxy.clear();
  fault.total_time = std::chrono::milliseconds(1500);
  EXPECT_EQ(
      error_of(fault).message,
      "a.test/x cannot be reached: no connection to a.test within 1.5 s; check the address, the network and "
      "its firewalls");
}

TEST(CurlFault, of_a_certificate_says_whose_it_is_and_what_is_wrong_with_it) {
  CurlFault fault = fault_of(CURLE_PEER_FAILED_VERIFICATION);
  fault.verify_result = X509_V_ERR_CERT_REVOKED;
  EXPECT_EQ(error_of(fault).message,
            "a.test/x is not asked: the certificate of a.test was revoked; whoever runs that server must "
            "replace it");
  fault.verify_result = X509_V_ERR_CA_MD_TOO_WEAK;
  EXPECT_EQ(error_of(fault).message,
            "a.test/x is not asked: the certificate of a.test does not hold: CA signature digest algorithm "
            "too weak; "
            "whoever runs that server must replace it");
  fault.proxy = "https://proxy.test";
  fault.proxy_verify_result = X509_V_ERR_CERT_HAS_EXPIRED;
  EXPECT_EQ(error_of(fault).message,
            "a.test/x is not asked: the certificate of https://proxy.test has expired; whoever runs that "
            "server must "
            "renew it (or this machine's clock is wrong)");
  EXPECT_EQ(error_of(fault).code, ErrorCode::kAuth);
}

TEST(CurlFault, of_what_lies_behind_a_compressed_body_is_told_as_damage) {
  const Error error = error_of(fault_of(CURLE_WRITE_ERROR));
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_EQ(error.message,
            "a.test/x cannot be read: its compressed reply is damaged; if it goes on, tell whoever runs that "
            "server");
}

TEST(CurlFault, that_is_no_other_is_told_in_curls_words) {
  CurlFault fault = fault_of(CURLE_INTERFACE_FAILED);
  fault.detail = "Could not bind";
  EXPECT_EQ(error_of(fault).message, "a.test/x cannot be read: Could not bind");
  fault.detail.clear();
  EXPECT_EQ(error_of(fault).message, "a.test/x cannot be read: Failed binding local connection end");
}

TEST(CurlFault, of_names_that_nobody_knows_says_which) {
  EXPECT_EQ(
      error_of(fault_of(CURLE_COULDNT_RESOLVE_HOST)).message,
      "a.test/x cannot be reached: nothing is known under the name a.test; check how it is written, and this "
      "machine's name server");
  CurlFault fault = fault_of(CURLE_COULDNT_RESOLVE_PROXY);
  fault.proxy = "http://proxy.test:3128";
  EXPECT_EQ(error_of(fault).message,
            "a.test/x cannot be reached: nothing is known under the name of the proxy "
            "http://proxy.test:3128; check "
            "proxy_url");
  fault = fault_of(CURLE_COULDNT_CONNECT);
  fault.system_error = ENETUNREACH;
  EXPECT_EQ(
      error_of(fault).message,
      "a.test/x cannot be reached: no connection to a.test (Network is unreachable); check that it runs, and "
      "that no firewall is between");
}

}  // namespace
}  // namespace plumbline
