#include "sandbox/clari/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/sandbox/testing.h"

namespace plumbline::sandbox {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ClariTest : public testing::Test {
 protected:
  Response ask(std::string_view method, std::string_view path, std::string_view body = {}) {
    return sandbox_.send({.method = std::string(method),
                          .target = "/clari/v4" + std::string(path),
                          .headers = {{"apikey", sandbox_->clari().settings().api_key}},
                          .body = std::string(body)});
  }
  std::string start(std::string_view body = "{}") {
    return parse_json(ask("POST", "/export/forecast/forecast", body).body)->text("jobId").value_or("");
  }
  std::string status_of(const std::string& job) {
    const auto body = parse_json(ask("GET", "/export/jobs/" + job).body);
    const JsonValue* inner = body->member("job");
    return (inner == nullptr ? *body : *inner).text("status").value_or("");
  }
  std::string finished(std::string_view body = "{}") {
    const std::string job = start(body);
    for (int turn = 0; turn < 5; ++turn) status_of(job);
    return job;
  }
  JsonValue result(const std::string& job) {
    return *parse_json(ask("GET", "/export/jobs/" + job + "/results").body);
  }
  std::string code(const Response& response) { return parse_json(response.body)->text("code").value_or(""); }

  TestedSandbox sandbox_;
};

TEST(ForecastQuarter, begins_in_february_and_is_named_by_its_end) {
  EXPECT_EQ(quarter_of(*parse_day("2026-05-06")).id(), "2027_Q2");
  EXPECT_EQ(quarter_of(*parse_day("2026-01-31")).id(), "2026_Q4");
  EXPECT_EQ((Quarter{.year = 2027, .number = 4}.first()), *parse_day("2026-11-01"));
  EXPECT_EQ((Quarter{.year = 2027, .number = 4}.last()), *parse_day("2027-01-31"));
  EXPECT_FALSE(parse_quarter("2027_Q5"));
}

TEST(ForecastQuarter, its_first_week_may_begin_before_it_and_be_the_last_of_another) {
  const Quarter second{.year = 2027, .number = 2};
  const Week first = weeks_of(second, second.last()).front();
  EXPECT_LT(first.first, second.first());
  const Quarter before{.year = 2027, .number = 1};
  EXPECT_EQ(weeks_of(before, before.last()).back().id(), first.id());
}

TEST_F(ClariTest, a_wrong_key_and_an_unknown_route_are_told_by_the_gateway) {
  const Response refused = sandbox_.get("/clari/v4/admin/limits", {{"apikey", "wrong"}});
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.body, HasSubstr("Invalid authentication credentials"));
  EXPECT_EQ(ask("GET", "/export/forecast/list").status, 404);
  EXPECT_THAT(ask("GET", "/health").body, HasSubstr("no Route matched"));
}

TEST_F(ClariTest, a_job_is_scheduled_started_and_done) {
  const Response created = ask("POST", "/export/forecast/forecast", R"({"timePeriod": "2027_Q2"})");
  EXPECT_EQ(created.status, 200);
  const std::string job = parse_json(created.body)->text("jobId").value_or("");
  EXPECT_EQ(job.size(), 24U);
  const Response early = ask("GET", "/export/jobs/" + job + "/results");
  EXPECT_EQ(early.status, 400);
  EXPECT_EQ(code(early), "invalid_jobId");
  EXPECT_EQ(status_of(job), "SCHEDULED");
  EXPECT_EQ(status_of(job), "STARTED");
  EXPECT_EQ(status_of(job), "DONE");
}

TEST_F(ClariTest, a_job_comes_wrapped_or_flat) {
  const std::string job = start();
  EXPECT_THAT(ask("GET", "/export/jobs/" + job).body, StartsWith(R"({"job":{"jobId":)"));
  sandbox_.control("settings", R"({"clari_wrapped_job": false})");
  EXPECT_THAT(ask("GET", "/export/jobs/" + job).body, StartsWith(R"({"jobId":)"));
}

TEST_F(ClariTest, results_are_five_arrays_whose_quarter_is_the_one_asked_for) {
  const JsonValue forecast = result(finished(R"({"timePeriod": "2027_Q1", "includeHistorical": true})"));
  EXPECT_EQ(forecast.array("timePeriods")->front().text("timePeriodId"), "2027_Q1");
  EXPECT_EQ(forecast.array("timeFrames")->size(), 13U);
  EXPECT_EQ(forecast.array("fields")->size(), 3U);
  EXPECT_EQ(forecast.array("entries")->size(), forecast.array("users")->size() * 13 * 3);
  for (const JsonValue& entry : *forecast.array("entries")) ASSERT_EQ(entry.text("timePeriodId"), "2027_Q1");
}

