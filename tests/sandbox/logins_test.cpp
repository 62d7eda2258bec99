#include "sandbox/salesforce/logins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/testing.h"

namespace plumbline::sandbox {
namespace {

using std::chrono::seconds;

// The claims a client sends; each test changes one.
struct Claims {
  std::string alg = "RS256";
  std::string iss;
  std::string sub;
  std::string aud = "https://login.salesforce.com";
  Instant exp{};
};

class LoginTest : public testing::Test {
 protected:
  Claims good() {
    const LoginSettings& who = sandbox_->salesforce().logins().settings();
    return {.iss = who.client_id, .sub = who.username, .exp = sandbox_->world().now() + seconds(180)};
  }
  Response jwt(const Claims& claims, std::string_view spoilt_signature = {}) {
    const std::string head =
        base64_url(fmt::format(R"({{"alg":"{}"}})", claims.alg)) + "." +
        base64_url(fmt::format(R"({{"iss":"{}","sub":"{}","aud":"{}","exp":{}}})", claims.iss, claims.sub,
                               claims.aud, claims.exp.time_since_epoch().count()));
    const std::string signature = sandbox_->key().sign(head) + std::string(spoilt_signature);
    return sandbox_.form("grant_type=" + encode_url("urn:ietf:params:oauth:grant-type:jwt-bearer") +
                         "&assertion=" + head + "." + base64_url(signature));
  }
  static std::string member(const Response& response, std::string_view name) {
    return parse_json(response.body)->text(name).value_or("");
  }
  std::string client() {
    const LoginSettings& who = sandbox_->salesforce().logins().settings();
    return "&client_id=" + who.client_id + "&client_secret=" + who.client_secret;
  }
  Response refresh(std::string_view token) {
    return sandbox_.form("grant_type=refresh_token" + client() + "&refresh_token=" + std::string(token));
  }
  int status_with(std::string_view token) {
    return sandbox_.get("/services/data/v62.0/limits", {{"Authorization", "Bearer " + std::string(token)}})
        .status;
  }

