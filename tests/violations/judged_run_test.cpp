// The lifecycle fed by judge() itself, over made-up records.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/policies/small_table.h"
#include "tests/violations/memory_violations.h"
#include "violations/closing.h"
#include "violations/lifecycle.h"
#include "violations/snapshot_standings.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kPack = R"(
pack: judged
title: Judged
source: {document: Tests}
policies:
  - id: past
    title: Past
    on: Opportunity
    severity: high
    judged_when: IsClosed = false
    violated_when: CloseDate < TODAY
    says: "Due {CloseDate}."
    fix: "Move it."
    section: Dates
    examples:
      - {given: {CloseDate: 2026-03-17}, as_of: 2026-03-18, violated: true}
      - {given: {CloseDate: 2026-03-18}, as_of: 2026-03-18, violated: false}
  - id: amount
    title: Amount
    on: Opportunity
    severity: low
    violated_when: Amount = null
    says: "No amount."
    fix: "Write one."
    section: Amounts
    examples:
      - {given: {Amount: null}, as_of: 2026-03-18, violated: true}
      - {given: {Amount: 5}, as_of: 2026-03-18, violated: false}
)";

const std::vector<std::string> kFields{"Id",     "Name",     "OwnerId",  "CloseDate",
                                       "Amount", "IsClosed", "IsDeleted"};

std::string id_of(int number) { return fmt::format("006R{:011}", number); }

// An organisation whose records are told anew for each run.
class JudgedRuns {
 public:
  JudgedRuns() {
    Diagnostics diagnostics;
    auto loaded = load_pack({.file = "judged.yaml", .text = std::string(kPack)}, diagnostics);
    EXPECT_TRUE(loaded && !diagnostics.has_errors());
    pack_ = bind_pack(std::make_shared<const Pack>(std::move(*loaded)), *schema_, {}, diagnostics);
  }

  void run(const TableRows& opportunities, unsigned threads = 1) {
    std::vector<std::unique_ptr<Table>> tables(schema_->object_count());
    tables[*schema_->find_object("Opportunity")] =
        small_table(*schema_, "Opportunity", kFields, opportunities);
    tables[*schema_->find_object("User")] = small_table(
        *schema_, "User", {"Id", "Name"}, {{"005R00000000001", "Ada"}, {"005R00000000002", "Ben"}});
    const auto snapshot = Snapshot::build(schema_, std::move(tables), pack_.needs);
    const std::vector<const BoundPack*> packs{&pack_};
    const JudgeOptions options{.now = *parse_instant("2026-03-18T12:00:00Z"),
                               .threads = threads,
                               .unknowns = JudgeOptions::Unknowns::kHandOn};
    const KnownViolations known = memory.known();
    Lifecycle lifecycle(known, *snapshot, memory);
    const Result<JudgeSummary> summary = judge(packs, *snapshot, {}, options, lifecycle, nullptr);
    ASSERT_TRUE(summary) << summary.error().to_string();
    const RunScope scope(packs, summary->not_judged);
    const std::vector<DerivedField> derived;
    SnapshotStandings standings(scope, derived, *snapshot, options);
    const Result<ClosingCounts> done = close_unmet(known, lifecycle, scope, memory, standings, memory);
    ASSERT_TRUE(done) << done.error().to_string();
    closed = *done;
    verdicts = lifecycle.counts();
  }

  MemoryViolations memory;
  LifecycleCounts verdicts;
  ClosingCounts closed;

 private:
  std::shared_ptr<const Schema> schema_ = std::make_shared<const Schema>(Schema::standard());
  BoundPack pack_;
};

std::vector<std::string> row(int number, const std::string& close_date, const std::string& amount = "5",
                             const std::string& closed = "false", const std::string& deleted = "false",
                             const std::string& owner = "005R00000000001") {
  return {id_of(number), fmt::format("Deal {}", number), owner, close_date, amount, closed, deleted};
}

