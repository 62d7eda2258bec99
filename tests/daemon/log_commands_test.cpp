// `plumbline log ...` as people call it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/cli/exit_status.h"
#include "ledger/audit/anchors.h"
#include "ledger/ledger.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class LogCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<Ledger> made = Ledger::open(ledger(), {.access = DatabaseAccess::kCreate, .now = kTestNow});
    ASSERT_TRUE(made) << made.error().to_string();
    commit(*made, 0,
           {{.kind = "sync",
             .body = R"("sync":1,"source":"folder:/srv/exports","complete":true,"history_rows":0)"},
            {.kind = "run", .body = R"("run":1,"as_of":"2024-06-01T12:00:00Z","opened":2)"},
            opened(1, "006000000000001AAA", "005000000000001", "essentials/no-amount"),
            opened(2, "006000000000002", "005000000000002", "essentials/past-close-date")});
    commit(*made, 24,
           {{.kind = "violation.resolved",
             .body = R"("violation":1,"run":2,"policy":"essentials/no-amount","object":"Opportunity",)"
                     R"("record":"006000000000001AAA","owner":"005000000000001")",
             .personal = R"({"record_name":"Copper Kettle","owner_name":"Ada Marlowe-Finch"})"}});
  }

  static AuditEntry opened(int number, std::string_view record, std::string_view owner,
                           std::string_view policy) {
    static std::vector<std::unique_ptr<std::string>> bodies;
    bodies.push_back(std::make_unique<std::string>(fmt::format(
        R"("violation":{},"run":1,"policy":"{}","object":"Opportunity","record":"{}","owner":"{}","severity":"medium")",
        number, policy, record, owner)));
    return {
        .kind = "violation.opened",
        .body = *bodies.back(),
        .personal =
            R"({"record_name":"Copper Kettle","owner_name":"Ada Marlowe-Finch",)"
            R"("message":"The amount is missing.","evidence":{"StageName":"Negotiation","Amount":null}})"};
  }
  // Also the transition rows that the entries go with.
  void commit(Ledger& to, int hour, const std::vector<AuditEntry>& entries) {
    Result<LedgerTransaction> transaction = LedgerTransaction::begin(to, kTestNow + std::chrono::hours{hour});
    ASSERT_TRUE(transaction) << transaction.error().to_string();
    for (const AuditEntry& entry : entries) {
      const Result<std::int64_t> seq = transaction->log(entry);
      ASSERT_TRUE(seq) << seq.error().to_string();
      if (!entry.kind.starts_with("violation")) continue;
      const int number = entry.body.find("\"violation\":1,") != std::string_view::npos ? 1 : 2;
      ASSERT_TRUE(to.database().execute(
          fmt::format("INSERT INTO transition(org, run, violation, kind, at, owner, audit_seq) "
                      "VALUES(1, 1, {}, 'opened', '', '', {})",
                      number, *seq)));
    }
    const Result<std::string> checkpoint = transaction->commit();
    ASSERT_TRUE(checkpoint) << checkpoint.error().to_string();
    EXPECT_TRUE(anchor_checkpoint(*checkpoint, {.paths = {sent()}}).empty());
  }
  void tamper(const std::string& sql) const {
    const auto database = open_sqlite(ledger(), {.access = DatabaseAccess::kWrite});
    ASSERT_TRUE(database);
    for (const std::string& statement : {std::string("DROP TRIGGER audit_entry_is_final"), sql}) {
      const Status done = (*database)->execute(statement);
      ASSERT_TRUE(done) << done.error().to_string();
    }
  }

  std::string ledger() const { return folder_.path_of("a.ledger"); }
  std::string key() const { return ledger() + ".pub"; }
  std::string sent() const { return folder_.path_of("sent.txt"); }
  Ran show(std::vector<std::string> words) const {
    words.insert(words.begin(), {"log", "show", "--ledger", ledger()});
    return run_words(words);
  }

  TempFolder folder_;
};

