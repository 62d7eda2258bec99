#include "ledger/ledger_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/crypto.h"
#include "ledger/query.h"
#include "tests/ledger/sync_world.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kSource = "salesforce:main";
constexpr std::string_view kHead = "Id,Name,NextStep,CreatedDate,LastModifiedDate,SystemModstamp,IsDeleted\n";

std::string stamp(int day) { return format_instant(day_of_sync(day) - std::chrono::hours{1}); }

std::string row(int number, std::string_view name, std::string_view step, int day,
                std::string_view deleted = "false") {
  return fmt::format("00600000000000{}AAA,{},{},2024-05-0{}T00:00:00Z,{},{},{}\n", number, name, step, number,
                     stamp(day), stamp(day), deleted);
}

class LedgerSinkTest : public testing::Test {
 protected:
  LedgerSink sink() {
    return {world_.ledger(), {.clock = clock_, .committed = [this](const std::string& checkpoint) {
                                checkpoints_.push_back(checkpoint);
                              }}};
  }
  DeliveredFile file(const std::string& name, const std::string& text,
                     const std::string& object = "Opportunity") {
    const Result<fs::path> folder = sink().spool(kSource);
    EXPECT_TRUE(folder) << folder.error().to_string();
    const std::string path = (*folder / name).string();
    std::ofstream(path) << text;
    return {.path = path,
            .name = "salesforce/" + name,
            .object = object,
            .format = name.ends_with(".json") ? DeliveredFile::Format::kJson : DeliveredFile::Format::kCsv};
  }
  Delivery delivery(int day, const std::string& rows) {
    return {.source = std::string(kSource),
            .seen_at = day_of_sync(day),
            .files = {file("1.csv", std::string(kHead) + rows)}};
  }
  Delivered deliver(const Delivery& delivery) {
    const Result<Delivered> delivered = sink().deliver(delivery);
    EXPECT_TRUE(delivered) << delivered.error().to_string();
    return delivered.value_or(Delivered{});
  }
  Delivered deliver(int day, const std::string& rows) { return deliver(delivery(day, rows)); }
  std::vector<std::string> changes() {
    return world_.rows(
        "SELECT record || ' ' || field || ' ' || coalesce(old, 'NULL') || ' ' || "
        "coalesce(new, 'NULL') FROM changes ORDER BY seen_at, field");
  }

  SyncWorld world_;
  FixedClock clock_{day_of_sync(1)};
  std::vector<std::string> checkpoints_;
};

TEST_F(LedgerSinkTest, keeps_rows_states_and_notes_together_and_removes_the_files) {
  Delivery first = delivery(1, row(1, "a", "call", 1));
  first.state = {{.key = "Opportunity/high", .value = "2024-06-01T11:59:00Z"}};
  first.notes = {{.kind = "sync.window", .body = R"("object":"Opportunity")"}};
  const std::string text = std::string(kHead) + row(1, "a", "call", 1);
  const Delivered delivered = deliver(first);
  EXPECT_EQ(delivered.added, 1U);
  EXPECT_FALSE(fs::exists(first.files[0].path));
  EXPECT_EQ(*sink().state(kSource, "Opportunity/high"), "2024-06-01T11:59:00Z");
  EXPECT_THAT(world_.rows("SELECT kind FROM audit_entry ORDER BY seq"), ElementsAre("sync", "sync.window"));
  EXPECT_THAT(world_.rows("SELECT entry FROM audit_entry WHERE kind = 'sync'"),
              ElementsAre(HasSubstr("\"sha256\":\"" + sha256_hex(text) + "\"")));
  EXPECT_THAT(checkpoints_, testing::SizeIs(1));
}

TEST_F(LedgerSinkTest, a_delivery_that_fails_leaves_everything_as_it_was) {
  deliver(1, row(1, "a", "call", 1));
  Delivery broken = delivery(2, row(1, "b", "call", 2));
  broken.files.push_back(file("2.csv", "Name\nno id\n"));
  broken.state = {{.key = "Opportunity/high", .value = "later"}};
  const Result<Delivered> delivered = sink().deliver(broken);
  ASSERT_FALSE(delivered);
  EXPECT_THAT(delivered.error().to_string(), HasSubstr("salesforce/2.csv"));
  EXPECT_TRUE(fs::exists(broken.files[0].path)) << "whoever delivers may try again";
  EXPECT_EQ(*sink().state(kSource, "Opportunity/high"), std::nullopt);
  EXPECT_THAT(world_.rows("SELECT Name FROM Opportunity"), ElementsAre("a"));
}

