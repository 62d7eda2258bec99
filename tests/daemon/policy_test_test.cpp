// `plumbline policy test` over .test files: what it prints, what it writes, how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/cli/exit_status.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kPack =
    "pack: house\n"
    "policies:\n"
    "  - id: small-deal\n"
    "    title: Small deal\n"
    "    on: Opportunity\n"
    "    severity: low\n"
    "    judged_when: IsClosed = false\n"
    "    violated_when: Amount < 100 OR Amount = null\n"
    "    says: \"Only {Amount}.\"\n"
    "    fix: \"Sell more.\"\n"
    "    examples:\n"
    "      - {given: {Amount: 1}, as_of: 2022-04-23, violated: true}\n"
    "      - {given: {Amount: 300}, as_of: 2022-04-23, violated: false}\n";

constexpr std::string_view kHead =
    "pack: house.yaml\n"
    "as_of: 2022-04-23\n"
    "Opportunity:\n"
    "| Id   | IsClosed | Amount |\n"
    "| tiny | false    | 5      |\n"
    "| shut | true     | 5      |\n"
    "| huge | false    | 5000   |\n"
    "\n"
    "case: three deals\n";

constexpr std::string_view kRight =
    "expect:\n"
    "| Record | Policy     | Verdict  |\n"
    "| tiny   | small-deal | violated |\n";

constexpr std::string_view kWrong =
    "expect:\n"
    "# as agreed\n"
    "| Record | Policy     | Verdict  | Message |\n"
    "| huge   | small-deal | violated |         |\n"
    "| shut   | small-deal | violated |         |\n"
    "| tiny   | small-deal | violated | Just 5. |\n";

class PolicyTestFiles : public testing::Test {
 protected:
  PolicyTestFiles() { folder_.write("house.yaml", kPack); }

  std::string write(std::string_view expect, std::string_view name = "deals.test") {
    return folder_.write(name, std::string(kHead) + std::string(expect));
  }

  TempFolder folder_;
};

TEST_F(PolicyTestFiles, PassWithAPackBesideThem) {
  const std::string path = write(kRight);
  const Ran ran = run_words({"policy", "test", path});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_EQ(ran.out, path + ": 1 case, all as expected\n");
}

TEST_F(PolicyTestFiles, ShowWhatWasExpectedBesideWhatCame) {
  const std::string path = write(kWrong);
  const Ran ran = run_words({"policy", "test", path});
  EXPECT_EQ(ran.status, kExitViolations) << ran.err;
  EXPECT_EQ(ran.out, path +
                         ":9: three deals: 3 verdicts not as expected, 0 as expected\n"
                         "  record  policy      expected  came\n"
                         "  huge    small-deal  violated  nothing\n"
                         "        violated_when does not hold, because of `Amount < 100` and `Amount =\n"
                         "        null`\n"
                         "  shut    small-deal  violated  nothing\n"
                         "        judged_when does not hold, because of `IsClosed = false`\n"
                         "  tiny    small-deal  violated  violated\n"
                         "      - Just 5.\n"
                         "      + Only 5.\n" +
                         path + ": 1 case, 1 not as expected\n");
}

TEST_F(PolicyTestFiles, ShowAnErrorThatIsAnother) {
  const std::string path = folder_.write(
      "refused.test",
      "case: refused\non: Opportunity\ncondition: Amont > 5\nexpect error:\n  condition:1:1: no\n");
  const Ran ran = run_words({"policy", "test", path});
  EXPECT_EQ(ran.status, kExitViolations);
  EXPECT_THAT(ran.out, HasSubstr("refused.test:1: refused: the error is another (- expected, + came)\n"
                                 "  - condition:1:1: no\n"
                                 "  + condition:1:1: error: unknown field Amont on Opportunity; did you mean "
                                 "Amount? [PB028]\n"));
}

TEST_F(PolicyTestFiles, OfAFolderAreRunByName) {
  write(kRight, "b.test");
  write(kRight, "a.test");
  folder_.write("notes.txt", "no test");
  const Ran ran = run_words({"policy", "test", folder_.path(), folder_.path_of("house.yaml")});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_EQ(ran.out, folder_.path_of("a.test") + ": 1 case, all as expected\n" + folder_.path_of("b.test") +
                         ": 1 case, all as expected\n" + folder_.path_of("house.yaml") +
                         ": 2 examples, all as expected\n");
}

TEST_F(PolicyTestFiles, AFolderWithoutAnyIsAFault) {
  const TempFolder empty;
  const Ran ran = run_words({"policy", "test", empty.path()});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("is a folder without a .test file"));
}

