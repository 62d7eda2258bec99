#include "sandbox/salesforce/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/sandbox/testing.h"

namespace plumbline::sandbox {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kSince = "2026-05-05T00%3A00%3A00%2B00%3A00";

class SalesforceTest : public testing::Test {
 protected:
  std::string error(const Response& response) { return TestedSandbox::error_code(response); }
  Response more(const Response& page) {
    const std::string next = parse_json(page.body)->text("nextRecordsUrl").value_or("");
    return sandbox_.get(next, {{"Authorization", "Bearer " + sandbox_.token()}});
  }
  bool done(const Response& page) { return parse_json(page.body)->truth("done").value_or(false); }

  TestedSandbox sandbox_;
};

TEST_F(SalesforceTest, versions_need_no_session_and_do_not_count) {
  const Response versions = sandbox_.get("/services/data");
  EXPECT_EQ(versions.status, 200);
  EXPECT_THAT(versions.body, HasSubstr(R"("url":"/services/data/v62.0","version":"62.0")"));
  EXPECT_EQ(TestedSandbox::header(versions, "Sforce-Limit-Info"), "");
}

TEST_F(SalesforceTest, a_query_needs_a_session) {
  EXPECT_EQ(sandbox_.get("/services/data/v62.0/query?q=x").status, 401);
}

TEST_F(SalesforceTest, pages_lead_from_one_to_the_next_until_all_records_have_come_once) {
  sandbox_.control("settings", R"({"page_rows": 90, "uneven_pages": true})");
  std::set<std::string> ids;
  Response page = sandbox_.query("SELECT Id FROM Opportunity");
  std::size_t pages = 1;
  while (true) {
    ASSERT_EQ(page.status, 200);
    for (const JsonValue& record : TestedSandbox::records(page)) ids.insert(record.text("Id").value_or(""));
    if (done(page)) break;
    page = more(page);
    ++pages;
  }
  EXPECT_EQ(ids.size(), 400U);
  EXPECT_EQ(TestedSandbox::total(page), 400U);
  EXPECT_GT(pages, 4U);
}

TEST_F(SalesforceTest, a_client_may_ask_for_smaller_pages) {
  const Response page = sandbox_.api("GET", "/query?q=SELECT%20Id%20FROM%20Opportunity", {},
                                     {{"Sforce-Query-Options", "batchSize=200"}});
  EXPECT_EQ(TestedSandbox::records(page).size(), 200U);
  EXPECT_THAT(parse_json(page.body)->text("nextRecordsUrl").value_or(""), testing::EndsWith("-200"));
}

TEST_F(SalesforceTest, cursors_end_after_two_days) {
  sandbox_.control("settings", R"({"page_rows": 90, "session_idle_seconds": 1000000})");
  const Response first = sandbox_.query("SELECT Id FROM Opportunity");
  sandbox_.control("clock", R"({"advance_seconds": 172801})");
  const Response late = more(first);
  EXPECT_EQ(late.status, 400);
  EXPECT_EQ(error(late), "INVALID_QUERY_LOCATOR");
}

TEST_F(SalesforceTest, records_have_attributes_nested_parents_and_moments_with_an_offset) {
  const JsonArray records =
      TestedSandbox::records(sandbox_.query("SELECT Id, Owner.Name, Owner.Manager.Name, Account.ParentId, "
                                            "SystemModstamp FROM Opportunity WHERE Id = '" +
                                            record_id("006", 0) + "'"));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].member("attributes")->text("type"), "Opportunity");
  EXPECT_EQ(records[0].member("Owner")->member("attributes")->text("type"), "User");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(records[0].member("Owner")->member("Manager")->value));
  EXPECT_THAT(records[0].text("SystemModstamp").value_or(""), testing::EndsWith(".000+0000"));
}

TEST_F(SalesforceTest, counting_gives_a_number_and_no_records) {
  EXPECT_EQ(sandbox_.query("SELECT COUNT() FROM Opportunity").body,
            R"({"totalSize":400,"done":true,"records":[]})");
}

TEST_F(SalesforceTest, deleted_records_are_for_query_all_until_they_are_purged) {
  sandbox_.control("settings", R"({"session_idle_seconds": 10000000})");
  sandbox_.control("delete", R"({"rows": 3})");
  EXPECT_EQ(TestedSandbox::total(sandbox_.query("SELECT COUNT() FROM Opportunity")), 397U);
  EXPECT_EQ(TestedSandbox::total(
                sandbox_.query("SELECT COUNT() FROM Opportunity WHERE IsDeleted = true", "queryAll")),
            3U);
  sandbox_.control("clock", R"({"advance_seconds": 1296001})");
  EXPECT_EQ(TestedSandbox::total(sandbox_.query("SELECT COUNT() FROM Opportunity", "queryAll")), 397U);
}

