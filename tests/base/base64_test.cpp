#include "base/base64.h"

#include <gtest/gtest.h>

#include <string>

#include "base/crypto.h"

namespace plumbline {
namespace {

std::string encoded(std::string_view text) { return to_base64(as_bytes(text)); }

// Of RFC 4648, section 10.
TEST(Base64, writes_the_published_examples) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foob"), "Zm9vYg==");
  EXPECT_EQ(encoded("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
}

TEST(Base64, reads_back_what_it_wrote_at_every_length) {
  std::vector<std::uint8_t> bytes;
  for (unsigned i = 0; i < 300; ++i) {
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    bytes.push_back(static_cast<std::uint8_t>(i * 37U + i / 7U));
  }
}

TEST(Base64, refuses_every_other_spelling_of_the_same_bytes) {
  for (const std::string_view text :
       {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm 8=", "Zm8=\n", "=", "====", "Zg==Zg==", "Zm-_", "Zm9v="})
    EXPECT_FALSE(from_base64(text)) << text;
}

}  // namespace
}  // namespace plumbline
