// The pack that comes with Plumbline: clean, complete, and its own examples hold.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "policies/bound_pack.h"
#include "policies/examples.h"
#include "policies/pack.h"

namespace plumbline {
namespace {

class EssentialsTest : public testing::Test {
 protected:
  EssentialsTest() : text_(shipped_pack("essentials").value_or(PackText{})) {
    auto loaded = load_pack(text_, diagnostics_);
    if (loaded) pack_ = std::make_shared<const Pack>(std::move(*loaded));
  }
  void SetUp() override { ASSERT_TRUE(pack_) << render_all(diagnostics_, text_.text); }

  PackText text_;
  Diagnostics diagnostics_{};
  std::shared_ptr<const Pack> pack_{};
  Schema schema_ = Schema::standard();
};

TEST_F(EssentialsTest, IsAmongTheShippedPacks) {
  const auto names = shipped_pack_names();
  EXPECT_NE(std::ranges::find(names, "essentials"), names.end());
}

TEST_F(EssentialsTest, BindsWithoutErrorOrWarning) {
  const BoundPack bound = bind_pack(pack_, schema_, {}, diagnostics_);
  check_examples(*pack_, schema_, diagnostics_);
  EXPECT_TRUE(diagnostics_.empty()) << render_all(diagnostics_, text_.text);
  EXPECT_EQ(bound.policies.size(), pack_->policies.size());
}

TEST_F(EssentialsTest, EveryExampleGetsItsVerdict) {
  const auto outcomes = run_examples(pack_, schema_, diagnostics_);
  EXPECT_TRUE(diagnostics_.empty()) << render_all(diagnostics_, text_.text);
  for (const ExampleOutcome& outcome : outcomes) {
    EXPECT_TRUE(outcome.passed) << outcome.where.to_string() << ": " << outcome.policy << ": "
                                << outcome.explanation;
  }
}

TEST_F(EssentialsTest, NoExampleIsLeftOut) {
  std::size_t examples = 0;
  for (const Policy& policy : pack_->policies) examples += policy.examples.size();
  EXPECT_EQ(run_examples(pack_, schema_, diagnostics_).size(), examples);
}

TEST_F(EssentialsTest, HasThirteenPoliciesOfTheStatedSeverity) {
  const std::map<std::string, Severity> expected = {
      {"past-close-date", Severity::kHigh},      {"no-next-step", Severity::kHigh},
      {"next-step-has-date", Severity::kLow},    {"next-step-is-a-log", Severity::kLow},
      {"no-amount", Severity::kMedium},          {"no-recent-activity", Severity::kMedium},
      {"untouched", Severity::kMedium},          {"pushed-repeatedly", Severity::kMedium},
      {"open-too-long", Severity::kLow},         {"owner-inactive", Severity::kHigh},
      {"won-without-amount", Severity::kMedium}, {"closed-in-the-future", Severity::kLow},
      {"lead-untouched", Severity::kMedium}};
  std::map<std::string, Severity> found;
  for (const Policy& policy : pack_->policies) found.emplace(policy.id, policy.severity);
  EXPECT_EQ(found, expected);
}

TEST_F(EssentialsTest, EveryPolicyHasAnExampleOfEachVerdict) {
  for (const Policy& policy : pack_->policies) {
    for (const auto verdict :
         {ExpectedVerdict::kViolated, ExpectedVerdict::kPasses, ExpectedVerdict::kUnknown}) {
      EXPECT_TRUE(std::ranges::find(policy.examples, verdict, &Example::expected) != policy.examples.end())
          << policy.id;
    }
  }
}

TEST_F(EssentialsTest, EveryPolicyNamesItsSection) {
  for (const Policy& policy : pack_->policies) EXPECT_FALSE(policy.section.empty()) << policy.id;
}

}  // namespace
}  // namespace plumbline
