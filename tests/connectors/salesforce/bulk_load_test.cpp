#include "connectors/salesforce/bulk_load.h"

#include "tests/connectors/salesforce/org_fixture.h"

namespace plumbline {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class BulkLoadTest : public OrgFixture {
 protected:
  BulkLoadTest() : session(client, pauses, options) {
    session.begin(sink, at("2024-01-01T00:00:00Z"));
    spool = sink.spool("x");
  }

  static BulkAsked opportunities() {
    return {.object = "Opportunity",
            .soql = "SELECT Id,Name FROM Opportunity",
            .columns = {"Id", "Name"},
            .state_key = "Opportunity/load-job",
            .high = at("2024-01-01T00:00:00Z")};
  }
  Answer<BulkCame> run() {
    BulkLoader bulk(session, options, spool);
    return run_async(bulk.run(sink, opportunities()));
  }
  void answer_job(std::string_view state, std::string_view more = "") {
    client.answer_to(HttpMethod::kGet, "/jobs/query/750R1",
                     ok(fmt::format(R"({{"id":"750R1","state":"{}"{}}})", state, more)));
  }
  void answer_create() {
    client.answer_to(HttpMethod::kPost, "/jobs/query", ok(R"({"id":"750R1","state":"UploadComplete"})"));
  }
  static ScriptedReply part(std::string_view rows, std::string_view locator, int count) {
    return {.headers = {{"Sforce-Locator", std::string(locator)},
                        {"Sforce-NumberOfRecords", std::to_string(count)}},
            .body = fmt::format("\"Id\",\"Name\"\n{}", rows),
            .piece_bytes = 5};
  }

