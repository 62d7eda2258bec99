#include "policies/data_gaps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policies/parameter_fields.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr std::string_view kText = R"(pack: gaps
title: Gaps
parameters:
  stages: [Open]
  team: West
  floor: 5
  unused: x
define:
  in_stage: StageName IN :stages
  owner_team: BLANKVALUE(Owner.Team__c, 'none')
policies:
  - id: amount
    title: Amount
    on: Opportunity
    severity: low
    judged_when: in_stage
    violated_when: Amount < :floor
    says: "x"
    fix: "y"
    examples:
      - {given: {StageName: Open, Amount: 1}, as_of: 2024-01-01, violated: true}
      - {given: {StageName: Open, Amount: 9}, as_of: 2024-01-01, violated: false}
  - id: pushed
    title: Pushed
    on: Opportunity
    severity: low
    violated_when: PUSHES(CloseDate, 90) > 2 AND Amount > 0
    says: "x"
    fix: "y"
    enabled: true
    examples:
      - {given: {Amount: null}, as_of: 2024-01-01, violated: false}
  - id: team
    title: Team
    on: Account
    severity: low
    violated_when: owner_team = :team AND COUNT(Opportunities WHERE Type = :team) = 0
    says: "x"
    fix: "y"
    examples:
      - {given: {Owner.Team__c: West}, as_of: 2024-01-01, violated: true}
      - {given: {Owner.Team__c: East}, as_of: 2024-01-01, violated: false}
)";

class DataGapsTest : public testing::Test {
 protected:
  void SetUp() override {
    Diagnostics diagnostics;
    auto pack = load_pack_to_check({.file = "gaps.yaml", .text = std::string(kText)}, diagnostics,
                                   PackExamples::kNotNeeded);
    ASSERT_TRUE(pack);
    bound_ = bind_pack(std::make_shared<const Pack>(*std::move(pack)), schema_, {}, diagnostics);
    ASSERT_EQ(bound_.policies.size(), 3U);
  }

  std::pair<std::size_t, std::size_t> place(std::string_view object, std::string_view field) const {
    const std::size_t at = *schema_.find_object(object);
    return {at, *schema_.object(at).find(field)};
  }
  void add(std::string_view object, const std::vector<std::string>& fields) {
    data_.objects.insert(*schema_.find_object(object));
    for (const std::string& field : fields) data_.fields.insert(place(object, field));
  }
  // "export Account: 1 (1)"
  std::vector<std::string> gaps() {
    std::vector<std::string> told;
    found_ = find_data_gaps({&bound_}, data_, schema_);
    for (const DataGap& gap : found_.gaps) {
      const ObjectSchema& object = schema_.object(gap.what.object);
      std::string what = object.name;
      if (gap.what.kind != Requirement::Kind::kObject) what += "." + object.fields[gap.what.field].name;
      if (gap.what.kind == Requirement::Kind::kHistory) what += " changes";
      told.push_back(what + ": " + std::to_string(gap.policies.size()) + " (" + std::to_string(gap.alone) +
                     ")");
    }
    return told;
  }

  Schema schema_ = Schema::standard();
  BoundPack bound_;
  DataPresence data_;
  DataGaps found_;
};

TEST_F(DataGapsTest, NamesWhatMostPoliciesWaitForFirst) {
  add("Opportunity", {"Id", "StageName", "CloseDate"});
  add("OpportunityFieldHistory", {"Field"});
  data_.tracked.insert(place("Opportunity", "CloseDate"));
  EXPECT_THAT(gaps(), ElementsAre("Opportunity.Amount: 2 (2)", "Account: 1 (0)", "User: 1 (0)",
                                  "Opportunity.AccountId: 1 (0)", "Opportunity.Type: 1 (0)"));
  EXPECT_TRUE(found_.packs[0].judged.empty());
}

TEST_F(DataGapsTest, TellsAMissingHistoryFromOneThatHoldsOtherFields) {
  add("Opportunity", {"Id", "StageName", "CloseDate", "Amount", "Type", "AccountId"});
  add("Account", {"Id", "OwnerId"});
  add("User", {"Id", "Team__c"});
  EXPECT_THAT(gaps(), ElementsAre("OpportunityFieldHistory: 1 (1)"));
  add("OpportunityFieldHistory", {"Field"});
  EXPECT_THAT(gaps(), ElementsAre("Opportunity.CloseDate changes: 1 (1)"));
  data_.tracked.insert(place("Opportunity", "CloseDate"));
  EXPECT_THAT(gaps(), ElementsAre());
  EXPECT_EQ(found_.packs[0].judged.size(), 3U);
}

TEST_F(DataGapsTest, ParametersAreOfTheFieldsTheyAreComparedWith) {
  EXPECT_THAT(parameter_fields(*bound_.pack, schema_),
              UnorderedElementsAre(
                  Pair("stages", ElementsAre(place("Opportunity", "StageName"))),
                  Pair("team", UnorderedElementsAre(place("Opportunity", "Type"), place("User", "Team__c"))),
                  Pair("floor", ElementsAre(place("Opportunity", "Amount")))));
}

}  // namespace
}  // namespace plumbline
