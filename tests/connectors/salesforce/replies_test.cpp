// What Salesforce sends, read: errors, pages, jobs, deleted records, clocks, limits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/salesforce/api_error.h"
#include "connectors/salesforce/bulk_job.h"
#include "connectors/salesforce/bulk_load.h"
#include "connectors/salesforce/call_budget.h"
#include "connectors/salesforce/csv_count.h"
#include "connectors/salesforce/deleted_reply.h"
#include "connectors/salesforce/query_page.h"
#include "connectors/salesforce/server_time.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Instant at(const char* text) { return *parse_instant(text); }

ApiFailure error_of(int status, std::string_view body) {
  return read_api_error({.status = status}, body, "the query of Opportunity");
}

TEST(ApiError, knows_what_to_do_by_the_code) {
  struct Case {
    int status;
    const char* body;
    Remedy remedy;
  };
  const Case cases[] = {
      {401, R"([{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}])", Remedy::kLogIn},
      {401,
       R"([{"message":"This session is not valid for use with the REST API","errorCode":"INVALID_SESSION_ID"}])",
       Remedy::kFail},
      {403, "Bad_OAuth_Token", Remedy::kLogIn},
      {400, R"([{"message":"No such column 'X' on entity 'Opportunity'","errorCode":"INVALID_FIELD"}])",
       Remedy::kDescribeAgain},
      {400, R"([{"message":"field 'D' can not be filtered in a query call","errorCode":"INVALID_FIELD"}])",
       Remedy::kFail},
      {400, R"([{"message":"Your query request was running for too long.","errorCode":"QUERY_TIMEOUT"}])",
       Remedy::kNarrow},
      {400, R"([{"message":"invalid query locator","errorCode":"INVALID_QUERY_LOCATOR"}])", Remedy::kRestart},
      {400, R"([{"message":"x","errorCode":"QUERY_TOO_COMPLICATED"}])", Remedy::kSplitColumns},
      {400, R"([{"message":"Entity 'X' is not supported by the Bulk API.","errorCode":"INVALIDENTITY"}])",
       Remedy::kUseRest},
      {400, R"([{"message":"Selecting compound data not supported in Bulk Query","errorCode":"API_ERROR"}])",
       Remedy::kUseRest},
      {403, R"([{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}])",
       Remedy::kPark},
      {403,
       R"([{"message":"ConcurrentRequests (Concurrent API Requests) Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}])",
       Remedy::kRetry},
      {414, "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>", Remedy::kSplitColumns},
      {431, "", Remedy::kSplitColumns},
      {503, R"([{"errorCode":"SERVER_UNAVAILABLE","message":"Server too busy"}])", Remedy::kRetry},
      {502, "<html><body>Bad gateway</body></html>", Remedy::kRetry},
      {420, "<html>gone</html>", Remedy::kFail},
      {404, R"([{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}])",
       Remedy::kFail},
      {418, "", Remedy::kFail},
  };
  for (const Case& one : cases) {
    const ApiFailure failure = error_of(one.status, one.body);
    EXPECT_EQ(failure.remedy, one.remedy) << one.body;
    EXPECT_EQ(failure.status, one.status);
    EXPECT_THAT(failure.error.message, HasSubstr("Salesforce refused the query of Opportunity"));
  }
}

TEST(ApiError, says_what_a_page_for_people_says_without_its_tags) {
  EXPECT_EQ(error_of(414, "<h1>Bad Message 414</h1><pre>reason: URI\nToo Long</pre>").error.message,
            "Salesforce refused the query of Opportunity: 414 Bad Message 414 reason: URI Too Long; lower "
            "most_uri_bytes");
}

