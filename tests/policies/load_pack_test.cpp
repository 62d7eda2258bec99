// One small file a mistake: tests/policies/packs/NAME.yaml is the mistake, NAME.expected what is said of it.
// With PLUMBLINE_BLESS set in the environment the expected texts are written anew, for a person to read.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/crypto.h"
#include "policies/bound_pack.h"
#include "policies/bound_reminders.h"
#include "policies/examples.h"
#include "policies/load_pack_impl.h"
#include "source_dir.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

const fs::path kFolder = fs::path(PLUMBLINE_SOURCE_DIR) / "tests/policies/packs";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Everything that can be wrong with a pack, as `plumbline policy check` finds it.
std::string faults_of(const PackText& text) {
  Diagnostics diagnostics;
  if (auto pack = load_pack_to_check(text, diagnostics)) {
    const auto shared = std::make_shared<const Pack>(std::move(*pack));
    const Schema schema = Schema::standard();
    bind_pack(shared, schema, {}, diagnostics);
    bind_reminders(shared, schema, {}, diagnostics);
    check_examples(*shared, schema, diagnostics);
  }
  return render_all(diagnostics, text.text);
}

class PackMistakeTest : public testing::TestWithParam<std::string> {};

TEST_P(PackMistakeTest, IsReportedAsExpected) {
  const fs::path pack = kFolder / (GetParam() + ".yaml");
  const fs::path expected = kFolder / (GetParam() + ".expected");
  const std::string found = faults_of({.file = pack.filename().string(), .text = read_file(pack)});
  if (std::getenv("PLUMBLINE_BLESS") != nullptr) std::ofstream(expected, std::ios::binary) << found;
  EXPECT_FALSE(found.empty());
  EXPECT_EQ(found, read_file(expected));
}

std::vector<std::string> mistakes() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Packs, PackMistakeTest, testing::ValuesIn(mistakes()),
                         [](const auto& mistake) { return mistake.param; });

TEST(PackMistakes, TenFaultsOfOneFileAreToldInOneRun) {
  const std::string found =
      faults_of({.file = "ten_faults.yaml", .text = read_file(kFolder / "ten_faults.yaml")});
  std::size_t errors = 0;
  for (std::size_t at = found.find(": error: "); at != std::string::npos;
       at = found.find(": error: ", at + 1))
    ++errors;
  EXPECT_GE(errors, 10U) << found;
}

// What a pack without faults comes to.

constexpr std::string_view kExamples = R"(
    examples:
      - {given: {CloseDate: 2022-04-22}, as_of: 2022-04-23, violated: true}
      - {given: {CloseDate: 2022-04-23}, as_of: 2022-04-23, violated: false}
)";

std::string policy_text(std::string_view more = {}) {
  return fmt::format(R"(
policies:
  - id: late
    title: Late
    on: Opportunity
    severity: medium
    violated_when: CloseDate < TODAY
    says: Late.
    fix: Move it.{}{})",
                     more, kExamples);
}

PackText file_of(std::string text) { return {.file = "mine.yaml", .text = std::move(text)}; }

// A pack whose loading must succeed.
Pack loaded(const PackText& text) {
  Diagnostics diagnostics;
  auto pack = load_pack(text, diagnostics);
  EXPECT_TRUE(pack) << render_all(diagnostics, text.text);
  EXPECT_TRUE(diagnostics.empty());
  return pack ? std::move(*pack) : Pack{};
}

Pack with_parameters(std::string_view parameters) {
  return loaded(file_of(fmt::format("pack: mine\nparameters:\n{}{}", parameters, policy_text())));
}

Value scalar(const Pack& pack, std::string_view name) {
  return pack.parameters.find(name)->second.items.at(0);
}

TEST(PackParameter, PlainDigitsAreANumber) {
  const Pack pack = with_parameters("  days: 30\n  share: -1.5\n");
  EXPECT_EQ(scalar(pack, "days").number, 30);
  EXPECT_EQ(scalar(pack, "share").number, -1.5);
}