  TestedSandbox sandbox_;
};

TEST_F(LoginTest, a_signed_assertion_gives_a_session_without_refresh_token_or_lifetime) {
  const Response answer = jwt(good());
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(member(answer, "refresh_token"), "");
  EXPECT_EQ(parse_json(answer.body)->member("expires_in"), nullptr);
  EXPECT_EQ(member(answer, "instance_url"), "http://127.0.0.1:1");
  EXPECT_EQ(status_with(member(answer, "access_token")), 200);
}

TEST_F(LoginTest, an_assertion_is_good_by_the_machines_clock_as_well) {
  Claims claims = good();
  claims.exp = *parse_instant("2026-11-01T00:03:00Z");
  EXPECT_EQ(jwt(claims).status, 200);
}

TEST_F(LoginTest, assertions_are_refused_with_the_error_of_their_fault) {
  Claims claims = good();
  claims.aud = "https://elsewhere.example";
  EXPECT_EQ(member(jwt(claims), "error_description"), "audience is invalid");
  claims = good();
  claims.exp = sandbox_->world().now() - seconds(120);
  EXPECT_EQ(member(jwt(claims), "error_description"), "expired authorization code");
  claims = good();
  claims.exp = sandbox_->world().now() + seconds(3600);
  EXPECT_EQ(jwt(claims).status, 400);
  claims = good();
  claims.iss = "other";
  EXPECT_EQ(member(jwt(claims), "error"), "invalid_client_id");
  claims = good();
  claims.sub = "other@sandbox.example";
  EXPECT_EQ(member(jwt(claims), "error_description"), "user hasn't approved this consumer");
  claims = good();
  claims.alg = "HS256";
  EXPECT_EQ(member(jwt(claims), "error"), "invalid_grant");
}

TEST_F(LoginTest, a_signature_by_nobody_is_refused) {
  EXPECT_EQ(member(jwt(good(), "x"), "error_description"), "invalid assertion");
}

TEST_F(LoginTest, client_credentials_come_in_the_form_or_as_basic) {
  EXPECT_EQ(sandbox_.form("grant_type=client_credentials" + client()).status, 200);
  const LoginSettings& who = sandbox_->salesforce().logins().settings();
  Request basic{
      .method = "POST", .target = "/services/oauth2/token", .body = "grant_type=client_credentials"};
  basic.headers = {
      {"Authorization", "Basic " + to_base64(as_bytes(who.client_id + ":" + who.client_secret))}};
  EXPECT_EQ(sandbox_.send(basic).status, 200);
  EXPECT_EQ(member(sandbox_.form("grant_type=client_credentials&client_id=x&client_secret=y"), "error"),
            "invalid_client");
  EXPECT_EQ(member(sandbox_.form("grant_type=password"), "error"), "unsupported_grant_type");
}

TEST_F(LoginTest, a_refresh_token_is_used_once_and_its_successor_goes_on) {
  const std::string first = sandbox_->salesforce().logins().first_refresh_token();
  const std::string second = member(refresh(first), "refresh_token");
  ASSERT_NE(second, "");
  EXPECT_NE(second, first);
  EXPECT_EQ(refresh(second).status, 200);
}

TEST_F(LoginTest, replaying_a_used_refresh_token_ends_the_whole_family) {
  const std::string first = sandbox_->salesforce().logins().first_refresh_token();
  const Response answer = refresh(first);
  const std::string access = member(answer, "access_token");
  ASSERT_EQ(status_with(access), 200);
  EXPECT_EQ(member(refresh(first), "error_description"), "expired access/refresh token");
  EXPECT_EQ(status_with(access), 401);
  EXPECT_EQ(refresh(member(answer, "refresh_token")).status, 400);
}

TEST_F(LoginTest, without_rotation_the_token_stays) {
  sandbox_.control("settings", R"({"rotate_refresh_tokens": false})");
  const std::string first = sandbox_->salesforce().logins().first_refresh_token();
  EXPECT_EQ(member(refresh(first), "refresh_token"), "");
  EXPECT_EQ(refresh(first).status, 200);
}

TEST_F(LoginTest, a_session_ends_when_it_is_idle_and_lives_by_being_used) {
  sandbox_.control("settings", R"({"session_idle_seconds": 600})");
  const std::string token = sandbox_.token();
  for (int turn = 0; turn < 5; ++turn) {
    sandbox_.control("clock", R"({"advance_seconds": 500})");
    EXPECT_EQ(status_with(token), 200);
  }
  sandbox_.control("clock", R"({"advance_seconds": 601})");
  const Response ended = sandbox_.api("GET", "/limits");
  EXPECT_EQ(ended.status, 401);
  EXPECT_EQ(TestedSandbox::error_code(ended), "INVALID_SESSION_ID");
  EXPECT_EQ(TestedSandbox::header(ended, "WWW-Authenticate"), "Token");
}

TEST_F(LoginTest, a_permanent_401_says_so_and_a_forced_one_ends_sessions) {
  sandbox_.token();
  sandbox_.control("faults", R"({"kind": "401_permanent", "count": 1})");
  EXPECT_THAT(sandbox_.api("GET", "/limits").body, testing::HasSubstr("not valid for use with the REST API"));
  EXPECT_EQ(sandbox_.api("GET", "/limits").status, 200);
  sandbox_.control("faults", R"({"kind": "401_expired", "count": 1})");
  EXPECT_EQ(sandbox_.api("GET", "/limits").status, 401);
  EXPECT_EQ(sandbox_.api("GET", "/limits").status, 401);
}

TEST_F(LoginTest, refusals_that_are_not_the_clients_fault_come_on_request) {
  sandbox_.control(
      "faults", R"({"faults": [{"kind": "login_locked", "count": 1}, {"kind": "login_rate", "count": 1}]})");
  EXPECT_EQ(member(jwt(good()), "error_description"), "user is locked");
  EXPECT_EQ(member(jwt(good()), "error"), "rate_limit_exceeded");
  EXPECT_EQ(jwt(good()).status, 200);
}

}  // namespace
}  // namespace plumbline::sandbox
