#include "tests/ledger/faults/ledger_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <memory>

#include "base/crypto.h"
#include "ledger/sqlite_database.h"
#include "tests/ledger/faults/store_cycle.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

void live(const std::string& path) {
  for (const CycleStep& step : store_cycle()) {
    const Status done = step.run(path);
    ASSERT_TRUE(done) << step.name << ": " << done.error().to_string();
  }
}

TEST(LedgerCheck, finds_nothing_wrong_with_a_whole_ledger) {
  TempFolder folder;
  const std::string path = folder.path_of("a.ledger");
  live(path);
  const Result<CheckedLedger> state = look_at_ledger(path);
  ASSERT_TRUE(state) << state.error().to_string();
  EXPECT_THAT(state->faults, IsEmpty());
  EXPECT_GT(state->entries, 20);
}

TEST(LedgerCheck, finds_whatever_a_half_commit_would_leave) {
  struct Half {
    const char* sql;
    const char* fault;
  };
  constexpr auto kHalves = std::to_array<Half>({
      {"DELETE FROM transition WHERE id = 5", "a run has the transitions it counted"},
      {"DELETE FROM run WHERE id = 2", "a transition has its run"},
      {"DELETE FROM run WHERE id = 2", "an entry of a run has its run"},
      {"DELETE FROM sync_file WHERE sync = 2", "says of its files what the table says"},
      {"DELETE FROM sync WHERE id = 2", "a change has its sync"},
      {"DELETE FROM waiver", "an entry of a waiver has its waiver"},
      {"UPDATE violation SET state = 'open' WHERE number = 1",
       "in the state that its newest transition left"},
      {"DROP TRIGGER audit_entry_stays; DELETE FROM audit_entry WHERE kind = 'run'", "a run has its entry"},
      {"DROP TRIGGER audit_entry_is_final; UPDATE audit_entry SET entry = "
       "replace(entry, '}', ',\"kind\":\"snooze\"}') WHERE kind = 'waiver.made'",
       "an entry has no member twice"},
      {"DROP TRIGGER audit_entry_stays; DELETE FROM audit_entry WHERE seq = 3", "numbered without gaps"},
  });
  for (const Half& half : kHalves) {
    TempFolder folder;
    const std::string path = folder.path_of("a.ledger");
    live(path);
    {
      const auto database = open_sqlite(path, {.access = DatabaseAccess::kWrite});
      ASSERT_TRUE(database && (*database)->execute(half.sql)) << half.sql;
    }
    const Result<CheckedLedger> state = look_at_ledger(path);
    ASSERT_TRUE(state) << half.sql;
    EXPECT_THAT(state->faults, Contains(HasSubstr(half.fault))) << half.sql;
  }
}

TEST(LedgerCheck, tells_ledgers_apart_by_what_is_in_them_and_not_by_chance) {
  TempFolder folder;
  // Both under one name, as the names of the files that were taken in are in the ledger.
  const std::string path = folder.path_of("b.ledger");
  live(path);
  const Result<CheckedLedger> one = look_at_ledger(path);
  std::filesystem::remove_all(folder.path());
  std::filesystem::create_directory(folder.path());
  live(path);
  const Result<CheckedLedger> other = look_at_ledger(path);
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->digest, other->digest);
  {
    const auto database = open_sqlite(folder.path_of("b.ledger"), {.access = DatabaseAccess::kWrite});
    ASSERT_TRUE(database && (*database)->execute("UPDATE Opportunity SET Name = 'x' WHERE rowid = 1"));
  }
  const Result<CheckedLedger> changed = look_at_ledger(folder.path_of("b.ledger"));
  ASSERT_TRUE(changed);
  EXPECT_NE(changed->digest, one->digest);
}

TEST(LedgerCheck, finds_a_commit_that_is_gone) {
  TempFolder folder;
  const std::string path = folder.path_of("a.ledger");
  live(path);
  const Result<LogEnd> end = end_of_log(path);
  ASSERT_TRUE(end);
  EXPECT_THAT(what_is_lost(path, end->entries, sha256_hex(end->checkpoint)), IsEmpty());
  EXPECT_THAT(what_is_lost(path, end->entries + 1, sha256_hex(end->checkpoint)), Not(IsEmpty()));
}

}  // namespace
}  // namespace plumbline
