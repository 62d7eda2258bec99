#include "daemon/cli/status_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/cli/exit_status.h"
#include "daemon/cli/status_output.h"
#include "ledger/query.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

std::string make_ledger(const TempFolder& folder, const std::string& sql = "",
                        const std::string& organisation = "") {
  const std::string path = folder.path_of("acme.ledger");
  Result<Ledger> ledger =
      Ledger::open(path, {.access = DatabaseAccess::kCreate, .organisation = organisation, .now = kTestNow});
  EXPECT_TRUE(ledger) << ledger.error().to_string();
  const Status done = ledger->database().execute(sql);
  EXPECT_TRUE(done) << done.error().to_string();
  return path;
}

// Everything there is to tell, an hour before kTestNow.
constexpr const char* kBusy = R"sql(
  INSERT INTO sync(id, org, source, seen_at, written_at, complete) VALUES
    (1, 1, 'folder:/srv/exports', '2024-05-01T00:00:00Z', '2024-05-01T00:00:00Z', 0),
    (2, 1, 'folder:/srv/exports', '2024-06-01T11:00:00Z', '2024-06-01T11:00:00Z', 1);
  INSERT INTO sync_file(org, sync, name, object, bytes, rows, added, changed, unchanged, deleted, rejected_rows,
                        rejected_cells) VALUES
    (1, 1, 'a.csv', 'Account', 1, 250000, 250000, 0, 0, 0, 0, 0),
    (1, 1, 'o.csv', 'Opportunity', 1, 1000000, 1000000, 0, 0, 0, 0, 0),
    (1, 2, 'o.csv', 'Opportunity', 1, 1010, 1000, 7, 0, 3, 2, 1);
  INSERT INTO object(id, org, name, id_rule) VALUES(1, 1, 'Opportunity', 'salesforce');
  INSERT INTO field(org, object, name, type, is_column, first_sync, last_sync) VALUES
    (1, 1, 'Amount', 'money', 1, 1, 2), (1, 1, 'Colour', 'text', 0, 1, 1);
  INSERT INTO run VALUES(1, 1, '2024-05-01T00:00:00Z', '2024-05-01T00:00:01Z', '[]', 9, 3, 1, 4, 0, 1, 1, 1, 0, 7);
  INSERT INTO violation(number, org, pack, policy, object, record, record_key, record_name, severity, state, owner,
                        owner_name, opened_at, opened_run, changed_at, times_opened, evidence, digest, message, remedy)
    VALUES(1, 1, 'p', 'no-next-step', 'Opportunity', 'r', 'r', '', 'high', 'open', '005A', '', '', 1, '', 1, '{}', x'', '', '');
  INSERT INTO waiver(number, org, kind, policy, owner, reason, author, made_at, until_at, audit_seq) VALUES
    (1, 1, 'waiver', 'no-next-step', '005A', '', '', '', '2024-06-04T12:00:00Z', 1);
  INSERT INTO audit_entry(org, seq, entry) VALUES(1, 0, '{}'), (1, 1, '{}');
  INSERT INTO audit_checkpoint(org, size, note) VALUES
    (1, 2, 'plumbline/a' || char(10) || '2' || char(10) || 'ROOT=' || char(10) || 'at 2024-06-01T11:00:00Z' || char(10));
  INSERT INTO pruned VALUES(1, 'changes', '2021-06-01T00:00:00Z', '2024-05-01T00:00:00Z'))sql";

TEST(Status, of_an_empty_ledger_says_how_to_fill_it) {
  const TempFolder folder;
  const Ran ran = run_words({"status", "--ledger", make_ledger(folder)});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("default: "), HasSubstr("No records yet; plumbline ingest brings the first."),
                    Not(HasSubstr("Problems"))));
}

TEST(Status, shows_all_on_one_screen) {
  const TempFolder folder;
  const Result<Ledger> ledger = Ledger::open(make_ledger(folder, kBusy), {.access = DatabaseAccess::kRead});
  ASSERT_TRUE(ledger);
  Result<StatusFacts> facts = read_status(*ledger, LedgerSettings{}, kTestNow);
  ASSERT_TRUE(facts) << facts.error().to_string();
  facts->ledger = "acme.ledger";
  facts->key.path = "acme.ledger.key";
  facts->bytes = 640'000'000;
  expect_golden("status.txt", status_text(*facts, problems_of(*facts), kPlainColumns));
}

TEST(Status, writes_the_same_as_json) {
  const TempFolder folder;
  const Ran ran = run_words({"status", "--ledger", make_ledger(folder, kBusy), "--format", "json"});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(
      ran.out,
      AllOf(
          HasSubstr(R"("objects":[{"object":"Account","records":250000,"sync":1,)"),
          HasSubstr(R"("vanished_fields":[{"object":"Opportunity","field":"Colour",)"),
          HasSubstr(R"("violations":{"open":[{"severity":"high","open":1,"unknown":0}],"waived":1,)"),
          HasSubstr(
              R"("log":{"entries":2,"checkpoint":{"entries":2,"at":"2024-06-01T11:00:00Z"},"anchors":[]}})")));
}

