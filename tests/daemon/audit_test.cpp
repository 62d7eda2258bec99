#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/yaml.h"
#include "daemon/cli/exit_status.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kOpportunities =
    "Id,Name,OwnerId,IsClosed,CloseDate,NextStep,Amount\n"
    "006Rt00000000JuIAI,Copper Kettle,005Rt00000000JuIAI,false,2024-03-14,Send the quote,100.00\n"
    "006Rt00000000KVIAY,Nordlys,005Rt00000000KVIAY,false,2024-09-30,,250.50\n"
    "006Rt00000000L6IAI,Quill,005Rt00000000JuIAI,true,2024-01-31,,100.00\n";
constexpr std::string_view kUsers =
    "Id,Name,TimeZoneSidKey,IsActive\n"
    "005Rt00000000JuIAI,Ada,America/New_York,true\n"
    "005Rt00000000KVIAY,Ben,Pacific/Auckland,true\n";
constexpr std::string_view kPack =
    "pack: house\n"
    "title: House rules\n"
    "define: {open: IsClosed = false}\n"
    "policies:\n"
    "  - id: late\n"
    "    title: Late\n"
    "    on: Opportunity\n"
    "    severity: high\n"
    "    judged_when: open\n"
    "    violated_when: CloseDate < TODAY\n"
    "    says: \"Close date {CloseDate} has passed.\"\n"
    "    fix: \"Move it.\"\n"
    "    examples:\n"
    "      - {given: {CloseDate: 2022-04-22}, as_of: 2022-04-23, violated: true}\n"
    "      - {given: {CloseDate: 2022-04-24}, as_of: 2022-04-23, violated: false}\n"
    "  - id: small\n"
    "    title: Small\n"
    "    on: Opportunity\n"
    "    severity: low\n"
    "    judged_when: open\n"
    "    violated_when: Amount < 200\n"
    "    says: \"Only {Amount}.\"\n"
    "    fix: \"Sell more.\"\n"
    "    examples:\n"
    "      - {given: {Amount: 1}, as_of: 2022-04-23, violated: true}\n"
    "      - {given: {Amount: 300}, as_of: 2022-04-23, violated: false}\n"
    "  - id: untasked\n"
    "    title: No task\n"
    "    on: Opportunity\n"
    "    severity: low\n"
    "    violated_when: COUNT(Tasks) = 0\n"
    "    says: \"No task.\"\n"
    "    fix: \"Plan one.\"\n"
    "    examples:\n"
    "      - {given: {Amount: 1}, as_of: 2022-04-23, violated: true}\n"
    "      - {given: {Amount: 1}, related: {Tasks: [{Subject: Call}]}, as_of: 2022-04-23, violated: false}\n";

class Audit : public testing::Test {
 protected:
  Audit() {
    data_.write("Opportunity.csv", kOpportunities);
    data_.write("User.csv", kUsers);
    pack_ = elsewhere_.write("house.yaml", kPack);
  }

  Ran audit(std::vector<std::string> more) const {
    std::vector<std::string> words{"audit", data_.path(), "--pack", pack_};
    words.insert(words.end(), more.begin(), more.end());
    return run_words(words);
  }

  TempFolder data_;
  TempFolder elsewhere_;
  std::string pack_;
};

TEST_F(Audit, TellsViolationsByOwner) {
  const Ran ran = audit({});
  EXPECT_EQ(ran.status, kExitDone);
  expect_golden("audit_table.txt", ran.out);
}

TEST_F(Audit, SummarisesWhatWasReadAndJudged) {
  const Ran ran = audit({});
  EXPECT_THAT(ran.err, HasSubstr("Read         Opportunity  3 rows  Opportunity.csv\n"));
  EXPECT_THAT(ran.err, HasSubstr("3 records by 2 policies of house, as of 2024-06-01T12:00:00Z"));
  EXPECT_THAT(ran.err, HasSubstr("Violations   high    late   1\n             low     small  1\n"));
  EXPECT_THAT(ran.err, HasSubstr("Not judged   untasked: there is no Task data\n"));
  EXPECT_THAT(ran.err, HasSubstr(" rows/s\n"));
}

TEST_F(Audit, EndsWithOneForViolationsOnlyWhenAsked) {
  EXPECT_EQ(audit({}).status, kExitDone);
  EXPECT_EQ(audit({"--exit-code"}).status, kExitViolations);
  EXPECT_EQ(audit({"--exit-code", "--as-of", "2024-01-01", "--policy", "late"}).status, kExitDone);
}

TEST_F(Audit, JudgesThePoliciesNamedAlone) {
  const Ran ran = audit({"--policy", "house/small", "--format", "jsonl"});
  EXPECT_THAT(ran.out, HasSubstr("\"policy\":\"small\""));
  EXPECT_THAT(ran.out, Not(HasSubstr("\"policy\":\"late\"")));
}

