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
#include "policies/judge.h"
#include "source_dir.h"
#include "tests/policies/small_table.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string file_text(std::string_view path) {
  std::ifstream file(fmt::format("{}/{}", PLUMBLINE_SOURCE_DIR, path));
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::shared_ptr<const Pack> load(const PackText& text, Diagnostics& diagnostics) {
  auto loaded = load_pack(text, diagnostics);
  return loaded ? std::make_shared<const Pack>(std::move(*loaded)) : nullptr;
}

class CommercialSalesTest : public testing::Test {
 protected:
  CommercialSalesTest() : text_(shipped_pack("commercial-sales").value_or(PackText{})) {
    pack_ = load(text_, diagnostics_);
  }
  void SetUp() override { ASSERT_TRUE(pack_) << render_all(diagnostics_, text_.text); }

  PackText text_;
  Diagnostics diagnostics_{};
  std::shared_ptr<const Pack> pack_{};
  Schema schema_ = Schema::standard();
};

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
      {"first-order-handoff-note-missing", kMedium}};
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

struct Rows {
  std::string_view object;
  std::vector<std::string> fields;
  TableRows rows;
};

// The verdicts of the pack on a few records. Objects that are not named are not in the data.
std::vector<Verdict> verdicts_of(const std::shared_ptr<const Pack>& pack, std::string_view as_of,
                                 const std::vector<Rows>& data) {
  const auto schema = std::make_shared<const Schema>(Schema::standard());
  Diagnostics diagnostics;
  const BoundPack bound = bind_pack(pack, *schema, {}, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << render_all(diagnostics, "");
  std::vector<std::unique_ptr<Table>> tables(schema->object_count());
  for (const Rows& rows : data) {
    tables[*schema->find_object(rows.object)] = small_table(*schema, rows.object, rows.fields, rows.rows);
  }
  const auto snapshot = Snapshot::build(schema, std::move(tables), bound.needs);
  std::vector<Verdict> verdicts;
  judge({&bound}, *snapshot, {.now = *parse_instant(as_of)}, [&](const Verdict& verdict) {
    verdicts.push_back(verdict);
    return SinkAnswer::kMore;
  });
  return verdicts;
}

std::vector<Verdict> of_policy(const std::vector<Verdict>& verdicts, std::string_view policy) {
  std::vector<Verdict> found;
  std::ranges::copy_if(verdicts, std::back_inserter(found),
                       [&](const Verdict& verdict) { return verdict.policy == policy; });
  return found;
}

std::string evidence_text(const Verdict& verdict, std::string_view name) {
  const auto found = std::ranges::find(verdict.evidence, name, &EvidenceItem::name);
  if (found == verdict.evidence.end()) return "(not there)";
  const auto* text = std::get_if<std::string>(&found->value);
  return text != nullptr ? *text : "(no text)";
}

std::string id_of(std::string_view prefix, int number) { return fmt::format("{}{:012}", prefix, number); }

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
