#include "connectors/http/web_address.h"

#include <gtest/gtest.h>

namespace plumbline {
namespace {

TEST(WebAddress, is_taken_apart) {
  const Result<WebAddress> address = parse_web_address("HTTPS://Na1.Example.test:8443/a/%2F?x=1&y#part");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->scheme, "https");
  EXPECT_EQ(address->host_and_port(), "na1.example.test:8443");
  EXPECT_EQ(address->path, "/a/%2F");
  EXPECT_EQ(address->query, "x=1&y");
  EXPECT_FALSE(address->has_userinfo);
}

TEST(WebAddress, has_the_usual_port_and_path_where_none_is_given) {
  const Result<WebAddress> address = parse_web_address("https://a.test");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->port, 443);
  EXPECT_EQ(address->path, "/");
  EXPECT_EQ(address->host_and_port(), "a.test");
}

TEST(WebAddress, writes_unusual_forms_of_numbers_as_they_are_asked) {
  EXPECT_EQ(parse_web_address("http://0x7f.1/")->host, "127.0.0.1");
  EXPECT_EQ(parse_web_address("http://2130706433/")->host, "127.0.0.1");
  EXPECT_EQ(parse_web_address("http://[::1]:80/")->host, "[::1]");
}

TEST(WebAddress, is_refused_without_quoting_it) {
  for (const std::string& text : {std::string("https://a b.test/s3cret"), std::string("s3cret"),
                                  std::string(), std::string("https://a.test/\0s3cret", 22)}) {
    const Result<WebAddress> address = parse_web_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ErrorCode::kInvalidInput);
    EXPECT_FALSE(address.error().message.contains("s3cret")) << address.error().message;
  }
}

TEST(WebAddress, knows_which_hosts_are_this_machine) {
  for (const std::string_view here : {"localhost", "127.0.0.1", "127.255.0.3", "[::1]"})
    EXPECT_TRUE(is_loopback(here)) << here;
  for (const std::string_view elsewhere :
       {"127.0.0.1.a.test", "128.0.0.1", "[::2]", "localhost.a.test", "", "0.0.0.0"})
    EXPECT_FALSE(is_loopback(elsewhere)) << elsewhere;
}

}  // namespace
}  // namespace plumbline
