// Spells made of verdicts that are told by hand.
#include "policies/backtest.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "policies/text_table.h"

namespace plumbline {
namespace {

struct Told {
  std::string record;
  VerdictStatus status = VerdictStatus::kViolated;
  std::size_t policy = 0;
  std::string owner = "005A";
};

std::shared_ptr<const Snapshot> snapshot_of_opportunities() {
  auto schema = std::make_shared<const Schema>(Schema::standard());
  std::vector<std::unique_ptr<Table>> tables(schema->object_count());
  const std::size_t object = *schema->find_object("Opportunity");
  const std::vector<std::size_t> fields{*schema->object(object).find("Id")};
  tables[object] = text_table(*schema, object, fields, {});
  return Snapshot::build(schema, std::move(tables), {});
}

class BacktestTest : public testing::Test {
 protected:
  static Day day(unsigned number) { return make_day(2024, 5, number); }

  // What judge() does on a day, without its end.
  SinkAnswer judge(unsigned number, const std::vector<Told>& verdicts) {
    backtest_.begin_day(day(number), *snapshot_);
    backtest_.begin(facts_);
    const std::unique_ptr<VerdictBatch> batch = backtest_.make_batch();
    for (const Told& told : verdicts) {
      batch->add({.status = told.status,
                  .policy = told.policy,
                  .record_id = told.record,
                  .record_name = "Deal",
                  .owner_id = told.owner,
                  .message = "Late."});
    }
    std::vector<std::uint32_t> order(verdicts.size());
    std::iota(order.begin(), order.end(), 0U);
    batch->arrange(order);
    return backtest_.take(*batch);
  }
  void replay(unsigned number, const std::vector<Told>& verdicts, UnmetSpell unmet = UnmetSpell::kPassed) {
    judge(number, verdicts);
    backtest_.end_day();
    const std::vector<SpellIndex> settled = backtest_.unmet();
    for (const SpellIndex index : settled) backtest_.settle(index, unmet, "why");
  }

  const Spell& spell(std::size_t index) const { return backtest_.spells().at(index); }