TEST(Status, ends_with_one_where_there_are_problems_and_it_shall) {
  const TempFolder busy;
  EXPECT_EQ(run_words({"status", "--ledger", make_ledger(busy, kBusy), "--exit-code"}).status,
            kExitViolations);
  const TempFolder empty;
  EXPECT_EQ(run_words({"status", "--ledger", make_ledger(empty), "--exit-code"}).status, kExitDone);
}

TEST(Status, sees_one_state_while_somebody_writes) {
  const TempFolder folder;
  const std::string path = make_ledger(folder, kBusy);
  Result<Ledger> writer = Ledger::open(path, {.access = DatabaseAccess::kWrite, .now = kTestNow});
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->database().begin());
  ASSERT_TRUE(writer->database().execute("DELETE FROM sync; DELETE FROM sync_file"));
  const Ran ran = run_words({"status", "--ledger", path});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("folder:/srv/exports"));
  writer->database().rollback();
}

TEST(Status, tells_what_is_wrong_with_the_file) {
  const TempFolder folder;
  const Ran none = run_words({"status", "--ledger", folder.path_of("none.ledger")});
  EXPECT_EQ(none.status, kExitInput);
  EXPECT_THAT(none.err, HasSubstr("there is no ledger here; plumbline ingest makes one"));
  const Ran other = run_words({"status", "--ledger", folder.write("notes.txt", std::string(9'000, 'x'))});
  EXPECT_EQ(other.status, kExitInput);
  EXPECT_THAT(other.err, HasSubstr("this is not a ledger"));
}

TEST(Status, takes_the_ledger_of_the_configuration) {
  const TempFolder folder;
  make_ledger(folder, "", "Acme");
  const std::string config =
      folder.write("plumbline.yaml",
                   "organisation: {name: Acme}\nledger: {file: acme.ledger}\naudit: {anchors: [journal]}\n");
  const Ran ran = run_words({"status", "--config", config});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Acme: " + folder.path_of("acme.ledger")));
}

TEST(LedgerOptions, name_both_ways_where_neither_is_gone) {
  const Ran ran = run_words({"status"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err,
              AllOf(HasSubstr("--ledger FILE"), HasSubstr("--config"), HasSubstr("ledger: {file: FILE}")));
}

TEST(LedgerOptions, count_the_command_line_before_the_configuration) {
  const TempFolder folder;
  const std::string path = make_ledger(folder, "", "Acme");
  const std::string config =
      folder.write("plumbline.yaml", "organisation: {name: Acme}\nledger: {file: nowhere.ledger}\n");
  EXPECT_EQ(run_words({"status", "--config", config, "--ledger", path}).status, kExitDone);
  EXPECT_EQ(run_words({"status", "--config", config}).status, kExitInput);
}

TEST(LedgerOptions, never_add_an_organisation_beside_another) {
  const TempFolder folder;
  make_ledger(folder);
  const std::string config =
      folder.write("plumbline.yaml",
                   "organisation: {name: Acme}\nledger: {file: acme.ledger}\nretention: {rejects: 1 day}\n");
  const Ran ran = run_words({"ledger", "prune", "--config", config});
  EXPECT_EQ(ran.status, kExitInput);
  EXPECT_THAT(ran.err, HasSubstr("knows no organisation \"Acme\"; it holds default: say that name"));
  EXPECT_THAT(run_words({"status", "--ledger", folder.path_of("acme.ledger")}).out, HasSubstr("default: "));
}

TEST(LedgerOptions, tell_faults_of_the_configuration_and_of_the_line) {
  const TempFolder folder;
  const Ran ran =
      run_words({"status", "--config", folder.write("plumbline.yaml", "ledgr: x\n"), "--formt", "json"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("did you mean ledger?"), HasSubstr("unknown option --formt")));
}

StatusFacts facts_with_log(std::uint64_t entries, std::uint64_t covered) {
  StatusFacts facts{.ledger = "a.ledger", .now = kTestNow};
  facts.overview.entries = entries;
  facts.overview.newest_checkpoint = CheckpointOverview{.size = covered, .at = kTestNow};
  facts.key = {.path = "a.ledger.key", .state = KeyFile::State::kPrivate};
  return facts;
}

TEST(StatusProblems, there_are_none_where_all_is_well) {
  StatusFacts facts = facts_with_log(3, 3);
  facts.anchors = {{.name = "journal", .kind = AnchorFacts::Kind::kJournal},
                   {.name = "x", .newest = CheckpointOverview{.size = 3}}};
  EXPECT_THAT(problems_of(facts), IsEmpty());
}

TEST(StatusProblems, tell_of_a_log_that_its_checkpoint_does_not_cover) {
  EXPECT_THAT(problems_of(facts_with_log(5, 3)),
              ElementsAre(AllOf(HasSubstr("has 5 entries, and its newest checkpoint covers 3"),
                                HasSubstr("plumbline log verify a.ledger"))));
}

TEST(StatusProblems, tell_of_a_key_that_others_read_or_that_is_gone) {
  StatusFacts facts = facts_with_log(3, 3);
  facts.key.state = KeyFile::State::kReadByOthers;
  EXPECT_THAT(problems_of(facts), ElementsAre(HasSubstr("chmod 600")));
  facts.key.state = KeyFile::State::kMissing;
  EXPECT_THAT(problems_of(facts), ElementsAre(HasSubstr("a.ledger.key is missing")));
}

TEST(StatusProblems, tell_of_anchors_that_are_behind_before_or_gone) {
  StatusFacts facts = facts_with_log(30, 30);
  facts.anchors = {{.name = "behind", .newest = CheckpointOverview{.size = 20}},
                   {.name = "before", .newest = CheckpointOverview{.size = 40}},
                   {.name = "gone", .fault = "there is no such file"}};
  EXPECT_THAT(problems_of(facts),
              ElementsAre(HasSubstr("anchor behind has the log up to 20 of 30 entries"),
                          HasSubstr("anchor before knows 40 entries, the log has 30: it was cut back"),
                          HasSubstr("anchor gone: there is no such file")));
}

TEST(StatusProblems, tell_of_a_webhook_that_does_not_know_the_end_and_why) {
  using Kind = AnchorFacts::Kind;
  StatusFacts facts = facts_with_log(30, 30);
  facts.anchors = {
      {.name = "webhook:well", .kind = Kind::kWebhook, .newest = CheckpointOverview{.size = 30}},
      {.name = "webhook:due", .kind = Kind::kWebhook, .newest = CheckpointOverview{.size = 20}},
      {.name = "webhook:down", .kind = Kind::kWebhook, .fault = "2024-06-01T12:00:00Z: it answered 503"}};
  EXPECT_THAT(problems_of(facts),
              ElementsAre(HasSubstr("webhook:due knows the log up to 20 of 30 entries; plumbline run"),
                          HasSubstr("webhook:down knows the log up to 0 of 30 entries; the newest attempt "
                                    "failed, 2024-06-01T12:00:00Z: it answered 503; plumbline run")));
}

TEST(StatusProblems, tell_of_a_clock_behind_the_ledger) {
  StatusFacts facts{.ledger = "a.ledger", .now = kTestNow};
  facts.overview.last_at = kTestNow + std::chrono::hours{1};
  EXPECT_THAT(problems_of(facts), ElementsAre(HasSubstr("set the clock right")));
}

TEST(StatusProblems, tell_of_old_syncs_from_a_second_beyond_the_bound) {
  StatusFacts facts{.ledger = "a.ledger", .now = kTestNow};
  facts.overview.objects = {{.name = "Account", .records = 1, .sync = 1, .seen_at = kTestNow - kStaleAfter}};
  EXPECT_THAT(problems_of(facts), IsEmpty());
  facts.overview.objects[0].seen_at -= std::chrono::seconds{1};
  EXPECT_THAT(problems_of(facts), ElementsAre(HasSubstr("Account: its newest sync is 7 days old")));
}

TEST(StatusProblems, name_the_first_fields_that_vanished) {
  StatusFacts facts{.ledger = "a.ledger", .now = kTestNow};
  for (const char c : std::string("ABCDEFG"))
    facts.overview.vanished.push_back({.object = "Lead", .field = {c}});
  facts.overview.vanished.push_back({.object = "User", .field = "Title"});
  EXPECT_THAT(
      problems_of(facts),
      ElementsAre(HasSubstr("Lead: the newest sync no longer has 7 fields: A, B, C, D, E and 2 more;"),
                  HasSubstr("User: the newest sync no longer has 1 field: Title;")));
}

TEST(StatusAnchors, are_read_from_the_end_of_their_files) {
  const TempFolder folder;
  const std::string path = make_ledger(folder, kBusy);
  std::string notes;
  for (int i = 0; i < 2'000; ++i)
    notes += "plumbline/a\n1\nROOT=\nat 2024-05-01T00:00:00Z\n\n— plumbline/a c2ln\n\n";
  folder.write("anchors", notes + "plumbline/a\n2\nROOT=\nat 2024-06-01T11:00:00Z\n\n— plumbline/a c2ln\n");
  folder.write("plumbline.yaml", "ledger: {file: acme.ledger}\naudit: {anchors: [anchors, none, journal]}\n");
  const Ran ran = run_words({"status", "--config", folder.path_of("plumbline.yaml")});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("anchor: " + folder.path_of("anchors") +
                                       ", a checkpoint of 2 entries, 1 hour ago"),
                             HasSubstr("anchor: journal"), HasSubstr("/none: there is no such file")));
}

TEST(SpanWords, take_the_largest_unit_that_fits) {
  EXPECT_EQ(span_words(std::chrono::seconds{59}), "less than a minute");
  EXPECT_EQ(span_words(std::chrono::seconds{60}), "1 minute");
  EXPECT_EQ(span_words(std::chrono::minutes{119}), "1 hour");
  EXPECT_EQ(span_words(std::chrono::hours{47}), "1 day");
  EXPECT_EQ(span_words(std::chrono::hours{48}), "2 days");
}

}  // namespace
}  // namespace plumbline
