#include "tests/kit/loopback_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace plumbline {
namespace {

void must(bool done) {
  if (!done) std::abort();
}

std::size_t length_of_body(std::string_view head) {
  constexpr std::string_view kName = "content-length:";
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    if (line.size() < kName.size() || ::strncasecmp(line.data(), kName.data(), kName.size()) != 0) continue;
    const std::string_view number = line.substr(line.find_first_of("0123456789"));
    std::size_t length = 0;
    std::from_chars(number.data(), number.data() + number.size(), length);
    return length;
  }
  return 0;
}

}  // namespace

struct LoopbackServer::TlsContext {
  explicit TlsContext(const TestCertificate& tls) : context(SSL_CTX_new(TLS_server_method())) {
    BIO* const certificate_text = BIO_new_mem_buf(tls.certificate.data(), -1);
    BIO* const key_text = BIO_new_mem_buf(tls.key.data(), -1);
    X509* const certificate = PEM_read_bio_X509(certificate_text, nullptr, nullptr, nullptr);
    EVP_PKEY* const key = PEM_read_bio_PrivateKey(key_text, nullptr, nullptr, nullptr);
    must(SSL_CTX_use_certificate(context, certificate) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1);
    X509_free(certificate);
    EVP_PKEY_free(key);
    BIO_free(certificate_text);
    BIO_free(key_text);
  }
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext() { SSL_CTX_free(context); }

  SSL_CTX* context;
};

// The thread closes the socket; until then the server may shut it down to wake the thread.
class LoopbackServer::Connection : public LoopbackPeer {
 public:
  Connection(LoopbackServer& server, int socket) : server_(server), socket_(socket) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override {
    if (thread_.joinable()) thread_.join();
  }

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  void wake() {
    const std::scoped_lock lock(socket_mutex_);
    if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
  }

  std::optional<std::string> request() override {
    while (true) {
      const std::size_t head_end = read_.find("\r\n\r\n");
      if (head_end != std::string::npos) {
        const std::size_t size = head_end + 4 + length_of_body(std::string_view(read_).substr(0, head_end));
        if (read_.size() >= size) return take(size);
      }
      if (!read_more()) return std::nullopt;
    }
  }

  bool send(std::string_view bytes) override {
    while (!bytes.empty()) {
      const int size = static_cast<int>(bytes.size());
      const auto sent = tls_ != nullptr ? SSL_write(tls_, bytes.data(), size)
                                        : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void reset() override {
    // The close that follows sends a reset instead of an end.
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    reset_ = true;
  }

  void wait_until_gone() override {
    while (read_more()) {
    }
  }

 private:
  void run() {
    if (begin_tls()) server_.serve_(*this);
    if (tls_ != nullptr) {
      if (!reset_) SSL_shutdown(tls_);
      SSL_free(tls_);
    }
    const std::scoped_lock lock(socket_mutex_);
    ::close(std::exchange(socket_, -1));
  }

  bool begin_tls() {
    if (!server_.tls_) return true;
    tls_ = SSL_new(server_.tls_->context);
    SSL_set_fd(tls_, socket_);
    return SSL_accept(tls_) == 1;
  }

  bool read_more() {
    std::array<char, 16384> piece{};
    const auto got = tls_ != nullptr ? SSL_read(tls_, piece.data(), static_cast<int>(piece.size()))
                                     : ::recv(socket_, piece.data(), piece.size(), 0);
    if (got <= 0) return false;
    read_.append(piece.data(), static_cast<std::size_t>(got));
    return true;
  }

  std::string take(std::size_t size) {
    std::string whole = read_.substr(0, size);
    read_.erase(0, size);
    const std::scoped_lock lock(server_.mutex_);
    server_.requests_.push_back(whole);
    return whole;
  }

  LoopbackServer& server_;
  std::mutex socket_mutex_;
  int socket_;
  SSL* tls_ = nullptr;
  std::string read_;
  bool reset_ = false;
  std::thread thread_;
};

LoopbackServer::LoopbackServer(Serve serve, std::optional<TestCertificate> tls) : serve_(std::move(serve)) {
  std::signal(SIGPIPE, SIG_IGN);
  if (tls) tls_ = std::make_unique<TlsContext>(*tls);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  must(::bind(listener_, any, size) == 0 && ::listen(listener_, SOMAXCONN) == 0);
  must(::getsockname(listener_, any, &size) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

LoopbackServer::~LoopbackServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    const std::scoped_lock lock(mutex_);
    for (Connection& connection : open_) connection.wake();
  }
  open_.clear();
}

void LoopbackServer::accept_all() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int at_once = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    ++connections_;
    const std::scoped_lock lock(mutex_);
    open_.emplace_back(*this, socket).start();
  }
}

std::vector<std::string> LoopbackServer::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

std::string LoopbackServer::url(std::string_view path) const {
  return fmt::format("{}://127.0.0.1:{}{}", tls_ ? "https" : "http", port_, path);
}

std::string plain_reply(std::string_view body, const std::vector<std::string>& headers, int status) {
  std::string reply = fmt::format("HTTP/1.1 {} Whatever\r\nContent-Length: {}\r\n", status, body.size());
  for (const std::string& header : headers) reply += header + "\r\n";
  return reply + "\r\n" + std::string(body);
}

}  // namespace plumbline
