#include "ledger/history_seed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "tests/ledger/sync_world.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kHistoryHeader =
    "Id,OpportunityId,Field,OldValue,NewValue,DataType,CreatedById,CreatedDate\n";

std::string stage_on(std::string_view stage, std::string_view modified) {
  return fmt::format("Id,StageName,LastModifiedDate\n006000000000001,{},{}\n", stage, modified);
}
std::string told(int id, std::string_view old, std::string_view now, std::string_view when,
                 std::string_view field = "StageName") {
  return fmt::format("017{:012}AAA,006000000000001AAA,{},{},{},Picklist,005000000000001,{}\n", id, field, old,
                     now, when);
}

TEST(HistorySeed, rows_are_changes_with_who_and_what_else) {
  SyncWorld world;
  const SyncSummary summary =
      world.sync(1, {{"OpportunityFieldHistory.csv",
                      std::string(kHistoryHeader) + told(1, "A", "B", "2024-05-01T08:00:00Z")}});
  EXPECT_EQ(summary.history_rows, 1U);
  EXPECT_THAT(world.changes(), ElementsAre("006000000000001|StageName|A|B|2024-05-01T08:00:00Z|"
                                           "2024-06-01T12:00:00Z|NULL|history"));
  EXPECT_THAT(world.cells({"history", "by", "other"}, "change"),
              ElementsAre(R"(017000000000001AAA|005000000000001|{"DataType":"Picklist"})"));
}

TEST(HistorySeed, a_view_shows_them_as_they_came) {
  SyncWorld world;
  world.sync(1, {{"OpportunityFieldHistory.csv",
                  std::string(kHistoryHeader) + told(1, "A", "", "2024-05-01T08:00:00Z")}});
  EXPECT_THAT(
      world.cells({"Id", "OpportunityId", "Field", "OldValue", "NewValue", "CreatedById", "CreatedDate"},
                  "OpportunityFieldHistory"),
      ElementsAre("017000000000001AAA|006000000000001|StageName|A|NULL|005000000000001|"
                  "2024-05-01T08:00:00Z"));
}

TEST(HistorySeed, rows_that_tell_no_change_are_rejected) {
  SyncWorld world;
  const SyncSummary summary = world.sync(
      1,
      {{"OpportunityFieldHistory.csv",
        std::string(kHistoryHeader) + "017000000000001AAA,,StageName,A,B,x,y,2024-05-01T08:00:00Z\n"
                                      "017000000000002AAA,006000000000001,,A,B,x,y,2024-05-01T08:00:00Z\n"
                                      "017000000000003AAA,006000000000001,StageName,A,B,x,y,yesterday\n"}});
  EXPECT_EQ(summary.files.at(0).rejected_rows, 3U);
  EXPECT_THAT(world.changes(), IsEmpty());
}

TEST(HistorySeed, known_rows_are_not_added_again) {
  SyncWorld world;
  const std::string header = "OpportunityId,Field,OldValue,NewValue,CreatedDate\n";
  const std::string row = "006000000000001,StageName,A,B,2024-05-01T08:00:00Z\n";
  world.sync(1, {{"OpportunityFieldHistory.csv", header + row + row}});
  const SyncSummary again =
      world.sync(2, {{"OpportunityFieldHistory.csv",
                      header + row + row + "006000000000001,StageName,B,C,2024-05-01T09:00:00Z\n"}});
  EXPECT_EQ(again.history_rows, 1U);
  EXPECT_EQ(again.files.at(0).unchanged, 2U);
}

TEST(HistorySeed, of_rows_with_one_id_one_stays) {
  SyncWorld world;
  const std::string twice = std::string(kHistoryHeader) + told(2, "A", "B", "2024-05-01T08:00:00Z") +
                            told(1, "A", "B", "2024-05-01T08:00:00Z") +
                            told(2, "A", "C", "2024-05-01T08:00:00Z");
  EXPECT_EQ(world.sync(1, {{"OpportunityFieldHistory.csv", twice}}).history_rows, 2U);
  EXPECT_THAT(world.rows("SELECT new FROM change ORDER BY new"), ElementsAre("B", "C"));
}

