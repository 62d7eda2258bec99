// The pack of the Commercial Sales handbook: clean, complete, documented, and its own examples hold. What its
// examples cannot say stands here: remedies, evidence, and what an organisation's own pack makes of it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "policies/examples.h"
#include "source_dir.h"
#include "tests/policies/commercial_sales_fixture.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string file_text(std::string_view path) {
  std::ifstream file(fmt::format("{}/{}", PLUMBLINE_SOURCE_DIR, path));
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(CommercialSalesTest, BindsWithoutErrorOrWarning) {
  const BoundPack bound = bind_pack(pack_, schema_, {}, diagnostics_);
  check_examples(*pack_, schema_, diagnostics_);
  EXPECT_TRUE(diagnostics_.empty()) << render_all(diagnostics_, text_.text);
  EXPECT_EQ(bound.policies.size(), pack_->policies.size());
}

TEST_F(CommercialSalesTest, EveryExampleGetsItsVerdict) {
  const auto outcomes = run_examples(pack_, schema_, diagnostics_);
  EXPECT_TRUE(diagnostics_.empty()) << render_all(diagnostics_, text_.text);
  for (const ExampleOutcome& outcome : outcomes) {
    EXPECT_TRUE(outcome.passed) << outcome.where.to_string() << ": " << outcome.policy << ": "
                                << outcome.explanation;
  }
}

TEST_F(CommercialSalesTest, NoExampleIsLeftOut) {
  std::size_t examples = 0;
  for (const Policy& policy : pack_->policies) examples += policy.examples.size();
  EXPECT_EQ(run_examples(pack_, schema_, diagnostics_).size(), examples);
}

TEST_F(CommercialSalesTest, HasItsPoliciesInOrderWithTheStatedSeverity) {
  using enum Severity;
  const std::vector<std::pair<std::string, Severity>> expected = {
      {"close-date-past-due", kHigh},
      {"close-date-push-to-friday", kLow},
      {"close-date-month-end-without-event", kHigh},
      {"close-date-placeholder-expired", kHigh},
      {"close-date-event-not-month-end", kMedium},
      {"close-date-unconventional", kMedium},
      {"close-date-placeholder-too-far", kLow},
      {"net-arr-missing", kHigh},
      {"close-date-pushed-repeatedly", kMedium},
      {"next-steps-missing", kHigh},
      {"next-steps-date-missing", kHigh},
      {"next-steps-date-past", kHigh},
      {"next-steps-owner-missing", kMedium},
      {"next-steps-contains-date", kMedium},
      {"next-steps-contains-history", kMedium},
      {"next-steps-far-out-not-detailed", kLow},
      {"next-steps-vague", kLow},
      {"opportunity-stale", kHigh},
      {"roe-first-order-owner", kHigh},
      {"roe-new-account-routing", kHigh},
      {"roe-new-outbound-account", kHigh},
      {"roe-move-to-territory", kMedium},
      {"roe-move-to-first-order", kMedium},
      {"roe-idle-at-quarter-change", kLow},
      {"roe-repeatedly-ignored", kHigh},
      {"segment-size-mismatch", kMedium},
      {"segment-sources-disagree", kLow},
      {"owner-mismatch", kMedium},
      {"owner-inactive", kHigh},
      {"duplicate-open-opportunity", kMedium},
      {"first-order-handoff-overdue", kHigh},
      {"first-order-handoff-note-missing", kMedium},
      {"custom-deck-missing", kMedium},
      {"command-plan-overview-incomplete", kMedium},
      {"command-plan-incomplete", kMedium},
      {"opportunity-consult-due", kMedium},
      {"deal-review-due", kLow},
      {"red-green-missing", kHigh},
      {"red-green-notes-stale", kMedium},
      {"account-rank-missing", kMedium},
      {"account-rank-outdated", kLow},
      {"account-potential-users-missing", kMedium},
      {"account-rank-notes-missing", kLow},
      {"account-rank-1-over-ten", kLow},
      {"account-rank-2-contact-overdue", kLow},
      {"close-reason-missing", kMedium},
      {"how-heard-missing", kLow},
      {"lead-not-contacted", kHigh},
      {"lead-open-to-ae", kLow},
      {"co-selling-below-minimum", kMedium},
      {"forecast-not-submitted", kHigh},
      {"forecast-commit-over-best-case", kMedium},
      {"clari-salesforce-drift", kMedium}};
  std::vector<std::pair<std::string, Severity>> found;
  for (const Policy& policy : pack_->policies) found.emplace_back(policy.id, policy.severity);
  EXPECT_EQ(found, expected);
}

