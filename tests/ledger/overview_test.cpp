#include "ledger/overview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2024} / 6 / 10} + std::chrono::hours{12}};

Ledger ledger_with(const TempFolder& folder, const std::string& sql) {
  Result<Ledger> ledger =
      Ledger::open(folder.path_of("a.ledger"), {.access = DatabaseAccess::kCreate, .now = kNow});
  EXPECT_TRUE(ledger) << ledger.error().to_string();
  const Status done = ledger->database().execute(sql);
  EXPECT_TRUE(done) << done.error().to_string();
  return *std::move(ledger);
}

LedgerOverview overview_of(const TempFolder& folder, const std::string& sql) {
  const Ledger ledger = ledger_with(folder, sql);
  Result<LedgerOverview> overview = read_overview(ledger, kNow);
  EXPECT_TRUE(overview) << overview.error().to_string();
  return overview ? *std::move(overview) : LedgerOverview{};
}

std::string violation(int number, std::string_view state, std::string_view severity, std::string_view closed,
                      bool unknown = false, std::string_view owner = "005A") {
  return "INSERT INTO violation(number, org, pack, policy, object, record, record_key, record_name, "
         "severity, state,"
         "owner, owner_name, opened_at, opened_run, changed_at, closed_at, unknown_since, times_opened, "
         "evidence, "
         "digest, message, remedy) VALUES(" +
         std::to_string(number) + ", 1, 'p', 'a', 'Opportunity', 'r', 'r" + std::to_string(number) +
         "', '', '" + std::string(severity) + "', '" + std::string(state) + "', '" + std::string(owner) +
         "', '', '', 1, '', " + (closed.empty() ? "NULL" : "'" + std::string(closed) + "'") + ", " +
         (unknown ? "''" : "NULL") + ", 1, '{}', x'', '', '');\n";
}

TEST(Overview, of_an_empty_ledger_is_empty) {
  TempFolder folder;
  const LedgerOverview overview = overview_of(folder, "");
  EXPECT_EQ(overview.syncs, 0U);
  EXPECT_THAT(overview.objects, IsEmpty());
  EXPECT_FALSE(overview.newest_run);
  EXPECT_FALSE(overview.newest_checkpoint);
  EXPECT_EQ(overview.entries, 0U);
}

constexpr const char* kThreeSyncs = R"sql(
  INSERT INTO sync(id, org, source, seen_at, written_at, complete) VALUES
    (1, 1, 'folder:a', '2024-06-01T00:00:00Z', '2024-06-01T00:00:00Z', 0),
    (2, 1, 'folder:b', '2024-06-02T00:00:00Z', '2024-06-02T00:00:00Z', 1),
    (3, 2, 'folder:c', '2024-06-03T00:00:00Z', '2024-06-03T00:00:00Z', 0);
  INSERT INTO sync_file(org, sync, name, object, bytes, rows, added, changed, unchanged, deleted, rejected_rows,
                        rejected_cells) VALUES
    (1, 1, 'a.csv', 'Opportunity', 1, 100, 98, 0, 0, 0, 2, 0), (1, 1, 'b.csv', 'Account', 1, 10, 10, 0, 0, 0, 0, 0),
    (1, 2, 'a.csv', 'Opportunity', 1, 97, 2, 5, 90, 3, 0, 1), (2, 3, 'a.csv', 'Opportunity', 1, 7, 7, 0, 0, 0, 0, 0);
  INSERT INTO object(id, org, name, id_rule) VALUES(1, 1, 'opportunity', 'salesforce'), (2, 1, 'Account', 'salesforce');
  INSERT INTO field(org, object, name, type, is_column, first_sync, last_sync) VALUES
    (1, 1, 'Amount', 'money', 1, 1, 2), (1, 1, 'Colour', 'text', 0, 1, 1), (1, 1, 'Region', 'text', 1, NULL, NULL),
    (1, 2, 'Name', 'text', 1, 1, 1))sql";

TEST(Overview, counts_records_by_what_the_organisations_syncs_noted) {
  TempFolder folder;
  const LedgerOverview overview = overview_of(folder, kThreeSyncs);
  EXPECT_EQ(overview.syncs, 2U);
  ASSERT_EQ(overview.objects.size(), 2U);
  EXPECT_EQ(overview.objects[0].name, "Account");
  EXPECT_EQ(overview.objects[0].sync, 1);
  EXPECT_EQ(overview.objects[1].records, 97U);
  EXPECT_EQ(format_instant(overview.objects[1].seen_at), "2024-06-02T00:00:00Z");
}

TEST(Overview, tells_fields_that_the_newest_sync_of_their_object_did_not_have) {
  TempFolder folder;
  EXPECT_THAT(overview_of(folder, kThreeSyncs).vanished, ElementsAre(Field(&VanishedField::field, "Colour")));
}

