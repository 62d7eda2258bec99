// A client and servers on loopback, for the tests of the client.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "connectors/http/curl_client.h"
#include "tests/kit/loopback_server.h"
#include "tests/kit/run_async.h"
#include "tests/records/temp_folder.h"

namespace plumbline {

class CurlFixture : public ::testing::Test {
 protected:
  static CurlOptions on_loopback() {
    CurlOptions options;
    options.allow_plain_loopback = true;
    return options;
  }

  std::unique_ptr<CurlClient> client(CurlOptions options = on_loopback()) {
    Result<std::unique_ptr<CurlClient>> made = CurlClient::make(loop_.get_executor(), std::move(options));
    EXPECT_TRUE(made) << made.error().to_string();
    return std::move(*made);
  }

  template <class T>
  T run(Async<T> task) {
    return run_async(loop_, std::move(task));
  }

  Result<HttpResponse> get(std::string url, CurlOptions options = on_loopback()) {
    const std::unique_ptr<CurlClient> asked = client(std::move(options));
    HttpRequest request{.url = std::move(url)};
    return run(fetch(*asked, std::move(request)));
  }

  // The message of a failure, empty where there was none.
  static std::string message_of(const Result<HttpResponse>& response) {
    return response ? "" : response.error().message;
  }
  static ErrorCode code_of(const Result<HttpResponse>& response) {
    return response ? ErrorCode::kInternal : response.error().code;
  }

  // "127.0.0.1:12345", as messages have it.
  static std::string name_of(const LoopbackServer& server) {
    return "127.0.0.1:" + std::to_string(server.port());
  }

  boost::asio::io_context loop_;
};

inline LoopbackServer::Serve answer_all(std::string reply) {
  return [reply = std::move(reply)](LoopbackPeer& peer) {
    while (peer.request()) peer.send(reply);
  };
}

}  // namespace plumbline
