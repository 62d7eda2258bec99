#include "connectors/http/private_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <string>

namespace plumbline {
namespace {

bool is_private(const std::string& text) {
  std::array<std::uint8_t, 4> four{};
  if (::inet_pton(AF_INET, text.c_str(), four.data()) == 1)
    return is_private_address(std::span<const std::uint8_t, 4>(four));
  std::array<std::uint8_t, 16> sixteen{};
  EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), sixteen.data()), 1) << text;
  return is_private_address(std::span<const std::uint8_t, 16>(sixteen));
}

TEST(PrivateAddressTest, networks_that_are_not_everybodys_are_private) {
  for (const char* address :
       {"127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1"})
    EXPECT_TRUE(is_private(address)) << address;
}

TEST(PrivateAddressTest, everybodys_addresses_are_not) {
  for (const char* address :
       {"8.8.8.8", "172.32.0.1", "172.15.0.1", "100.128.0.1", "192.169.0.1", "1.1.1.1", "2606:4700::1111"})
    EXPECT_FALSE(is_private(address)) << address;
}

TEST(PrivateAddressTest, addresses_of_ipv6_that_stand_for_private_ones_are_private) {
  for (const char* address :
       {"::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "64:ff9b::10.0.0.1", "2002:a00:1::", "2001:db8::1", "2001::1"})
    EXPECT_TRUE(is_private(address)) << address;
  EXPECT_FALSE(is_private("::ffff:8.8.8.8"));
  EXPECT_FALSE(is_private("64:ff9b::8.8.8.8"));
}

}  // namespace
}  // namespace plumbline
