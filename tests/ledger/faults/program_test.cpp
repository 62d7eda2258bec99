// The program itself on ledgers that it cannot use: a sentence, an exit status, and nothing lost.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "daemon/cli/commands.h"
#include "ledger/sqlite_database.h"
#include "tests/ledger/faults/child.h"
#include "tests/ledger/faults/ledger_check.h"
#include "tests/ledger/faults/memory_vfs.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

constexpr std::size_t kPageBytes = 8192;
constexpr int kUnreadable = 3;
constexpr int kDamaged = 5;

struct Ran {
  int status = -1;
  std::string text;  // both streams
};

std::string in_quotes(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string(R"('\'')") : std::string(1, c);
  return quoted + "'";
}

// In a process of its own.
Ran run_program(const std::vector<std::string>& words) {
  std::string command = in_quotes(PLUMBLINE_PROGRAM);
  for (const std::string& word : words) command += " " + in_quotes(word);
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {};
  Ran ran;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) ran.text += static_cast<char>(c);
  const int status = ::pclose(pipe);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

std::string text_of(const Ran& ran) { return fmt::format("status {}\n{}", ran.status, ran.text); }

// Opportunities that are past due, each with a long Next Step.
void write_exports(const TempFolder& folder, std::string_view name, int records) {
  std::string text = "Id,Name,OwnerId,StageName,CloseDate,NextStep,IsClosed,LastModifiedDate\n";
  for (int record = 0; record < records; ++record) {
    text += fmt::format(
        "006{:012},Deal {},005000000000001,Proposal,2024-05-01,{:0200},false,2024-05-20T10:00:00Z\n", record,
        record, record);
  }
  folder.write(fmt::format("{}/Opportunity.csv", name), text);
  folder.write(fmt::format("{}/User.csv", name), "Id,Name,IsActive\n005000000000001,A. Person,true\n");
}

class LedgerProgram : public ::testing::Test {
 protected:
  void SetUp() override {
    write_exports(folder_, "exports", 30);
    ASSERT_EQ(ingest(path_).status, 0) << ingest(path_).text;
    before_ = digest();
  }

  Ran ingest(const std::string& ledger, std::string_view exports = "exports",
             std::string_view as_of = "2024-06-01T12:00:00Z") const {
    return run_program(
        {"ingest", folder_.path_of(exports), "--ledger", ledger, "--as-of", std::string(as_of)});
  }
  std::string digest() const {
    const Result<CheckedLedger> state = look_at_ledger(path_);
    if (!state) return state.error().to_string();
    EXPECT_THAT(state->faults, ::testing::IsEmpty());
    return state->digest;
  }
  std::string bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  void allow_reading_alone() const {
    for (const std::string_view end : {"", ".pub"}) {
      fs::permissions(path_ + std::string(end), fs::perms::owner_read | fs::perms::others_read);
    }
    fs::permissions(folder_.path(), fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read |
                                        fs::perms::others_exec);
  }

  TempFolder folder_;
  std::string path_ = folder_.path_of("a.ledger");
  std::string before_;
};

// All commands that open a ledger, each with what it needs besides.
std::vector<std::vector<std::string>> all_commands(const std::string& ledger) {
  return {{"status", "--ledger", ledger},
          {"judge", "--ledger", ledger},
          {"violations", "list", "--ledger", ledger},
          {"violations", "show", "V1", "--ledger", ledger},
          {"log", "show", "--ledger", ledger},
          {"log", "export", "--ledger", ledger},
          {"log", "verify", ledger}};
}

TEST_F(LedgerProgram, says_what_is_no_ledger) {
  folder_.write("a.csv", "Id,Name\n006,not a ledger at all\n");
  fs::create_symlink(folder_.path_of("gone/x.ledger"), folder_.path_of("link.ledger"));
  for (const std::string_view name : {"none.ledger", "exports", "a.csv", "link.ledger"}) {
    for (const std::vector<std::string>& words : all_commands(folder_.path_of(name))) {
      const Ran ran = run_program(words);
      EXPECT_EQ(ran.status, kUnreadable) << name << " " << words[0] << ": " << ran.text;
      EXPECT_THAT(ran.text, HasSubstr(std::string(name))) << words[0];
    }
  }
  for (const std::string_view name : {"exports", "a.csv", "link.ledger"}) {
    const Ran ran = ingest(folder_.path_of(name));
    EXPECT_EQ(ran.status, kUnreadable) << name << ": " << ran.text;
  }
}

TEST_F(LedgerProgram, leaves_the_ledger_of_a_newer_program_alone) {
  {
    const auto database = open_sqlite(path_, {.access = DatabaseAccess::kWrite});
    ASSERT_TRUE(database && (*database)->execute("PRAGMA user_version=99"));
  }
  const std::string whole = bytes();
  for (const std::vector<std::string>& words : all_commands(path_)) {
    const Ran ran = run_program(words);
    EXPECT_EQ(ran.status, kUnreadable) << words[0] << ": " << ran.text;
    EXPECT_THAT(ran.text, HasSubstr("newer")) << words[0];
  }
  EXPECT_EQ(ingest(path_).status, kUnreadable);
  EXPECT_EQ(bytes(), whole);
}

