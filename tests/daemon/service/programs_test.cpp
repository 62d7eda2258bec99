// The two programs as they are: plumbline becomes plumbline-daemon where the network is needed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "daemon/cli/daemon_program.h"
#include "daemon/cli/exit_status.h"
#include "tests/daemon/process_run.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;

// Nothing listens at this port of this machine: it is reserved.
constexpr std::string_view kConfiguration =
    "sources: {salesforce: {login: {url: 'http://127.0.0.1:1', client_id: a, username: b, key_file: "
    "key.pem}}}\n"
    "ledger: {file: a.ledger}\n";

Ran run_program(const std::vector<std::string>& words) {
  const Descriptor out(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  return ProcessRun(words, out.number()).end();
}

TEST(Programs, plumbline_becomes_the_daemon_and_its_sync_tells_what_failed) {
  const TempFolder folder;
  folder.write("key.pem", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n");
  ::chmod(folder.path_of("key.pem").c_str(), S_IRUSR | S_IWUSR);
  const std::string file = folder.write("plumbline.yaml", kConfiguration);
  const Ran ran = run_program({"sync", "--once", "--config", file});
  EXPECT_EQ(ran.status, kExitRemote) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("salesforce:main: failed"));
}

TEST(Programs, every_fault_of_the_configuration_is_told_before_anything_is_asked) {
  const TempFolder folder;
  const std::string file = folder.write("plumbline.yaml", kConfiguration);
  const Ran ran = run_program({"sync", "--once", "--config", file});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("key.pem"));
  EXPECT_THAT(ran.err, HasSubstr("CF023"));
}

TEST(Programs, a_source_that_is_not_there_is_told_with_those_that_are) {
  const TempFolder folder;
  folder.write("key.pem", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n");
  ::chmod(folder.path_of("key.pem").c_str(), S_IRUSR | S_IWUSR);
  const std::string file = folder.write("plumbline.yaml", kConfiguration);
  const Ran ran = run_program({"sync", "--once", "--config", file, "--source", "salesforce:mian"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("salesforce:main"));
}

TEST(Programs, the_daemon_is_looked_for_beside_and_in_the_installation) {
  EXPECT_THAT(daemon_places("/usr/bin"),
              testing::ElementsAre("/usr/bin/plumbline-daemon", "/usr/libexec/plumbline/plumbline-daemon"));
}

}  // namespace
}  // namespace plumbline
