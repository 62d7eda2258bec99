#include "ledger/sync_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.h"
#include "tests/ledger/sync_world.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Extent = SyncInput::Extent;

constexpr std::string_view kOpp1 = "006000000000001AAA";
constexpr std::string_view kKey1 = "006000000000001";

std::string opportunity(std::string_view columns, std::string_view cells) {
  return fmt::format("Id,{}\n{},{}\n", columns, kOpp1, cells);
}

TEST(Sync, a_first_load_can_be_read_back) {
  SyncWorld world;
  const SyncSummary summary =
      world.sync(1, {{"Opportunity.csv",
                      "Id,Name,Amount,Probability,IsWon,CloseDate,CreatedDate,OwnerId,IsDeleted\n"
                      "006000000000001AAA,\"A \"\"quoted\"\"\nname; 'x'\",1234.50,12.5,TRUE,2024-06-30,"
                      "2024-05-01T10:00:00.000+0200, 005000000000001 ,false\n"
                      "006000000000002,,1000,,,,,,\n"}});
  EXPECT_EQ(summary.files.at(0).added, 2U);
  EXPECT_THAT(
      world.cells(
          {"Id", "Name", "Amount", "Probability", "IsWon", "CloseDate", "CreatedDate", "OwnerId", "IsDeleted",
           "_key", "_deleted", "_first_seen", "_changed_at", "_sync", "_other", "_unread"},
          "Opportunity ORDER BY _key"),
      ElementsAre("006000000000001AAA|A \"quoted\"\nname; 'x'|1234.5|12.5|1|2024-06-30|2024-05-01T08:00:00Z|"
                  "005000000000001|0|006000000000001|0|2024-06-01T12:00:00Z|2024-06-01T12:00:00Z|1|NULL|NULL",
                  "006000000000002|NULL|1000|NULL|0|NULL|NULL|NULL|0|006000000000002|0|2024-06-01T12:00:00Z|"
                  "2024-06-01T12:00:00Z|1|NULL|NULL"));
  EXPECT_THAT(world.changes(), IsEmpty()) << "a first sight is no change";
}

TEST(Sync, its_entry_has_the_hash_of_each_file_and_how_large_it_is) {
  SyncWorld world;
  const std::string text = opportunity("Name", "a");
  const std::string both = R"([{"attributes":{"type":"Account"},"Id":"001000000000001"},)"
                           R"({"attributes":{"type":"User"},"Id":"005000000000001"}])";
  world.sync(1, {{"Opportunity.csv", text}, {"all.json", both}});
  EXPECT_THAT(
      world.rows(
          "SELECT json_extract(f.value, '$.object') || ' ' || json_extract(f.value, '$.bytes') || ' ' || "
          "json_extract(f.value, '$.sha256') FROM audit_entry, json_each(entry, '$.files') AS f "
          "ORDER BY 1"),
      ElementsAre(fmt::format("Account {} {}", both.size(), sha256_hex(both)),
                  fmt::format("Opportunity {} {}", text.size(), sha256_hex(text)),
                  fmt::format("User {} {}", both.size(), sha256_hex(both))));
}

TEST(Sync, the_types_are_those_of_the_format) {
  SyncWorld world;
  world.sync(
      1, {{"Opportunity.csv", opportunity("Name,Amount,Probability,IsWon,CloseDate", "1,2,3,1,2024-06-30")}});
  EXPECT_THAT(world.cells({"typeof(Name)", "typeof(Amount)", "typeof(Probability)", "typeof(IsWon)",
                           "typeof(CloseDate)", "typeof(LeadSource)"},
                          "Opportunity"),
              ElementsAre("text|integer|real|integer|text|null"));
}

