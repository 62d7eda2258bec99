#include "violations/retraction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/violations/small_run.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Instant kFirst{std::chrono::days{20'000}};

// How records stood, by record; and which moments were asked for.
class SaidPast : public PastStandings {
 public:
  std::map<std::string, StandingKind> said;
  std::vector<Instant> asked;

  Result<std::vector<Standing>> of(Instant moment, std::span<const ViolationFacts> violations) override {
    asked.push_back(moment);
    std::vector<Standing> standings;
    for (const ViolationFacts& facts : violations) standings.push_back({.kind = said.at(facts.record_key)});
    return standings;
  }
};

MemoryViolations opened(const std::vector<std::string>& records) {
  MemoryViolations memory;
  memory.set_now(kFirst);
  SmallRun run;
  run.policies["late"] = {};
  for (const std::string& record : records)
    run.verdicts.push_back({.record = record, .policy = "late", .text = "late"});
  run.run(memory);
  memory.take_told();
  return memory;
}

std::vector<ViolationFacts> facts_of(const MemoryViolations& memory) {
  std::vector<ViolationFacts> facts;
  for (const MemoryViolations::Kept& kept : memory.all()) facts.push_back(kept.facts);
  return facts;
}

TEST(Retraction, what_was_not_so_then_is_retracted_and_what_was_stands) {
  MemoryViolations memory = opened({"A", "B", "C", "D", "E"});
  SaidPast past;
  past.said = {{"A", StandingKind::kPassed},
               {"B", StandingKind::kViolated},
               {"C", StandingKind::kOutOfScope},
               {"D", StandingKind::kUnknown},
               {"E", StandingKind::kGone}};
  const Result<RetractionPlan> plan = plan_retractions(facts_of(memory), past);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->looked_at, 5U);
  KnownViolations known = memory.known();
  ASSERT_TRUE(tell_retractions(*plan, known, memory));
  std::vector<std::string> places;
  for (const auto& [kind, place, reason] : memory.take_told()) {
    EXPECT_EQ(kind, TransitionKind::kRetracted);
    EXPECT_THAT(reason, HasSubstr("as is known now"));
    places.push_back(place);
  }
  EXPECT_THAT(places, ElementsAre("A/late", "C/late", "E/late"));
}

TEST(Retraction, a_retracted_one_that_is_violated_today_is_opened_anew) {
  MemoryViolations memory = opened({"A"});
  SaidPast past;
  past.said = {{"A", StandingKind::kPassed}};
  const Result<RetractionPlan> plan = plan_retractions(facts_of(memory), past);
  ASSERT_TRUE(plan);
  KnownViolations known = memory.known();
  ASSERT_TRUE(tell_retractions(*plan, known, memory));
  memory.take_told();
  SmallRun run;
  run.policies["late"] = {};
  run.verdicts = {{.record = "A", .policy = "late", .text = "late"}};
  run.run(memory);
  const auto told = memory.take_told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(std::get<0>(told[0]), TransitionKind::kReopened);
}

TEST(Retraction, the_newest_moments_are_looked_at_and_the_rest_is_counted) {
  std::vector<ViolationFacts> doubted;
  SaidPast past;
  for (std::size_t i = 0; i < kMostRetractionMoments + 3; ++i) {
    const std::string record = fmt::format("R{}", i);
    past.said[record] = StandingKind::kViolated;
    doubted.push_back({.record_key = record, .opened_at = kFirst + std::chrono::days{static_cast<int>(i)}});
  }
  const Result<RetractionPlan> plan = plan_retractions(doubted, past);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->looked_at, kMostRetractionMoments);
  EXPECT_EQ(plan->not_looked_at, 3U);
  ASSERT_EQ(past.asked.size(), kMostRetractionMoments);
  EXPECT_EQ(past.asked.front(), doubted.back().opened_at);
  EXPECT_GT(past.asked.front(), past.asked.back());
}

}  // namespace
}  // namespace plumbline
