// .test files: how they are read, run and blessed. tests/policies/test_faults/NAME.test is a file with
// faults, NAME.expected what is said of it; with PLUMBLINE_BLESS set in the environment the expected texts
// are written anew, for a person to read.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "policies/bless_test.h"
#include "policies/run_test.h"
#include "policies/test_file.h"
#include "policies/test_row.h"
#include "source_dir.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const fs::path kHere = fs::path(PLUMBLINE_SOURCE_DIR) / "tests/policies";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Result<PackText> find_shipped(std::string_view name) {
  if (auto pack = shipped_pack(name)) return *std::move(pack);
  return fail(ErrorCode::kNotFound, fmt::format("there is no pack {}", name));
}

struct RanFile {
  std::optional<TestFile> file;
  std::vector<CaseOutcome> outcomes;
  std::string faults;
};

RanFile run(const std::string& text, const std::string& name = "x.test") {
  RanFile ran;
  Diagnostics diagnostics;
  ran.file = parse_test_file(text, name, diagnostics);
  if (ran.file) {
    TestPacks packs(std::make_shared<const Schema>(Schema::standard()), find_shipped);
    ran.outcomes = run_test_file(*ran.file, packs, diagnostics);
  }
  ran.faults = render_all(diagnostics, text);
  return ran;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".test") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

// ---- Faults

class TestFileFaultTest : public testing::TestWithParam<std::string> {};

TEST_P(TestFileFaultTest, IsReportedAsExpected) {
  const fs::path expected = kHere / "test_faults" / (GetParam() + ".expected");
  const RanFile ran = run(read_file(kHere / "test_faults" / (GetParam() + ".test")), GetParam() + ".test");
  if (std::getenv("PLUMBLINE_BLESS") != nullptr) std::ofstream(expected, std::ios::binary) << ran.faults;
  EXPECT_FALSE(ran.faults.empty());
  EXPECT_EQ(ran.faults, read_file(expected));
}

INSTANTIATE_TEST_SUITE_P(Faults, TestFileFaultTest, testing::ValuesIn(names_in(kHere / "test_faults")),
                         [](const auto& fault) { return fault.param; });

TEST(TestFileBounds, TooLongAFileIsRefused) {
  const std::string line = "# a comment\n";
  std::string text;
  while (text.size() <= kMaxTestFileBytes) text += line;
  EXPECT_THAT(run(text).faults, HasSubstr("the file has more than 1048576 bytes; split it [PB199]"));
}

TEST(TestFileBounds, TooManyRowsAreRefusedOnce) {
  std::string text =
      "case: many\npack: essentials\nas_of: 2022-04-23\nexpect: nothing\nOpportunity:\n| Id |\n";
  for (std::size_t i = 0; i < kMaxRowsInTestCase + 5; ++i) text += fmt::format("| {} |\n", i);
  EXPECT_EQ(run(text).faults,
            "x.test:1007:1: error: a case has at most 1000 rows; split it [PB199]\n  | 1000 |\n  ^\n");
}

TEST(TestFileBounds, TooManyCasesAreToldOnce) {
  std::string text = "on: User\ncondition: Name = null\nas_of: 2022-04-23\nUser:\n| Id |\n";
  for (std::size_t i = 0; i < kMaxCasesInTestFile + 3; ++i) text += "case: one\nexpect: nothing\n";
  Diagnostics diagnostics;
  const auto file = parse_test_file(text, "x.test", diagnostics);
  EXPECT_EQ(
      render_all(diagnostics, text),
      "x.test:2006:1: error: a file has at most 1000 cases; split it [PB199]\n  case: one\n  ^~~~~~~~~\n");
}

// ---- The shipped files

class ShippedVerdictsTest : public testing::TestWithParam<std::string> {};

TEST_P(ShippedVerdictsTest, AreAsExpected) {
  const RanFile ran = run(read_file(kHere / "verdicts" / (GetParam() + ".test")), GetParam() + ".test");
  EXPECT_EQ(ran.faults, "");
  ASSERT_TRUE(ran.file);
  EXPECT_EQ(ran.outcomes.size(), ran.file->cases.size());
  for (const CaseOutcome& outcome : ran.outcomes) {
    EXPECT_TRUE(outcome.passed) << ran.file->cases[outcome.number].title.text
                                << ": see plumbline policy test tests/policies/verdicts/" << GetParam()
                                << ".test";
  }
}

