#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/cli/exit_status.h"
#include "policies/pack.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::HasSubstr;

constexpr std::string_view kPack =
    "pack: house\n"
    "title: House rules\n"
    "parameters:\n"
    "  floor: 200\n"
    "  unused: 1\n"
    "define:\n"
    "  open: IsClosed = false\n"
    "  small: open AND Amount < :floor\n"
    "policies:\n"
    "  - id: small-deal\n"
    "    title: Small deal\n"
    "    on: Opportunity\n"
    "    severity: low\n"
    "    violated_when: small\n"
    "    says: \"Only {Amount}.\"\n"
    "    fix: \"Sell more.\"\n"
    "    examples:\n"
    "      - {given: {Amount: 1}, as_of: 2022-04-23, violated: true}\n"
    "      - {given: {Amount: 300}, as_of: 2022-04-23, violated: false}\n";

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

// With the files' bare names.
std::string without(const TempFolder& folder, std::string text) {
  const std::string path = folder.path() + "/";
  for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path))
    text.erase(at, path.size());
  return text;
}

TEST(PolicyList, ListsEveryShippedPolicy) {
  const Ran ran = run_words({"policy", "list"});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("  high    past-close-date "));
  for (const std::string& name : shipped_pack_names()) EXPECT_THAT(ran.out, HasSubstr(name + ": "));
}

TEST(PolicyList, ListsAPackOfOnesOwn) {
  const TempFolder folder;
  const Ran ran = run_words({"policy", "list", "--pack", folder.write("house.yaml", kPack)});
  EXPECT_EQ(ran.out,
            "house: House rules (1 policy)\n    low     small-deal  Opportunity  Small deal\n\n1 policy in 1 "
            "pack.\n");
}

constexpr std::string_view kReminders =
    "audiences:\n"
    "  sellers: {on: User, where: IsActive = true}\n"
    "reminders:\n"
    "  - id: small-deals\n"
    "    title: Small deals of the week\n"
    "    every: FREQ=WEEKLY;BYDAY=MO\n"
    "    at: [\"09:00\", \"16:30\"]\n"
    "    about: {on: Opportunity, where: small}\n"
    "    unless: IsWon\n"
    "    to: [owner, manager]\n"
    "    says: \"{Records} below {:floor}.\"\n"
    "    line: \"{Name}\"\n"
    "    order: [Amount DESC, Name]\n"
    "    totals: {worth: Amount}\n"
    "    section: Small deals\n"
    "  - {id: hello, days: Start_Date__c, at: \"09:00\", to: sellers, says: Welcome., enabled: false}\n";

std::string with_reminders() { return std::string(kPack) + std::string(kReminders); }

TEST(PolicyList, ListsRemindersWithTheirTimesAndAudiences) {
  const TempFolder folder;
  const Ran ran = run_words({"policy", "list", "--pack", folder.write("house.yaml", with_reminders())});
  EXPECT_EQ(ran.out,
            "house: House rules (1 policy)\n    low     small-deal  Opportunity  Small deal\n\n"
            "  Reminders (2 reminders)\n"
            "    small-deals  every week on Monday, at 09:00 and 16:30\n"
            "    hello        on Start_Date__c, at 09:00 (switched off)\n\n"
            "  1 audience: sellers\n\n"
            "1 policy in 1 pack.\n")
      << ran.err;
}

TEST(PolicyShow, ExplainsAReminder) {
  const TempFolder folder;
  const std::string path = folder.write("house.yaml", with_reminders());
  const Ran ran = run_words({"policy", "show", "house/small-deals", "hello", "--pack", path});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  expect_golden("policy_show_reminder.txt", without(folder, ran.out));
}

TEST(PolicyShow, NamesTheNearestReminder) {
  const Ran ran = run_words({"policy", "show", "forcast-weekly"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("did you mean forecast-weekly?"));
}

TEST(PolicyCheck, BindsRemindersAndAudiencesToo) {
  const TempFolder folder;
  const std::string good = folder.write("good.yaml", with_reminders());
  const std::string bad = folder.write(
      "bad.yaml",
      replaced(replaced(with_reminders(), "unless: IsWon", "unless: IsWo"), "IsActive", "IsActve"));
  const Ran ran = run_words({"policy", "check", bad, good});
  EXPECT_EQ(ran.out, bad + ": 2 errors\n" + good + ": ok, 1 policy, 2 reminders\n");
  EXPECT_THAT(ran.err, HasSubstr("unknown field IsActve on User; did you mean IsActive?"));
  EXPECT_THAT(ran.err, HasSubstr("unknown field IsWo on Opportunity"));
}

TEST(PolicyShow, ShowsWhatAPolicyUses) {
  const TempFolder folder;
  const Ran ran = run_words({"policy", "show", "small-deal", "--pack", folder.write("house.yaml", kPack)});
  EXPECT_EQ(ran.status, kExitDone);
  expect_golden("policy_show.txt", without(folder, ran.out));
}

TEST(PolicyShow, SaysWhereAParameterWasChanged) {
  const TempFolder folder;
  const std::string path =
      folder.write("ours.yaml", "pack: ours\nextends: essentials\nparameters: {inactive_days: 45}\n");
  const Ran ran = run_words({"policy", "show", "no-recent-activity", "--pack", path});
  EXPECT_THAT(ran.out,
              HasSubstr(":inactive_days = 45 (" + path + ":3, pack ours; before, 30 in essentials.yaml:"))
      << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("open means IsClosed = false (essentials.yaml:"));
}

