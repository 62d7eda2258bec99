#include "records/match_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SampledColumn column(std::string name, const std::vector<std::string>& texts) {
  SampledColumn made{.name = std::move(name)};
  for (const std::string& text : texts) {
    const auto there = std::ranges::find(made.values, text, &SampledValue::text);
    if (there != made.values.end()) {
      ++there->times;
      made.repeats = true;
    } else if (!text.empty()) {
      made.values.push_back({.text = text, .times = 1});
    }
    if (!text.empty()) ++made.filled;
  }
  return made;
}

class MatchFields : public testing::Test {
 protected:
  std::size_t object(std::string_view name) const { return *schema_.find_object(name); }

  ObjectSource& add(std::string_view name, std::vector<SampledColumn> columns) {
    std::uint64_t rows = 0;
    for (const SampledColumn& one : columns) rows = std::max(rows, one.filled);
    ObjectSource source{.object = object(name)};
    source.files = {std::string(name) + ".csv"};
    source.columns = std::move(columns);
    source.rows = rows;
    sources_.push_back(std::move(source));
    return sources_.back();
  }

  void propose() {
    WantedFields wanted;
    for (std::size_t at = 0; at < schema_.object_count(); ++at) {
      for (std::size_t field = 0; field < schema_.object(at).fields.size(); ++field) wanted[at].insert(field);
    }
    proposal_ = propose_fields(schema_, sources_, wanted);
  }

  // Of the object at `at`; a proposal of no column where there is none.
  FieldProposal field(std::size_t at, std::string_view name) const {
    const auto index = schema_.object(sources_[at].object).find(name);
    for (const FieldProposal& one : proposal_.objects[at].fields) {
      if (one.field == *index) return one;
    }
    return {.column = 999, .why = "none"};
  }
  std::string header(std::size_t at, std::string_view name) const {
    const std::size_t index = field(at, name).column;
    return index == 999 ? "" : sources_[at].columns[index].name;
  }
  const KeyProposal& key(std::size_t at) const { return proposal_.objects[at].key; }

  Schema schema_ = Schema::standard();
  std::vector<ObjectSource> sources_;
  MapProposal proposal_;
};

TEST_F(MatchFields, SaysNothingOfColumnsWithTheFieldsOwnNames) {
  add("Opportunity", {column("Id", {"006Ec00000AieKFIAZ"}), column("closedate", {"2024-01-31"})});
  propose();
  EXPECT_EQ(key(0).kind, KeyProposal::Kind::kId);
  EXPECT_TRUE(field(0, "CloseDate").same_name);
  EXPECT_EQ(field(0, "CloseDate").sure, Sureness::kCertain);
}

TEST_F(MatchFields, GivesAColumnOfItsOwnNameAFormatWhereItNeedsOne) {
  add("Opportunity", {column("Id", {"006Ec00000AieKFIAZ"}), column("CloseDate", {"31/01/2024"})});
  propose();
  EXPECT_FALSE(field(0, "CloseDate").same_name);
  EXPECT_EQ(field(0, "CloseDate").format, "%d/%m/%Y");
}

TEST_F(MatchFields, OneHeaderStandsForOneField) {
  add("Opportunity", {column("Id", {"006Ec00000AieKFIAZ"}), column("Next Steps Date", {"2024-01-31"})});
  propose();
  EXPECT_EQ(header(0, "Next_Steps_Date__c"), "Next Steps Date");
  EXPECT_EQ(header(0, "NextStep"), "");
}

TEST_F(MatchFields, TellsHeadersThatCompete) {
  add("Opportunity", {column("Id", {"006Ec00000AieKFIAZ"}), column("Close Date", {"2024-01-31"}),
                      column("close_date", {"2024-02-29"})});
  propose();
  EXPECT_EQ(field(0, "CloseDate").sure, Sureness::kGuess);
  EXPECT_THAT(field(0, "CloseDate").rivals, ElementsAre("close_date"));
}

TEST_F(MatchFields, PrefersAColumnThatCanBeRead) {
  add("Opportunity", {column("Id", {"006Ec00000AieKFIAZ"}), column("Close Date", {"soon"}),
                      column("Closing Date", {"2024-02-29"})});
  propose();
  EXPECT_EQ(header(0, "CloseDate"), "Closing Date");
}

TEST_F(MatchFields, GuessesWhereNumbersCannotBeRead) {
  add("Opportunity", {column("Id", {"006Ec00000AieKFIAZ"}), column("Betrag", {"1.250,50"})});
  propose();
  EXPECT_EQ(field(0, "Amount").sure, Sureness::kGuess);
  EXPECT_THAT(field(0, "Amount").why, HasSubstr("\"1.250,50\" is no money"));
}

TEST_F(MatchFields, PassesOverReferencesToOtherObjects) {
  add("Opportunity", {column("Id", {"006Ec00000AieKFIAZ"}), column("Account", {"003Ec00000GGw3iIAD"})});
  propose();
  EXPECT_EQ(header(0, "AccountId"), "");
}

TEST_F(MatchFields, KeepsAGuessWhereDatesCouldBeEither) {
  add("Opportunity", {column("Id", {"006Ec00000AieKFIAZ"}), column("Close Date", {"01/02/2024"})});
  propose();
  EXPECT_EQ(field(0, "CloseDate").sure, Sureness::kGuess);
  EXPECT_THAT(field(0, "CloseDate").why, HasSubstr("%d/%m/%Y and as %m/%d/%Y"));
}

