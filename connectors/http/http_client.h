// Asking an HTTP server: one request, one reply whose body comes in pieces. Interface; the client that talks
// to the network is curl_client.h, and tests answer from a script.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "base/secret.h"

namespace plumbline {

enum class HttpMethod : std::uint8_t { kGet, kPost, kPut, kPatch, kDelete };
std::string_view to_string(HttpMethod method);  // "GET"

struct HttpHeader {
  std::string name;
  std::string value;
};

// Bodies are counted as they are after decompression.
inline constexpr std::uint64_t kMostReplyBytes = std::uint64_t{16} << 20;     // read into memory
inline constexpr std::uint64_t kMostDownloadBytes = std::uint64_t{16} << 30;  // read piece by piece

// How far a request came, for whoever must know whether the server may have acted on it.
struct RequestProgress {
  // Unset where the client does not tell: nobody knows. False: surely nothing of it reached the server.
  std::optional<bool> may_have_arrived{};
  void tell(bool arrived) { may_have_arrived = arrived || may_have_arrived.value_or(false); }
};

struct HttpRequest {
  HttpMethod method = HttpMethod::kGet;
  std::string url{};
  std::vector<HttpHeader> headers{};
  // Headers whose values are secret (Authorization: Bearer ...); never logged.
  std::vector<std::pair<std::string, Secret>> secret_headers{};
  std::string body{};
  // Whether the address itself is a secret, as those of chat webhooks and signed downloads are: messages then
  // name its host alone.
  bool secret_url = false;
  std::uint64_t most_bytes = kMostReplyBytes;  // of the body; more is an Error
  // Whether it may be sent again where nobody knows if the first arrived. Unset: by the method (all but POST
  // and PATCH may).
  std::optional<bool> repeatable{};
  bool may_be_repeated() const;
  std::optional<std::chrono::milliseconds> total_time{};  // unset: as the client is set up
  // Whether no address of a private network or of this machine may be connected to, whatever a name stands
  // for: for addresses that somebody else chose. Behind a proxy it is the proxy that connects, and all goes
  // there.
  bool public_hosts_only = false;
  // Told, where there is one, before the reply or Error comes. Over several attempts: of any of them.
  std::shared_ptr<RequestProgress> progress{};
};

// Status and headers of a reply.
struct HttpHead {
  int status = 0;
  std::vector<HttpHeader> headers{};

  // By name, without regard to case; the first where there are several.
  std::optional<std::string_view> header(std::string_view name) const;
};

// A body on its way. The pieces come as the reader asks for them: who does not ask holds up the server, not
// memory.
class HttpBody {
 public:
  virtual ~HttpBody() = default;  // gives up what was not read
  // The next piece; empty at the end. After an Error (connection lost, too large, damaged compression) there
  // is nothing more.
  virtual Async<Result<std::string>> next() = 0;
};

struct HttpReply {
  HttpHead head;
  std::unique_ptr<HttpBody> body;
};

struct HttpResponse {
  HttpHead head;
  std::string body;
};

// For one thread: that of the executor its coroutines run on.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Any status is a reply. Errors are what kept one from coming: kInvalidInput for an address that must not
  // be asked (plain http, another scheme) and for a reply longer than was asked for, kUnavailable for a
  // network or server that failed, kAuth for a certificate that does not hold, kCancelled. Messages name host
  // and path, never a secret.
  virtual Async<Result<HttpReply>> open(HttpRequest request) = 0;
};

// The reply with its whole body, at most request.most_bytes.
Async<Result<HttpResponse>> fetch(HttpClient& client, HttpRequest request);

}  // namespace plumbline
