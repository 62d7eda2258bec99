#include "daemon/cli/ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.h"
#include "daemon/cli/exit_status.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::string_view kDeals = "Id,Name,Amount\n006000000000001,a,1\n006000000000002,b,lots\n";

TEST(Ingest, tells_what_became_of_each_object) {
  const TempFolder folder;
  folder.write("Opportunity.csv", kDeals);
  const std::string ledger = folder.path_of("sales.ledger");
  const Ran first = run_words({"ingest", folder.path_of("Opportunity.csv"), "--ledger", ledger});
  EXPECT_EQ(first.status, kExitDone) << first.err;
  EXPECT_THAT(first.err, AllOf(HasSubstr("sync 1 as of"), HasSubstr("2024-06-01T12:00:00Z\n"),
                               HasSubstr("Opportunity  2 added, 1 cell unreadable"), HasSubstr("Amount"),
                               HasSubstr("Log")));
  const Ran again = run_words({"ingest", folder.path_of("Opportunity.csv"), "--ledger", ledger});
  EXPECT_EQ(again.status, kExitDone) << again.err;
  EXPECT_THAT(again.err, AllOf(HasSubstr("2 unchanged"), HasSubstr("nothing changed: all of it was known")));
}

TEST(Ingest, tells_which_records_stand) {
  const TempFolder folder;
  folder.write("Opportunity.csv", kDeals);
  const std::vector<std::string> words{"ingest", folder.path_of("Opportunity.csv"), "--ledger",
                                       folder.path_of("sales.ledger")};
  run_words(words);
  folder.write("Opportunity.csv", "Id,Name,Amount\n006000000000001,a,1\n");
  EXPECT_THAT(run_words(words).err, HasSubstr("1 Opportunity record not in the files stands as it was"));
  std::vector<std::string> complete = words;
  complete.emplace_back("--complete");
  EXPECT_THAT(run_words(complete).err, HasSubstr("1 unchanged, 1 deleted"));
}

TEST(Ingest, a_new_ledger_says_first_what_made_it_and_then_what_came) {
  const TempFolder folder;
  folder.write("Opportunity.csv", kDeals);
  const std::string ledger = folder.path_of("sales.ledger");
  EXPECT_EQ(
      run_words({"ingest", folder.path_of("Opportunity.csv"), "--ledger", ledger, "--as-of", "2024-05-02"})
          .status,
      kExitDone);
  const Ran exported = run_words({"log", "export", "--ledger", ledger});
  EXPECT_THAT(exported.out, AllOf(HasSubstr(R"("kind":"ledger.created","program":"plumbline )"),
                                  HasSubstr(R"("organisation":"default","key_sha256":")"),
                                  HasSubstr(R"("sha256":")" + sha256_hex(kDeals) + "\"")));
  const Ran verified = run_words({"log", "verify", ledger});
  EXPECT_EQ(verified.status, kExitDone) << verified.out;
  EXPECT_THAT(verified.out, HasSubstr("2 entries"));
}

TEST(Ingest, says_that_a_checkpoint_is_due_at_a_webhook) {
  const TempFolder folder;
  folder.write("Opportunity.csv", kDeals);
  folder.write("plumbline.yaml",
               "ledger: {file: sales.ledger}\naudit: {anchors: [{webhook: auditor, url_file: hook}]}\n");
  const Ran ran =
      run_words({"ingest", folder.path_of("Opportunity.csv"), "--config", folder.path_of("plumbline.yaml")});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("the checkpoint is due at webhook auditor; plumbline log anchor takes it"));
  const Ran status = run_words({"status", "--config", folder.path_of("plumbline.yaml")});
  EXPECT_THAT(status.out, AllOf(HasSubstr("webhook:auditor knows the log up to 0 of 2 entries"),
                                HasSubstr("anchor: webhook:auditor, no checkpoint")));
}

TEST(Ingest, all_faults_of_a_command_line_are_told_at_once) {
  const Ran ran = run_words({"ingest", "--as-of", "soon"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("nothing to ingest"), HasSubstr("which ledger?"),
                             HasSubstr("--as-of soon is no moment")));
}

TEST(Ingest, a_moment_ahead_is_refused) {
  const Ran ran = run_words({"ingest", "x.csv", "--ledger", "x", "--as-of", "2024-06-02"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("lies ahead"));
}

TEST(Ingest, an_older_export_after_a_newer_one_is_refused) {
  const TempFolder folder;
  folder.write("Opportunity.csv", kDeals);
  const std::vector<std::string> words{"ingest", folder.path_of("Opportunity.csv"), "--ledger",
                                       folder.path_of("sales.ledger"), "--as-of"};
  std::vector<std::string> newer = words;
  newer.emplace_back("2024-05-02");
  EXPECT_EQ(run_words(newer).status, kExitDone);
  std::vector<std::string> older = words;
  older.emplace_back("2024-05-01");
  const Ran ran = run_words(older);
  EXPECT_EQ(ran.status, kExitInput);
  EXPECT_THAT(ran.err, HasSubstr("time runs backwards"));
}

TEST(Ingest, rejects_go_to_a_file) {
  const TempFolder folder;
  folder.write("Opportunity.csv", kDeals);
  const Ran ran = run_words({"ingest", folder.path_of("Opportunity.csv"), "--ledger",
                             folder.path_of("sales.ledger"), "--rejects", folder.path_of("rejects.csv")});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(text_of_file(folder.path_of("rejects.csv")), HasSubstr("Amount"));
}

TEST(Ingest, a_file_that_is_no_ledger_is_refused) {
  const TempFolder folder;
  folder.write("Opportunity.csv", kDeals);
  const std::string no_ledger = folder.write("sales.ledger", std::string(8192, 'x'));
  const Ran ran = run_words({"ingest", folder.path_of("Opportunity.csv"), "--ledger", no_ledger});
  EXPECT_NE(ran.status, kExitDone);
  EXPECT_EQ(text_of_file(no_ledger), std::string(8192, 'x'));
}

// A reader is in the midst of the file: the signal is seen after the next piece.
class SignalLater : public StopSignals {
 public:
  void watch() override { watched_ = true; }
  int seen() const override { return watched_ && ++asked_ > 1 ? 2 : 0; }
  void forget() override { watched_ = false; }

 private:
  bool watched_ = false;
  mutable int asked_ = 0;
};

TEST(Ingest, interrupted_it_leaves_the_ledger_as_it_was) {
  const TempFolder folder;
  const std::string file = folder.write("Opportunity.csv", kDeals);
  const std::string ledger = folder.path_of("sales.ledger");
  run_words({"ingest", file, "--ledger", ledger});
  folder.write("Opportunity.csv", "Id,Name,Amount\n006000000000001,other,1\n");
  StringOutput out;
  StringOutput err;
  std::istringstream in;
  const FixedClock clock(kTestNow);
  SignalLater signals;
  Streams streams{.out = out, .err = err, .in = in, .clock = clock, .signals = &signals};
  EXPECT_EQ(run_command_line({"ingest", file, "--ledger", ledger}, streams), kExitSignal + 2);
  EXPECT_THAT(err.text(), HasSubstr("the ledger is as it was"));
  folder.write("Opportunity.csv", kDeals);
  EXPECT_THAT(run_words({"ingest", file, "--ledger", ledger}).err, HasSubstr("2 unchanged"));
}

}  // namespace
}  // namespace plumbline
