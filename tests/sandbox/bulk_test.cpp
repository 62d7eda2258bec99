#include "sandbox/salesforce/bulk_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/testing.h"

namespace plumbline::sandbox {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class BulkTest : public testing::Test {
 protected:
  Response create(std::string_view soql, std::string_view operation = "query", std::string_view more = {}) {
    return sandbox_.api("POST", "/jobs/query",
                        fmt::format(R"({{"operation":"{}","query":"{}"{}}})", operation, soql, more));
  }
  std::string id_of(const Response& response) { return parse_json(response.body)->text("id").value_or(""); }
  std::string state_of(const std::string& job) {
    return parse_json(sandbox_.api("GET", "/jobs/query/" + job).body)->text("state").value_or("");
  }
  std::string completed(std::string_view soql, std::string_view operation = "query",
                        std::string_view more = {}) {
    const std::string job = id_of(create(soql, operation, more));
    while (state_of(job) == "InProgress") {
    }
    return job;
  }
  Response results(const std::string& job, std::string_view parameters = {}) {
    return sandbox_.api("GET", "/jobs/query/" + job + "/results" + std::string(parameters));
  }

  TestedSandbox sandbox_;
};

TEST_F(BulkTest, a_job_goes_through_its_states) {
  sandbox_.control("settings", R"({"bulk_polls": 3})");
  const Response created = create("SELECT Id FROM Opportunity");
  EXPECT_EQ(created.status, 200);
  EXPECT_THAT(
      created.body,
      HasSubstr(
          R"("state":"UploadComplete","concurrencyMode":"Parallel","contentType":"CSV","apiVersion":62.0)"));
  const std::string job = id_of(created);
  EXPECT_EQ(results(job).status, 400);
  EXPECT_EQ(state_of(job), "InProgress");
  EXPECT_EQ(state_of(job), "InProgress");
  EXPECT_EQ(state_of(job), "JobComplete");
  EXPECT_EQ(results(job).status, 200);
}

TEST_F(BulkTest, result_sets_lead_on_by_locator_until_it_is_the_word_null) {
  const std::string job = completed("SELECT Id FROM Opportunity");
  std::string locator;
  std::size_t rows = 0;
  int sets = 0;
  do {
    const Response set =
        results(job, locator.empty() ? "?maxRecords=150" : "?maxRecords=150&locator=" + encode_url(locator));
    ASSERT_EQ(set.status, 200);
    EXPECT_THAT(set.body, StartsWith("\"Id\"\n"));
    rows += static_cast<std::size_t>(std::ranges::count(set.body, '\n')) - 1;
    locator = TestedSandbox::header(set, "Sforce-Locator");
    ++sets;
  } while (locator != "null" && sets < 10);
  EXPECT_EQ(rows, 400U);
  EXPECT_EQ(sets, 3);
}

TEST_F(BulkTest, cells_are_quoted_and_moments_end_in_z) {
  const Response set = results(completed(
      "SELECT Id, SystemModstamp, IsWon, Owner.Name, Amount FROM Opportunity WHERE Amount = null LIMIT 1"));
  EXPECT_THAT(set.body, StartsWith("\"Id\",\"SystemModstamp\",\"IsWon\",\"Owner.Name\",\"Amount\"\n\"006"));
  EXPECT_THAT(set.body, HasSubstr(".000Z\",\""));
  EXPECT_THAT(set.body, testing::EndsWith(",\"\"\n"));
  EXPECT_EQ(TestedSandbox::header(set, "Sforce-NumberOfRecords"), "1");
}

TEST_F(BulkTest, nothing_found_is_a_header_alone) {
  const Response set = results(completed("SELECT Id, Name FROM Opportunity WHERE Amount < 0"));
  EXPECT_EQ(set.body, "\"Id\",\"Name\"\n");
  EXPECT_EQ(TestedSandbox::header(set, "Sforce-Locator"), "null");
}

TEST_F(BulkTest, delimiters_and_line_ends_are_as_asked) {
  const Response set = results(completed("SELECT Id, Name FROM Opportunity LIMIT 1", "query",
                                         R"(,"columnDelimiter":"PIPE","lineEnding":"CRLF")"));
  EXPECT_THAT(set.body, StartsWith("\"Id\"|\"Name\"\r\n"));
}

TEST_F(BulkTest, query_all_has_the_deleted_ones) {
  sandbox_.control("delete", R"({"rows": 4})");
  EXPECT_EQ(TestedSandbox::header(results(completed("SELECT Id FROM Opportunity")), "Sforce-NumberOfRecords"),
            "396");
  EXPECT_EQ(TestedSandbox::header(results(completed("SELECT Id FROM Opportunity", "queryAll")),
                                  "Sforce-NumberOfRecords"),
            "400");
}

TEST_F(BulkTest, pages_to_fetch_in_parallel_come_five_at_a_time) {
  sandbox_.control("settings", R"({"bulk_rows": 60})");
  const std::string job = completed("SELECT Id FROM Opportunity");
  const auto first = parse_json(sandbox_.api("GET", "/jobs/query/" + job + "/resultPages").body);
  EXPECT_EQ(first->array("resultPages")->size(), 5U);
  EXPECT_EQ(first->truth("done"), false);
  const auto rest = parse_json(
      sandbox_
          .get(first->text("nextRecordsUrl").value_or(""), {{"Authorization", "Bearer " + sandbox_.token()}})
          .body);
  EXPECT_EQ(rest->array("resultPages")->size(), 2U);
  EXPECT_EQ(rest->truth("done"), true);
}

TEST_F(BulkTest, parallel_pages_can_be_missing) {
  sandbox_.control("settings", R"({"result_pages": false})");
  EXPECT_EQ(
      sandbox_.api("GET", "/jobs/query/" + completed("SELECT Id FROM Opportunity") + "/resultPages").status,
      404);
}

TEST_F(BulkTest, objects_and_forms_that_bulk_does_not_take_are_refused) {
  EXPECT_EQ(TestedSandbox::error_code(create("SELECT Id FROM OpportunityStage")), "INVALIDENTITY");
  EXPECT_EQ(create("SELECT COUNT() FROM Opportunity").status, 400);
  EXPECT_EQ(create("SELECT Id FROM Opportunity", "insert").status, 400);
}

TEST_F(BulkTest, another_version_conflicts) {
  const std::string job = completed("SELECT Id FROM Opportunity");
  const Response other = sandbox_.get("/services/data/v61.0/jobs/query/" + job + "/results",
                                      {{"Authorization", "Bearer " + sandbox_.token()}});
  EXPECT_EQ(other.status, 409);
}

TEST_F(BulkTest, jobs_are_deleted_only_when_they_have_ended_and_aborted_only_before) {
  const std::string job = id_of(create("SELECT Id FROM Opportunity"));
  EXPECT_EQ(sandbox_.api("DELETE", "/jobs/query/" + job).status, 400);
  EXPECT_EQ(sandbox_.api("PATCH", "/jobs/query/" + job, R"({"state":"Aborted"})").status, 200);
  EXPECT_EQ(sandbox_.api("PATCH", "/jobs/query/" + job, R"({"state":"Aborted"})").status, 400);
  EXPECT_EQ(sandbox_.api("DELETE", "/jobs/query/" + job).status, 204);
  EXPECT_EQ(sandbox_.api("GET", "/jobs/query/" + job).status, 404);
}

TEST_F(BulkTest, a_job_fails_on_request_and_says_why) {
  sandbox_.control("faults", R"({"kind": "bulk_failed", "count": 1})");
  const std::string job = completed("SELECT Id FROM Opportunity");
  const Response failed = sandbox_.api("GET", "/jobs/query/" + job);
  EXPECT_THAT(failed.body, HasSubstr(R"("state":"Failed")"));
  EXPECT_THAT(failed.body, HasSubstr("retried more than 15 times"));
}

TEST_F(BulkTest, a_short_result_lacks_a_row_that_its_header_counts) {
  sandbox_.control("faults", R"({"kind": "bulk_short", "count": 1})");
  const Response set = results(completed("SELECT Id FROM Opportunity"));
  EXPECT_EQ(TestedSandbox::header(set, "Sforce-NumberOfRecords"), "400");
  EXPECT_EQ(std::ranges::count(set.body, '\n'), 400);
}

TEST_F(BulkTest, long_texts_have_a_nul_now_and_then) {
  sandbox_.control("settings", R"({"nul_share": 1})");
  EXPECT_TRUE(results(completed("SELECT Next_Steps_History__c FROM Opportunity")).body.contains('\0'));
  sandbox_.control("settings", R"({"nul_share": 0})");
  EXPECT_FALSE(results(completed("SELECT Next_Steps_History__c FROM Opportunity")).body.contains('\0'));
}

}  // namespace
}  // namespace plumbline::sandbox
