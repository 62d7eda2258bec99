#include "ledger/audit/audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "ledger/audit/anchors.h"
#include "ledger/audit/checkpoint.h"
#include "ledger/audit/entry.h"
#include "tests/ledger/audit/log_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;

class WriteLog : public LogFixture {
 protected:
  // The text of one column of one row.
  std::string ask(const std::string& sql) const {
    const auto database = must(open_sqlite(path(), {.access = DatabaseAccess::kRead}));
    const auto statement = must(database->prepare(sql));
    EXPECT_TRUE(must(statement->step())) << sql;
    return std::string(statement->text(0));
  }
  // What keeps the log from being written to; empty where nothing does.
  std::string refusal(Instant at = minute(99)) const {
    Result<Ledger> ledger = Ledger::open(path(), {.access = DatabaseAccess::kCreate, .now = kLogStart});
    if (!ledger) return ledger.error().to_string();
    Result<LedgerTransaction> transaction = LedgerTransaction::begin(*ledger, at);
    if (!transaction) return transaction.error().to_string();
    const Result<std::int64_t> logged = transaction->log({.kind = "program.started", .body = ""});
    return logged ? "" : logged.error().to_string();
  }
  unsigned mode_of(const std::string& file) const {
    struct stat facts{};
    EXPECT_EQ(::stat(file.c_str(), &facts), 0) << file;
    return facts.st_mode & 07777U;
  }
};

TEST_F(WriteLog, entries_are_canonical_and_count_from_0) {
  {
    Ledger ledger = open();
    LedgerTransaction transaction = must(LedgerTransaction::begin(ledger, minute(0)));
    EXPECT_EQ(must(transaction.log({.kind = "program.started", .body = ""})), 0);
    EXPECT_EQ(must(transaction.log({.kind = "violation.opened", .body = R"("policy":"no-amount")"})), 1);
    EXPECT_EQ(
        must(transaction.log({.kind = "violation.opened", .body = R"("run":1)", .personal = R"({"a":"b"})"})),
        2);
    must(transaction.commit());
  }
  EXPECT_EQ(ask("SELECT entry FROM audit_entry WHERE seq = 0"),
            R"({"seq":0,"at":"2024-06-01T12:00:00Z","kind":"program.started"})");
  EXPECT_EQ(ask("SELECT entry FROM audit_entry WHERE seq = 1"),
            R"({"seq":1,"at":"2024-06-01T12:00:00Z","kind":"violation.opened","policy":"no-amount"})");
  const std::string entry = ask("SELECT entry FROM audit_entry WHERE seq = 2");
  const std::string salt = ask("SELECT salt FROM audit_entry WHERE seq = 2");
  EXPECT_EQ(ask("SELECT personal FROM audit_entry WHERE seq = 2"), R"({"a":"b"})");
  EXPECT_EQ(salt.size(), kSaltBytes);
  EXPECT_EQ(entry, R"({"seq":2,"at":"2024-06-01T12:00:00Z","kind":"violation.opened","run":1,"personal":")" +
                       sha256_hex(salt + R"({"a":"b"})") + "\"}");
  EXPECT_EQ(ask("SELECT kind FROM audit_entry WHERE seq = 2"), "violation.opened");
}

TEST_F(WriteLog, each_transaction_with_entries_has_one_checkpoint) {
  const std::vector<std::string> checkpoints = fill({3, 2});
  EXPECT_EQ(ask("SELECT count(*) FROM audit_checkpoint"), "2");
  EXPECT_EQ(ask("SELECT note FROM audit_checkpoint WHERE id = 2"), checkpoints[1]);
  const Checkpoint checkpoint = must(parse_checkpoint(must(parse_note(checkpoints[1])).text));
  EXPECT_EQ(checkpoint.origin, "plumbline/default");
  EXPECT_EQ(checkpoint.size, 5U);
  EXPECT_EQ(checkpoint.at, minute(1));
  Ledger ledger = open();
  LedgerTransaction nothing = must(LedgerTransaction::begin(ledger, minute(2)));
  EXPECT_EQ(must(nothing.commit()), "");
  EXPECT_EQ(ask("SELECT count(*) FROM audit_checkpoint"), "2");
}

