// Random worlds, with everything that goes wrong in exports, laid down in a ledger and judged out of it: the
// verdicts of random packs are those of the worlds themselves. Histories are left out: they do not lie in
// tables, and have tests of their own.
#include <gtest/gtest.h>

#include "policies/judge.h"
#include "tests/ledger/lay_down.h"
#include "tests/policies/random_pack.h"
#include "tests/policies/random_world.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

#ifdef NDEBUG
constexpr std::uint64_t kWorlds = 60;
#else
constexpr std::uint64_t kWorlds = 12;
#endif
constexpr std::size_t kPolicies = 12;
constexpr std::size_t kMostRows = 400;
constexpr Instant kSeen{std::chrono::sys_days{std::chrono::year{2024} / 6 / 1}};

bool reads_histories(const BoundPolicy& policy, const Schema& schema) {
  const std::size_t history = *schema.find_object("OpportunityFieldHistory");
  const DataNeeds& needs = policy.needs;
  bool related = false;
  for (const std::size_t link : needs.relationships) {
    const Relationship& one = schema.relationships()[link];
    related = related || one.child == "OpportunityFieldHistory" || one.parent == "OpportunityFieldHistory";
  }
  return related || policy.object == history || !needs.history.empty() || needs.fields.contains(history) ||
         needs.passing.contains(history);
}

std::vector<std::string> verdicts(const BoundPack& pack, const Snapshot& snapshot, Instant now) {
  std::vector<std::string> told;
  JudgeOptions options{.now = now};
  options.unknowns = JudgeOptions::Unknowns::kHandOn;
  const JudgeSummary summary = judge({&pack}, snapshot, options, [&](const Verdict& verdict) {
    std::string line = fmt::format("{} {} {} {} {} {} {} {} {}", static_cast<int>(verdict.status),
                                   verdict.policy, verdict.object, verdict.record_id, verdict.record_name,
                                   verdict.owner_id, verdict.message, verdict.remedy, verdict.reason);
    told.push_back(std::move(line));
    return SinkAnswer::kMore;
  });
  // The reasons may differ: of objects that nothing can be joined to, a ledger reads none.
  for (const NotJudged& policy : summary.not_judged) told.push_back("not judged: " + policy.policy);
  return told;
}

DataNeeds needs_of(const BoundPack& pack) {
  DataNeeds needs;
  for (const BoundPolicy& policy : pack.policies) needs.add(policy.needs);
  return needs;
}

TEST(RandomWorldsInALedger, are_judged_as_the_worlds_are) {
  std::size_t compared = 0;
  std::size_t worlds = 0;
  for (std::uint64_t seed = 1; worlds < kWorlds; ++seed) {
    const RandomWorld world(seed);
    if (world.rows() > kMostRows) continue;
    ++worlds;
    SCOPED_TRACE(fmt::format("seed {}", seed));
    TempFolder folder;
    LedgerMaker maker(folder.path_of("a.ledger"), *world_schema(), RecordIds::kSalesforce);
    lay_down(*world.snapshot, kSeen, maker, Changes::kLeftOut);
    RandomSource random(seed ^ 0x1ED6E5);
    BoundPack pack = random_pack(random, world.now, world.object, kPolicies, "random");
    std::erase_if(pack.policies,
                  [&](const BoundPolicy& policy) { return reads_histories(policy, *world_schema()); });
    const Result<LoadedData> data = load_snapshot(maker.ledger(), world_schema(), needs_of(pack), {});
    ASSERT_TRUE(data) << data.error().to_string();
    const std::vector<std::string> expected = verdicts(pack, *world.snapshot, world.now);
    const std::vector<std::string> found = verdicts(pack, *data->snapshot, world.now);
    for (std::size_t i = 0; i < std::min(found.size(), expected.size()); ++i)
      ASSERT_EQ(found[i], expected[i]);
    ASSERT_EQ(found.size(), expected.size());
    compared += expected.size();
  }
  EXPECT_GT(compared, 1'000U);
}

}  // namespace
}  // namespace plumbline
