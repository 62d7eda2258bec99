#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "daemon/cli/exit_status.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kRoot = std::string(PLUMBLINE_SOURCE_DIR) + "/";

std::string text_after(const std::string& line, const std::string& key) {
  const std::string start = "\"" + key + "\":\"";
  const std::size_t begin = line.find(start);
  if (begin == std::string::npos) return "";
  return line.substr(begin + start.size(), line.find('"', begin + start.size()) - begin - start.size());
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

using Keys = std::set<std::string>;  // policy and record

std::string key_of(const std::string& line) {
  return text_after(line, "policy") + " " + text_after(line, "object") + " " + text_after(line, "record_id");
}

Keys without(const Keys& a, const Keys& b) {
  Keys left;
  std::ranges::set_difference(a, b, std::inserter(left, left.end()));
  return left;
}

// Two packs on one set of data.
struct Case {
  std::string before;
  std::string after;
  std::vector<std::string> data;  // and options
};

Keys audited(const std::string& pack, const Case& of) {
  std::vector<std::string> words = {"audit", "--pack", pack, "--format", "jsonl"};
  words.insert(words.end(), of.data.begin(), of.data.end());
  const Ran ran = run_words(words);
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  Keys keys;
  for (const std::string& line : lines_of(ran.out)) keys.insert(key_of(line));
  return keys;
}

std::vector<std::string> compared(const Case& of, const std::vector<std::string>& more) {
  std::vector<std::string> words = {"policy", "diff", of.before, of.after, "--data"};
  words.insert(words.end(), of.data.begin(), of.data.end());
  words.insert(words.end(), more.begin(), more.end());
  const Ran ran = run_words(words);
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  return lines_of(ran.out);
}

// The comparison is the difference of two audits, and every change has a cause.
void expect_difference_of_audits(const Case& of) {
  const Keys before = audited(of.before, of);
  const Keys after = audited(of.after, of);
  Keys gained;
  Keys lost;
  for (const std::string& line : compared(of, {"--format", "jsonl"})) {
    const std::string change = text_after(line, "change");
    ASSERT_TRUE(change == "gained" || change == "lost") << line;
    (change == "gained" ? gained : lost).insert(key_of(line));
    EXPECT_THAT(line, Not(HasSubstr(R"("causes":[])")));
  }
  EXPECT_EQ(gained, without(after, before));
  EXPECT_EQ(lost, without(before, after));
  EXPECT_FALSE(gained.empty() && lost.empty()) << "nothing was compared";
}

constexpr std::string_view kOurs =
    "pack: ours\n"
    "extends: essentials\n"
    "parameters: {inactive_days: 200, longest_open_days: 300, small: 50000}\n"
    "calendar: {zone: Asia/Tokyo}\n"
    "policies:\n"
    "  - {id: past-close-date, severity: medium}\n"
    "  - {id: untouched, enabled: false}\n"
    "  - id: small-deal\n"
    "    title: Small deal\n"
    "    on: Opportunity\n"
    "    severity: low\n"
    "    judged_when: IsClosed = false\n"
    "    violated_when: Amount < :small\n"
    "    says: \"Only {Amount}.\"\n"
    "    fix: \"Sell more.\"\n"
    "    examples:\n"
    "      - {given: {IsClosed: false, Amount: 1}, as_of: 2022-04-23, violated: true}\n"
    "      - {given: {IsClosed: false, Amount: 90000}, as_of: 2022-04-23, violated: false}\n";

TEST(PolicyDiff, IsTheDifferenceOfTwoAudits) {
  const TempFolder folder;
  const std::string pack = folder.write("ours.yaml", kOurs);
  const std::vector<std::string> pipeline = {kRoot + "docs/examples/pipeline", "--as-of", "2026-03-18"};
  expect_difference_of_audits({"essentials", "commercial-sales", pipeline});
  expect_difference_of_audits({"commercial-sales", kRoot + "docs/examples/northern-sales.yaml", pipeline});
  expect_difference_of_audits({"essentials", pack, pipeline});
  expect_difference_of_audits({pack, "essentials", pipeline});
}

TEST(PolicyDiff, IsTheDifferenceOfTwoAuditsOfRealData) {
  const std::string workshop = kRoot + "../shared/data/sfdc-data-cloud-workshop";
  const std::string maven = kRoot + "../shared/data/maven-crm-sales-opportunities";
  if (!exists(workshop) || !exists(maven))
    GTEST_SKIP() << "NOT RUN: there is no " << workshop << ", " << maven;
  const TempFolder folder;
  const std::string pack = folder.write("ours.yaml", kOurs);
  expect_difference_of_audits({"essentials", pack, {workshop, "--as-of", "2024-06-01T12:00:00Z"}});
  const std::string map = kRoot + "docs/examples/maven/field-map.yaml";
  expect_difference_of_audits({"essentials", pack, {maven, "--as-of", "2017-12-31", "--fields", map}});
}

// Six records, each made for one answer.
class PolicyDiffOfHouse : public testing::Test {
 protected:
  PolicyDiffOfHouse() {
    folder_.write(
        "User.csv",
        "Id,Name,IsActive\n005Rt00000000JuIAI,Ada Marlowe,true\n005Rt00000000JvIAI,Ben Okonjo,true\n");
    folder_.write("Opportunity.csv",
                  "Id,Name,OwnerId,Amount,Probability,IsClosed,StageName\n"
                  "006Rt0000000001IAA,Both alone,005Rt00000000JuIAI,150,90,false,A\n"
                  "006Rt0000000002IAA,By the floor,005Rt00000000JuIAI,150,60,false,A\n"
                  "006Rt0000000003IAA,By the odds,005Rt00000000JvIAI,90,75,false,A\n"
                  "006Rt0000000004IAA,Stays,005Rt00000000JuIAI,50,5,false,A\n"
                  "006Rt0000000005IAA,Never,005Rt00000000JvIAI,900,100,false,A\n"
                  "006Rt0000000006IAA,Nobody's,,1,50,false,B\n");
  }

  static std::string pack(std::string_view floor, std::string_view odds, std::string_view more = "") {
    return fmt::format(
        "pack: house\n"
        "parameters: {{floor: {}, odds: {}}}\n"
        "policies:\n"
        "  - id: weak\n"
        "    title: Weak deal\n"
        "    on: Opportunity\n"
        "    severity: medium\n"
        "    violated_when: Amount < :floor AND Probability < :odds\n"
        "    says: \"{{Amount}} at {{Probability}} percent.\"\n"
        "    fix: \"Decide.\"\n"
        "    examples:\n"
        "      - {{given: {{Amount: 1, Probability: 1}}, as_of: 2024-06-01, violated: true}}\n"
        "      - {{given: {{Amount: 9000, Probability: 1}}, as_of: 2024-06-01, violated: false}}\n"
        "{}",
        floor, odds, more);
  }
  Ran diff(const std::string& before, const std::string& after, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {
        "policy", "diff",        folder_.write("old.yaml", before), folder_.write("new.yaml", after),
        "--data", folder_.path()};
    words.insert(words.end(), more.begin(), more.end());
    return run_words(words);
  }
  // Without the heading, which names the files.
  static std::string plain(const std::string& text) { return text.substr(text.find("  :")); }

  TempFolder folder_;
};

constexpr std::string_view kNewPolicy =
    "  - id: no-owner\n"
    "    title: Nobody's deal\n"
    "    on: Opportunity\n"
    "    severity: high\n"
    "    violated_when: OwnerId = null\n"
    "    says: \"Nobody has this.\"\n"
    "    fix: \"Give it to somebody.\"\n"
    "    examples:\n"
    "      - {given: {OwnerId: null}, as_of: 2024-06-01, violated: true}\n"
    "      - {given: {OwnerId: 005Rt00000000JuIAI}, as_of: 2024-06-01, violated: false}\n";

TEST_F(PolicyDiffOfHouse, TellsWhatChangedWhoIsMovedAndWhy) {
  const Ran ran = diff(pack("100", "70"), pack("200", "80", kNewPolicy));
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  expect_golden("policy_diff.txt", plain(ran.out));
  EXPECT_THAT(ran.err, HasSubstr("6 records by 2 policies of "));
}

TEST_F(PolicyDiffOfHouse, IsOneObjectALineForPrograms) {
  const Ran ran = diff(pack("100", "70"), pack("200", "80", kNewPolicy), {"--format", "jsonl"});
  expect_golden("policy_diff.jsonl", ran.out);
}

TEST_F(PolicyDiffOfHouse, TriesEachChangeAlone) {
  // Before, 60 at 65 percent is judged by floor 50 and odds 60: neither alone lets it in.
  folder_.write("Opportunity.csv",
                "Id,Name,Amount,Probability\n"
                "006Rt0000000001IAA,Together,60,65\n"
                "006Rt0000000002IAA,Floor,60,55\n"
                "006Rt0000000003IAA,Odds,40,65\n");
  const std::vector<std::string> lines =
      lines_of(diff(pack("50", "60"), pack("100", "70"), {"--format", "jsonl"}).out);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[0], HasSubstr(R"("name":"floor")"));
  EXPECT_THAT(lines[0], HasSubstr(R"("name":"odds")"));
  EXPECT_THAT(lines[0], HasSubstr(R"("together":true)"));
  EXPECT_THAT(lines[1], HasSubstr(R"("name":"floor")"));
  EXPECT_THAT(lines[1], Not(HasSubstr(R"("name":"odds")")));
  EXPECT_THAT(lines[2], HasSubstr(R"("name":"odds")"));
  EXPECT_THAT(lines[2], Not(HasSubstr(R"("name":"floor")")));
  // The other way round they are lost, and either change alone takes the first.
  const std::vector<std::string> back =
      lines_of(diff(pack("100", "70"), pack("50", "60"), {"--format", "jsonl"}).out);
  ASSERT_EQ(back.size(), 3U);
  EXPECT_THAT(back[0], HasSubstr(R"("change":"lost")"));
  EXPECT_THAT(back[0], HasSubstr(R"("name":"floor")"));
  EXPECT_THAT(back[0], HasSubstr(R"("name":"odds")"));
  EXPECT_THAT(back[0], HasSubstr(R"("together":false)"));
}