  std::shared_ptr<const Snapshot> snapshot_ = snapshot_of_opportunities();
  std::vector<PolicyFacts> facts_{
      {.policy = "late", .pack = "rules", .pack_hash = "", .object = "Opportunity", .source = ""},
      {.policy = "blank", .pack = "rules", .pack_hash = "", .object = "Opportunity", .source = ""}};
  Backtest backtest_;
};

TEST_F(BacktestTest, a_spell_lasts_from_the_first_day_to_the_one_it_is_over) {
  replay(6, {});
  replay(7, {{.record = "a"}});
  replay(8, {{.record = "a"}});
  replay(9, {});
  replay(10, {});
  ASSERT_EQ(backtest_.spells().size(), 1U);
  EXPECT_EQ(spell(0).record_id, "a");
  EXPECT_EQ(spell(0).message, "Late.");
  EXPECT_EQ(spell(0).from, day(7));
  EXPECT_EQ(spell(0).until, day(9));
  EXPECT_EQ(spell(0).end, SpellEnd::kResolved);
  EXPECT_EQ(spell(0).days, 2U);
  EXPECT_FALSE(spell(0).on_first_day);
}

TEST_F(BacktestTest, what_comes_again_is_a_spell_of_its_own) {
  replay(6, {{.record = "a"}});
  replay(7, {});
  replay(8, {{.record = "a"}});
  ASSERT_EQ(backtest_.spells().size(), 2U);
  EXPECT_TRUE(spell(0).on_first_day);
  EXPECT_EQ(spell(0).until, day(7));
  EXPECT_EQ(spell(1).from, day(8));
  EXPECT_EQ(spell(1).end, SpellEnd::kStands);
  EXPECT_EQ(spell(1).until, std::nullopt);
}

TEST_F(BacktestTest, policies_have_spells_of_their_own_on_the_same_record) {
  replay(6, {{.record = "a"}, {.record = "a", .policy = 1}});
  replay(7, {{.record = "a", .policy = 1}});
  ASSERT_EQ(backtest_.spells().size(), 2U);
  EXPECT_EQ(spell(0).end, SpellEnd::kResolved);
  EXPECT_EQ(spell(1).end, SpellEnd::kStands);
  EXPECT_EQ(backtest_.policies()[spell(1).policy].policy, "blank");
}

TEST_F(BacktestTest, unknown_begins_no_spell_and_ends_none) {
  replay(6, {{.record = "a"}, {.record = "b", .status = VerdictStatus::kUnknown}});
  replay(7, {{.record = "a", .status = VerdictStatus::kUnknown}});
  EXPECT_TRUE(spell(0).is_unknown);
  replay(8, {}, UnmetSpell::kUnknown);
  replay(9, {{.record = "a"}});
  ASSERT_EQ(backtest_.spells().size(), 1U);
  EXPECT_FALSE(spell(0).is_unknown);
  EXPECT_EQ(spell(0).days, 2U);
  EXPECT_EQ(spell(0).unknown_days, 2U);
  EXPECT_EQ(spell(0).end, SpellEnd::kStands);
}

TEST_F(BacktestTest, what_lapsed_says_why) {
  replay(6, {{.record = "a"}});
  replay(7, {}, UnmetSpell::kLapsed);
  EXPECT_EQ(spell(0).end, SpellEnd::kLapsed);
  EXPECT_EQ(spell(0).reason, "why");
}

TEST_F(BacktestTest, a_day_that_was_not_ended_leaves_no_trace) {
  replay(6, {{.record = "a"}});
  judge(7, {{.record = "b"}});
  ASSERT_EQ(backtest_.spells().size(), 1U);
  EXPECT_EQ(spell(0).days, 1U);
  replay(7, {{.record = "a"}});
  EXPECT_EQ(backtest_.spells().size(), 1U);
  EXPECT_EQ(spell(0).days, 2U);
}

TEST_F(BacktestTest, both_spellings_of_an_id_are_one_record) {
  facts_.resize(1);
  const auto schema = std::make_shared<const Schema>(Schema::standard());
  // No table of the object: its ids are taken for Salesforce's.
  snapshot_ = Snapshot::build(schema, std::vector<std::unique_ptr<Table>>(schema->object_count()), {});
  replay(6, {{.record = "006Rt00000000TS"}});
  replay(7, {{.record = "006Rt00000000TSIAY"}});
  ASSERT_EQ(backtest_.spells().size(), 1U);
  EXPECT_EQ(spell(0).days, 2U);
}

TEST_F(BacktestTest, a_policy_keeps_its_spells_when_others_are_not_judged) {
  replay(6, {{.record = "a", .policy = 1}});
  facts_.erase(facts_.begin());
  replay(7, {{.record = "a", .policy = 0}});
  ASSERT_EQ(backtest_.spells().size(), 1U);
  EXPECT_EQ(spell(0).days, 2U);
}

TEST_F(BacktestTest, records_without_an_id_are_counted_and_not_followed) {
  replay(6, {{.record = ""}, {.record = "", .status = VerdictStatus::kUnknown}});
  EXPECT_TRUE(backtest_.spells().empty());
  EXPECT_EQ(backtest_.without_id(), 1U);
}

TEST_F(BacktestTest, more_spells_than_it_may_have_end_it) {
  backtest_ = Backtest(2);
  replay(6, {{.record = "a"}});
  EXPECT_EQ(judge(7, {{.record = "a"}, {.record = "b"}}), SinkAnswer::kMore);
  EXPECT_FALSE(backtest_.is_full());
  EXPECT_EQ(judge(7, {{.record = "a"}, {.record = "b"}, {.record = "c"}}), SinkAnswer::kEnough);
  EXPECT_TRUE(backtest_.is_full());
}

Spell spell_of(unsigned from, std::optional<unsigned> until, SpellEnd end) {
  Spell spell{.from = make_day(2024, 5, from), .end = end};
  if (until) spell.until = make_day(2024, 5, *until);
  return spell;
}

TEST(SpellTallies, count_working_days_after_the_first_one) {
  Calendar calendar;
  calendar.holidays = {make_day(2024, 5, 9)};
  // From Friday 3 May to Monday 6 May.
  EXPECT_EQ(working_days_of(spell_of(3, 6, SpellEnd::kResolved), calendar), 1);
  EXPECT_EQ(working_days_of(spell_of(8, 10, SpellEnd::kResolved), calendar), 1);
  EXPECT_EQ(working_days_of(spell_of(4, 5, SpellEnd::kResolved), calendar), 0);
  EXPECT_EQ(working_days_of(spell_of(3, std::nullopt, SpellEnd::kStands), calendar), std::nullopt);
}

TEST(SpellTallies, hold_those_resolved_sooner_in_each_span) {
  const Calendar calendar;
  SpellTally tally;
  for (const unsigned until : {7U, 9U, 10U, 13U, 20U, 21U})  // 1, 3, 4, 5, 10 and 11 working days
    tally.add(spell_of(6, until, SpellEnd::kResolved), calendar);
  tally.add(spell_of(6, std::nullopt, SpellEnd::kStands), calendar);
  tally.add(spell_of(6, 7, SpellEnd::kLapsed), calendar);
  EXPECT_EQ(tally.flagged, 8U);
  EXPECT_EQ(tally.within, (std::array<std::uint64_t, 4>{1, 2, 4, 5}));
  EXPECT_EQ(tally.later, 1U);
  EXPECT_EQ(tally.resolved(), 6U);
  EXPECT_EQ(tally.stands, 1U);
  EXPECT_EQ(tally.lapsed, 1U);
  SpellTally twice = tally;
  twice.add(tally);
  EXPECT_EQ(twice.flagged, 16U);
  EXPECT_EQ(twice.within, (std::array<std::uint64_t, 4>{2, 4, 8, 10}));
}

}  // namespace
}  // namespace plumbline