TEST_F(CommercialSalesTest, EveryPolicyHasAnExampleOfEachVerdict) {
  for (const Policy& policy : pack_->policies) {
    for (const auto verdict :
         {ExpectedVerdict::kViolated, ExpectedVerdict::kPasses, ExpectedVerdict::kUnknown}) {
      EXPECT_TRUE(std::ranges::find(policy.examples, verdict, &Example::expected) != policy.examples.end())
          << policy.id;
    }
  }
}

TEST_F(CommercialSalesTest, EveryPolicyNamesItsSection) {
  for (const Policy& policy : pack_->policies) EXPECT_FALSE(policy.section.empty()) << policy.id;
}

TEST_F(CommercialSalesTest, EveryPolicyIsOfAFamily) {
  for (const Policy& policy : pack_->policies) EXPECT_FALSE(policy.family.empty()) << policy.id;
  EXPECT_EQ(by_family(*pack_).size(), pack_->families.size());
}

TEST_F(CommercialSalesTest, EveryParameterIsUsed) {
  for (const auto& [name, parameter] : pack_->parameters) EXPECT_THAT(text_.text, HasSubstr(":" + name));
}

TEST_F(CommercialSalesTest, EveryDefinitionIsUsed) {
  for (const Definition& definition : pack_->definitions) {
    const std::size_t first = text_.text.find(definition.name + ":");
    EXPECT_NE(text_.text.find(definition.name, first + definition.name.size()), std::string::npos)
        << definition.name;
  }
}

TEST_F(CommercialSalesTest, PageDescribesEveryPolicyAndParameter) {
  const std::string page = file_text("docs/packs/commercial-sales.md");
  for (const Policy& policy : pack_->policies) EXPECT_THAT(page, HasSubstr("`" + policy.id + "`"));
  for (const auto& [name, parameter] : pack_->parameters) EXPECT_THAT(page, HasSubstr("`" + name + "`"));
}

// --- what people are told

TEST_F(CommercialSalesTest, RemedyNamesTheFridayToPushTo) {
  const auto verdicts = of_policy(
      verdicts_of(pack_, "2024-02-29T12:00:00Z",
                  {{"Opportunity",
                    {"Id", "Name", "OwnerId", "StageName", "Type", "CloseDate", "IsClosed"},
                    {{id_of("006", 1), "Ferry", "", "6-Awaiting Signature", "", "2024-02-28", "false"}}}}),
      "close-date-push-to-friday");
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_THAT(verdicts[0].remedy, HasSubstr("Push the close date to Friday 1 Mar 2024"));
}

TEST_F(CommercialSalesTest, EveryPastCloseDateIsEitherPastDueOrPushedToFriday) {
  TableRows rows;
  const Day first = *parse_day("2023-12-20");
  for (int i = 0; i < 80; ++i) {
    const std::string_view stage = i % 2 == 0 ? "6-Awaiting Signature" : "2-Scoping";
    const std::string day = format_day(first + std::chrono::days{i / 2});
    rows.push_back({id_of("006", i), "Ferry", "", std::string(stage), "", day, "false"});
  }
  const auto verdicts = verdicts_of(pack_, "2024-01-11T12:00:00Z",
                                    {{"Opportunity",
                                      {"Id", "Name", "OwnerId", "StageName", "Type", "CloseDate", "IsClosed"},
                                      std::move(rows)}});
  std::multiset<std::string> told;
  for (const std::string_view policy : {"close-date-past-due", "close-date-push-to-friday"}) {
    for (const Verdict& verdict : of_policy(verdicts, policy)) told.insert(verdict.record_id);
  }
  std::multiset<std::string> past;
  for (int i = 0; i < 2 * 22; ++i) past.insert(id_of("006", i));
  EXPECT_EQ(told, past);
  // Awaiting signature on Monday to Wednesday of a week whose Friday is still to come.
  EXPECT_EQ(of_policy(verdicts, "close-date-push-to-friday").size(), 3U);
}

