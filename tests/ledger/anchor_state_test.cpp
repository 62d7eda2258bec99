#include "ledger/anchor_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ledger/audit/log_fixture.h"

namespace plumbline {
namespace {

class AnchorStateTest : public LogFixture {};

TEST_F(AnchorStateTest, of_an_anchor_that_was_never_told_is_empty_and_due) {
  Ledger ledger = open();
  add(ledger, 3, minute(0));
  const AnchorState state = must(anchor_state(ledger, "webhook:auditor"));
  EXPECT_FALSE(state.reached);
  EXPECT_FALSE(state.failure);
  EXPECT_TRUE(is_due(state, must(newest_checkpoint(ledger))->says));
}

TEST_F(AnchorStateTest, outlives_the_program) {
  {
    Ledger ledger = open();
    add(ledger, 3, minute(0));
    must(keep_anchor_state(ledger, "webhook:auditor",
                           {.reached = AnchorReach{.size = 3, .at = minute(0)},
                            .failure = AnchorFailure{.at = minute(2), .why = "audit.example did not answer"}},
                           minute(2)));
  }
  const Ledger ledger = open();
  const AnchorState state = must(anchor_state(ledger, "webhook:auditor"));
  ASSERT_TRUE(state.reached && state.failure);
  EXPECT_EQ(state.reached->size, 3U);
  EXPECT_EQ(state.reached->at, minute(0));
  EXPECT_EQ(state.failure->at, minute(2));
  EXPECT_EQ(state.failure->why, "audit.example did not answer");
  EXPECT_FALSE(is_due(state, must(newest_checkpoint(ledger))->says));
  EXPECT_FALSE(must(anchor_state(ledger, "webhook:desk")).reached) << "that is another one";
}

TEST_F(AnchorStateTest, a_failure_goes_with_the_next_success) {
  Ledger ledger = open();
  add(ledger, 1, minute(0));
  must(keep_anchor_state(ledger, "a", {.failure = AnchorFailure{.at = minute(1), .why = "no"}}, minute(1)));
  must(keep_anchor_state(ledger, "a", {.reached = AnchorReach{.size = 1, .at = minute(0)}}, minute(2)));
  EXPECT_FALSE(must(anchor_state(ledger, "a")).failure);
}

TEST_F(AnchorStateTest, the_newest_checkpoint_is_that_of_the_last_commit) {
  Ledger ledger = open();
  EXPECT_FALSE(must(newest_checkpoint(ledger)));
  add(ledger, 2, minute(0));
  const std::string last = add(ledger, 2, minute(1));
  const std::optional<NewestCheckpoint> newest = must(newest_checkpoint(ledger));
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->note, last);
  EXPECT_EQ(newest->says.size, 4U);
  EXPECT_EQ(newest->says.at, minute(1));
}

TEST_F(AnchorStateTest, more_entries_a_quiet_period_and_an_older_copy_are_due) {
  const AnchorState state{.reached = AnchorReach{.size = 5, .at = minute(5)}};
  const auto due = [&](std::uint64_t size, std::uint64_t at) {
    return is_due(state, {.origin = "plumbline/a", .size = size, .at = minute(at)});
  };
  EXPECT_FALSE(due(5, 5));
  EXPECT_TRUE(due(6, 5));
  EXPECT_TRUE(due(5, 6));
  EXPECT_TRUE(due(4, 4));
}

TEST_F(AnchorStateTest, what_it_cannot_read_counts_as_never_told) {
  Ledger ledger = open();
  add(ledger, 1, minute(0));
  must(keep_anchor_state(ledger, "a", {.reached = AnchorReach{.size = 1, .at = minute(0)}}, minute(0)));
  must(ledger.database().execute("UPDATE source_state SET value = 'nonsense'"));
  EXPECT_FALSE(must(anchor_state(ledger, "a")).reached);
}

}  // namespace
}  // namespace plumbline
