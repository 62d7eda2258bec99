#include "policies/reference_page.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policies/template_pieces.h"

namespace plumbline {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kPack = R"(pack: house
title: House | rules
source: {document: Handbook}
parameters:
  floor: 200
  words: [a|b, tbd]
  unused: 1
define:
  open: IsClosed = false
  small: open AND Amount < :floor
families:
  amounts: Amounts
policies:
  - id: small-deal
    title: Small *deal*
    family: amounts
    on: Opportunity
    severity: low
    tell: manager
    violated_when: small
    evidence: {floor: ":floor"}
    says: "Only {Amount} of {{:floor}}, {IF(Amount > 1, 'a}b', 'c')}"
    fix: "Sell more."
    section: "3.1 | Amounts"
    examples:
      - {given: {Amount: 1, Name: x}, as_of: 2022-04-23, violated: true}
      - {given: {Amount: 300, Name: x}, as_of: 2022-04-23, violated: false}
  - id: vague
    title: Vague
    on: Opportunity
    severity: high
    judged_when: open
    violated_when: NextStep IN :words AND EXISTS(Tasks WHERE IsClosed = true)
    says: "Vague."
    fix: "Be clear."
    examples:
      - given: {NextStep: "a|b"}
        related: {Tasks: [{IsClosed: true}, {}]}
        history: [{Field: NextStep, NewValue: "a|b", CreatedDate: 2022-04-20T09:00:00Z}]
        as_of: 2022-04-23
        zone: Europe/Berlin
        violated: true
      - {given: {NextStep: null}, as_of: 2022-04-23, violated: false}
      - {given: {Name: x}, absent: [Tasks], as_of: 2022-04-23, violated: unknown}
  - id: sleeping
    title: Sleeping
    on: Opportunity
    severity: medium
    enabled: false
    violated_when: Amount = null
    says: "None."
    fix: "Add."
    examples:
      - {given: {Name: x}, as_of: 2022-04-23, violated: true}
      - {given: {Amount: 1}, as_of: 2022-04-23, violated: false}
)";

std::vector<ReferencePage> pages_of(std::string_view text) {
  Diagnostics diagnostics;
  const Schema schema = Schema::standard();
  std::optional<Pack> pack = load_pack({.file = "house.yaml", .text = std::string(text)}, diagnostics);
  std::vector<BoundPack> bound;
  if (pack) {
    bound.push_back(bind_pack(std::make_shared<const Pack>(*std::move(pack)), schema, {}, diagnostics));
  }
  EXPECT_EQ(render_all(diagnostics, text), "");
  return reference_pages(bound, schema);
}

std::string page_at(std::string_view path) {
  for (const ReferencePage& page : pages_of(kPack)) {
    if (page.path == path) return page.text;
  }
  ADD_FAILURE() << "no page " << path;
  return "";
}

TEST(ReferencePages, AreOneAFamilyBelowAnIndex) {
  std::vector<std::string> paths;
  for (const ReferencePage& page : pages_of(kPack)) {
    paths.push_back(page.path);
    EXPECT_TRUE(page.text.starts_with(kReferencePageMark)) << page.path;
  }
  EXPECT_THAT(paths, testing::ElementsAre("README.md", "house/README.md", "house/amounts.md"));
}

TEST(ReferencePages, TheIndexCounts) {
  const std::string index = page_at("README.md");
  EXPECT_THAT(index, HasSubstr("3 policies in 1 pack"));
  EXPECT_THAT(index, HasSubstr("| [`house`](#house) | 3 | 1 | 1 | 1 |\n"));
  EXPECT_THAT(index, HasSubstr("| [Amounts](house/amounts.md) | 1 |  |  | 1 |\n"));
  EXPECT_THAT(index, HasSubstr("| [Other policies](house/README.md) | 2 | 1 | 1 |  |\n"));
}

TEST(ReferencePages, TellAPolicyWhole) {
  const std::string page = page_at("house/amounts.md");
  EXPECT_THAT(page, HasSubstr("# Amounts\n\nFamily `amounts` of the pack `house` (House \\| rules)."));
  EXPECT_THAT(page, HasSubstr("<a id=\"small-deal\"></a>\n\n## Small \\*deal\\*\n\n"
                              "`small-deal` · **low** · Opportunity · Handbook, 3.1 \\| Amounts\n"));
  EXPECT_THAT(page, HasSubstr("Every record is judged. **Violated when**\n\n```\nsmall\n```\n"));
  EXPECT_THAT(page,
              HasSubstr("**Where**\n\n```\nopen: IsClosed = false\nsmall: open AND Amount < :floor\n```\n"));
  EXPECT_THAT(page, HasSubstr("| `:floor` | `200` |\n"));
  EXPECT_THAT(page, Not(HasSubstr("unused")));
  EXPECT_THAT(page, HasSubstr("**The manager is told**\n\n> Only `Amount` of \\{:floor\\}, "
                              "`IF(Amount > 1, 'a}b', 'c')`\n\n**and asked**\n\n> Sell more.\n"));
}

