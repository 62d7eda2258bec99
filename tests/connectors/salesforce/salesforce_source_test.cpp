#include "connectors/salesforce/salesforce_source.h"

#include "connectors/salesforce/reconcile.h"
#include "tests/connectors/salesforce/org_fixture.h"

namespace plumbline {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class SourceTest : public OrgFixture {
 protected:
  SourceTest() {
    options.reconcile_every = std::chrono::hours{1'000'000};
    options.compare_ids_every = options.reconcile_every;
    options.deleted_every = options.reconcile_every;
    options.refresh_every = options.reconcile_every;
  }

  // An object that is loaded, and was compared just now.
  void be_loaded(std::string_view high = "2024-01-01T11:00:00Z") {
    for (const char* what : {"high", "reconciled", "compared", "deleted", "refreshed"})
      sink.kept()[fmt::format("Opportunity/{}", what)] = high;
    sink.kept()["Opportunity/fields"] = "Id,SystemModstamp,IsDeleted,CreatedDate|";
  }
  static ScriptedReply description(const std::vector<std::string>& more = {}) {
    std::string fields;
    for (const char* date : {"SystemModstamp", "CreatedDate"})
      fields += fmt::format(R"({{"name":"{}","type":"datetime","filterable":true}},)", date);
    for (const std::string& name : more)
      fields +=
          fmt::format(R"({{"name":"{}","type":"string","calculated":{}}},)", name, name.starts_with("Calc"));
    return ok(fmt::format(
        R"({{"name":"Opportunity","queryable":true,"replicateable":true,"fields":[{}{{"name":"IsDeleted","type":"boolean"}},{{"name":"Id","type":"id"}}]}})",
        fields));
  }
  void describe(const std::vector<std::string>& more = {}) {
    client.answer_to(HttpMethod::kGet, "/describe", description(more));
  }
  Result<SourceReport> sync(SalesforceSource& source) {
    return run_async(source.sync(sink, at("2024-01-01T12:00:00Z")));
  }
  Result<SourceReport> sync() {
    SalesforceSource source(options, client, pauses);
    return sync(source);
  }
};

TEST_F(SourceTest, loads_an_object_the_first_time_through_bulk_and_remembers_up_to_when) {
  describe({"Name"});
  client.answer_to(HttpMethod::kPost, "/jobs/query", ok(R"({"id":"750R1","state":"UploadComplete"})"));
  client.answer_to(HttpMethod::kGet, "/jobs/query/750R1",
                   ok(R"({"id":"750R1","state":"JobComplete","numberRecordsProcessed":1})"));
  client.answer_to(HttpMethod::kGet, "/results?",
                   {.headers = {{"Sforce-Locator", "null"}},
                    .body = "\"Id\",\"SystemModstamp\",\"IsDeleted\",\"CreatedDate\",\"Name\"\n"
                            "\"006000000000001AAA\",\"2024-01-01T00:00:00.000Z\",\"false\",\"2023-01-01T00:"
                            "00:00.000Z\",\"One\"\n"});
  client.answer_to(HttpMethod::kDelete, "/jobs/query/750R1", {.status = 204});
  client.answer_to(HttpMethod::kGet, "/queryAll?q=SELECT%20COUNT", ok(page(1, "", {})));
  const Result<SourceReport> report = sync();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(report->alarms, IsEmpty());
  EXPECT_EQ(report->delivered.rows, 1U);
  EXPECT_EQ(sink.rows("Opportunity")["006000000000001"]["Name"], "One");
  EXPECT_EQ(sink.kept()["Opportunity/high"], "2024-01-01T11:59:00Z");
  EXPECT_FALSE(sink.kept().contains("Opportunity/load-job"));
  EXPECT_EQ(client.left(), 0U);
  ASSERT_THAT(sink.notes(), SizeIs(1));
  EXPECT_EQ(sink.notes()[0].kind, "sync.certificate");
  EXPECT_THAT(sink.notes()[0].body, HasSubstr(R"("salesforce":1,"ledger":1)"));
}

TEST_F(SourceTest, asks_afterwards_for_a_window_that_overlaps_the_last_and_ends_before_now) {
  be_loaded();
  describe();
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(1, "", {record(1, 0)})));
  ASSERT_TRUE(sync());
  EXPECT_THAT(client.requests().back().url,
              HasSubstr(url_encode(
                  "SystemModstamp >= 2024-01-01T10:50:00Z AND SystemModstamp < 2024-01-01T11:59:00Z")));
  EXPECT_EQ(sink.kept()["Opportunity/high"], "2024-01-01T11:59:00Z");
}

TEST_F(SourceTest, the_mark_stays_where_the_delivery_is_refused) {
  be_loaded();
  describe();
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(1, "", {record(1, 0)})));
  sink.refuse = [](const Delivery&) {
    return Error{.code = ErrorCode::kUnavailable, .message = "full", .where = {}};
  };
  EXPECT_FALSE(sync());
  EXPECT_EQ(sink.kept()["Opportunity/high"], "2024-01-01T11:00:00Z");
}

