// Audiences and reminders of packs without faults: what they come to, loaded, extended and bound. Their
// faults are told by the files in tests/policies/packs.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "policies/bound_reminders.h"
#include "policies/load_pack_impl.h"
#include "source_dir.h"

namespace plumbline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kPolicy = R"(
policies:
  - id: late
    title: Late
    on: Opportunity
    severity: medium
    violated_when: CloseDate < TODAY
    says: Late.
    fix: Move it.
    examples:
      - {given: {CloseDate: 2022-04-22}, as_of: 2022-04-23, violated: true}
      - {given: {CloseDate: 2022-04-23}, as_of: 2022-04-23, violated: false}
)";

constexpr std::string_view kAudiences = R"(
parameters: {teams: [SMB], start: 2027-02-15}
calendar: {named: {red-green: {days: [15]}}}
audiences:
  forecasters: {on: User, where: "IsActive = true AND Team__c IN :teams"}
  leaders: {on: User, where: Sales_Role__c = 'VP'}
define:
  soon: TODAY + 7
)";

PackText file_of(std::string_view head, std::string_view reminders) {
  return {.file = "mine.yaml", .text = fmt::format("{}{}reminders:\n{}", head, kPolicy, reminders)};
}

Pack loaded(const PackText& text, PackExamples examples = PackExamples::kNeeded) {
  Diagnostics diagnostics;
  auto pack = load_pack(text, diagnostics, examples);
  EXPECT_TRUE(pack) << render_all(diagnostics, text.text);
  return pack ? *std::move(pack) : Pack{};
}

Pack with_reminders(std::string_view reminders) {
  return loaded(file_of(fmt::format("pack: mine{}", kAudiences), reminders));
}

Reminder only_reminder(std::string_view keys) {
  Pack pack = with_reminders(fmt::format("  - {{id: one, {}}}\n", keys));
  EXPECT_EQ(pack.reminders.size(), 1U);
  return pack.reminders.empty() ? Reminder{} : std::move(pack.reminders.front());
}

// --- audiences

TEST(Audiences, KeepTheirNameObjectConditionAndPack) {
  const Pack pack =
      with_reminders("  - {id: one, every: FREQ=DAILY, at: \"09:00\", to: forecasters, says: Hi.}\n");
  ASSERT_EQ(pack.audiences.size(), 2U);
  EXPECT_EQ(pack.audiences[0].name, "forecasters");
  EXPECT_EQ(pack.audiences[0].members.object, "User");
  EXPECT_EQ(pack.audiences[0].members.where->text, "IsActive = true AND Team__c IN :teams");
  EXPECT_EQ(pack.audiences[0].pack, "mine");
}

TEST(Audiences, SalesOperationsMayBeTold) {
  const Pack pack =
      loaded({.file = "mine.yaml", .text = fmt::format("pack: mine{}    tell: sales_operations\n", kPolicy)});
  EXPECT_EQ(pack.policies.front().tell, "sales_operations");
}

TEST(Audiences, OneOfTheSameNameReplacesThatOfTheExtendedPackAlsoAsAWord) {
  const Pack pack = loaded({.file = "mine.yaml",
                            .text = "pack: mine\nextends: sales-kickoff\naudiences: {core_team: {on: User, "
                                    "where: Team__c = 'Events'}}\n"});
  const auto core = std::ranges::find(pack.audiences, "core_team", &Audience::name);
  ASSERT_NE(core, pack.audiences.end());
  EXPECT_EQ(core->members.where->text, "Team__c = 'Events'");
  EXPECT_EQ(core->pack, "mine");
  EXPECT_EQ(std::ranges::count(pack.audiences, "core_team", &Audience::name), 1);
  const auto word = std::ranges::find(pack.definitions, "core_team", &Definition::name);
  EXPECT_EQ(word->text.text, "Team__c = 'Events'");
  EXPECT_FALSE(pack.keeps_base);
}

// --- reminders, loaded