TEST(Sync, cells_that_cannot_be_read_stand_beside) {
  SyncWorld world;
  const SyncSummary summary =
      world.sync(1, {{"Opportunity.csv", opportunity("Amount,CloseDate,Name", "lots,31/31/2024,\xff")}});
  EXPECT_EQ(summary.files.at(0).rejected_cells, 3U);
  EXPECT_EQ(summary.rejects, 3U);
  EXPECT_THAT(world.rejects().rejects, SizeIs(3));
  EXPECT_THAT(
      world.cells({"Amount", "CloseDate", "Name", "_unread"}, "Opportunity"),
      ElementsAre(
          "NULL|NULL|NULL|{\"Name\":\"\xEF\xBF\xBD\",\"Amount\":\"lots\",\"CloseDate\":\"31/31/2024\"}"));
  EXPECT_THAT(world.rows("SELECT line || column_name || raw FROM reject ORDER BY column_name"),
              ElementsAre("2Amountlots", "2CloseDate31/31/2024", HasSubstr("2Name")));
}

// Hundredths beyond 2^53 have no exact REAL.
TEST(Sync, amounts_that_no_column_holds_exactly_stand_beside_and_are_no_rejects) {
  SyncWorld world;
  const SyncSummary summary = world.sync(
      1,
      {{"Opportunity.csv", opportunity("Amount,ExpectedRevenue", "90071992547409931.55,9007199254740993")}});
  EXPECT_EQ(summary.rejects, summary.files.at(0).rejected_cells);
  EXPECT_THAT(world.cells({"Amount", "ExpectedRevenue", "_unread"}, "Opportunity"),
              ElementsAre(R"(NULL|9007199254740993|{"Amount":"90071992547409931.55"})"));
}

TEST(Sync, columns_nobody_declared_are_kept_in_one) {
  SyncWorld world;
  world.sync(1, {{"Opportunity.csv", opportunity("Mood__c,Colour", ",\"re\"\"d\"")}});
  EXPECT_THAT(world.rows("SELECT _other FROM Opportunity"),
              ElementsAre(R"({"Mood__c":null,"Colour":"re\"d"})"));
  EXPECT_THAT(world.cells({"name", "type", "is_column", "first_sync"}, "field WHERE is_column = 0"),
              ElementsAre("Mood__c|text|0|1", "Colour|text|0|1"));
}

TEST(Sync, what_differs_is_a_change) {
  SyncWorld world;
  world.sync(
      1, {{"Opportunity.csv", opportunity("StageName,Amount,IsWon,Mood__c,LastModifiedDate,SystemModstamp",
                                          "Open,10,false,good,2024-05-01T00:00:00Z,2024-05-01T00:00:00Z")}});
  const SyncSummary summary = world.sync(
      2, {{"Opportunity.csv", opportunity("StageName,Amount,IsWon,Mood__c,LastModifiedDate,SystemModstamp",
                                          "Won,,true,bad,2024-06-02T08:00:00Z,2024-06-02T08:00:00Z")}});
  EXPECT_EQ(summary.files.at(0).changed, 1U);
  const std::string when = "|2024-06-02T08:00:00Z|2024-06-02T12:00:00Z|NULL|seen";
  const std::string key(kKey1);
  EXPECT_THAT(world.changes(),
              ElementsAre(key + "|Amount|10|NULL" + when, key + "|IsWon|false|true" + when,
                          key + "|LastModifiedDate|2024-05-01T00:00:00Z|2024-06-02T08:00:00Z" + when,
                          key + "|Mood__c|good|bad" + when, key + "|StageName|Open|Won" + when));
  EXPECT_THAT(world.cells({"StageName", "Amount", "_changed_at", "_first_seen", "_other"}, "Opportunity"),
              ElementsAre("Won|NULL|2024-06-02T12:00:00Z|2024-06-01T12:00:00Z|{\"Mood__c\":\"bad\"}"));
}

