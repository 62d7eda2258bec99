// What the records of an example are, seen through the verdicts they get.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policies/examples.h"

namespace plumbline {
namespace {

using testing::HasSubstr;

// The verdict of one policy on one example: "violated", "not violated" or "unknown", or the diagnostics.
class ExamplesTest : public testing::Test {
 protected:
  std::string verdict(std::string_view condition, std::string_view example,
                      std::string_view object = "Opportunity", std::string_view more = {}) {
    const auto outcomes = run(condition, example, object, more);
    if (diagnostics_.has_errors()) return render_all(diagnostics_, "");
    for (const ExampleOutcome& outcome : outcomes) {
      if (outcome.where.line == kExampleLine) return got(outcome.explanation);
    }
    return "no outcome";
  }

  std::vector<ExampleOutcome> run(std::string_view condition, std::string_view example,
                                  std::string_view object = "Opportunity", std::string_view more = {}) {
    const PackText text{.file = "mine.yaml",
                        .text = fmt::format(R"(pack: mine
policies:
  - id: tested
    on: {}
    title: Tested
    severity: low
    says: It is so.
    fix: Change it.
    examples:
      - {{{}}}
      - {{given: {{}}, as_of: 2022-04-23, violated: true}}
      - {{given: {{}}, as_of: 2022-04-23, violated: false}}
    violated_when: "{}"
{})",
                                            object, example, condition, more)};
    auto pack = load_pack(text, diagnostics_);
    if (!pack) return {};
    return run_examples(std::make_shared<const Pack>(std::move(*pack)), Schema::standard(), diagnostics_);
  }

  static std::string got(const std::string& explanation) {
    const std::size_t begin = explanation.find("got ") + 4;
    return explanation.substr(begin, explanation.find(", because") - begin);
  }

  static constexpr std::uint32_t kExampleLine = 10;