TEST_F(WriteLog, a_quiet_period_is_sealed_when_asked) {
  Ledger ledger = open();
  add(ledger, 3, minute(0));
  AuditLog* const log = must(ledger.audit_log());
  must(ledger.database().begin());
  EXPECT_EQ(must(log->seal(minute(5))), std::nullopt);
  EXPECT_THAT(*must(log->seal(minute(5), QuietSeal::kWrite)), HasSubstr("\n3\n"));
  EXPECT_EQ(must(log->seal(minute(5), QuietSeal::kWrite)), std::nullopt) << "it would say the same again";
  must(ledger.database().commit());
  EXPECT_EQ(faults(), "");
}

TEST_F(WriteLog, what_is_rolled_back_was_never_there) {
  Ledger ledger = open();
  add(ledger, 300, minute(0));
  {
    LedgerTransaction transaction = must(LedgerTransaction::begin(ledger, minute(1)));
    for (std::size_t i = 0; i < 600; ++i) add_one(transaction, i);
  }
  add(ledger, 3, minute(2));
  const VerifyReport report = verify();
  EXPECT_EQ(faults_of(report), "");
  EXPECT_EQ(report.logs[0].entries, 303U);
}

TEST_F(WriteLog, two_programs_take_turns) {
  Ledger one = open();
  Ledger two = open();
  add(one, 200, minute(0));
  add(two, 200, minute(1));
  add(one, 1, minute(2));
  add(one, 1, minute(3));
  add(two, 70, minute(4));
  const VerifyReport report = verify();
  EXPECT_EQ(faults_of(report), "");
  EXPECT_EQ(report.logs[0].entries, 472U);
}

TEST_F(WriteLog, the_key_is_made_with_the_log_and_its_owners_alone) {
  fill({1});
  EXPECT_EQ(mode_of(secret_key_path(path())), 0600U);
  const std::vector<NoteKey> keys = must(read_public_keys(public_key_path(path())));
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].name, "plumbline/default");
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(must(read_public_keys(public_key_path(path()))), keys) << "made once";
}

TEST_F(WriteLog, a_lost_public_key_is_written_again) {
  fill({1});
  const std::vector<NoteKey> keys = must(read_public_keys(public_key_path(path())));
  std::filesystem::remove(public_key_path(path()));
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(must(read_public_keys(public_key_path(path()))), keys);
}

TEST_F(WriteLog, a_lost_key_is_never_made_anew_for_a_log_with_entries) {
  fill({1});
  std::filesystem::remove(secret_key_path(path()));
  EXPECT_EQ(refusal(),
            secret_key_path(path()) +
                ": the secret key of the audit log is gone, and without it nothing can be added to a log "
                "that has entries; put the file back from a backup");
  EXPECT_FALSE(std::filesystem::exists(secret_key_path(path())));
}

TEST_F(WriteLog, a_key_that_others_may_read_is_refused) {
  fill({1});
  ASSERT_EQ(::chmod(secret_key_path(path()).c_str(), 0640), 0);
  EXPECT_THAT(refusal(),
              HasSubstr("others than its owner may read or write the secret key of the audit log (mode "
                        "0640); chmod 600 it"));
}

TEST_F(WriteLog, another_key_is_refused) {
  fill({1});
  const SecretBytes pem = Ed25519Key::generate().to_pem();
  std::filesystem::remove(secret_key_path(path()));
  must(write_durably(secret_key_path(path()), pem.bytes(), FileStart::kNew, 0600));
  EXPECT_THAT(refusal(), HasSubstr("this public key is not that of " + secret_key_path(path())));
  std::filesystem::remove(public_key_path(path()));
  EXPECT_THAT(refusal(), HasSubstr("the newest checkpoint of the audit log, of 1 entries, is not signed by "
                                   "plumbline/default with the key in"));
}