TEST_F(Audit, JudgesThatSeverityOrWorse) {
  EXPECT_THAT(audit({"--severity", "medium", "--format", "jsonl"}).out, Not(HasSubstr("small")));
  EXPECT_THAT(audit({"--severity", "low", "--format", "jsonl"}).out, HasSubstr("small"));
}

TEST_F(Audit, JudgesAShippedPolicyAloneAsAmongTheOthers) {
  const std::vector<std::string> words{"audit",   data_.path(), "--pack",   "essentials",
                                       "--as-of", "2024-10-01", "--format", "jsonl"};
  const Ran all = run_words(words);
  std::string alone;
  std::istringstream lines(all.out);
  for (std::string line; std::getline(lines, line);)
    if (line.find("\"policy\":\"past-close-date\"") != std::string::npos) alone += line + "\n";
  ASSERT_NE(alone, "");
  ASSERT_NE(alone, all.out);
  std::vector<std::string> selected = words;
  selected.insert(selected.end(), {"--policy", "past-close-date"});
  EXPECT_EQ(run_words(selected).out, alone);
}

TEST_F(Audit, TellsFaultsOfOwnPoliciesThatAreNotSelected) {
  std::string faulty(kPack);
  faulty.replace(faulty.find("Amount < 200"), 6, "Amuont");
  const Ran ran = run_words(
      {"audit", data_.path(), "--pack", elsewhere_.write("faulty.yaml", faulty), "--policy", "late"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("unknown field Amuont"));
}

TEST_F(Audit, TellsFaultsOfChangedWordingThatIsNotSelected) {
  const std::string faulty = elsewhere_.write("faulty.yaml",
                                              "pack: mine\nextends: essentials\npolicies:\n"
                                              "  - {id: no-amount, says: \"{Amuont}\"}\n");
  const Ran ran = run_words({"audit", data_.path(), "--pack", faulty, "--policy", "past-close-date"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("unknown field Amuont"));
}

TEST_F(Audit, RefusesAShippedPackGivenTwiceWhateverIsSelected) {
  const std::string own = elsewhere_.write("mine.yaml", "pack: mine\nextends: essentials\n");
  const Ran ran =
      run_words({"audit", data_.path(), "--pack", "essentials", "--pack", own, "--policy", "no-amount"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr(" comes with pack essentials and again with mine; give one of the two"));
}

TEST_F(Audit, KnowsNoPolicyByANameThatEndsAsItsDoes) {
  for (const std::string name : {"other/small", "use/small", "/small", "verysmall"}) {
    const Ran ran = audit({"--policy", name});
    EXPECT_EQ(ran.status, kExitUsage) << name;
    EXPECT_THAT(ran.err, HasSubstr("unknown policy " + name));
  }
}

TEST_F(Audit, ReadsALongPackToItsEnd) {
  const std::string filler(50'000, '#');
  const std::string path = elsewhere_.write("long.yaml", "#" + filler + "\n" + std::string(kPack));
  const Ran ran = run_words({"audit", data_.path(), "--pack", path, "--policy", "house/small"});
  EXPECT_EQ(ran.status, kExitDone);
}

TEST_F(Audit, RefusesAPackLongerThanAnyIs) {
  const std::string filler(kMaxYamlBytes, '#');
  const Ran ran = run_words({"audit", data_.path(), "--pack", elsewhere_.write("huge.yaml", "#" + filler)});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("huge.yaml"));
}

TEST_F(Audit, NamesTheNearestPolicy) {
  const Ran ran = audit({"--policy", "smal"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("unknown policy smal; did you mean small?"));
}

TEST_F(Audit, RefusesAPackGivenTwice) {
  const Ran ran = audit({"--pack", pack_});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("policy house/late comes with pack house and again with house"));
}

TEST_F(Audit, ADayIsTheOwnersOwn) {
  const Ran ran = audit({"--as-of", "2024-10-01", "--policy", "late", "--format", "jsonl"});
  EXPECT_THAT(ran.out, HasSubstr("\"as_of\":\"2024-10-01T16:00:00Z\""));  // noon in New York
  EXPECT_THAT(ran.out, HasSubstr("\"as_of\":\"2024-09-30T23:00:00Z\""));  // noon in Auckland
}

TEST_F(Audit, SaysNoViolationsInATableAlone) {
  const std::vector<std::string> before{"--as-of", "2024-01-01", "--policy", "late"};
  EXPECT_EQ(audit(before).out, "No violations.\n");
  EXPECT_EQ(audit({"--as-of", "2024-01-01", "--policy", "late", "--format", "jsonl"}).out, "");
}

TEST_F(Audit, WritesToAFile) {
  const std::string path = elsewhere_.path_of("out.csv");
  const Ran ran = audit({"--format", "csv", "--output", path});
  EXPECT_EQ(ran.status, kExitDone);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(text_of_file(path), testing::StartsWith("status,policy,pack,"));
}

TEST_F(Audit, EndsWithThreeWhereTheResultCannotBeWritten) {
  const Ran ran = audit({"--output", "/dev/full"});
  EXPECT_EQ(ran.status, kExitInput);
  EXPECT_THAT(ran.err, HasSubstr("cannot write /dev/full: no space left on device"));
  EXPECT_THAT(ran.err, Not(HasSubstr("Violations")));
}

TEST_F(Audit, DoesNotOverwriteItsInput) {
  const std::string path = data_.path_of("Opportunity.csv");
  const Ran ran = audit({"--output", path});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_EQ(text_of_file(path), kOpportunities);
}

TEST_F(Audit, KeepsOutputAndRejectsApart) {
  const std::string path = elsewhere_.path_of("out.csv");
  EXPECT_EQ(audit({"--output", path, "--rejects", path}).status, kExitUsage);
  EXPECT_FALSE(exists(path));
}

TEST_F(Audit, WritesRejectsOrShowsTheFirst) {
  data_.write("Opportunity.csv",
              std::string(kOpportunities) + "006Rt00000000LhIAI,Bad,005Rt00000000JuIAI,false,soon,,\n");
  const Ran shown = audit({"--policy", "late"});
  EXPECT_THAT(shown.err, HasSubstr("Opportunity.csv:5, CloseDate: "));
  EXPECT_THAT(shown.err, HasSubstr("Unknown      late: 1 record, such as: "));
  const std::string path = elsewhere_.path_of("rejects.csv");
  const Ran written = audit({"--policy", "late", "--rejects", path});
  EXPECT_THAT(written.err, HasSubstr("1 row or cell written to "));
  const std::string rejects = text_of_file(path);
  EXPECT_THAT(rejects, testing::StartsWith("file,line,column,reason,raw\n"));
  EXPECT_THAT(rejects, HasSubstr("Opportunity.csv,5,CloseDate,"));
  EXPECT_THAT(rejects, testing::EndsWith(",soon\n"));
}

TEST_F(Audit, ShowsUnknownOnesWhenAsked) {
  data_.write("Opportunity.csv",
              std::string(kOpportunities) + "006Rt00000000LhIAI,Bad,005Rt00000000JuIAI,false,soon,,300\n");
  EXPECT_THAT(audit({"--format", "jsonl"}).out, Not(HasSubstr("\"unknown\"")));
  const Ran ran = audit({"--format", "jsonl", "--include-unknown"});
  EXPECT_THAT(ran.out, HasSubstr("{\"status\":\"unknown\",\"policy\":\"late\""));
  EXPECT_THAT(ran.out, HasSubstr("\"CloseDate\":{\"unknown\":true}"));
  EXPECT_THAT(ran.out, HasSubstr("\"message\":null,\"remedy\":null"));
  EXPECT_THAT(ran.out, HasSubstr("\"reason\":\""));
}

TEST_F(Audit, EndsWithThreeWhereThereIsNoSuchFolder) {
  const Ran ran = run_words({"audit", elsewhere_.path_of("none"), "--pack", pack_});
  EXPECT_EQ(ran.status, kExitInput);
  EXPECT_THAT(ran.err, HasSubstr("there is no such file or folder"));
}

TEST_F(Audit, EndsWithThreeWhereAFolderHoldsNothingToJudge) {
  const TempFolder empty;
  const Ran ran = run_words({"audit", empty.path(), "--pack", pack_});
  EXPECT_EQ(ran.status, kExitInput);
  EXPECT_THAT(ran.err, HasSubstr("no file with records was found"));
}

TEST_F(Audit, EndsWithTwoForAnUnknownObject) {
  const Ran ran = audit({"--object", "Oportunity=" + data_.path_of("Opportunity.csv")});
  EXPECT_EQ(ran.status, kExitUsage) << ran.err;
}

TEST_F(Audit, ShowsThePlaceOfAFaultInAPack) {
  const std::string path = elsewhere_.write("typo.yaml", "pack: typo\npolicys: []\n");
  const Ran ran = run_words({"audit", data_.path(), "--pack", path});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("typo.yaml:2:1: error: "));
  EXPECT_THAT(ran.err, HasSubstr("\n  policys: []\n  ^~~~~~~\n"));
}

TEST_F(Audit, GivesTheSameBytesWithAnyNumberOfThreads) {
  std::string many(kOpportunities);
  for (int i = 100000; i < 106000; ++i)
    many += "006Rt0000" + std::to_string(i) + ",Deal,005Rt00000000JuIAI,false,2024-03-14,,50\n";
  data_.write("Opportunity.csv", many);
  EXPECT_EQ(audit({"--format", "csv", "--threads", "1"}).out,
            audit({"--format", "csv", "--threads", "7"}).out);
}

TEST(AuditByDefault, JudgesByEssentialsAndSaysHowToJudgeByMore) {
  const TempFolder data;
  data.write("Opportunity.csv", kOpportunities);
  const Ran ran = run_words({"audit", data.path()});
  EXPECT_EQ(ran.status, kExitDone);
  EXPECT_THAT(ran.err, HasSubstr("This was pack essentials; --pack "));
}

}  // namespace
}  // namespace plumbline