TEST_F(PolicyDiffOfHouse, SaysThatNothingIsGainedOrLost) {
  const Ran ran = diff(pack("100", "70"), pack("100", "70"), {"--exit-code"});
  EXPECT_EQ(ran.status, kExitDone);
  EXPECT_THAT(ran.out, HasSubstr("Nothing that any verdict or message depends on."));
  EXPECT_THAT(ran.out, HasSubstr("No violation is gained or lost: 2 before and now."));
  EXPECT_EQ(diff(pack("100", "70"), pack("1", "70"), {"--exit-code"}).status, kExitViolations);
}

TEST_F(PolicyDiffOfHouse, SaysThatAPolicyCanNoLongerBeJudged) {
  std::string after = pack("100", "70");
  after.replace(after.find("Amount < :floor"), 15, "NextStep = null");
  const Ran ran = diff(pack("100", "70"), after);
  EXPECT_THAT(ran.out, HasSubstr("weak cannot be judged on this data any more: Opportunity has no column"));
  EXPECT_THAT(ran.out, HasSubstr("0 violations gained, 2 lost: 2 before, 0 now"));
  EXPECT_THAT(ran.out, HasSubstr("because its condition is another"));
}

TEST_F(PolicyDiffOfHouse, ComparesThePoliciesThatAreSelected) {
  const Ran ran = diff(pack("100", "70"), pack("200", "80", kNewPolicy), {"--policy", "no-owner"});
  EXPECT_THAT(ran.out, Not(HasSubstr("weak")));
  EXPECT_THAT(ran.out, HasSubstr("1 violation gained, 0 lost"));
  // Selected where it is as bad as that in one of the packs.
  std::string after = pack("200", "70");
  after.replace(after.find("severity: medium"), 16, "severity: high  ");
  EXPECT_THAT(diff(pack("100", "70"), after, {"--severity", "high"}).out,
              HasSubstr("severity high instead of medium, on 2 violations that stay"));
  EXPECT_EQ(diff(pack("100", "70"), after, {"--policy", "wek"}).status, kExitUsage);
}

