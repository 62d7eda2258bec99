#include "connectors/salesforce/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <string>

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const Instant kNow = *parse_instant("2024-01-01T00:00:00Z");

std::string new_key() {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(memory, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(memory);
  EVP_PKEY_free(key);
  return text;
}

// The middle part of a token, decoded.
std::string claims_of(std::string_view assertion) {
  const std::size_t begin = assertion.find('.') + 1;
  std::string text(assertion.substr(begin, assertion.find('.', begin) - begin));
  while (text.size() % 4 != 0) text += '=';
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  std::string bytes(text.size(), '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  bytes.resize(static_cast<std::size_t>(size));
  return bytes.substr(0, bytes.rfind('}') + 1);
}

SalesforceLogin jwt_login() {
  return {.url = "https://login.salesforce.com/",
          .client_id = "3MVG9",
          .username = "robot@example.com",
          .private_key = Secret(new_key())};
}

TEST(Token, an_assertion_says_who_for_whom_and_until_when) {
  const Result<std::string> assertion = jwt_assertion(jwt_login(), kNow);
  ASSERT_TRUE(assertion) << assertion.error().message;
  EXPECT_EQ(
      claims_of(*assertion),
      R"({"iss":"3MVG9","sub":"robot@example.com","aud":"https://login.salesforce.com","exp":1704067350})");
}

TEST(Token, a_signed_login_may_be_sent_again_and_a_rotating_one_never) {
  const Result<HttpRequest> jwt = token_request(jwt_login(), kNow, {});
  ASSERT_TRUE(jwt);
  EXPECT_EQ(jwt->url, "https://login.salesforce.com/services/oauth2/token");
  EXPECT_THAT(jwt->body,
              StartsWith("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="));
  EXPECT_EQ(jwt->repeatable, true);
  const SalesforceLogin refresh{.grant = SalesforceGrant::kRefreshToken, .client_id = "id"};
  const Result<HttpRequest> again = token_request(refresh, kNow, Secret("5Aep!x+"));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->body, "grant_type=refresh_token&client_id=id&refresh_token=5Aep%21x%2B");
  EXPECT_EQ(again->repeatable, false);
}

TEST(Token, client_credentials_are_sent_encoded) {
  const SalesforceLogin login{.grant = SalesforceGrant::kClientCredentials,
                              .url = "https://x.my.salesforce.com",
                              .client_id = "id",
                              .client_secret = Secret("s&=")};
  EXPECT_EQ(token_request(login, kNow, {})->body,
            "grant_type=client_credentials&client_id=id&client_secret=s%26%3D");
}

TEST(Token, reads_a_token_and_passes_over_what_it_does_not_know) {
  const Result<SalesforceToken> token = read_token(
      R"({"access_token":"00D!AQ","scope":"api","instance_url":"https://x.my.salesforce.com/","refresh_token":"5A","more":{"access_token":"no"}})");
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->access_token.reveal(), "00D!AQ");
  EXPECT_EQ(token->instance_url, "https://x.my.salesforce.com");
  EXPECT_EQ(token->refresh->reveal(), "5A");
}

TEST(Token, refuses_replies_without_a_token_or_with_an_address_that_is_not_safe) {
  EXPECT_FALSE(read_token("{}"));
  EXPECT_FALSE(read_token("<html>"));
  const Result<SalesforceToken> plain =
      read_token(R"({"access_token":"secret!","instance_url":"http://x.my.salesforce.com"})");
  ASSERT_FALSE(plain);
  EXPECT_THAT(plain.error().message, Not(HasSubstr("secret!")));
}

LoginFailure failure_of_login(int status, std::string_view body) {
  return read_login_failure({.url = "https://login.salesforce.com"}, {.status = status}, body);
}

TEST(Token, every_refusal_says_what_to_do) {
  struct Case {
    const char* body;
    const char* advice;
    LoginRetry retry;
  };
  const Case cases[] = {
      {R"({"error":"invalid_grant","error_description":"audience is invalid"})", "set login.audience",
       LoginRetry::kNever},
      {R"({"error":"invalid_grant","error_description":"Audience validation failed"})", "set login.audience",
       LoginRetry::kNever},
      {R"({"error":"invalid_grant","error_description":"invalid assertion"})", "certificate",
       LoginRetry::kNever},
      {R"({"error":"invalid_grant","error_description":"user hasn't approved this consumer"})",
       "approve the app", LoginRetry::kNever},
      {R"({"error":"invalid_grant","error_description":"expired authorization code"})", "clock",
       LoginRetry::kOnceLater},
      {R"({"error":"invalid_grant","error_description":"expired access/refresh token"})",
       "authorise the app anew", LoginRetry::kNever},
      {R"({"error":"invalid_grant","error_description":"user is locked"})", "unlock", LoginRetry::kNever},
      {R"({"error":"invalid_grant","error_description":"authentication failure"})", "login history",
       LoginRetry::kNever},
      {R"({"error":"invalid_client_id"})", "consumer key", LoginRetry::kNever},
      {R"({"error":"invalid_client","error_description":"invalid client credentials"})", "client secret",
       LoginRetry::kNever},
      {R"({"error":"inactive_user"})", "activate", LoginRetry::kNever},
      {R"({"error":"inactive_org"})", "ask Salesforce", LoginRetry::kNever},
      {R"({"error":"invalid_app_access"})", "permission set", LoginRetry::kNever},
      {R"({"error":"unsupported_grant_type"})", "switch this flow on", LoginRetry::kNever},
      {R"({"error":"invalid_request"})", "my.salesforce.com", LoginRetry::kNever},
      {R"({"error":"rate_limit_exceeded","error_description":"login rate exceeded"})", "too many logins",
       LoginRetry::kLater},
      {R"({"error":"quite_new"})", "login history", LoginRetry::kNever},
  };
  for (const Case& one : cases) {
    const LoginFailure failure = failure_of_login(400, one.body);
    EXPECT_THAT(failure.error.message,
                HasSubstr("Salesforce refused the login at https://login.salesforce.com"));
    EXPECT_THAT(failure.error.message, HasSubstr(one.advice)) << one.body;
    EXPECT_EQ(failure.retry, one.retry) << one.body;
  }
}

TEST(Token, a_page_of_a_busy_login_host_means_later) {
  EXPECT_EQ(failure_of_login(503, "").retry, LoginRetry::kLater);
  EXPECT_EQ(failure_of_login(503, "<html>busy</html>").retry, LoginRetry::kLater);
  EXPECT_EQ(failure_of_login(302, "").retry, LoginRetry::kNever);
}

}  // namespace
}  // namespace plumbline
