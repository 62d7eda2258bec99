#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "ledger/ledger.h"
#include "tests/ledger/faults/child.h"
#include "tests/ledger/faults/ledger_check.h"
#include "tests/ledger/faults/store_cycle.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::size_t kPageBytes = 8192;
constexpr Instant kLater{std::chrono::seconds{1'800'000'000}};

// Where the whole small life has been.
std::string lived_ledger(const TempFolder& folder) {
  const std::string path = folder.path_of("a.ledger");
  for (const CycleStep& step : store_cycle()) {
    const Status done = step.run(path);
    EXPECT_TRUE(done) << step.name << ": " << done.error().to_string();
  }
  return path;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void flip(const std::string& path, std::size_t at, std::size_t count) {
  std::string bytes = bytes_of(path);
  for (std::size_t i = at; i < at + count; ++i) bytes.at(i) = static_cast<char>(~bytes.at(i));
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string digest_of(const std::string& path) {
  const Result<CheckedLedger> state = look_at_ledger(path);
  return state ? state->digest : state.error().to_string();
}

Error error_of_opening(const std::string& path, DatabaseAccess access = DatabaseAccess::kWrite) {
  const Result<Ledger> ledger = Ledger::open(path, {.access = access});
  return ledger ? Error{.message = "(it opened)", .where = {}} : ledger.error();
}

// ---- What is no ledger

TEST(BrokenFile, is_no_ledger_where_it_is_a_text) {
  TempFolder folder;
  const std::string text =
      "Id,Name\n006,what somebody exported, long enough to be looked at as a whole header\n";
  folder.write("a.csv", text + text);
  for (const DatabaseAccess access :
       {DatabaseAccess::kRead, DatabaseAccess::kWrite, DatabaseAccess::kCreate}) {
    const Error error = error_of_opening(folder.path_of("a.csv"), access);
    EXPECT_EQ(error.code, ErrorCode::kInvalidInput);
    EXPECT_THAT(error.to_string(), HasSubstr("a.csv: this is not a ledger"));
  }
  EXPECT_EQ(bytes_of(folder.path_of("a.csv")), text + text);
}

TEST(BrokenFile, is_no_ledger_where_another_program_keeps_its_data_in_sqlite) {
  TempFolder folder;
  const std::string path = folder.path_of("photos.db");
  {
    const auto other = open_sqlite(path, {.access = DatabaseAccess::kCreate});
    ASSERT_TRUE(other && (*other)->execute("PRAGMA journal_mode=DELETE; CREATE TABLE photo(x)"));
  }
  const std::string before = bytes_of(path);
  const Error error = error_of_opening(path, DatabaseAccess::kCreate);
  EXPECT_EQ(error.code, ErrorCode::kInvalidInput);
  EXPECT_THAT(error.message, HasSubstr("no ledger of Plumbline's"));
  EXPECT_EQ(bytes_of(path), before);
}

TEST(BrokenFile, may_be_a_folder) {
  TempFolder folder;
  const Error error = error_of_opening(folder.path(), DatabaseAccess::kRead);
  EXPECT_EQ(error.code, ErrorCode::kInvalidInput);
  EXPECT_THAT(error.message, HasSubstr("this is not a file"));
}

TEST(BrokenFile, may_be_a_link_that_leads_nowhere) {
  TempFolder folder;
  const std::string link = folder.path_of("link.ledger");
  fs::create_symlink(folder.path_of("gone/a.ledger"), link);
  EXPECT_EQ(error_of_opening(link, DatabaseAccess::kRead).code, ErrorCode::kNotFound);
  EXPECT_THAT(error_of_opening(link, DatabaseAccess::kCreate).message,
              HasSubstr("the folder of the ledger does not exist"));
}

TEST(BrokenFile, may_be_of_a_newer_program_and_is_left_alone) {
  TempFolder folder;
  const std::string path = lived_ledger(folder);
  {
    const auto database = open_sqlite(path, {.access = DatabaseAccess::kWrite});
    ASSERT_TRUE(database && (*database)->execute("PRAGMA user_version=99"));
  }
  const std::string before = bytes_of(path);
  for (const DatabaseAccess access : {DatabaseAccess::kRead, DatabaseAccess::kWrite}) {
    const Error error = error_of_opening(path, access);
    EXPECT_EQ(error.code, ErrorCode::kInvalidInput);
    EXPECT_THAT(error.message, HasSubstr("a newer Plumbline wrote this ledger (format 99"));
  }
  EXPECT_EQ(bytes_of(path), before);
}

// ---- What is damaged

// All that can be read of a ledger; the first error.
Error error_of_reading(const std::string& path) {
  const Result<CheckedLedger> state = look_at_ledger(path);
  if (!state) return state.error();
  if (state->faults.empty()) return {.message = "(nothing is wrong)", .where = {}};
  return {.code = ErrorCode::kCorrupt, .message = state->faults.front(), .where = {}};
}

TEST(BrokenFile, is_damaged_where_its_first_bytes_are_lost) {
  TempFolder folder;
  const std::string path = lived_ledger(folder);
  flip(path, 0, 16);
  const Error error = error_of_opening(path);
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("restore the newest backup"));
}

TEST(BrokenFile, is_damaged_where_a_page_is_whichever_it_is) {
  TempFolder folder;
  const std::string path = lived_ledger(folder);
  const std::string whole = bytes_of(path);
  ASSERT_GT(whole.size(), 10 * kPageBytes);
  for (std::size_t page = 1; page < whole.size() / kPageBytes; ++page) {
    std::ofstream(path, std::ios::binary) << whole;
    // The head of a page: what kind it is, and where its cells are.
    flip(path, page * kPageBytes, 32);
    const Error error = error_of_reading(path);
    EXPECT_EQ(error.code, ErrorCode::kCorrupt) << "page " << page << ": " << error.to_string();
  }
}

TEST(BrokenFile, is_damaged_where_it_was_cut_off) {
  TempFolder folder;
  const std::string path = lived_ledger(folder);
  fs::resize_file(path, fs::file_size(path) / 2 / kPageBytes * kPageBytes);
  EXPECT_EQ(error_of_reading(path).code, ErrorCode::kCorrupt);
}

// ---- What may not be read or written

TEST(BrokenFile, cannot_be_written_in_a_folder_that_may_not_be) {
  TempFolder folder;
  const std::string path = lived_ledger(folder);
  const std::string before = digest_of(path);
  fs::permissions(path, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read |
                                     fs::perms::others_exec);
  const std::string told = told_by_child(
      ChildAs::kNobody, [&] { return error_of_opening(path, DatabaseAccess::kCreate).to_string(); });
  EXPECT_THAT(told, HasSubstr("a.ledger: the ledger cannot be opened: Permission denied; check who may"));
  fs::permissions(folder.path(), fs::perms::owner_all);
  EXPECT_EQ(digest_of(path), before);
}

TEST(BrokenFile, can_be_read_in_a_folder_that_may_not_be_written) {
  TempFolder folder;
  const std::string path = lived_ledger(folder);
  fs::permissions(path, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read |
                                     fs::perms::others_exec);
  const std::string told = told_by_child(ChildAs::kNobody, [&] {
    const Result<Ledger> ledger = Ledger::open(path, {.access = DatabaseAccess::kRead});
    if (!ledger) return ledger.error().to_string();
    const Result<Instant> last = ledger->last_at();
    return last ? format_instant(*last) : last.error().to_string();
  });
  EXPECT_THAT(told, StartsWith("2024-06-01T"));
  fs::permissions(folder.path(), fs::perms::owner_all);
}

TEST(BrokenFile, is_not_read_by_whom_it_does_not_concern) {
  TempFolder folder;
  const std::string path = lived_ledger(folder);
  EXPECT_EQ(fs::status(path).permissions() & fs::perms::others_all, fs::perms::none);
}

TEST(BrokenFile, stays_as_it_was_where_the_disk_is_full) {
  TempFolder folder;
  const std::string path = lived_ledger(folder);
  const std::string before = digest_of(path);
  const std::string small = folder.path_of("small");
  fs::create_directories(small);
  const std::string told = told_by_child(ChildAs::kSelf, [&]() -> std::string {
    if (!become_small_disk(small, fs::file_size(path) + 16 * kPageBytes)) return "(not allowed)";
    const std::string copy = small + "/a.ledger";
    for (const std::string end : {"", ".key", ".pub"}) {
      if (fs::exists(path + end)) fs::copy_file(path + end, copy + end);
    }
    // Takes records in until there is no room.
    for (int round = 0; round < 100; ++round) {
      const std::string kept = digest_of(copy);
      const Status done = store_cycle()[1].run(copy);
      if (done) continue;
      if (round == 0 && kept != before) return "(the copy is another)";
      if (digest_of(copy) != kept) return "(something was kept)";
      return done.error().to_string();
    }
    return "(it never got full)";
  });
  if (told == "(not allowed)") GTEST_SKIP() << "a disk of its own needs root or user namespaces";
  EXPECT_THAT(told, HasSubstr("a.ledger: the disk is full: nothing of this was kept; make room"));
}

// ---- Who else is there

TEST(BrokenFile, is_busy_while_another_program_writes) {
  TempFolder folder;
  const std::string path = lived_ledger(folder);
  const auto other = open_sqlite(path, {.access = DatabaseAccess::kWrite});
  ASSERT_TRUE(other && (*other)->begin());
  Result<Ledger> ledger = Ledger::open(
      path, {.access = DatabaseAccess::kWrite, .sqlite = {.busy_wait = std::chrono::milliseconds{1}}});
  ASSERT_TRUE(ledger) << ledger.error().to_string();
  const Result<LedgerTransaction> refused = LedgerTransaction::begin(*ledger, kLater);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_THAT(refused.error().to_string(),
              HasSubstr("a.ledger: another program is writing to the ledger; try again"));
  EXPECT_TRUE(ledger->last_at());  // reading goes on meanwhile
  ASSERT_TRUE((*other)->commit());
  EXPECT_TRUE(LedgerTransaction::begin(*ledger, kLater));
}

TEST(BrokenFile, is_not_written_by_a_clock_that_was_set_back_an_hour) {
  TempFolder folder;
  const std::string path = lived_ledger(folder);
  const std::string before = digest_of(path);
  Result<Ledger> ledger = Ledger::open(path, {.access = DatabaseAccess::kWrite});
  ASSERT_TRUE(ledger);
  const Result<Instant> last = ledger->last_at();
  ASSERT_TRUE(last);
  const Result<LedgerTransaction> refused = LedgerTransaction::begin(*ledger, *last - std::chrono::hours{1});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              HasSubstr("1 h 0 min later; nothing was written: set the clock right"));
  EXPECT_EQ(digest_of(path), before);
  EXPECT_TRUE(LedgerTransaction::begin(*ledger, *last));
}

// ---- What a kill leaves

TEST(BrokenFile, is_whole_with_the_log_that_a_kill_left_beside_it) {
  TempFolder folder;
  const std::string path = lived_ledger(folder);
  const std::string copy = folder.path_of("copy.ledger");
  std::string whole;
  {
    // Who has it open keeps the log from being taken in.
    const auto other = open_sqlite(path, {.access = DatabaseAccess::kWrite});
    ASSERT_TRUE(other);
    ASSERT_TRUE(store_cycle()[1].run(path));
    fs::copy_file(path, copy);
    fs::copy_file(path + "-wal", copy + "-wal");
    fs::copy_file(path + ".pub", copy + ".pub");
    whole = digest_of(path);
  }
  EXPECT_EQ(digest_of(copy), whole);
  const Result<CheckedLedger> state = look_at_ledger(copy);
  ASSERT_TRUE(state);
  EXPECT_THAT(state->faults, IsEmpty());
}

}  // namespace
}  // namespace plumbline
