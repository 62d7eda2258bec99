#include "connectors/chat/webhook_signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Secret kOld("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz");
const Secret kNew("whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4");
constexpr Instant kAttempt{std::chrono::seconds{1'674'087'231}};

// Expected values were computed with two other implementations: Python's hmac and openssl dgst.
TEST(WebhookSignatureTest, it_is_that_of_other_implementations) {
  const std::vector<Secret> secrets = {kOld};
  EXPECT_EQ(sign_webhook("M7QK2", kAttempt, R"({"a":1})", secrets),
            "v1,e8KBBNm1SUmYEF528eQqo5OpxxZOaP1i+a2IHqN4XN4=");
}

TEST(WebhookSignatureTest, while_one_secret_takes_over_both_sign) {
  const std::vector<Secret> secrets = {kNew, kOld};
  EXPECT_EQ(
      sign_webhook("M7QK2", kAttempt, R"({"a":1})", secrets),
      "v1,w5V8R+6gzFi/N4Hn4Aif3wDUp1DUSHkKNBaMW/wZyes= v1,e8KBBNm1SUmYEF528eQqo5OpxxZOaP1i+a2IHqN4XN4=");
}

TEST(WebhookSignatureTest, id_moment_and_body_are_all_signed) {
  const std::vector<Secret> secrets = {kOld};
  const std::string signature = sign_webhook("M7QK2", kAttempt, "{}", secrets);
  EXPECT_NE(signature, sign_webhook("M7QK3", kAttempt, "{}", secrets));
  EXPECT_NE(signature, sign_webhook("M7QK2", kAttempt + std::chrono::seconds{1}, "{}", secrets));
  EXPECT_NE(signature, sign_webhook("M7QK2", kAttempt, "{} ", secrets));
}

TEST(WebhookSignatureTest, a_secret_that_is_none_is_refused_without_being_told) {
  EXPECT_TRUE(check_signing_secret(kOld).has_value());
  for (const std::string_view bad :
       {"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz", "whsec_", "whsec_c2hvcnQ=", "whsec_no base64"}) {
    const Status status = check_signing_secret(Secret(std::string(bad)));
    ASSERT_FALSE(status.has_value()) << bad;
    EXPECT_THAT(status.error().message, Not(HasSubstr("c2hvcnQ")));
  }
  std::string long_secret = "whsec_";
  for (int i = 0; i < 100; ++i) long_secret += "AAAA";
  EXPECT_FALSE(check_signing_secret(Secret(long_secret)).has_value());
}

}  // namespace
}  // namespace plumbline
