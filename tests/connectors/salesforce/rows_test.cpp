#include "connectors/salesforce/rows.h"

#include <fstream>

#include "tests/connectors/salesforce/org_fixture.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RowsTest : public OrgFixture {
 protected:
  RowsTest() : session(client, pauses, options) {
    session.begin(sink, at("2024-01-01T00:00:00Z"));
    spool = sink.spool("x");
  }

  static RowsAsked opportunities() {
    RowsAsked asked{
        .query = {.object = "Opportunity",
                  .columns = {"Id", "SystemModstamp"},
                  .cursor = "SystemModstamp",
                  .window = {.from = at("2024-01-01T10:00:00Z"), .to = at("2024-01-01T11:00:00Z")},
                  .ordered = true},
        .spine = {"Id", "SystemModstamp"}};
    return asked;
  }
  Answer<RowsCame> fetch(RowsAsked asked) {
    RowFetcher rows(session, options, spool);
    return run_async(rows.fetch(std::move(asked)));
  }
  std::size_t files_in_spool() const {
    const std::filesystem::directory_iterator files(spool);
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }

  SalesforceSession session;
  std::filesystem::path spool;
};

TEST_F(RowsTest, follows_pages_to_the_last_and_keeps_them_as_they_came) {
  const std::string first = page(3, "/services/data/v62.0/query/01g-2", {record(1, 0), record(2, 1)});
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(first));
  client.answer_to(HttpMethod::kGet, "/query/01g-2", ok(page(3, "", {record(3, 1)})));
  const Answer<RowsCame> rows = fetch(opportunities());
  ASSERT_TRUE(rows) << rows.error().error.message;
  EXPECT_EQ(rows->records, 3U);
  ASSERT_THAT(rows->files, SizeIs(2));
  EXPECT_EQ(client.requests().back().total_time, kQueryTime) << "Salesforce may take its time";
  EXPECT_EQ(rows->files[0].name, "salesforce:main/Opportunity/1.json");
  std::ifstream file(rows->files[0].path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), first);
}

TEST_F(RowsTest, takes_a_lost_place_up_behind_the_last_record) {
  client.answer_to(HttpMethod::kGet, "/queryAll?q=",
                   ok(page(3, "/services/data/v62.0/query/01g-2", {record(1, 0), record(2, 1)})));
  client.answer_to(HttpMethod::kGet, "/query/01g-2", refusal(400, "INVALID_QUERY_LOCATOR"));
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(1, "", {record(3, 1)})));
  const Answer<RowsCame> rows = fetch(opportunities());
  ASSERT_TRUE(rows) << rows.error().error.message;
  EXPECT_EQ(rows->records, 3U);
  EXPECT_THAT(
      client.requests().back().url,
      HasSubstr(url_encode("(SystemModstamp > 2024-01-01T10:00:01Z OR (SystemModstamp = 2024-01-01T10:00:01Z "
                           "AND Id > '006000000000002AAA'))")));
}

TEST_F(RowsTest, begins_anew_where_nobody_knows_what_came) {
  client.answer_to(HttpMethod::kGet, "/queryAll?q=",
                   ok(page(3, "/services/data/v62.0/query/01g-2", {record(2, 5), record(1, 1)})));
  client.answer_to(HttpMethod::kGet, "/query/01g-2", refusal(400, "INVALID_QUERY_LOCATOR"));
  client.answer_to(HttpMethod::kGet,
                   "/queryAll?q=", ok(page(3, "", {record(1, 0), record(2, 1), record(3, 2)})));
  const Answer<RowsCame> rows = fetch(opportunities());
  ASSERT_TRUE(rows) << rows.error().error.message;
  EXPECT_EQ(rows->records, 3U);
  EXPECT_EQ(files_in_spool(), 1U);
}

TEST_F(RowsTest, asks_for_all_again_where_rows_came_short) {
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(3, "", {record(1, 0), record(2, 1)})));
  client.answer_to(HttpMethod::kGet,
                   "/queryAll?q=", ok(page(3, "", {record(1, 0), record(2, 1), record(3, 2)})));
  const Answer<RowsCame> rows = fetch(opportunities());
  ASSERT_TRUE(rows) << rows.error().error.message;
  EXPECT_EQ(rows->records, 3U);
}

