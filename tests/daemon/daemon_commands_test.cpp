#include "daemon/cli/daemon_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/cli/exit_status.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;

TEST(DaemonCommands, SyncWantsOnce) {
  const Ran ran = run_words({"sync"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("sync --once"));
}

TEST(DaemonCommands, TakeNoFiles) {
  EXPECT_THAT(run_words({"sync", "--once", "exports/"}).err, HasSubstr("takes no files"));
  EXPECT_THAT(run_words({"run", "exports/"}).err, HasSubstr("takes no files"));
}

TEST(DaemonCommands, SayWhereTheOtherProgramWasLookedFor) {
  // The program that runs this test has no daemon beside it.
  const Ran ran = run_words({"run"});
  EXPECT_EQ(ran.status, kExitInput);
  EXPECT_THAT(ran.err, HasSubstr("needs the program plumbline-daemon"));
}

}  // namespace
}  // namespace plumbline