TEST(PackParameter, QuotedDigitsAreText) {
  const Pack pack = with_parameters("  days: \"30\"\n");
  EXPECT_EQ(scalar(pack, "days").type, ValueType::kText);
  EXPECT_EQ(scalar(pack, "days").text, "30");
}

TEST(PackParameter, TrueAndFalseAreBoolean) {
  const Pack pack = with_parameters("  yes: true\n  no: FALSE\n");
  EXPECT_EQ(scalar(pack, "yes").type, ValueType::kBoolean);
  EXPECT_TRUE(scalar(pack, "yes").boolean);
  EXPECT_FALSE(scalar(pack, "no").boolean);
}

TEST(PackParameter, IsoDaysAndMomentsAreTimes) {
  const Pack pack = with_parameters("  day: 2022-04-30\n  at: 2022-04-30T09:00:00Z\n");
  EXPECT_EQ(scalar(pack, "day").day, make_day(2022, 4, 30));
  EXPECT_EQ(scalar(pack, "at").instant, parse_instant("2022-04-30T09:00:00Z"));
}

TEST(PackParameter, OtherWordsAreText) {
  const Pack pack = with_parameters("  stage: 1-Discovery\n  word: nan\n");
  EXPECT_EQ(scalar(pack, "stage").text, "1-Discovery");
  EXPECT_EQ(scalar(pack, "word").text, "nan");
}

TEST(PackParameter, NothingIsNull) {
  const Pack pack = with_parameters("  budget: null\n  quota:\n");
  EXPECT_TRUE(scalar(pack, "budget").is_null());
  EXPECT_TRUE(scalar(pack, "quota").is_null());
}

TEST(PackParameter, ListsKeepTheirOrder) {
  const Pack pack = with_parameters("  stages: [b, a, null]\n");
  const Parameter& stages = pack.parameters.at("stages");
  ASSERT_EQ(stages.items.size(), 3U);
  EXPECT_EQ(stages.kind, Parameter::Kind::kList);
  EXPECT_EQ(stages.items[0].text, "b");
  EXPECT_EQ(stages.items[1].text, "a");
  EXPECT_TRUE(stages.items[2].is_null());
}

TEST(PackParameter, MapsKeepTheirKeys) {
  const Pack pack = with_parameters("  limits: {SMB: 5000, Mid-Market: 10000}\n");
  const Parameter& limits = pack.parameters.at("limits");
  ASSERT_EQ(limits.entries.size(), 2U);
  EXPECT_EQ(limits.entries[1].first, "Mid-Market");
  EXPECT_EQ(limits.entries[1].second.number, 10000);
}

TEST(PackPolicy, SpansOfTimeAreRead) {
  const auto fresh = [](std::string_view written) {
    return loaded(file_of("pack: mine" + policy_text(fmt::format("\n    fresh_within: {}", written))))
        .policies.at(0)
        .fresh_within;
  };
  EXPECT_EQ(fresh("24 hours"), std::chrono::hours{24});
  EXPECT_EQ(fresh("2 days"), std::chrono::days{2});
  EXPECT_EQ(fresh("30 minutes"), std::chrono::minutes{30});
  EXPECT_EQ(fresh("1 week"), std::chrono::weeks{1});
}

TEST(PackPolicy, KnowsThePackAndDocumentItIsFrom) {
  const Pack pack = loaded(file_of("pack: mine\nsource: {document: Handbook}" + policy_text()));
  EXPECT_EQ(pack.policies.at(0).pack, "mine");
  EXPECT_EQ(pack.policies.at(0).document, "Handbook");
}

TEST(PackPolicy, MayTellAnAudienceOfThePack) {
  const Pack pack = loaded(file_of("pack: mine\naudiences: {desk: {on: User, where: IsActive = true}}" +
                                   policy_text("\n    tell: desk")));
  EXPECT_EQ(pack.policies.at(0).tell, "desk");
}

TEST(PackPolicy, TellsTheOwnerUnlessItSaysOtherwise) {
  EXPECT_EQ(loaded(file_of("pack: mine" + policy_text())).policies.at(0).tell, "owner");
}