TEST(ReferencePages, TellEvidenceAndNeeds) {
  const std::string page = page_at("house/amounts.md");
  EXPECT_THAT(page, HasSubstr("- floor: `:floor`\n"));
  EXPECT_THAT(page, HasSubstr("| Opportunity | `Amount`, `IsClosed` |"));
  EXPECT_THAT(page_at("house/README.md"), HasSubstr("| Task | "));
}

TEST(ReferencePages, SayWhatAllExamplesShareOnce) {
  EXPECT_THAT(page_at("house/amounts.md"),
              HasSubstr("Each with `Name`: x.\n\n| `Amount` | as of | verdict |\n"
                        "|---|---|---|\n"
                        "| 1 | 2022-04-23 | **violated** |\n"
                        "| 300 | 2022-04-23 | not violated |\n"));
}

TEST(ReferencePages, TellWhatStandsBesideTheRecord) {
  const std::string page = page_at("house/README.md");
  EXPECT_THAT(page,
              HasSubstr("| a\\|b |  | `Tasks`: `IsClosed`: true<br>`Tasks`: one<br>`NextStep` changed from "
                        "*empty* to a\\|b at 2022-04-20T09:00:00Z<br>in Europe/Berlin | 2022-04-23 | "
                        "**violated** |\n"));
  EXPECT_THAT(page, HasSubstr("|  | x | `Tasks` is not in the data | 2022-04-23 | *unknown* |\n"));
  EXPECT_THAT(page, HasSubstr("| `:words` | `a\\|b`, `tbd` |\n"));
}

TEST(ReferencePages, TellPoliciesThatAreSwitchedOff) {
  EXPECT_THAT(page_at("house/README.md"), HasSubstr("`sleeping` · **medium** · Opportunity · Handbook · "
                                                    "**switched off**\n"));
}

TEST(ReferencePages, SayWhatAnExtendingPackChanged) {
  const auto pages = pages_of(
      "pack: ours\nextends: essentials\nparameters: {inactive_days: 45}\n"
      "policies:\n  - {id: no-recent-activity, severity: low}\n");
  const auto page = std::ranges::find(pages, "ours/activity.md", &ReferencePage::path);
  ASSERT_NE(page, pages.end());
  EXPECT_THAT(page->text, HasSubstr("· from `essentials` · changed by `ours`\n"));
  EXPECT_THAT(page->text, HasSubstr("| `:inactive_days` | `45` | `ours` |\n"));
}

Policy with_examples(std::size_t count) {
  Policy policy;
  for (std::size_t i = 0; i < count; ++i) {
    Example example{
        .given = {{.field = "Amount", .text = fmt::to_string(i)}, {.field = "Name", .text = "x"}}};
    example.as_of = "2022-04-23";
    example.expected = i + 2 < count ? ExpectedVerdict::kViolated : ExpectedVerdict::kPasses;
    policy.examples.push_back(example);
  }
  return policy;
}

TEST(ExamplesTable, FoldsAllButTheMostTelling) {
  Policy policy = with_examples(7);
  policy.examples[3].given[1].text = "y";  // of those that are violated this one alone
  policy.examples[5].given[1].text = "y";  // differs from this one in the amount, and in nothing else
  policy.examples[6].given[1].text = "z";
  const std::string table = examples_table(policy);
  const std::string shown = table.substr(0, table.find("<details>"));
  for (const char* row : {"| 0 | x |", "| 3 | y |", "| 5 | y |"}) EXPECT_THAT(shown, HasSubstr(row));
  EXPECT_THAT(table, HasSubstr("<details>\n<summary>4 more</summary>\n\n"));
  EXPECT_THAT(table, HasSubstr("</details>\n"));
}

TEST(ExamplesTable, FoldsNothingOfAFew) {
  EXPECT_THAT(examples_table(with_examples(5)), Not(HasSubstr("<details>")));
  EXPECT_EQ(examples_table(Policy{}), "");
}

TEST(TemplatePieces, AreWordsAndExpressions) {
  const auto pieces = template_pieces("a {b('}')} {{c}} {");
  ASSERT_EQ(pieces.size(), 3U);
  EXPECT_EQ(pieces[0].text, "a ");
  EXPECT_EQ(pieces[1].text, "b('}')");
  EXPECT_EQ(pieces[1].kind, TemplatePiece::Kind::kExpression);
  EXPECT_EQ(pieces[2].text, " {c} {");
}

}  // namespace
}  // namespace plumbline