TEST_F(SourceTest, a_field_that_went_is_hidden_with_an_alarm_and_one_that_comes_back_is_fetched_anew) {
  be_loaded();
  sink.kept()["Opportunity/fields"] = "Id,SystemModstamp,IsDeleted,CreatedDate,NextStep|";
  describe();
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(0, "", {})));
  const Result<SourceReport> report = sync();
  ASSERT_TRUE(report);
  EXPECT_THAT(report->alarms, ElementsAre(HasSubstr("Opportunity.NextStep is not among the fields")));
  ASSERT_THAT(sink.visibility(), SizeIs(1));
  EXPECT_FALSE(sink.visibility()[0].visible);
  EXPECT_EQ(sink.kept()["Opportunity/fields"], "Id,SystemModstamp,IsDeleted,CreatedDate|NextStep");
  describe({"NextStep"});
  client.answer_to(HttpMethod::kGet, "SELECT%20COUNT", ok(page(2, "", {})));
  client.answer_to(HttpMethod::kGet, "NextStep%20FROM%20Opportunity%20WHERE%20SystemModstamp%20%3C",
                   ok(page(2, "", {record(1, 0), record(2, 0)})));
  const Result<SourceReport> again = sync();
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_THAT(sink.visibility(), SizeIs(2));
  EXPECT_TRUE(sink.visibility()[1].visible);
  EXPECT_EQ(sink.kept()["Opportunity/fields"], "Id,SystemModstamp,IsDeleted,CreatedDate,NextStep|");
}

TEST_F(SourceTest, describes_again_where_a_field_goes_while_it_is_asked_for) {
  be_loaded();
  sink.kept()["Opportunity/fields"] = "Id,SystemModstamp,IsDeleted,CreatedDate,NextStep|";
  describe({"NextStep"});
  client.answer_to(HttpMethod::kGet,
                   "/queryAll?q=", refusal(400, "INVALID_FIELD", "No such column 'NextStep'"));
  describe();
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(1, "", {record(1, 0)})));
  const Result<SourceReport> report = sync();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(sink.visibility(), SizeIs(1));
  EXPECT_EQ(sink.kept()["Opportunity/high"], "2024-01-01T11:59:00Z");
}

TEST_F(SourceTest, one_object_that_fails_does_not_stop_the_others) {
  options.objects = {{.name = "Gone"}, {.name = "Opportunity"}};
  be_loaded();
  client.answer_to(HttpMethod::kGet, "/Gone/describe", refusal(404, "NOT_FOUND"));
  describe();
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(1, "", {record(1, 0)})));
  const Result<SourceReport> report = sync();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->delivered.rows, 1U);
  EXPECT_THAT(report->alarms, ElementsAre(HasSubstr("Gone was not brought up to date")));
}

TEST_F(SourceTest, waits_when_the_calls_of_the_day_are_used_up) {
  be_loaded();
  SalesforceSource source(options, client, pauses);
  client.answer_to(HttpMethod::kGet, "/describe",
                   refusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
  const Result<SourceReport> first = sync(source);
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, ErrorCode::kRateLimited);
  const std::size_t asked_so_far = client.requests().size();
  const Result<SourceReport> second = sync(source);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("asked again from 2024-01-01T12:30:00Z on"));
  EXPECT_EQ(client.requests().size(), asked_so_far);
}

TEST_F(SourceTest, leaves_calls_to_others) {
  be_loaded();
  ScriptedReply reply = description();
  reply.headers = {{"Date", std::string(kDate)}, {"Sforce-Limit-Info", "api-usage=850/1000"}};
  client.answer_to(HttpMethod::kGet, "/describe", reply);
  const Result<SourceReport> report = sync();
  ASSERT_TRUE(report);
  EXPECT_THAT(report->alarms, ElementsAre(HasSubstr("850 of 1000 calls")));
  EXPECT_EQ(sink.kept()["Opportunity/high"], "2024-01-01T11:00:00Z");
}

TEST_F(SourceTest, spends_more_when_a_deadline_is_near) {
  be_loaded();
  ScriptedReply reply = description();
  reply.headers = {{"Date", std::string(kDate)}, {"Sforce-Limit-Info", "api-usage=850/1000"}};
  client.answer_to(HttpMethod::kGet, "/describe", reply);
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(1, "", {record(1, 0)})));
  SalesforceSource source(options, client, pauses);
  source.set_deadline(at("2024-01-01T12:30:00Z"));
  const Result<SourceReport> report = sync(source);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->delivered.rows, 1U);
}

TEST_F(SourceTest, deleted_records_come_as_rows_or_where_they_were_purged_as_their_ids) {
  be_loaded();
  options.deleted_every = std::chrono::seconds{0};
  describe();
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(0, "", {})));
  client.answer_to(
      HttpMethod::kGet, "/deleted/?",
      ok(R"({"deletedRecords":[{"id":"006000000000001AAA","deletedDate":"2024-01-01T11:30:00.000+0000"},{"id":"006000000000077AAA","deletedDate":"2024-01-01T11:30:00.000+0000"}],"earliestDateAvailable":"2023-12-20T00:00:00.000+0000","latestDateCovered":"2024-01-01T11:55:00.000+0000"})"));
  client.answer_to(HttpMethod::kGet, "Id%20IN%20%28", ok(page(1, "", {record(1, 0)})));
  ASSERT_TRUE(sync());
  EXPECT_FALSE(sink.is_deleted("Opportunity", "006000000000001AAA"));
  EXPECT_TRUE(sink.is_deleted("Opportunity", "006000000000077AAA"));
  EXPECT_EQ(sink.kept()["Opportunity/deleted"], "2024-01-01T11:55:00Z");
}

