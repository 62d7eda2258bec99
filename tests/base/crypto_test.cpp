#include "base/crypto.h"

#include <gtest/gtest.h>

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace plumbline {
namespace {

// Digests published with the standard (FIPS 180-4 examples).
TEST(Sha256Hex, OfNothing) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256Hex, OfOneBlock) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256Hex, OfAMillionLetters) {
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Hex, CountsZeroBytes) { EXPECT_NE(sha256_hex(std::string_view("\0", 1)), sha256_hex("")); }

TEST(Sha256Hex, OfPiecesAsOfTheWhole) {
  constexpr std::array<std::string_view, 4> kPieces = {"plumb", "", "li", "ne"};
  EXPECT_EQ(sha256_hex(kPieces), sha256_hex("plumbline"));
}

TEST(Sha256Hex, OfNoPiecesAsOfNothing) {
  EXPECT_EQ(sha256_hex(std::span<const std::string_view>{}), sha256_hex(""));
}

TEST(Sha256, used_again_it_forgets_what_it_hashed) {
  Sha256 hash;
  hash.add("plumb").add("line");
  EXPECT_EQ(hash.finish(), sha256("plumbline"));
  EXPECT_EQ(hash.finish(), sha256(""));
  EXPECT_EQ(hash.add("abc").finish(), sha256("abc"));
}

TEST(Sha256, a_copy_goes_its_own_way) {
  Sha256 hash;
  hash.add("plumb");
  Sha256 copy = hash;
  EXPECT_EQ(hash.add("line").finish(), sha256("plumbline"));
  EXPECT_EQ(copy.add("er").finish(), sha256("plumber"));
}

TEST(Random, fills_all_bytes_and_never_the_same_way) {
  std::array<std::uint8_t, 64> first{};
  std::array<std::uint8_t, 64> second{};
  fill_random(first);
  fill_random(second);
  EXPECT_NE(first, second);
  EXPECT_NE(to_hex(first).substr(64), std::string(64, '0'));
}

TEST(DigestFrom, takes_32_bytes_alone) {
  const Sha256Digest digest = sha256("abc");
  EXPECT_EQ(digest_from(digest), digest);
  EXPECT_FALSE(digest_from(std::span(digest).first(31)));
}

TEST(Sha256Hex, OfATextBegunEarlierAsOfTheWhole) {
  std::string text;
  for (std::size_t length = 0; length <= 3 * BegunDigest::kBlockBytes; ++length, text += 'a' + length % 26) {
    for (const std::size_t first : {std::size_t{0}, length / 3, length}) {
      const std::string_view whole = text;
      const std::array pieces = {whole.substr(0, first / 2), whole.substr(first / 2, first - first / 2)};
      const BegunDigest begun = begin_sha256(pieces);
      ASSERT_EQ(begun.bytes, first - first % BegunDigest::kBlockBytes);
      const std::string_view rest = whole.substr(begun.bytes);
      EXPECT_EQ(sha256_hex(begun, {&rest, 1}), sha256_hex(whole)) << length << " bytes, " << first;
    }
  }
}

// RFC 4231, test cases 1, 2 and 6.
TEST(HmacTest, it_is_that_of_the_standard) {
  const std::string key(20, '\x0B');
  EXPECT_EQ(to_hex(hmac_sha256(as_bytes(key), {"Hi There"})),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(hmac_sha256(as_bytes("Jefe"), {"what do ya want ", "for nothing?"})),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  const std::string long_key(131, '\xAA');
  EXPECT_EQ(
      to_hex(hmac_sha256(as_bytes(long_key), {"Test Using Larger Than Block-Size Key - Hash Key First"})),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
}  // namespace plumbline
