// The packs onboarding and sales-kickoff: clean, complete, documented, and their own examples hold.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "policies/bound_reminders.h"
#include "policies/examples.h"
#include "source_dir.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using enum Severity;

struct Expected {
  std::string pack;
  std::vector<std::pair<std::string, Severity>> policies;
  std::size_t reminders;
};

void PrintTo(const Expected& expected, std::ostream* out) { *out << expected.pack; }

class WholePack : public testing::TestWithParam<Expected> {
 protected:
  void SetUp() override {
    text_ = shipped_pack(GetParam().pack).value_or(PackText{});
    auto loaded = load_pack(text_, diagnostics_);
    ASSERT_TRUE(loaded) << render_all(diagnostics_, text_.text);
    pack_ = std::make_shared<const Pack>(*std::move(loaded));
  }

  PackText text_{};
  Diagnostics diagnostics_{};
  std::shared_ptr<const Pack> pack_{};
  Schema schema_ = Schema::standard();
};

TEST_P(WholePack, BindsWithoutErrorOrWarning) {
  const BoundPack bound = bind_pack(pack_, schema_, {}, diagnostics_);
  const BoundReminders reminders = bind_reminders(pack_, schema_, {}, diagnostics_);
  check_examples(*pack_, schema_, diagnostics_);
  EXPECT_TRUE(diagnostics_.empty()) << render_all(diagnostics_, text_.text);
  EXPECT_EQ(bound.policies.size(), pack_->policies.size());
  EXPECT_EQ(reminders.reminders.size(), GetParam().reminders);
}

TEST_P(WholePack, EveryExampleGetsItsVerdict) {
  const auto outcomes = run_examples(pack_, schema_, diagnostics_);
  EXPECT_TRUE(diagnostics_.empty()) << render_all(diagnostics_, text_.text);
  std::size_t examples = 0;
  for (const Policy& policy : pack_->policies) examples += policy.examples.size();
  EXPECT_EQ(outcomes.size(), examples);
  for (const ExampleOutcome& outcome : outcomes) {
    EXPECT_TRUE(outcome.passed) << outcome.where.to_string() << ": " << outcome.policy << ": "
                                << outcome.explanation;
  }
}

TEST_P(WholePack, HasItsPoliciesWithTheStatedSeverity) {
  std::vector<std::pair<std::string, Severity>> found;
  for (const Policy& policy : pack_->policies) found.emplace_back(policy.id, policy.severity);
  EXPECT_EQ(found, GetParam().policies);
}

TEST_P(WholePack, EveryPolicyHasAnExampleOfEachVerdictASectionAndAFamily) {
  for (const Policy& policy : pack_->policies) {
    for (const auto verdict :
         {ExpectedVerdict::kViolated, ExpectedVerdict::kPasses, ExpectedVerdict::kUnknown}) {
      EXPECT_TRUE(std::ranges::find(policy.examples, verdict, &Example::expected) != policy.examples.end())
          << policy.id;
    }
    EXPECT_FALSE(policy.section.empty()) << policy.id;
    EXPECT_FALSE(policy.family.empty()) << policy.id;
  }
}

TEST_P(WholePack, EveryReminderHasATitleAndASection) {
  for (const Reminder& reminder : pack_->reminders) {
    EXPECT_FALSE(reminder.title.empty()) << reminder.id;
    EXPECT_FALSE(reminder.section.empty()) << reminder.id;
  }
}

TEST_P(WholePack, EveryParameterAndDefinitionIsUsed) {
  for (const auto& [name, parameter] : pack_->parameters) EXPECT_THAT(text_.text, HasSubstr(":" + name));
  for (const Definition& definition : pack_->definitions) {
    const std::size_t first = text_.text.find(definition.name);
    EXPECT_NE(text_.text.find(definition.name, first + definition.name.size()), std::string::npos)
        << definition.name;
  }
}

