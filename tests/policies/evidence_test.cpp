// What verdicts show beside the bare answer: fields the conditions read, and amounts in their currency.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "policies/judge.h"
#include "tests/policies/small_table.h"

namespace plumbline {
namespace {

using testing::Contains;
using testing::ElementsAre;

// A pack of one policy on opportunities; `extra` stands among the pack's keys.
std::string pack_text(std::string_view name, std::string_view condition, std::string_view says,
                      std::string_view extra = "") {
  return fmt::format(R"(
pack: {}
title: Evidence
source: {{document: Tests}}
{}
policies:
  - id: the-policy
    title: The policy
    on: Opportunity
    severity: low
    violated_when: |-
      {}
    says: "{}"
    fix: Fix.
    section: Tests
    examples:
      - {{given: {{Name: a}}, as_of: 2026-03-18, violated: true}}
      - {{given: {{Name: b}}, as_of: 2026-03-18, violated: false}}
)",
                     name, extra, condition, says);
}

class World {
 public:
  void add(const std::string& text, const std::vector<DerivedField>& derived = {}) {
    Diagnostics diagnostics;
    auto loaded = load_pack({.file = "evidence.yaml", .text = text}, diagnostics);
    EXPECT_TRUE(loaded) << render_all(diagnostics, text);
    packs_.push_back(std::make_unique<BoundPack>(
        bind_pack(std::make_shared<const Pack>(std::move(*loaded)), *schema_, derived, diagnostics)));
    EXPECT_FALSE(diagnostics.has_errors()) << render_all(diagnostics, text);
    needs_.add(packs_.back()->needs);
  }

  void add_table(std::string_view object, const std::vector<std::string>& fields, const TableRows& rows) {
    tables_.resize(schema_->object_count());
    tables_[*schema_->find_object(object)] = small_table(*schema_, object, fields, rows);
  }

  std::vector<Verdict> judge_all() {
    const auto snapshot = Snapshot::build(schema_, std::move(tables_), needs_);
    std::vector<const BoundPack*> packs;
    for (const auto& pack : packs_) packs.push_back(pack.get());
    std::vector<Verdict> verdicts;
    judge(packs, *snapshot, {.now = *parse_instant("2026-03-18T12:00:00Z")}, [&](const Verdict& verdict) {
      verdicts.push_back(verdict);
      return SinkAnswer::kMore;
    });
    return verdicts;
  }

  const Schema& schema() const { return *schema_; }

 private:
  std::shared_ptr<const Schema> schema_ = std::make_shared<const Schema>(Schema::standard());
  std::vector<std::unique_ptr<BoundPack>> packs_;
  DataNeeds needs_;
  std::vector<std::unique_ptr<Table>> tables_;
};

const std::vector<std::string> kFields = {"Id",        "Name",   "AccountId",
                                          "StageName", "Amount", "CurrencyIsoCode"};

TEST(Evidence, ADerivedFieldOfARelatedRowIsShownOfTheFirstMatchingRow) {
  World world;
  const auto object = *world.schema().find_object("Opportunity");
  const std::vector<DerivedField> derived = {{.object = object,
                                              .field = *world.schema().object(object).find("IsClosed"),
                                              .text = {.text = "StageName = 'Won'", .file = nullptr}}};
  world.add(
      pack_text("one", "Name = 'First' OR EXISTS(Account.Opportunities WHERE IsClosed = true)", "Says."),
      derived);
  world.add_table("Account", {"Id", "Name"}, {{"001R00000000001", "Acme"}, {"001R00000000002", "Bell"}});
  // The first is violated without any look at related rows, so that none has been visited yet.
  world.add_table("Opportunity", kFields,
                  {{"006R00000000001", "First", "001R00000000002", "Open", "", ""},
                   {"006R00000000002", "Second", "001R00000000001", "Open", "", ""},
                   {"006R00000000003", "Third", "001R00000000001", "Won", "", ""}});
  const std::vector<Verdict> verdicts = world.judge_all();
  ASSERT_EQ(verdicts.size(), 3U);
  EXPECT_THAT(verdicts[0].evidence, ElementsAre(EvidenceItem{"Name", std::string("First")}));
  EXPECT_THAT(verdicts[1].evidence, Contains(EvidenceItem{"Account.Opportunities.IsClosed", true}));
}

TEST(Evidence, AConvertedPackShowsAFieldInItsOwnCurrencyAndASumInNone) {
  World world;
  world.add(pack_text("one", "Amount > 5500", "{Amount}, {Amount * 1} and {CONVERTED(Amount)}",
                      "amounts: converted"));
  world.add_table("CurrencyType", {"IsoCode", "ConversionRate"}, {{"USD", "1"}, {"EUR", "0.9"}});
  world.add_table("Opportunity", kFields, {{"006R00000000001", "First", "", "Open", "5000", "EUR"}});
  const std::vector<Verdict> verdicts = world.judge_all();
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts[0].message, "EUR 5,000, 5555.56 and 5,555.56");
}