TEST_F(LedgerSinkTest, what_complete_files_lack_is_gone_but_only_where_all_are_complete) {
  deliver(1, row(1, "a", "call", 1) + row(2, "b", "call", 1));
  Delivery second = delivery(2, row(1, "a", "call", 1));
  second.files.push_back(file("2.csv", "Id,Name\n001000000000001AAA,x\n", "Account"));
  second.files[0].complete = true;
  EXPECT_EQ(deliver(second).deleted, 0U);
  Delivery third = delivery(3, row(1, "a", "call", 1));
  third.files[0].complete = true;
  EXPECT_EQ(deliver(third).deleted, 1U);
  EXPECT_THAT(world_.rows("SELECT Name FROM Opportunity WHERE _deleted"), ElementsAre("b"));
}

TEST_F(LedgerSinkTest, a_moment_behind_the_ledgers_newest_becomes_that) {
  deliver(3, row(1, "a", "call", 1));
  deliver(2, row(2, "b", "call", 2));
  EXPECT_THAT(world_.rows("SELECT seen_at FROM sync ORDER BY id"),
              ElementsAre("2024-06-03T12:00:00Z", "2024-06-03T12:00:00Z"));
}

TEST_F(LedgerSinkTest, takes_json_pages_and_pages_without_records) {
  Delivery pages{.source = std::string(kSource), .seen_at = day_of_sync(1)};
  pages.files = {
      file("1.json", R"({"totalSize":1,"done":true,"records":[{"attributes":{"type":"Opportunity",)"
                     R"("url":"/x"},"Id":"006000000000001AAA","Name":"a"}]})"),
      file("2.json", R"({"totalSize":0,"done":true,"records":[]})")};
  EXPECT_EQ(deliver(pages).added, 1U);
  EXPECT_THAT(world_.rows("SELECT Name FROM Opportunity"), ElementsAre("a"));
  Delivery nothing{.source = std::string(kSource), .seen_at = day_of_sync(2)};
  nothing.files = {file("3.json", R"({"totalSize":0,"done":true,"records":[]})")};
  EXPECT_EQ(deliver(nothing).rows, 0U);
}

TEST_F(LedgerSinkTest, an_older_row_is_stale_and_not_taken) {
  deliver(3, row(1, "new", "call", 3));
  const Delivered older = deliver(4, row(1, "old", "call", 2));
  EXPECT_EQ(older.stale, 1U);
  EXPECT_EQ(older.changed, 0U);
  EXPECT_THAT(world_.rows("SELECT Name FROM Opportunity"), ElementsAre("new"));
  EXPECT_THAT(world_.rows("SELECT stale FROM sync_file ORDER BY sync"), ElementsAre("0", "1"));
}