TEST_F(LedgerProgram, ends_with_5_where_pages_are_damaged_and_names_the_backup) {
  std::string damaged = bytes();
  for (std::size_t page = 1; page < damaged.size() / kPageBytes; ++page) {
    for (std::size_t i = 0; i < 64; ++i) damaged[page * kPageBytes + i] = static_cast<char>(0xA5);
  }
  std::ofstream(path_, std::ios::binary) << damaged;
  for (const std::vector<std::string>& words : all_commands(path_)) {
    const Ran ran = run_program(words);
    EXPECT_EQ(ran.status, kDamaged) << words[0] << " " << words[1] << ": " << ran.text;
    EXPECT_THAT(ran.text, HasSubstr("backup")) << words[0] << " " << words[1];
  }
  const Ran ran = ingest(path_);
  EXPECT_EQ(ran.status, kDamaged) << ran.text;
  EXPECT_EQ(bytes(), damaged);
}

TEST_F(LedgerProgram, cannot_write_where_it_may_not_and_can_read) {
  allow_reading_alone();
  const std::string written = told_by_child(ChildAs::kNobody, [&] { return text_of(ingest(path_)); });
  EXPECT_THAT(written, HasSubstr("status 3"));
  EXPECT_THAT(written, HasSubstr("a.ledger: the ledger cannot be opened: Permission denied"));
  const std::string judged =
      told_by_child(ChildAs::kNobody, [&] { return text_of(run_program({"judge", "--ledger", path_})); });
  EXPECT_THAT(judged, HasSubstr("status 3"));
  const std::string read =
      told_by_child(ChildAs::kNobody, [&] { return text_of(run_program({"log", "verify", path_})); });
  EXPECT_THAT(read, HasSubstr("status 0"));
  fs::permissions(folder_.path(), fs::perms::owner_all);
  fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(digest(), before_);
}

TEST_F(LedgerProgram, keeps_the_ledger_as_it_was_where_the_disk_is_full) {
  write_exports(folder_, "more", 3000);
  const std::string small = folder_.path_of("small");
  fs::create_directories(small);
  const std::string told = told_by_child(ChildAs::kSelf, [&]() -> std::string {
    if (!become_small_disk(small, fs::file_size(path_) + 40 * kPageBytes)) return "(not allowed)";
    const std::string copy = small + "/a.ledger";
    for (const std::string end : {"", ".key", ".pub"}) fs::copy_file(path_ + end, copy + end);
    const Ran ran = ingest(copy, "more");
    const Result<CheckedLedger> after = look_at_ledger(copy);
    if (!after || after->digest != before_) return "(the ledger is another)";
    return text_of(ran);
  });
  if (told == "(not allowed)") GTEST_SKIP() << "a disk of its own needs root or user namespaces";
  EXPECT_THAT(told, HasSubstr("status 3"));
  EXPECT_THAT(told, HasSubstr("the disk is full: nothing of this was kept; make room and run it again"));
}

TEST_F(LedgerProgram, refuses_what_is_an_hour_older_than_the_ledger) {
  const Ran ran = ingest(path_, "exports", "2024-06-01T11:00:00Z");
  EXPECT_EQ(ran.status, kUnreadable) << ran.text;
  EXPECT_THAT(ran.text, HasSubstr("time runs backwards"));
  const Ran judged = run_program({"judge", "--ledger", path_, "--as-of", "2024-06-01T11:00:00Z"});
  EXPECT_EQ(judged.status, kUnreadable) << judged.text;
  EXPECT_THAT(judged.text, HasSubstr("1 h 0 min"));
  EXPECT_EQ(digest(), before_);
}

TEST_F(LedgerProgram, reads_what_a_kill_left_in_the_write_ahead_log) {
  const std::string copy = folder_.path_of("copy.ledger");
  {
    // Who has it open keeps the log from being taken in.
    const auto other = open_sqlite(path_, {.access = DatabaseAccess::kWrite});
    ASSERT_TRUE(other);
    ASSERT_EQ(run_program({"judge", "--ledger", path_}).status, 0);
    for (const std::string end : {"", "-wal", ".pub", ".key"}) fs::copy_file(path_ + end, copy + end);
  }
  const Ran verified = run_program({"log", "verify", copy});
  EXPECT_EQ(verified.status, 0) << verified.text;
  const Result<CheckedLedger> one = look_at_ledger(path_);
  const Result<CheckedLedger> other = look_at_ledger(copy);
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->digest, other->digest);
}

// On a disk in memory, where waiting takes no time.
TEST_F(LedgerProgram, says_that_another_program_is_writing) {
  const MemoryVfs vfs(MemoryVfs::Use::kByAll);
  const std::string ledger = folder_.path_of("in-memory.ledger");
  const auto run = [](const std::vector<std::string>& words) {
    StringOutput out;
    StringOutput err;
    std::istringstream in;
    const FixedClock clock(Instant{std::chrono::seconds{1'717'243'200}});
    Streams streams{.out = out, .err = err, .in = in, .clock = clock};
    const int status = run_command_line(words, streams);
    return Ran{.status = status, .text = out.text() + err.text()};
  };
  const std::vector<std::string> words = {"ingest", folder_.path_of("exports"), "--ledger", ledger};
  ASSERT_EQ(run(words).status, 0);
  const auto other = open_sqlite(ledger, {.access = DatabaseAccess::kWrite});
  ASSERT_TRUE(other && (*other)->begin());
  const Ran refused = run(words);
  EXPECT_EQ(refused.status, kUnreadable) << refused.text;
  EXPECT_THAT(refused.text,
              HasSubstr("another program is writing to the ledger; try again when it has finished"));
  EXPECT_EQ(run({"status", "--ledger", ledger}).status, 0);
  ASSERT_TRUE((*other)->commit());
  EXPECT_EQ(run(words).status, 0);
}

}  // namespace
}  // namespace plumbline
