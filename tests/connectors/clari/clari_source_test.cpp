#include "connectors/clari/clari_source.h"

#include <gmock/gmock.h>

#include "base/crypto.h"
#include "tests/connectors/clari/clari_fixture.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ClariSourceTest : public ClariFixture {};

TEST_F(ClariSourceTest, an_export_becomes_rows_joined_to_the_crms_users) {
  answer_whole_export();
  const SourceReport report = good_sync();
  EXPECT_THAT(report.alarms, IsEmpty());
  EXPECT_EQ(report.calls, 4U);
  ASSERT_THAT(sink.rows("ForecastSubmission"), SizeIs(1));
  const MemorySink::Row row = sink.rows("ForecastSubmission").begin()->second;
  EXPECT_EQ(row.at("UserId"), kAda);
  EXPECT_EQ(row.at("UserEmail"), "ada@example.com");
  EXPECT_EQ(row.at("Period"), "2027_Q1");
  EXPECT_EQ(row.at("Field"), "Net Commit");
  EXPECT_EQ(row.at("Value"), "1200.5");
  EXPECT_EQ(row.at("UpdatedAt"), "2026-03-02T06:00:00Z");
  EXPECT_FALSE(deliveries[0].files[0].complete) << "absence is never deletion";
  for (const HttpRequest& asked : client.requests()) EXPECT_EQ(header_of(asked, "apikey"), "k3y");
}

TEST_F(ClariSourceTest, the_quarter_is_named_and_a_new_one_is_exported_with_all_its_weeks) {
  answer_whole_export();
  good_sync();
  EXPECT_THAT(last_body("net_arr"),
              AllOf(HasSubstr(R"("timePeriod":"2027_Q1")"), HasSubstr(R"("includeHistorical":true)")));
  now += std::chrono::hours{24};
  answer_whole_export();
  good_sync();
  EXPECT_THAT(last_body("net_arr"), HasSubstr(R"("includeHistorical":false)"));
}

TEST_F(ClariSourceTest, nothing_is_asked_before_the_next_export_is_due) {
  answer_whole_export();
  good_sync();
  const std::size_t asked = client.requests().size();
  now += std::chrono::hours{12};
  EXPECT_EQ(good_sync().calls, 0U);
  EXPECT_EQ(client.requests().size(), asked);
}

TEST_F(ClariSourceTest, a_small_quota_makes_exports_rarer) {
  answer_limits(25, 1, 30);
  answer_post();
  answer_poll("DONE");
  answer_results(clari_result());
  good_sync();
  now += std::chrono::hours{25};
  answer_limits(25, 1, 30);
  good_sync();
  EXPECT_EQ(posts(), 1U) << "24 exports in thirty days are one in thirty hours";
  now += std::chrono::hours{5};
  answer_limits(25, 1, 30);
  answer_post();
  answer_poll("DONE");
  answer_results(clari_result());
  good_sync();
  EXPECT_EQ(posts(), 2U);
}

TEST_F(ClariSourceTest, exports_that_are_left_to_others_are_not_used) {
  answer_limits(200, 3, 1000);
  const SourceReport report = good_sync();
  EXPECT_EQ(posts(), 0U);
  EXPECT_THAT(report.alarms, ElementsAre(AllOf(HasSubstr("200 are left"), HasSubstr("leave_percent"))));
}

TEST_F(ClariSourceTest, the_job_is_kept_before_it_is_looked_at) {
  answer_limits();
  answer_post();
  client.answer_to(HttpMethod::kGet, std::string(kJobId),
                   {.failure = Error{ErrorCode::kUnavailable, "the connection was lost", {}}});
  EXPECT_FALSE(sync().has_value());
  EXPECT_THAT(sink.kept()["net_arr/open"], HasSubstr(std::string(kJobId)));
  now += std::chrono::minutes{5};
  answer_poll("DONE");
  answer_results(clari_result());
  good_sync();
  EXPECT_EQ(posts(), 1U) << "no second export";
  EXPECT_FALSE(sink.kept().contains("net_arr/open"));
}