TEST_F(CommercialSalesTest, SourcesUsedAndSkippedAreEvidence) {
  const auto verdicts =
      of_policy(verdicts_of(pack_, "2022-04-23T12:00:00Z",
                            {{"Account",
                              {"Id", "Name", "OwnerId", "Segment__c", "Employee_Source_Rejected__c",
                               "DataFox_Employees__c", "ZoomInfo_Employees__c", "Third_Party_Employees__c"},
                              {{id_of("001", 1), "Quill", "", "SMB", "", "700", "", ""},
                               {id_of("001", 2), "Brindle", "", "SMB", "DataFox", "50", "700", ""},
                               {id_of("001", 3), "Nordlys", "", "", "", "0", "", "2000"}}}}),
                "segment-size-mismatch");
  ASSERT_EQ(verdicts.size(), 3U);
  EXPECT_EQ(evidence_text(verdicts[0], "source"), "DataFox");
  EXPECT_EQ(evidence_text(verdicts[0], "skipped"), "(no text)");
  EXPECT_EQ(evidence_text(verdicts[1], "source"), "ZoomInfo");
  EXPECT_EQ(evidence_text(verdicts[1], "skipped"), "DataFox");
  EXPECT_EQ(evidence_text(verdicts[2], "source"), "Third Party");
  EXPECT_EQ(evidence_text(verdicts[2], "skipped"), "DataFox, ZoomInfo, LinkedIn");
  EXPECT_THAT(verdicts[2].remedy, HasSubstr("Set the segment to Large"));
}

TEST_F(CommercialSalesTest, SourcesThatDisagreeGoToTheVicePresident) {
  const auto verdicts = of_policy(verdicts_of(pack_, "2022-04-23T12:00:00Z",
                                              {{"Account",
                                                {"Id", "Name", "OwnerId", "Employee_Source_Rejected__c",
                                                 "DataFox_Employees__c", "LinkedIn_Employees__c"},
                                                {{id_of("001", 1), "Quill", "", "", "50", "700"}}}}),
                                  "segment-sources-disagree");
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_THAT(verdicts[0].message, HasSubstr("DataFox 50, ZoomInfo none, LinkedIn 700, third party none"));
  EXPECT_THAT(verdicts[0].remedy, HasSubstr("copy the VP Commercial Sales"));
}

TEST_F(CommercialSalesTest, AccountsOfFewUsersAreHandedToTheTerritoryTeam) {
  const auto account = [](int number, std::string_view users) {
    return std::vector<std::string>{id_of("001", number), "Quill", id_of("005", 1), std::string(users)};
  };
  const auto win = [](int number) {
    return std::vector<std::string>{id_of("006", number), "First order", id_of("001", number),
                                    "2022-04-01",         "true",        "1. New - First Order"};
  };
  const auto verdicts =
      of_policy(verdicts_of(pack_, "2022-04-23T12:00:00Z",
                            {{"Account",
                              {"Id", "Name", "OwnerId", "Total_Users__c"},
                              {account(1, "99"), account(2, "100"), account(3, "")}},
                             {"User", {"Id", "Name", "Team__c"}, {{id_of("005", 1), "Ada Byron", "MMKAFO"}}},
                             {"Opportunity",
                              {"Id", "Name", "AccountId", "CloseDate", "IsWon", "Order_Type__c"},
                              {win(1), win(2), win(3)}}}),
                "first-order-handoff-overdue");
  ASSERT_EQ(verdicts.size(), 3U);
  EXPECT_THAT(verdicts[0].remedy, HasSubstr("over to MM Territory:"));
  EXPECT_THAT(verdicts[1].remedy, HasSubstr("over to MMKAN:"));
  EXPECT_THAT(verdicts[2].remedy, HasSubstr("over to MMKAN:"));
}