TEST(PackCalendar, IsFilledFromItsKeys) {
  const Pack pack = loaded(file_of(R"(pack: mine
calendar:
  fiscal_year_starts: 7
  fiscal_year_named_by: start
  week_starts: Sunday
  zone: europe/berlin
  holidays: [2022-12-26, 2022-01-01, 2022-12-26]
  named: {red-green: {days: [15-or-weekday-before, last-5-working-days]}})" +
                                   policy_text()));
  EXPECT_EQ(pack.calendar.fiscal_year_starts, 7U);
  EXPECT_EQ(pack.calendar.fiscal_year_named_by, FiscalYearName::kStartYear);
  EXPECT_EQ(pack.calendar.week_starts, std::chrono::Sunday);
  EXPECT_EQ(pack.calendar.zone, "Europe/Berlin");
  EXPECT_THAT(pack.calendar.holidays, ElementsAre(make_day(2022, 1, 1), make_day(2022, 12, 26)));
  EXPECT_EQ(pack.calendar.named.at("red-green").rules.size(), 2U);
}

TEST(PackAmounts, AreFaceValueUnlessConverted) {
  EXPECT_FALSE(loaded(file_of("pack: mine\namounts: face" + policy_text())).amounts_converted);
  EXPECT_TRUE(loaded(file_of("pack: mine\namounts: converted" + policy_text())).amounts_converted);
}

TEST(PackHash, IsOfTheTextAfterItsLength) {
  const PackText text = file_of("pack: mine" + policy_text());
  EXPECT_EQ(loaded(text).hash, sha256_hex(fmt::format("{}:{}", text.text.size(), text.text)));
}

// Extending.

const Policy* find_policy(const Pack& pack, std::string_view id) {
  const auto found = std::ranges::find(pack.policies, id, &Policy::id);
  return found == pack.policies.end() ? nullptr : &*found;
}

TEST(ExtendingPack, KeepsWhatItDoesNotChange) {
  const Pack pack = loaded(file_of("pack: mine\nextends: essentials\n"));
  const Pack base = loaded(shipped_pack("essentials").value());
  EXPECT_EQ(pack.policies.size(), base.policies.size());
  EXPECT_EQ(pack.name, "mine");
  EXPECT_EQ(pack.extends, "essentials");
  EXPECT_EQ(scalar(pack, "inactive_days").number, 30);
}

TEST(ExtendingPack, ChangesSeverityAndWording) {
  const Pack pack = loaded(file_of(
      "pack: mine\nextends: essentials\npolicies:\n  - {id: no-amount, severity: low, says: No money.}\n"));
  const Policy* policy = find_policy(pack, "no-amount");
  ASSERT_NE(policy, nullptr);
  EXPECT_EQ(policy->severity, Severity::kLow);
  EXPECT_EQ(policy->says.text, "No money.");
  EXPECT_EQ(policy->changed_in, "mine");
  EXPECT_EQ(policy->pack, "essentials");
}

TEST(ExtendingPack, DisablesAPolicy) {
  const Pack pack =
      loaded(file_of("pack: mine\nextends: essentials\npolicies:\n  - {id: untouched, enabled: false}\n"));
  EXPECT_FALSE(find_policy(pack, "untouched")->enabled);
}

TEST(ExtendingPack, OverridesAParameterOfTheSameKind) {
  const Pack pack = loaded(file_of("pack: mine\nextends: essentials\nparameters: {inactive_days: 45}\n"));
  EXPECT_EQ(scalar(pack, "inactive_days").number, 45);
  EXPECT_EQ(pack.parameters.at("inactive_days").overridden_in, "mine");
  EXPECT_EQ(pack.parameters.at("push_days").overridden_in, "");
}