INSTANTIATE_TEST_SUITE_P(Verdicts, ShippedVerdictsTest, testing::ValuesIn(names_in(kHere / "verdicts")),
                         [](const auto& file) { return file.param; });

TEST(ShippedVerdicts, AreThere) { EXPECT_GE(names_in(kHere / "verdicts").size(), 12U); }

// ---- Rows

std::vector<std::string> cells_of(std::string_view line, std::size_t columns) {
  std::vector<std::string> cells;
  for (const SplitRow::Cell& cell : split_row(line, columns).cells)
    cells.emplace_back(line.substr(cell.begin, cell.end - cell.begin));
  return cells;
}

TEST(TestRow, IsCutAtBarsThatAreNotEscaped) {
  EXPECT_THAT(cells_of("  | a |b\\|c|  |", 3), ElementsAre("a", "b\\|c", ""));
}

TEST(TestRow, MayHaveACommentBehindIt) {
  EXPECT_THAT(cells_of("| a | b |  # c | d |", 2), ElementsAre("a", "b"));
  EXPECT_THAT(cells_of("| a | #1 |", 2), ElementsAre("a", "#1"));
}

TEST(TestRow, SaysWhereItIsNotClosed) {
  EXPECT_FALSE(split_row("| a | b", 2).closed);
  EXPECT_TRUE(split_row("| a | b |", 2).closed);
}

TEST(TestRow, CellsAreWrittenSoThatTheyAreReadBack) {
  for (const std::string text :
       {"plain", " blanks ", "a|b", "back\\slash", "\"quoted\"", "say \"x\"", "two\nlines", "tab\there", "?",
        "#1", "\xC2\xA0", "\\", "\"", "ends \\\"", ""}) {
    std::string fault;
    EXPECT_EQ(unescaped_cell(test_cell_text(text), fault), text) << test_cell_text(text);
    EXPECT_EQ(fault, "");
    const std::string line = "| " + test_cell_text(text) + " | x |";
    EXPECT_EQ(cells_of(line, 2).size(), 2U) << line;
  }
}

// ---- Cases

constexpr std::string_view kHead =
    "pack: essentials\n"
    "policies: past-close-date, no-amount\n"
    "as_of: 2022-04-23\n"
    "Opportunity:\n"
    "| Id   | IsClosed | CloseDate  | Amount |\n"
    "| late | false    | 2022-04-22 |        |\n"
    "| fine | false    | 2022-04-23 | 5      |\n";

CaseOutcome outcome_of(const std::string& text) {
  const RanFile ran = run(text);
  EXPECT_EQ(ran.faults, "");
  EXPECT_EQ(ran.outcomes.size(), 1U);
  return ran.outcomes.empty() ? CaseOutcome{} : ran.outcomes[0];
}

std::string with(std::string_view expect) {
  return std::string(kHead) + "case: two deals\n" + std::string(expect);
}

TEST(TestCases, PassWhereEveryVerdictIsExpected) {
  EXPECT_TRUE(
      outcome_of(with("expect:\n| Record | Policy | Verdict |\n| late | past-close-date | violated |\n"
                      "| late | essentials/no-amount | violated |\n"))
          .passed);
}

TEST(TestCases, FailWhereAVerdictIsMissingInTheList) {
  const CaseOutcome outcome =
      outcome_of(with("expect:\n| Record | Policy | Verdict |\n| late | past-close-date | violated |\n"));
  EXPECT_FALSE(outcome.passed);
  ASSERT_EQ(outcome.differences.size(), 1U);
  EXPECT_FALSE(outcome.differences[0].expected);
  EXPECT_EQ(outcome.differences[0].came->policy, "no-amount");
}

TEST(TestCases, FailWhereAnExpectedVerdictDoesNotCome) {
  const CaseOutcome outcome =
      outcome_of(with("expect:\n| Record | Policy | Verdict |\n| late | past-close-date | violated |\n"
                      "| late | no-amount | violated |\n| fine | no-amount | unknown |\n"));
  EXPECT_FALSE(outcome.passed);
  ASSERT_EQ(outcome.differences.size(), 1U);
  EXPECT_EQ(outcome.differences[0].expected, 2U);
  EXPECT_FALSE(outcome.differences[0].came);
}

TEST(TestCases, FailWhereAVerdictIsAnother) {
  EXPECT_FALSE(
      outcome_of(with("expect:\n| Record | Policy | Verdict |\n| late | past-close-date | unknown |\n"
                      "| late | no-amount | violated |\n"))
          .passed);
}

