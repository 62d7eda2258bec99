#include "sandbox/salesforce/soql.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/salesforce/soql_query.h"

namespace plumbline::sandbox {
namespace {

using testing::HasSubstr;

const World& world() {
  static const World kept({.seed = 7, .opportunities = 400, .start = *parse_instant("2026-05-06T08:00:00Z")});
  return kept;
}

Answer<BoundQuery> bound(std::string_view text) {
  const Answer<Soql> parsed = parse_soql(text);
  if (!parsed) return std::unexpected(parsed.error());
  return bind_soql(*parsed, Visibility(Currencies::kOne, {}), world().now());
}

std::string code_of(std::string_view text) {
  const Answer<BoundQuery> query = bound(text);
  return query ? "" : query.error().code;
}

// Opportunities that a condition finds, and how many there are by hand.
std::size_t found(std::string_view condition) {
  const Answer<BoundQuery> query = bound("SELECT Id FROM Opportunity WHERE " + std::string(condition));
  if (!query) ADD_FAILURE() << condition << ": " << query.error().message;
  return query ? find_records(world(), *query, Deleted::kLeftOut).size() : 0;
}

template <class Test>
std::size_t counted(const Test& test) {
  std::size_t count = 0;
  Row row;
  for (RowNumber at = 0; at < world().table(ObjectKind::kOpportunity).size(); ++at) {
    world().table(ObjectKind::kOpportunity).read(at, row);
    count += test(row) ? 1 : 0;
  }
  return count;
}

double amount_of(const Row& row) {
  const auto* amount = std::get_if<double>(&row[opportunity::kAmount]);
  return amount == nullptr ? -1 : *amount;
}

TEST(Soql, reads_select_from_where_order_and_limit) {
  const auto query = parse_soql(
      "select Id, Owner.Name from Opportunity where Amount > 5 order by Name desc nulls last, Id limit 7 "
      "offset 2");
  ASSERT_TRUE(query);
  EXPECT_THAT(query->select, testing::ElementsAre("Id", "Owner.Name"));
  EXPECT_EQ(query->object, "Opportunity");
  ASSERT_EQ(query->order.size(), 2U);
  EXPECT_TRUE(query->order[0].descending && query->order[0].nulls_last);
  EXPECT_EQ(query->limit, 7U);
  EXPECT_EQ(query->offset, 2U);
}

TEST(Soql, and_and_or_do_not_mix_without_parentheses) {
  EXPECT_EQ(code_of("SELECT Id FROM Opportunity WHERE IsWon = true AND IsClosed = true OR Amount > 1"),
            "MALFORMED_QUERY");
  EXPECT_EQ(code_of("SELECT Id FROM Opportunity WHERE (IsWon = true AND IsClosed = true) OR Amount > 1"), "");
}

TEST(Soql, not_needs_parentheses_inside_a_chain) {
  EXPECT_EQ(code_of("SELECT Id FROM Opportunity WHERE NOT IsWon = true AND Amount > 1"), "MALFORMED_QUERY");
  EXPECT_EQ(code_of("SELECT Id FROM Opportunity WHERE (NOT IsWon = true) AND Amount > 1"), "");
}

TEST(Soql, tells_the_place_of_what_it_does_not_understand) {
  const auto query = parse_soql("SELECT Id FROM Opportunity WHERE Amount >");
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().code, "MALFORMED_QUERY");
  EXPECT_THAT(query.error().message, HasSubstr("ERROR at Row:1:Column:42"));
  EXPECT_THAT(query.error().message, HasSubstr("unexpected token: '<EOF>'"));
}

TEST(Soql, a_datetime_whose_plus_became_a_blank_is_malformed) {
  EXPECT_EQ(code_of("SELECT Id FROM Opportunity WHERE SystemModstamp > 2026-05-06T08:00:00.000 0000"),
            "MALFORMED_QUERY");
}

TEST(Soql, unknown_columns_relationships_and_objects_are_told_apart) {
  EXPECT_EQ(code_of("SELECT Nope FROM Opportunity"), "INVALID_FIELD");
  EXPECT_EQ(code_of("SELECT Nope.Name FROM Opportunity"), "INVALID_FIELD");
  EXPECT_EQ(code_of("SELECT Id FROM Nope"), "INVALID_TYPE");
  EXPECT_EQ(code_of("SELECT CurrencyIsoCode FROM Opportunity"), "INVALID_FIELD");
}

TEST(Soql, values_of_the_wrong_type_are_invalid_fields) {
  EXPECT_EQ(code_of("SELECT Id FROM Opportunity WHERE CloseDate = '2026-05-06'"), "INVALID_FIELD");
  EXPECT_EQ(code_of("SELECT Id FROM Opportunity WHERE CloseDate > 2026-05-06T00:00:00Z"), "INVALID_FIELD");
  EXPECT_EQ(code_of("SELECT Id FROM Opportunity WHERE SystemModstamp > 2026-05-06"), "INVALID_FIELD");
  EXPECT_EQ(code_of("SELECT Id FROM Opportunity WHERE Amount = '5'"), "INVALID_FIELD");
  EXPECT_EQ(code_of("SELECT Id FROM Opportunity WHERE Description = 'x'"), "INVALID_FIELD");
  EXPECT_EQ(code_of("SELECT Id FROM Opportunity WHERE StageName INCLUDES ('x')"), "INVALID_FIELD");
}

TEST(Soql, numbers_compare_and_nulls_fail_all_but_the_negative_operators) {
  EXPECT_EQ(found("Amount > 100000"), counted([](const Row& row) { return amount_of(row) > 100'000; }));
  EXPECT_EQ(found("Amount = null"), counted([](const Row& row) { return amount_of(row) < 0; }));
  EXPECT_EQ(found("Amount < 0"), 0U);
  EXPECT_EQ(found("Amount != 1"), counted([](const Row& row) { return amount_of(row) != 1; }));
}

TEST(Soql, texts_compare_without_regard_to_case) {
  const std::size_t won = counted([](const Row& row) { return row[opportunity::kIsWon] == Value{true}; });
  EXPECT_GT(won, 0U);
  EXPECT_EQ(found("StageName = 'closed WON'"), won);
  EXPECT_EQ(found("StageName IN ('CLOSED won', 'nothing')"), won);
  EXPECT_EQ(found("StageName LIKE 'closed w_n'"), won);
  EXPECT_EQ(found("NOT StageName LIKE '%won'"), 400 - won);
}

TEST(Soql, multipicklists_include_groups) {
  const auto has = [](std::string_view rival) {
    return counted([&](const Row& row) { return text_of(row[opportunity::kCompetitors]).contains(rival); });
  };
  EXPECT_EQ(found("Competitors__c INCLUDES ('Northstar')"), has("Northstar"));
  EXPECT_EQ(found("Competitors__c INCLUDES ('Northstar;Blueline')"), has("Northstar;Blueline"));
  EXPECT_EQ(found("Competitors__c EXCLUDES ('Northstar')"), 400 - has("Northstar"));
}

TEST(Soql, date_literals_are_days_around_now) {
  const Day today = *parse_day("2026-05-06");
  EXPECT_EQ(found("CloseDate = TODAY"),
            counted([&](const Row& row) { return row[opportunity::kCloseDate] == Value{today}; }));
  EXPECT_EQ(found("CloseDate = NEXT_N_DAYS:30"), counted([&](const Row& row) {
              const Day close = std::get<Day>(row[opportunity::kCloseDate]);
              return close > today && close <= today + std::chrono::days(30);
            }));
  EXPECT_EQ(code_of("SELECT Id FROM Opportunity WHERE CloseDate = LAST_N_DAYS"), "MALFORMED_QUERY");
}

TEST(Soql, ids_are_found_with_and_without_suffix) {
  const std::string id = record_id("006", 17);
  EXPECT_EQ(found("Id = '" + id + "'"), 1U);
  EXPECT_EQ(found("Id IN ('" + id.substr(0, 15) + "', '" + record_id("006", 18) + "') AND Amount != 0.5"),
            2U);
  EXPECT_EQ(found("Id > '" + id + "'"), 400 - 18U);
}

TEST(Soql, parents_are_followed) {
  const std::string name(text_of(world().table(ObjectKind::kUser).get(0, user::kLastName)));
  const std::size_t by_name = found("Owner.LastName = '" + name + "'");
  EXPECT_GT(by_name, 0U);
  EXPECT_EQ(found("Owner.Manager.Name = null"),
            counted([](const Row& row) { return row[opportunity::kOwnerId] == Value{record_id("005", 0)}; }));
}

TEST(Soql, orders_with_nulls_first_and_keeps_limits) {
  const auto query = bound("SELECT Id FROM Opportunity ORDER BY Amount, Id LIMIT 60");
  ASSERT_TRUE(query);
  const std::vector<RowNumber> rows = find_records(world(), *query, Deleted::kLeftOut);
  ASSERT_EQ(rows.size(), 60U);
  EXPECT_TRUE(is_null(world().table(ObjectKind::kOpportunity).get(rows.front(), opportunity::kAmount)));
  double last = -1;
  for (const RowNumber row : rows) {
    Row fields;
    world().table(ObjectKind::kOpportunity).read(row, fields);
    EXPECT_LE(last, amount_of(fields));
    last = amount_of(fields);
  }
}

TEST(Soql, escapes_are_those_of_soql) {
  EXPECT_EQ(code_of(R"(SELECT Id FROM Opportunity WHERE Name = 'it\'s \\ \n')"), "");
  EXPECT_EQ(code_of(R"(SELECT Id FROM Opportunity WHERE Name = '\q')"), "MALFORMED_QUERY");
  EXPECT_EQ(code_of("SELECT Id FROM Opportunity WHERE Name = 'open"), "MALFORMED_QUERY");
}

}  // namespace
}  // namespace plumbline::sandbox