TEST_F(LogCommands, verify_says_what_was_verified) {
  const Ran ran = run_words({"log", "verify", ledger(), "--pubkey", key(), "--anchor", sent()});
  EXPECT_EQ(ran.status, kExitDone);
  EXPECT_THAT(ran.out, MatchesRegex("default\n"
                                    "  5 entries, 3 with personal text, of which 0 erased\n"
                                    "  2 checkpoints, the newest of 2024-06-02T12:00:00Z\n"
                                    "  key plumbline/default.*\n"
                                    "  anchored to its end\n"
                                    "  verified: everything is as it was signed\n"));
  EXPECT_EQ(ran.err, "");
}

TEST_F(LogCommands, verify_without_an_anchor_or_a_key_says_what_that_leaves_open) {
  const Ran ran = run_words({"log", "verify", ledger()});
  EXPECT_EQ(ran.status, kExitDone);
  EXPECT_THAT(ran.out, HasSubstr("\n  no anchor: rollback cannot be excluded\n"));
  EXPECT_THAT(ran.err, HasSubstr("the public key was taken from beside the ledger"));
}

TEST_F(LogCommands, verify_takes_the_key_itself_and_lines_of_the_journal) {
  std::string key_line = text_of_file(key());
  key_line.pop_back();
  const std::string sent_text = text_of_file(sent());
  const std::string second = sent_text.substr(sent_text.find("\n\nplumbline/") + 2);
  folder_.write("journal", "Jun 02 12:00:00 host plumbline[7]: " +
                               journal_line(second.substr(0, second.size() - 1)) + "\n");
  const Ran ran =
      run_words({"log", "verify", ledger(), "--pubkey", key_line, "--anchor", folder_.path_of("journal")});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("anchored to its end"));
}

TEST_F(LogCommands, verify_names_faults_and_ends_with_status_5) {
  tamper("UPDATE audit_entry SET entry = replace(entry, 'no-amount', 'no-account') WHERE seq = 2");
  const Ran ran = run_words({"log", "verify", ledger(), "--pubkey", key(), "--threads", "1"});
  EXPECT_EQ(ran.status, kExitIntegrity);
  EXPECT_THAT(
      ran.out,
      HasSubstr(
          "  entry 2 (violation.opened, 2024-06-01T12:00:00Z) does not hash to its leaf (tile 0/0, hash 2)\n"
          "  NOT as it was signed: 1 fault\n"));
}

TEST_F(LogCommands, verify_refuses_what_it_cannot_understand) {
  EXPECT_EQ(run_words({"log", "verify"}).status, kExitUsage);
  EXPECT_EQ(run_words({"log", "verify", ledger(), "--threads", "0"}).status, kExitUsage);
  EXPECT_EQ(run_words({"log", "verify", ledger(), "--receipt", "x"}).status, kExitUsage);
  EXPECT_EQ(run_words({"log", "verify", folder_.path_of("none"), "--pubkey", key()}).status, kExitInput);
  EXPECT_EQ(run_words({"log", "verify", ledger(), "--pubkey", folder_.path_of("none")}).status, kExitInput);
  EXPECT_EQ(run_words({"log", "verify", ledger(), "--anchor", folder_.path_of("none")}).status, kExitInput);
  EXPECT_EQ(run_words({"log", "verify", ledger(), "--pubkey", folder_.write("bad", "bad\n")}).status,
            kExitUsage);
}

TEST_F(LogCommands, verify_says_that_there_is_no_ledger_before_it_looks_for_a_key) {
  const Ran ran = run_words({"log", "verify", ledger() + ".copy"});
  EXPECT_EQ(ran.status, kExitInput);
  EXPECT_THAT(ran.err, HasSubstr(ledger() + ".copy: there is no ledger here"));
}