TEST_F(ClariSourceTest, a_creation_whose_answer_was_lost_is_found_in_the_list) {
  answer_limits();
  client.answer_to(HttpMethod::kPost, "/export/forecast",
                   {.failure = Error{ErrorCode::kUnavailable, "no answer came in time", {}}});
  client.answer_to(
      HttpMethod::kGet, "/export/jobs",
      {.body = fmt::format(R"([{{"jobId":"old","module":"FORECAST","status":"DONE","startTime":1}},)"
                           R"({{"jobId":"{}","module":"FORECAST","status":"STARTED","startTime":{}}}])",
                           kJobId, (now.time_since_epoch().count() + 2) * 1000)});
  answer_poll("DONE");
  answer_results(clari_result());
  good_sync();
  EXPECT_EQ(posts(), 1U);
  EXPECT_THAT(sink.rows("ForecastSubmission"), SizeIs(1));
}

TEST_F(ClariSourceTest, a_creation_that_never_arrived_is_asked_for_anew_at_the_next_sync) {
  answer_limits();
  client.answer_to(HttpMethod::kPost, "/export/forecast", {.status = 500});
  client.answer_to(HttpMethod::kGet, "/export/jobs", {.body = "[]"});
  const Result<SourceReport> first = sync();
  ASSERT_FALSE(first.has_value());
  EXPECT_THAT(first.error().message, HasSubstr("the next sync asks anew"));
  now += std::chrono::minutes{5};
  answer_whole_export();
  good_sync();
  EXPECT_EQ(posts(), 2U);
}

TEST_F(ClariSourceTest, a_crash_before_the_answer_is_a_lost_answer) {
  sink.kept()["net_arr/open"] = "- 2027_Q1 all 2026-03-02T07:55:00Z";
  client.answer_to(HttpMethod::kGet, "/export/jobs",
                   {.body = fmt::format(R"([{{"jobId":"{}","status":"DONE","startTime":{}}}])", kJobId,
                                        now.time_since_epoch().count() * 1000)});
  answer_poll("DONE");
  answer_results(clari_result());
  good_sync();
  EXPECT_EQ(posts(), 0U);
}

TEST_F(ClariSourceTest, a_job_that_takes_long_is_waited_for_and_then_left_to_the_next_sync) {
  answer_limits();
  answer_post();
  client.always_answer_to(HttpMethod::kGet, std::string(kJobId),
                          {.body = fmt::format(R"({{"jobId":"{}","status":"SOMETHING_NEW"}})", kJobId)});
  const Result<SourceReport> report = sync();
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().message, HasSubstr("still running; the next sync goes on with it"));
  std::chrono::milliseconds waited{0};
  for (const std::chrono::milliseconds pause : pauses.pauses()) waited += pause;
  EXPECT_GE(waited, options.job_patience);
  EXPECT_LE(waited, options.job_patience + std::chrono::seconds{30});
  now += std::chrono::hours{25};
  EXPECT_FALSE(sync().has_value());
  EXPECT_FALSE(sink.kept().contains("net_arr/open")) << "a day is enough";
}

TEST_F(ClariSourceTest, a_failed_job_is_told_and_not_asked_for_again_at_once) {
  answer_limits();
  answer_post();
  answer_poll("FAILED");
  const Result<SourceReport> report = sync();
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().message, HasSubstr("ended as FAILED"));
  now += std::chrono::minutes{5};
  good_sync();
  EXPECT_EQ(posts(), 1U);
}

TEST_F(ClariSourceTest, a_result_of_another_quarter_is_not_taken) {
  answer_limits();
  answer_post();
  answer_poll("DONE");
  answer_results(clari_result("2026_Q4"));
  const Result<SourceReport> report = sync();
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().message, HasSubstr("is of 2026_Q4 where 2027_Q1 was asked for"));
  EXPECT_THAT(deliveries, IsEmpty());
}

TEST_F(ClariSourceTest, truncation_is_an_alarm_and_the_rows_are_taken) {
  answer_limits();
  answer_post();
  answer_poll("DONE", R"(,"rowsTruncated":true)");
  answer_results(clari_result());
  EXPECT_THAT(good_sync().alarms, ElementsAre(HasSubstr("left out rows or cells of forecast net_arr")));
  EXPECT_THAT(sink.rows("ForecastSubmission"), SizeIs(1));
}

