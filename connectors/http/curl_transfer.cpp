#include "connectors/http/curl_transfer.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>

#include "base/crypto.h"
#include "connectors/http/curl_fault.h"
#include "connectors/http/private_address.h"
#include "connectors/http/redact.h"

namespace plumbline {
namespace {

namespace asio = boost::asio;

constexpr std::string_view kBlanks = " \t\r\n";
constexpr int kFirstFinalStatus = 200;
constexpr std::chrono::seconds kLongestSlowTime = std::chrono::days{1};
constexpr std::uint64_t kMostCountable = std::numeric_limits<curl_off_t>::max();
// Where curl's own clock should have ended a request and has not, as for one that waits for a connection.
constexpr std::chrono::milliseconds kGrace{1000};

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// curl takes no more for a time.
constexpr std::chrono::milliseconds kLongestTime{std::numeric_limits<int>::max()};

long in_milliseconds(std::chrono::milliseconds time) {
  return static_cast<long>(std::clamp(time, std::chrono::milliseconds{1}, kLongestTime).count());
}

// What is no IP address is nobody's either.
bool is_private_socket_address(const sockaddr& address, std::size_t bytes) {
  if (address.sa_family == AF_INET && bytes >= sizeof(sockaddr_in)) {
    sockaddr_in ip{};
    std::memcpy(&ip, &address, sizeof ip);
    std::array<std::uint8_t, 4> raw{};
    std::memcpy(raw.data(), &ip.sin_addr, raw.size());
    return is_private_address(std::span<const std::uint8_t, 4>(raw));
  }
  if (address.sa_family == AF_INET6 && bytes >= sizeof(sockaddr_in6)) {
    sockaddr_in6 ip{};
    std::memcpy(&ip, &address, sizeof ip);
    std::array<std::uint8_t, 16> raw{};
    std::memcpy(raw.data(), &ip.sin6_addr, raw.size());
    return is_private_address(std::span<const std::uint8_t, 16>(raw));
  }
  return true;
}

// Such a value would be a bug of ours, not of the person's.
template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) std::abort();
}

}  // namespace

// curl reads the list while it sends and keeps no copy.
struct CurlTransfer::HeaderList {
  HeaderList() = default;
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  ~HeaderList() {
    for (const curl_slist* line = first; line != nullptr; line = line->next)
      wipe({reinterpret_cast<std::uint8_t*>(line->data), std::strlen(line->data)});
    curl_slist_free_all(first);
  }
  void add(const std::string& line) {
    curl_slist* const longer = curl_slist_append(first, line.c_str());
    if (longer == nullptr) std::abort();
    first = longer;
  }
  // An empty value is said with a semicolon; a colon alone would mean: leave the header out.
  void add(const std::string& name, std::string_view value) {
    std::string line = value.empty() ? name + ";" : fmt::format("{}: {}", name, value);
    add(line);
    wipe({reinterpret_cast<std::uint8_t*>(line.data()), line.size()});
  }

  curl_slist* first = nullptr;
};

CurlTransfer::CurlTransfer(std::shared_ptr<CurlLoop> loop, std::shared_ptr<const CurlOptions> options,
                           std::shared_ptr<TrustedCertificates> trusted, HttpRequest request,
                           WebAddress address)
    : loop_(std::move(loop)),
      options_(std::move(options)),
      trusted_(std::move(trusted)),
      request_(std::move(request)),
      address_(std::move(address)),
      total_time_(std::min(request_.total_time.value_or(options_->total_time), kLongestTime)),
      easy_(curl_easy_init()),
      header_list_(std::make_unique<HeaderList>()),
      changed_(loop_->executor(), std::chrono::steady_clock::now() + total_time_ + kGrace) {
  if (easy_ == nullptr) std::abort();
  set_up();
  loop_->add(easy_);
}

CurlTransfer::~CurlTransfer() {
  if (!end_) loop_->remove(easy_);
  curl_easy_cleanup(easy_);
}