TEST(JudgedRun, records_that_were_mended_resolve_and_others_lapse) {
  JudgedRuns runs;
  runs.run({row(1, "2026-03-01"), row(2, "2026-03-01"), row(3, "2026-03-01"), row(4, "2026-03-01")});
  EXPECT_EQ(runs.verdicts.opened, 4U);
  runs.memory.take_told();
  runs.run(
      {row(1, "2026-04-01"), row(2, "2026-03-01", "5", "true"), row(3, "2026-03-01", "5", "false", "true")});
  const auto told = runs.memory.take_told();
  ASSERT_EQ(told.size(), 4U);
  EXPECT_EQ(std::get<0>(told[0]), TransitionKind::kResolved);
  EXPECT_EQ(std::get<0>(told[1]), TransitionKind::kLapsed);
  EXPECT_THAT(std::get<2>(told[1]), HasSubstr("IsClosed = false"));
  EXPECT_EQ(runs.closed.gone, 2U);
  EXPECT_EQ(runs.closed.out_of_scope, 1U);
  EXPECT_EQ(runs.closed.resolved, 1U);
}

TEST(JudgedRun, what_cannot_be_read_is_unknown_and_stands) {
  JudgedRuns runs;
  runs.run({row(1, "2026-03-01")});
  runs.memory.take_told();
  runs.run({row(1, "no date")});
  const auto told = runs.memory.take_told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(std::get<0>(told[0]), TransitionKind::kUnknown);
  EXPECT_FALSE(std::get<2>(told[0]).empty());
  EXPECT_EQ(runs.memory.all()[0].facts.state, ViolationState::kOpen);
}

TEST(JudgedRun, the_owner_of_a_closing_is_the_one_the_record_has_then) {
  JudgedRuns runs;
  runs.run({row(1, "2026-03-01")});
  EXPECT_EQ(runs.memory.all()[0].facts.owner, "005R00000000001");
  runs.run({row(1, "2026-04-01", "5", "false", "false", "005R00000000002")});
  EXPECT_EQ(runs.memory.all()[0].facts.state, ViolationState::kResolved);
  EXPECT_EQ(runs.memory.all()[0].facts.owner, "005R00000000002");
  EXPECT_EQ(runs.memory.all()[0].facts.owner_name, "Ben");
}

TEST(JudgedRun, an_id_of_15_and_one_of_18_characters_are_the_same_violation) {
  JudgedRuns runs;
  auto long_id = row(1, "2026-03-01");
  long_id[0] += "AAA";
  runs.run({row(1, "2026-03-01")});
  runs.memory.take_told();
  runs.run({long_id});
  EXPECT_THAT(runs.memory.take_told(), IsEmpty());
  EXPECT_EQ(runs.verdicts.still_open, 1U);
}

// Three runs: all opened, nothing new, some of everything.
std::vector<std::string> transitions_with(unsigned threads) {
  constexpr int kRecords = 5'000;
  JudgedRuns runs;
  TableRows first;
  TableRows third;
  for (int i = 0; i < kRecords; ++i) {
    first.push_back(row(i, i % 3 == 0 ? "2026-03-01" : "2026-05-01", i % 7 == 0 ? "" : "5"));
    if (i % 11 == 0) continue;
    third.push_back(row(i, i % 4 == 0 ? "2026-02-01" : "2026-05-01", i % 5 == 0 ? "" : "5",
                        i % 13 == 0 ? "true" : "false", i % 17 == 0 ? "true" : "false",
                        i % 2 == 0 ? "005R00000000001" : "005R00000000002"));
  }
  for (const TableRows* rows : {&first, &first, &third}) runs.run(*rows, threads);
  return runs.memory.transitions();
}

TEST(JudgedRun, the_same_is_told_in_the_same_order_whatever_the_number_of_threads) {
  const std::vector<std::string> one = transitions_with(1);
  EXPECT_GT(one.size(), 3'000U);
  for (const unsigned threads : {2U, 3U, 7U}) EXPECT_EQ(transitions_with(threads), one) << threads;
}

}  // namespace
}  // namespace plumbline
