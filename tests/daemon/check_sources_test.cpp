// `plumbline check` of a configuration with sources: secrets are looked at, and never shown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "daemon/cli/exit_status.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kKey = "-----BEGIN PRIVATE KEY-----\nsecretbytes\n-----END PRIVATE KEY-----\n";

std::string configured(std::string_view secret, std::string_view more = "ledger: {file: a.ledger}\n") {
  return "sources: {salesforce: {login: {client_id: a, username: b, " + std::string(secret) + "}}}\n" +
         std::string(more);
}

TEST(CheckSources, ASoundOneIsCounted) {
  const TempFolder folder;
  ::chmod(folder.write("key.pem", kKey).c_str(), S_IRUSR);
  const Ran ran = run_words({"check", folder.write("plumbline.yaml", configured("key_file: key.pem"))});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("1 source, "));
}

TEST(CheckSources, AKeyThatEverybodyReadsIsAFault) {
  const TempFolder folder;
  ::chmod(folder.write("key.pem", kKey).c_str(), S_IRUSR | S_IROTH);
  const Ran ran = run_words({"check", folder.write("plumbline.yaml", configured("key_file: key.pem"))});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("plumbline.yaml:1:"));
  EXPECT_THAT(ran.err, HasSubstr("everybody"));
  EXPECT_THAT(ran.err, HasSubstr("[CF023]"));
}

TEST(CheckSources, WhatIsNoKeyIsAFaultAndNotShown) {
  const TempFolder folder;
  ::chmod(folder.write("key.pem", "hunter2").c_str(), S_IRUSR);
  const Ran ran = run_words({"check", folder.write("plumbline.yaml", configured("key_file: key.pem"))});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("no private key"));
  EXPECT_THAT(ran.err, Not(HasSubstr("hunter2")));
}

TEST(CheckSources, ACredentialIsThereOnlyOnceTheServiceRuns) {
  const TempFolder folder;
  const Ran ran = run_words({"check", folder.write("plumbline.yaml", configured("credential: salesforce"))});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
}

TEST(CheckSources, WhatTheyBringNeedsALedger) {
  const TempFolder folder;
  const Ran ran =
      run_words({"check", folder.write("plumbline.yaml", configured("credential: salesforce", ""))});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("[CF025]"));
}

}  // namespace
}  // namespace plumbline