const std::vector<std::string> kCommandPlan = {
    "Why_Do_Anything__c",  "Why_Us__c",     "Why_Now__c",         "Close_Plan__c",
    "Economic_Buyer__c",   "Champion__c",   "Identified_Pain__c", "Decision_Criteria__c",
    "Decision_Process__c", "Competitors__c"};

TEST_F(CommercialSalesTest, CommandPlanNamesWhatIsBlank) {
  std::vector<std::string> fields = {"Id", "Name", "AccountId", "IsClosed", "Amount", "Net_ARR__c"};
  fields.insert(fields.end(), kCommandPlan.begin(), kCommandPlan.end());
  std::vector<std::string> deal = {id_of("006", 1), "Ferry", id_of("001", 1), "false", "30000", "30000"};
  deal.insert(deal.end(),
              {"Outages", "", "Their contract ends", " ", "Ana", "", "Lost builds", "", "Board", "None"});
  const auto verdicts =
      verdicts_of(pack_, "2022-04-23T12:00:00Z",
                  {{"Account", {"Id", "Name", "Segment__c"}, {{id_of("001", 1), "Quill", "SMB"}}},
                   {"Opportunity", fields, {deal}}});
  const auto overview = of_policy(verdicts, "command-plan-overview-incomplete");
  ASSERT_EQ(overview.size(), 1U);
  EXPECT_EQ(evidence_text(overview[0], "blank"), "Why Us?, Close Plan");
  EXPECT_THAT(overview[0].message, HasSubstr("these are blank: Why Us?, Close Plan."));
  const auto whole = of_policy(verdicts, "command-plan-incomplete");
  ASSERT_EQ(whole.size(), 1U);
  EXPECT_EQ(evidence_text(whole[0], "blank"), "Why Us?, Close Plan, Champion, Decision Criteria");
}

TEST_F(CommercialSalesTest, RedGreenTellsTheMeetingAndTheNextOne) {
  const auto verdicts = verdicts_of(
      pack_, "2022-04-27T12:00:00Z",
      {{"Account", {"Id", "Name", "Segment__c"}, {{id_of("001", 1), "Quill", "SMB"}}},
       {"Opportunity",
        {"Id", "Name", "AccountId", "IsClosed", "CloseDate", "Net_ARR__c", "Red_Green__c", "Manager_Notes__c",
         "CreatedDate"},
        {{id_of("006", 1), "Ferry", id_of("001", 1), "false", "2022-04-30", "9000", "", "", ""},
         {id_of("006", 2), "Barge", id_of("001", 1), "false", "2022-04-30", "9000", "Green", "", ""}}},
       {"OpportunityFieldHistory",
        {"Id", "OpportunityId", "Field", "OldValue", "NewValue", "CreatedDate"},
        {{id_of("017", 1), id_of("006", 2), "Manager_Notes__c", "Board", "", "2022-04-26T09:30:00Z"}}}});
  const auto missing = of_policy(verdicts, "red-green-missing");
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_THAT(missing[0].message, HasSubstr("the Red/Green meeting of 27 Apr 2022 has come"));
  EXPECT_THAT(missing[0].remedy, HasSubstr("Green if it will close by 30 Apr 2022"));
  const auto stale = of_policy(verdicts, "red-green-notes-stale");
  ASSERT_EQ(stale.size(), 1U);
  EXPECT_THAT(stale[0].message, HasSubstr("Manager Notes is empty (last set: 26 Apr 2022 09:30)"));
  EXPECT_THAT(stale[0].remedy, HasSubstr("to be done by the meeting of 28 Apr 2022"));
}