TEST(Reminders, WithARuleKeepRuleTimesAndRecipients) {
  const Reminder reminder = only_reminder(
      "title: Forecast, every: FREQ=WEEKLY;BYDAY=WE, at: [\"15:00\", \"09:00\"], to: [forecasters, leaders], "
      "unless: Team__c = 'CS', says: Go., section: Forecast");
  EXPECT_EQ(reminder.title, "Forecast");
  EXPECT_EQ(reminder.pack, "mine");
  EXPECT_EQ(reminder.kind, ReminderDays::kRecurrence);
  EXPECT_EQ(reminder.every, parse_recurrence("FREQ=WEEKLY;BYDAY=WE").value());
  EXPECT_THAT(reminder.at, ElementsAre(hours{9}, hours{15}));
  EXPECT_THAT(reminder.to, ElementsAre("forecasters", "leaders"));
  EXPECT_EQ(reminder.unless->text, "Team__c = 'CS'");
  EXPECT_EQ(reminder.section, "Forecast");
  EXPECT_TRUE(reminder.is_about_those_told());
  EXPECT_FALSE(reminder.is_list());
  EXPECT_TRUE(reminder.enabled);
  EXPECT_EQ(describe_times(reminder), "every week on Wednesday, at 09:00 and 15:00");
}

TEST(Reminders, OnTheDaysOfACalendar) {
  const Reminder all = only_reminder("calendar: red-green, at: \"08:30\", to: leaders, says: Go.");
  EXPECT_EQ(all.kind, ReminderDays::kCalendar);
  EXPECT_EQ(all.calendar, "red-green");
  EXPECT_EQ(all.of_month, MonthChoice::kAll);
  EXPECT_THAT(all.at, ElementsAre(hours{8} + minutes{30}));
  EXPECT_EQ(describe_times(all), "every red-green day, at 08:30");
  const Reminder first =
      only_reminder("calendar: working-days, of_month: first, at: \"00:00\", to: leaders, says: Go.");
  EXPECT_EQ(first.of_month, MonthChoice::kFirst);
  EXPECT_EQ(describe_times(first), "the first working day of each month, at 00:00");
}

TEST(Reminders, OnDaysWorkedOut) {
  const Reminder one = only_reminder("days: Start_Date__c + 83, at: \"23:59\", to: leaders, says: Go.");
  EXPECT_EQ(one.kind, ReminderDays::kWorkedOut);
  ASSERT_EQ(one.days.size(), 1U);
  EXPECT_EQ(one.days[0].text, "Start_Date__c + 83");
  EXPECT_EQ(describe_times(one), "on Start_Date__c + 83, at 23:59");
  const Reminder several =
      only_reminder("days: [\":start - 14\", \":start - 7\"], at: \"09:00\", to: leaders, says: Go.");
  EXPECT_EQ(describe_times(several), "on :start - 14, :start - 7, at 09:00");
}

TEST(Reminders, WithinASpanOfDays) {
  const Reminder reminder = only_reminder(
      "every: FREQ=WEEKLY;INTERVAL=2;BYDAY=MO, from: \":start - 90\", until: \":start - 1\", at: \"09:00\", "
      "to: leaders, "
      "says: Go.");
  EXPECT_EQ(describe_times(reminder),
            "every 2 weeks on Monday, from :start - 90, until :start - 1, at 09:00");
}

TEST(Reminders, ThatListRecords) {
  const Reminder reminder = only_reminder(
      "calendar: working-days, at: \"09:00\", about: {on: Opportunity, where: CloseDate = TODAY}, to: "
      "[owner, manager], "
      "says: Today., line: \"{Name}\", order: [StageName DESC, amount asc, CloseDate], totals: {worth: "
      "Amount}");
  EXPECT_TRUE(reminder.is_list());
  EXPECT_FALSE(reminder.is_about_those_told());
  EXPECT_EQ(reminder.records->object, "Opportunity");
  ASSERT_EQ(reminder.order.size(), 3U);
  EXPECT_TRUE(reminder.order[0].descending);
  EXPECT_EQ(reminder.order[0].by.text, "StageName ");
  EXPECT_FALSE(reminder.order[1].descending);
  EXPECT_EQ(reminder.order[1].by.text, "amount ");
  EXPECT_EQ(reminder.order[2].by.text, "CloseDate");
  EXPECT_EQ(reminder.totals.at(0).name, "worth");
}