TEST_F(SalesforceTest, archived_tasks_are_for_query_all) {
  const std::size_t shown = TestedSandbox::total(sandbox_.query("SELECT COUNT() FROM Task"));
  const std::size_t all = TestedSandbox::total(sandbox_.query("SELECT COUNT() FROM Task", "queryAll"));
  EXPECT_EQ(all, 400U);
  EXPECT_LT(shown, all);
}

TEST_F(SalesforceTest, every_call_counts_and_the_cap_refuses) {
  sandbox_.token();
  sandbox_.control("settings", R"({"daily_calls": 2})");
  EXPECT_EQ(TestedSandbox::header(sandbox_.api("GET", "/limits"), "Sforce-Limit-Info"), "api-usage=1/2");
  sandbox_.api("GET", "/limits");
  const Response refused = sandbox_.api("GET", "/limits");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(error(refused), "REQUEST_LIMIT_EXCEEDED");
  EXPECT_THAT(refused.body, HasSubstr("TotalRequests Limit exceeded."));
}

TEST_F(SalesforceTest, calls_are_forgotten_after_a_day) {
  sandbox_.control("settings", R"({"session_idle_seconds": 1000000})");
  sandbox_.api("GET", "/limits");
  sandbox_.control("clock", R"({"advance_seconds": 90000})");
  EXPECT_EQ(TestedSandbox::header(sandbox_.api("GET", "/limits"), "Sforce-Limit-Info"), "api-usage=1/100000");
}

TEST_F(SalesforceTest, limits_tell_what_remains) {
  EXPECT_THAT(sandbox_.api("GET", "/limits").body,
              StartsWith(R"({"DailyApiRequests":{"Max":100000,"Remaining":99999})"));
}

TEST_F(SalesforceTest, describe_is_cheap_while_nothing_changed) {
  const Response first = sandbox_.api("GET", "/sobjects/Opportunity/describe");
  EXPECT_THAT(first.body, HasSubstr(R"("name":"StageName","label":"StageName","type":"picklist")"));
  const std::string stamp = TestedSandbox::header(first, "Last-Modified");
  EXPECT_EQ(sandbox_.api("GET", "/sobjects/Opportunity/describe", {}, {{"If-Modified-Since", stamp}}).status,
            304);
}

TEST_F(SalesforceTest, a_hidden_field_is_not_described_and_spoils_any_query_that_mentions_it) {
  const std::string stamp =
      TestedSandbox::header(sandbox_.api("GET", "/sobjects/Opportunity/describe"), "Last-Modified");
  sandbox_.control("clock", R"({"advance_seconds": 60})");
  EXPECT_EQ(sandbox_.control("fields/hide", R"({"object": "Opportunity", "field": "NextStep"})").status, 200);
  const Response described =
      sandbox_.api("GET", "/sobjects/Opportunity/describe", {}, {{"If-Modified-Since", stamp}});
  EXPECT_EQ(described.status, 200);
  EXPECT_THAT(described.body, testing::Not(HasSubstr(R"("name":"NextStep")")));
  EXPECT_EQ(error(sandbox_.query("SELECT Id, NextStep FROM Opportunity")), "INVALID_FIELD");
  EXPECT_EQ(error(sandbox_.query("SELECT Id FROM Opportunity WHERE NextStep = null")), "INVALID_FIELD");
  sandbox_.control("fields/show", R"({"object": "Opportunity", "field": "NextStep"})");
  EXPECT_EQ(sandbox_.query("SELECT Id, NextStep FROM Opportunity").status, 200);
}

TEST_F(SalesforceTest, currencies_are_there_where_there_are_several) {
  EXPECT_EQ(error(sandbox_.query("SELECT CurrencyIsoCode FROM Opportunity")), "INVALID_FIELD");
  EXPECT_EQ(error(sandbox_.query("SELECT IsoCode FROM CurrencyType")), "INVALID_TYPE");
  SandboxOptions options = small_sandbox();
  options.currencies = Currencies::kSeveral;
  TestedSandbox several(options);
  EXPECT_EQ(several.query("SELECT CurrencyIsoCode FROM Opportunity").status, 200);
  EXPECT_EQ(TestedSandbox::total(several.query("SELECT IsoCode FROM CurrencyType")), 4U);
}

TEST_F(SalesforceTest, updated_and_deleted_tell_the_window_and_how_far_it_is_covered) {
  sandbox_.token();
  sandbox_.control("clock", R"({"advance_seconds": 600})");
  sandbox_.control("change", R"({"rows": 5})");
  sandbox_.control("delete", R"({"rows": 2})");
  sandbox_.control("clock", R"({"advance_seconds": 120})");
  const std::string window =
      "/?start=2026-05-06T08%3A09%3A00%2B00%3A00&end=2026-05-06T08%3A12%3A00%2B00%3A00";
  const auto changed = parse_json(sandbox_.api("GET", "/sobjects/Opportunity/updated" + window).body);
  const auto gone = parse_json(sandbox_.api("GET", "/sobjects/Opportunity/deleted" + window).body);
  // Some of those deleted may be among those changed.
  EXPECT_GE(changed->array("ids")->size(), 3U);
  EXPECT_EQ(gone->array("deletedRecords")->size(), 2U);
  EXPECT_EQ(changed->text("latestDateCovered"), "2026-05-06T08:12:00.000+0000");
  EXPECT_EQ(gone->text("earliestDateAvailable"), "2026-04-21T08:12:00.000+0000");
}

