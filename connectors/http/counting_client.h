// How much a client is asked and brings.
#pragma once

#include <cstdint>
#include <memory>

#include "connectors/http/http_client.h"

namespace plumbline {

struct HttpCounts {
  std::uint64_t calls = 0;  // requests sent, each attempt for itself, whatever came of them
  std::uint64_t bytes = 0;  // of bodies, as they were read, decompressed
};

// Between a client and whoever repeats requests, it counts every attempt. `inner` must outlive it; a body may
// outlive both.
class CountingClient : public HttpClient {
 public:
  explicit CountingClient(HttpClient& inner);
  Async<Result<HttpReply>> open(HttpRequest request) override;
  const HttpCounts& counts() const { return *counts_; }

 private:
  HttpClient& inner_;
  std::shared_ptr<HttpCounts> counts_;
};

}  // namespace plumbline
