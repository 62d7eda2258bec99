#include "records/name_match.h"

#include <gtest/gtest.h>

namespace plumbline {
namespace {

std::optional<NameTie> tie(std::string_view header, std::string_view object, std::string_view field) {
  const Schema schema = Schema::standard();
  const ObjectSchema& known = schema.object(*schema.find_object(object));
  const auto match = match_name(header, known, known.fields[*known.find(field)]);
  return match ? std::optional(match->tie) : std::nullopt;
}

TEST(NameMatch, TakesTheFieldsOwnNameInAnyCase) {
  EXPECT_EQ(tie("CLOSEDATE", "Opportunity", "CloseDate"), NameTie::kSameName);
}

TEST(NameMatch, PassesOverCaseBlanksSignsNamespacesAndSuffixes) {
  for (const char* header : {"close_date", "Close Date", "close date?", "Close-Date", "ns__Close_Date__c"})
    EXPECT_EQ(tie(header, "Opportunity", "CloseDate"), NameTie::kSameLetters) << header;
  EXPECT_EQ(tie("acme__Compelling_Event__c", "Opportunity", "Compelling_Event__c"), NameTie::kSameLetters);
  EXPECT_EQ(tie("Next Step Date", "Opportunity", "Next_Steps_Date__c"), NameTie::kSameLetters);
}

TEST(NameMatch, TakesLabelsAndWhatReferencesLeadTo) {
  EXPECT_EQ(tie("Stage", "Opportunity", "StageName"), NameTie::kSameLetters);
  EXPECT_EQ(tie("Closed?", "Opportunity", "IsClosed"), NameTie::kSameLetters);
  EXPECT_EQ(tie("Account Name", "Opportunity", "AccountId"), NameTie::kSameLetters);
  EXPECT_EQ(tie("account", "Opportunity", "AccountId"), NameTie::kSameLetters);
}

TEST(NameMatch, PassesOverTheObjectsOwnName) {
  EXPECT_EQ(tie("opportunity_id", "Opportunity", "Id"), NameTie::kWithObject);
  EXPECT_EQ(tie("deal_stage", "Opportunity", "StageName"), NameTie::kWithObject);
  EXPECT_EQ(tie("Opportunity Owner", "Opportunity", "OwnerId"), NameTie::kWithObject);
  EXPECT_EQ(tie("Account Name", "Account", "Name"), NameTie::kWithObject);
}

TEST(NameMatch, KnowsOtherWords) {
  EXPECT_EQ(tie("ARR (net)", "Opportunity", "Net_ARR__c"), NameTie::kSynonym);
  EXPECT_EQ(tie("close_value", "Opportunity", "Amount"), NameTie::kSynonym);
  EXPECT_EQ(tie("Abschlußdatum", "Opportunity", "CloseDate"), NameTie::kSynonym);
  EXPECT_EQ(tie("Betrag (EUR)", "Opportunity", "Amount"), NameTie::kSynonym);
  EXPECT_EQ(tie("Value", "Opportunity", "Amount"), NameTie::kLooseSynonym);
}

TEST(NameMatch, TakesMostOfTheWordsAndSlips) {
  EXPECT_EQ(tie("Planned Close Date", "Opportunity", "CloseDate"), NameTie::kWords);
  EXPECT_EQ(tie("Ammount", "Opportunity", "Amount"), NameTie::kSpelling);
}

TEST(NameMatch, FindsNothingInCommonWhereThereIsLittle) {
  EXPECT_FALSE(tie("Close Plan", "Opportunity", "CloseDate"));
  EXPECT_FALSE(tie("Next Step", "Opportunity", "Next_Steps_Date__c"));
  EXPECT_FALSE(tie("Account Name", "Opportunity", "Name"));
  EXPECT_FALSE(tie("", "Opportunity", "Name"));
  EXPECT_FALSE(tie("???", "Opportunity", "Name"));
  EXPECT_FALSE(tie("Abschlu\xDF", "Opportunity", "CloseDate"));
  EXPECT_FALSE(tie(std::string(kMaxMatchedNameBytes + 1, 'x'), "Opportunity", "Name"));
}

}  // namespace
}  // namespace plumbline