// --- reminders of an extended pack

TEST(ExtendedReminders, AreInheritedWithTheirPack) {
  const Pack pack = loaded({.file = "mine.yaml", .text = "pack: mine\nextends: onboarding\nreminders: []\n"});
  EXPECT_EQ(pack.reminders.size(), 6U);
  EXPECT_EQ(pack.reminders.front().pack, "onboarding");
  EXPECT_EQ(pack.reminders.front().changed_in, "");
}

TEST(ExtendedReminders, ChangeKeyByKey) {
  const Pack pack = loaded({.file = "mine.yaml", .text = R"(pack: mine
extends: sales-kickoff
reminders:
  - {id: kickoff-reinforcement, enabled: false}
  - {id: kickoff-planning-weekly, at: "10:30"}
  - {id: kickoff-planning-monthly, calendar: working-days, of_month: first}
  - {id: kickoff-thanks, days: ":event_start + 4", at: "17:00", to: kickoff, says: Thank you.}
)"});
  const auto find = [&](std::string_view id) {
    return *std::ranges::find(pack.reminders, id, &Reminder::id);
  };
  EXPECT_FALSE(find("kickoff-reinforcement").enabled);
  EXPECT_EQ(find("kickoff-reinforcement").changed_in, "mine");
  EXPECT_EQ(describe_times(find("kickoff-planning-weekly")),
            "every week on Tuesday, from third_quarter, until fourth_quarter - 1, at 10:30");
  EXPECT_EQ(describe_times(find("kickoff-planning-monthly")),
            "the first working day of each month, at 09:00");
  EXPECT_EQ(find("kickoff-thanks").pack, "mine");
  EXPECT_EQ(find("kickoff-status-monthly").changed_in, "");
}

// --- those of the Commercial Sales handbook

TEST(CommercialSalesReminders, ComeWhenTheyShould) {
  const Pack pack = loaded(shipped_pack("commercial-sales").value());
  std::vector<std::string> found;
  for (const Reminder& reminder : pack.reminders)
    found.push_back(
        fmt::format("{}: {} to {}", reminder.id, describe_times(reminder), fmt::join(reminder.to, ", ")));
  EXPECT_THAT(found,
              ElementsAre("forecast-weekly: every week on Wednesday, at 09:00 and 15:00 to forecasters",
                          "forecast-weekly-summary: every week on Wednesday, at 17:00 to manager",
                          "next-steps-morning: every working day, at 09:00 to owner",
                          "red-green-meeting: every red-green day, at 08:30 to owner, manager",
                          "red-green-lookback: the first red-green day of each month, at 08:30 to manager",
                          "pipeline-weekly: every week on Monday, at 09:00 to manager",
                          "pipeline-weekly-multiplier: every week on Monday, at 09:00 to manager"));
}

TEST(CommercialSalesReminders, AreChangedByTheExampleOfAnOrganisationsPack) {
  std::ifstream file(fmt::format("{}/docs/examples/northern-sales.yaml", PLUMBLINE_SOURCE_DIR));
  const Pack pack =
      loaded({.file = "northern-sales.yaml", .text = std::string(std::istreambuf_iterator<char>(file), {})});
  ASSERT_EQ(pack.reminders.size(), 7U);
  EXPECT_THAT(pack.reminders.front().at, ElementsAre(hours{10}, hours{15}));
  EXPECT_THAT(pack.reminders.front().to, ElementsAre("forecasters"));
  EXPECT_FALSE(pack.reminders.back().enabled);
}

// --- what an audit does not pay for

TEST(ReminderCost, ShippedPacksComeWithoutThemWhereOnlyJudgingIsAskedFor) {
  const PackText text = shipped_pack("sales-kickoff").value();
  EXPECT_THAT(loaded(text, PackExamples::kNotNeeded).reminders, IsEmpty());
  EXPECT_EQ(loaded(text, PackExamples::kNotNeeded).audiences.size(), 5U);
}

TEST(ReminderCost, ChangesOfThemAreCheckedAllTheSame) {
  const PackText text{
      .file = "mine.yaml",
      .text = "pack: mine\nextends: sales-kickoff\nreminders: [{id: kickoff-thanks, at: \"09:00\"}]\n"};
  Diagnostics diagnostics;
  EXPECT_FALSE(load_pack(text, diagnostics, PackExamples::kNotNeeded));
  EXPECT_THAT(render_all(diagnostics, text.text), HasSubstr("sales-kickoff has no reminder kickoff-thanks"));
}

// --- bound

struct Bindings {
  Diagnostics diagnostics{};
  Schema schema = Schema::standard();
  BoundReminders bound{};
};

std::unique_ptr<Bindings> bound_reminders(std::string_view reminders) {
  auto result = std::make_unique<Bindings>();
  result->bound = bind_reminders(std::make_shared<const Pack>(with_reminders(reminders)), result->schema, {},
                                 result->diagnostics);
  EXPECT_TRUE(result->diagnostics.empty()) << render_all(result->diagnostics, "");
  return result;
}

TEST(BoundReminders, AreThoseThatAreSwitchedOn) {
  const auto result = bound_reminders(R"(
  - {id: one, every: FREQ=DAILY, at: "09:00", to: leaders, says: Hi., enabled: false}
  - {id: two, every: FREQ=DAILY, at: "09:00", to: leaders, says: Hi.}
)");
  ASSERT_EQ(result->bound.reminders.size(), 1U);
  EXPECT_EQ(result->bound.reminders[0].reminder->id, "two");
  EXPECT_EQ(result->bound.audiences.size(), 2U);
  EXPECT_TRUE(result->bound.audiences[0].where);
}

TEST(BoundReminders, OfAPlainOneAreOverTheRecord) {
  const auto result = bound_reminders(
      "  - {id: one, days: [soon, CloseDate - 1], at: \"09:00\", about: {on: Opportunity, where: IsWon}, to: "
      "owner, "
      "unless: Amount = 0, says: \"{Name} closes.\"}\n");
  const BoundReminder& one = result->bound.reminders.at(0);
  EXPECT_EQ(result->schema.object(one.object).name, "Opportunity");
  EXPECT_TRUE(one.where && one.unless);
  ASSERT_EQ(one.days.size(), 2U);
  EXPECT_EQ(one.days[1]->type, ValueType::kDate);
  EXPECT_EQ(one.says.pieces.size(), 2U);
  EXPECT_FALSE(one.heading);
}

TEST(BoundReminders, OfAListHaveAHeadingOverThePersonAndItsTotals) {
  const auto result = bound_reminders(
      "  - {id: one, calendar: red-green, at: \"09:00\", about: {on: Opportunity}, to: manager, by: "
      "StageName, "
      "totals: {worth: Amount, won: IsWon}, says: \"{Name}: {Records}, {worth}, {won * 2}, {worth / "
      "won}\"}\n");
  const BoundReminder& one = result->bound.reminders.at(0);
  ASSERT_TRUE(one.heading);
  const ObjectSchema& person = one.heading->schema->object(one.heading->object);
  EXPECT_EQ(person.name, "User");
  EXPECT_EQ(person.fields.at(person.find("worth").value()).type, FieldType::kMoney);
  EXPECT_EQ(person.fields.at(person.find("won").value()).type, FieldType::kNumber);
  EXPECT_EQ(one.says.pieces.at(0).expression->name, "Name");
  EXPECT_EQ(one.by->type, ValueType::kText);
  ASSERT_EQ(one.totals.size(), 2U);
  EXPECT_EQ(one.totals[1].value->type, ValueType::kBoolean);
}

TEST(BoundReminders, AboutAnAudienceTakeItsCondition) {
  const auto result = bound_reminders(
      "  - {id: one, days: Start_Date__c, at: \"09:00\", about: forecasters, to: [owner, manager], says: "
      "\"{Name}\"}\n");
  const BoundReminder& one = result->bound.reminders.at(0);
  EXPECT_EQ(result->schema.object(one.object).name, "User");
  ASSERT_TRUE(one.where);
  const auto team = result->schema.object(one.object).find("Team__c");
  EXPECT_TRUE(one.needs.passing.at(one.object).contains(*team));
}

}  // namespace
}  // namespace plumbline