void CurlTransfer::set_up() {
  set(easy_, CURLOPT_PRIVATE, static_cast<void*>(static_cast<CurlTask*>(this)));
  set(easy_, CURLOPT_URL, request_.url.c_str());
  set(easy_, CURLOPT_ERRORBUFFER, detail_.data());
  set(easy_, CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
  set(easy_, CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(easy_, CURLOPT_WRITEFUNCTION, &CurlTransfer::on_piece);
  set(easy_, CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(easy_, CURLOPT_ACCEPT_ENCODING, "");  // all that curl knows
  set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy_, CURLOPT_USERAGENT, options_->user_agent.c_str());
  set(easy_, CURLOPT_NOSIGNAL, 1L);
  // A name server that does not answer must not hold up the whole thread when the request is given up.
  set(easy_, CURLOPT_QUICK_EXIT, 1L);
  set(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  // curl repeats by itself what it sent on a kept connection that turns out to be dead.
  set(easy_, CURLOPT_FRESH_CONNECT, request_.may_be_repeated() ? 0L : 1L);
  // By the declared length; take_piece() counts.
  set(easy_, CURLOPT_MAXFILESIZE_LARGE,
      static_cast<curl_off_t>(std::min(request_.most_bytes, kMostCountable)));
  set_up_security();
  set_up_time();
  set_up_proxy();
  set_up_method();
  set_up_headers();
}

void CurlTransfer::set_up_security() {
  set(easy_, CURLOPT_PROTOCOLS_STR, address_.scheme == "https" ? "https" : "http");
  set(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  // curl would read them on this thread, and hold it up.
  for (const CURLoption option : {CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH, CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO})
    set(easy_, option, static_cast<char*>(nullptr));
  set(easy_, CURLOPT_SSL_CTX_FUNCTION, &CurlTransfer::on_tls);
  set(easy_, CURLOPT_SSL_CTX_DATA, static_cast<void*>(this));
}

void CurlTransfer::set_up_time() {
  set(easy_, CURLOPT_CONNECTTIMEOUT_MS, in_milliseconds(options_->connect_time));
  set(easy_, CURLOPT_TIMEOUT_MS, in_milliseconds(total_time_));
  set(easy_, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(options_->slow_bytes));
  set(easy_, CURLOPT_LOW_SPEED_TIME,
      static_cast<long>(std::min(options_->slow_time, kLongestSlowTime).count()));
}

void CurlTransfer::set_up_proxy() {
  // Empty texts keep curl from looking at the environment. What is on this machine is asked directly.
  const bool direct = options_->proxy_url.empty() || is_loopback(address_.host);
  set(easy_, CURLOPT_PROXY, direct ? "" : options_->proxy_url.c_str());
  set(easy_, CURLOPT_NOPROXY, request_.public_hosts_only ? "" : options_->no_proxy.c_str());
  if (direct && request_.public_hosts_only) {
    set(easy_, CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::on_socket);
    set(easy_, CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  }
  set(easy_, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  set(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (direct || options_->proxy_user.empty()) return;
  set(easy_, CURLOPT_PROXYUSERNAME, options_->proxy_user.c_str());
  set(easy_, CURLOPT_PROXYPASSWORD, std::string(options_->proxy_password.reveal()).c_str());
}

void CurlTransfer::set_up_method() {
  const bool has_body = !request_.body.empty() || request_.method == HttpMethod::kPost ||
                        request_.method == HttpMethod::kPut || request_.method == HttpMethod::kPatch;
  if (has_body) {
    set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(easy_, CURLOPT_POSTFIELDS, request_.body.data());  // not copied
  }
  const std::string name(to_string(request_.method));
  if (request_.method != (has_body ? HttpMethod::kPost : HttpMethod::kGet))
    set(easy_, CURLOPT_CUSTOMREQUEST, name.c_str());
}

void CurlTransfer::set_up_headers() {
  // Left out: with the first curl would wait a second for servers that do not know it, the second would be
  // that of a form.
  header_list_->add("Expect:");
  const HttpHead given{.status = 0, .headers = request_.headers};
  if (!given.header("Content-Type")) header_list_->add("Content-Type:");
  for (const HttpHeader& header : request_.headers) header_list_->add(header.name, header.value);
  for (const auto& [name, value] : request_.secret_headers) header_list_->add(name, value.reveal());
  set(easy_, CURLOPT_HTTPHEADER, header_list_->first);
}

// Of the server's connection, and of that to a proxy that is asked by https.
CURLcode CurlTransfer::on_tls(CURL* /*easy*/, void* tls, void* self) {
  const TrustedCertificates::Store store =
      static_cast<CurlTransfer*>(self)->trusted_->store(std::chrono::steady_clock::now());
  if (!store) return CURLE_SSL_CACERT_BADFILE;
  SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(tls), store.get());
  return CURLE_OK;
}

// Asked for each address a name stands for, just before it is connected to: what a name server says later, or
// says to others, does not matter.
curl_socket_t CurlTransfer::on_socket(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
  if (is_private_socket_address(address->addr, address->addrlen)) {
    static_cast<CurlTransfer*>(self)->was_private_ = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t CurlTransfer::on_header(const char* line, std::size_t size, std::size_t count, void* self) {
  const std::string_view text(line, size * count);
  return static_cast<CurlTransfer*>(self)->take_header(text) ? text.size() : 0;
}

std::size_t CurlTransfer::on_piece(const char* piece, std::size_t size, std::size_t count, void* self) {
  const std::string_view text(piece, size * count);
  return static_cast<CurlTransfer*>(self)->take_piece(text);
}

// False ends the transfer.
bool CurlTransfer::take_header(std::string_view line) {
  if (head_complete_) return true;  // what follows a body in pieces
  head_bytes_ += line.size();
  if (head_bytes_ > kMostHeadBytes) {
    refusal_ = TransferRefusal::kHeadTooLong;
    return false;
  }
  const std::string_view text = trim(line);
  const std::size_t colon = text.find(':');
  if (text.empty()) {
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    if (status < kFirstFinalStatus) return true;  // 100 Continue and its like: the reply is yet to come
    head_.status = static_cast<int>(status);
    head_complete_ = true;
    const std::optional<std::string_view> encoding = head_.header("Content-Encoding");
    compressed_ = encoding && *encoding != "identity";
    changed_.cancel();
  } else if (text.starts_with("HTTP/")) {
    head_.headers.clear();
  } else if ((line[0] == ' ' || line[0] == '\t') && !head_.headers.empty()) {
    head_.headers.back().value.append(" ").append(text);
  } else if (colon != std::string_view::npos) {
    head_.headers.push_back({.name = std::string(trim(text.substr(0, colon))),
                             .value = std::string(trim(text.substr(colon + 1)))});
  }
  return true;
}

// As curl wants to know it: how much was taken; less ends the transfer.
std::size_t CurlTransfer::take_piece(std::string_view piece) {
  if (waiting_.size() >= kMostWaitingBytes) {
    // curl keeps this piece, and whatever else it decompresses of what it has read: 16 KiB of the network.
    paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  received_ += piece.size();
  if (received_ > request_.most_bytes) {
    refusal_ = TransferRefusal::kBodyTooLong;
    return 0;
  }
  if (expands_too_much()) {
    refusal_ = TransferRefusal::kExpandsTooMuch;
    return 0;
  }
  waiting_ += piece;
  changed_.cancel();
  return piece.size();
}

bool CurlTransfer::expands_too_much() const {
  if (!compressed_ || received_ <= kFreeExpansionBytes) return false;
  curl_off_t sent = 0;
  curl_easy_getinfo(easy_, CURLINFO_SIZE_DOWNLOAD_T, &sent);
  return received_ - kFreeExpansionBytes > kMostExpansion * static_cast<std::uint64_t>(sent);
}

void CurlTransfer::finished(CURLcode code) {
  end_ = code;
  changed_.cancel();
}

Async<CurlTransfer::Wake> CurlTransfer::news() {
  const auto [error] = co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return Wake::kCancelled;
  co_return error ? Wake::kNews : Wake::kTooLate;
}

Async<Result<HttpHead>> CurlTransfer::head() {
  while (!head_complete_ && !end_) {
    if (std::optional<Error> gone = fault_of(co_await news())) {
      tell_progress(is_connected());
      co_return fail(std::move(*gone));
    }
  }
  tell_progress(head_complete_ || is_connected());
  if (!head_complete_ || (end_ && *end_ == CURLE_FILESIZE_EXCEEDED)) co_return fail(fault());
  co_return std::move(head_);
}

Async<Result<std::string>> CurlTransfer::next_piece() {
  while (waiting_.empty() && !end_) {
    if (std::optional<Error> gone = fault_of(co_await news())) co_return fail(std::move(*gone));
  }
  std::string piece = std::exchange(waiting_, {});
  // The network goes on while the reader works on this piece.
  if (std::exchange(paused_, false) && !end_) loop_->go_on(easy_);
  if (piece.empty() && *end_ != CURLE_OK) co_return fail(fault());
  co_return piece;
}

std::optional<Error> CurlTransfer::fault_of(Wake wake) const {
  if (wake == Wake::kNews) return std::nullopt;
  const std::string target = target_of(request_);
  if (wake == Wake::kCancelled)
    return Error{.code = ErrorCode::kCancelled,
                 .message = fmt::format("the request to {} was given up on demand", target),
                 .where = {}};
  return Error{
      .code = ErrorCode::kUnavailable,
      .message = fmt::format("{} was not asked: no connection was free for {} s; read replies to their "
                             "end, or raise most_host_connections",
                             target, std::chrono::duration_cast<std::chrono::seconds>(total_time_).count()),
      .where = {}};
}

// Name, connection and TLS stood, so that the request was on its way.
bool CurlTransfer::is_connected() const {
  curl_off_t until_sent = 0;
  curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &until_sent);
  return until_sent > 0;
}

void CurlTransfer::tell_progress(bool arrived) const {
  if (request_.progress) request_.progress->tell(arrived);
}

// What would be no better another time.
std::optional<std::string> CurlTransfer::refusal() const {
  // curl keeps only so much of what it decompresses for a paused reader.
  const bool overflowed = compressed_ && *end_ == CURLE_OUT_OF_MEMORY;
  const std::string target = target_of(request_);
  if (was_private_ && *end_ == CURLE_COULDNT_CONNECT)
    return fmt::format(
        "{} is not asked: its name stands for an address of this machine or of a private network; if that is "
        "meant, allow it with allow_private_networks",
        target);
  if (refusal_ == TransferRefusal::kHeadTooLong)
    return fmt::format("the headers of the reply of {} have more than {} bytes, and were not read", target,
                       kMostHeadBytes);
  if (refusal_ == TransferRefusal::kBodyTooLong || *end_ == CURLE_FILESIZE_EXCEEDED)
    return fmt::format(
        "the reply of {} has more than the {} bytes that were asked for, and was not read to its end", target,
        request_.most_bytes);
  if (refusal_ == TransferRefusal::kExpandsTooMuch || overflowed)
    return fmt::format(
        "the reply of {} becomes more than {} times longer when it is decompressed, and was not read to its "
        "end",
        target, kMostExpansion);
  return std::nullopt;
}

Error CurlTransfer::fault() const {
  if (std::optional<std::string> message = refusal())
    return {.code = ErrorCode::kInvalidInput, .message = std::move(*message), .where = {}};
  // Headers that break off are no fault to curl.
  CurlFault fault{.code = *end_ == CURLE_OK ? CURLE_GOT_NOTHING : *end_,
                  .target = target_of(request_),
                  .host = address_.host_and_port(),
                  .proxy = options_->proxy_url,
                  .detail = detail_.data(),
                  .has_head = head_complete_,
                  .connect_time = options_->connect_time,
                  .total_time = total_time_,
                  .slow_time = options_->slow_time,
                  .slow_bytes = options_->slow_bytes};
  curl_easy_getinfo(easy_, CURLINFO_SSL_VERIFYRESULT, &fault.verify_result);
  curl_easy_getinfo(easy_, CURLINFO_PROXY_SSL_VERIFYRESULT, &fault.proxy_verify_result);
  curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &fault.system_error);
  curl_easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &fault.proxy_status);
  fault.connected = is_connected();
  return error_of(fault);
}

}  // namespace plumbline
