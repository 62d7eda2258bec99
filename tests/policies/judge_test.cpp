#include "policies/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/policies/small_table.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kPack = R"(
pack: judging
title: Judging
source: {document: Tests}
policies:
  - id: past
    title: Past
    on: Opportunity
    severity: high
    judged_when: IsClosed = false
    violated_when: CloseDate < TODAY
    says: "Due {CloseDate} for {Amount}."
    fix: "Move it to {TODAY + 1}."
    section: Dates
    examples:
      - {given: {CloseDate: 2026-03-17}, as_of: 2026-03-18, violated: true}
      - {given: {CloseDate: 2026-03-18}, as_of: 2026-03-18, violated: false}
  - id: owner
    title: Owner
    on: Opportunity
    severity: low
    violated_when: Owner.IsActive = false
    says: "Owner {Owner.Name} has left."
    fix: "Give it to somebody."
    section: Owners
    examples:
      - {given: {Owner.IsActive: false}, as_of: 2026-03-18, violated: true}
      - {given: {Owner.IsActive: true}, as_of: 2026-03-18, violated: false}
)";

struct Fixture {
  std::shared_ptr<const Schema> schema = std::make_shared<const Schema>(Schema::standard());
  BoundPack pack;
  std::shared_ptr<const Snapshot> snapshot;

  explicit Fixture(const TableRows& opportunities, const TableRows& users = {}) {
    Diagnostics diagnostics;
    auto loaded = load_pack({.file = "judging.yaml", .text = std::string(kPack)}, diagnostics);
    EXPECT_TRUE(loaded) << render_all(diagnostics, kPack);
    pack = bind_pack(std::make_shared<const Pack>(std::move(*loaded)), *schema, {}, diagnostics);
    EXPECT_FALSE(diagnostics.has_errors()) << render_all(diagnostics, kPack);
    std::vector<std::unique_ptr<Table>> tables(schema->object_count());
    tables[*schema->find_object("Opportunity")] = small_table(
        *schema, "Opportunity",
        {"Id", "Name", "OwnerId", "CloseDate", "Amount", "IsClosed", "IsDeleted", "CurrencyIsoCode"},
        opportunities);
    if (!users.empty()) {
      tables[*schema->find_object("User")] =
          small_table(*schema, "User", {"Id", "Name", "TimeZoneSidKey", "IsActive"}, users);
    }
    snapshot = Snapshot::build(schema, std::move(tables), pack.needs);
  }

  std::size_t enough = 1'000'000;

  JudgeSummary run(std::vector<Verdict>& verdicts, JudgeOptions options = {}) const {
    if (options.now == Instant{}) options.now = *parse_instant("2026-03-18T02:00:00Z");
    return judge({&pack}, *snapshot, options, [&](const Verdict& verdict) {
      verdicts.push_back(verdict);
      return verdicts.size() < enough ? SinkAnswer::kMore : SinkAnswer::kEnough;
    });
  }
};

std::string id_of(int number) { return fmt::format("006R{:011}", number); }

const std::vector<std::string> kUsers[] = {{"005R00000000001", "Ada", "America/New_York", "true"},
                                           {"005R00000000002", "Ben", "Asia/Tokyo", "false"},
                                           {"005R00000000003", "Cyd", "Mars/Olympus", "true"}};

TEST(Judge, TodayIsTheOwnersOwn) {
  // 02:00Z on the 18th is still the 17th in New York and already 11:00 on the 18th in Tokyo.
  const Fixture fixture({{id_of(1), "New York", "005R00000000001", "2026-03-17", "5", "false", "", ""},
                         {id_of(2), "Tokyo", "005R00000000002", "2026-03-17", "5", "false", "", ""}},
                        {kUsers[0], kUsers[1]});
  std::vector<Verdict> verdicts;
  fixture.run(verdicts);
  ASSERT_EQ(verdicts.size(), 2U);
  EXPECT_EQ(verdicts[0].record_name + " " + verdicts[0].policy, "Tokyo past");
  EXPECT_EQ(verdicts[1].record_name + " " + verdicts[1].policy, "Tokyo owner");
}

TEST(Judge, AVerdictCarriesItsValuesInWords) {
  const Fixture fixture({{id_of(1), "Deal", "005R00000000001", "2026-01-02", "1234.5", "false", "", "EUR"}},
                        {kUsers[0]});
  std::vector<Verdict> verdicts;
  fixture.run(verdicts);
  ASSERT_EQ(verdicts.size(), 1U);
  const Verdict& verdict = verdicts[0];
  EXPECT_EQ(verdict.message, "Due 2 Jan 2026 for EUR 1,234.50.");
  EXPECT_EQ(verdict.remedy, "Move it to 18 Mar 2026.");
  EXPECT_EQ(verdict.owner_name, "Ada");
  EXPECT_EQ(verdict.source, "Tests, Dates");
  EXPECT_EQ(verdict.pack_hash.size(), 64U);
  EXPECT_THAT(verdict.evidence, ElementsAre(EvidenceItem{"IsClosed", false},
                                            EvidenceItem{"CloseDate", *parse_day("2026-01-02")}));
}

TEST(Judge, DeletedAndReplacedRecordsAreNotJudged) {
  const Fixture fixture({{id_of(1), "Deleted", "005R00000000001", "2026-01-02", "", "false", "true", ""},
                         {id_of(2), "Old", "005R00000000001", "2026-01-02", "", "false", "", ""},
                         {id_of(2), "New", "005R00000000001", "2027-01-02", "", "false", "", ""}},
                        {kUsers[0]});
  std::vector<Verdict> verdicts;
  const JudgeSummary summary = fixture.run(verdicts);
  EXPECT_THAT(verdicts, IsEmpty());
  EXPECT_EQ(summary.records, 1U);
}