TEST_F(ClariTest, without_history_only_the_latest_week_comes) {
  EXPECT_EQ(result(finished(R"({"timePeriod": "2027_Q1"})")).array("timeFrames")->size(), 1U);
}

TEST_F(ClariTest, a_period_that_is_not_understood_is_the_current_one_without_a_word) {
  EXPECT_EQ(
      result(finished(R"({"timePeriod": "Q1 2027"})")).array("timePeriods")->front().text("timePeriodId"),
      "2027_Q2");
  sandbox_.control("faults", R"({"kind": "clari_wrong_quarter", "count": 1})");
  EXPECT_EQ(
      result(finished(R"({"timePeriod": "2027_Q1"})")).array("timePeriods")->front().text("timePeriodId"),
      "2027_Q2");
}

TEST_F(ClariTest, calls_are_there_from_the_moment_they_were_entered) {
  sandbox_.control("settings", R"({"clari_monthly_quota": 100000})");
  const auto entered = [&] {
    std::size_t count = 0;
    for (const JsonValue& entry :
         *parse_json(sandbox_->clari().whole_forecast({.year = 2027, .number = 2}))->array("entries")) {
      count += entry.number("forecastValue") ? 1 : 0;
    }
    return count;
  };
  const std::size_t wednesday = entered();
  sandbox_.control("clock", R"({"advance_seconds": 172800})");
  EXPECT_GT(entered(), wednesday);
}

TEST_F(ClariTest, a_user_who_opts_out_takes_past_weeks_along) {
  const auto users = [&] {
    std::set<std::string> ids;
    for (const JsonValue& user :
         *parse_json(sandbox_->clari().whole_forecast({.year = 2027, .number = 2}))->array("users")) {
      ids.insert(user.text("crmId").value_or(""));
    }
    return ids;
  };
  const std::set<std::string> before = users();
  sandbox_.control("clock", R"({"advance_seconds": 864000})");
  const std::set<std::string> after = users();
  EXPECT_LT(after.size(), before.size());
}

TEST_F(ClariTest, one_crm_user_has_two_ids) {
  std::map<std::string, int> ids;
  const auto forecast = parse_json(sandbox_->clari().whole_forecast({.year = 2027, .number = 2}));
  for (const JsonValue& user : *forecast->array("users")) ++ids[user.text("crmId").value_or("")];
  EXPECT_EQ(std::ranges::count_if(ids, [](const auto& id) { return id.second == 2; }), 1);
}

TEST_F(ClariTest, csv_shows_money_as_people_write_it_and_blanks_where_nothing_was_entered) {
  const std::string job =
      finished(R"({"timePeriod": "2027_Q1", "exportFormat": "CSV", "includeHistorical": true})");
  const Response csv = ask("GET", "/export/jobs/" + job + "/results");
  EXPECT_THAT(csv.type, StartsWith("application/json"));
  EXPECT_THAT(csv.body, StartsWith("User,Email,CRM User ID,Role,Parent Role,Timeframe,Field,Week,Start "
                                   "Day,End Day,Data Type,Data Value\n"));
  EXPECT_THAT(csv.body, HasSubstr(",Forecast Value,\"$"));
  EXPECT_THAT(csv.body, HasSubstr(",Forecast Value,\n"));
  EXPECT_THAT(csv.body, HasSubstr(",Forecast Updated,Yes\n"));
}

TEST_F(ClariTest, either_limit_refuses_with_the_same_code) {
  sandbox_.control("settings", R"({"clari_concurrent_limit": 1})");
  start();
  EXPECT_EQ(code(ask("POST", "/export/forecast/forecast", "{}")), "export_monthly_quota_reached");
  EXPECT_THAT(ask("GET", "/admin/limits").body,
              HasSubstr(R"("availableConcurrentLimit":0,"availableMonthlyQuota":999)"));
  sandbox_.control("settings", R"({"clari_concurrent_limit": 3, "clari_monthly_quota": 1})");
  EXPECT_EQ(code(ask("POST", "/export/forecast/forecast", "{}")), "export_monthly_quota_reached");
  EXPECT_THAT(ask("GET", "/admin/limits").body,
              HasSubstr(R"("availableConcurrentLimit":2,"availableMonthlyQuota":0)"));
}