TEST_F(ClariSourceTest, each_poll_is_noted_with_what_proves_it) {
  answer_whole_export();
  good_sync();
  ASSERT_THAT(sink.notes(), SizeIs(1));
  EXPECT_EQ(sink.notes()[0].kind, "clari.poll");
  EXPECT_THAT(
      sink.notes()[0].body,
      AllOf(HasSubstr(fmt::format(R"("job":"{}","period":"2027_Q1","weeks":["TF:2026-02-23"])", kJobId)),
            HasSubstr(fmt::format(R"("sha256":"{}")", sha256_hex(clari_result()))),
            HasSubstr(R"("entries":1,"users":1)"), Not(HasSubstr("ada"))));
}

TEST_F(ClariSourceTest, who_is_not_exported_any_more_stands_as_he_was) {
  answer_whole_export();
  good_sync();
  now += std::chrono::hours{24};
  answer_limits();
  answer_post();
  answer_poll("DONE");
  answer_results(
      R"({"entries":[],"users":[],"fields":[],"timeFrames":[],"timePeriods":[{"timePeriodId":"2027_Q1"}]})");
  const SourceReport report = good_sync();
  EXPECT_THAT(sink.rows("ForecastSubmission"), SizeIs(1));
  EXPECT_THAT(report.delivered.notices, Contains(HasSubstr("has 0 users, and had 1")));
}

TEST_F(ClariSourceTest, types_a_tenant_refuses_are_left_out_once) {
  options.types = {"forecast", "crm_total", "crm_closed"};
  answer_limits();
  client.answer_to(HttpMethod::kPost, "/export/forecast",
                   {.status = 400, .body = R"({"code":"type_not_supported","message":"no crm types"})"});
  answer_post();
  answer_poll("DONE");
  answer_results(clari_result());
  EXPECT_THAT(good_sync().delivered.notices, Contains(HasSubstr("without crm_total and crm_closed")));
  EXPECT_THAT(last_body("net_arr"), HasSubstr(R"("typesToExport":["forecast"])"));
}

TEST_F(ClariSourceTest, a_reached_limit_is_told_by_which_it_is) {
  answer_limits(900, 1);
  client.answer_to(HttpMethod::kPost, "/export/forecast",
                   {.status = 400, .body = R"({"code":"export_monthly_quota_reached","message":"limits"})"});
  answer_limits(900, 0);
  const Result<SourceReport> report = sync();
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().message, HasSubstr("other exports of the organisation are running"));
}

TEST_F(ClariSourceTest, a_dead_key_stops_everything) {
  options.forecasts = {"net_arr", "renewals"};
  client.answer_to(HttpMethod::kGet, "/admin/limits",
                   {.status = 401, .body = R"({"message":"Invalid authentication credentials"})"});
  const Result<SourceReport> report = sync();
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, ErrorCode::kAuth);
  EXPECT_THAT(report.error().message, HasSubstr("the user who made it was deactivated"));
  EXPECT_THAT(client.requests(), SizeIs(1));
}

TEST_F(ClariSourceTest, a_quarter_that_has_ended_is_exported_once_more) {
  now = *parse_instant("2026-01-31T08:00:00Z");
  answer_whole_export("2026_Q4");
  good_sync();
  now = *parse_instant("2026-02-01T08:00:00Z");
  answer_whole_export("2027_Q1");
  good_sync();
  now = *parse_instant("2026-02-02T08:00:00Z");
  answer_whole_export("2026_Q4");
  good_sync();
  EXPECT_THAT(last_body("net_arr"), HasSubstr(R"("timePeriod":"2026_Q4")"));
  now = *parse_instant("2026-02-03T08:00:00Z");
  answer_whole_export("2027_Q1");
  good_sync();
  EXPECT_THAT(last_body("net_arr"), HasSubstr(R"("timePeriod":"2027_Q1")"));
}

TEST_F(ClariSourceTest, the_newest_week_is_read_without_an_export_where_that_is_offered) {
  answer_whole_export();
  good_sync();
  options.synchronous = true;
  now += std::chrono::hours{24};
  answer_limits();
  client.answer_to(HttpMethod::kGet, "/forecast/net_arr?timePeriod=2027_Q1",
                   {.body = clari_result("2027_Q1", "7")});
  good_sync();
  EXPECT_EQ(posts(), 1U);
  EXPECT_EQ(sink.rows("ForecastSubmission").begin()->second.at("Value"), "7");
  now += std::chrono::hours{24};
  answer_limits();
  client.answer_to(HttpMethod::kGet, "/forecast/net_arr?", {.status = 404});
  answer_post();
  answer_poll("DONE");
  answer_results(clari_result());
  good_sync();
  EXPECT_EQ(posts(), 2U) << "an export instead";
}

