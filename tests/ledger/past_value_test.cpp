#include "ledger/past_value.h"

#include <gtest/gtest.h>

#include <vector>

namespace plumbline {
namespace {

Instant at(int seconds) { return Instant{std::chrono::seconds{seconds}}; }

KnownChange told(int happened, int seen, const std::string& old, const std::string& now) {
  return {.old = old, .now = now, .happened_at = at(happened), .seen_at = at(seen)};
}
KnownChange observed(int happened, int seen, const std::string& old, const std::string& now) {
  KnownChange change = told(happened, seen, old, now);
  change.observed = true;
  return change;
}

// The value at `as_of`, as known at `known_at`; "today" where the changes say that it was what it is today.
std::string value(const std::vector<KnownChange>& changes, int as_of, int known_at, int last_sync = 0) {
  const Hindsight moment{.as_of = at(as_of), .known_at = at(known_at)};
  bool all_stand = true;
  for (const KnownChange& change : changes) all_stand = all_stand && stands(change, moment);
  if (all_stand) return "today";
  const auto found = past_text(changes, moment, at(last_sync));
  if (!found) return "today";
  return found->text->value_or("null");
}

TEST(PastValue, is_what_the_newest_change_made_of_it) {
  const std::vector<KnownChange> changes = {told(10, 100, "a", "b"), told(20, 100, "b", "c"),
                                            told(30, 100, "c", "d")};
  EXPECT_EQ(value(changes, 9, 100), "a");
  EXPECT_EQ(value(changes, 10, 100), "b");
  EXPECT_EQ(value(changes, 29, 100), "c");
  EXPECT_EQ(value(changes, 30, 100), "today");
}

TEST(PastValue, what_was_learned_late_counts_only_from_then_on) {
  const std::vector<KnownChange> changes = {told(10, 100, "a", "b"), told(20, 200, "b", "c")};
  EXPECT_EQ(value(changes, 25, 199, 100), "b");
  EXPECT_EQ(value(changes, 25, 200, 200), "today");
  EXPECT_EQ(value(changes, 15, 200, 200), "b");
}

TEST(PastValue, before_a_change_was_seen_it_was_what_it_was_before_it) {
  const std::vector<KnownChange> changes = {observed(50, 60, "a", "b"), observed(70, 80, "b", "c")};
  EXPECT_EQ(value(changes, 55, 59), "a");
  EXPECT_EQ(value(changes, 55, 60), "b");
  EXPECT_EQ(value(changes, 49, 60), "a");
}

TEST(PastValue, better_knowledge_replaces_what_was_only_seen) {
  KnownChange seen = observed(40, 40, "a", "c");
  seen.superseded_at = at(60);
  const std::vector<KnownChange> changes = {told(10, 60, "a", "b"), told(30, 60, "b", "c"), seen};
  EXPECT_EQ(value(changes, 35, 59), "a");  // seen at 40, so it had not happened yet
  EXPECT_EQ(value(changes, 45, 59), "c");
  EXPECT_EQ(value(changes, 35, 60), "today");
  EXPECT_EQ(value(changes, 20, 60), "b");
}

// A history that comes with the sync leaves no observed change; it tells all the same what the sync before
// had found.
TEST(PastValue, a_history_tells_what_an_earlier_sync_had_found) {
  const std::vector<KnownChange> changes = {told(12, 20, "a", "b"), told(18, 20, "b", "c")};
  EXPECT_EQ(value(changes, 15, 15, 10), "a");
  EXPECT_EQ(value(changes, 15, 15, 13), "b");
  EXPECT_EQ(value({told(5, 20, "a", "b"), told(18, 20, "b", "c")}, 15, 15, 10), "b");
}

TEST(PastValue, an_unknown_future_of_a_clock_that_went_ahead_has_not_happened) {
  EXPECT_EQ(value({told(90, 50, "a", "b")}, 60, 60), "a");
}

TEST(PastValue, of_two_changes_of_one_moment_the_later_row_counts) {
  KnownChange first = told(10, 20, "a", "b");
  KnownChange second = told(10, 20, "b", "c");
  second.id = 1;
  EXPECT_EQ(value({first, second, told(30, 40, "c", "d")}, 15, 50), "c");
}

}  // namespace
}  // namespace plumbline