TEST_F(MatchFields, LetsAnotherColumnTellTheOrderOfDayAndMonth) {
  add("Opportunity", {column("Id", {"006Ec00000AieKFIAZ"}), column("Close Date", {"01/02/2024"}),
                      column("Created Date", {"01/31/2024"})});
  propose();
  EXPECT_EQ(field(0, "CloseDate").sure, Sureness::kLikely);
  EXPECT_EQ(field(0, "CloseDate").format, "%m/%d/%Y");
}

TEST_F(MatchFields, TellsClosedByStagesWhereNoColumnDoes) {
  add("Opportunity",
      {column("Id", {"006Ec00000AieKFIAZ"}), column("deal_stage", {"Open", "Won", "Won, 'late'", "Lost"})});
  propose();
  EXPECT_EQ(field(0, "IsClosed").when, "StageName IN ('Won', 'Won, \\'late\\'', 'Lost')");
  EXPECT_EQ(field(0, "IsWon").when, "StageName IN ('Won', 'Won, \\'late\\'')");
}

TEST_F(MatchFields, LeavesClosedToItsColumn) {
  add("Opportunity",
      {column("Id", {"006Ec00000AieKFIAZ", "006Ec00000AieKGIAZ"}), column("StageName", {"Won", "Lost"}),
       column("IsClosed", {"true", "true"}), column("Won?", {"Yes", "No"})});
  propose();
  EXPECT_EQ(field(0, "IsClosed").when, "");
  EXPECT_EQ(field(0, "IsWon").when, "Told_IsWon__c = 'Yes'");
}

TEST_F(MatchFields, FindsKeysOfTheOrganisationsOwnAndWhereTheyLead) {
  add("Opportunity",
      {column("opportunity_id", {"A1", "A2", "A3"}), column("account", {"Acme", "Bolt", "Acme"}),
       column("sales_agent", {"Ann", "Bob", "Cid"})});
  add("Account", {column("account", {"Acme", "Bolt", "Copper"})});
  add("User", {column("sales_agent", {"Ann", "Bob", "Cid"}), column("manager", {"Zoe", "Zoe", "Yan"})});
  propose();
  for (const std::size_t at : {0U, 1U, 2U}) {
    EXPECT_EQ(key(at).kind, KeyProposal::Kind::kOwnKey) << at;
    EXPECT_EQ(key(at).column, 0U) << at;
  }
  EXPECT_EQ(header(1, "Name"), "account");
  EXPECT_EQ(header(0, "AccountId"), "account");
  EXPECT_EQ(field(0, "OwnerId").sure, Sureness::kLikely);
  EXPECT_EQ(field(2, "ManagerId").sure, Sureness::kGuess);
  EXPECT_THAT(field(2, "ManagerId").why, HasSubstr("none of its values is a key of User"));
}

TEST_F(MatchFields, KnowsSalesforceIdsUnderAnotherHeader) {
  add("Opportunity", {column("Opportunity ID", {"006Ec00000AieKF"}), column("Name", {"Deal"})});
  propose();
  EXPECT_EQ(key(0).kind, KeyProposal::Kind::kRename);
}

TEST_F(MatchFields, SaysWhereNoColumnTellsRecordsApart) {
  add("Opportunity", {column("Name", {"Deal", "Deal"}), column("Stage", {"Open", "Open"})});
  propose();
  EXPECT_EQ(key(0).kind, KeyProposal::Kind::kNone);
}

TEST_F(MatchFields, GivesNamesAKeyWhereTheirFileIsMissing) {
  add("Opportunity", {column("Id", {"006Ec00000AieKFIAZ"}), column("Owner", {"Anna Schmidt"})});
  propose();
  ASSERT_EQ(proposal_.named_only.size(), 1U);
  EXPECT_EQ(proposal_.named_only[0].object, object("User"));
  EXPECT_EQ(proposal_.named_only[0].by, "Opportunity.OwnerId");
}

TEST_F(MatchFields, OnlyGuessesThatNamesMeanRecordsKnownByIds) {
  add("Opportunity", {column("Id", {"006Ec00000AieKFIAZ"}), column("Owner", {"Anna Schmidt"})});
  add("User", {column("Id", {"005Ec000004oBPNIA2"}), column("Name", {"Anna Schmidt"})});
  propose();
  EXPECT_EQ(field(0, "OwnerId").sure, Sureness::kGuess);
  EXPECT_THAT(field(0, "OwnerId").why, HasSubstr("export OwnerId as well"));
}

std::string guessed(const std::vector<SampledColumn>& columns) {
  const Schema schema = Schema::standard();
  const auto guess = guess_object(schema, columns);
  if (!guess) return "";
  return schema.object(guess->object).name + (guess->sure == Sureness::kGuess ? "?" : "");
}

TEST(GuessObject, TellsAFileByItsColumns) {
  EXPECT_EQ(guessed({column("opportunity_id", {"A1"}), column("deal_stage", {"Won"}),
                     column("close_date", {"2024-01-31"}), column("close_value", {"5"})}),
            "Opportunity");
  EXPECT_EQ(guessed({column("Id", {"00QEc000004oBPNIA2"})}), "Lead");
  EXPECT_EQ(guessed({column("sales_agent", {"Ann"}), column("manager", {"Zoe"}),
                     column("regional_office", {"West"})}),
            "User");
}

TEST(GuessObject, TellsNothingByAWordOrTwo) {
  EXPECT_EQ(guessed({column("Table", {"x"}), column("Field", {"y"}), column("Description", {"z"})}), "");
  EXPECT_EQ(guessed({column("product", {"x"}), column("series", {"y"}), column("sales_price", {"1"})}), "");
  EXPECT_EQ(guessed({}), "");
}

}  // namespace
}  // namespace plumbline