class ClariOpportunitiesTest : public ClariFixture {
 protected:
  ClariOpportunitiesTest() {
    options.forecasts.clear();
    options.opportunities.wanted = true;
    for (int i = 0; i < 150; ++i) {
      const std::string id = fmt::format("006{:012}", i);
      sink.rows("Opportunity")[id] = {{"Id", id}, {"CreatedDate", "2026-01-01T00:00:00Z"}};
    }
  }
};

TEST_F(ClariOpportunitiesTest, a_hundred_are_asked_for_at_a_time_and_the_next_sync_goes_on) {
  options.opportunities.most_calls = 1;
  client.answer({.body = R"([{"id":"006000000000001AAA","crmScore":{"score":61,"message":"m"},"fields":[
      {"id":"opportunity.amount","value":1000,"trendHistory":[{"oldValue":1,"newValue":2,"date":3}]},
      {"id":"opportunity.closeDate","value":1774915200000},
      {"id":"opportunity.stageName","value":"2-Scoping, late"},
      {"id":"opportunity.forecastCategoryName","value":null}]}])"});
  const SourceReport report = good_sync();
  EXPECT_THAT(report.alarms, IsEmpty());
  EXPECT_THAT(client.requests()[0].url, AllOf(HasSubstr("/opportunity?oppId=006000000000000AAA&oppId="),
                                              Not(HasSubstr("006000000000100"))));
  const MemorySink::Row row = sink.rows("ClariOpportunity").at("006000000000001");
  EXPECT_EQ(row.at("OpportunityId"), "006000000000001AAA");
  EXPECT_EQ(row.at("Amount"), "1000");
  EXPECT_EQ(row.at("CloseDate"), "2026-03-31");
  EXPECT_EQ(row.at("StageName"), "2-Scoping, late");
  EXPECT_EQ(row.at("ForecastCategoryName"), "");
  EXPECT_EQ(row.at("Score"), "61");
  client.answer({.body = "[]"});
  good_sync();
  EXPECT_THAT(client.requests()[1].url,
              AllOf(HasSubstr("006000000000100AAA"), HasSubstr("006000000000149AAA"),
                    Not(HasSubstr("006000000000099"))));
  EXPECT_FALSE(sink.kept().contains("opportunities/after")) << "all were asked for";
}

TEST_F(ClariOpportunitiesTest, a_field_clari_does_not_tell_is_no_column) {
  client.answer({.body = R"([{"id":"006000000000001AAA","fields":[{"id":"opportunity.amount","value":5}]},
      {"id":"006000000000002AAA","fields":[{"id":"opportunity.amount","value":5},
                                           {"id":"opportunity.closeDate","value":"2026-03-31"}]}])"});
  client.answer({.body = "[]"});
  const SourceReport report = good_sync();
  EXPECT_FALSE(sink.rows("ClariOpportunity").at("006000000000001").contains("CloseDate"));
  EXPECT_EQ(sink.rows("ClariOpportunity").at("006000000000002").at("CloseDate"), "2026-03-31");
  EXPECT_THAT(report.alarms,
              ElementsAre(AllOf(HasSubstr("opportunity.stageName"), HasSubstr("opportunities.fields"))));
}

TEST_F(ClariOpportunitiesTest, what_came_before_a_failure_is_delivered_and_the_rest_asked_for_next_time) {
  client.answer(
      {.body = R"([{"id":"006000000000001AAA","fields":[{"id":"opportunity.amount","value":5}]}])"});
  client.answer({.status = 500, .body = R"([{"statusCode":500,"description":"boom"}])"});
  const Result<SourceReport> report = sync();
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().message, HasSubstr("boom"));
  EXPECT_THAT(sink.rows("ClariOpportunity"), SizeIs(1));
  EXPECT_EQ(sink.kept()["opportunities/after"], "006000000000099");
}

}  // namespace
}  // namespace plumbline
