#include "connectors/http/curl_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "connectors/http/curl_transfer.h"
#include "connectors/http/redact.h"

namespace plumbline {
namespace {

constexpr std::array<std::string_view, 4> kProxySchemes = {"http", "https", "socks5", "socks5h"};

class CurlBody : public HttpBody {
 public:
  explicit CurlBody(std::unique_ptr<CurlTransfer> transfer) : transfer_(std::move(transfer)) {}
  Async<Result<std::string>> next() override { return transfer_->next_piece(); }

 private:
  std::unique_ptr<CurlTransfer> transfer_;
};

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

Status check_proxy(const CurlOptions& options) {
  if (options.proxy_url.empty()) return {};
  const Result<WebAddress> address = parse_web_address(options.proxy_url);
  if (!address || std::ranges::find(kProxySchemes, address->scheme) == kProxySchemes.end())
    return invalid(
        "proxy_url cannot be used; write it as http://host:port, https://, socks5:// or socks5h://");
  if (address->has_userinfo)
    return invalid("proxy_url holds a user or password; name them with proxy_user and in a secret file");
  return {};
}

Status check_times(const CurlOptions& options) {
  using std::chrono::milliseconds;
  if (std::min({options.connect_time, options.total_time, milliseconds(options.slow_time)}) > milliseconds{0})
    return {};
  return invalid("connect_time, total_time and slow_time must be longer than nothing");
}

Status check_ca_file(const CurlOptions& options) {
  if (options.ca_file.empty()) return {};
  std::ifstream file(options.ca_file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file)
    return fail({.code = ErrorCode::kInvalidInput,
                 .message = "this file of trusted certificates cannot be read; check ca_file",
                 .where = SourceSpan{.file = options.ca_file}});
  if (!text.contains("-----BEGIN CERTIFICATE-----") && !text.contains("-----BEGIN TRUSTED CERTIFICATE-----"))
    return fail({.code = ErrorCode::kInvalidInput,
                 .message = "there is no certificate in this file; ca_file names one in PEM format",
                 .where = SourceSpan{.file = options.ca_file}});
  return {};
}

// The system's is where curl would look for it.
std::string trusted_file(const CurlOptions& options) {
  if (!options.ca_file.empty()) return options.ca_file;
  const char* const systems = curl_version_info(CURLVERSION_NOW)->cainfo;
  return systems == nullptr ? std::string() : std::string(systems);
}

bool is_header_name(std::string_view name) {
  constexpr std::string_view kSigns = "!#$%&'*+-.^_`|~";
  const auto fits = [kSigns](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || kSigns.contains(letter);
  };
  return !name.empty() && std::ranges::all_of(name, fits);
}

bool is_header_value(std::string_view value) {
  return std::ranges::none_of(value,
                              [](char letter) { return letter == '\r' || letter == '\n' || letter == '\0'; });
}

// A line break in a value would begin another header, or another request.
Status check_headers(const HttpRequest& request) {
  const auto refuse = [&request](std::string_view name) {
    return invalid(fmt::format("the header {} of a request to {} holds a character that no header may hold",
                               is_header_name(name) ? name : "(unreadable)", target_of(request)));
  };
  for (const HttpHeader& header : request.headers) {
    if (!is_header_name(header.name) || !is_header_value(header.value)) return refuse(header.name);
  }
  for (const auto& [name, value] : request.secret_headers) {
    if (!is_header_name(name) || !is_header_value(value.reveal())) return refuse(name);
  }
  return {};
}

Status check_address(const HttpRequest& request, const WebAddress& address, const CurlOptions& options) {
  if (address.has_userinfo)
    return invalid(
        fmt::format("{} is not asked: its address holds a user or password; give them in a secret file",
                    target_of(request)));
  if (address.scheme == "https") return {};
  if (address.scheme != "http")
    return invalid(fmt::format("{} is not asked: its address begins with {}://; only https:// is asked",
                               target_of(request), address.scheme));
  if (!is_loopback(address.host))
    return invalid(
        fmt::format("{} is not asked: its address begins with http://, where everybody on the way can "
                    "read and change what is sent; write https://",
                    target_of(request)));
  if (!options.allow_plain_loopback)
    return invalid(
        fmt::format("{} is not asked: its address begins with http://; write https://, or allow plain "
                    "http on this machine with allow_plain_loopback",
                    target_of(request)));
  return {};
}

}  // namespace

Result<std::unique_ptr<CurlClient>> CurlClient::make(Executor executor, CurlOptions options) {
  if (const Status sound = check_proxy(options); !sound) return fail(sound.error());
  if (const Status sound = check_times(options); !sound) return fail(sound.error());
  if (const Status sound = check_ca_file(options); !sound) return fail(sound.error());
  return std::unique_ptr<CurlClient>(new CurlClient(std::move(executor), std::move(options)));
}

CurlClient::CurlClient(Executor executor, CurlOptions options)
    : options_(std::make_shared<const CurlOptions>(std::move(options))),
      loop_(std::make_shared<CurlLoop>(std::move(executor),
                                       CurlLoopLimits{.host_connections = options_->most_host_connections,
                                                      .total_connections = options_->most_connections,
                                                      .idle_connections = options_->most_host_connections})),
      trusted_(std::make_shared<TrustedCertificates>(
          trusted_file(*options_), options_->allow_plain_loopback ? TrustedCertificates::Begin::kWhenAsked
                                                                  : TrustedCertificates::Begin::kNow)) {}

Async<Result<HttpReply>> CurlClient::open(HttpRequest request) {
  // A local of the coroutine each, since the client may be gone when it goes on.
  const std::shared_ptr<const CurlOptions> options = options_;
  if (request.progress) request.progress->tell(false);
  Result<WebAddress> address = parse_web_address(request.url);
  if (!address) co_return fail(std::move(address.error()));
  if (const Status sound = check_address(request, *address, *options); !sound) co_return fail(sound.error());
  if (const Status sound = check_headers(request); !sound) co_return fail(sound.error());
  auto transfer =
      std::make_unique<CurlTransfer>(loop_, options, trusted_, std::move(request), std::move(*address));
  Result<HttpHead> head = co_await transfer->head();
  if (!head) co_return fail(std::move(head.error()));
  HttpReply reply{.head = std::move(*head), .body = std::make_unique<CurlBody>(std::move(transfer))};
  co_return reply;
}

}  // namespace plumbline