  Diagnostics diagnostics_{};
};

std::string example(std::string_view parts) {
  return fmt::format("{}, as_of: 2022-04-23, violated: true", parts);
}

TEST_F(ExamplesTest, FieldNotGivenIsNull) {
  EXPECT_EQ(verdict("Amount = null", example("given: {Name: Acme}")), "violated");
}

TEST_F(ExamplesTest, BooleanNotGivenIsFalse) {
  EXPECT_EQ(verdict("IsClosed = false", example("given: {}")), "violated");
}

TEST_F(ExamplesTest, NullMayBeGiven) {
  EXPECT_EQ(verdict("Amount = null", example("given: {Amount: null}")), "violated");
}

TEST_F(ExamplesTest, PathMakesTheOwner) {
  EXPECT_EQ(verdict("Owner.Team__c = 'SMB'", example("given: {Owner.Team__c: SMB}")), "violated");
}

TEST_F(ExamplesTest, PathsOfOneRecordMeet) {
  EXPECT_EQ(verdict("Owner.Team__c = 'SMB' AND Owner.Name = 'Ada'",
                    example("given: {Owner.Team__c: SMB, owner.Name: Ada}")),
            "violated");
}

TEST_F(ExamplesTest, PathsMayBeDeep) {
  EXPECT_EQ(verdict("Account.Owner.Name = 'Ada' AND Owner.Name = 'Bo'",
                    example("given: {Account.Owner.Name: Ada, Owner.Name: Bo}")),
            "violated");
}

TEST_F(ExamplesTest, EqualIdsAreOneRecord) {
  EXPECT_EQ(verdict("OwnerId = Account.OwnerId AND Owner.Name = 'Ada'",
                    example("given: {Account.Owner.Name: Ada, OwnerId: 005000000000001, Account.OwnerId: "
                            "005000000000001}")),
            "violated");
}

TEST_F(ExamplesTest, DifferentPathsLeadToDifferentRecords) {
  EXPECT_EQ(
      verdict("OwnerId != Account.OwnerId", example("given: {Owner.Name: Ada, Account.Owner.Name: Ada}")),
      "violated");
}

TEST_F(ExamplesTest, IdGivenToARelatedRecordIsReferredTo) {
  EXPECT_EQ(
      verdict("OwnerId = '005000000000001'", example("given: {Owner.Name: Ada, Owner.Id: 005000000000001}")),
      "violated");
}

TEST_F(ExamplesTest, IdOfARecordThatIsNotThereIsUnknown) {
  EXPECT_EQ(verdict("Owner.Name = 'Ada'", example("given: {OwnerId: 005000000000001}")), "unknown");
}

TEST_F(ExamplesTest, OneRowRelationshipIsMade) {
  EXPECT_EQ(verdict("Clari.Amount != Amount", example("given: {Amount: 5, Clari.Amount: 6}")), "violated");
}

TEST_F(ExamplesTest, RelatedRowsBelongToTheRecord) {
  EXPECT_EQ(
      verdict("COUNT(Tasks WHERE Subject = 'Call') = 2",
              example("given: {}, related: {Tasks: [{Subject: Call}, {Subject: call}, {Subject: Mail}]}")),
      "violated");
}

TEST_F(ExamplesTest, RelatedRowsMayHangOnAPath) {
  EXPECT_EQ(verdict("COUNT(Account.Opportunities WHERE IsWon) = 1",
                    example("given: {}, related: {Account.Opportunities: [{IsWon: true}]}")),
            "violated");
}

TEST_F(ExamplesTest, RecordItselfIsAmongItsAccountsOpportunities) {
  EXPECT_EQ(verdict("COUNT(Account.Opportunities) = 2",
                    example("given: {}, related: {Account.Opportunities: [{Name: Other}]}")),
            "violated");
}

TEST_F(ExamplesTest, OnlyTheRecordGivenIsJudged) {
  EXPECT_EQ(verdict("Name = 'Other'",
                    example("given: {Name: Acme}, related: {Account.Opportunities: [{Name: Other}]}")),
            "not violated");
}

TEST_F(ExamplesTest, RelatedRowMayBelongToSomebodyElse) {
  EXPECT_EQ(verdict("COUNT(Tasks) = 0", example("given: {}, related: {Tasks: [{WhatId: 006000000000099}]}")),
            "violated");
}

TEST_F(ExamplesTest, RelatedRowsMayHavePaths) {
  EXPECT_EQ(verdict("EXISTS(Tasks WHERE Owner.Name = 'Ada')",
                    example("given: {}, related: {Tasks: [{Owner.Name: Ada}]}")),
            "violated");
}

TEST_F(ExamplesTest, UserRelationshipsMeetByEmail) {
  EXPECT_EQ(verdict("COUNT(Milestones) = 1",
                    example("given: {}, related: {Milestones: [{Milestone: Workshop}]}"), "User"),
            "violated");
}

TEST_F(ExamplesTest, ForecastMayNameItsUserByEmail) {
  EXPECT_EQ(verdict("COUNT(Forecasts) = 1",
                    example("given: {Email: ada@example.com}, related: {Forecasts: [{UserEmail: "
                            "ADA@example.com, Value: 5}]}"),
                    "User"),
            "violated");
}

TEST_F(ExamplesTest, RelationshipNotMentionedIsEmpty) {
  EXPECT_EQ(verdict("COUNT(Tasks) = 0", example("given: {}")), "violated");
}

TEST_F(ExamplesTest, RowsOfAnObjectMayHangOnNothing) {
  EXPECT_EQ(
      verdict(
          "OwnerId IN (SELECT Id FROM User WHERE Name = 'Ada')",
          example("given: {OwnerId: 005000000000001}, related: {User: [{Id: 005000000000001, Name: Ada}]}")),
      "violated");
}

TEST_F(ExamplesTest, HistoryIsOfTheRecord) {
  EXPECT_EQ(verdict("PRIORVALUE(StageName) = 'Scoping'",
                    example("given: {StageName: Proposal}, history: [{Field: StageName, OldValue: Scoping, "
                            "NewValue: Proposal, "
                            "CreatedDate: 2022-04-20T09:00:00Z}]")),
            "violated");
}

TEST_F(ExamplesTest, HistoryCountsAsTrackedWhereNoneIsGiven) {
  EXPECT_EQ(verdict("CHANGES(StageName, 90) = 0", example("given: {}")), "violated");
}

TEST_F(ExamplesTest, AbsentHistoryIsUnknown) {
  EXPECT_EQ(verdict("CHANGES(StageName, 90) = 0", example("given: {}, absent: [history]")), "unknown");
}

TEST_F(ExamplesTest, AbsentFieldIsUnknown) {
  EXPECT_EQ(verdict("Amount = null", example("given: {}, absent: [Amount]")), "unknown");
}

TEST_F(ExamplesTest, AbsentFieldOfAnotherRecordIsUnknown) {
  EXPECT_EQ(verdict("Owner.Team__c = null", example("given: {Owner.Name: Ada}, absent: [Owner.Team__c]")),
            "unknown");
  EXPECT_EQ(verdict("Owner.Team__c = null", example("given: {Owner.Name: Ada}, absent: [User.Team__c]")),
            "unknown");
}

TEST_F(ExamplesTest, AbsentRelationshipIsUnknown) {
  EXPECT_EQ(verdict("COUNT(Tasks) = 0", example("given: {}, absent: [Tasks]")), "unknown");
}

TEST_F(ExamplesTest, AbsentObjectIsUnknown) {
  EXPECT_EQ(verdict("Owner.Name = null", example("given: {Owner.Name: Ada}, absent: [User]")), "unknown");
}

TEST_F(ExamplesTest, DayAloneIsNoonInTheRecordsZone) {
  EXPECT_EQ(verdict("NOW() = 2022-04-23T12:00:00Z", "given: {}, as_of: 2022-04-23, violated: true"),
            "violated");
  EXPECT_EQ(verdict("NOW() = 2022-04-23T16:00:00Z",
                    "given: {}, zone: America/New_York, as_of: 2022-04-23, violated: true"),
            "violated");
}

TEST_F(ExamplesTest, ZoneIsTheOwnersUnlessGiven) {
  EXPECT_EQ(verdict("Owner.TimeZoneSidKey = 'Asia/Tokyo'",
                    "given: {Owner.Name: Ada}, zone: Asia/Tokyo, as_of: 2022-04-23, violated: true"),
            "violated");
  EXPECT_EQ(verdict("TODAY = 2022-04-24",
                    "given: {Owner.TimeZoneSidKey: Asia/Tokyo}, zone: UTC, as_of: 2022-04-23T15:00:00Z, "
                    "violated: true"),
            "violated");
}

TEST_F(ExamplesTest, ZoneIsTheUsersOwn) {
  EXPECT_EQ(verdict("TODAY = 2022-04-24",
                    "given: {}, zone: Asia/Tokyo, as_of: 2022-04-23T15:00:00Z, violated: true", "User"),
            "violated");
}

TEST_F(ExamplesTest, OutOfScopeIsNotViolated) {
  EXPECT_EQ(verdict("Amount = null", example("given: {IsClosed: true}"), "Opportunity",
                    "    judged_when: IsClosed = false\n"),
            "not violated");
}

TEST_F(ExamplesTest, ExplanationTellsWhatWasExpectedAndWhy) {
  const auto outcomes = run("Amount = null", "given: {Amount: 5}, as_of: 2022-04-23, violated: true");
  ASSERT_FALSE(outcomes.empty());
  EXPECT_FALSE(outcomes[0].passed);
  EXPECT_EQ(outcomes[0].policy, "tested");
  EXPECT_EQ(outcomes[0].explanation,
            "expected violated, got not violated, because violated_when does not hold");
}

TEST_F(ExamplesTest, ExplanationOfAViolationIsItsMessage) {
  const auto outcomes = run("Amount = null", "given: {}, as_of: 2022-04-23, violated: false");
  ASSERT_FALSE(outcomes.empty());
  EXPECT_THAT(outcomes[0].explanation, HasSubstr("got violated, because It is so."));
}

TEST_F(ExamplesTest, ExampleWithAFaultHasNoOutcome) {
  const auto outcomes = run("Amount = null", example("given: {Amunt: 5}"));
  EXPECT_EQ(outcomes.size(), 2U);
  EXPECT_THAT(render_all(diagnostics_, ""),
              HasSubstr("unknown field Amunt on Opportunity; did you mean Amount? [PB160]"));
}

TEST_F(ExamplesTest, ExamplesOfTheExtendedPackAreItsOwnBusiness) {
  auto pack = load_pack(
      {.file = "mine.yaml", .text = "pack: mine\nextends: essentials\nparameters: {inactive_days: 45}\n"},
      diagnostics_);
  ASSERT_TRUE(pack);
  EXPECT_TRUE(
      run_examples(std::make_shared<const Pack>(std::move(*pack)), Schema::standard(), diagnostics_).empty());
}

}  // namespace
}  // namespace plumbline