TEST(HistorySeed, what_the_history_of_the_same_sync_tells_is_not_noted_as_seen) {
  SyncWorld world;
  world.sync(1, {{"Opportunity.csv", stage_on("A", "2024-05-01T00:00:00Z")}});
  world.sync(3, {{"Opportunity.csv", stage_on("C", "2024-06-03T08:00:00Z")},
                 {"OpportunityFieldHistory.csv", std::string(kHistoryHeader) +
                                                     told(1, "A", "B", "2024-06-02T08:00:00Z") +
                                                     told(2, "B", "C", "2024-06-03T08:00:00Z")}});
  EXPECT_THAT(
      world.rows(
          "SELECT old || new || known_from FROM changes WHERE field = 'StageName' ORDER BY happened_at"),
      ElementsAre("ABhistory", "BChistory"));
}

TEST(HistorySeed, what_a_later_history_tells_supersedes_what_was_seen) {
  SyncWorld world;
  world.sync(1, {{"Opportunity.csv", stage_on("A", "2024-05-01T00:00:00Z")}});
  world.sync(3, {{"Opportunity.csv", stage_on("C", "2024-06-03T08:00:00Z")}});
  world.sync(4, {{"OpportunityFieldHistory.csv", std::string(kHistoryHeader) +
                                                     told(1, "A", "B", "2024-06-02T08:00:00Z") +
                                                     told(2, "B", "C", "2024-06-03T08:00:00Z")}});
  EXPECT_THAT(
      world.rows("SELECT old || new || known_from || coalesce(superseded_at, '') FROM changes WHERE field = "
                 "'StageName' ORDER BY happened_at, known_from"),
      ElementsAre("ABhistory", "BChistory", "ACseen2024-06-04T12:00:00Z"));
}

TEST(HistorySeed, what_a_history_told_before_is_not_noted_as_seen) {
  SyncWorld world;
  world.sync(1, {{"Opportunity.csv", stage_on("A", "2024-05-01T00:00:00Z")}});
  world.sync(3, {{"OpportunityFieldHistory.csv",
                  std::string(kHistoryHeader) + told(1, "A", "B", "2024-06-02T08:00:00Z")}});
  world.sync(4, {{"Opportunity.csv", stage_on("B", "2024-06-02T08:00:00Z")}});
  EXPECT_THAT(world.rows("SELECT old || new || known_from FROM changes WHERE field = 'StageName'"),
              ElementsAre("ABhistory"));
}

TEST(HistorySeed, what_the_history_does_not_reach_stays_as_seen) {
  SyncWorld world;
  world.sync(1, {{"Opportunity.csv", stage_on("A", "2024-05-01T00:00:00Z")}});
  world.sync(3, {{"Opportunity.csv", stage_on("C", "2024-06-03T08:00:00Z")},
                 {"OpportunityFieldHistory.csv",
                  std::string(kHistoryHeader) + told(1, "A", "B", "2024-06-02T08:00:00Z")}});
  EXPECT_THAT(
      world.rows(
          "SELECT old || new || known_from FROM changes WHERE field = 'StageName' ORDER BY happened_at"),
      ElementsAre("ABhistory", "ACseen"));
}

// Back to what it was once: the old row is of another change.
TEST(HistorySeed, an_older_change_to_the_same_value_is_another_one) {
  SyncWorld world;
  world.sync(1, {{"Opportunity.csv", stage_on("A", "2024-05-20T00:00:00Z")},
                 {"OpportunityFieldHistory.csv",
                  std::string(kHistoryHeader) + told(1, "Z", "B", "2024-05-01T08:00:00Z")}});
  world.sync(2, {{"Opportunity.csv", stage_on("B", "2024-06-02T00:00:00Z")}});
  EXPECT_THAT(
      world.rows(
          "SELECT old || new || known_from FROM changes WHERE field = 'StageName' ORDER BY happened_at"),
      ElementsAre("ZBhistory", "ABseen"));
}

// The CRM does not keep what long texts were.
TEST(HistorySeed, a_row_without_values_gets_those_that_were_seen) {
  SyncWorld world;
  const auto text = [](std::string_view text, std::string_view modified) {
    return fmt::format("Id,Description,LastModifiedDate\n006000000000001,{},{}\n", text, modified);
  };
  world.sync(1, {{"Opportunity.csv", text("old", "2024-05-01T00:00:00Z")}});
  world.sync(2, {{"Opportunity.csv", text("new", "2024-06-02T08:00:00Z")},
                 {"OpportunityFieldHistory.csv",
                  std::string(kHistoryHeader) + told(1, "", "", "2024-06-02T08:00:00Z", "Description")}});
  EXPECT_THAT(world.rows("SELECT old || new || known_from FROM changes WHERE field = 'Description'"),
              ElementsAre("oldnewhistory"));
}