TEST(Judge, APolicyWithoutItsDataIsNotJudgedAndSaysWhy) {
  const Fixture fixture({{id_of(1), "Deal", "005R00000000001", "2026-01-02", "", "false", "", ""}});
  std::vector<Verdict> verdicts;
  const JudgeSummary summary = fixture.run(verdicts);
  ASSERT_EQ(summary.not_judged.size(), 1U);
  EXPECT_EQ(summary.not_judged[0].policy, "owner");
  EXPECT_EQ(summary.not_judged[0].reason, "there is no User data");
  EXPECT_EQ(summary.not_judged[0].remedy, "export User");
  EXPECT_EQ(verdicts.size(), 1U);
}

TEST(Judge, UnknownAccusesNobodyAndGivesItsReason) {
  const Fixture fixture({{id_of(1), "Deal", "005R00000000009", "2027-01-02", "", "false", "", ""}},
                        {kUsers[0]});
  std::vector<Verdict> verdicts;
  const JudgeSummary counted = fixture.run(verdicts);
  EXPECT_THAT(verdicts, IsEmpty());
  EXPECT_EQ(counted.policies[1].unknown, 1U);
  EXPECT_EQ(counted.policies[1].example_reason, "User 005R00000000009 is not in the data (OwnerId)");
  fixture.run(verdicts, {.unknowns = JudgeOptions::Unknowns::kHandOn});
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts[0].status, VerdictStatus::kUnknown);
  EXPECT_EQ(verdicts[0].reason, counted.policies[1].example_reason);
  EXPECT_EQ(verdicts[0].message, "");
}

TEST(Judge, AnUnknownZoneIsReportedAndTheDefaultUsed) {
  const Fixture fixture({{id_of(1), "Deal", "005R00000000003", "2026-03-17", "", "false", "", ""}},
                        {kUsers[2]});
  std::vector<Verdict> verdicts;
  const JudgeSummary summary = fixture.run(verdicts);
  EXPECT_EQ(verdicts.size(), 1U);
  ASSERT_EQ(summary.notices.size(), 1U);
  EXPECT_THAT(summary.notices[0], HasSubstr("Mars/Olympus"));
}

TEST(Judge, ADayAloneIsNoonInEachOwnersZone) {
  const Fixture fixture({{id_of(1), "Tokyo", "005R00000000002", "2026-01-01", "", "false", "", ""}},
                        {kUsers[1]});
  std::vector<Verdict> verdicts;
  fixture.run(verdicts, {.now_day = parse_day("2026-03-18")});
  ASSERT_FALSE(verdicts.empty());
  EXPECT_EQ(format_instant(verdicts[0].as_of), "2026-03-18T03:00:00Z");
}

TEST(Judge, OrderIsThatOfTheFileWhateverTheThreads) {
  TableRows rows;
  for (int i = 0; i < 10'000; ++i) {
    rows.push_back({id_of(i), fmt::format("Deal {}", i), i % 3 == 0 ? "005R00000000002" : "005R00000000001",
                    i % 2 == 0 ? "2026-01-01" : "2027-01-01", "", "false", "", ""});
  }
  const Fixture fixture(rows, {kUsers[0], kUsers[1]});
  std::vector<Verdict> one;
  std::vector<Verdict> many;
  const JudgeSummary first = fixture.run(one, {.threads = 1});
  const JudgeSummary second = fixture.run(many, {.threads = 7});
  ASSERT_EQ(one.size(), many.size());
  ASSERT_GT(one.size(), 5'000U);
  for (std::size_t i = 0; i < one.size(); ++i) {
    ASSERT_EQ(one[i].record_id + one[i].policy + one[i].message,
              many[i].record_id + many[i].policy + many[i].message)
        << i;
    if (i > 0) {
      ASSERT_LE(one[i - 1].record_id, one[i].record_id) << i;
    }
  }
  EXPECT_EQ(first.policies[0].violated, second.policies[0].violated);
}

TEST(Judge, ASinkThatHasEnoughEndsTheRun) {
  TableRows rows;
  for (int i = 0; i < 10'000; ++i) {
    rows.push_back({id_of(i), "Deal", "005R00000000001", "2026-01-01", "", "false", "", ""});
  }
  Fixture fixture(rows, {kUsers[0]});
  fixture.enough = 3;
  for (const unsigned threads : {1U, 4U}) {
    std::vector<Verdict> verdicts;
    const JudgeSummary summary = fixture.run(verdicts, {.threads = threads});
    EXPECT_EQ(verdicts.size(), 3U);
    EXPECT_LT(summary.records, 10'000U);
  }
}

TEST(Judge, ASinkThatThrowsLeavesNoThreadWaiting) {
  TableRows rows;
  for (int i = 0; i < 50'000; ++i) {
    rows.push_back({id_of(i), "Deal", "005R00000000001", "2026-01-01", "", "false", "", ""});
  }
  const Fixture fixture(rows, {kUsers[0]});
  const JudgeOptions options{.now = *parse_instant("2026-03-18T02:00:00Z"), .threads = 4};
  const auto run = [&] {
    judge({&fixture.pack}, *fixture.snapshot, options,
          [](const Verdict&) -> SinkAnswer { throw std::runtime_error("full"); });
  };
  EXPECT_THROW(run(), std::runtime_error);
}

}  // namespace
}  // namespace plumbline