TEST_F(WriteLog, a_key_that_is_none_is_refused_with_its_place) {
  fill({1});
  std::ofstream(secret_key_path(path())) << "secret";
  EXPECT_EQ(refusal(), secret_key_path(path()) +
                           ": this is no secret key: the first line has to be -----BEGIN PRIVATE KEY-----");
}

TEST_F(WriteLog, nothing_is_added_to_a_log_that_was_changed) {
  fill({300, 5});
  tamper("CREATE TABLE kept AS SELECT * FROM audit_tile");
  const auto with = [&](const std::string& sql) {
    tamper(sql);
    const std::string told = refusal();
    tamper("DELETE FROM audit_tile; INSERT INTO audit_tile SELECT * FROM kept");
    return told;
  };
  EXPECT_THAT(
      with("UPDATE audit_tile SET hashes = zeroblob(32 * 49) WHERE level = 0 AND tile = 1"),
      HasSubstr(
          "the tree of the audit log is not the one that its newest checkpoint, of 305 entries, was signed "
          "for; nothing was added to the audit log: plumbline log verify tells more"));
  EXPECT_THAT(with("DELETE FROM audit_tile WHERE level = 1"),
              HasSubstr("tile 1/0 of the audit log's tree is not whole"));
  EXPECT_EQ(refusal(), "");
  tamper("DELETE FROM audit_entry WHERE seq = 304");
  EXPECT_THAT(refusal(),
              HasSubstr("the audit log has entries up to 303, and its newest checkpoint is of 305"));
}

TEST_F(WriteLog, corruption_is_told_by_its_code) {
  fill({3});
  tamper("DELETE FROM audit_tile");
  Ledger ledger = open();
  const Result<AuditLog*> log = ledger.audit_log();
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::kCorrupt);
}

TEST_F(WriteLog, time_does_not_run_backwards) {
  Ledger ledger = open();
  add(ledger, 3, minute(10));
  AuditLog* const log = must(ledger.audit_log());
  must(ledger.database().begin());
  const Result<std::int64_t> logged = log->append(minute(9), {.kind = "program.started", .body = ""});
  ledger.database().rollback();
  ASSERT_FALSE(logged);
  EXPECT_THAT(logged.error().message,
              HasSubstr("the audit log has a checkpoint of 2024-06-01T12:10:00Z, and this would "
                        "be of 2024-06-01T12:09:00Z"));
}

TEST(CanonicalEntry, its_head_and_commitment_are_found) {
  std::string text;
  const Sha256Digest digest = sha256("x");
  write_entry(text, 12, kLogStart, {.kind = "run.done", .body = R"("a":{"personal":"y"})"}, &digest);
  const auto head = head_of(text);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->seq, 12U);
  EXPECT_EQ(head->at, "2024-06-01T12:00:00Z");
  EXPECT_EQ(head->kind, "run.done");
  EXPECT_EQ(commitment_in(text), to_hex(digest));
  EXPECT_FALSE(commitment_in(text.substr(0, text.size() - 1)));
  EXPECT_FALSE(head_of("{}"));
}

TEST_F(WriteLog, anchors_get_every_checkpoint_and_their_failure_takes_nothing_back) {
  const std::vector<std::string> checkpoints = fill({3, 3});
  const AnchorOptions anchors{.paths = {folder_.path_of("none/sent.txt"), folder_.path_of("sent.txt")}};
  std::vector<Error> failed;
  for (const std::string& checkpoint : checkpoints) failed = anchor_checkpoint(checkpoint, anchors);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_THAT(failed[0].to_string(),
              HasSubstr("none/sent.txt: the checkpoint was not anchored, the ledger is as it should be: "));
  const std::string sent = must(read_small_file(folder_.path_of("sent.txt")));
  EXPECT_EQ(sent, checkpoints[0] + "\n" + checkpoints[1] + "\n");
  EXPECT_TRUE(verify({sent}).logs[0].anchored_to_end);
}

TEST(Anchors, the_journal_gets_one_line) {
  EXPECT_EQ(journal_line("a\nb\n"), "checkpoint of the audit log: a\\nb\\n");
}

}  // namespace
}  // namespace plumbline