TEST_F(ClariTest, cancelling_gives_the_place_back) {
  const std::string job = start();
  EXPECT_EQ(ask("PATCH", "/export/jobs/" + job, R"({"type":"CANCEL"})").body,
            R"({"status":"CANCELLED","successful":true})");
  EXPECT_THAT(ask("GET", "/admin/limits").body, HasSubstr(R"("availableMonthlyQuota":1000)"));
  EXPECT_EQ(code(ask("PATCH", "/export/jobs/" + job, R"({"type":"CANCEL"})")), "export_failed_to_cancel");
}

TEST_F(ClariTest, a_lost_answer_leaves_a_job_in_the_list) {
  sandbox_.control("faults", R"({"kind": "clari_lost_answer", "count": 1})");
  EXPECT_EQ(ask("POST", "/export/forecast/forecast", R"({"timePeriod": "2027_Q1"})").delivery,
            Delivery::kHang);
  EXPECT_THAT(ask("GET", "/export/jobs").body, HasSubstr("clari_export_forecast_2027_Q1"));
}

TEST_F(ClariTest, jobs_fail_are_truncated_and_statuses_go_wrong_on_request) {
  sandbox_.control("faults", R"({"kind": "clari_failed", "count": 1})");
  EXPECT_EQ(status_of(finished()), "FAILED");
  sandbox_.control("faults", R"({"kind": "clari_truncated", "count": 1})");
  const std::string truncated = finished(R"({"timePeriod": "2027_Q1"})");
  EXPECT_THAT(ask("GET", "/export/jobs/" + truncated).body, HasSubstr(R"("rowsTruncated":true)"));
  EXPECT_LT(result(truncated).array("entries")->size(), result(truncated).array("users")->size() * 3);
  sandbox_.control("faults", R"({"kind": "clari_revoked", "count": 1})");
  EXPECT_EQ(ask("GET", "/export/jobs").status, 401);
  sandbox_.control("faults", R"({"kind": "clari_sww", "count": 1})");
  EXPECT_EQ(code(ask("GET", "/export/jobs")), "SWW");
  sandbox_.control("faults", R"({"kind": "clari_no_optin", "count": 1})");
  const Response refused = ask("POST", "/export/forecast/forecast", "{}");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(code(refused), "no_optin");
}

TEST_F(ClariTest, a_huge_result_has_fifty_megabytes) {
  sandbox_.control("faults", R"({"kind": "clari_huge", "count": 1})");
  EXPECT_GT(ask("GET", "/export/jobs/" + finished() + "/results").body.size(), 50'000'000U);
}

TEST_F(ClariTest, wrong_requests_are_refused_for_good) {
  EXPECT_EQ(code(ask("POST", "/export/forecast/nothing", "{}")), "no_such_forecast_config");
  EXPECT_EQ(code(ask("POST", "/export/forecast/forecast", R"({"typesToExport": ["wishes"]})")),
            "bad_request");
  EXPECT_EQ(code(ask("POST", "/export/forecast/forecast", R"({"typesToExport": ["crm_total"]})")),
            "type_not_supported");
  EXPECT_EQ(code(ask("POST", "/export/forecast/forecast", "not json")), "bad_request");
  EXPECT_EQ(ask("GET", "/export/jobs/000000000000000000000000").status, 403);
}

TEST_F(ClariTest, the_synchronous_read_can_be_missing) {
  EXPECT_EQ(ask("GET", "/forecast/forecast?timePeriod=2027_Q2").status, 200);
  sandbox_.control("settings", R"({"clari_synchronous_read": false})");
  EXPECT_EQ(ask("GET", "/forecast/forecast").status, 404);
}

TEST_F(ClariTest, audit_events_are_followed_by_a_link) {
  const auto page = parse_json(ask("GET", "/audit/events?limit=10").body);
  EXPECT_EQ(page->array("items")->size(), 10U);
  EXPECT_THAT(page->text("nextLink").value_or(""), HasSubstr("/clari/v4/audit/events?limit=10&dateFrom="));
  EXPECT_EQ(ask("GET", "/audit/events?limit=1001").status, 400);
}

TEST_F(ClariTest, opportunities_are_read_by_id) {
  const Response answer =
      ask("GET", "/opportunity?oppId=" + record_id("006", 1) + "&oppId=" + record_id("006", 2));
  EXPECT_THAT(answer.body, StartsWith(R"([{"id":")" + record_id("006", 1)));
  EXPECT_EQ(ask("GET", "/opportunity").status, 400);
}

}  // namespace
}  // namespace plumbline::sandbox