TEST(ExtendingPack, AddsAParameterItUses) {
  const Pack pack = loaded(file_of(R"(pack: mine
extends: essentials
parameters: {grace: 3}
policies:
  - id: late
    title: Late
    on: Opportunity
    severity: low
    violated_when: CloseDate < TODAY - :grace
    says: Late.
    fix: Move it.)" + std::string(kExamples)));
  EXPECT_EQ(scalar(pack, "grace").number, 3);
  EXPECT_EQ(find_policy(pack, "late")->pack, "mine");
}

TEST(ExtendingPack, OverridesCalendarKeysOneByOne) {
  const Pack pack = loaded(file_of("pack: mine\nextends: essentials\ncalendar: {fiscal_year_starts: 4}\n"));
  EXPECT_EQ(pack.calendar.fiscal_year_starts, 4U);
  EXPECT_EQ(pack.calendar.week_starts, std::chrono::Monday);
}

TEST(ExtendingPack, LeavesUntouchedWhatItNeitherChangesNorGivesAnotherMeaning) {
  const auto untouched = [](std::string_view id, std::string_view more) {
    const Pack pack = loaded(file_of(fmt::format("pack: mine\nextends: essentials\n{}", more)));
    const Policy* const policy = find_policy(pack, id);
    return policy != nullptr && is_untouched(pack, *policy);
  };
  const std::string_view changes = "policies:\n  - {id: no-amount, zone: UTC}\n";
  EXPECT_TRUE(untouched("no-amount", ""));
  EXPECT_TRUE(untouched("untouched", changes));
  EXPECT_FALSE(untouched("no-amount", changes));
  EXPECT_FALSE(untouched("no-amount", "parameters: {inactive_days: 45}\n"));
  EXPECT_FALSE(untouched("no-amount", "calendar: {fiscal_year_starts: 4}\n"));
  EXPECT_FALSE(untouched("no-amount", "define: {big: Amount > 5}\n"));
  EXPECT_FALSE(untouched("no-amount", "amounts: converted\n"));
}

TEST(Pack, OfItsOwnLeavesNothingUntouched) {
  const Pack pack = loaded(shipped_pack("essentials").value());
  EXPECT_FALSE(is_untouched(pack, pack.policies.front()));
}

TEST(ExtendingPack, HashCoversBothTexts) {
  const PackText base = shipped_pack("essentials").value();
  const PackText own = file_of("pack: mine\nextends: essentials\n");
  EXPECT_EQ(loaded(own).hash,
            sha256_hex(fmt::format("{}:{}{}:{}", base.text.size(), base.text, own.text.size(), own.text)));
}

TEST(ExtendingPack, HoldsItsOwnFileLast) {
  const Pack pack = loaded(file_of("pack: mine\nextends: essentials\n"));
  ASSERT_EQ(pack.files.size(), 2U);
  EXPECT_EQ(pack.files[0]->name, "essentials.yaml");
  EXPECT_EQ(pack.files[1]->name, "mine.yaml");
}

TEST(ExtendingPack, ReportsPacksThatExtendEachOtherInACircle) {
  const std::map<std::string, std::string, std::less<>> texts = {{"a", "pack: a\nextends: b\n"},
                                                                 {"b", "pack: b\nextends: a\n"}};
  const PackFinder find = [&](std::string_view name) -> std::optional<PackText> {
    const auto found = texts.find(name);
    if (found == texts.end()) return std::nullopt;
    return PackText{.file = found->first + ".yaml", .text = found->second};
  };
  Diagnostics diagnostics;
  EXPECT_FALSE(load_pack_with(*find("a"), find, {"a", "b"}, diagnostics));
  EXPECT_THAT(render_all(diagnostics, ""),
              HasSubstr("b.yaml:2:10: error: packs extend each other in a circle: a → b → a [PB151]"));
}

TEST(ExtendingPack, IsRefusedBehindTooLongAChain) {
  const PackFinder find = [](std::string_view name) {
    return std::optional(
        PackText{.file = std::string(name), .text = fmt::format("pack: {0}\nextends: {0}1\n", name)});
  };
  Diagnostics diagnostics;
  EXPECT_FALSE(load_pack_with(*find("p"), find, {}, diagnostics));
  EXPECT_THAT(render_all(diagnostics, ""), HasSubstr("more than 8 packs extend one another"));
}

}  // namespace
}  // namespace plumbline
