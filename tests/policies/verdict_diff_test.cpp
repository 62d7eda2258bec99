#include "policies/verdict_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Role = ComparedPolicy::Role;
using Kind = VerdictChange::Kind;

// One policy, two causes: what the run judges, by number.
enum : std::size_t { kOld, kNew, kFirstTrial, kSecondTrial };

PolicyFacts on_leads() {
  PolicyFacts facts;
  facts.policy = "p";
  facts.object = "Lead";
  return facts;
}

class VerdictDiff : public testing::Test {
 protected:
  VerdictDiff() {
    comparison_.begin(facts_);
    batch_ = comparison_.make_batch();
    policy_.causes = {7, 9};
  }

  void say(std::size_t policy, std::uint32_t row, VerdictStatus status = VerdictStatus::kViolated,
           std::string_view message = "Bad.", std::string_view id = "") {
    VerdictView view{.status = status, .policy = policy, .row = row, .record_id = id, .owner_name = "Ada"};
    if (status == VerdictStatus::kViolated) view.message = message;
    if (status == VerdictStatus::kUnknown) view.reason = "nobody knows";
    batch_->add(view);
    rows_.push_back(row);
  }
  // As ObjectJudge does: row after row.
  void arrange() {
    std::vector<std::uint32_t> order(rows_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return std::pair(rows_[i], i); });
    batch_->arrange(order);
    rows_.clear();
  }
  void end() {
    arrange();
    comparison_.take(*batch_);
  }
  std::vector<Kind> kinds() const {
    std::vector<Kind> kinds;
    for (const VerdictChange& change : comparison_.changes()) kinds.push_back(change.kind);
    return kinds;
  }

  std::vector<PolicyFacts> facts_{4, on_leads()};
  VerdictComparison comparison_{{{.role = Role::kBefore},
                                 {.role = Role::kAfter},
                                 {.role = Role::kTrial, .cause = 0},
                                 {.role = Role::kTrial, .cause = 1}},
                                {},
                                1,
                                VerdictComparison::Unknowns::kKept};
  std::unique_ptr<VerdictBatch> batch_;
  std::vector<std::uint32_t> rows_;
  PolicyDiff policy_;
};

TEST_F(VerdictDiff, TellsWhatIsGainedLostAndStays) {
  say(kOld, 1);
  say(kOld, 2);
  say(kNew, 2);
  say(kNew, 3);
  end();
  EXPECT_THAT(kinds(), ElementsAre(Kind::kLost, Kind::kGained));
  const VerdictTally& tally = comparison_.tallies()[0];
  EXPECT_EQ(tally.before, 2U);
  EXPECT_EQ(tally.after, 2U);
  EXPECT_EQ(tally.gained, 1U);
  EXPECT_EQ(tally.lost, 1U);
  EXPECT_EQ(tally.stay, 1U);
  EXPECT_EQ(tally.other_message, 0U);
  EXPECT_EQ(comparison_.changes()[0].object, "Lead");
  EXPECT_EQ(comparison_.changes()[0].owner_name, "Ada");
  EXPECT_EQ(comparison_.changes()[0].message, "Bad.");
}

// Nothing but the row tells records without ids apart; rows of another part of a file begin anew.
TEST_F(VerdictDiff, DoesNotMixUpRecordsWithoutIds) {
  say(kOld, 0);
  arrange();
  say(kNew, 0);
  end();
  EXPECT_THAT(kinds(), ElementsAre(Kind::kLost, Kind::kGained));
}

TEST_F(VerdictDiff, BlamesTheCauseThatAloneWouldDo) {
  say(kNew, 1);
  say(kSecondTrial, 1);
  say(kOld, 2);
  say(kFirstTrial, 2);
  end();
  ASSERT_EQ(comparison_.changes().size(), 2U);
  for (const VerdictChange& change : comparison_.changes()) {
    const ChangeCauses causes = causes_of(policy_, change);
    EXPECT_THAT(causes.changes, ElementsAre(9U));
    EXPECT_FALSE(causes.together);
  }
}

TEST_F(VerdictDiff, BlamesAllTogetherWhereNoneAloneWouldDo) {
  say(kNew, 1);
  say(kOld, 2);
  say(kFirstTrial, 2);
  say(kSecondTrial, 2);
  end();
  for (const VerdictChange& change : comparison_.changes()) {
    const ChangeCauses causes = causes_of(policy_, change);
    EXPECT_THAT(causes.changes, ElementsAre(7U, 9U));
    EXPECT_TRUE(causes.together);
  }
}

TEST_F(VerdictDiff, ASingleCauseNeedsNoTrial) {
  policy_.causes = {7};
  say(kNew, 1);
  end();
  EXPECT_THAT(causes_of(policy_, comparison_.changes()[0]).changes, ElementsAre(7U));
}

TEST_F(VerdictDiff, AViolationThatBecomesUnknownIsLostAndSaidToBe) {
  say(kOld, 1);
  say(kNew, 1, VerdictStatus::kUnknown);
  end();
  ASSERT_THAT(kinds(), ElementsAre(Kind::kLost));
  EXPECT_EQ(comparison_.changes()[0].message, "Bad.");
  EXPECT_EQ(comparison_.changes()[0].reason, "nobody knows");
}

TEST_F(VerdictDiff, TellsUnknownsThatComeAndGo) {
  say(kNew, 1, VerdictStatus::kUnknown);
  say(kOld, 2, VerdictStatus::kUnknown);
  say(kOld, 3, VerdictStatus::kUnknown);
  say(kNew, 3, VerdictStatus::kUnknown);
  end();
  EXPECT_THAT(kinds(), ElementsAre(Kind::kUnknown, Kind::kKnown));
}

TEST_F(VerdictDiff, LeavesUnknownsOutWhereNobodyAsks) {
  VerdictComparison comparison({{.role = Role::kBefore}, {.role = Role::kAfter}}, {}, 1,
                               VerdictComparison::Unknowns::kLeftOut);
  comparison.begin(facts_);
  const std::unique_ptr<VerdictBatch> batch = comparison.make_batch();
  batch->add({.status = VerdictStatus::kUnknown, .policy = kNew});
  batch->arrange(std::vector<std::uint32_t>{0});
  comparison.take(*batch);
  EXPECT_THAT(comparison.changes(), IsEmpty());
}

TEST_F(VerdictDiff, CountsViolationsThatSaySomethingElse) {
  say(kOld, 1);
  say(kNew, 1, VerdictStatus::kViolated, "Worse.");
  end();
  EXPECT_THAT(comparison_.changes(), IsEmpty());
  EXPECT_EQ(comparison_.tallies()[0].other_message, 1U);
}

// A trial that the data cannot answer has no verdicts: a violation is gone under it.
TEST(VerdictDiffTrials, ASilentTrialIsOneWithoutVerdicts) {
  const std::vector<PolicyFacts> facts{2, on_leads()};
  VerdictComparison comparison({{.role = Role::kBefore}, {.role = Role::kAfter}},
                               {{.role = Role::kTrial, .cause = 1}}, 1,
                               VerdictComparison::Unknowns::kLeftOut);
  comparison.begin(facts);
  const std::unique_ptr<VerdictBatch> batch = comparison.make_batch();
  batch->add({.policy = 0});
  batch->arrange(std::vector<std::uint32_t>{0});
  comparison.take(*batch);
  PolicyDiff policy;
  policy.causes = {3, 4};
  ASSERT_EQ(comparison.changes().size(), 1U);
  EXPECT_THAT(causes_of(policy, comparison.changes()[0]).changes, ElementsAre(4U));
}

}  // namespace
}  // namespace plumbline
