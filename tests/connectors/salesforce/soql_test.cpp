#include "connectors/salesforce/soql.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

Instant at(const char* text) { return *parse_instant(text); }

SoqlQuery opportunities() { return {.object = "Opportunity", .columns = {"Id", "Name"}}; }

TEST(Soql, encodes_everything_that_could_mean_something_in_an_address) {
  EXPECT_EQ(url_encode("a b+c%&#'<>=-._~9Z"), "a%20b%2Bc%25%26%23%27%3C%3E%3D-._~9Z");
  EXPECT_EQ(url_encode("é"), "%C3%A9");
}

TEST(Soql, quotes_texts) { EXPECT_EQ(soql_text("O'Neil \\ \n\r\t"), R"('O\'Neil \\ \n\r\t')"); }

TEST(Soql, asks_for_a_window_in_whole_seconds_of_utc) {
  SoqlQuery query = opportunities();
  query.cursor = "SystemModstamp";
  query.window = {.from = at("2024-01-01T00:00:00Z"), .to = at("2024-01-02T03:04:05+01:00")};
  query.ordered = true;
  EXPECT_EQ(
      to_soql(query),
      "SELECT Id,Name FROM Opportunity WHERE SystemModstamp >= 2024-01-01T00:00:00Z AND SystemModstamp < "
      "2024-01-02T02:04:05Z ORDER BY SystemModstamp,Id");
}

TEST(Soql, goes_on_behind_a_row_among_others_of_the_same_second) {
  SoqlQuery query = opportunities();
  query.cursor = "SystemModstamp";
  query.behind = QueryPlace{.stamp = at("2024-01-01T00:00:00Z"), .id = "006000000000001AAA"};
  EXPECT_EQ(
      to_soql(query),
      "SELECT Id,Name FROM Opportunity WHERE (SystemModstamp > 2024-01-01T00:00:00Z OR (SystemModstamp = "
      "2024-01-01T00:00:00Z AND Id > '006000000000001AAA'))");
}

TEST(Soql, without_a_cursor_goes_by_ids) {
  SoqlQuery query = opportunities();
  query.ordered = true;
  query.window.to = at("2024-01-01T00:00:00Z");
  query.behind = QueryPlace{.id = "006000000000001AAA"};
  EXPECT_EQ(to_soql(query), "SELECT Id,Name FROM Opportunity WHERE Id > '006000000000001AAA' ORDER BY Id");
}

TEST(Soql, counts_what_it_would_ask_for) {
  SoqlQuery query = opportunities();
  query.conditions = {"IsDeleted = false"};
  query.ordered = true;
  EXPECT_EQ(to_count_soql(query), "SELECT COUNT() FROM Opportunity WHERE IsDeleted = false");
}

TEST(Soql, halves_tile_a_window_and_end_at_a_second) {
  const TimeWindow window{.from = at("2024-01-01T00:00:00Z"), .to = at("2024-01-01T00:00:03Z")};
  const auto parts = halves(window);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->first.from, window.from);
  EXPECT_EQ(parts->first.to, parts->second.from);
  EXPECT_EQ(parts->second.to, window.to);
  EXPECT_FALSE(halves({.from = at("2024-01-01T00:00:00Z"), .to = at("2024-01-01T00:00:01Z")}));
}

TEST(Soql, a_window_without_a_beginning_keeps_none) {
  const auto parts = halves({.from = std::nullopt, .to = at("2025-01-01T00:00:00Z")});
  ASSERT_TRUE(parts);
  EXPECT_FALSE(parts->first.from);
  EXPECT_EQ(parts->first.to, at("2012-01-01T12:00:00Z"));
}

TEST(Soql, splits_columns_so_that_each_query_fits_once_encoded) {
  SoqlQuery query{.object = "Opportunity", .columns = {"Id"}};
  for (int i = 0; i < 100; ++i) query.columns.push_back("Custom_Field_Number_" + std::to_string(i) + "__c");
  const auto groups = split_columns(query, {"Id", "SystemModstamp"}, 500);
  std::size_t columns = 0;
  for (const auto& group : groups) {
    EXPECT_EQ(group[0], "Id");
    EXPECT_EQ(group[1], "SystemModstamp");
    query.columns = group;
    EXPECT_LE(url_encode(to_soql(query)).size(), 500U);
    columns += group.size() - 2;
  }
  EXPECT_EQ(columns, 100U);
}

TEST(Soql, a_column_that_fits_nowhere_stands_alone) {
  const SoqlQuery query{.object = "X", .columns = {"Id", "A", "B"}};
  EXPECT_THAT(split_columns(query, {"Id"}, 10), ElementsAre(ElementsAre("Id", "A"), ElementsAre("Id", "B")));
}

TEST(Soql, asks_for_ids_in_groups_that_fit) {
  const SoqlQuery query = opportunities();
  const std::vector<std::string> ids(10, "006000000000001AAA");
  const auto conditions = id_conditions(query, ids, 200);
  EXPECT_THAT(conditions, SizeIs(::testing::Gt(2U)));
  std::size_t asked = 0;
  for (const std::string& condition : conditions) {
    SoqlQuery with = query;
    with.conditions = {condition};
    EXPECT_LE(url_encode(to_soql(with)).size(), 200U);
    asked += static_cast<std::size_t>(std::ranges::count(condition, '\'')) / 2;
  }
  EXPECT_EQ(asked, 10U);
  EXPECT_THAT(id_conditions(query, {}, 200), SizeIs(0));
}

}  // namespace
}  // namespace plumbline
