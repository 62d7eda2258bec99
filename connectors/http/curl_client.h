// The HTTP client that talks to the network: libcurl on Asio.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "connectors/http/http_client.h"

namespace plumbline {

class CurlLoop;
class TrustedCertificates;

// Of all requests of a client; the environment (http_proxy and the like) changes nothing.
struct CurlOptions {
  // Until name, connection and TLS stand.
  std::chrono::milliseconds connect_time = std::chrono::seconds{10};
  // From the start to the last piece of the body, the time its reader takes included. A request may say
  // otherwise, as one for a large download does.
  std::chrono::milliseconds total_time = std::chrono::minutes{2};
  // A connection that brings fewer than slow_bytes a second for slow_time is given up, but not while the
  // reader is behind. Waiting for a reply counts as bringing nothing.
  std::chrono::seconds slow_time = std::chrono::minutes{2};
  std::uint32_t slow_bytes = 16;

  // http://, https://, socks5:// or socks5h:// with host and port; empty: none. User and password stand
  // apart.
  std::string proxy_url{};
  std::string proxy_user{};
  Secret proxy_password{};
  // Hosts that are asked directly, separated by commas: "intranet.example, .corp.example, 10.0.0.0/8".
  std::string no_proxy{};

  // A file of PEM certificates to trust instead of the system's; empty: the system's.
  std::string ca_file{};

  // Whether http:// is allowed where the host is a loopback address; elsewhere it never is.
  bool allow_plain_loopback = false;

  std::string user_agent = "plumbline";
  // A body that is not read to its end holds a connection; requests beyond these wait for one.
  std::uint32_t most_host_connections = 16;
  std::uint32_t most_connections = 64;
};

// Always: certificates and host names verified, TLS 1.2 or later, HTTP/2 where the server has it, compression
// where it has it, redirects given back as they are. Requests that may not be repeated get a connection of
// their own, since curl sends once more whatever a kept connection lost.
//
// For the one thread of the executor, whose context must outlive the client and its replies. A reply may
// outlive the client.
class CurlClient : public HttpClient {
 public:
  // kInvalidInput for a proxy or CA file that cannot be used.
  static Result<std::unique_ptr<CurlClient>> make(Executor executor, CurlOptions options);

  Async<Result<HttpReply>> open(HttpRequest request) override;

 private:
  CurlClient(Executor executor, CurlOptions options);

  // Bodies on their way use it as well.
  std::shared_ptr<const CurlOptions> options_;
  std::shared_ptr<CurlLoop> loop_;
  std::shared_ptr<TrustedCertificates> trusted_;
};

}  // namespace plumbline