TEST_F(SalesforceTest, a_transaction_under_way_holds_back_what_is_covered) {
  sandbox_.token();
  sandbox_.control("commit-late", R"({"rows": 5, "delay_seconds": 600})");
  sandbox_.control("clock", R"({"advance_seconds": 300})");
  const std::string window = fmt::format("/?start={}&end=2026-05-06T08%3A05%3A00%2B00%3A00", kSince);
  const auto held = parse_json(sandbox_.api("GET", "/sobjects/Opportunity/updated" + window).body);
  EXPECT_EQ(held->text("latestDateCovered"), "2026-05-06T08:00:00.000+0000");
  const std::string since = "SELECT COUNT() FROM Opportunity WHERE SystemModstamp >= 2026-05-06T08:00:00Z";
  EXPECT_EQ(TestedSandbox::total(sandbox_.query(since)), 0U);
  sandbox_.control("clock", R"({"advance_seconds": 300})");
  EXPECT_EQ(TestedSandbox::total(sandbox_.query(since)), 5U);
}

TEST_F(SalesforceTest, windows_that_are_turned_around_or_too_old_are_refused) {
  const std::string turned = "/?start=2026-05-06T08%3A00%3A00Z&end=2026-05-06T07%3A00%3A00Z";
  EXPECT_EQ(error(sandbox_.api("GET", "/sobjects/Opportunity/updated" + turned)), "INVALID_REPLICATION_DATE");
  const std::string old = "/?start=2026-04-10T08%3A00%3A00Z&end=2026-05-06T07%3A00%3A00Z";
  EXPECT_EQ(sandbox_.api("GET", "/sobjects/Opportunity/updated" + old).status, 200);
  EXPECT_EQ(error(sandbox_.api("GET", "/sobjects/Opportunity/deleted" + old)), "INVALID_REPLICATION_DATE");
}

TEST_F(SalesforceTest, addresses_that_are_too_long_get_a_page) {
  const Response answer =
      sandbox_.query("SELECT Id FROM Opportunity WHERE Name = '" + std::string(17'000, 'x') + "'");
  EXPECT_EQ(answer.status, 414);
  EXPECT_THAT(answer.type, StartsWith("text/html"));
}

TEST_F(SalesforceTest, unknown_paths_versions_and_double_slashes_are_not_found) {
  EXPECT_EQ(sandbox_.api("GET", "/nothing").status, 404);
  EXPECT_EQ(sandbox_.api("GET", "//limits").status, 404);
  EXPECT_EQ(
      error(sandbox_.get("/services/data/v12.0/limits", {{"Authorization", "Bearer " + sandbox_.token()}})),
      "NOT_FOUND");
}

TEST_F(SalesforceTest, bodies_are_packed_for_clients_that_take_it_unless_switched_off) {
  const Parameters takes = {{"Accept-Encoding", "gzip"}};
  const Response packed = sandbox_.api("GET", "/sobjects", {}, takes);
  EXPECT_EQ(TestedSandbox::header(packed, "Content-Encoding"), "gzip");
  EXPECT_THAT(packed.body, StartsWith("\x1f\x8b"));
  sandbox_.control("settings", R"({"gzip": false})");
  EXPECT_EQ(TestedSandbox::header(sandbox_.api("GET", "/sobjects", {}, takes), "Content-Encoding"), "");
}

TEST_F(SalesforceTest, a_truncated_page_claims_to_be_the_last) {
  sandbox_.control("settings", R"({"page_rows": 100})");
  sandbox_.control("faults", R"({"kind": "truncate", "count": 1})");
  const Response page = sandbox_.query("SELECT Id FROM Opportunity");
  EXPECT_TRUE(done(page));
  EXPECT_EQ(TestedSandbox::total(page), 400U);
  EXPECT_EQ(TestedSandbox::records(page).size(), 50U);
}

TEST_F(SalesforceTest, good_locators_and_queries_fail_on_request) {
  sandbox_.control("settings", R"({"page_rows": 100})");
  const Response first = sandbox_.query("SELECT Id FROM Opportunity");
  sandbox_.control(
      "faults",
      R"({"faults": [{"kind": "bad_locator", "count": 1}, {"kind": "query_timeout", "count": 1}]})");
  EXPECT_EQ(error(more(first)), "INVALID_QUERY_LOCATOR");
  EXPECT_EQ(error(sandbox_.query("SELECT Id FROM Opportunity")), "QUERY_TIMEOUT");
  EXPECT_EQ(more(first).status, 200);
}

}  // namespace
}  // namespace plumbline::sandbox