TEST(TestCases, CompareMessagesThatAreGiven) {
  const std::string head =
      "expect:\n| Record | Policy | Verdict | Message |\n| late | no-amount | violated | |\n";
  EXPECT_TRUE(
      outcome_of(with(head + "| late | past-close-date | violated | The close date 22 Apr 2022 has passed, "
                             "but the opportunity is still open. |\n"))
          .passed);
  EXPECT_FALSE(outcome_of(with(head + "| late | past-close-date | violated | It has passed. |\n")).passed);
}

TEST(TestCases, APolicyThatIsNamedAndCannotBeJudgedIsTold) {
  const std::string text =
      "pack: essentials\nas_of: 2022-04-23\ncase: no amounts\npolicies: no-amount\n"
      "Opportunity:\n| Id | IsClosed |\n| a | false |\n";
  EXPECT_FALSE(outcome_of(text + "expect: nothing\n").passed);
  EXPECT_TRUE(
      outcome_of(text + "expect:\n| Record | Policy | Verdict |\n| | no-amount | not judged |\n").passed);
}

TEST(TestCases, PoliciesThatNobodyNamedAndThatCannotBeJudgedArePassedOver) {
  const CaseOutcome outcome = outcome_of(
      "pack: essentials\nas_of: 2022-04-23\ncase: amounts alone\n"
      "Opportunity:\n| Id | IsClosed | Amount |\n| a | false | 5 |\nexpect: nothing\n");
  EXPECT_TRUE(outcome.passed);
  EXPECT_FALSE(outcome.passed_over.empty());
}

TEST(TestCases, AnUnreadableValueIsUnknownAndABlankOneNull) {
  const CaseOutcome outcome = outcome_of(
      "pack: essentials\nas_of: 2022-04-23\npolicies: no-amount\ncase: amounts\n"
      "Opportunity:\n| Id | IsClosed | Amount |\n| torn | false | ? |\n| none | false | |\n"
      "expect:\n| Record | Policy | Verdict |\n| torn | no-amount | unknown |\n| none | no-amount | violated "
      "|\n");
  EXPECT_TRUE(outcome.passed);
}

TEST(TestCases, AConditionMayUseThePacksWords) {
  EXPECT_TRUE(outcome_of("pack: essentials\nas_of: 2022-04-23\ncase: a condition\non: Opportunity\n"
                         "condition: open AND Amount > :push_count\n"
                         "Opportunity:\n| Id | IsClosed | Amount |\n| a | false | 4 |\n| b | false | 3 |\n"
                         "expect:\n| Record | Policy | Verdict |\n| a | condition | violated |\n")
                  .passed);
}

TEST(TestCases, APackWrittenInNeedsNoExamples) {
  EXPECT_TRUE(
      outcome_of(
          "as_of: 2022-04-23\ncase: a draft\n"
          "pack text:\n"
          "  pack: house\n"
          "  policies:\n"
          "    - {id: small, title: Small, on: Opportunity, severity: low, violated_when: Amount < 5,\n"
          "       says: So., fix: Do.}\n"
          "Opportunity:\n| Id | Amount |\n| a | 4 |\n"
          "expect:\n| Record | Policy | Verdict |\n| a | small | violated |\n")
          .passed);
}

TEST(TestCases, OwnTablesReplaceThoseOfTheFile) {
  const CaseOutcome outcome =
      outcome_of(with("Opportunity:\n| Id | IsClosed | CloseDate | Amount |\nexpect: nothing\n"));
  EXPECT_TRUE(outcome.passed);
}

TEST(TestCases, AWrongErrorFails) {
  const std::string head = "case: refused\non: Opportunity\ncondition: Amont > 5\nexpect error:\n";
  const std::string right =
      "  condition:1:1: error: unknown field Amont on Opportunity; did you mean Amount? [PB028]\n"
      "    Amont > 5\n"
      "    ^~~~~\n";
  EXPECT_TRUE(outcome_of(head + right).passed);
  EXPECT_FALSE(outcome_of(head + "  condition:1:1: error: unknown field\n").passed);
}

TEST(TestFiles, LinesMayEndAsOnWindowsAndBeginWithAByteOrderMark) {
  std::string text = "\xEF\xBB\xBF" + with("expect: nothing  # for now\n");
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
    text.replace(at, 1, "\r\n");
  EXPECT_EQ(outcome_of(text).differences.size(), 2U);
}

