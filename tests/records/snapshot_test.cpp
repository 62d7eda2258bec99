#include "records/snapshot.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/records/table_support.h"

namespace plumbline {
namespace {

using Rows = std::vector<RowIndex>;

Rows to_rows(std::span<const RowIndex> rows) { return {rows.begin(), rows.end()}; }

class SnapshotTest : public testing::Test {
 protected:
  std::size_t object(std::string_view name) const { return object_index(maker_.schema(), name); }
  std::size_t field(std::string_view owner, std::string_view name) const {
    return field_index(maker_.schema(), owner, name);
  }
  void need_lookup(std::string_view owner, std::string_view name) {
    needs_.lookups.emplace(object(owner), field(owner, name));
  }
  std::size_t need_relationship(std::string_view parent, std::string_view name) {
    const std::size_t link = maker_.relationship(parent, name);
    needs_.relationships.insert(link);
    return link;
  }
  void need_history(std::string_view name) {
    needs_.history.emplace(object("Opportunity"), field("Opportunity", name));
  }
  void add_history(const std::vector<TextRow>& rows) {
    maker_.add("OpportunityFieldHistory", {"OpportunityId", "Field", "OldValue", "NewValue", "CreatedDate"},
               rows);
  }
  std::string times(const Snapshot& data, std::string_view name, RowIndex row) const {
    std::string all;
    for (const FieldChange& change : data.changes(object("Opportunity"), field("Opportunity", name), row)) {
      const ToldValue now = data.new_value(object("Opportunity"), change);
      all += (now.kind == CellKind::kNull ? "null" : std::string(now.text)) + " ";
    }
    return all;
  }

