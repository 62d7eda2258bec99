#include "connectors/http/counting_client.h"

#include <utility>

namespace plumbline {
namespace {

class CountingBody : public HttpBody {
 public:
  CountingBody(std::unique_ptr<HttpBody> inner, std::shared_ptr<HttpCounts> counts)
      : inner_(std::move(inner)), counts_(std::move(counts)) {}

  Async<Result<std::string>> next() override {
    Result<std::string> piece = co_await inner_->next();
    if (piece) counts_->bytes += piece->size();
    co_return piece;
  }

 private:
  std::unique_ptr<HttpBody> inner_;
  std::shared_ptr<HttpCounts> counts_;
};

}  // namespace

CountingClient::CountingClient(HttpClient& inner) : inner_(inner), counts_(std::make_shared<HttpCounts>()) {}

Async<Result<HttpReply>> CountingClient::open(HttpRequest request) {
  ++counts_->calls;
  Result<HttpReply> reply = co_await inner_.open(std::move(request));
  if (reply) reply->body = std::make_unique<CountingBody>(std::move(reply->body), counts_);
  co_return reply;
}

}  // namespace plumbline