TEST(HistorySeed, values_compare_as_the_type_of_their_field) {
  SyncWorld world;
  const auto amount = [](std::string_view text, std::string_view modified) {
    return fmt::format("Id,Amount,OwnerId,LastModifiedDate\n006000000000001,{},{},{}\n", text,
                       text == "1" ? "005000000000001AAA" : "005000000000002AAA", modified);
  };
  world.sync(1, {{"Opportunity.csv", amount("1", "2024-05-01T00:00:00Z")}});
  world.sync(2, {{"Opportunity.csv", amount("1000", "2024-06-02T08:00:00Z")},
                 {"OpportunityFieldHistory.csv",
                  std::string(kHistoryHeader) + told(1, "1", "1.0E3", "2024-06-02T08:00:00Z", "Amount") +
                      told(2, "005000000000001", "005000000000002", "2024-06-02T08:00:00Z", "OwnerId")}});
  EXPECT_THAT(
      world.rows("SELECT field || known_from FROM changes WHERE field <> 'LastModifiedDate' ORDER BY field"),
      ElementsAre("Amounthistory", "OwnerIdhistory"));
}

// Random worlds: stages of a few records over a month, exported on some days, with the history of the CRM or
// without. Whatever the steps, once a history of everything has come each change is there once, and what was
// seen before stands as superseded.
class RandomHistoryTest : public ::testing::TestWithParam<unsigned> {};

struct StageChange {
  std::size_t record = 0;
  std::string old;
  std::string now;
  Instant at{};
};

TEST_P(RandomHistoryTest, each_change_counts_once_whatever_the_steps) {
  std::mt19937 dice(GetParam());
  const auto roll = [&](int sides) { return static_cast<int>(dice() % static_cast<unsigned>(sides)); };
  constexpr std::size_t kRecords = 4;
  constexpr int kDays = 12;
  std::vector<StageChange> all;
  std::array<std::string, kRecords> stages;
  std::array<Instant, kRecords> modified;
  stages.fill("A");
  modified.fill(day_of_sync(1) - std::chrono::hours{48});
  SyncWorld world;
  const auto records = [&] {
    std::string text = "Id,StageName,LastModifiedDate\n";
    for (std::size_t i = 0; i < kRecords; ++i)
      text += fmt::format("00600000000000{},{},{}\n", i, stages[i], format_instant(modified[i]));
    return text;
  };
  const auto history = [&] {
    std::string text = "Id,OpportunityId,Field,OldValue,NewValue,CreatedDate\n";
    for (std::size_t i = 0; i < all.size(); ++i)
      text += fmt::format("017{:012},00600000000000{},StageName,{},{},{}\n", i, all[i].record, all[i].old,
                          all[i].now, format_instant(all[i].at));
    return text;
  };
  world.sync(1, {{"Opportunity.csv", records()}});
  for (int day = 2; day <= kDays; ++day) {
    for (int count = roll(4); count > 0; --count) {
      const auto record = static_cast<std::size_t>(roll(int{kRecords}));
      std::string now(1, static_cast<char>('A' + roll(3)));
      if (now == stages[record]) continue;
      const Instant at =
          std::max(modified[record] + std::chrono::seconds{1},
                   day_of_sync(day) - std::chrono::hours{20} + std::chrono::minutes{roll(1000)});
      all.push_back({.record = record, .old = stages[record], .now = now, .at = at});
      stages[record] = now;
      modified[record] = at;
    }
    std::map<std::string, std::string> files;
    if (roll(3) > 0) files["Opportunity.csv"] = records();
    if (roll(3) == 0) files["OpportunityFieldHistory.csv"] = history();
    if (!files.empty()) world.sync(day, files);
  }
  world.sync(kDays + 1, {{"Opportunity.csv", records()}, {"OpportunityFieldHistory.csv", history()}});
  std::vector<std::string> expected;
  for (const StageChange& change : all)
    expected.push_back(
        fmt::format("{}{}{}{}", change.record, change.old, change.now, format_instant(change.at)));
  std::ranges::sort(expected);
  EXPECT_EQ(
      world.rows("SELECT substr(record, 15) || old || new || happened_at AS line FROM changes WHERE field = "
                 "'StageName' AND superseded_at IS NULL ORDER BY line"),
      expected);
  // What was seen once is never lost.
  EXPECT_THAT(
      world.rows("SELECT 1 FROM changes WHERE known_from = 'seen' AND field = 'StageName' AND superseded_at "
                 "< seen_at"),
      IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomHistoryTest, ::testing::Range(1U, 13U));

}  // namespace
}  // namespace plumbline