TEST(ApiError, shows_a_bounded_part_of_whatever_came) {
  EXPECT_LT(error_of(500, std::string(100'000, 'x')).error.message.size(), 700U);
}

TEST(ApiError, a_redirect_is_not_followed_and_said_to_be_one) {
  EXPECT_THAT(error_of(302, "").error.message, HasSubstr("redirects are not followed"));
}

constexpr std::string_view kPage =
    R"({"totalSize":3,"done":false,"nextRecordsUrl":"/services/data/v62.0/query/01g-2","records":[
{"attributes":{"type":"Opportunity","url":"/x","Id":"no"},"Id":"006A","SystemModstamp":"2024-01-01T00:00:00.000+0000","Owner":{"attributes":{"type":"User"},"Id":"005no"}},
{"attributes":{"type":"Opportunity"},"id":"006B","SystemModstamp":"2024-01-01T00:00:01.000+0000"}]})";

Result<QueryPage> page_of(std::string_view body, std::size_t piece = 1'000) {
  QueryPageReader reader("SystemModstamp");
  for (std::size_t i = 0; i < body.size(); i += piece) {
    if (Status pushed = reader.push(body.substr(i, piece)); !pushed) return fail(pushed.error());
  }
  return reader.take();
}

TEST(QueryPage, counts_records_and_finds_the_next_page_however_it_is_cut) {
  for (const std::size_t piece : {1U, 7U, 1'000U}) {
    const Result<QueryPage> page = page_of(kPage, piece);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->total, 3U);
    EXPECT_EQ(page->records, 2U);
    EXPECT_FALSE(page->done);
    EXPECT_EQ(page->next_url, "/services/data/v62.0/query/01g-2");
    EXPECT_EQ(page->last_id, "006B");
    EXPECT_EQ(page->last_stamp, "2024-01-01T00:00:01.000+0000");
    EXPECT_TRUE(page->in_order);
  }
}

TEST(QueryPage, notices_records_that_are_not_in_order) {
  const Result<QueryPage> page = page_of(
      R"({"totalSize":2,"done":true,"records":[{"Id":"1","SystemModstamp":"2024-02"},{"Id":"2","SystemModstamp":"2024-01"}]})");
  ASSERT_TRUE(page);
  EXPECT_FALSE(page->in_order);
}

TEST(QueryPage, tells_of_each_record) {
  std::vector<std::string> ids;
  QueryPageReader reader("SystemModstamp",
                         [&](std::string_view id, std::string_view) { ids.emplace_back(id); });
  ASSERT_TRUE(reader.push(kPage));
  EXPECT_THAT(ids, ElementsAre("006A", "006B"));
}