TEST_F(LogCommands, show_has_a_line_an_entry) {
  const Ran ran = show({});
  EXPECT_EQ(ran.status, kExitDone);
  EXPECT_EQ(
      ran.out,
      "       0  2024-06-01T12:00:00Z  sync                  sync 1  source=folder:/srv/exports, "
      "complete=true, "
      "history_rows=0\n"
      "       1  2024-06-01T12:00:00Z  run                   run 1  as_of=2024-06-01T12:00:00Z, opened=2\n"
      "       2  2024-06-01T12:00:00Z  violation.opened      V1  run 1  essentials/no-amount  Opportunity  "
      "Copper "
      "Kettle (006000000000001AAA)  Ada Marlowe-Finch (005000000000001)  The amount is missing.  "
      "severity=medium, "
      "StageName=Negotiation, Amount=null\n"
      "       3  2024-06-01T12:00:00Z  violation.opened      V2  run 1  essentials/past-close-date  "
      "Opportunity  "
      "Copper Kettle (006000000000002)  Ada Marlowe-Finch (005000000000002)  The amount is missing.  "
      "severity=medium, StageName=Negotiation, Amount=null\n"
      "       4  2024-06-02T12:00:00Z  violation.resolved    V1  run 2  essentials/no-amount  Opportunity  "
      "Copper "
      "Kettle (006000000000001AAA)  Ada Marlowe-Finch (005000000000001)\n");
}

TEST_F(LogCommands, show_filters_combine) {
  // The numbers of the entries that are shown.
  const auto shown = [&](const std::vector<std::string>& words) {
    std::string numbers;
    std::istringstream lines(show(words).out);
    for (std::string line; std::getline(lines, line);) numbers += line.substr(7, 1);
    return numbers;
  };
  EXPECT_EQ(shown({"--record", "006000000000001AAA"}), "24");
  EXPECT_EQ(shown({"--record", "006000000000001"}), "24") << "15 characters are the same id";
  EXPECT_EQ(shown({"--record", "006000000000002XXX"}), "3");
  EXPECT_EQ(shown({"--owner", "005000000000002"}), "3");
  EXPECT_EQ(shown({"--policy", "no-amount"}), "24");
  EXPECT_EQ(shown({"--policy", "essentials/no-amount"}), "24");
  EXPECT_EQ(shown({"--policy", "amount"}), "");
  EXPECT_EQ(shown({"--kind", "violation"}), "234");
  EXPECT_EQ(shown({"--kind", "violation.resolved"}), "4");
  EXPECT_EQ(shown({"--kind", "viol"}), "");
  EXPECT_EQ(shown({"--since", "2024-06-02"}), "4");
  EXPECT_EQ(shown({"--until", "2024-06-01T12:00:01Z"}), "0123");
  EXPECT_EQ(shown({"--until", "2024-06-01T12:00:00Z"}), "");
  EXPECT_EQ(shown({"--limit", "2"}), "34");
  EXPECT_EQ(shown({"--limit", "1", "--kind", "violation.opened"}), "3");
  EXPECT_EQ(shown({"--policy", "no-amount", "--owner", "005000000000001", "--until", "2024-06-02"}), "2");
  EXPECT_THAT(show({"--owner", "nobody"}).err, HasSubstr("no entry of the log is what was asked for"));
}

TEST_F(LogCommands, show_says_where_personal_text_was_erased) {
  tamper("UPDATE audit_entry SET personal = NULL, salt = NULL WHERE seq = 4");
  EXPECT_THAT(show({"--limit", "1"}).out, HasSubstr("  005000000000001  (personal text erased)\n"));
  EXPECT_THAT(run_words({"log", "verify", ledger()}).out,
              HasSubstr("3 with personal text, of which 1 erased"));
}