TEST_F(CommercialSalesTest, CoSellingGivesTheCountAndTheAim) {
  const auto verdicts = of_policy(
      verdicts_of(pack_, "2022-04-23T12:00:00Z",
                  {{"User", {"Id", "Name", "IsActive", "Team__c"}, {{id_of("005", 1), "Ada", "true", "ASM"}}},
                   {"Event",
                    {"Id", "OwnerId", "Co_Selling__c", "StartDateTime"},
                    {{id_of("00U", 1), id_of("005", 1), "true", "2022-04-22T09:00:00Z"},
                     {id_of("00U", 2), id_of("005", 1), "true", "2022-04-21T09:00:00Z"}}}}),
      "co-selling-below-minimum");
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_THAT(verdicts[0].message, HasSubstr("2 co-selling calls in the 7 days up to today; the least is 5"));
  EXPECT_EQ(evidence_text(verdicts[0], "aim"), "10 to 12");
}

TEST_F(CommercialSalesTest, ForecastNamesTheMissingValuesAndTheFirstPeriodAboveItsBestCase) {
  const auto row = [](std::string_view field, std::string_view period, std::string_view value,
                      std::string_view at) {
    return std::vector<std::string>{id_of("005", 1), std::string(field), std::string(period),
                                    std::string(value), std::string(at)};
  };
  const auto verdicts =
      verdicts_of(pack_, "2022-04-21T12:00:00Z",
                  {{"User", {"Id", "Name", "IsActive", "Team__c"}, {{id_of("005", 1), "Ada", "true", "SMB"}}},
                   {"ForecastSubmission",
                    {"UserId", "Field", "Period", "Value", "UpdatedAt"},
                    {row("Gross Net ARR Commit", "FY23-Q2", "500", "2022-04-19T09:00:00Z"),
                     row("Gross Net ARR Best Case", "FY23-Q2", "400", "2022-04-19T09:00:00Z"),
                     row("Gross Net ARR Commit", "FY23-Q1", "900", "2022-04-11T09:00:00Z"),
                     row("Gross Net ARR Commit", "FY23-Q1", "800", "2022-04-12T09:00:00Z"),
                     row("Gross Net ARR Best Case", "FY23-Q1", "700", "2022-04-12T09:00:00Z"),
                     row("Net 50/50", "FY23-Q1", "800", "2022-04-19T09:00:00Z")}}});
  const auto missing = of_policy(verdicts, "forecast-not-submitted");
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(evidence_text(missing[0], "missing"), "Renewal Loss Best Case, Renewal Loss Commit");
  EXPECT_THAT(missing[0].message, HasSubstr("due on 20 Apr 2022 by 17:00: Renewal Loss Best Case"));
  const auto above = of_policy(verdicts, "forecast-commit-over-best-case");
  ASSERT_EQ(above.size(), 1U);
  EXPECT_THAT(above[0].message, HasSubstr("Gross Net ARR Commit for FY23-Q1, 800, is above"));
  EXPECT_THAT(above[0].message, HasSubstr("Gross Net ARR Best Case, 700."));
}

