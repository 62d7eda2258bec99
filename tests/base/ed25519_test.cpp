#include "base/ed25519.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "base/crypto.h"

namespace plumbline {
namespace {

std::vector<std::uint8_t> bytes_of_hex(std::string_view hex) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

// RFC 8032, section 7.1: the second test, of a message of one byte.
constexpr std::string_view kSeed = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
constexpr std::string_view kPublic = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
constexpr std::string_view kSignature =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

Ed25519Key published_key() { return *Ed25519Key::from_seed(bytes_of_hex(kSeed)); }

TEST(Ed25519, signs_as_the_published_example_does) {
  const Ed25519Key key = published_key();
  EXPECT_EQ(to_hex(key.public_key()), kPublic);
  EXPECT_EQ(to_hex(key.sign("\x72")), kSignature);
}

TEST(Ed25519, verifies_what_it_signed_and_nothing_else) {
  const Ed25519Key key = Ed25519Key::generate();
  const Ed25519Signature signature = key.sign("what was decided");
  EXPECT_TRUE(ed25519_verify(key.public_key(), "what was decided", signature));
  EXPECT_FALSE(ed25519_verify(key.public_key(), "what was Decided", signature));
  EXPECT_FALSE(ed25519_verify(Ed25519Key::generate().public_key(), "what was decided", signature));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Ed25519Signature turned = signature;
    turned[i] ^= 0x10U;
    EXPECT_FALSE(ed25519_verify(key.public_key(), "what was decided", turned)) << i;
  }
}

TEST(Ed25519, a_key_read_from_its_pem_is_the_same_key) {
  const Ed25519Key key = published_key();
  const SecretBytes pem = key.to_pem();
  const Result<Ed25519Key> read = Ed25519Key::from_pem(as_text(pem.bytes()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->public_key(), key.public_key());
  EXPECT_EQ(to_hex(read->sign("\x72")), kSignature);
}

// `openssl genpkey -algorithm ed25519` of the seed above would write these lines (RFC 8410, section 10.3 has
// the same shape).
TEST(Ed25519, writes_the_pem_that_openssl_writes) {
  EXPECT_EQ(as_text(published_key().to_pem().bytes()),
            "-----BEGIN PRIVATE KEY-----\n"
            "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
            "-----END PRIVATE KEY-----\n");
}

TEST(Ed25519, refuses_pems_that_hold_something_else) {
  for (const std::string_view text :
       {"", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n"
        "-----END PUBLIC KEY-----\n"})
    EXPECT_FALSE(Ed25519Key::from_pem(text)) << text;
}

TEST(Ed25519, secrets_cannot_be_copied) {
  EXPECT_FALSE(std::is_copy_constructible_v<SecretBytes>);
  EXPECT_FALSE(std::is_copy_constructible_v<Ed25519Key>);
}

}  // namespace
}  // namespace plumbline