TEST(Sync, a_record_that_was_not_modified_changed_when_it_was_seen) {
  SyncWorld world;
  world.sync(1, {{"Opportunity.csv", opportunity("Name,LastModifiedDate", "a,2024-05-01T00:00:00Z")}});
  world.sync(2, {{"Opportunity.csv", opportunity("Name,LastModifiedDate", "b,2024-05-01T00:00:00Z")}});
  EXPECT_THAT(world.changes(), ElementsAre(std::string(kKey1) +
                                           "|Name|a|b|2024-06-02T12:00:00Z|2024-06-02T12:00:00Z|NULL|seen"));
}

TEST(Sync, the_same_again_writes_nothing) {
  SyncWorld world;
  const std::map<std::string, std::string> files{
      {"Opportunity.csv", opportunity("Name,Amount,Colour,CloseDate", "a,lots,red,x")},
      {"Milestone.csv", "UserEmail,Milestone\na@b.c,x\na@b.c,x\n"},
      {"OpportunityFieldHistory.csv",
       "Id,OpportunityId,Field,OldValue,NewValue,CreatedById,CreatedDate\n"
       "017000000000001AAA,006000000000001AAA,Name,z,a,005000000000001AAA,2024-05-01T00:00:00Z\n"}};
  world.sync(1, files);
  const SyncSummary again = world.sync(2, files);
  for (const SyncedFile& file : again.files) {
    EXPECT_EQ(file.unchanged, file.rows) << file.name;
    EXPECT_EQ(file.added + file.changed + file.deleted, 0U) << file.name;
  }
  EXPECT_THAT(world.rows("SELECT DISTINCT _sync FROM Opportunity UNION SELECT _sync FROM Milestone"),
              ElementsAre("1"));
  EXPECT_THAT(world.rows("SELECT count(*) FROM change"), ElementsAre("1"));
}

TEST(Sync, ids_of_15_and_18_characters_are_one_record) {
  SyncWorld world;
  world.sync(1, {{"Opportunity.csv", "Id,Name\n006000000000001,a\n"}});
  world.sync(2, {{"Opportunity.csv", "Id,Name\n006000000000001AAA,a\n"}});
  EXPECT_THAT(world.rows("SELECT Id FROM Opportunity"), ElementsAre("006000000000001AAA"));
}

TEST(Sync, keys_of_ones_own_and_mapped_names_are_followed) {
  SyncWorld world;
  world.set_fields(
      "objects:\n  Opportunity:\n    key: Deal No\n    fields:\n      CloseDate: {from: Due, format: "
      "'%d.%m.%Y'}\n");
  world.sync(1, {{"Opportunity.csv", "Deal No,Name,Due,CloseDate\nD-1,a,30.06.2024,x\n"}});
  EXPECT_THAT(world.cells({"Id", "_key", "CloseDate", "_other"}, "Opportunity"),
              ElementsAre("D-1|D-1|2024-06-30|NULL"));
}

TEST(Sync, of_rows_with_one_id_the_later_counts) {
  SyncWorld world;
  const std::string twice = "Id,Name\n006000000000001,a\n006000000000002,x\n006000000000001AAA,b\n";
  const SyncSummary first = world.sync(1, {{"Opportunity.csv", twice}});
  EXPECT_EQ(first.files.at(0).added, 2U);
  EXPECT_EQ(first.files.at(0).replaced, 1U);
  ASSERT_THAT(world.rejects().rejects, SizeIs(1));
  EXPECT_EQ(world.rejects().rejects[0].line, 2U);
  EXPECT_THAT(world.cells({"_key", "Name"}, "Opportunity ORDER BY _key"),
              ElementsAre("006000000000001|b", "006000000000002|x"));
  const SyncSummary again = world.sync(2, {{"Opportunity.csv", twice}});
  EXPECT_EQ(again.files.at(0).replaced, 1U);
  EXPECT_THAT(world.changes(), IsEmpty()) << "neither a nor what replaced it is a change";
  EXPECT_THAT(world.rows("SELECT Name FROM Opportunity ORDER BY _key"), ElementsAre("b", "x"));
  world.sync(3, {{"Opportunity.csv",
                  "Id,Name\n006000000000003,a\n006000000000003,b\n006000000000002,y\n"
                  "006000000000002,z\n"}});
  EXPECT_THAT(world.rows("SELECT Name FROM Opportunity ORDER BY _key"), ElementsAre("b", "z", "b"));
  EXPECT_THAT(world.rows("SELECT old || new FROM changes"), ElementsAre("xz"));
}

