#include "policies/pack_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "policies/load_pack_impl.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kPack =
    "pack: house\n"
    "parameters:\n"
    "  floor: 200\n"
    "  words: [tbd, later]\n"
    "  unused: 1\n"
    "calendar:\n"
    "  zone: Europe/Berlin\n"
    "  holidays: [2024-05-01]\n"
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
    "  - id: vague\n"
    "    title: Vague\n"
    "    on: Opportunity\n"
    "    severity: high\n"
    "    judged_when: open\n"
    "    violated_when: NextStep IN :words\n"
    "    says: \"Vague.\"\n"
    "    fix: \"Say more.\"\n";

Pack load(std::string text) {
  Diagnostics diagnostics;
  // Without examples every policy is a fault; they play no part here.
  for (std::size_t at = text.find("    fix:"); at != std::string::npos; at = text.find("    fix:", at + 1)) {
    text.insert(text.find('\n', at) + 1,
                "    examples:\n"
                "      - {given: {Amount: 1}, as_of: 2022-04-23, violated: true}\n"
                "      - {given: {Amount: 1}, as_of: 2022-04-23, violated: false}\n");
  }
  auto pack = load_pack_with(
      {.file = "house.yaml", .text = std::move(text)}, [](std::string_view) { return std::nullopt; }, {},
      diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << render_all(diagnostics, "");
  return pack.value_or(Pack{});
}

std::string replaced(std::string_view what, std::string_view by) {
  std::string text(kPack);
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

class PackDiffTest : public testing::Test {
 protected:
  void compare(const std::string& changed) {
    before_ = load(std::string(kPack));
    after_ = load(changed);
    diff_ = diff_packs(before_, after_);
  }
  const PolicyDiff& policy(std::string_view id) const {
    return *std::ranges::find_if(diff_.policies, [&](const PolicyDiff& of) { return of.any().id == id; });
  }
  std::vector<std::string> causes(std::string_view id) const {
    std::vector<std::string> names;
    for (const std::size_t cause : policy(id).causes) names.push_back(name_of(cause));
    return names;
  }
  std::string name_of(std::size_t change) const {
    return std::string(to_string(diff_.changes[change].kind)) + " " + diff_.changes[change].name;
  }

  Pack before_;
  Pack after_;
  PackDiff diff_;
};

TEST_F(PackDiffTest, FindsNothingBetweenAPackAndItself) {
  compare(std::string(kPack));
  EXPECT_THAT(diff_.changes, IsEmpty());
  EXPECT_THAT(causes("small-deal"), IsEmpty());
}

TEST_F(PackDiffTest, FollowsAParameterThroughDefinitionsToThePoliciesThatUseIt) {
  compare(replaced("floor: 200", "floor: 300"));
  ASSERT_EQ(diff_.changes.size(), 1U);
  EXPECT_EQ(diff_.changes[0].before, "200");
  EXPECT_EQ(diff_.changes[0].after, "300");
  EXPECT_THAT(causes("small-deal"), ElementsAre("parameter floor"));
  EXPECT_THAT(causes("vague"), IsEmpty());
  EXPECT_THAT(diff_.changes[0].used_by, ElementsAre(0U));
}

TEST_F(PackDiffTest, TellsWhichElementsOfAListCameAndWent) {
  compare(replaced("[tbd, later]", "[later, soon, never]"));
  EXPECT_THAT(diff_.changes[0].added, ElementsAre("soon", "never"));
  EXPECT_THAT(diff_.changes[0].taken, ElementsAre("tbd"));
}

TEST_F(PackDiffTest, ADefinitionIsACauseOfWhateverUsesIt) {
  compare(replaced("open: IsClosed = false", "open: IsClosed = false AND Amount > 0"));
  EXPECT_THAT(causes("small-deal"), ElementsAre("definition open"));
  EXPECT_THAT(causes("vague"), ElementsAre("definition open"));
}

TEST_F(PackDiffTest, SettingAConditionOutOtherwiseIsNoChange) {
  compare(replaced("violated_when: small", "violated_when: |\n      small\n"));
  EXPECT_THAT(diff_.changes, IsEmpty());
  compare(replaced("small: open AND Amount < :floor", "small: \"open   AND Amount<:floor\""));
  EXPECT_THAT(diff_.changes, IsEmpty());
}

TEST_F(PackDiffTest, AnyPolicyMayDependOnTheCalendar) {
  compare(replaced("[2024-05-01]", "[2024-05-01, 2024-12-25]"));
  EXPECT_THAT(causes("small-deal"), ElementsAre("calendar holidays"));
  EXPECT_THAT(causes("vague"), ElementsAre("calendar holidays"));
  EXPECT_THAT(diff_.changes[0].added, ElementsAre("2024-12-25"));
}

TEST_F(PackDiffTest, WhatOnlyOnePackHasRidesWithTheConditionThatNamesIt) {
  std::string text = replaced("floor: 200", "floor: 200\n  ceiling: 900");
  text.replace(text.find("violated_when: small"), 20, "violated_when: small AND Amount < :ceiling");
  compare(text);
  EXPECT_THAT(causes("small-deal"), ElementsAre("violated_when small-deal"));
  ASSERT_EQ(policy("small-deal").riders.size(), 1U);
  EXPECT_EQ(name_of(policy("small-deal").riders[0]), "parameter ceiling");
}

TEST_F(PackDiffTest, PoliciesComeGoAndAreSwitchedOff) {
  compare(replaced("id: vague\n", "id: vaguer\n"));
  EXPECT_THAT(causes("vague"), ElementsAre("policy vague"));
  EXPECT_EQ(diff_.changes[policy("vague").causes[0]].after, std::nullopt);
  EXPECT_EQ(diff_.changes[policy("vaguer").causes[0]].before, std::nullopt);
  compare(replaced("    severity: high\n", "    severity: high\n    enabled: false\n"));
  EXPECT_EQ(diff_.changes[policy("vague").causes[0]].after, "off");
  EXPECT_FALSE(policy("vague").judged_after());
}

TEST_F(PackDiffTest, WordingAndSeverityAreNoCauses) {
  std::string text = replaced("says: \"Vague.\"", "says: \"Too vague.\"\n    tell: manager");
  text.replace(text.find("severity: low"), 13, "severity: high");
  compare(text);
  EXPECT_THAT(diff_.changes, IsEmpty());
  EXPECT_THAT(policy("vague").wording, ElementsAre("says", "tell"));
  EXPECT_EQ(policy("small-deal").after->severity, Severity::kHigh);
}

TEST_F(PackDiffTest, OneChangeIsMadeAlone) {
  std::string text = replaced("floor: 200", "floor: 300");
  text.replace(text.find("open: IsClosed = false"), 22, "open: IsClosed = true");
  compare(text);
  EXPECT_THAT(causes("small-deal"), ElementsAre("parameter floor", "definition open"));
  const Pack floor = with_change(before_, after_, diff_.changes[policy("small-deal").causes[0]]);
  EXPECT_EQ(floor.parameters.at("floor").items[0].number, 300);
  EXPECT_EQ(floor.definitions[0].text.text, "IsClosed = false");
  const Pack open = with_change(before_, after_, diff_.changes[policy("small-deal").causes[1]]);
  EXPECT_EQ(open.parameters.at("floor").items[0].number, 200);
  EXPECT_EQ(open.definitions[0].text.text, "IsClosed = true");
}

}  // namespace
}  // namespace plumbline
