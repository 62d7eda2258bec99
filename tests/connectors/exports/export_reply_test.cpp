#include "connectors/exports/export_reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kit/scripted_client.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

ExportFile file_with(ExportAuth auth) {
  return {
      .name = "m", .object = "Milestone", .url = "https://lms.example.com/m.csv", .auth = std::move(auth)};
}

TEST(ExportReply, each_kind_of_auth_is_a_secret_header) {
  using Kind = ExportAuth::Kind;
  const Secret secret("s3cret");
  const HttpRequest bearer = request_for(file_with({.kind = Kind::kBearer, .secret = secret}), {}, "", "");
  EXPECT_EQ(header_of(bearer, "Authorization"), "Bearer s3cret");
  EXPECT_EQ(bearer.secret_headers.size(), 1U);
  const HttpRequest basic =
      request_for(file_with({.kind = Kind::kBasic, .user = "ada", .secret = secret}), {}, "", "");
  EXPECT_EQ(header_of(basic, "Authorization"), "Basic YWRhOnMzY3JldA==");
  const HttpRequest own =
      request_for(file_with({.kind = Kind::kHeader, .header = "X-Api-Key", .secret = secret}), {}, "", "");
  EXPECT_EQ(header_of(own, "X-Api-Key"), "s3cret");
}

TEST(ExportReply, each_status_says_what_to_do) {
  const ExportFile file = file_with({});
  const HttpRequest request = request_for(file, {}, "", "");
  struct Case {
    int status;
    ErrorCode code;
    std::string_view advice;
  };
  for (const Case& one :
       {Case{204, ErrorCode::kUnavailable, "no file yet"},
        Case{304, ErrorCode::kUnavailable, "a cache between"},
        Case{302, ErrorCode::kInvalidInput, "redirects are not followed"},
        Case{401, ErrorCode::kAuth, "check the secret"}, Case{403, ErrorCode::kAuth, "the right to read"},
        Case{404, ErrorCode::kNotFound, "whether the export still runs"},
        Case{410, ErrorCode::kNotFound, "gone for good"},
        Case{418, ErrorCode::kInvalidInput, "does not understand"},
        Case{429, ErrorCode::kRateLimited, "too often"}, Case{500, ErrorCode::kUnavailable, "has trouble"},
        Case{599, ErrorCode::kUnavailable, "has trouble"},
        Case{777, ErrorCode::kUnavailable, "no answer Plumbline knows"}}) {
    const std::optional<Error> error = refusal_of(file, request, {.status = one.status}, {});
    ASSERT_TRUE(error.has_value()) << one.status;
    EXPECT_EQ(error->code, one.code) << one.status;
    EXPECT_THAT(error->message, AllOf(HasSubstr("lms.example.com/m.csv"), HasSubstr(std::string(one.advice))))
        << one.status;
  }
  EXPECT_EQ(refusal_of(file, request, {.status = 200}, {}), std::nullopt);
  EXPECT_EQ(refusal_of(file, request_for(file, {}, "\"1\"", ""), {.status = 304}, {}), std::nullopt);
}

TEST(ExportReply, nothing_a_server_says_of_a_signed_address_is_repeated) {
  ExportFile file{
      .name = "m", .object = "Milestone", .secret_url = Secret("https://s3.example.com/k?sig=abc")};
  const HttpRequest request = request_for(file, {}, "", "");
  EXPECT_TRUE(request.secret_url);
  const ErrorBody body = classify_error_body({.status = 403}, "SignatureDoesNotMatch abc /k?sig=abc");
  const std::optional<Error> error = refusal_of(file, request, {.status = 403}, body);
  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(error->message, AllOf(HasSubstr("s3.example.com"), HasSubstr("signed in advance"),
                                    Not(HasSubstr("abc")), Not(HasSubstr("/k"))));
}

}  // namespace
}  // namespace plumbline
