// libcurl's multi interface on an Asio executor. Inside of the curl client.
#pragma once

#include <curl/curl.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <unordered_map>

#include "base/async.h"

namespace plumbline {

// A handle that is on its way; CURLOPT_PRIVATE points to it. Called outside of curl.
class CurlTask {
 public:
  virtual ~CurlTask() = default;
  // The handle was taken out of the loop already.
  virtual void finished(CURLcode code) = 0;
};

struct CurlLoopLimits {
  long host_connections = 0;
  long total_connections = 0;
  long idle_connections = 0;
};

// Everything happens on the executor's one thread. curl calls back from within its own functions, where none
// of them may be called: such callbacks only note what is to be done.
class CurlLoop : public std::enable_shared_from_this<CurlLoop> {
 public:
  CurlLoop(Executor executor, const CurlLoopLimits& limits);
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;
  ~CurlLoop();

  const Executor& executor() const { return executor_; }

  // Not from a callback of curl. The handle stays the caller's.
  void add(CURL* easy);
  void remove(CURL* easy);

  // A handle that was paused gets what curl has of it, and more. Not from a callback of curl.
  void go_on(CURL* easy);

 private:
  enum Direction : std::uint8_t { kRead, kWrite };
  struct Socket;

  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* socket);
  static int on_timer(CURLM* multi, long milliseconds, void* self);
  static int on_close(void* self, curl_socket_t fd);

  void set_up_handle(CURL* easy);
  void watch(curl_socket_t fd, int what);
  void forget(curl_socket_t fd);
  void wait(const std::shared_ptr<Socket>& socket, Direction direction);
  void act(curl_socket_t fd, int events);
  void settle();
  void finish(CURL* easy, CURLcode code);

  Executor executor_;
  CURLM* multi_;
  // TLS sessions: a connection that is opened again need not begin from nothing.
  CURLSH* share_;
  boost::asio::steady_timer timer_;
  std::unordered_map<curl_socket_t, std::shared_ptr<Socket>> sockets_;
};

}  // namespace plumbline