// ---- Blessing

BlessedFile blessed(const std::string& text) {
  const RanFile ran = run(text);
  EXPECT_EQ(ran.faults, "");
  return ran.file ? bless_test_file(*ran.file, ran.outcomes) : BlessedFile{};
}

TEST(BlessTest, RewritesWhatFailedAndKeepsEveryOtherByte) {
  const std::string before = std::string(kHead) + "\n# a comment\n\ncase:   two deals\n";
  const std::string after = "   \n# the end, without a line's end";
  const BlessedFile file = blessed(before +
                                   "expect:  # what comes\n"
                                   "# rows\n"
                                   "| Policy | Record | Verdict |\n"
                                   "|--------|--------|---------|\n"
                                   "| no-amount | fine | violated | # wrong\n"
                                   "| past-close-date | late | unknown | # half right\n" +
                                   after);
  EXPECT_EQ(file.text, before +
                           "expect:  # what comes\n"
                           "# rows\n"
                           "| Policy          | Record | Verdict  |\n"
                           "|-----------------|--------|----------|\n"
                           "| past-close-date | late   | violated | # half right\n"
                           "| no-amount       | late   | violated |\n" +
                           after);
  ASSERT_EQ(file.cases.size(), 1U);
  EXPECT_EQ(file.cases[0].added, 1U);
  EXPECT_EQ(file.cases[0].removed, 1U);
  EXPECT_EQ(file.cases[0].changed, 1U);
}

TEST(BlessTest, MakesATableOfNothingAndNothingOfATable) {
  const BlessedFile table = blessed(with("expect: nothing   # yet"));
  EXPECT_EQ(table.text, with("expect:  # yet\n"
                             "| Record | Policy          | Verdict  |\n"
                             "| late   | past-close-date | violated |\n"
                             "| late   | no-amount       | violated |"));
  const std::string none = "Opportunity:\n| Id | IsClosed | CloseDate | Amount |\n| late | true | | |\n";
  const BlessedFile nothing = blessed(
      with(none + "expect:\n| Record | Policy | Verdict |\n# kept\n| late | no-amount | violated |\n"));
  EXPECT_EQ(nothing.text, with(none + "expect: nothing\n# kept\n"));
}

TEST(BlessTest, FillsMessagesWhereThereWereSome) {
  const BlessedFile file =
      blessed(with("expect:\n| Record | Policy | Verdict | Message |\n"
                   "| late | past-close-date | unknown | |\n| late | no-amount | violated | x |\n"));
  EXPECT_THAT(file.text, HasSubstr("| late   | past-close-date | violated |       "));
  EXPECT_THAT(file.text,
              HasSubstr("| late   | no-amount       | violated | This open opportunity has no amount"));
}

TEST(BlessTest, IsDoneOnce) {
  const std::string once = blessed(with("expect: nothing\n")).text;
  EXPECT_TRUE(blessed(once).cases.empty());
  EXPECT_EQ(blessed(once).text, once);
}

TEST(BlessTest, KeepsTheEndsOfLines) {
  std::string text = with("expect: nothing\n");
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
    text.replace(at, 1, "\r\n");
  const std::string after = blessed(text).text;
  EXPECT_EQ(std::ranges::count(after, '\n'), std::ranges::count(after, '\r'));
}

TEST(BlessTest, WritesTheErrorThatCame) {
  const std::string head = "case: refused\non: Opportunity\ncondition: Amont > 5\nexpect error:\n";
  EXPECT_EQ(
      blessed(head + "      old\n\n      text\n\n# end\n").text,
      head +
          "      condition:1:1: error: unknown field Amont on Opportunity; did you mean Amount? [PB028]\n"
          "        Amont > 5\n"
          "        ^~~~~\n"
          "\n# end\n");
}

TEST(BlessTest, RefusesAnErrorThatIsGone) {
  const std::string text =
      "case: refused\non: Opportunity\ncondition: Amount > 5\nexpect error:\n  unknown field\n";
  const BlessedFile file = blessed(text);
  EXPECT_EQ(file.text, text);
  ASSERT_EQ(file.cases.size(), 1U);
  EXPECT_THAT(file.cases[0].refused, HasSubstr("there is no error any more"));
}

}  // namespace
}  // namespace plumbline
