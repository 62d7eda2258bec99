// A kill or a full disk at the moment a ledger gets its key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>

#include "ledger/audit/log_key.h"
#include "ledger/ledger.h"
#include "tests/ledger/faults/child.h"
#include "tests/ledger/faults/store_cycle.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

// Files of more bytes than this cannot be written by this process any more.
void allow_files_of(rlim_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{.rlim_cur = bytes, .rlim_max = bytes};
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

TEST(KeyFiles, are_whole_or_not_there) {
  TempFolder folder;
  const std::string path = folder.path_of("a.ledger");
  const std::string told = told_by_child(ChildAs::kSelf, [&]() -> std::string {
    allow_files_of(20);
    const Result<Ed25519Key> key = open_secret_key(path, MissingKey::kMake);
    return key ? "(it was made)" : key.error().to_string();
  });
  EXPECT_THAT(told, HasSubstr("cannot be written"));
  EXPECT_TRUE(fs::is_empty(folder.path()));
  EXPECT_TRUE(open_secret_key(path, MissingKey::kMake));
}

TEST(KeyFiles, of_a_life_that_ended_while_they_were_made_do_not_keep_the_next_one_from_starting) {
  TempFolder folder;
  const std::string path = folder.path_of("a.ledger");
  // What a kill leaves: the beginning of a key, under the name it had until it was whole.
  folder.write("a.ledger.key.4711.new", "-----BEGIN PRIV");
  folder.write("a.ledger.pub.4711.new", "plumbl");
  for (const CycleStep& step : store_cycle()) {
    const Status done = step.run(path);
    EXPECT_TRUE(done) << done.error().to_string();
  }
}

TEST(KeyFiles, are_not_made_anew_where_they_are) {
  TempFolder folder;
  const std::string path = folder.path_of("a.ledger");
  const Result<Ed25519Key> one = open_secret_key(path, MissingKey::kMake);
  const Result<Ed25519Key> two = open_secret_key(path, MissingKey::kMake);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->public_key(), two->public_key());
}

TEST(KeyFiles, keep_the_lines_of_other_logs) {
  TempFolder folder;
  const std::string path = folder.path_of("a.ledger");
  for (const char* organisation : {"one", "two"}) {
    Result<Ledger> ledger =
        Ledger::open(path, {.access = DatabaseAccess::kCreate, .organisation = organisation});
    ASSERT_TRUE(ledger) << ledger.error().to_string();
    ASSERT_TRUE(ledger->audit_log());
  }
  const Result<std::vector<NoteKey>> keys = read_public_keys(public_key_path(path));
  ASSERT_TRUE(keys) << keys.error().to_string();
  EXPECT_EQ(keys->size(), 2U);
}

}  // namespace
}  // namespace plumbline