TEST(PolicyShow, SaysWhatWasChangedOfThePolicyItself) {
  const TempFolder folder;
  const std::string path = folder.write("ours.yaml",
                                        "pack: ours\n"
                                        "extends: essentials\n"
                                        "policies:\n"
                                        "  - id: past-close-date\n"
                                        "    severity: low\n"
                                        "    tell: manager\n"
                                        "    fix: Move it.\n");
  const Ran ran = run_words({"policy", "show", "past-close-date", "--pack", path});
  EXPECT_THAT(ran.out,
              HasSubstr("severity: low (" + path + ":5, pack ours; before, high in essentials.yaml:"));
  EXPECT_THAT(ran.out, HasSubstr("tell: manager (" + path + ":6, pack ours; before, the default)"));
  EXPECT_THAT(ran.out, HasSubstr("fix (" + path + ":7, pack ours; before, Move the close date"));
  EXPECT_THAT(ran.out, HasSubstr("close-dates: Close dates"));
}

TEST(PolicyShow, NamesTheNearestPolicy) {
  const Ran ran = run_words({"policy", "show", "past-close-dat"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("unknown policy past-close-dat; did you mean past-close-date?"));
}

TEST(PolicyTest, ShippedPacksPass) {
  const Ran ran = run_words({"policy", "test"});
  EXPECT_EQ(ran.status, kExitDone) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("examples, all as expected\n"));
}

TEST(PolicyTest, EndsWithOneWhereAnExampleFails) {
  const TempFolder folder;
  const std::string path =
      folder.write("house.yaml", replaced(std::string(kPack), "{Amount: 300}", "{Amount: 150}"));
  const Ran ran = run_words({"policy", "test", path});
  EXPECT_EQ(ran.status, kExitViolations);
  EXPECT_THAT(ran.out, HasSubstr("house.yaml:19:"));
  EXPECT_THAT(ran.out, HasSubstr(": small-deal: "));
  EXPECT_THAT(ran.out, HasSubstr("house.yaml: 2 examples, 1 not as expected\n"));
}

TEST(PolicyTest, EndsWithTwoForAFaultyPack) {
  const TempFolder folder;
  const std::string path = folder.write("house.yaml", replaced(std::string(kPack), "Amount <", "Amont <"));
  const Ran ran = run_words({"policy", "test", path});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("did you mean Amount?"));
}

TEST(PolicyCheck, SaysOkWithTheNumberOfPolicies) {
  const TempFolder folder;
  const std::string path = folder.write("house.yaml", kPack);
  const Ran ran = run_words({"policy", "check", path});
  EXPECT_EQ(ran.status, kExitDone);
  EXPECT_EQ(ran.out, path + ": ok, 1 policy\n");
}

TEST(PolicyCheck, ReadsStandardInput) {
  const Ran ran = run_words({"policy", "check", "-"}, std::string(kPack));
  EXPECT_EQ(ran.status, kExitDone);
  EXPECT_EQ(ran.out, "standard input: ok, 1 policy\n");
}

TEST(PolicyCheck, TellsTheFaultsOfEachFile) {
  const TempFolder folder;
  const std::string good = folder.write("good.yaml", kPack);
  const std::string bad = folder.write("bad.yaml", replaced(std::string(kPack), "Amount <", "Amont <"));
  const Ran ran = run_words({"policy", "check", bad, good});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_EQ(ran.out, bad + ": 1 error\n" + good + ": ok, 1 policy\n");
  EXPECT_THAT(ran.err, HasSubstr("bad.yaml:8:19: error: "));
}

TEST(PolicyCheck, EndsWithThreeForAFileThatCannotBeRead) {
  const Ran ran = run_words({"policy", "check", "/nowhere/house.yaml"});
  EXPECT_EQ(ran.status, kExitInput);
  EXPECT_THAT(ran.err, HasSubstr("cannot read /nowhere/house.yaml: there is no such file"));
}

TEST(PolicyCheckSyntaxOnly, AnswersEachLine) {
  const Ran ran = run_words({"policy", "check", "--syntax-only", "-"},
                            "Amount > 5\r\nA = 1 AND B = 2 OR C = 3\nAmount >");
  EXPECT_EQ(ran.status, kExitDone);
  std::istringstream lines(ran.out);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(line, "ok");
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_THAT(line, testing::StartsWith("error: column 17: "));
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_THAT(line, testing::StartsWith("error: "));
  EXPECT_FALSE(std::getline(lines, line));
}

TEST(PolicyCheckSyntaxOnly, AnswersALineThatIsFarTooLongOnce) {
  const Ran ran =
      run_words({"policy", "check", "--syntax-only", "-"}, std::string(100'000, 'x') + "\nAmount > 5\n");
  EXPECT_THAT(ran.out, testing::StartsWith("error: "));
  EXPECT_THAT(ran.out, testing::EndsWith("]\nok\n"));
}

TEST(PolicyCheckSyntaxOnly, ReadsFiles) {
  const TempFolder folder;
  EXPECT_EQ(run_words({"policy", "check", "--syntax-only", folder.write("a.txt", "Amount > 5\n")}).out,
            "ok\n");
  EXPECT_EQ(run_words({"policy", "check", "--syntax-only", folder.write("b.txt", "")}).status, kExitDone);
  EXPECT_EQ(run_words({"policy", "check", "--syntax-only", folder.path_of("none.txt")}).status, kExitInput);
}

}  // namespace
}  // namespace plumbline