  SnapshotMaker maker_;
  DataNeeds needs_;
};

TEST_F(SnapshotTest, AnObjectNotInTheDataHasNoTable) {
  maker_.add("Account", {"Id"}, {{"001000000000001"}});
  const auto data = maker_.build(needs_);
  EXPECT_NE(data->table(object("Account")), nullptr);
  EXPECT_EQ(data->table(object("Opportunity")), nullptr);
}

TEST_F(SnapshotTest, LookupsLeadToRowsByEitherFormOfTheId) {
  maker_.add("Account", {"Id"}, {{"001000000000001"}, {"001R0000002AbcDIAS"}});
  maker_.add("Opportunity", {"Id", "AccountId"},
             {{"006000000000001", "001R0000002AbcD"},
              {"006000000000002", ""},
              {"006000000000003", "001999999999999"}});
  need_lookup("Opportunity", "AccountId");
  const auto data = maker_.build(needs_);
  const std::size_t account = field("Opportunity", "AccountId");
  EXPECT_EQ(data->target(object("Opportunity"), account, 0), 1U);
  EXPECT_EQ(data->target(object("Opportunity"), account, 1), kNoRow);
  EXPECT_EQ(data->target(object("Opportunity"), account, 2), kMissingRow);
  EXPECT_EQ(to_rows(data->targets(object("Opportunity"), account)), (Rows{1, kNoRow, kMissingRow}));
}

TEST_F(SnapshotTest, ADeletedRecordIsMissing) {
  maker_.add("Account", {"Id", "IsDeleted"}, {{"001000000000001", "true"}});
  maker_.add("Opportunity", {"Id", "AccountId"}, {{"006000000000001", "001000000000001"}});
  need_lookup("Opportunity", "AccountId");
  EXPECT_EQ(maker_.build(needs_)->target(object("Opportunity"), field("Opportunity", "AccountId"), 0),
            kMissingRow);
}

TEST_F(SnapshotTest, WithoutTheReferencedObjectOrTheColumnEveryRecordIsMissing) {
  maker_.add("Opportunity", {"Id", "AccountId"}, {{"006000000000001", "001000000000001"}});
  need_lookup("Opportunity", "AccountId");
  need_lookup("Opportunity", "OwnerId");
  const auto data = maker_.build(needs_);
  EXPECT_EQ(data->target(object("Opportunity"), field("Opportunity", "AccountId"), 0), kMissingRow);
  EXPECT_EQ(data->target(object("Opportunity"), field("Opportunity", "OwnerId"), 0), kMissingRow);
}

TEST_F(SnapshotTest, AReferenceThatCouldNotBeReadIsMissing) {
  maker_.add("Account", {"Id"}, {{"001000000000001"}});
  maker_.add("Opportunity", {"Id", "AccountId"}, {{"006000000000001", "(long)"}});
  need_lookup("Opportunity", "AccountId");
  EXPECT_EQ(maker_.build(needs_)->target(object("Opportunity"), field("Opportunity", "AccountId"), 0),
            kMissingRow);
}

TEST_F(SnapshotTest, ChildrenAreGatheredInFileOrder) {
  maker_.add("Account", {"Id"}, {{"001000000000001"}, {"001000000000002"}, {"001000000000003"}});
  maker_.add("Opportunity", {"Id", "AccountId"},
             {{"006000000000001", "001000000000002"},
              {"006000000000002", "001000000000001"},
              {"006000000000003", "001000000000002"},
              {"006000000000004", ""},
              {"006000000000005", "001999999999999"}});
  const std::size_t link = need_relationship("Account", "Opportunities");
  const auto data = maker_.build(needs_);
  EXPECT_EQ(to_rows(data->related(link, 0)), (Rows{1}));
  EXPECT_EQ(to_rows(data->related(link, 1)), (Rows{0, 2}));
  EXPECT_TRUE(data->related(link, 2).empty());
  EXPECT_FALSE(data->has_unplaced(link));
}

TEST_F(SnapshotTest, DeletedAndReplacedChildrenAreInNoRelationship) {
  maker_.add("Account", {"Id"}, {{"001000000000001"}});
  maker_.add("Opportunity", {"Id", "AccountId", "IsDeleted"},
             {{"006000000000001", "001000000000001", "true"},
              {"006000000000002", "001000000000001", ""},
              {"006000000000002", "001000000000001", ""}});
  const std::size_t link = need_relationship("Account", "Opportunities");
  EXPECT_EQ(to_rows(maker_.build(needs_)->related(link, 0)), (Rows{2}));
}

TEST_F(SnapshotTest, OneRowRelationshipsKeepTheLastRow) {
  maker_.add("Opportunity", {"Id"}, {{"006000000000001"}, {"006000000000002"}});
  maker_.add("ClariOpportunity", {"OpportunityId", "StageName"},
             {{"006000000000001", "a"}, {"006000000000002", "b"}, {"006000000000001", "c"}});
  const std::size_t link = need_relationship("Opportunity", "Clari");
  const auto data = maker_.build(needs_);
  EXPECT_EQ(to_rows(data->related(link, 0)), (Rows{2}));
  EXPECT_EQ(to_rows(data->related(link, 1)), (Rows{1}));
}

TEST_F(SnapshotTest, EmailJoinsIgnoreCaseAndOuterBlanksAndServeEveryUserOfTheAddress) {
  maker_.add("User", {"Id", "Email"},
             {{"005000000000001", "Zoë@Example.com"},
              {"005000000000002", " zoë@example.COM "},
              {"005000000000003", ""}});
  maker_.add("Milestone", {"UserEmail", "Milestone"}, {{"ZOË@example.com ", "Workshop"}, {"", "Capstone"}});
  const std::size_t link = need_relationship("User", "Milestones");
  const auto data = maker_.build(needs_);
  EXPECT_EQ(to_rows(data->related(link, 0)), (Rows{0}));
  EXPECT_EQ(to_rows(data->related(link, 1)), (Rows{0}));
  EXPECT_TRUE(data->related(link, 2).empty());
}

TEST_F(SnapshotTest, TheFallbackIsAskedOnlyWhereTheKeyIsBlank) {
  maker_.add("User", {"Id", "Email"},
             {{"005000000000001", "a@example.com"}, {"005000000000002", "b@example.com"}});
  maker_.add("ForecastSubmission", {"UserId", "UserEmail", "Field"},
             {{"005000000000001", "b@example.com", "Net 50/50"}, {"", "B@example.com", "Net 50/50"}});
  const std::size_t link = need_relationship("User", "Forecasts");
  const auto data = maker_.build(needs_);
  EXPECT_EQ(to_rows(data->related(link, 0)), (Rows{0}));
  EXPECT_EQ(to_rows(data->related(link, 1)), (Rows{1}));
}

TEST_F(SnapshotTest, WithoutAKeyColumnTheFallbackPlacesEveryRow) {
  maker_.add("User", {"Id", "Email"}, {{"005000000000001", "a@example.com"}});
  maker_.add("ForecastSubmission", {"UserEmail", "Field"}, {{"a@example.com", "Net 50/50"}});
  const std::size_t link = need_relationship("User", "Forecasts");
  const auto data = maker_.build(needs_);
  EXPECT_EQ(to_rows(data->related(link, 0)), (Rows{0}));
  EXPECT_FALSE(data->has_unplaced(link));
}

TEST_F(SnapshotTest, AChildWhoseKeyCannotBeReadIsUnplaced) {
  maker_.add("Account", {"Id"}, {{"001000000000001"}});
  maker_.add("Opportunity", {"Id", "AccountId"}, {{"006000000000001", "(long)"}});
  const std::size_t link = need_relationship("Account", "Opportunities");
  EXPECT_TRUE(maker_.build(needs_)->has_unplaced(link));
}

TEST_F(SnapshotTest, AChildWithoutItsKeyColumnIsUnplaced) {
  maker_.add("Account", {"Id"}, {{"001000000000001"}});
  maker_.add("Opportunity", {"Id"}, {{"006000000000001"}});
  const std::size_t link = need_relationship("Account", "Opportunities");
  EXPECT_TRUE(maker_.build(needs_)->has_unplaced(link));
}

TEST_F(SnapshotTest, ADeletedChildIsNotUnplaced) {
  maker_.add("Account", {"Id"}, {{"001000000000001"}});
  maker_.add("Opportunity", {"Id", "AccountId", "IsDeleted"}, {{"006000000000001", "(long)", "1"}});
  const std::size_t link = need_relationship("Account", "Opportunities");
  EXPECT_FALSE(maker_.build(needs_)->has_unplaced(link));
}

TEST_F(SnapshotTest, ChangesStandByTimeAndThenByFileOrder) {
  maker_.add("Opportunity", {"Id"}, {{"006000000000001"}, {"006000000000002"}});
  add_history({{"006000000000001", "stagename", "b", "c", "2024-01-02T00:00:00Z"},
               {"006000000000002", "StageName", "x", "y", "2024-01-01T00:00:00Z"},
               {"006000000000001", "StageName", "a", "b", "2024-01-01T00:00:00Z"},
               {"006000000000001", " StageName ", "c", "d", "2024-01-02T00:00:00Z"},
               {"006000000000001", "CloseDate", "1", "2", "2024-01-02T00:00:00Z"}});
  need_history("StageName");
  const auto data = maker_.build(needs_);
  EXPECT_EQ(times(*data, "StageName", 0), "b c d ");
  EXPECT_EQ(times(*data, "StageName", 1), "y ");
}

TEST_F(SnapshotTest, AChangeKnowsNullFromUnknown) {
  maker_.add("Opportunity", {"Id"}, {{"006000000000001"}});
  add_history({{"006000000000001", "NextStep", "", "(long)", "2024-01-02T00:00:00Z"}});
  need_history("NextStep");
  const auto data = maker_.build(needs_);
  const auto changes = data->changes(object("Opportunity"), field("Opportunity", "NextStep"), 0);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(data->old_value(object("Opportunity"), changes[0]).kind, CellKind::kNull);
  EXPECT_EQ(data->new_value(object("Opportunity"), changes[0]).kind, CellKind::kUnknown);
  EXPECT_EQ(format_instant(changes[0].at), "2024-01-02T00:00:00Z");
}

TEST_F(SnapshotTest, ChangesWithoutATimeAreLeftOut) {
  maker_.add("Opportunity", {"Id"}, {{"006000000000001"}});
  add_history(
      {{"006000000000001", "NextStep", "a", "b", ""}, {"006000000000001", "NextStep", "a", "b", "soon"}});
  need_history("NextStep");
  const auto data = maker_.build(needs_);
  EXPECT_TRUE(data->changes(object("Opportunity"), field("Opportunity", "NextStep"), 0).empty());
  EXPECT_TRUE(data->is_tracked(object("Opportunity"), field("Opportunity", "NextStep")));
}

TEST_F(SnapshotTest, AFieldIsTrackedWhereAnyRecordHasAChangeOfIt) {
  maker_.add("Opportunity", {"Id"}, {{"006000000000001"}});
  add_history({{"006999999999999", "NextStep", "a", "b", "2024-01-02T00:00:00Z"}});
  need_history("NextStep");
  need_history("StageName");
  const auto data = maker_.build(needs_);
  EXPECT_TRUE(data->is_tracked(object("Opportunity"), field("Opportunity", "NextStep")));
  EXPECT_TRUE(data->changes(object("Opportunity"), field("Opportunity", "NextStep"), 0).empty());
  EXPECT_FALSE(data->is_tracked(object("Opportunity"), field("Opportunity", "StageName")));
}

TEST_F(SnapshotTest, CreationsAreKnownWhereChangesAre) {
  maker_.add("Opportunity", {"Id", "CreatedDate"}, {{"006000000000001", "2024-01-01T00:00:00Z"}});
  add_history({{"006000000000001", "NextStep", "a", "b", "2024-01-02T00:00:00Z"}});
  need_history("NextStep");
  const auto data = maker_.build(needs_);
  const Column* const creations = data->creations(object("Opportunity"));
  ASSERT_NE(creations, nullptr);
  EXPECT_EQ(format_instant(creations->instant(0)), "2024-01-01T00:00:00Z");
  EXPECT_EQ(data->creations(object("Account")), nullptr);
}

TEST_F(SnapshotTest, CreationsThatTheDataLacksAreNot) {
  maker_.add("Opportunity", {"Id"}, {{"006000000000001"}});
  add_history({{"006000000000001", "NextStep", "a", "b", "2024-01-02T00:00:00Z"}});
  need_history("NextStep");
  EXPECT_EQ(maker_.build(needs_)->creations(object("Opportunity")), nullptr);
}

TEST_F(SnapshotTest, ManyReferencesLeadWhereEachOneDoesWhateverTheThreads) {
  constexpr std::size_t kRows = 140'000;  // more than one thread looks up before it asks for more
  const auto id = [](std::string_view prefix, std::size_t number) {
    return fmt::format("{}{:012}", prefix, number);
  };
  std::vector<TextRow> accounts;
  for (std::size_t i = 0; i < kRows; i += 2) accounts.push_back({id("001", i)});
  maker_.add("Account", {"Id"}, accounts);
  std::vector<TextRow> opportunities;
  for (std::size_t i = 0; i < kRows; ++i)
    opportunities.push_back({id("006", i), i % 7 == 0 ? "" : id("001", kRows - i)});
  maker_.add("Opportunity", {"Id", "AccountId"}, opportunities);
  need_lookup("Opportunity", "AccountId");
  const auto data = maker_.build(needs_, 3);
  for (RowIndex row = 0; row < kRows; ++row) {
    const std::size_t account = kRows - row;
    const bool there = account % 2 == 0 && account < kRows;
    const RowIndex expected = row % 7 == 0 ? kNoRow
                              : there      ? static_cast<RowIndex>(account / 2)
                                           : kMissingRow;
    ASSERT_EQ(data->target(object("Opportunity"), field("Opportunity", "AccountId"), row), expected) << row;
  }
}

TEST_F(SnapshotTest, WithoutHistoryNothingIsTracked) {
  maker_.add("Opportunity", {"Id"}, {{"006000000000001"}});
  need_history("NextStep");
  const auto data = maker_.build(needs_);
  EXPECT_FALSE(data->is_tracked(object("Opportunity"), field("Opportunity", "NextStep")));
  EXPECT_TRUE(data->changes(object("Opportunity"), field("Opportunity", "NextStep"), 0).empty());
}

TEST(SnapshotHistoryTest, ARenamedFieldsChangesGoByItsOwnName) {
  Schema schema = Schema::standard();
  const std::size_t opportunity = object_index(schema, "Opportunity");
  const std::size_t arr = schema.add_field(opportunity, {.name = "Net_ARR__c",
                                                         .label = "",
                                                         .type = FieldType::kMoney,
                                                         .references = "",
                                                         .required = false,
                                                         .own_name = "ARR_Net__c"});
  SnapshotMaker maker(std::move(schema));
  maker.add("Opportunity", {"Id"}, {{"006000000000001"}});
  maker.add("OpportunityFieldHistory", {"OpportunityId", "Field", "CreatedDate"},
            {{"006000000000001", "arr_net__c", "2024-01-02T00:00:00Z"}});
  DataNeeds needs;
  needs.history.emplace(opportunity, arr);
  const auto data = maker.build(needs);
  ASSERT_EQ(data->changes(opportunity, arr, 0).size(), 1U);
  EXPECT_EQ(data->old_value(opportunity, data->changes(opportunity, arr, 0)[0]).kind, CellKind::kUnknown);
}

TEST_F(SnapshotTest, CurrencyRatesGoByCodeInAnyCase) {
  maker_.add("CurrencyType", {"IsoCode", "ConversionRate"},
             {{"eur", "0.9"}, {"USD", "1"}, {"GBP", "0"}, {"JPY", "x"}});
  const auto data = maker_.build(needs_);
  EXPECT_EQ(data->currency_rates().rate("EUR"), 0.9);
  EXPECT_EQ(data->currency_rates().rate(" usd "), 1.0);
  EXPECT_FALSE(data->currency_rates().rate("GBP"));
  EXPECT_FALSE(data->currency_rates().rate("JPY"));
  EXPECT_FALSE(data->currency_rates().empty());
}

class DataNeedsTest : public SnapshotTest {
 protected:
  bool has(std::string_view owner, std::string_view name) const { return has(needs_.fields, owner, name); }
  bool has_passing(std::string_view owner, std::string_view name) const {
    return has(needs_.passing, owner, name);
  }