TEST_F(LedgerSinkTest, of_two_rows_of_one_delivery_the_younger_counts) {
  EXPECT_EQ(deliver(3, row(1, "new", "call", 3) + row(1, "old", "call", 2)).stale, 1U);
  EXPECT_THAT(world_.rows("SELECT Name FROM Opportunity"), ElementsAre("new"));
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(LedgerSinkTest, of_equal_stamps_the_later_delivery_counts) {
  deliver(3, row(1, "a", "call", 3));
  EXPECT_EQ(deliver(4, row(1, "b", "call", 3)).changed, 1U);
  EXPECT_THAT(world_.rows("SELECT Name FROM Opportunity"), ElementsAre("b"));
}

TEST_F(LedgerSinkTest, a_row_that_comes_as_deleted_counts_as_a_deletion) {
  deliver(1, row(1, "a", "call", 1));
  const Delivered delivered = deliver(2, row(1, "a", "call", 2, "true"));
  EXPECT_EQ(delivered.deleted, 1U);
  EXPECT_EQ(delivered.changed, 0U);
  EXPECT_EQ(*sink().count("Opportunity"), 0U);
}

TEST_F(LedgerSinkTest, an_unseen_record_is_marked_until_it_is_seen_again) {
  deliver(1, row(1, "a", "call", 1) + row(2, "b", "call", 1));
  Delivery gone{.source = std::string(kSource), .seen_at = day_of_sync(2)};
  gone.unseen = {{.object = "Opportunity", .ids = {"006000000000001AAA", "006000000000009"}}};
  deliver(gone);
  EXPECT_THAT(world_.cells({"_key", "_deleted", "_unseen_at"}, "Opportunity ORDER BY _key"),
              ElementsAre("006000000000001|0|2024-06-02T12:00:00Z", "006000000000002|0|NULL"));
  EXPECT_EQ(*sink().count("Opportunity"), 1U);
  EXPECT_EQ(deliver(3, row(1, "a", "call", 1)).changed, 1U);
  EXPECT_THAT(world_.cells({"_key", "_unseen_at"}, "Opportunity ORDER BY _key"),
              ElementsAre("006000000000001|NULL", "006000000000002|NULL"));
  EXPECT_THAT(changes(), ElementsAre("006000000000001 _unseen_at NULL 2024-06-02T12:00:00Z",
                                     "006000000000001 _unseen_at 2024-06-02T12:00:00Z NULL"));
}

TEST_F(LedgerSinkTest, a_field_is_hidden_once_and_shown_once) {
  deliver(1, row(1, "a", "call", 1));
  const FieldVisibility hidden{.object = "Opportunity", .field = "NextStep", .reason = "not described"};
  Delivery hides{.source = std::string(kSource), .seen_at = day_of_sync(2), .visibility = {hidden}};
  deliver(hides);
  hides.seen_at = day_of_sync(3);
  deliver(hides);
  EXPECT_THAT(world_.cells({"hidden_at", "shown_at", "reason"}, "hidden_field"),
              ElementsAre("2024-06-02T12:00:00Z|NULL|not described"));
  Delivery shows{.source = std::string(kSource), .seen_at = day_of_sync(4)};
  shows.visibility = {{.object = "Opportunity", .field = "NextStep", .visible = true}};
  deliver(shows);
  EXPECT_THAT(world_.cells({"hidden_at", "shown_at"}, "hidden_field"),
              ElementsAre("2024-06-02T12:00:00Z|2024-06-04T12:00:00Z"));
}

TEST_F(LedgerSinkTest, a_field_shown_again_is_unknown_until_its_record_comes) {
  deliver(1, row(1, "a", "call", 1) + row(2, "b", "mail", 1) + row(3, "c", "ask", 1));
  Delivery hides{.source = std::string(kSource), .seen_at = day_of_sync(2)};
  hides.visibility = {{.object = "Opportunity", .field = "NextStep"}};
  deliver(hides);
  Delivery shows = delivery(3, row(1, "a", "call", 1) + row(2, "b", "meet", 1));
  shows.visibility = {{.object = "Opportunity", .field = "NextStep", .visible = true}};
  deliver(shows);
  EXPECT_THAT(world_.cells({"NextStep", "_unread"}, "Opportunity ORDER BY _key"),
              ElementsAre("call|NULL", "meet|NULL", R"(ask|{"NextStep":null})"));
  EXPECT_THAT(changes(), ElementsAre("006000000000002 NextStep mail meet"))
      << "what changed while nobody could see it is noted";
}

TEST_F(LedgerSinkTest, digests_and_ids_are_of_records_that_stand_in_the_window) {
  deliver(1, row(1, "a", "x", 1) + row(2, "b", "x", 1) + row(3, "c", "x", 1) + row(4, "d", "x", 1, "true"));
  const Instant from{std::chrono::sys_days{std::chrono::year{2024} / 5 / 2}};
  const Instant to{std::chrono::sys_days{std::chrono::year{2024} / 5 / 9}};
  EXPECT_THAT(*sink().ids("Opportunity", from, to), ElementsAre("006000000000002", "006000000000003"));
  std::uint64_t sum = 0;
  for (const std::string_view id : {"006000000000002", "006000000000003"})
    sum += std::stoull(sha256_hex(id).substr(0, 16), nullptr, 16);
  EXPECT_EQ(*sink().digest("Opportunity", from, to), (IdDigest{.count = 2, .sum = sum}));
  EXPECT_EQ(*sink().count("Opportunity"), 3U);
  EXPECT_EQ(*sink().count("Nobody__c"), 0U);
}

TEST_F(LedgerSinkTest, rows_of_a_history_are_counted_by_their_ids) {
  deliver(1, row(1, "a", "x", 1));
  Delivery history{.source = std::string(kSource), .seen_at = day_of_sync(2)};
  history.files = {file("h.csv",
                        "Id,OpportunityId,Field,OldValue,NewValue,CreatedDate\n"
                        "017000000000001AAA,006000000000001AAA,StageName,A,B,2024-05-20T00:00:00Z\n",
                        "OpportunityFieldHistory")};
  deliver(history);
  EXPECT_EQ(*sink().count("OpportunityFieldHistory"), 1U);
  EXPECT_THAT(*sink().ids("OpportunityFieldHistory", Instant{}, day_of_sync(1)),
              ElementsAre("017000000000001"));
}

TEST_F(LedgerSinkTest, described_fields_get_columns_of_their_types) {
  Delivery described{.source = std::string(kSource), .seen_at = day_of_sync(1)};
  described.fields = {{.object = "Deal__c", .field = "Value__c", .type = "currency"},
                      {.object = "Deal__c", .field = "Odd__c", .type = "something new"}};
  described.files = {file("d.csv", "Id,Value__c,Odd__c\na00000000000001,12.50,x\n", "Deal__c")};
  deliver(described);
  EXPECT_THAT(world_.cells({"Value__c", "typeof(Value__c)", "_other"}, "Deal__c"),
              ElementsAre(R"(12.5|real|{"Odd__c":"x"})"));
  // The next delivery need not describe them again.
  Delivery later{.source = std::string(kSource), .seen_at = day_of_sync(2)};
  later.files = {file("e.csv", "Id,Value__c\na00000000000001,13\n", "Deal__c")};
  deliver(later);
  EXPECT_THAT(world_.cells({"Value__c"}, "Deal__c"), ElementsAre("13"));
}

TEST_F(LedgerSinkTest, states_are_replaced_and_forgotten) {
  LedgerSink kept = sink();
  ASSERT_TRUE(kept.keep(kSource, {.key = "job", .value = "750A"}));
  ASSERT_TRUE(kept.keep(kSource, {.key = "job", .value = "750B"}));
  EXPECT_EQ(*kept.state(kSource, "job"), "750B");
  EXPECT_EQ(*kept.state("salesforce:other", "job"), std::nullopt);
  ASSERT_TRUE(kept.keep(kSource, {.key = "job", .value = std::nullopt}));
  EXPECT_EQ(*kept.state(kSource, "job"), std::nullopt);
}

TEST_F(LedgerSinkTest, a_secret_lies_in_a_file_that_only_its_owner_reads) {
  ASSERT_TRUE(sink().keep_secret(kSource, "refresh_token", Secret("first")));
  ASSERT_TRUE(sink().keep_secret(kSource, "refresh_token", Secret("second")));
  EXPECT_EQ((*sink().secret(kSource, "refresh_token"))->reveal(), "second");
  EXPECT_EQ(*sink().secret(kSource, "nothing"), std::nullopt);
  const std::string folder = world_.path_of("a.ledger.secrets");
  struct stat facts{};
  ASSERT_EQ(::stat((folder + "/salesforce%3Amain/refresh_token").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat(folder.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0700U);
  EXPECT_THAT(world_.rows("SELECT key FROM source_state"), IsEmpty()) << "not in the ledger";
}

TEST_F(LedgerSinkTest, the_spool_keeps_what_a_crash_left) {
  const DeliveredFile left = file("half.csv", "Id\n");
  const Result<fs::path> folder = sink().spool(kSource);
  ASSERT_TRUE(folder);
  EXPECT_TRUE(fs::exists(*folder / "half.csv"));
  struct stat facts{};
  ASSERT_EQ(::stat(folder->c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0700U);
}

TEST_F(LedgerSinkTest, notes_are_logged_by_themselves) {
  ASSERT_TRUE(sink().note({.kind = "sync.alarm", .body = R"("source":"salesforce:main")"}));
  EXPECT_THAT(world_.rows("SELECT entry FROM audit_entry WHERE kind = 'sync.alarm'"),
              ElementsAre(HasSubstr(R"("source":"salesforce:main")")));
}

}  // namespace
}  // namespace plumbline
