#include "connectors/clari/clari_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct Case {
  int status;
  std::string_view body;
  ClariRemedy remedy;
  ErrorCode code;
  std::string_view says;
};

TEST(ClariError, each_answer_is_read_whatever_its_shape) {
  const std::vector<Case> all = {
      {400, R"({"code":"no_such_forecast_config","namespace":"fcw","errorId":"e-1","message":"none"})",
       ClariRemedy::kFail, ErrorCode::kInvalidInput, "tab's address"},
      {400, R"({"code":"type_not_supported","message":"crm_total"})", ClariRemedy::kDropTypes,
       ErrorCode::kInvalidInput, "crm_closed out of types"},
      {400, R"({"code":"export_monthly_quota_reached","message":"limits"})", ClariRemedy::kLimits,
       ErrorCode::kRateLimited, "thirty days"},
      {400, R"({"code":"invalid_jobId","message":"not finished"})", ClariRemedy::kPollAgain,
       ErrorCode::kUnavailable, "not done yet"},
      {400, R"({"code":"SWW","message":"Something went wrong"})", ClariRemedy::kFail, ErrorCode::kUnavailable,
       "within Clari"},
      {401, R"({"code":"no_optin","namespace":"fcw","message":"no"})", ClariRemedy::kFail, ErrorCode::kAuth,
       "the key is good"},
      {401, R"({"message":"Invalid authentication credentials","request_id":"r-9"})", ClariRemedy::kStop,
       ErrorCode::kAuth, "no longer good"},
      {403, "", ClariRemedy::kForgetJob, ErrorCode::kAuth, "another user's key"},
      {404, R"({"message":"no Route matched with those values"})", ClariRemedy::kForgetJob,
       ErrorCode::kNotFound, "no Route matched"},
      {429, R"([{"errorCode":"TOO_MANY_REQUESTS","errorSummary":"slow down"}])", ClariRemedy::kFail,
       ErrorCode::kRateLimited, "slow down"},
      {500, R"([{"statusCode":500,"reaspnPhrase":"x","description":"boom"}])", ClariRemedy::kAmbiguous,
       ErrorCode::kUnavailable, "boom"},
      {502, "<html><body>Bad gateway</body></html>", ClariRemedy::kAmbiguous, ErrorCode::kUnavailable,
       "Bad gateway"},
      {400, R"({"errors":[{"status":"400","message":"bad date"}]})", ClariRemedy::kFail,
       ErrorCode::kInvalidInput, "bad date"},
      {302, "", ClariRemedy::kFail, ErrorCode::kInvalidInput, "redirects are not followed"},
      {418, "", ClariRemedy::kFail, ErrorCode::kUnavailable, "no answer Plumbline knows"},
  };
  for (const Case& one : all) {
    const ClariFailure failure = read_clari_error({.status = one.status}, one.body, "an export");
    EXPECT_EQ(failure.remedy, one.remedy) << one.status << one.body;
    EXPECT_EQ(failure.error.code, one.code) << one.status << one.body;
    EXPECT_THAT(failure.error.message,
                AllOf(HasSubstr("Clari refused an export"), HasSubstr(std::string(one.says))));
  }
}

TEST(ClariError, the_number_their_support_asks_for_is_told) {
  const ClariFailure failure =
      read_clari_error({.status = 400}, R"({"code":"bad_request","errorId":"e-17","message":"x"})", "it");
  EXPECT_THAT(failure.error.message, HasSubstr("e-17"));
}

TEST(ClariError, a_network_that_failed_leaves_open_whether_it_was_done) {
  EXPECT_EQ(clari_failure_of({.code = ErrorCode::kUnavailable, .message = "x", .where = {}}).remedy,
            ClariRemedy::kAmbiguous);
  EXPECT_EQ(clari_failure_of({.code = ErrorCode::kAuth, .message = "x", .where = {}}).remedy,
            ClariRemedy::kFail);
}

}  // namespace
}  // namespace plumbline
