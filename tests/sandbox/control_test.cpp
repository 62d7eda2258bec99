#include "sandbox/control/control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/testing.h"

namespace plumbline::sandbox {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ControlTest : public testing::Test {
 protected:
  std::size_t lines(const Response& response) {
    return static_cast<std::size_t>(std::ranges::count(response.body, '\n'));
  }

  TestedSandbox sandbox_;
};

TEST_F(ControlTest, the_clock_is_told_and_moved) {
  EXPECT_THAT(sandbox_.get("/control/clock").body, StartsWith(R"({"now":"2026-05-06T08:00:00Z","speed":0,)"));
  EXPECT_THAT(sandbox_.control("clock", R"({"advance_seconds": 90})").body,
              HasSubstr("2026-05-06T08:01:30Z"));
  EXPECT_THAT(sandbox_.control("clock", R"({"to": "2026-05-07T00:00:00Z"})").body,
              HasSubstr("2026-05-07T00:00:00Z"));
  EXPECT_EQ(sandbox_.control("clock", R"({"to": "tomorrow"})").status, 400);
}

TEST_F(ControlTest, the_clock_follows_the_machines_at_its_speed) {
  SandboxOptions options = small_sandbox();
  options.speed = 60;
  const FixedClock clock(options.start);
  Sandbox sandbox(options, clock, std::chrono::seconds(5));
  const Response answer = sandbox.handle({.target = "/control/clock"}, std::chrono::milliseconds(6500));
  EXPECT_THAT(answer.body, HasSubstr("2026-05-06T08:01:30Z"));
  EXPECT_EQ(TestedSandbox::header(answer, "Date"), "Wed, 06 May 2026 08:01:30 GMT");
}

TEST_F(ControlTest, truth_has_every_record_and_marks_the_deleted) {
  sandbox_.control("delete", R"({"rows": 3})");
  const Response all = sandbox_.get("/control/truth/Account");
  EXPECT_THAT(
      all.body,
      StartsWith(
          R"("Id","CreatedDate","CreatedById","LastModifiedDate","LastModifiedById","SystemModstamp","IsDeleted","Name")"));
  const Response some = sandbox_.get("/control/truth/OpportunityStage");
  EXPECT_EQ(lines(some), 8U);
  EXPECT_EQ(sandbox_.get("/control/truth/Opportunity").rows, 400U);
  EXPECT_EQ(sandbox_.get("/control/truth/Opportunity?deleted=no").rows, 397U);
  EXPECT_EQ(sandbox_.get("/control/truth/Lead?from=70&rows=50").rows, 10U);
  EXPECT_EQ(sandbox_.get("/control/truth/Nothing").status, 404);
}

TEST_F(ControlTest, faults_strike_as_often_and_where_they_are_told) {
  sandbox_.token();
  sandbox_.control("faults", R"({"kind": "503_html", "on": "/limits", "count": 2})");
  EXPECT_EQ(sandbox_.query("SELECT COUNT() FROM Lead").status, 200);
  EXPECT_EQ(sandbox_.api("GET", "/limits").status, 503);
  EXPECT_THAT(sandbox_.api("GET", "/limits").type, StartsWith("text/html"));
  EXPECT_EQ(sandbox_.api("GET", "/limits").status, 200);
}

TEST_F(ControlTest, rates_strike_some_and_clearing_ends_all) {
  sandbox_.token();
  sandbox_.control("faults", R"({"kind": "420", "rate": 0.5})");
  int struck = 0;
  for (int turn = 0; turn < 100; ++turn) struck += sandbox_.api("GET", "/limits").status == 420 ? 1 : 0;
  EXPECT_GT(struck, 25);
  EXPECT_LT(struck, 75);
  sandbox_.control("faults", R"({"clear": true})");
  EXPECT_EQ(sandbox_.api("GET", "/limits").status, 200);
}

TEST_F(ControlTest, every_kind_of_broken_answer_can_be_had) {
  sandbox_.token();
  const std::vector<std::pair<std::string, int>> kinds = {
      {"500", 500}, {"502_html", 502}, {"503", 503}, {"503_empty", 503}, {"420", 420},
      {"429", 429}, {"429_bare", 429}, {"414", 414}, {"403_limit", 403}, {"403_concurrent", 403}};
  for (const auto& [kind, status] : kinds) {
    sandbox_.control("faults", fmt::format(R"({{"kind": "{}", "count": 1}})", kind));
    EXPECT_EQ(sandbox_.api("GET", "/limits").status, status) << kind;
  }
  EXPECT_EQ(sandbox_.api("GET", "/limits").status, 200);
}

TEST_F(ControlTest, deliveries_are_spoilt_on_request) {
  sandbox_.token();
  const std::vector<std::pair<std::string, Delivery>> kinds = {
      {"reset", Delivery::kReset}, {"drip", Delivery::kDrip}, {"hang", Delivery::kHang}};
  for (const auto& [kind, delivery] : kinds) {
    sandbox_.control("faults", fmt::format(R"({{"kind": "{}", "count": 1, "milliseconds": 5}})", kind));
    const Response answer = sandbox_.api("GET", "/limits");
    EXPECT_EQ(answer.delivery, delivery) << kind;
    if (kind != "reset") EXPECT_EQ(answer.pause.count(), 5) << kind;
  }
}

TEST_F(ControlTest, unknown_faults_settings_fields_and_controls_are_refused) {
  EXPECT_EQ(sandbox_.control("faults", R"({"kind": "earthquake"})").status, 400);
  EXPECT_EQ(sandbox_.control("settings", R"({"page_rows": 5, "nothing": 1})").status, 400);
  EXPECT_THAT(sandbox_.get("/control/settings").body, HasSubstr(R"("page_rows":2000)"));
  EXPECT_EQ(sandbox_.control("fields/hide", R"({"object": "Opportunity", "field": "Id"})").status, 404);
  EXPECT_EQ(sandbox_.control("nothing", "{}").status, 404);
  EXPECT_EQ(sandbox_.control("clock", "not json").status, 400);
}

TEST_F(ControlTest, stats_count_calls_rows_and_statuses_by_endpoint) {
  sandbox_.query("SELECT Id FROM Opportunity");
  sandbox_.query("SELECT Nope FROM Opportunity");
  const auto stats = parse_json(sandbox_.get("/control/stats").body);
  const JsonValue* query = stats->member("calls")->member("query");
  ASSERT_NE(query, nullptr);
  EXPECT_EQ(query->number("calls"), 2);
  EXPECT_EQ(query->number("rows"), 400);
  EXPECT_EQ(query->member("statuses")->number("400"), 1);
  sandbox_.control("stats/reset", "");
  EXPECT_THAT(sandbox_.get("/control/stats").body, StartsWith(R"({"calls":{},)"));
}

TEST_F(ControlTest, the_audit_lists_requests_but_no_controls) {
  sandbox_.api("GET", "/limits");
  sandbox_.get("/control/clock");
  const auto audit = parse_json(sandbox_.get("/control/audit?on=limits").body);
  ASSERT_EQ(audit->array("requests")->size(), 1U);
  EXPECT_EQ(audit->array("requests")->front().text("target"), "/services/data/v62.0/limits");
  EXPECT_FALSE(sandbox_.get("/control/audit").body.contains("/control/"));
}

TEST_F(ControlTest, mass_updates_and_undeletes_are_done_on_request) {
  EXPECT_EQ(sandbox_.control("mass-update", R"({"rows": 300})").body, R"({"rows":300})");
  EXPECT_EQ(sandbox_.control("delete", R"({"rows": 4})").body, R"({"rows":4})");
  EXPECT_EQ(sandbox_.control("undelete", R"({"rows": 9})").body, R"({"rows":4})");
  EXPECT_EQ(sandbox_.control("change", R"({"rows": 11})").body, R"({"rows":11})");
}

}  // namespace
}  // namespace plumbline::sandbox