TEST_F(PolicyDiffOfHouse, TellsTheFaultsOfBothPacks) {
  std::string before = pack("100", "70");
  before.replace(before.find("Amount <"), 8, "Amont < ");
  std::string after = pack("100", "70");
  after.replace(after.find("Probability <"), 13, "Probabilty < ");
  const Ran ran = diff(before, after);
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("unknown field Amont"));
  EXPECT_THAT(ran.err, HasSubstr("unknown field Probabilty"));
}

TEST(PolicyDiffOptions, OnePackIsComparedWithTheOneItExtends) {
  const Ran ran = run_words({"policy", "diff", kRoot + "docs/examples/northern-sales.yaml"});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(":placeholder_days is 120 instead of 60"));
  EXPECT_THAT(ran.out, HasSubstr("close-date-push-to-friday is switched off"));
  EXPECT_THAT(ran.err, HasSubstr("--data DIR tells which records"));
  const Ran alone = run_words({"policy", "diff", kRoot + "docs/examples/house-rules.yaml"});
  EXPECT_EQ(alone.status, kExitUsage);
  EXPECT_THAT(alone.err, HasSubstr("extends no pack; say which one to compare it with"));
}

TEST(PolicyDiffOptions, RefusesWhatHasNoMeaning) {
  EXPECT_EQ(run_words({"policy", "diff"}).status, kExitUsage);
  EXPECT_EQ(run_words({"policy", "diff", "essentials", "commercial-sales", "essentials"}).status, kExitUsage);
  EXPECT_THAT(run_words({"policy", "diff", "essentials", "commercial-sales", "--format", "jsonl"}).err,
              HasSubstr("say --data DIR"));
  EXPECT_THAT(run_words({"policy", "diff", "essential", "commercial-sales"}).err,
              HasSubstr("did you mean essentials?"));
}

}  // namespace
}  // namespace plumbline