TEST(Sync, rows_without_a_sound_id_are_rejected) {
  SyncWorld world;
  const SyncSummary summary =
      world.sync(1, {{"Opportunity.csv", "Id,Name\n,a\nshort,b\n006000000000001,c,d\n"}});
  EXPECT_EQ(summary.files.at(0).rejected_rows, 3U);
  EXPECT_THAT(world.rows("SELECT count(*) FROM Opportunity"), ElementsAre("0"));
}

TEST(Sync, what_a_complete_sync_does_not_hold_is_deleted_and_may_come_back) {
  SyncWorld world;
  const std::string two = "Id,Name\n006000000000001,a\n006000000000002,b\n";
  const std::string one = "Id,Name\n006000000000001,a\n";
  world.sync(1, {{"Opportunity.csv", two}});
  const SyncSummary some = world.sync(2, {{"Opportunity.csv", one}});
  ASSERT_THAT(some.standing, SizeIs(1));
  EXPECT_EQ(some.standing[0].records, 1U);
  EXPECT_EQ(world.sync(3, {{"Opportunity.csv", one}}, Extent::kComplete).files.at(0).deleted, 1U);
  EXPECT_THAT(world.cells({"_key", "_deleted", "IsDeleted"}, "Opportunity ORDER BY _key"),
              ElementsAre("006000000000001|0|0", "006000000000002|1|1"));
  EXPECT_EQ(world.sync(4, {{"Opportunity.csv", one}}, Extent::kComplete).files.at(0).deleted, 0U);
  world.sync(5, {{"Opportunity.csv", two}});
  EXPECT_THAT(world.rows("SELECT field || old || new FROM changes ORDER BY seen_at"),
              ElementsAre("IsDeletedfalsetrue", "IsDeletedtruefalse"));
}

TEST(Sync, nothing_is_taken_for_deleted_where_rows_were_rejected) {
  SyncWorld world;
  world.sync(1, {{"Opportunity.csv", "Id,Name\n006000000000001,a\n006000000000002,b\n"}});
  const SyncSummary summary = world.sync(
      2, {{"Opportunity.csv", "Id,Name\n006000000000001,a\n006000000000002,b,c\n"}}, Extent::kComplete);
  EXPECT_EQ(summary.files.at(0).deleted, 0U);
  EXPECT_THAT(summary.notices, ElementsAre(HasSubstr("none is taken for deleted")));
}

TEST(Sync, rows_without_ids_replace_those_that_were_there) {
  SyncWorld world;
  world.sync(1, {{"Milestone.csv", "UserEmail,Milestone\na@b.c,x\na@b.c,x\na@b.c,y\n"}});
  const SyncSummary summary = world.sync(2, {{"Milestone.csv", "UserEmail,Milestone\na@b.c,x\na@b.c,z\n"}});
  EXPECT_EQ(summary.files.at(0).unchanged, 1U);
  EXPECT_EQ(summary.files.at(0).added, 1U);
  EXPECT_EQ(summary.files.at(0).deleted, 2U);
  EXPECT_THAT(world.rows("SELECT Milestone FROM Milestone WHERE NOT _deleted ORDER BY 1"),
              ElementsAre("x", "z"));
}

TEST(Sync, an_export_that_lost_its_ids_is_refused) {
  SyncWorld world;
  world.sync(1, {{"Task.csv", "Id,Subject\n00T000000000001,a\n"}});
  const Result<SyncSummary> without = world.try_sync(2, {{"Task.csv", "Subject\na\n"}});
  ASSERT_FALSE(without);
  EXPECT_THAT(without.error().to_string(), HasSubstr("export Id"));
}

