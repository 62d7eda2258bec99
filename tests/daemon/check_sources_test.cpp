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

// Three sources, with their secrets in `folder`; `url` is the signed address.
std::string all_three(const TempFolder& folder, std::string_view token, std::string_view url) {
  ::chmod(folder.write("key.pem", kKey).c_str(), S_IRUSR);
  ::chmod(folder.write("clari-key", token).c_str(), S_IRUSR);
  ::chmod(folder.write("events.url", url).c_str(), S_IRUSR);
  return folder.write("plumbline.yaml",
                      "sources:\n"
                      "  salesforce: {login: {client_id: a, username: b, key_file: key.pem}}\n"
                      "  clari: {api_key_file: clari-key, forecasts: [net_arr]}\n"
                      "  exports:\n"
                      "    files:\n"
                      "      - {name: events, object: EventRegistration, secret_url_file: events.url}\n"
                      "      - {name: lms, object: Course, url: 'https://x.example/c', auth: {kind: bearer, "
                      "secret_file: clari-key}}\n"
                      "ledger: {file: a.ledger}\n");
}

TEST(CheckSources, ThreeAreCounted) {
  const TempFolder folder;
  const Ran ran = run_words({"check", all_three(folder, "abc\n", "https://s3.example.com/e.csv?sig=1\n")});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("3 sources, "));
}

TEST(CheckSources, WhatTheirSecretsHaveWrongIsToldWhereTheyAreNamedAndNotShown) {
  const TempFolder folder;
  const Ran ran = run_words({"check", all_three(folder, "hush\nmore\n", "ftp://s3.example.com/whisper\n")});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("plumbline.yaml:3:25: error: api_key has a line break"));
  EXPECT_THAT(ran.err, HasSubstr("error: export events: secret_url must begin with https://"));
  EXPECT_THAT(ran.err, HasSubstr("error: export lms: auth has a secret with a line break"));
  EXPECT_THAT(ran.err, Not(HasSubstr("hush")));
  EXPECT_THAT(ran.err, Not(HasSubstr("whisper")));
  EXPECT_THAT(ran.out, HasSubstr("3 errors"));
}

TEST(CheckSources, EverySecretThatIsNotThereIsTold) {
  const TempFolder folder;
  const std::string file = all_three(folder, "abc", "https://s3.example.com/e.csv");
  std::filesystem::remove(folder.path_of("clari-key"));
  std::filesystem::remove(folder.path_of("events.url"));
  const Ran ran = run_words({"check", file});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.out, HasSubstr("3 errors"));
}

TEST(CheckSources, AnyOfThemNeedsALedger) {
  const TempFolder folder;
  const Ran ran = run_words(
      {"check", folder.write("plumbline.yaml", "sources:\n  clari: {credential: c, forecasts: [a]}\n")});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("plumbline.yaml:2:"));
  EXPECT_THAT(ran.err, HasSubstr("[CF025]"));
}

TEST(CheckSources, AFolderThatIsNotThereIsAWarning) {
  const TempFolder folder;
  const std::string file = folder.write(
      "plumbline.yaml",
      "sources:\n  exports: {files: [{name: a, object: A, path: drop}]}\nledger: {file: a.ledger}\n");
  const Ran without = run_words({"check", file});
  EXPECT_EQ(without.status, kExitDone) << without.err;
  EXPECT_THAT(without.err, HasSubstr("plumbline.yaml:2:21: warning: export a: "));
  EXPECT_THAT(without.err, HasSubstr("drop is not there"));
  EXPECT_THAT(without.err, HasSubstr("[CF026]"));
  std::filesystem::create_directory(folder.path_of("drop"));
  EXPECT_THAT(run_words({"check", file}).err, Not(HasSubstr("CF026")));
}

}  // namespace
}  // namespace plumbline
