#include "daemon/service/health_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "connectors/http/curl_client.h"
#include "tests/kit/run_async.h"

namespace plumbline {
namespace {

class HealthServerTest : public testing::Test {
 protected:
  HealthServerTest() {
    auto started = HealthServer::start(context_.get_executor(), 0, [](std::string_view path) {
      if (path == "/healthz") return HealthReply{.body = "ok\n"};
      return HealthReply{.status = 404, .body = std::string(path)};
    });
    EXPECT_TRUE(started) << started.error().to_string();
    server_ = *std::move(started);
  }

  HttpResponse ask(std::string path, HttpMethod method = HttpMethod::kGet) {
    std::optional<HttpResponse> got;
    auto asking = [&]() -> Async<void> {
      auto client = CurlClient::make(context_.get_executor(), {.allow_plain_loopback = true});
      HttpRequest request{.method = method,
                          .url = fmt::format("http://127.0.0.1:{}{}", server_->port(), path)};
      Async<Result<HttpResponse>> fetched = fetch(**client, std::move(request));
      const Result<HttpResponse> response = co_await std::move(fetched);
      EXPECT_TRUE(response) << response.error().to_string();
      if (response) got = *response;
      server_.reset();
    };
    boost::asio::co_spawn(context_, asking(), [](const std::exception_ptr& fault) { EXPECT_FALSE(fault); });
    context_.run();
    return got.value_or(HttpResponse{});
  }

  boost::asio::io_context context_;
  std::unique_ptr<HealthServer> server_;
};

TEST_F(HealthServerTest, answers_by_the_path) {
  const HttpResponse response = ask("/healthz?verbose=1");
  EXPECT_EQ(response.head.status, 200);
  EXPECT_EQ(response.body, "ok\n");
}

TEST_F(HealthServerTest, says_what_it_does_not_know) {
  const HttpResponse response = ask("/elsewhere");
  EXPECT_EQ(response.head.status, 404);
  EXPECT_EQ(response.body, "/elsewhere");
}

TEST_F(HealthServerTest, takes_no_other_method) {
  EXPECT_EQ(ask("/healthz", HttpMethod::kDelete).head.status, 405);
}

TEST_F(HealthServerTest, a_port_that_is_taken_is_told) {
  const auto second = HealthServer::start(context_.get_executor(), server_->port(),
                                          [](std::string_view) { return HealthReply{}; });
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, testing::HasSubstr("health_port"));
}

}  // namespace
}  // namespace plumbline
