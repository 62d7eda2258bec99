#include "bench/process_run.h"

#include <gmock/gmock.h>

#include "tests/records/temp_folder.h"

namespace plumbline::bench {
namespace {

using ::testing::HasSubstr;

Process shell(const TempFolder& folder, std::string script) {
  return {.command = {"/bin/sh", "-c", std::move(script)}, .log = folder.path_of("log")};
}

TEST(RunProcess, says_what_a_program_that_ends_well_took) {
  const TempFolder folder;
  const Result<ProcessCost> cost = run_process(shell(folder, "exit 0"));
  ASSERT_TRUE(cost);
  EXPECT_GT(cost->seconds, 0);
  EXPECT_GT(cost->peak_mb, 0);
}

TEST(RunProcess, tells_why_a_program_failed_in_its_own_words) {
  const TempFolder folder;
  const Result<ProcessCost> cost = run_process(shell(folder, "echo no such pack >&2; exit 2"));
  ASSERT_FALSE(cost);
  EXPECT_THAT(cost.error().message, HasSubstr("no such pack"));
}

TEST(RunProcess, fails_where_the_program_is_not_there) {
  const TempFolder folder;
  EXPECT_FALSE(run_process({.command = {folder.path_of("nothing")}, .log = folder.path_of("log")}));
}

TEST(Median, is_the_value_in_the_middle) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({7}), 7);
  EXPECT_EQ(median({4, 1, 3, 2}), 3);
}

}  // namespace
}  // namespace plumbline::bench