TEST_F(CommercialSalesTest, DriftShowsBothSides) {
  const std::vector<std::string> values = {"Amount", "CloseDate", "StageName", "ForecastCategoryName"};
  std::vector<std::string> here = {"Id", "Name", "IsClosed"};
  std::vector<std::string> there = {"OpportunityId"};
  here.insert(here.end(), values.begin(), values.end());
  there.insert(there.end(), values.begin(), values.end());
  const auto verdicts = of_policy(
      verdicts_of(pack_, "2022-04-21T12:00:00Z",
                  {{"Opportunity",
                    here,
                    {{id_of("006", 1), "Ferry", "false", "500", "2022-04-30", "2-Scoping", "Pipeline"},
                     {id_of("006", 2), "Barge", "false", "500", "2022-04-30", "2-Scoping", "Pipeline"}}},
                   {"ClariOpportunity",
                    there,
                    {{id_of("006", 1), "500", "2022-05-31", "4-Proposal", "Pipeline"},
                     {id_of("006", 2), "500", "2022-04-30", "2-Scoping", ""}}}}),
      "clari-salesforce-drift");
  ASSERT_EQ(verdicts.size(), 2U);
  EXPECT_THAT(verdicts[0].message,
              HasSubstr("differ in close date and more: Salesforce has 500, 30 Apr 2022, 2-Scoping and "
                        "Pipeline; Clari has 500, 31 May 2022, 4-Proposal and Pipeline."));
  EXPECT_EQ(evidence_text(verdicts[0], "StageName"), "2-Scoping");
  EXPECT_EQ(evidence_text(verdicts[0], "Clari.StageName"), "4-Proposal");
  EXPECT_THAT(verdicts[1].message, HasSubstr("differ in forecast category alone"));
  EXPECT_THAT(verdicts[1].message, HasSubstr("2-Scoping and none."));
}

// --- an organisation's own pack

class NorthernSalesTest : public testing::Test {
 protected:
  NorthernSalesTest()
      : text_{.file = "northern-sales.yaml", .text = file_text("docs/examples/northern-sales.yaml")} {
    pack_ = load(text_, diagnostics_);
  }
  void SetUp() override { ASSERT_TRUE(pack_) << render_all(diagnostics_, text_.text); }

  const Policy& policy(std::string_view id) const {
    const auto found = std::ranges::find(pack_->policies, id, &Policy::id);
    EXPECT_NE(found, pack_->policies.end()) << id;
    return *found;
  }

  PackText text_;
  Diagnostics diagnostics_{};
  std::shared_ptr<const Pack> pack_{};
};

TEST_F(NorthernSalesTest, BindsWithoutErrorOrWarningAndItsExamplesHold) {
  const auto outcomes = run_examples(pack_, Schema::standard(), diagnostics_);
  EXPECT_TRUE(diagnostics_.empty()) << render_all(diagnostics_, text_.text);
  EXPECT_FALSE(outcomes.empty());
  for (const ExampleOutcome& outcome : outcomes) EXPECT_TRUE(outcome.passed) << outcome.explanation;
}

TEST_F(NorthernSalesTest, ChangedPolicyKeepsItsFullName) {
  EXPECT_EQ(policy("close-date-placeholder-too-far").severity, Severity::kMedium);
  EXPECT_EQ(policy("close-date-placeholder-too-far").pack, "commercial-sales");
  EXPECT_EQ(policy("signature-without-close-plan").pack, "northern-sales");
}

TEST_F(NorthernSalesTest, ItsThresholdsDecideAndWhatIsSwitchedOffIsSilent) {
  const std::vector<std::string> fields = {"Id",       "Name",     "OwnerId",   "StageName",
                                           "Type",     "IsClosed", "CloseDate", "Compelling_Event__c",
                                           "NextStep", "IsWon"};
  const auto told = [&](const std::shared_ptr<const Pack>& pack) {
    std::vector<std::string> policies;
    for (const Verdict& verdict : verdicts_of(pack, "2022-04-23T12:00:00Z",
                                              {{"Opportunity",
                                                fields,
                                                {{id_of("006", 1), "Ferry", "", "2-Scoping", "", "false",
                                                  "2022-08-01", "", "Chase them", "false"}}}})) {
      policies.push_back(verdict.policy);
    }
    return policies;
  };
  Diagnostics diagnostics;
  EXPECT_THAT(told(load(shipped_pack("commercial-sales").value(), diagnostics)),
              ElementsAre("close-date-placeholder-too-far"));
  EXPECT_THAT(told(pack_), ElementsAre("next-steps-vague"));
  EXPECT_FALSE(policy("close-date-push-to-friday").enabled);
}

}  // namespace
}  // namespace plumbline
