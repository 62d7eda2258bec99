#include "connectors/http/curl_loop.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <utility>

namespace plumbline {
namespace {

namespace asio = boost::asio;

void start_curl_once() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) std::abort();
  // A peer that has gone must not end the program: OpenSSL writes without MSG_NOSIGNAL.
  struct sigaction now{};
  if (::sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) std::signal(SIGPIPE, SIG_IGN);
}

template <class T>
void* pointer_to(T* object) {
  return static_cast<void*>(object);
}

}  // namespace

// curl owns the descriptor and closes it; Asio only watches.
struct CurlLoop::Socket {
  Socket(const Executor& executor, curl_socket_t fd) : descriptor(executor) {
    boost::system::error_code ignored;
    descriptor.assign(fd, ignored);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (descriptor.is_open()) descriptor.release();
  }

  asio::posix::stream_descriptor descriptor;
  std::array<bool, 2> wanted{};
  std::array<bool, 2> waiting{};
};

CurlLoop::CurlLoop(Executor executor, const CurlLoopLimits& limits)
    : executor_(std::move(executor)), multi_(nullptr), share_(nullptr), timer_(executor_) {
  start_curl_once();
  multi_ = curl_multi_init();
  share_ = curl_share_init();
  if (multi_ == nullptr || share_ == nullptr) std::abort();
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlLoop::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, pointer_to(this));
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlLoop::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, pointer_to(this));
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, limits.host_connections);
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, limits.total_connections);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, limits.idle_connections);
  // One exchange on a connection at a time: curl 7.88 stops a whole HTTP/2 connection where the reader of one
  // of its streams is behind.
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
}

CurlLoop::~CurlLoop() {
  // Closes what is idle, through the callbacks.
  curl_multi_cleanup(multi_);
  curl_share_cleanup(share_);
}

void CurlLoop::add(CURL* easy) {
  set_up_handle(easy);
  if (curl_multi_add_handle(multi_, easy) != CURLM_OK) std::abort();
}

void CurlLoop::set_up_handle(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_SHARE, share_);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &CurlLoop::on_close);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, pointer_to(this));
}

void CurlLoop::remove(CURL* easy) { curl_multi_remove_handle(multi_, easy); }

void CurlLoop::go_on(CURL* easy) {
  // Not told in a message: what curl had of the body was refused.
  if (const CURLcode code = curl_easy_pause(easy, CURLPAUSE_CONT); code != CURLE_OK) finish(easy, code);
}

void CurlLoop::finish(CURL* easy, CURLcode code) {
  CurlTask* task = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &task);
  remove(easy);
  if (task != nullptr) task->finished(code);
}

int CurlLoop::on_socket(CURL* /*easy*/, curl_socket_t fd, int what, void* self, void* /*socket*/) {
  static_cast<CurlLoop*>(self)->watch(fd, what);
  return 0;
}

int CurlLoop::on_close(void* self, curl_socket_t fd) {
  // Usually curl has said CURL_POLL_REMOVE before; Asio must not watch what is closed.
  static_cast<CurlLoop*>(self)->forget(fd);
  return ::close(fd);
}

int CurlLoop::on_timer(CURLM* /*multi*/, long milliseconds, void* self) {
  CurlLoop& loop = *static_cast<CurlLoop*>(self);
  if (milliseconds < 0) {
    loop.timer_.cancel();
    return 0;
  }
  loop.timer_.expires_after(std::chrono::milliseconds(milliseconds));
  // A wait that was over before it was cancelled acts early; curl looks at the time itself.
  loop.timer_.async_wait([weak = loop.weak_from_this()](const boost::system::error_code& error) {
    const std::shared_ptr<CurlLoop> alive = weak.lock();
    if (!error && alive) alive->act(CURL_SOCKET_TIMEOUT, 0);
  });
  return 0;
}

void CurlLoop::watch(curl_socket_t fd, int what) {
  if (what == CURL_POLL_REMOVE) {
    forget(fd);
    return;
  }
  std::shared_ptr<Socket>& socket = sockets_[fd];
  if (!socket) socket = std::make_shared<Socket>(executor_, fd);
  socket->wanted = {(what & CURL_POLL_IN) != 0, (what & CURL_POLL_OUT) != 0};
  wait(socket, kRead);
  wait(socket, kWrite);
}

// At once, though whoever waits for it may hold the object for a while longer: curl is about to close the
// descriptor, and the next one may get its number.
void CurlLoop::forget(curl_socket_t fd) {
  const auto known = sockets_.find(fd);
  if (known == sockets_.end()) return;
  if (known->second->descriptor.is_open()) known->second->descriptor.release();
  sockets_.erase(known);
}

void CurlLoop::wait(const std::shared_ptr<Socket>& socket, Direction direction) {
  if (!socket->wanted[direction] || socket->waiting[direction]) return;
  socket->waiting[direction] = true;
  const auto kind = direction == kRead ? asio::posix::stream_descriptor::wait_read
                                       : asio::posix::stream_descriptor::wait_write;
  // The number of a closed socket soon names another one; the object does not.
  auto on_ready = [loop = weak_from_this(), weak = std::weak_ptr(socket),
                   direction](const boost::system::error_code& error) {
    const std::shared_ptr<CurlLoop> alive = loop.lock();
    const std::shared_ptr<Socket> ready = weak.lock();
    if (!alive || !ready || !ready->descriptor.is_open()) return;
    ready->waiting[direction] = false;
    if (error || !ready->wanted[direction]) return;
    alive->act(ready->descriptor.native_handle(), direction == kRead ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
    const auto known = alive->sockets_.find(ready->descriptor.native_handle());
    if (known != alive->sockets_.end() && known->second == ready) alive->wait(ready, direction);
  };
  socket->descriptor.async_wait(kind, std::move(on_ready));
}

void CurlLoop::act(curl_socket_t fd, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, events, &running);
  settle();
}

void CurlLoop::settle() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    // Copies, for removing the handle takes the message away.
    CURL* const easy = message->easy_handle;
    const CURLcode code = message->data.result;
    finish(easy, code);
  }
}

}  // namespace plumbline
