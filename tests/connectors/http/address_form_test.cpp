#include "connectors/http/address_form.h"

#include <gtest/gtest.h>

#include "connectors/http/web_address.h"

namespace plumbline {
namespace {

TEST(AddressForm, tells_scheme_and_host) {
  const auto form = address_form("HTTPS://Files.Example.com:8443/a/b.csv?x=1");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->scheme, "https");
  EXPECT_EQ(form->host, "files.example.com");
  EXPECT_FALSE(form->has_userinfo);
  EXPECT_EQ(address_form("http://[::1]:80/")->host, "[::1]");
  EXPECT_EQ(address_form("http://[::1]")->host, "[::1]");
}

TEST(AddressForm, sees_a_user) {
  const auto form = address_form("https://anna:pw@files.example.com/");
  ASSERT_TRUE(form);
  EXPECT_TRUE(form->has_userinfo);
  EXPECT_EQ(form->host, "files.example.com");
}

TEST(AddressForm, is_nothing_of_what_is_no_address) {
  for (const char* text : {"", "files.example.com", "https:/x", "://x", "https://", "https:///x",
                           "https://a b", "https://a\n", "1 2://x", "https://:80/"})
    EXPECT_FALSE(address_form(text)) << text;
}

// Whoever writes a host that only begins like this machine's means another one.
TEST(AddressForm, agrees_with_the_client_about_hosts) {
  for (const char* url :
       {"http://127.0.0.1.evil.example/", "http://127.0.0.1@evil.example/", "http://localhost.evil.example",
        "http://evil.example#@127.0.0.1/", "http://evil.example?@127.0.0.1/", "http://127.0.0.1:80/a",
        "http://LOCALHOST/", "http://[::1]:9/x"}) {
    const auto form = address_form(url);
    const Result<WebAddress> address = parse_web_address(url);
    ASSERT_TRUE(form && address) << url;
    EXPECT_EQ(form->host, address->host) << url;
  }
}

}  // namespace
}  // namespace plumbline