TEST(Sync, columns_that_vanish_stand_and_their_last_sync_tells) {
  SyncWorld world;
  world.sync(1, {{"Opportunity.csv", opportunity("Name,Amount,Colour,Mood", "a,1,red,good")}});
  world.sync(2, {{"Opportunity.csv", opportunity("Name,Colour", "b,blue")}});
  EXPECT_THAT(world.cells({"Name", "Amount", "_other"}, "Opportunity"),
              ElementsAre(R"(b|1|{"Colour":"blue","Mood":"good"})"));
  EXPECT_THAT(world.cells({"name", "first_sync", "last_sync"},
                          "field WHERE name IN ('Name','Amount','Colour','Mood','NextStep') ORDER BY name"),
              ElementsAre("Amount|1|1", "Colour|1|2", "Mood|1|1", "Name|1|2", "NextStep|NULL|NULL"));
}

// Missing is not null.
TEST(Sync, cells_that_never_came_are_not_taken_for_empty) {
  SyncWorld world;
  world.sync(1, {{"Opportunity.csv", "Id,Name\n006000000000001,a\n006000000000002,b\n"}});
  world.sync(2, {{"Opportunity.csv", "Id,Amount\n006000000000001,\n006000000000003,1\n"}});
  EXPECT_THAT(world.cells({"_key", "_unread"}, "Opportunity ORDER BY _key"),
              ElementsAre("006000000000001|NULL", R"(006000000000002|{"Amount":null})",
                          R"(006000000000003|{"Name":null})"));
  world.sync(3, {{"Opportunity.csv", "Id,Name,Amount\n006000000000002,b,\n006000000000003,c,1\n"}});
  EXPECT_THAT(world.rows("SELECT coalesce(_unread, 'NULL') FROM Opportunity"),
              ElementsAre("NULL", "NULL", "NULL"));
  EXPECT_THAT(world.changes(), IsEmpty()) << "that it is known now is no change";
}

TEST(Sync, files_of_one_object_with_other_columns_leave_cells_unknown) {
  SyncWorld world;
  world.sync(1, {{"Opportunity1.csv", "Id,Name\n006000000000001,a\n"},
                 {"Opportunity2.csv", "Id,Amount\n006000000000002,1\n"}});
  EXPECT_THAT(world.rows("SELECT _unread FROM Opportunity ORDER BY _key"),
              ElementsAre(R"({"Amount":null})", R"({"Name":null})"));
}

TEST(Sync, a_field_map_adopts_what_was_kept_aside) {
  SyncWorld world;
  const std::map<std::string, std::string> files{
      {"Opportunity.csv", opportunity("Price,Colour", "12.5,red")}};
  world.sync(1, files);
  world.set_fields("objects:\n  Opportunity:\n    fields:\n      Price: {from: Price, type: money}\n");
  const SyncSummary summary = world.sync(2, files);
  EXPECT_EQ(summary.files.at(0).unchanged, 1U);
  EXPECT_THAT(world.cells({"Price", "typeof(Price)", "_other"}, "Opportunity"),
              ElementsAre(R"(12.5|real|{"Colour":"red"})"));
}

TEST(Sync, the_log_tells_of_it) {
  SyncWorld world;
  world.sync(1, {{"Opportunity.csv", opportunity("Name", "a")}});
  EXPECT_THAT(world.rows("SELECT entry FROM audit_entry WHERE kind = 'sync'"),
              ElementsAre(HasSubstr(
                  R"("sync":1,"source":"folder:sync1","seen_at":"2024-06-01T12:00:00Z","complete":false,)"
                  R"("files":[{"name":)")));
  EXPECT_THAT(world.cells({"object", "rows", "added"}, "sync_file"), ElementsAre("Opportunity|1|1"));
}

}  // namespace
}  // namespace plumbline