TEST_F(PolicyTestFiles, WithFaultsEndWithTwo) {
  const std::string path = write("expect:\n| Record | Policy | Verdict |\n| tiny | smal-deal | violated |\n");
  const Ran ran = run_words({"policy", "test", path});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err,
              HasSubstr("deals.test:12:10: error: house has no policy smal-deal; did you mean small-deal? "
                        "[PB194]\n  | tiny | smal-deal | violated |\n           ^~~~~~~~~\n"));
}

TEST_F(PolicyTestFiles, TellAPackThatIsNotThere) {
  const std::string path = folder_.write(
      "x.test", "pack: hous.yaml\nas_of: 2022-04-23\ncase: a\nUser:\n| Id |\nexpect: nothing\n");
  const Ran ran = run_words({"policy", "test", path, folder_.path_of("none.test")});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("x.test:1:7: error: cannot read " + folder_.path_of("hous.yaml")));
  EXPECT_THAT(ran.err, HasSubstr("cannot read " + folder_.path_of("none.test") + ": there is no such file"));
}

TEST_F(PolicyTestFiles, AreBlessedInPlace) {
  const std::string path = write(std::string(kWrong) + "\n# the end\n");
  const Ran ran = run_words({"policy", "test", "--bless", path});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_EQ(ran.out, path + ":9: three deals: 2 verdicts removed, 1 verdict changed\n" + path +
                         ": 1 case, 1 changed; read it before you keep it\n");
  EXPECT_EQ(text_of_file(path), std::string(kHead) +
                                    "expect:\n"
                                    "# as agreed\n"
                                    "| Record | Policy     | Verdict  | Message |\n"
                                    "| tiny   | small-deal | violated | Only 5. |\n"
                                    "\n# the end\n");
  EXPECT_FALSE(exists(path + ".part"));
  EXPECT_EQ(run_words({"policy", "test", path}).status, kExitDone);
}

TEST_F(PolicyTestFiles, ThatPassAreNotTouchedByBlessing) {
  const std::string path = write(kRight);
  EXPECT_EQ(run_words({"policy", "test", "--bless", path}).out, path + ": 1 case, none changed\n");
}

TEST_F(PolicyTestFiles, WithFaultsAreNotBlessed) {
  const std::string text = std::string(kWrong) + "case: broken\nexpect: nothing\nexpect: nothing\n";
  const std::string path = write(text);
  const Ran ran = run_words({"policy", "test", "--bless", path});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("deals.test is left as it is: its faults come first"));
  EXPECT_EQ(text_of_file(path), std::string(kHead) + text);
}

TEST_F(PolicyTestFiles, PacksAreNotBlessed) {
  const Ran ran = run_words({"policy", "test", "--bless", folder_.path_of("house.yaml")});
  EXPECT_EQ(ran.status, kExitDone);
  EXPECT_THAT(ran.err, HasSubstr("--bless writes into .test files alone"));
  EXPECT_EQ(text_of_file(folder_.path_of("house.yaml")), kPack);
}

TEST_F(PolicyTestFiles, CoverageIsOfExamplesAndCasesTogether) {
  const std::string pack = folder_.path_of("house.yaml");
  const Ran alone = run_words({"policy", "test", "--coverage", pack});
  EXPECT_EQ(alone.status, kExitDone) << alone.err;
  EXPECT_THAT(
      alone.out,
      HasSubstr("\nhouse: what nothing puts to the test\n  small-deal: 4 of 6 outcomes in 2 cases\n"));
  EXPECT_THAT(alone.out, HasSubstr("never false    " + pack + ":7: IsClosed = false\n"));
  EXPECT_THAT(alone.out, HasSubstr("never true     " + pack + ":8: Amount = null\n"));
  EXPECT_THAT(alone.out, HasSubstr("house: 4 of 6 outcomes of conditions come up (66.7 %)\n"));
  const Ran both = run_words({"policy", "test", "--coverage", pack, write(kRight)});
  EXPECT_THAT(both.out, Not(HasSubstr("IsClosed = false")));
  EXPECT_THAT(both.out, HasSubstr("house: 5 of 6 outcomes of conditions come up (83.3 %)\n"));
}

TEST(ShippedTestFiles, OfTheDocumentsPass) {
  const Ran ran =
      run_words({"policy", "test", std::string(PLUMBLINE_SOURCE_DIR) + "/docs/examples/northern-sales.test"});
  EXPECT_EQ(ran.status, kExitDone) << ran.out << ran.err;
}

}  // namespace
}  // namespace plumbline
