#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/cli/exit_status.h"
#include "ledger/ledger.h"
#include "ledger/query.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class LedgerUpkeep : public testing::Test {
 protected:
  LedgerUpkeep() {
    Result<Ledger> ledger = Ledger::open(path(), {.access = DatabaseAccess::kCreate, .now = kTestNow});
    EXPECT_TRUE(ledger);
    EXPECT_TRUE(ledger->database().execute(R"sql(
      INSERT INTO sync(id, org, source, seen_at, written_at, complete) VALUES
        (1, 1, 'folder:a', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z', 0);
      INSERT INTO reject(org, sync, file, line, column_name, reason, raw) VALUES(1, 1, 'a.csv', 2, '', 'no id', '');
      INSERT INTO change(org, field, record, old, new, happened_at, seen_at, sync) VALUES
        (1, 1, 'r', 'a', 'b', 100, 100, 1), (1, 1, 'r', 'b', 'c', 200, 200, 1))sql"));
    Result<LedgerTransaction> transaction = LedgerTransaction::begin(*ledger, kTestNow);
    EXPECT_TRUE(transaction);
    EXPECT_TRUE(transaction->log({.kind = "violation.opened",
                                  .body = R"("owner":"005000000000001AAA")",
                                  .personal = R"({"owner_name":"Wilhelmina Quist"})"}));
    EXPECT_TRUE(transaction->commit());
  }
  std::string path() const { return folder_.path_of("a.ledger"); }
  std::string config(std::string_view retention) const {
    return folder_.write("plumbline.yaml",
                         "ledger: {file: a.ledger}\nretention: {" + std::string(retention) + "}\n");
  }
  std::int64_t ask(std::string_view sql) const {
    const Result<Ledger> ledger = Ledger::open(path(), {.access = DatabaseAccess::kRead});
    return ledger ? ask_integer(ledger->database(), sql, {}).value_or(-1) : -1;
  }

  TempFolder folder_;
};

TEST_F(LedgerUpkeep, prune_tells_what_would_go_and_writes_nothing) {
  const Ran ran =
      run_words({"ledger", "prune", "--config", config("changes: 3 years, rejects: 90 days"), "--dry-run"});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_EQ(ran.out,
            "changes would go: 1 changes of fields, before 2021-06-01T12:00:00Z\n"
            "rejects would go: 1 rejected rows and cells, before 2024-03-03T12:00:00Z\n");
  EXPECT_EQ(ask("SELECT count(*) FROM change"), 2);
  EXPECT_EQ(ask("SELECT count(*) FROM audit_entry"), 1);
}

TEST_F(LedgerUpkeep, prune_takes_it_out_and_says_what_can_no_longer_be_asked) {
  const Ran ran = run_words({"ledger", "prune", "--config", config("changes: 3 years, rejects: 90 days")});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("changes went: 1 changes of fields"));
  EXPECT_THAT(ran.err, HasSubstr("How records stood before 2021-06-01T12:00:00Z can no longer be asked."));
  EXPECT_EQ(ask("SELECT count(*) FROM change"), 1);
  EXPECT_EQ(ask("SELECT count(*) FROM reject"), 0);
  EXPECT_EQ(ask("SELECT count(*) FROM audit_entry WHERE kind = 'records.pruned'"), 2);
  const Ran again = run_words({"ledger", "prune", "--config", config("changes: 3 years, rejects: 90 days")});
  EXPECT_THAT(again.out, HasSubstr("nothing was written"));
  EXPECT_EQ(ask("SELECT count(*) FROM audit_entry"), 3);
}

TEST_F(LedgerUpkeep, prune_wants_to_be_told_what_may_go) {
  const Ran ran = run_words({"ledger", "prune", "--ledger", path()});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("everything is kept for ever"));
}

TEST_F(LedgerUpkeep, erasing_tells_what_went_and_what_it_does_not_reach) {
  const Ran ran = run_words({"ledger", "erase-personal", "--ledger", path(), "--owner", "005000000000001",
                             "--reason", "request of 1 June"});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_EQ(ran.out, "005000000000001: erased in 1 entry of the audit log, 0 violations and 0 waivers\n");
  EXPECT_THAT(ran.err, HasSubstr("Backups"));
  EXPECT_EQ(ask("SELECT count(*) FROM audit_entry WHERE personal IS NULL AND salt IS NULL"), 1);
}

TEST_F(LedgerUpkeep, erasing_leaves_a_log_that_verifies) {
  folder_.write("plumbline.yaml", "ledger: {file: a.ledger}\naudit: {anchors: [anchors]}\n");
  ASSERT_EQ(run_words({"ledger", "erase-personal", "--config", folder_.path_of("plumbline.yaml"), "--owner",
                       "005000000000001", "--reason", "request of 1 June"})
                .status,
            kExitDone);
  const Ran ran = run_words({"log", "verify", path(), "--anchor", folder_.path_of("anchors")});
  EXPECT_EQ(ran.status, kExitDone) << ran.out << ran.err;
  EXPECT_THAT(ran.out + ran.err, HasSubstr("erased"));
}

TEST_F(LedgerUpkeep, pruning_leaves_a_log_that_verifies) {
  ASSERT_EQ(run_words({"ledger", "prune", "--config", config("changes: 3 years, rejects: 90 days")}).status,
            kExitDone);
  const Ran ran = run_words({"log", "verify", path()});
  EXPECT_EQ(ran.status, kExitDone) << ran.out << ran.err;
}

TEST_F(LedgerUpkeep, erasing_wants_a_person_and_a_reason) {
  const Ran ran = run_words({"ledger", "erase-personal", "--ledger", path(), "--reason", " "});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err,
              AllOf(HasSubstr("say whose texts go with --owner"), HasSubstr("say why with --reason")));
}

TEST_F(LedgerUpkeep, erasing_somebody_unknown_is_told) {
  const Ran ran =
      run_words({"ledger", "erase-personal", "--ledger", path(), "--owner", "005X", "--reason", "x"});
  EXPECT_EQ(ran.status, kExitInput);
  EXPECT_THAT(ran.err, HasSubstr("the ledger says nothing of 005X"));
}

}  // namespace
}  // namespace plumbline
