#include "base/nearest_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace plumbline {
namespace {

std::optional<std::string> nearest(std::string_view unknown, const std::vector<std::string>& known) {
  return nearest_name(unknown, known);
}

TEST(NearestName, FindsAMissingLetter) {
  EXPECT_EQ(nearest("Next_Step_Date__c", {"Amount", "Next_Steps_Date__c", "CloseDate"}),
            "Next_Steps_Date__c");
  EXPECT_EQ(nearest("Oportunity", {"Account", "Opportunity", "User"}), "Opportunity");
}

TEST(NearestName, FindsASurplusAndAWrongLetter) {
  EXPECT_EQ(nearest("Ammount", {"Amount"}), "Amount");
  EXPECT_EQ(nearest("Amaunt", {"Amount"}), "Amount");
}

TEST(NearestName, CountsASwapAsOneMistake) { EXPECT_EQ(nearest("Nmae", {"Name"}), "Name"); }

TEST(NearestName, IgnoresCase) {
  EXPECT_EQ(nearest("CLOSEDATE", {"CloseDate"}), "CloseDate");
  EXPECT_EQ(nearest("ÜBERGABE", {"übergabe"}), "übergabe");
}

TEST(NearestName, IgnoresUnderscoresAndTheCustomSuffix) {
  EXPECT_EQ(nearest("NextStepsDate", {"Amount", "Next_Steps_Date__c"}), "Next_Steps_Date__c");
  EXPECT_EQ(nearest("Close_Date", {"CloseDate"}), "CloseDate");
  EXPECT_EQ(nearest("Segment", {"Segment__c"}), "Segment__c");
}

TEST(NearestName, ForgivesAMistakeBesidesTheMissingSuffix) {
  EXPECT_EQ(nearest("Compeling Event", {"Compelling_Event__c"}), "Compelling_Event__c");
}

TEST(NearestName, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("Probability", {"Amount", "CloseDate", "StageName"}), std::nullopt);
  EXPECT_EQ(nearest("Amount", {}), std::nullopt);
  EXPECT_EQ(nearest("", {"Id"}), std::nullopt);
  EXPECT_EQ(nearest("__c", {"Id"}), std::nullopt);
}

TEST(NearestName, AllowsOneMistakeInThreeLettersButNoMore) {
  EXPECT_EQ(nearest("Nam", {"Name"}), "Name");
  EXPECT_EQ(nearest("Nxmy", {"Name"}), std::nullopt);
}

TEST(NearestName, AllowsThreeMistakesAtMost) {
  EXPECT_EQ(nearest("abcdefghijklmnopqrs", {"abcdefghijklmnopqrsxyz"}), "abcdefghijklmnopqrsxyz");
  EXPECT_EQ(nearest("abcdefghijklmnopqrs", {"abcdefghijklmnopqrswxyz"}), std::nullopt);
}

TEST(NearestName, DoesNotTakeOneLetterForAnother) { EXPECT_EQ(nearest("A", {"B"}), std::nullopt); }

TEST(NearestName, PrefersTheShortestDistance) {
  EXPECT_EQ(nearest("StageNane", {"StageLane", "StageName"}), "StageLane");
  EXPECT_EQ(nearest("StageNam", {"StageLanes", "StageName"}), "StageName");
}

TEST(NearestName, AmongEquallyNearNamesTakesTheFirst) {
  EXPECT_EQ(nearest("Nome", {"Name", "None"}), "Name");
  EXPECT_EQ(nearest("Nome", {"None", "Name"}), "None");
}

TEST(NearestName, PrefersTheNameThatDiffersOnlyInCase) {
  EXPECT_EQ(nearest("amount__C", {"Amount", "Amount__c"}), "Amount__c");
}

TEST(NearestName, GivesNoAdviceOnNamesBeyondTheBound) {
  const std::string endless(5000, 'x');
  EXPECT_EQ(nearest(endless, {endless}), std::nullopt);
}

TEST(DidYouMean, IsTheEndOfASentence) {
  const std::vector<std::string> known = {"Amount"};
  EXPECT_EQ(did_you_mean("Amont", known), "; did you mean Amount?");
  EXPECT_EQ(did_you_mean("Probability", known), "");
}

}  // namespace
}  // namespace plumbline
