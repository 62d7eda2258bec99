#include "base/rsa.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>

namespace plumbline {
namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

std::string pem_of(const Key& key) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(memory, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

bool verifies(const Key& key, std::string_view message, const std::string& signature) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const bool good =
      EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                       reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1;
  EVP_MD_CTX_free(context);
  return good;
}

TEST(Rsa, what_the_private_key_signs_the_public_one_verifies) {
  const Key key(EVP_RSA_gen(2048));
  const Result<std::string> signature = sign_rs256(Secret(pem_of(key)), "header.claims");
  ASSERT_TRUE(signature) << signature.error().message;
  EXPECT_EQ(signature->size(), 256U);
  EXPECT_TRUE(verifies(key, "header.claims", *signature));
  EXPECT_FALSE(verifies(key, "header.other", *signature));
}

TEST(Rsa, refuses_a_key_that_is_too_short_and_says_what_to_do) {
  const Result<std::string> signature = sign_rs256(Secret(pem_of(Key(EVP_RSA_gen(1024)))), "x");
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(signature.error().message, ::testing::HasSubstr("1024 bits"));
}

TEST(Rsa, refuses_keys_of_another_kind_and_texts_that_are_none) {
  const Key other(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  EXPECT_THAT(sign_rs256(Secret(pem_of(other)), "x").error().message, ::testing::HasSubstr("not an RSA key"));
  EXPECT_THAT(sign_rs256(Secret("hello"), "x").error().message,
              ::testing::HasSubstr("not a private key in PEM"));
  EXPECT_THAT(sign_rs256(Secret("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "x").error().message,
              ::testing::HasSubstr("passphrase"));
}

TEST(Rsa, base64_for_addresses_has_no_plus_slash_or_padding) {
  EXPECT_EQ(to_base64_url("\xFB\xFF\xFE"), "-__-");
  EXPECT_EQ(to_base64_url("a"), "YQ");
  EXPECT_EQ(to_base64_url(R"({"alg":"RS256"})"), "eyJhbGciOiJSUzI1NiJ9");
}

}  // namespace
}  // namespace plumbline
