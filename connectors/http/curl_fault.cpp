#include "connectors/http/curl_fault.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "connectors/http/web_address.h"

namespace plumbline {
namespace {

Error unavailable(std::string message) {
  return {.code = ErrorCode::kUnavailable, .message = std::move(message), .where = {}};
}
Error refused(std::string message) {
  return {.code = ErrorCode::kAuth, .message = std::move(message), .where = {}};
}
Error invalid(std::string message) {
  return {.code = ErrorCode::kInvalidInput, .message = std::move(message), .where = {}};
}

// The host's name in an address.
std::string name_in(const std::string& url) {
  const Result<WebAddress> address = parse_web_address(url);
  return address ? address->host : "";
}

// "1.5 s", "300 ms"
std::string in_words(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kSecond{1000};
  if (time < kSecond) return fmt::format("{} ms", time.count());
  return fmt::format("{:.3g} s", static_cast<double>(time.count()) / static_cast<double>(kSecond.count()));
}

Error made_for_another(const std::string& beginning) {
  return refused(beginning +
                 " was made for another name; check the address, or whoever runs that server must mend the "
                 "certificate");
}

// Whose certificate it is: the proxy's, or the server's.
Error certificate_error(const CurlFault& fault) {
  const bool of_proxy = fault.proxy_verify_result != X509_V_OK;
  const std::string& host = of_proxy ? fault.proxy : fault.host;
  const long result = of_proxy ? fault.proxy_verify_result : fault.verify_result;
  const std::string beginning = fmt::format("{} is not asked: the certificate of {}", fault.target, host);
  switch (result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return refused(beginning +
                     " has expired; whoever runs that server must renew it (or this machine's clock "
                     "is wrong)");
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return refused(beginning + " is not valid yet; check this machine's clock");
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return refused(beginning +
                     " comes from an authority that is not trusted here; if it is your own, name its "
                     "certificate with ca_file");
    case X509_V_ERR_CERT_REVOKED:
      return refused(beginning + " was revoked; whoever runs that server must replace it");
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return made_for_another(beginning);
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED:
      // curl compares the names itself, and says so in words alone.
      if (std::string_view(fault.detail).contains("subject name")) return made_for_another(beginning);
      return refused(fmt::format("{} does not hold: {}; whoever runs that server must replace it", beginning,
                                 fault.detail));
    default:
      return refused(fmt::format("{} does not hold: {}; whoever runs that server must replace it", beginning,
                                 X509_verify_cert_error_string(result)));
  }
}

Error time_error(const CurlFault& fault) {
  if (!fault.connected)
    return unavailable(
        fmt::format("{} cannot be reached: no connection to {} within {}; check the address, the "
                    "network and its firewalls",
                    fault.target, fault.proxy.empty() ? fault.host : fault.host + " through " + fault.proxy,
                    in_words(std::min(fault.connect_time, fault.total_time))));
  if (std::string_view(fault.detail).starts_with("Operation too slow"))
    return unavailable(
        fmt::format("{} brought fewer than {} bytes a second for {}, and was given up; if it goes "
                    "on, raise slow_time",
                    fault.target, fault.slow_bytes, in_words(fault.slow_time)));
  return unavailable(fmt::format("{} {} within {}; if it goes on, raise total_time", fault.target,
                                 fault.has_head ? "did not bring its whole reply" : "did not answer",
                                 in_words(fault.total_time)));
}

Error connection_error(const CurlFault& fault) {
  // Whom curl asked it says in words alone: "Failed to connect to NAME port ...".
  const std::string proxy_host = name_in(fault.proxy);
  const bool asked_proxy = !proxy_host.empty() && fault.detail.contains("connect to " + proxy_host + " ");
  const std::string cause =
      fault.system_error == 0 ? "the connection failed" : std::strerror(static_cast<int>(fault.system_error));
  return unavailable(
      fmt::format("{} cannot be reached: no connection to {} ({}); check that it runs, and that "
                  "no firewall is between",
                  fault.target, asked_proxy ? "the proxy " + fault.proxy : fault.host, cause));
}

bool is_proxy_refusal(const CurlFault& fault) {
  constexpr long kFirstError = 300;
  return fault.proxy_status >= kFirstError;
}

Error proxy_refusal(const CurlFault& fault) {
  constexpr long kFirstServerError = 500;
  if (fault.proxy_status < kFirstServerError)
    return refused(
        fmt::format("{} cannot be reached: the proxy {} refused the connection with status {}; check "
                    "its user and password, and what it allows",
                    fault.target, fault.proxy, fault.proxy_status));
  return unavailable(
      fmt::format("{} cannot be reached: the proxy {} did not connect and answered {}; check "
                  "whether it can reach that host",
                  fault.target, fault.proxy, fault.proxy_status));
}

Error lost_error(const CurlFault& fault) {
  return unavailable(
      fmt::format("{} cannot be read: the connection was lost {}; if it goes on, look for what ends "
                  "connections in between",
                  fault.target, fault.has_head ? "before the reply was whole" : "before a reply came"));
}

}  // namespace

Error error_of(const CurlFault& fault) {
  if (is_proxy_refusal(fault)) return proxy_refusal(fault);
  switch (fault.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return unavailable(
          fmt::format("{} cannot be reached: nothing is known under the name {}; check how it is "
                      "written, and this machine's name server",
                      fault.target, fault.host));
    case CURLE_COULDNT_RESOLVE_PROXY:
      return unavailable(
          fmt::format("{} cannot be reached: nothing is known under the name of the proxy {}; check "
                      "proxy_url",
                      fault.target, fault.proxy));
    case CURLE_COULDNT_CONNECT:
      return connection_error(fault);
    case CURLE_OPERATION_TIMEDOUT:
      return time_error(fault);
    case CURLE_PEER_FAILED_VERIFICATION:
      return certificate_error(fault);
    case CURLE_SSL_CACERT_BADFILE:
      return invalid(fmt::format(
          "{} is not asked: the file of trusted certificates cannot be read; check ca_file", fault.target));
    case CURLE_SSL_CONNECT_ERROR:
      return unavailable(
          fmt::format("{} cannot be reached: {} and Plumbline agree on no secure connection (TLS 1.2 "
                      "or later): {}",
                      fault.target, fault.host, fault.detail));
    case CURLE_PROXY:
      return unavailable(fmt::format("{} cannot be reached: the proxy {} did not connect: {}", fault.target,
                                     fault.proxy, fault.detail));
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return lost_error(fault);
    case CURLE_BAD_CONTENT_ENCODING:
    // Of what was written to us nothing is refused without a reason of our own: curl means what lies behind
    // the end of a compressed body.
    case CURLE_WRITE_ERROR:
      return unavailable(fmt::format(
          "{} cannot be read: its compressed reply is damaged; if it goes on, tell whoever runs that server",
          fault.target));
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return unavailable(
          fmt::format("{} cannot be read: what came is no HTTP reply; check address and port", fault.target));
    default:
      return unavailable(fmt::format("{} cannot be read: {}", fault.target,
                                     fault.detail.empty() ? curl_easy_strerror(fault.code) : fault.detail));
  }
}

}  // namespace plumbline