  SalesforceSession session;
  std::filesystem::path spool;
};

TEST_F(BulkLoadTest, asks_waits_and_follows_the_parts) {
  answer_create();
  answer_job("InProgress");
  answer_job("JobComplete", R"(,"numberRecordsProcessed":3)");
  client.answer_to(HttpMethod::kGet, "/results?", part("\"1\",\"a\nb\"\n\"2\",\"\"\n", "Mg", 2));
  client.answer_to(HttpMethod::kGet, "locator=Mg", part("\"3\",\"c\"\n", "null", 1));
  const Answer<BulkCame> came = run();
  ASSERT_TRUE(came) << came.error().error.message;
  EXPECT_EQ(came->rows.records, 3U);
  EXPECT_EQ(came->job, "750R1");
  EXPECT_THAT(came->rows.files, SizeIs(2));
  EXPECT_THAT(client.requests()[1].body,
              HasSubstr(R"("operation":"queryAll","query":"SELECT Id,Name FROM Opportunity")"));
  EXPECT_THAT(pauses.pauses(), ElementsAre(std::chrono::seconds{1}));
  EXPECT_THAT(sink.events(), ElementsAre("keep Opportunity/load-job"));
}

TEST_F(BulkLoadTest, goes_on_after_a_crash_with_what_is_in_the_spool) {
  answer_create();
  answer_job("JobComplete", R"(,"numberRecordsProcessed":2)");
  client.answer_to(HttpMethod::kGet, "/results?", part("\"1\",\"a\"\n", "Mg", 1));
  client.answer_to(HttpMethod::kGet, "locator=Mg", {.status = 503, .body = "busy"});
  ASSERT_FALSE(run());
  EXPECT_TRUE(sink.kept().contains("Opportunity/load-job"));
  answer_job("JobComplete", R"(,"numberRecordsProcessed":2)");
  client.answer_to(HttpMethod::kGet, "locator=Mg", part("\"2\",\"b\"\n", "null", 1));
  const std::size_t before = client.requests().size();
  const Answer<BulkCame> came = run();
  ASSERT_TRUE(came) << came.error().error.message;
  EXPECT_EQ(came->rows.records, 2U);
  EXPECT_EQ(came->high, at("2024-01-01T00:00:00Z"));
  EXPECT_EQ(client.requests().size() - before, 2U);
  EXPECT_EQ(times("/jobs/query/750R1/results"), 3U);
}

TEST_F(BulkLoadTest, does_not_trust_a_file_that_is_shorter_than_it_should_be) {
  const SpooledPart whole{.job = "750R1", .locator = "", .records = 1, .bytes = 20, .next = std::nullopt};
  folder.write("spool/" + whole.to_name(), "short");
  EXPECT_THAT(spooled_parts(spool, "750R1"), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(spool / whole.to_name()));
}

TEST_F(BulkLoadTest, leaves_objects_that_bulk_refuses_to_rest) {
  client.answer_to(HttpMethod::kPost, "/jobs/query",
                   refusal(400, "INVALIDENTITY", "Entity 'X' is not supported by the Bulk API"));
  const Answer<BulkCame> came = run();
  ASSERT_FALSE(came);
  EXPECT_EQ(came.error().remedy, Remedy::kUseRest);
}

TEST_F(BulkLoadTest, leaves_a_job_that_failed_to_rest_and_forgets_it) {
  answer_create();
  answer_job("Failed", R"(,"errorMessage":"retried more than 15 times")");
  const Answer<BulkCame> came = run();
  ASSERT_FALSE(came);
  EXPECT_EQ(came.error().remedy, Remedy::kUseRest);
  EXPECT_THAT(came.error().error.message, HasSubstr("retried more than 15 times"));
  EXPECT_FALSE(sink.kept().contains("Opportunity/load-job"));
}

TEST_F(BulkLoadTest, begins_anew_where_a_job_is_gone) {
  sink.kept()["Opportunity/load-job"] = "";
  answer_create();
  client.answer_to(HttpMethod::kGet, "/jobs/query/750R1", refusal(404, "NOT_FOUND"));
  answer_create();
  answer_job("JobComplete", R"(,"numberRecordsProcessed":0)");
  client.answer_to(HttpMethod::kGet, "/results?", part("", "null", 0));
  const Answer<BulkCame> came = run();
  ASSERT_TRUE(came) << came.error().error.message;
  EXPECT_THAT(came->rows.files, IsEmpty());
}

TEST_F(BulkLoadTest, takes_nothing_where_rows_are_missing) {
  answer_create();
  answer_job("JobComplete", R"(,"numberRecordsProcessed":5)");
  client.answer_to(HttpMethod::kGet, "/results?", part("\"1\",\"a\"\n", "null", 1));
  const Answer<BulkCame> came = run();
  ASSERT_FALSE(came);
  EXPECT_THAT(came.error().error.message, HasSubstr("worked 5 rows of Opportunity out in Bulk, and 1 came"));
  EXPECT_TRUE(std::filesystem::is_empty(spool));
}

TEST_F(BulkLoadTest, fetches_a_part_again_that_is_not_what_was_said) {
  answer_create();
  answer_job("JobComplete", R"(,"numberRecordsProcessed":1)");
  client.answer_to(HttpMethod::kGet, "/results?", part("", "null", 1));
  client.answer_to(HttpMethod::kGet, "/results?", {.body = "\"Other\"\n\"1\"\n"});
  client.answer_to(HttpMethod::kGet, "/results?", part("\"1\",\"a", "null", 1));
  client.answer_to(HttpMethod::kGet, "/results?", part("\"1\",\"a\"\n", "null", 1));
  const Answer<BulkCame> came = run();
  ASSERT_TRUE(came) << came.error().error.message;
  EXPECT_EQ(came->rows.records, 1U);
}

TEST_F(BulkLoadTest, gives_a_job_up_that_takes_for_ever) {
  options.bulk_patience = std::chrono::seconds{60};
  answer_create();
  client.always_answer_to(HttpMethod::kGet, "/jobs/query/750R1",
                          ok(R"({"id":"750R1","state":"InProgress"})"));
  client.answer_to(HttpMethod::kPatch, "/jobs/query/750R1", ok(R"({"id":"750R1","state":"Aborted"})"));
  const Answer<BulkCame> came = run();
  ASSERT_FALSE(came);
  EXPECT_THAT(came.error().error.message, HasSubstr("was not done after 60 s"));
  EXPECT_EQ(client.requests().back().method, HttpMethod::kPatch);
  EXPECT_FALSE(sink.kept().contains("Opportunity/load-job"));
}

TEST_F(BulkLoadTest, fetches_parts_side_by_side_where_they_are_told) {
  options.budget.parallel_above = 2;
  answer_create();
  answer_job("JobComplete", R"(,"numberRecordsProcessed":3)");
  client.answer_to(HttpMethod::kGet, "/resultPages", ok(R"({"resultPages":[
      {"resultUrl":"/services/data/v62.0/jobs/query/750R1/results?locator=A"},
      {"resultUrl":"/services/data/v62.0/jobs/query/750R1/results?locator=B%3D"}],"done":true})"));
  client.answer_to(HttpMethod::kGet, "locator=A", part("\"1\",\"a\"\n\"2\",\"b\"\n", "B=", 2));
  client.answer_to(HttpMethod::kGet, "locator=B%3D", part("\"3\",\"c\"\n", "null", 1));
  const Answer<BulkCame> came = run();
  ASSERT_TRUE(came) << came.error().error.message;
  EXPECT_EQ(came->rows.records, 3U);
  EXPECT_EQ(times("/results?"), 2U);
}

}  // namespace
}  // namespace plumbline