TEST_P(WholePack, PageDescribesEveryPolicyReminderAndParameter) {
  std::ifstream file(fmt::format("{}/docs/packs/{}.md", PLUMBLINE_SOURCE_DIR, pack_->name));
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  for (const Policy& policy : pack_->policies) EXPECT_THAT(page, HasSubstr("`" + policy.id + "`"));
  for (const Reminder& reminder : pack_->reminders) EXPECT_THAT(page, HasSubstr("`" + reminder.id + "`"));
  for (const auto& [name, parameter] : pack_->parameters) EXPECT_THAT(page, HasSubstr("`" + name + "`"));
}

INSTANTIATE_TEST_SUITE_P(Packs, WholePack,
                         testing::Values(Expected{.pack = "onboarding",
                                                  .policies = {{"onboarding-learning-path-late", kMedium},
                                                               {"onboarding-live-lead-overdue", kMedium},
                                                               {"onboarding-workshop-missed", kHigh},
                                                               {"onboarding-plan-overdue", kMedium},
                                                               {"onboarding-first-deal-overdue", kMedium},
                                                               {"onboarding-first-engagement-overdue",
                                                                kMedium}},
                                                  .reminders = 6},
                                         Expected{.pack = "sales-kickoff",
                                                  .policies = {{"kickoff-not-registered", kMedium}},
                                                  .reminders = 11}),
                         [](const auto& param_info) {
                           std::string name = param_info.param.pack;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

// --- what an organisation's own pack makes of them

std::vector<ExampleOutcome> outcomes(std::string_view text) {
  Diagnostics diagnostics;
  const PackText file{.file = "mine.yaml", .text = std::string(text)};
  auto pack = load_pack(file, diagnostics);
  EXPECT_TRUE(pack) << render_all(diagnostics, text);
  if (!pack) return {};
  const Schema schema = Schema::standard();
  auto found = run_examples(std::make_shared<const Pack>(*std::move(pack)), schema, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << render_all(diagnostics, text);
  return found;
}

// Policies of one's own, so that examples are run, with the words of the pack extended.
constexpr std::string_view kOwnPolicy = R"(
policies:
  - id: late
    title: Late
    on: User
    severity: low
    violated_when: kickoff AND TODAY > registration_until
    says: Late.
    fix: Register.
    examples:
)";

void expect_all_pass(std::string_view head, std::string_view examples) {
  for (const ExampleOutcome& outcome : outcomes(fmt::format("{}{}{}", head, kOwnPolicy, examples)))
    EXPECT_TRUE(outcome.passed) << outcome.where.to_string() << ": " << outcome.explanation;
}

TEST(SalesKickoff, DeadlineFollowsTheEvent) {
  expect_all_pass("pack: mine\nextends: sales-kickoff\nparameters: {event_start: 2027-02-15}\n", R"(
      - {given: {IsActive: true, Team__c: SMB}, as_of: 2027-02-12, violated: false}
      - {given: {IsActive: true, Team__c: SMB}, as_of: 2027-02-13, violated: true}
)");
}

TEST(SalesKickoff, DeadlineMayBeADayOfItsOwn) {
  expect_all_pass(
      "pack: mine\nextends: sales-kickoff\nparameters: {event_start: 2027-02-15, registration_deadline: "
      "2027-01-29}\n",
      R"(
      - {given: {IsActive: true, Team__c: SMB}, as_of: 2027-01-29, violated: false}
      - {given: {IsActive: true, Team__c: SMB}, as_of: 2027-01-30, violated: true}
)");
}

// Who belongs to an audience, asked as a policy.
void expect_members(std::string_view audience, std::string_view examples) {
  const std::string text = fmt::format(R"(pack: mine
extends: sales-kickoff
policies:
  - id: member
    title: Member
    on: User
    severity: low
    violated_when: {}
    says: Yes.
    fix: None.
    examples:{})",
                                       audience, examples);
  const auto found = outcomes(text);
  EXPECT_FALSE(found.empty()) << audience;
  for (const ExampleOutcome& outcome : found)
    EXPECT_TRUE(outcome.passed) << audience << " " << outcome.where.to_string() << ": "
                                << outcome.explanation;
}

TEST(SalesKickoff, EverybodyInvitedBelongsToOneOfTheGroups) {
  expect_members("kickoff_apac", R"(
      - {given: {IsActive: true, Team__c: SMB, Region__c: apac}, as_of: 2021-02-01, violated: true}
      - {given: {IsActive: true, Team__c: SMB, Region__c: EMEA}, as_of: 2021-02-01, violated: false}
      - {given: {IsActive: true, Team__c: SMB}, as_of: 2021-02-01, violated: false}
      - {given: {IsActive: true, Team__c: Legal, Region__c: APAC}, as_of: 2021-02-01, violated: false}
)");
  expect_members("kickoff_amer_emea", R"(
      - {given: {IsActive: true, Team__c: SMB, Region__c: APAC}, as_of: 2021-02-01, violated: false}
      - {given: {IsActive: true, Team__c: SMB, Region__c: EMEA}, as_of: 2021-02-01, violated: true}
      - {given: {IsActive: true, Team__c: SMB, Region__c: null}, as_of: 2021-02-01, violated: true}
      - {given: {IsActive: true, Team__c: Legal, Region__c: EMEA}, as_of: 2021-02-01, violated: false}
)");
}

TEST(SalesKickoff, CoreTeamAndLeadersAreActiveUsersByTeamAndRole) {
  expect_members("core_team", R"(
      - {given: {IsActive: true, Team__c: Field Enablement}, as_of: 2021-02-01, violated: true}
      - {given: {IsActive: false, Team__c: Field Enablement}, as_of: 2021-02-01, violated: false}
      - {given: {IsActive: true, Team__c: SMB}, as_of: 2021-02-01, violated: false}
)");
  expect_members("revenue_leaders", R"(
      - {given: {IsActive: true, Sales_Role__c: VP}, as_of: 2021-02-01, violated: true}
      - {given: {IsActive: false, Sales_Role__c: VP}, as_of: 2021-02-01, violated: false}
      - {given: {IsActive: true, Sales_Role__c: AE}, as_of: 2021-02-01, violated: false}
)");
}

TEST(SalesKickoff, AnAudienceOfOnesOwnDecidesWhoIsInvited) {
  expect_all_pass(
      "pack: mine\nextends: sales-kickoff\naudiences: {kickoff: {on: User, where: Region__c = 'EMEA'}}\n", R"(
      - {given: {IsActive: true, Team__c: SMB}, as_of: 2021-02-07, violated: false}
      - {given: {IsActive: true, Region__c: EMEA}, as_of: 2021-02-07, violated: true}
)");
}

// The days the pack's reminders come on, asked as a policy whose examples stand on those days.
struct DayCase {
  const char* expression;
  const char* day;
};

TEST(SalesKickoff, DaysOfItsRemindersFollowTheEvent) {
  constexpr DayCase kDays[] = {
      {"registration_until - :first_call_days", "2021-01-22"},
      {"registration_until - :second_call_days", "2021-01-29"},
      {"registration_until - :last_call_days", "2021-02-04"},
      {"content_opens", "2020-11-08"},
      {"content_closes - :content_left_days", "2020-11-22"},
      {"content_closes", "2020-11-29"},
      {"second_quarter", "2020-05-01"},
      {"third_quarter - 1", "2020-07-31"},
      {"ADDMONTHS(third_quarter, 1)", "2020-09-01"},
      {"fourth_quarter - 1", "2020-10-31"},
      {"event_quarter - 1", "2021-01-31"},
      {":event_start + :reinforcement_days", "2021-03-10"},
      {":event_start + 2 * :reinforcement_days", "2021-04-09"},
      {":event_start + 3 * :reinforcement_days", "2021-05-09"},
  };
  for (const DayCase& day : kDays) {
    const auto found = outcomes(fmt::format(R"(pack: mine
extends: sales-kickoff
policies:
  - id: on-the-day
    title: On the day
    on: User
    severity: low
    violated_when: "({0}) = TODAY"
    says: Today.
    fix: None.
    examples:
      - {{given: {{Name: Ada}}, as_of: {1}T12:00:00Z, violated: true}}
      - {{given: {{Name: Ada}}, as_of: 1999-01-01, violated: false}}
)",
                                            day.expression, day.day));
    ASSERT_EQ(found.size(), 2U) << day.expression;
    EXPECT_TRUE(found[0].passed) << day.expression << ": " << found[0].explanation;
  }
}

}  // namespace
}  // namespace plumbline