TEST(Overview, shows_the_newest_syncs_first) {
  TempFolder folder;
  const LedgerOverview overview = overview_of(folder, kThreeSyncs);
  ASSERT_THAT(overview.newest_syncs, ElementsAre(Field(&SyncOverview::id, 2), Field(&SyncOverview::id, 1)));
  EXPECT_TRUE(overview.newest_syncs[0].is_complete);
  EXPECT_EQ(overview.newest_syncs[0].deleted, 3U);
  EXPECT_EQ(overview.newest_syncs[1].files, 2U);
  EXPECT_EQ(overview.newest_syncs[1].rows, 110U);
  EXPECT_EQ(overview.newest_syncs[1].rejected_rows, 2U);
}

TEST(Overview, counts_violations_worst_first_and_what_ended_lately) {
  TempFolder folder;
  const LedgerOverview overview = overview_of(
      folder,
      violation(1, "open", "low", "") + violation(2, "open", "high", "", true) +
          violation(3, "open", "high", "") + violation(4, "resolved", "high", "2024-06-09T00:00:00Z") +
          violation(5, "resolved", "high", "2024-06-03T11:59:59Z") +
          violation(6, "lapsed", "low", "2024-06-03T12:00:00Z") +
          "INSERT INTO run VALUES(1, 1, '2024-06-09T00:00:00Z', '2024-06-09T00:00:01Z', '[]', 9, 3, 1, 4, 0, "
          "1, 1, 1, 0, 7)");
  ASSERT_THAT(overview.open,
              ElementsAre(Field(&OpenViolations::severity, "high"), Field(&OpenViolations::severity, "low")));
  EXPECT_EQ(overview.open[0].open, 2U);
  EXPECT_EQ(overview.open[0].unknown, 1U);
  EXPECT_EQ(overview.lately.opened, 5U);
  EXPECT_EQ(overview.lately.resolved, 1U);
  EXPECT_EQ(overview.lately.lapsed, 1U);
  EXPECT_EQ(overview.lately.retracted, 0U);
  EXPECT_EQ(format_instant(overview.newest_run->written_at), "2024-06-09T00:00:01Z");
}

TEST(Overview, tells_waivers_that_end_soon_and_counts_what_is_waived) {
  TempFolder folder;
  const LedgerOverview overview =
      overview_of(folder, violation(1, "open", "low", "") + violation(2, "open", "low", "", false, "005B") +
                              violation(3, "resolved", "low", "2024-06-09T00:00:00Z") + R"sql(
    INSERT INTO waiver(number, org, kind, policy, owner, reason, author, made_at, until_at, ended_at, audit_seq) VALUES
      (1, 1, 'waiver', 'a', '005A', '', '', '', '2024-06-17T12:00:00Z', NULL, 1),
      (2, 1, 'waiver', 'z', NULL, '', '', '', '2024-06-17T12:00:01Z', NULL, 1),
      (3, 1, 'snooze', NULL, NULL, '', '', '', '2024-06-12T00:00:00Z', '2024-06-08T00:00:00Z', 1),
      (4, 1, 'snooze', NULL, NULL, '', '', '', '2024-06-10T12:00:00Z', NULL, 1))sql");
  EXPECT_EQ(overview.waivers, 2U);
  EXPECT_EQ(overview.waived, 1U);
  EXPECT_THAT(overview.ending, ElementsAre(Field(&WaiverOverview::number, 1)));
}

TEST(Overview, tells_the_size_of_the_log_and_its_newest_checkpoint) {
  TempFolder folder;
  const LedgerOverview overview = overview_of(folder, R"sql(
    INSERT INTO audit_entry(org, seq, entry) VALUES(1, 0, '{}'), (1, 1, '{}');
    INSERT INTO audit_checkpoint(org, size, note) VALUES
      (1, 2, 'plumbline/a' || char(10) || '2' || char(10) || 'ROOT=' || char(10) || 'at 2024-06-09T00:00:00Z' ||
             char(10) || char(10) || '— plumbline/a c2ln' || char(10)),
      (1, 1, 'older'))sql");
  EXPECT_EQ(overview.entries, 2U);
  ASSERT_TRUE(overview.newest_checkpoint);
  EXPECT_EQ(overview.newest_checkpoint->size, 2U);
  EXPECT_EQ(format_instant(*overview.newest_checkpoint->at), "2024-06-09T00:00:00Z");
}

TEST(LastCheckpoint, is_the_last_of_a_file_of_notes) {
  const std::string first = "plumbline/a\n7\nROOT=\nat 2024-06-01T00:00:00Z\n\n— plumbline/a c2ln\n";
  const std::string second = "plumbline/a\n9\nROOT=\nat 2024-06-02T00:00:00Z\n\n— plumbline/a c2ln\n";
  EXPECT_EQ(last_checkpoint(first + "\n" + second)->size, 9U);
  EXPECT_EQ(last_checkpoint(first + "plumbline/a\n12\nROO")->size, 7U);
  EXPECT_FALSE(last_checkpoint(""));
  EXPECT_FALSE(last_checkpoint("at 2024-06-01T00:00:00Z\n"));
  EXPECT_FALSE(last_checkpoint("x\n9a\nROOT=\nat 2024-06-01T00:00:00Z\n"));
}

}  // namespace
}  // namespace plumbline
