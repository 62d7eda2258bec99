#include "daemon/cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/cli/audit.h"
#include "daemon/cli/exit_status.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ParsedOptions parse(const std::vector<std::string>& words) { return parse_options(audit_command(), words); }

TEST(ParseOptions, TakesArgumentsBetweenOptions) {
  const ParsedOptions parsed = parse({"a", "--pack", "p", "b", "--pack=q", "c"});
  EXPECT_THAT(parsed.arguments, ElementsAre("a", "b", "c"));
  EXPECT_THAT(parsed.all("--pack"), ElementsAre("p", "q"));
  EXPECT_THAT(parsed.faults, IsEmpty());
}

TEST(ParseOptions, TakesWhatLooksLikeAnOptionBehindTwoDashes) {
  EXPECT_THAT(parse({"a", "--", "--pack", "-x"}).arguments, ElementsAre("a", "--pack", "-x"));
}

TEST(ParseOptions, TakesADashAndBracketsAsArguments) {
  EXPECT_THAT(parse({"-", "[a,b]"}).arguments, ElementsAre("-", "[a,b]"));
  EXPECT_THAT(parse({"--output", "[a,b]"}).all("--output"), ElementsAre("[a,b]"));
}

TEST(ParseOptions, TellsAllUnknownOptionsWithTheNearest) {
  EXPECT_THAT(parse({"a", "--polcy", "--sevrity=high"}).faults,
              ElementsAre("unknown option --polcy; did you mean --policy?",
                          "unknown option --sevrity; did you mean --severity?"));
}

TEST(ParseOptions, TellsAMissingValue) {
  EXPECT_THAT(parse({"a", "--as-of"}).faults, ElementsAre("--as-of needs a value: --as-of TIME"));
  EXPECT_THAT(parse({"a", "--output", "--exit-code"}).faults,
              ElementsAre("--output needs a value: --output FILE"));
}

TEST(ParseOptions, TellsAValueForAFlag) {
  EXPECT_THAT(parse({"a", "--exit-code=yes"}).faults,
              ElementsAre("--exit-code takes no value; write it alone"));
}

TEST(ParseOptions, TellsAnOptionGivenTwice) {
  EXPECT_THAT(parse({"a", "--format", "csv", "--format", "jsonl"}).faults,
              ElementsAre("--format is given 2 times; give it once"));
}

TEST(AuditOptions, TellsEveryFaultAtOnce) {
  const Ran ran = run_words({"audit", "--as-of", "yesterday", "--zone", "Europe/Berlim", "--object",
                             "Opportunity", "--severity", "hi", "--format", "jsnl", "--group-by", "owners",
                             "--threads", "0", "--link-base", "acme", "--polcy", "x"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_EQ(ran.out, "");
  expect_golden("audit_option_faults.txt", ran.err);
}

TEST(AuditOptions, NeedsSomethingToAudit) {
  const Ran ran = run_words({"audit"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("nothing to audit; name a folder of exports, or files"));
}

AuditOptions read(std::vector<std::string> words) {
  words.emplace_back("data");
  ParsedOptions parsed = parse(words);
  const AuditOptions options = read_audit_options(parsed, FixedClock(kTestNow));
  EXPECT_THAT(parsed.faults, IsEmpty());
  return options;
}

TEST(AuditOptions, AsksTheClockWhereNoMomentIsGiven) {
  EXPECT_EQ(read({}).judge.now, kTestNow);
  EXPECT_FALSE(read({}).judge.now_day);
}

TEST(AuditOptions, ReadsMomentsWithAnOffset) {
  EXPECT_EQ(format_instant(read({"--as-of", "2024-06-01T12:00:00+02:00"}).judge.now), "2024-06-01T10:00:00Z");
  EXPECT_EQ(format_instant(read({"--as-of", "2024-06-01T12:00:00Z"}).judge.now), "2024-06-01T12:00:00Z");
}

TEST(AuditOptions, ReadsADateAsADay) {
  EXPECT_EQ(read({"--as-of", "2024-06-01"}).judge.now_day, make_day(2024, 6, 1));
}

TEST(AuditOptions, ReadsSeverityAndObjects) {
  const AuditOptions options = read({"--severity", "Medium", "--object", "Opportunity=a=b.csv"});
  EXPECT_EQ(options.input.selection.at_least, Severity::kMedium);
  EXPECT_THAT(options.input.objects,
              ElementsAre(std::pair<std::string, std::string>("Opportunity", "a=b.csv")));
}

TEST(CommandLine, TellsTheVersion) {
  const Ran ran = run_words({"--version"});
  EXPECT_EQ(ran.status, kExitDone);
  EXPECT_TRUE(ran.out.starts_with("plumbline ")) << ran.out;
}

TEST(CommandLine, NamesTheNearestCommand) {
  EXPECT_THAT(run_words({"adit"}).err, HasSubstr("unknown command adit; did you mean audit?"));
  EXPECT_THAT(run_words({"policy", "lst"}).err, HasSubstr("unknown command policy lst; did you mean list?"));
  EXPECT_EQ(run_words({"policy", "lst"}).status, kExitUsage);
}

TEST(CommandLine, AloneShowsHelpAndFails) {
  const Ran ran = run_words({});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("Usage: plumbline COMMAND"));
}

TEST(CommandLine, AGroupAloneShowsItsCommandsAndFails) {
  const Ran ran = run_words({"policy"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("policy check"));
  EXPECT_THAT(ran.err, testing::Not(HasSubstr("audit")));
}

TEST(CommandLine, EveryCommandHasHelpWithEveryOptionAndExamples) {
  for (const CommandSpec& command : commands()) {
    std::vector<std::string> words;
    std::istringstream names{std::string(command.name)};
    for (std::string word; names >> word;) words.push_back(word);
    words.emplace_back("--help");
    const Ran ran = run_words(words);
    EXPECT_EQ(ran.status, kExitDone);
    EXPECT_THAT(ran.out, HasSubstr("Examples:\n  "));
    for (const OptionSpec& option : command.options)
      EXPECT_THAT(ran.out, HasSubstr("\n  " + std::string(option.name)));
  }
}

TEST(CommandLine, DocumentsAndCompletionsNameEveryCommandAndOption) {
  for (const char* file : {"docs/cli.md", "docs/plumbline.1", "scripts/completions/plumbline.bash",
                           "scripts/completions/_plumbline"}) {
    // The man page writes its hyphens as \-.
    std::string text = text_of_file(std::string(PLUMBLINE_SOURCE_DIR) + "/" + file);
    std::erase(text, '\\');
    for (const CommandSpec& command : commands()) {
      EXPECT_THAT(text, HasSubstr(std::string(command.name.substr(command.name.rfind(' ') + 1)))) << file;
      for (const OptionSpec& option : command.options) {
        EXPECT_THAT(text, HasSubstr(std::string(option.name))) << file;
      }
    }
  }
}

}  // namespace
}  // namespace plumbline
