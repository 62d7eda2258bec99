// One request on its way through curl, and what has come of its reply. Inside of the curl client.
#pragma once

#include <curl/curl.h>

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "connectors/http/curl_client.h"
#include "connectors/http/curl_loop.h"
#include "connectors/http/trusted_certificates.h"
#include "connectors/http/web_address.h"

namespace plumbline {

// Of status line and headers; more is an Error.
inline constexpr std::size_t kMostHeadBytes = std::size_t{128} << 10;
// As long as this much of a body waits to be asked for, no more is taken from the network.
inline constexpr std::size_t kMostWaitingBytes = std::size_t{64} << 10;
// How much longer a body may be than what was sent of it, when it was sent compressed: beyond the free bytes,
// this many times. Text of many like rows comes to 50, what is made to fill memories to 1000.
inline constexpr std::uint64_t kMostExpansion = 200;
inline constexpr std::uint64_t kFreeExpansionBytes = std::uint64_t{4} << 20;

// Why we, not curl, ended it.
enum class TransferRefusal : std::uint8_t { kNone, kHeadTooLong, kBodyTooLong, kExpandsTooMuch };

// Begins when it is made; destroying it gives up what has not come. Waiting is done by one coroutine at a
// time; curl's callbacks only note what came and wake it, and never run it.
class CurlTransfer : public CurlTask {
 public:
  CurlTransfer(std::shared_ptr<CurlLoop> loop, std::shared_ptr<const CurlOptions> options,
               std::shared_ptr<TrustedCertificates> trusted, HttpRequest request, WebAddress address);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;
  ~CurlTransfer() override;

  // The head of the reply, which is moved out of here.
  Async<Result<HttpHead>> head();
  // As HttpBody::next.
  Async<Result<std::string>> next_piece();

  void finished(CURLcode code) override;

 private:
  struct HeaderList;
  enum class Wake : std::uint8_t { kNews, kCancelled, kTooLate };

  static std::size_t on_header(const char* line, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static std::size_t on_piece(const char* piece, std::size_t size, std::size_t count, void* self);

  static CURLcode on_tls(CURL* easy, void* tls, void* self);

  void set_up();
  void set_up_security();
  void set_up_time();
  void set_up_proxy();
  void set_up_method();
  void set_up_headers();

  bool take_header(std::string_view line);
  std::size_t take_piece(std::string_view piece);
  bool expands_too_much() const;
  Async<Wake> news();
  std::optional<Error> fault_of(Wake wake) const;
  std::optional<std::string> refusal() const;
  Error fault() const;
  bool is_connected() const;
  void tell_progress(bool arrived) const;

  std::shared_ptr<CurlLoop> loop_;
  std::shared_ptr<const CurlOptions> options_;
  std::shared_ptr<TrustedCertificates> trusted_;
  HttpRequest request_;
  WebAddress address_;
  std::chrono::milliseconds total_time_;
  CURL* easy_;
  std::unique_ptr<HeaderList> header_list_;
  std::array<char, CURL_ERROR_SIZE> detail_{};

  HttpHead head_;
  std::size_t head_bytes_ = 0;
  bool head_complete_ = false;
  bool compressed_ = false;
  std::string waiting_;
  std::uint64_t received_ = 0;
  bool paused_ = false;
  bool was_private_ = false;  // an address that may not be connected to
  TransferRefusal refusal_ = TransferRefusal::kNone;
  std::optional<CURLcode> end_;
  boost::asio::steady_timer changed_;
};

}  // namespace plumbline
