#include "policies/coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

namespace plumbline {
namespace {

// What is not put to the test: "the-policy 3/4: never false Amount > 1".
std::string gaps_of(std::string_view scope, std::string_view condition, std::string_view examples,
                    std::string_view extra = "") {
  const std::string text = fmt::format(R"(
pack: covered
title: Covered
source: {{document: Tests}}
{}
policies:
  - id: the-policy
    title: The policy
    on: Opportunity
    severity: low
    judged_when: {}
    violated_when: {}
    says: Wrong.
    fix: Fix.
    section: Tests
    examples:
{})",
                                       extra, scope, condition, examples);
  Diagnostics diagnostics;
  auto pack = load_pack({.file = "covered.yaml", .text = text}, diagnostics);
  if (!pack) return render_all(diagnostics, text);
  const auto shared = std::make_shared<const Pack>(std::move(*pack));
  Coverage coverage;
  run_examples(shared, Schema::standard(), diagnostics, [&](const ExampleRun& run) { coverage.add(run); });
  EXPECT_FALSE(diagnostics.has_errors()) << render_all(diagnostics, text);
  std::string lines;
  for (const CoverageGroup& group : coverage.report(*shared)) {
    lines += fmt::format("{}{} {}/{}\n", group.is_definition ? "define " : "", group.name, group.seen,
                         group.outcomes);
    for (const CoverageGap& gap : group.gaps) lines += fmt::format("{} {}\n", to_string(gap.kind), gap.text);
  }
  return lines;
}

constexpr std::string_view kBoth =
    "      - {given: {Amount: 5, StageName: A}, as_of: 2026-03-18, violated: true}\n"
    "      - {given: {Amount: 0, StageName: A}, as_of: 2026-03-18, violated: false}\n";

TEST(Coverage, PartNobodyMakesFalseIsAGap) {
  EXPECT_EQ(gaps_of("IsClosed = false", "Amount > 1 AND StageName = 'A'", kBoth),
            "the-policy 4/6\n"
            "never false IsClosed = false\n"
            "never false StageName = 'A'\n");
}

TEST(Coverage, ConditionIsNotReachedOutOfScope) {
  EXPECT_EQ(gaps_of("Name = 'in'", "Amount > 1",
                    "      - {given: {Amount: 5, Name: in}, as_of: 2026-03-18, violated: true}\n"
                    "      - {given: {Amount: 0, Name: out}, as_of: 2026-03-18, violated: false}\n"),
            "the-policy 3/4\n"
            "never false Amount > 1\n");
}

TEST(Coverage, ChainCountsWhereItsPartsHaveNoGap) {
  EXPECT_EQ(gaps_of("Name = null", "(Amount > 1 AND StageName = 'A') OR Probability = 1",
                    "      - {given: {Amount: 5, Probability: 1}, as_of: 2026-03-18, violated: true}\n"
                    "      - {given: {Amount: 0, StageName: A}, as_of: 2026-03-18, violated: false}\n"),
            "the-policy 8/10\n"
            "never false Name = null\n"
            "never true Amount > 1 AND StageName = 'A'\n");
}

TEST(Coverage, DefinitionsAreGroupsOfTheirOwn) {
  EXPECT_EQ(gaps_of("Name = null OR Name != null", "big", kBoth, "define: {big: Amount > 1 OR Amount < -1}"),
            "the-policy 4/6\n"
            "never false Name = null\n"
            "never true Name != null\n"
            "define big 3/4\n"
            "never true Amount < -1\n");
}

TEST(Coverage, RelatedRowsCountAsTrueAndAsFalse) {
  constexpr std::string_view kDone = "{given: {}, related: {Tasks: [{Status: Open}, {Status: Done}]}";
  const std::string rows = fmt::format(
      "      - {0}, as_of: 2026-03-18, violated: true}}\n"
      "      - {{given: {{}}, as_of: 2026-03-18, violated: false}}\n",
      kDone);
  EXPECT_EQ(gaps_of("Name = null", "EXISTS(Tasks WHERE Status = 'Open')", rows),
            "the-policy 5/6\n"
            "never false Name = null\n");
}

TEST(Coverage, OfDataThatCannotAnswerNothingIsReached) {
  EXPECT_EQ(gaps_of("Name = null", "Amount > 1",
                    "      - {given: {Amount: 5}, absent: [Amount], as_of: 2026-03-18, violated: unknown}\n"
                    "      - {given: {Amount: 5}, as_of: 2026-03-18, violated: true}\n"
                    "      - {given: {}, as_of: 2026-03-18, violated: false}\n"),
            "the-policy 3/4\n"
            "never false Name = null\n");
}

}  // namespace
}  // namespace plumbline