TEST(QueryPage, refuses_what_breaks_off_or_does_not_say_whether_there_is_more) {
  EXPECT_EQ(page_of(kPage.substr(0, 200)).error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(page_of(R"({"records":[],"totalSize":0})"));
  EXPECT_FALSE(page_of(R"({"records":[],"totalSize":5,"done":false})"));
  EXPECT_FALSE(page_of("<html>"));
}

TEST(QueryPage, reads_the_answer_to_a_count) {
  EXPECT_EQ(read_count(R"({"totalSize":42,"done":true,"records":[]})").value(), 42U);
}

TEST(BulkJob, reads_a_job_in_every_state) {
  const Result<BulkJob> job = read_bulk_job(
      R"({"id":"750R1","operation":"query","state":"JobComplete","apiVersion":62.0,"numberRecordsProcessed":1234})");
  ASSERT_TRUE(job);
  EXPECT_EQ(job->id, "750R1");
  EXPECT_EQ(job->state, BulkState::kComplete);
  EXPECT_EQ(job->records, 1234U);
  EXPECT_EQ(read_bulk_job(R"({"id":"1","state":"Failed","errorMessage":"retried more than 15 times"})")
                ->error_message,
            "retried more than 15 times");
  EXPECT_EQ(read_bulk_job(R"({"id":"1","state":"Sleeping"})")->state, BulkState::kUnknown);
  EXPECT_FALSE(read_bulk_job("[]"));
}

TEST(BulkJob, asks_less_and_less_often) {
  std::vector<long> seconds;
  for (std::size_t i = 0; i < 8; ++i) seconds.push_back(poll_pause(i).count());
  EXPECT_THAT(seconds, ElementsAre(1, 2, 5, 10, 20, 30, 30, 30));
}

TEST(BulkJob, the_last_part_has_no_next_one) {
  const HttpHead last{.status = 200,
                      .headers = {{"sforce-locator", "null"}, {"Sforce-NumberOfRecords", "7"}}};
  EXPECT_EQ(read_result_head(last).next, std::nullopt);
  EXPECT_EQ(read_result_head(last).records, 7U);
  const HttpHead more{.status = 200, .headers = {{"Sforce-Locator", "MTAwMDA"}}};
  EXPECT_EQ(read_result_head(more).next, "MTAwMDA");
}

TEST(BulkJob, reads_where_the_parts_are) {
  const Result<ResultPages> pages = read_result_pages(
      R"({"resultPages":[{"resultUrl":"/a/results?locator=MQ%3D%3D"},{"resultUrl":"/a/results?maxRecords=5&locator=Mg"}],"nextRecordsUrl":"/a/resultPages?x=1","done":false})");
  ASSERT_TRUE(pages);
  EXPECT_THAT(pages->urls, ::testing::SizeIs(2));
  EXPECT_EQ(pages->next_url, "/a/resultPages?x=1");
  EXPECT_EQ(locator_of(pages->urls[0]), "MQ==");
  EXPECT_EQ(locator_of(pages->urls[1]), "Mg");
  EXPECT_EQ(locator_of("/a/results"), "");
}

TEST(BulkJob, a_kept_job_and_a_spooled_part_read_back_as_they_were_written) {
  const KeptJob job{.id = "750R1", .high = at("2024-01-01T00:00:00Z"), .query = "abc"};
  const auto read = KeptJob::from_text(job.to_text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, "750R1");
  EXPECT_EQ(read->high, job.high);
  EXPECT_EQ(read->query, "abc");
  EXPECT_FALSE(KeptJob::from_text("750R1"));
  const SpooledPart part{.job = "750R1", .locator = "MQ==/", .records = 5, .bytes = 99, .next = "Mg"};
  const auto again = SpooledPart::from_name(part.to_name());
  ASSERT_TRUE(again) << part.to_name();
  EXPECT_EQ(again->locator, "MQ==/");
  EXPECT_EQ(again->records, 5U);
  EXPECT_EQ(again->bytes, 99U);
  EXPECT_EQ(again->next, "Mg");
  const SpooledPart last{.job = "750R1", .locator = "", .records = 0, .bytes = 5};
  EXPECT_EQ(SpooledPart::from_name(last.to_name())->next, std::nullopt);
  EXPECT_FALSE(SpooledPart::from_name("Opportunity.1.json"));
}

TEST(CsvCount, counts_records_and_not_lines) {
  const std::string text =
      "\"Id\",\"Name\"\n\"1\",\"two\nlines and \"\"quotes\"\"\"\r\n\"2\",\"\"\n\n\"3\",\"x\"";
  for (std::size_t piece = 1; piece < 9; ++piece) {
    CsvCount count;
    for (std::size_t i = 0; i < text.size(); i += piece) count.push(std::string_view(text).substr(i, piece));
    EXPECT_EQ(count.records(), 3U);
    EXPECT_FALSE(count.breaks_off());
    EXPECT_TRUE(count.header_is({"Id", "name"}));
    EXPECT_FALSE(count.header_is({"Id"}));
    EXPECT_FALSE(count.header_is({"Id", "Name", "X"}));
  }
}

TEST(CsvCount, a_header_alone_is_no_record_and_an_open_quote_breaks_off) {
  CsvCount count;
  count.push("\"Id\"\n");
  EXPECT_EQ(count.records(), 0U);
  count.push("\"half");
  EXPECT_TRUE(count.breaks_off());
}

TEST(DeletedReply, reads_ids_and_how_far_it_reaches) {
  const Result<DeletedReply> reply = read_deleted(
      R"({"deletedRecords":[{"id":"006A","deletedDate":"2013-05-07T22:07:19.000+0000"},{"deletedDate":"2013-05-08T22:07:19.000+0000","id":"006B"}],"earliestDateAvailable":"2013-05-01T00:00:00.000+0000","latestDateCovered":"2013-05-08T22:20:00.000+0000"})");
  ASSERT_TRUE(reply);
  ASSERT_EQ(reply->records.size(), 2U);
  EXPECT_EQ(reply->records[1].id, "006B");
  EXPECT_EQ(reply->records[1].at, at("2013-05-08T22:07:19Z"));
  EXPECT_EQ(reply->earliest, at("2013-05-01T00:00:00Z"));
  EXPECT_EQ(reply->covered, at("2013-05-08T22:20:00Z"));
  EXPECT_FALSE(read_deleted("{}"));
}

TEST(DeletedReply, asks_with_an_encoded_plus) {
  EXPECT_EQ(deleted_address("Opportunity", at("2024-01-01T00:00:00Z"), at("2024-01-02T00:00:00Z")),
            "sobjects/Opportunity/deleted/"
            "?start=2024-01-01T00%3A00%3A00%2B00%3A00&end=2024-01-02T00%3A00%3A00%2B00%"
            "3A00");
}

TEST(ServerTime, reads_and_writes_the_date_of_a_reply) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), at("1994-11-06T08:49:37Z"));
  EXPECT_EQ(format_http_date(at("1994-11-06T08:49:37Z")), "Sun, 06 Nov 1994 08:49:37 GMT");
  for (const char* wrong : {"", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Xxx 1994 08:49:37 GMT",
                            "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET"})
    EXPECT_FALSE(parse_http_date(wrong)) << wrong;
}