TEST_F(RowsTest, fails_where_rows_come_short_again_and_again_and_leaves_nothing) {
  client.always_answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(3, "", {record(1, 0)})));
  const Answer<RowsCame> rows = fetch(opportunities());
  ASSERT_FALSE(rows);
  EXPECT_THAT(rows.error().error.message, HasSubstr("said that 3 rows of Opportunity would come"));
  EXPECT_EQ(files_in_spool(), 0U);
}

TEST_F(RowsTest, halves_a_window_that_takes_too_long) {
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", refusal(400, "QUERY_TIMEOUT"));
  client.answer_to(HttpMethod::kGet, "10%3A30%3A00Z%20ORDER", ok(page(1, "", {record(1, 0)})));
  client.answer_to(HttpMethod::kGet, "11%3A00%3A00Z%20ORDER", ok(page(1, "", {record(2, 0)})));
  const Answer<RowsCame> rows = fetch(opportunities());
  ASSERT_TRUE(rows) << rows.error().error.message;
  EXPECT_EQ(rows->records, 2U);
}

TEST_F(RowsTest, splits_columns_where_the_address_is_too_long) {
  RowsAsked asked = opportunities();
  asked.query.columns = {"Id", "SystemModstamp", "A", "B"};
  client.answer_to(HttpMethod::kGet, "/queryAll?q=",
                   {.status = 414, .body = "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>"});
  client.always_answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(1, "", {record(1, 0)})));
  const Answer<RowsCame> rows = fetch(std::move(asked));
  ASSERT_TRUE(rows) << rows.error().error.message;
  EXPECT_EQ(rows->records, 1U);
  EXPECT_THAT(rows->files, SizeIs(2));
  EXPECT_EQ(times("SystemModstamp%2CB%20FROM"), 1U);
}

TEST_F(RowsTest, fetches_a_page_again_that_broke_off) {
  ScriptedReply broken = ok(page(1, "", {record(1, 0)}).substr(0, 90));
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", broken);
  broken.body_failure = Error{.code = ErrorCode::kUnavailable, .message = "lost", .where = std::nullopt};
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", broken);
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(1, "", {record(1, 0)})));
  const Answer<RowsCame> rows = fetch(opportunities());
  ASSERT_TRUE(rows) << rows.error().error.message;
  EXPECT_EQ(rows->records, 1U);
  EXPECT_EQ(files_in_spool(), 1U);
  EXPECT_THAT(pauses.pauses(), ElementsAre(std::chrono::seconds{1}, std::chrono::seconds{2}));
}

TEST_F(RowsTest, leaves_many_rows_to_who_has_a_better_way) {
  RowsAsked asked = opportunities();
  asked.most_rows = 100;
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(101, "/next", {record(1, 0)})));
  const Answer<RowsCame> rows = fetch(std::move(asked));
  ASSERT_TRUE(rows);
  EXPECT_TRUE(rows->too_many);
  EXPECT_THAT(rows->files, IsEmpty());
  EXPECT_EQ(files_in_spool(), 0U);
}

TEST_F(RowsTest, keeps_no_file_of_a_page_without_records) {
  client.answer_to(HttpMethod::kGet, "/queryAll?q=", ok(page(0, "", {})));
  const Answer<RowsCame> rows = fetch(opportunities());
  ASSERT_TRUE(rows);
  EXPECT_THAT(rows->files, IsEmpty());
  EXPECT_EQ(files_in_spool(), 0U);
}

TEST_F(RowsTest, counts) {
  RowFetcher rows(session, options, spool);
  client.answer_to(HttpMethod::kGet, "/query?q=SELECT%20COUNT%28%29", ok(page(17, "", {})));
  EXPECT_EQ(run_async(rows.count(opportunities().query, Among::kStanding)).value(), 17U);
}

}  // namespace
}  // namespace plumbline