TEST(Evidence, EachPackKeepsItsOwnCalendar) {
  World world;
  const std::string condition = "FISCAL_QUARTER_START(TODAY, 0) = ";
  world.add(pack_text("one", condition + "2026-02-01", "Says.", "calendar: {fiscal_year_starts: 2}"));
  world.add(pack_text("two", condition + "2026-03-01", "Says.", "calendar: {fiscal_year_starts: 3}"));
  world.add(pack_text("three", condition + "2026-02-01", "Says.", "calendar: {fiscal_year_starts: 1}"));
  world.add_table("Opportunity", kFields, {{"006R00000000001", "First", "", "Open", "", ""}});
  std::vector<std::string> packs;
  for (const Verdict& verdict : world.judge_all()) packs.push_back(verdict.pack);
  EXPECT_THAT(packs, ElementsAre("one", "two"));
}

TEST(Evidence, RowsThatNameNoReadableParentDecideNoCountThatIsLargeEnoughWithoutThem) {
  World world;
  world.add(pack_text("one", "COUNT(Tasks) >= 1", "Says."));
  world.add(pack_text("two", "COUNT(Tasks) >= 2", "Says."));
  world.add(pack_text("three", "COUNT(Tasks) < 1", "Says."));
  world.add_table("Opportunity", kFields, {{"006R00000000001", "First", "", "Open", "", ""}});
  world.add_table("Task", {"Id", "WhatId"},
                  {{"00TR00000000001", "006R00000000001"}, {"00TR00000000002", "\xFF\xFE"}});
  std::vector<std::string> packs;
  for (const Verdict& verdict : world.judge_all()) packs.push_back(verdict.pack);
  EXPECT_THAT(packs, ElementsAre("one"));
}

TEST(Evidence, AUserWhoseEmailCannotBeReadIsNotAccusedOfHavingNoRows) {
  World world;
  std::string text = pack_text("one", "NOT EXISTS(Milestones)", "Says.");
  text.replace(text.find("on: Opportunity"), std::string("on: Opportunity").size(), "on: User");
  world.add(text);
  world.add_table("User", {"Id", "Email"},
                  {{"005R00000000001", "ada@example.com"},
                   {"005R00000000002", "\xFF\xFE"},
                   {"005R00000000003", "cyd@example.com"}});
  world.add_table("Milestone", {"UserEmail", "Milestone"}, {{"ADA@example.com", "Workshop"}});
  std::vector<std::string> users;
  for (const Verdict& verdict : world.judge_all()) users.push_back(verdict.record_id);
  EXPECT_THAT(users, ElementsAre("005R00000000003"));
}

TEST(Evidence, AnAggregateIsNamedAsItIsWrittenSoThatTwoOfOneRelationshipAreBothShown) {
  World world;
  world.add(pack_text("one", "COUNT(Tasks) > COUNT(Tasks WHERE Subject =  'Call')", "Says."));
  world.add_table("Opportunity", {"Id", "Name", "OwnerId"}, {{"006R00000000001", "Deal", ""}});
  world.add_table(
      "Task", {"Id", "WhatId", "Subject"},
      {{"00TR00000000001", "006R00000000001", "Call"}, {"00TR00000000002", "006R00000000001", "Mail"}});
  const std::vector<Verdict> verdicts = world.judge_all();
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_THAT(verdicts[0].evidence, ElementsAre(EvidenceItem{"COUNT(Tasks)", 2.0},
                                                EvidenceItem{"COUNT(Tasks WHERE Subject = 'Call')", 1.0}));
}

}  // namespace
}  // namespace plumbline