TEST(CallBudget, reads_the_usage_beside_others) {
  EXPECT_EQ(read_limit_info("api-usage=18/5000")->used, 18U);
  const auto usage = read_limit_info("api-bursts=1/750; per-app-api-usage=17/250(appName=x); api-usage=3/9");
  ASSERT_TRUE(usage);
  EXPECT_EQ(usage->used, 3U);
  EXPECT_EQ(usage->most, 9U);
  EXPECT_FALSE(read_limit_info("per-app-api-usage=17/250(appName=x)"));
  EXPECT_FALSE(read_limit_info("api-usage=1/0"));
}

TEST(CallBudget, gives_refreshing_up_before_reconciling_and_that_before_deltas) {
  CallBudget budget({.leave_percent = 20});
  EXPECT_TRUE(budget.may(SyncWork::kRefresh, false));
  const Instant now = at("2024-01-01T00:00:00Z");
  const auto allowed = [&](std::uint64_t used) {
    budget.note({.used = used, .most = 1'000}, now);
    std::string kinds;
    if (budget.may(SyncWork::kDelta, false)) kinds += "delta ";
    if (budget.may(SyncWork::kReconcile, false)) kinds += "reconcile ";
    if (budget.may(SyncWork::kRefresh, false)) kinds += "refresh ";
    return kinds;
  };
  EXPECT_EQ(allowed(600), "delta reconcile refresh ");
  EXPECT_EQ(allowed(720), "delta reconcile ");
  EXPECT_EQ(allowed(770), "delta ");
  EXPECT_EQ(allowed(800), "");
  EXPECT_TRUE(budget.may(SyncWork::kDelta, true));
  EXPECT_EQ(budget.why_not(SyncWork::kDelta, false),
            "800 of 1000 calls of the last 24 hours are used, and 200 are left to other programs");
}

TEST(CallBudget, foretells_when_the_calls_run_out) {
  CallBudget budget({.leave_percent = 0, .leave_calls = 100});
  budget.note({.used = 100, .most = 1'000}, at("2024-01-01T00:00:00Z"));
  EXPECT_FALSE(budget.exhausted_at());
  budget.note({.used = 150, .most = 1'000}, at("2024-01-01T00:00:10Z"));
  EXPECT_FALSE(budget.exhausted_at());
  budget.note({.used = 200, .most = 1'000}, at("2024-01-01T01:00:00Z"));
  EXPECT_EQ(budget.exhausted_at(), at("2024-01-01T08:00:00Z"));
  budget.note({.used = 101, .most = 1'000}, at("2024-01-01T01:30:00Z"));
  EXPECT_FALSE(budget.exhausted_at());
}

}  // namespace
}  // namespace plumbline
