#include "connectors/http/redact.h"

#include <gtest/gtest.h>

namespace plumbline {
namespace {

TEST(Redact, names_host_and_path_of_a_request_in_sentences) {
  EXPECT_EQ(target_of({.url = "https://NA1.Example.test/services/data?q=secret#x"}),
            "na1.example.test/services/data");
  EXPECT_EQ(target_of({.url = "https://na1.example.test:8443"}), "na1.example.test:8443/");
  EXPECT_EQ(target_of({.url = "https://hooks.example.test/T0/B0/xyz", .secret_url = true}),
            "hooks.example.test");
  EXPECT_EQ(target_of({.url = "not an address"}), "an address that cannot be read");
}

TEST(Redact, cuts_long_paths) {
  const std::string target = target_of({.url = "https://a.test/" + std::string(1000, 'p')});
  EXPECT_EQ(target, "a.test/" + std::string(kMostPathBytes - 1, 'p') + "...");
}

TEST(Redact, hides_parameters_that_sound_like_secrets) {
  EXPECT_EQ(
      loggable_url({.url = "https://me:pw@a.test/x?q=SELECT+Id&access_token=t0k&X-Amz-Signature=abc&page=2&"
                           "code=9&key=k&monkey=m"}),
      "https://a.test/x?q=SELECT+Id&access_token=***&X-Amz-Signature=***&page=2&code=***&key=***&monkey=m");
  EXPECT_EQ(loggable_url({.url = "https://a.test/x"}), "https://a.test/x");
  EXPECT_EQ(loggable_url({.url = "https://hooks.example.test/T0/B0/xyz?a=1", .secret_url = true}),
            "https://hooks.example.test/***");
}

TEST(Redact, hides_headers_that_are_secret_or_sound_like_it) {
  HttpRequest request{.url = "https://a.test/",
                      .headers = {{"Accept", "text/csv"}, {"X-Api-Key", "k"}, {"Cookie", "sid=1"}}};
  request.secret_headers.emplace_back("X-Plain", Secret("s"));
  EXPECT_EQ(loggable_headers(request),
            (std::vector<std::string>{"Accept: text/csv", "X-Api-Key: ***", "Cookie: ***", "X-Plain: ***"}));
  EXPECT_EQ(loggable_headers(std::vector<HttpHeader>{{"Set-Cookie", "a=b"}, {"ETag", "1"}}),
            (std::vector<std::string>{"Set-Cookie: ***", "ETag: 1"}));
}

}  // namespace
}  // namespace plumbline