TEST_F(LogCommands, show_refuses_faulty_options_at_once) {
  const Ran ran = run_words({"log", "show", "--since", "yesterday", "--limit", "x"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("--since yesterday is no moment"));
  EXPECT_THAT(ran.err, HasSubstr("--limit x is not a number from 1 to 1000000"));
}

TEST_F(LogCommands, export_has_the_bytes_that_are_hashed) {
  const Ran ran = run_words({"log", "export", "--ledger", ledger()});
  EXPECT_EQ(ran.status, kExitDone);
  EXPECT_THAT(ran.out, HasSubstr(R"({"entry":{"seq":1,"at":"2024-06-01T12:00:00Z","kind":"run","run":1,)"
                                 R"("as_of":"2024-06-01T12:00:00Z","opened":2},"personal":null,"salt":null})"
                                 "\n"));
  EXPECT_THAT(
      ran.out,
      HasSubstr(R"(},"personal":{"record_name":"Copper Kettle","owner_name":"Ada Marlowe-Finch"},"salt":")"));
  EXPECT_EQ(std::ranges::count(ran.out, '\n'), 5);
  EXPECT_EQ(run_words({"log", "export", "--ledger", ledger(), "--output", folder_.path_of("out")}).status,
            kExitDone);
  EXPECT_EQ(text_of_file(folder_.path_of("out")), ran.out);
}

TEST_F(LogCommands, a_receipt_is_checked_without_the_ledger) {
  const Ran receipt = run_words({"log", "receipt", "V1", "--ledger", ledger()});
  ASSERT_EQ(receipt.status, kExitDone) << receipt.err;
  const std::string file = folder_.write("V1.json", receipt.out);
  const std::string key_line = text_of_file(key());
  std::filesystem::remove(ledger());
  const Ran ran = run_words({"log", "verify", "--receipt", file, "--pubkey", key_line});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("\"kind\":\"violation.opened\",\"violation\":1"));
  EXPECT_THAT(ran.out, HasSubstr("\"kind\":\"violation.resolved\",\"violation\":1"));
  EXPECT_THAT(
      ran.out,
      HasSubstr("verified: these entries were in the log of plumbline/default when it had 5 entries, at "
                "2024-06-02T12:00:00Z\n"));
}

TEST_F(LogCommands, a_receipt_that_was_changed_proves_nothing) {
  const std::string good = run_words({"log", "receipt", "2", "--ledger", ledger()}).out;
  const auto status_with = [&](std::string_view from, std::string_view to) {
    std::string changed = good;
    const std::size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    changed.replace(at, from.size(), to);
    return run_words({"log", "verify", "--receipt", folder_.write("r.json", changed), "--pubkey", key()})
        .status;
  };
  EXPECT_EQ(status_with("no-amount", "no-amount"), kExitDone);
  EXPECT_EQ(status_with("no-amount", "no-account"), kExitIntegrity);
  EXPECT_EQ(status_with("\"seq\":2", "\"seq\":3"), kExitIntegrity);
  EXPECT_EQ(status_with("Copper", "Silver"), kExitIntegrity);
  EXPECT_EQ(status_with("\"proof\":[", "\"proof\":[\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\","),
            kExitIntegrity);
  EXPECT_EQ(status_with("plumbline/default\\n5", "plumbline/default\\n6"), kExitIntegrity);
  EXPECT_EQ(status_with("plumbline-receipt-1", "plumbline-receipt-9"), kExitInput);
}

TEST_F(LogCommands, a_receipt_of_what_there_is_not_is_refused) {
  EXPECT_EQ(run_words({"log", "receipt", "V9", "--ledger", ledger()}).err,
            "plumbline: there is no violation V9 in the ledger\n");
  EXPECT_EQ(run_words({"log", "receipt", "5", "--ledger", ledger()}).err,
            "plumbline: there is no entry 5; the log has 5, and counts from 0\n");
  EXPECT_EQ(run_words({"log", "receipt", "W9", "--ledger", ledger()}).status, kExitUsage);
  tamper("UPDATE audit_entry SET entry = entry || ' ' WHERE seq = 2");
  const Ran changed = run_words({"log", "receipt", "2", "--ledger", ledger()});
  EXPECT_EQ(changed.status, kExitIntegrity);
  EXPECT_EQ(changed.out, "");
}

}  // namespace
}  // namespace plumbline
