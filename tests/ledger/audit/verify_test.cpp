#include "ledger/audit/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ledger/audit/log_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;

class VerifyLog : public LogFixture {};

TEST_F(VerifyLog, finds_nothing_wrong_with_what_was_written) {
  const std::vector<std::string> checkpoints = fill({1, 254, 1, 1, 700, 3});
  const VerifyReport report = verify({checkpoints.back()});
  EXPECT_EQ(faults_of(report), "");
  ASSERT_EQ(report.logs.size(), 1U);
  const LogReport& log = report.logs[0];
  EXPECT_EQ(log.organisation, "default");
  EXPECT_EQ(log.origin, "plumbline/default");
  EXPECT_EQ(log.entries, 960U);
  EXPECT_EQ(log.checkpoints, 6U);
  EXPECT_EQ(log.with_personal_text, 1U + 85U + 1U + 1U + 234U + 1U);
  EXPECT_EQ(log.erased, 0U);
  EXPECT_EQ(log.newest, minute(5));
  EXPECT_TRUE(log.anchored_to_end);
}

TEST_F(VerifyLog, without_an_anchor_of_the_end_it_does_not_know_whether_it_is_whole) {
  const std::vector<std::string> checkpoints = fill({5, 5});
  EXPECT_FALSE(verify().logs[0].anchored_to_end);
  const VerifyReport older = verify({checkpoints[0]});
  EXPECT_EQ(faults_of(older), "");
  EXPECT_FALSE(older.logs[0].anchored_to_end);
  EXPECT_EQ(older.logs[0].anchored, 5U);
  EXPECT_TRUE(verify({checkpoints[1]}).logs[0].anchored_to_end);
}

TEST_F(VerifyLog, a_new_ledger_has_nothing_to_be_wrong) {
  open();
  Ledger ledger = open();
  must(ledger.audit_log());
  EXPECT_EQ(faults(), "");
}

TEST_F(VerifyLog, names_the_entry_that_was_changed) {
  fill({300, 300});
  tamper("UPDATE audit_entry SET entry = replace(entry, 'no-next-step', 'no-amount') WHERE seq = 258");
  EXPECT_EQ(
      faults(),
      "entry 258 (violation.opened, 2024-06-01T12:00:00Z) does not hash to its leaf (tile 0/1, hash 2)\n");
}

TEST_F(VerifyLog, names_the_entries_that_are_missing) {
  fill({300, 300});
  tamper("DELETE FROM audit_entry WHERE seq IN (7, 8, 9, 400)");
  EXPECT_EQ(faults(), "entries 7 to 9 are missing\nentry 400 is missing\n");
}

TEST_F(VerifyLog, names_entries_that_changed_places) {
  fill({20});
  tamper(
      "UPDATE audit_entry SET seq = -1 WHERE seq = 3; UPDATE audit_entry SET seq = 3 WHERE seq = 12;"
      "UPDATE audit_entry SET seq = 12 WHERE seq = -1");
  const std::string found = faults();
  EXPECT_THAT(found, HasSubstr("entry 3 calls itself another number"));
  EXPECT_THAT(found, HasSubstr("entry 12 calls itself another number"));
  EXPECT_THAT(found, HasSubstr("entry 3 (violation.opened, 2024-06-01T12:00:00Z) does not hash to its leaf"));
}

TEST_F(VerifyLog, names_entries_that_were_added) {
  fill({20});
  tamper("INSERT INTO audit_entry(org, seq, entry) SELECT org, 20, entry FROM audit_entry WHERE seq = 4");
  EXPECT_THAT(faults(),
              HasSubstr("entry 20 (violation.opened, 2024-06-01T12:00:00Z) stands outside of the log, "
                        "which has 20 entries by its newest checkpoint"));
}

TEST_F(VerifyLog, a_change_that_also_went_through_the_tree_is_found_by_the_signatures) {
  fill({2, 2});
  // What the writer itself would make of other entries.
  {
    Ledger other = must(Ledger::open(path() + "2", {.access = DatabaseAccess::kCreate, .now = kLogStart}));
    add(other, 4, minute(0));
  }
  tamper(fmt::format(
      "ATTACH '{}2' AS other; DELETE FROM audit_entry; DELETE FROM audit_tile;"
      "INSERT INTO audit_entry(org, seq, entry, personal, salt) SELECT org, seq, entry, personal, salt "
      "FROM other.audit_entry; INSERT INTO audit_tile SELECT * FROM other.audit_tile",
      path()));
  EXPECT_THAT(faults(),
              HasSubstr("checkpoint 2 (4 entries, 2024-06-01T12:01:00Z): the first 4 entries do not have "
                        "its root; something from entry 0 to 3 is not as it was"));
}