 private:
  bool has(const std::map<std::size_t, std::set<std::size_t>>& fields, std::string_view owner,
           std::string_view name) const {
    const auto found = fields.find(object(owner));
    return found != fields.end() && found->second.contains(field(owner, name));
  }
};

TEST_F(DataNeedsTest, AJudgedObjectImpliesIdNameOwnerAndTheOwnersZone) {
  needs_.add_passing_field(object("Opportunity"), field("Opportunity", "CloseDate"));
  needs_.add_implied(maker_.schema());
  for (const std::string_view name : {"Id", "Name", "OwnerId", "CurrencyIsoCode"}) {
    EXPECT_TRUE(has_passing("Opportunity", name)) << name;
    EXPECT_FALSE(has("Opportunity", name)) << name;
  }
  EXPECT_TRUE(has("Opportunity", "IsDeleted")) << "which rows are judged is settled before any is";
  for (const std::string_view name : {"Id", "Name", "TimeZoneSidKey"}) EXPECT_TRUE(has("User", name)) << name;
  EXPECT_FALSE(has("User", "Email"));
  EXPECT_TRUE(needs_.passing_lookups.contains({object("Opportunity"), field("Opportunity", "OwnerId")}));
  EXPECT_TRUE(has("CurrencyType", "ConversionRate"));
  EXPECT_FALSE(has("Opportunity", "Amount"));
  EXPECT_FALSE(needs_.fields.contains(object("Account")));
}

TEST_F(DataNeedsTest, ALookupImpliesItsReferenceAndTheTargetsId) {
  need_lookup("Opportunity", "AccountId");
  needs_.add_implied(maker_.schema());
  EXPECT_TRUE(has("Opportunity", "AccountId"));
  EXPECT_TRUE(has("Account", "Id"));
  EXPECT_TRUE(has("Account", "IsDeleted"));
}

TEST_F(DataNeedsTest, ARelationshipImpliesBothSidesOfItsKeys) {
  need_relationship("User", "Forecasts");
  needs_.add_implied(maker_.schema());
  EXPECT_TRUE(has("ForecastSubmission", "UserId"));
  EXPECT_TRUE(has("ForecastSubmission", "UserEmail"));
  EXPECT_TRUE(has("User", "Id"));
  EXPECT_TRUE(has("User", "Email"));
}

TEST_F(DataNeedsTest, HistoryImpliesItsRowsAndTheRecordsCreation) {
  need_history("StageName");
  needs_.add_implied(maker_.schema());
  for (const std::string_view name : {"OpportunityId", "Field", "OldValue", "NewValue", "CreatedDate"}) {
    EXPECT_TRUE(has("OpportunityFieldHistory", name)) << name;
  }
  EXPECT_FALSE(has("Opportunity", "StageName")) << "its history is read, not what it is now";
  EXPECT_TRUE(has("Opportunity", "CreatedDate"));
  EXPECT_TRUE(has("Opportunity", "Id"));
}

TEST_F(DataNeedsTest, IdsThatNothingFindsARecordByAreNotKept) {
  need_relationship("Opportunity", "Tasks");
  need_history("StageName");
  needs_.add_implied(maker_.schema());
  EXPECT_FALSE(has("Task", "Id"));
  EXPECT_FALSE(has("OpportunityFieldHistory", "Id"));
  EXPECT_TRUE(needs_.nameless.contains(object("Task")));
  EXPECT_TRUE(needs_.nameless.contains(object("OpportunityFieldHistory")));
  EXPECT_TRUE(has("Opportunity", "Id"));
}

TEST_F(DataNeedsTest, RecordsThatANoticeMayNameKeepTheirIds) {
  needs_.add_field(object("Task"), field("Task", "OwnerId"));
  needs_.add_implied(maker_.schema());
  EXPECT_TRUE(has("Task", "Id"));
}

TEST_F(DataNeedsTest, OfAHistoryOnlyChangesAreReadUnlessSomethingElseReadsItToo) {
  const std::size_t history = object("OpportunityFieldHistory");
  need_history("StageName");
  DataNeeds changes = needs_;
  changes.add_implied(maker_.schema());
  EXPECT_TRUE(changes.only_changes.contains(history));

  DataNeeds related = needs_;
  related.relationships.insert(maker_.relationship("Opportunity", "Histories"));
  related.add_implied(maker_.schema());
  EXPECT_TRUE(related.only_changes.empty());

  DataNeeds selected = needs_;
  selected.add_field(history, field("OpportunityFieldHistory", "OpportunityId"));
  selected.add_implied(maker_.schema());
  EXPECT_TRUE(selected.only_changes.empty());

  DataNeeds judged = needs_;
  judged.add_passing_field(history, field("OpportunityFieldHistory", "OldValue"));
  judged.add_implied(maker_.schema());
  EXPECT_TRUE(judged.only_changes.empty());

  changes.add(selected);
  EXPECT_TRUE(changes.only_changes.empty()) << "what the others read is not known before it is implied again";
}

TEST_F(DataNeedsTest, AnObjectMerelyJoinedImpliesItsIdAlone) {
  needs_.add_field(object("Account"), field("Account", "Industry"));
  needs_.add_implied(maker_.schema());
  EXPECT_TRUE(has("Account", "Id"));
  EXPECT_TRUE(has("Account", "IsDeleted"));
  EXPECT_FALSE(has("Account", "Name"));
  EXPECT_FALSE(has("Account", "OwnerId"));
}

TEST_F(DataNeedsTest, APassingLookupKeepsTheTargetsIdButNotTheReference) {
  needs_.add_passing_field(object("Opportunity"), field("Opportunity", "Amount"));
  needs_.passing_lookups.emplace(object("Opportunity"), field("Opportunity", "AccountId"));
  needs_.add_implied(maker_.schema());
  EXPECT_TRUE(has_passing("Opportunity", "AccountId"));
  EXPECT_FALSE(has("Opportunity", "AccountId"));
  EXPECT_TRUE(has("Account", "Id"));
}

TEST_F(DataNeedsTest, IdsOfAnObjectJudgedAreKeptWhereSomethingLooksThemUp) {
  needs_.add_passing_field(object("Opportunity"), field("Opportunity", "Amount"));
  need_relationship("Opportunity", "Tasks");
  needs_.add_implied(maker_.schema());
  EXPECT_TRUE(has("Opportunity", "Id"));
}

TEST_F(DataNeedsTest, ParentsOfAccountsAreKeptForTheNoticeAboutCircles) {
  needs_.add_passing_field(object("Account"), field("Account", "Name"));
  needs_.passing_lookups.emplace(object("Account"), field("Account", "ParentId"));
  needs_.add_implied(maker_.schema());
  EXPECT_TRUE(has("Account", "ParentId"));
}

TEST_F(DataNeedsTest, KeepingWhatPassesLeavesNothingPassing) {
  needs_.add_passing_field(object("Opportunity"), field("Opportunity", "Amount"));
  needs_.passing_lookups.emplace(object("Opportunity"), field("Opportunity", "AccountId"));
  needs_.add_implied(maker_.schema());
  needs_.keep_passing();
  EXPECT_TRUE(has("Opportunity", "Amount"));
  EXPECT_TRUE(has("Opportunity", "Id"));
  EXPECT_TRUE(needs_.lookups.contains({object("Opportunity"), field("Opportunity", "AccountId")}));
  EXPECT_TRUE(needs_.passing.empty());
  EXPECT_TRUE(needs_.passing_lookups.empty());
}

TEST_F(DataNeedsTest, AddingJoinsTwoNeeds) {
  DataNeeds other;
  other.add_field(object("Lead"), field("Lead", "Status"));
  other.lookups.emplace(object("Lead"), field("Lead", "OwnerId"));
  needs_.add_field(object("Lead"), field("Lead", "Name"));
  needs_.add(other);
  EXPECT_TRUE(has("Lead", "Status"));
  EXPECT_TRUE(has("Lead", "Name"));
  EXPECT_EQ(needs_.lookups.size(), 1U);
}

}  // namespace
}  // namespace plumbline