TEST_F(SourceTest, compares_ids_at_once_where_salesforce_forgot_deletions) {
  be_loaded();
  options.deleted_every = std::chrono::seconds{0};
  describe();
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(0, "", {})));
  client.answer_to(HttpMethod::kGet, "/deleted/?",
                   ok(R"({"deletedRecords":[],"earliestDateAvailable":"2024-01-01T11:30:00.000+0000"})"));
  client.answer_to(HttpMethod::kGet, "IsDeleted%20%3D%20false", ok(page(0, "", {})));
  ASSERT_TRUE(sync());
  ASSERT_THAT(sink.notes(), SizeIs(1));
  EXPECT_THAT(sink.notes()[0].body, HasSubstr(R"("by":"ids")"));
}

TEST_F(SourceTest, finds_what_is_missing_and_marks_what_is_not_there_any_more) {
  be_loaded();
  options.compare_ids_every = std::chrono::seconds{0};
  sink.rows("Opportunity")["006000000000099"] = {{"Id", "006000000000099"},
                                                 {"CreatedDate", "2023-05-01T00:00:00Z"},
                                                 {"SystemModstamp", "2023-05-01T00:00:00Z"}};
  describe();
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(0, "", {})));
  client.answer_to(HttpMethod::kGet, "IsDeleted%20%3D%20false", ok(page(1, "", {record(5, 0)})));
  client.answer_to(HttpMethod::kGet, "IsDeleted%20%3D%20false", ok(page(1, "", {record(5, 0)})));
  client.answer_to(HttpMethod::kGet, "Id%20IN%20%28", ok(page(1, "", {record(5, 0)})));
  const Result<SourceReport> report = sync();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(sink.rows("Opportunity"), Contains(::testing::Key("006000000000005")));
  EXPECT_THAT(sink.unseen("Opportunity"), ElementsAre("006000000000099"));
  ASSERT_THAT(sink.notes(), SizeIs(1));
  EXPECT_THAT(sink.notes()[0].body, HasSubstr(R"("missing":1,"surplus":1,"fetched":1,"unseen":1)"));
}

TEST_F(SourceTest, refreshes_what_salesforce_computes_without_saying_so) {
  be_loaded();
  sink.kept()["Opportunity/fields"] = "Id,SystemModstamp,IsDeleted,CreatedDate,Calc__c|";
  options.refresh_every = std::chrono::seconds{0};
  describe({"Calc__c"});
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(0, "", {})));
  client.answer_to(HttpMethod::kGet, "SELECT%20COUNT", ok(page(1, "", {})));
  client.answer_to(HttpMethod::kGet,
                   "/query?q=SELECT%20Id%2CSystemModstamp%2CIsDeleted%2CCreatedDate%2CCalc__c",
                   ok(page(1, "", {record(1, 0)})));
  const Result<SourceReport> report = sync();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->delivered.rows, 1U);
  EXPECT_EQ(sink.kept()["Opportunity/refreshed"], "2024-01-01T12:00:00Z");
}

TEST_F(SourceTest, clears_the_spool_of_what_a_crash_has_left) {
  be_loaded();
  folder.write("spool/Opportunity.7.json", "{}");
  sink.kept()["Opportunity/load-job"] = "750R1 0 abc";
  const SpooledPart part{.job = "750R1", .locator = "A", .records = 1, .bytes = 1, .next = "B"};
  folder.write("spool/" + part.to_name(), "x");
  describe();
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(0, "", {})));
  ASSERT_TRUE(sync());
  EXPECT_FALSE(std::filesystem::exists(folder.path_of("spool/Opportunity.7.json")));
  EXPECT_TRUE(std::filesystem::exists(folder.path_of("spool/" + part.to_name())));
}

TEST_F(SourceTest, asks_for_a_description_only_where_it_changed) {
  be_loaded();
  SalesforceSource source(options, client, pauses);
  describe();
  client.always_answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(0, "", {})));
  ASSERT_TRUE(sync(source));
  client.answer_to(HttpMethod::kGet, "/describe", {.status = 304});
  ASSERT_TRUE(sync(source));
  EXPECT_EQ(header_of(client.requests().back(), "If-Modified-Since"), std::string(kDate));
}

TEST_F(SourceTest, fails_where_the_login_is_refused) {
  client.answer_to(HttpMethod::kPost, "/oauth2/token",
                   {.status = 400, .body = R"({"error":"inactive_user"})"});
  const Result<SourceReport> report = sync();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kAuth);
  EXPECT_THAT(report.error().message, HasSubstr("activate the user"));
}

}  // namespace
}  // namespace plumbline