TEST_F(VerifyLog, says_where_between_two_checkpoints_something_changed) {
  fill({100, 100, 100});
  tamper(
      "UPDATE audit_entry SET entry = replace(entry, 'no-next-step', 'no-amount') WHERE seq = 150;"
      "UPDATE audit_tile SET hashes = zeroblob(32 * 256)");
  EXPECT_THAT(faults(),
              HasSubstr("checkpoint 2 (200 entries, 2024-06-01T12:01:00Z): the first 200 entries do not "
                        "have its root; something from entry 100 to 199 is not as it was"));
}

TEST_F(VerifyLog, names_the_tile_that_was_changed) {
  fill({70'000});
  tamper("UPDATE audit_tile SET hashes = zeroblob(32 * 256) WHERE level = 1 AND tile = 0");
  EXPECT_EQ(
      faults(),
      "tile 1/0: 256 of its hashes are not the roots of the tiles below, the first is hash 0 (tile 0/0)\n");
}

TEST_F(VerifyLog, tells_a_changed_tile_from_changed_entries) {
  fill({600});
  tamper(
      "UPDATE audit_tile SET hashes = substr(hashes, 1, 320) || zeroblob(32) || substr(hashes, 353) "
      "WHERE level = 0 AND tile = 1");
  EXPECT_EQ(faults(), "tile 0/1: 1 of its 256 hashes are not those of the entries, the first is hash 10\n");
}

TEST_F(VerifyLog, names_tiles_that_are_missing_cut_or_too_many) {
  fill({600});
  tamper("DELETE FROM audit_tile WHERE level = 0 AND tile = 1");
  EXPECT_EQ(faults(), "tile 0/1 is missing\n");
  tamper("UPDATE audit_tile SET hashes = substr(hashes, 1, 32 * 87) WHERE level = 0 AND tile = 2");
  EXPECT_EQ(faults(), "tile 0/1 is missing\ntile 0/2 has 2784 bytes, and should have 2816\n");
  tamper("INSERT INTO audit_tile VALUES(1, 3, 0, zeroblob(32)), (1, 0, 7, zeroblob(32))");
  EXPECT_THAT(faults(), HasSubstr("tile 0/7 stands outside of the tree, which has 3 tiles at that level\n"
                                  "tile 3/0 stands outside of the tree, which has 0 tiles at that level\n"));
}

TEST_F(VerifyLog, names_checkpoints_that_are_missing_or_not_in_order) {
  fill({5, 5, 5, 5});
  tamper("DELETE FROM audit_checkpoint WHERE id = 2");
  EXPECT_EQ(faults(), "checkpoint 2 is missing\n");
  tamper(
      "INSERT INTO audit_checkpoint(id, org, size, note) SELECT 2, org, size, note FROM audit_checkpoint "
      "WHERE id = 3");
  EXPECT_EQ(faults(),
            "checkpoint 3 (15 entries, 2024-06-01T12:02:00Z) repeats checkpoint 2 (15 entries, "
            "2024-06-01T12:02:00Z)\n");
}

TEST_F(VerifyLog, a_checkpoint_counts_only_as_it_was_signed) {
  fill({5, 5});
  tamper(
      "UPDATE audit_checkpoint SET note = replace(note, '12:00:00Z', '11:00:00Z') WHERE id = 1;"
      "UPDATE audit_checkpoint SET size = 9 WHERE id = 2");
  EXPECT_EQ(faults(),
            "checkpoint 1 (5 entries, 2024-06-01T11:00:00Z) is not rightly signed by plumbline/default\n"
            "checkpoint 2 (10 entries, 2024-06-01T12:01:00Z) stands in a row that says 9 entries\n");
}

TEST_F(VerifyLog, a_row_of_no_organisation_is_told) {
  fill({5});
  tamper(
      "INSERT INTO audit_entry(org, seq, entry) VALUES(7, 0, '{}'); INSERT INTO audit_tile VALUES(8, 0, 0, "
      "'x');"
      "INSERT INTO audit_checkpoint(org, size, note) VALUES(9, 0, '')");
  EXPECT_EQ(faults(),
            "checkpoint 2 belongs to organisation 9, which is not in the ledger\n"
            "there are entries of organisation 7, which is not in the ledger\n"
            "there are tiles of organisation 8, which is not in the ledger\n");
}

TEST_F(VerifyLog, erased_personal_text_is_counted_and_no_fault) {
  fill({10});
  tamper("UPDATE audit_entry SET personal = NULL, salt = NULL WHERE seq = 3");
  const VerifyReport report = verify();
  EXPECT_EQ(faults_of(report), "");
  EXPECT_EQ(report.logs[0].with_personal_text, 4U);
  EXPECT_EQ(report.logs[0].erased, 1U);
}

TEST_F(VerifyLog, personal_text_is_held_to_its_commitment) {
  fill({13});
  tamper(
      "UPDATE audit_entry SET personal = replace(personal, 'Ada', 'Ida') WHERE seq = 0;"
      "UPDATE audit_entry SET salt = zeroblob(16) WHERE seq = 3;"
      "UPDATE audit_entry SET salt = NULL WHERE seq = 6;"
      "UPDATE audit_entry SET personal = '{}' WHERE seq = 7");
  EXPECT_EQ(
      faults(),
      "entry 0 (violation.opened, 2024-06-01T12:00:00Z): its personal text is not the one it was written "
      "with\n"
      "entry 3 (violation.resolved, 2024-06-01T12:00:00Z): its personal text is not the one it was written "
      "with\n"
      "entry 6 (violation.opened, 2024-06-01T12:00:00Z): of its personal text and the salt one is erased, "
      "and "
      "the other is not\n"
      "entry 7 (violation.resolved, 2024-06-01T12:00:00Z) has personal text beside it that it does not speak "
      "of\n");
}

TEST_F(VerifyLog, an_anchor_tells_that_the_end_was_cut_off) {
  const std::vector<std::string> checkpoints = fill({300, 5});
  // A copy of yesterday, with everything that belongs to it.
  tamper(
      "DELETE FROM audit_checkpoint WHERE id = 2; DELETE FROM audit_entry WHERE seq >= 300;"
      "UPDATE audit_tile SET hashes = substr(hashes, 1, 32 * 44) WHERE level = 0 AND tile = 1");
  EXPECT_EQ(faults(), "");
  EXPECT_THAT(
      faults({checkpoints[1]}),
      HasSubstr("anchor 1 of sent.txt (305 entries, 2024-06-01T12:01:00Z): the log has 300 entries and must "
                "have had 305; the rest was cut off, or an older copy was put in its place"));
}

TEST_F(VerifyLog, an_anchor_of_a_quiet_period_tells_that_checkpoints_were_cut_off) {
  std::string quiet;
  {
    Ledger ledger = open();
    add(ledger, 5, minute(0));
    AuditLog* const log = must(ledger.audit_log());
    must(ledger.database().begin());
    quiet = *must(log->seal(minute(60), QuietSeal::kWrite));
    must(ledger.database().commit());
  }
  EXPECT_EQ(faults({quiet}), "");
  tamper("DELETE FROM audit_checkpoint WHERE id = 2");
  EXPECT_EQ(
      faults({quiet}),
      "anchor 1 of sent.txt (5 entries, 2024-06-01T13:00:00Z) is newer than the newest checkpoint of the "
      "log, of "
      "2024-06-01T12:00:00Z; checkpoints were cut off, or an older copy was put in the ledger's place\n");
}

// Whoever holds the key may sign any number of entries, and must not keep a verifier busy for ever.
TEST_F(VerifyLog, a_size_beyond_all_bounds_is_told_and_not_counted_up_to) {
  fill({10});
  std::ifstream key_file(secret_key_path(path()));
  const std::string pem((std::istreambuf_iterator<char>(key_file)), std::istreambuf_iterator<char>());
  const std::string note = sign_note(
      "plumbline/default\n9000000000000000000\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nat "
      "2024-06-01T12:01:00Z\n",
      "plumbline/default", must(Ed25519Key::from_pem(pem)));
  tamper(fmt::format("INSERT INTO audit_checkpoint(org, size, note) VALUES(1, 9000000000000000000, '{}')",
                     note));
  EXPECT_EQ(faults(),
            "checkpoint 2 (9000000000000000000 entries, 2024-06-01T12:01:00Z): the log has 10 entries and "
            "must have had "
            "9000000000000000000; the rest was cut off, or an older copy was put in its place\n");
}

TEST_F(VerifyLog, an_anchor_tells_a_log_that_was_signed_again) {
  const std::vector<std::string> checkpoints = fill({10, 10, 10});
  std::filesystem::remove(path());
  {
    // The same key signs another story.
    Ledger ledger = open();
    LedgerTransaction transaction = must(LedgerTransaction::begin(ledger, minute(0)));
    for (int i = 0; i < 40; ++i)
      must(transaction.log({.kind = "violation.opened", .body = R"("record":"006")"}));
    must(transaction.commit());
    add(ledger, 1, minute(90));
  }
  EXPECT_EQ(faults(), "");
  EXPECT_THAT(
      faults({checkpoints[1]}),
      HasSubstr(
          "anchor 1 of sent.txt (20 entries, 2024-06-01T12:01:00Z): the first 20 entries do not have its "
          "root"));
}

TEST_F(VerifyLog, anchors_of_one_file_are_looked_at_one_by_one) {
  const std::vector<std::string> checkpoints = fill({10, 10, 10});
  const std::string file = checkpoints[0] + "\n" + checkpoints[1] + "\n" + checkpoints[2].substr(0, 30);
  const VerifyReport report = verify({file});
  EXPECT_EQ(faults_of(report), "");
  EXPECT_EQ(report.logs[0].anchors, 2U);
  EXPECT_THAT(report.notes, ::testing::ElementsAre(
                                "anchor 3 of sent.txt was cut off while it was written, and does not count"));
}

TEST_F(VerifyLog, anchors_that_are_no_checkpoints_of_this_log_are_faults) {
  const std::vector<std::string> checkpoints = fill({10});
  EXPECT_EQ(faults({"hello\n"}),
            "anchor 1 of sent.txt cannot be read (a signed note has an empty line between its text and its "
            "signatures, "
            "and this has none)\n");
  EXPECT_EQ(faults({""}), "anchor file sent.txt holds no checkpoint\n");
  std::string other = checkpoints[0];
  other.replace(other.find("\n10\n"), 4, "\n11\n");
  EXPECT_EQ(faults({other}), "anchor 1 of sent.txt is not rightly signed by plumbline/default\n");
}

TEST_F(VerifyLog, a_log_that_another_key_signed_is_told) {
  fill({10});
  VerifyOptions other = options();
  other.keys = {{.name = "plumbline/default", .key = Ed25519Key::generate().public_key()}};
  const std::string found = faults_of(must(verify_audit_logs(other)));
  EXPECT_THAT(found, HasSubstr("checkpoint 1 (10 entries, 2024-06-01T12:00:00Z) is not rightly signed by "
                               "plumbline/default"));
  EXPECT_THAT(found, HasSubstr("of 10 entries nothing shows who wrote them"));
  other.keys[0].name = "plumbline/other";
  EXPECT_THAT(faults_of(must(verify_audit_logs(other))),
              HasSubstr("the ledger holds no log that plumbline/other has signed"));
}

TEST_F(VerifyLog, each_organisation_has_a_log_of_its_own) {
  fill({10});
  {
    Ledger ledger = must(Ledger::open(
        path(), {.access = DatabaseAccess::kCreate, .organisation = "Northern Sales", .now = kLogStart}));
    add(ledger, 300, minute(3));
  }
  const VerifyReport report = verify();
  EXPECT_EQ(faults_of(report), "");
  ASSERT_EQ(report.logs.size(), 2U);
  EXPECT_EQ(report.logs[1].origin, "plumbline/Northern%20Sales");
  EXPECT_EQ(report.logs[1].entries, 300U);
}

TEST_F(VerifyLog, finds_the_same_whatever_the_number_of_threads) {
  fill({5000, 5000, 5000});
  tamper(
      "UPDATE audit_entry SET entry = entry || ' ' WHERE seq % 1000 = 3; DELETE FROM audit_entry WHERE seq % "
      "777 = 5;"
      "UPDATE audit_tile SET hashes = zeroblob(8192) WHERE level = 0 AND tile IN (4, 40);"
      "UPDATE audit_checkpoint SET size = 3 WHERE id = 2");
  VerifyOptions wanted = options();
  const VerifyReport one = must(verify_audit_logs(wanted));
  wanted.threads = 4;
  const VerifyReport four = must(verify_audit_logs(wanted));
  EXPECT_EQ(faults_of(one), faults_of(four));
  EXPECT_GT(one.logs[0].faults.count, 40U);
  EXPECT_EQ(one.logs[0].faults.count, four.logs[0].faults.count);
}

TEST_F(VerifyLog, a_file_that_is_no_ledger_is_an_error) {
  folder_.write("a.ledger", "not a ledger");
  const Result<VerifyReport> report = verify_audit_logs({.ledger = path()});
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("not a ledger"));
}

}  // namespace
}  // namespace plumbline
