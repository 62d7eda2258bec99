// judge and violations over a ledger, as people use them: several days of one small organisation.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

#include "daemon/cli/exit_status.h"
#include "ledger/run_writer.h"
#include "ledger/sync_writer.h"
#include "ledger/violation_store.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kRules = R"(
pack: rules
title: Rules
source: {document: Tests}
policies:
  - id: late
    title: Late
    on: Opportunity
    severity: high
    judged_when: IsClosed = false
    violated_when: CloseDate < TODAY
    says: "The close date {CloseDate} has passed."
    fix: "Move it."
    section: Dates
    examples:
      - {given: {CloseDate: 2026-03-17}, as_of: 2026-03-18, violated: true}
      - {given: {CloseDate: 2026-03-18}, as_of: 2026-03-18, violated: false}
)";

constexpr std::string_view kHead = "Id,Name,OwnerId,CloseDate,IsClosed,StageName\n";
constexpr std::string_view kUsers =
    "Id,Name,IsActive\n005R00000000001,Ada Marlowe,true\n005R00000000002,Ben Okonjo,true\n";

std::string deal(int number, std::string_view close_date, std::string_view closed = "false",
                 std::string_view stage = "Prospecting", int owner = 1) {
  return fmt::format("006R{:011},Deal {},005R{:011},{},{},{}\n", number, number, owner, close_date, closed,
                     stage);
}

class NoRejects : public RejectSink {
 public:
  void reject(const Reject& reject) override { ADD_FAILURE() << reject.reason; }
};

class Violations : public testing::Test {
 protected:
  Violations() { folder_.write("rules.yaml", kRules); }

  // What a sync of these files brings, as of a moment.
  void sync(std::string_view moment, const std::map<std::string, std::string>& files) {
    const Instant at = *parse_instant(moment);
    const std::string exports = folder_.path_of("exports");
    std::filesystem::remove_all(exports);
    std::filesystem::create_directory(exports);
    for (const auto& [name, text] : files) folder_.write("exports/" + name, text);
    Result<Ledger> ledger = Ledger::open(ledger_, {.access = DatabaseAccess::kCreate, .now = at});
    ASSERT_TRUE(ledger) << ledger.error().to_string();
    const Schema declared = Schema::standard();
    Schema schema = declared;
    const auto folder = open_folder({.paths = {exports}}, schema);
    ASSERT_TRUE(folder);
    Result<LedgerTransaction> transaction = LedgerTransaction::begin(*ledger, at);
    ASSERT_TRUE(transaction) << transaction.error().to_string();
    NoRejects rejects;
    const Result<SyncSummary> written = write_sync(
        *ledger, *transaction,
        {.source = "test", .written_at = at, .folder = *folder, .declared = declared, .schema = schema},
        rejects);
    ASSERT_TRUE(written) << written.error().to_string();
    ASSERT_TRUE(transaction->commit());
  }

  Ran run(std::vector<std::string> words) const {
    words.insert(words.end(), {"--ledger", ledger_});
    return run_words(words);
  }
  Ran judge(std::string_view moment) const {
    return run({"judge", "--pack", folder_.path_of("rules.yaml"), "--as-of", std::string(moment)});
  }
  Ran list(std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"violations", "list"});
    return run(std::move(options));
  }

  // Two late deals of Ada's, found on 20 May.
  void two_late_deals() {
    sync("2024-05-20T12:00:00Z", {{"Opportunity.csv", std::string(kHead) + deal(1, "2024-05-01") +
                                                          deal(2, "2024-05-02") + deal(3, "2024-07-01")},
                                  {"User.csv", std::string(kUsers)}});
    const Ran judged = judge("2024-05-20T13:00:00Z");
    ASSERT_EQ(judged.status, kExitDone) << judged.err;
    ASSERT_THAT(judged.err, StartsWith("2 opened.\n2 violations are open.\n"));
  }

  TempFolder folder_;
  std::string ledger_ = folder_.path_of("sales.ledger");
};

TEST_F(Violations, are_listed_by_owner_and_record) {
  two_late_deals();
  EXPECT_EQ(list().out,
            "Ada Marlowe                                                 2 violations: 2 high\n"
            "\n"
            "  Deal 1\n"
            "    V1     HIGH    The close date 1 May 2024 has passed. [late]\n"
            "                   \u2192 Move it.\n"
            "                   since 20 May 2024, 12 days\n"
            "\n"
            "  Deal 2\n"
            "    V2     HIGH    The close date 2 May 2024 has passed. [late]\n"
            "                   \u2192 Move it.\n"
            "                   since 20 May 2024, 12 days\n"
            "\n"
            "2 violations (2 high).\n");
}

TEST_F(Violations, a_second_look_at_the_same_changes_nothing) {
  two_late_deals();
  const Ran again = judge("2024-05-20T14:00:00Z");
  EXPECT_THAT(again.err, StartsWith("Nothing has changed.\n2 violations are open.\n"));
}

TEST_F(Violations, what_was_mended_and_what_lapsed_are_told_apart) {
  two_late_deals();
  sync("2024-05-21T12:00:00Z", {{"Opportunity.csv", std::string(kHead) + deal(1, "2024-08-01") +
                                                        deal(2, "2024-05-02", "true", "Closed Lost")}});
  EXPECT_THAT(judge("2024-05-21T13:00:00Z").err,
              StartsWith("1 resolved, 1 lapsed (1 out of scope).\nNo violation is open.\n"));
  EXPECT_EQ(list().out, "No violations.\n");
  EXPECT_THAT(list({"--state", "closed"}).out,
              AllOf(HasSubstr("resolved: open from 20 May 2024 to 21 May 2024"),
                    HasSubstr("lapsed: open from 20 May 2024 to 21 May 2024"),
                    HasSubstr("2 violations (2 high), 2 of them closed.")));
}

TEST_F(Violations, one_is_shown_with_all_that_happened_to_it) {
  two_late_deals();
  sync("2024-05-21T12:00:00Z",
       {{"Opportunity.csv", std::string(kHead) + deal(1, "2024-05-03", "false", "Prospecting", 2)}});
  judge("2024-05-21T13:00:00Z");
  const Ran shown = run({"violations", "show", "v1"});
  EXPECT_EQ(shown.status, kExitDone) << shown.err;
  EXPECT_THAT(shown.out, AllOf(StartsWith("V1  rules/late (high)\n"),
                               HasSubstr("owner: Ben Okonjo; when it was opened: Ada Marlowe\n"),
                               HasSubstr("CloseDate: 2024-05-03\n"),
                               HasSubstr("2024-05-20T13:00:00Z  opened    Ada Marlowe [run 1, entry "),
                               HasSubstr("2024-05-21T13:00:00Z  changed   Ben Okonjo [run 2, entry ")));
  EXPECT_THAT(list({"--owner", "Ada Marlowe"}).out, HasSubstr("1 violation (1 high)."));
  EXPECT_THAT(list({"--owner", "Ada Marlowe", "--state", "all"}).out, HasSubstr("2 violations (2 high)."))
      << "what was once hers is her history";
  EXPECT_EQ(run({"violations", "show", "V99"}).status, kExitInput);
}

TEST_F(Violations, a_waived_one_stays_open_and_is_counted_apart_until_its_end) {
  two_late_deals();
  const Ran waived = run({"violations", "waive", "V1", "--until", "2024-06-05", "--reason",
                          "signature is due", "--author", "ops"});
  EXPECT_EQ(waived.out,
            "W1 waives rules/late, Opportunity 006R00000000001, through 5 Jun 2024: 1 open violation.\n")
      << waived.err;
  EXPECT_THAT(list().out, AllOf(HasSubstr("under W1, through 5 Jun 2024"), HasSubstr("1 under a waiver."),
                                HasSubstr("Ends soon: W1 of rules/late")));
  EXPECT_THAT(list({"--waived"}).out, HasSubstr("1 violation (1 high), 1 under a waiver."));
  EXPECT_THAT(judge("2024-06-05T23:59:59Z").err,
              HasSubstr("2 violations are open, 1 of them under a waiver."));
  const Ran over = judge("2024-06-06T00:00:00Z");
  EXPECT_THAT(over.err,
              AllOf(HasSubstr("2 violations are open.\n"), HasSubstr("Waiver ended: W1 of rules/late, "
                                                                     "Opportunity 006R00000000001: its "
                                                                     "time was over\n")));
}

TEST_F(Violations, a_waiver_ends_when_its_field_changes) {
  two_late_deals();
  const Ran waived = run({"violations", "waive", "V1", "--until", "stagename", "--reason", "legal decides"});
  EXPECT_THAT(waived.out, AllOf(HasSubstr("through 28 Nov 2024 at the latest, or until StageName changes"),
                                HasSubstr("your login name")));
  sync("2024-06-03T12:00:00Z",
       {{"Opportunity.csv", std::string(kHead) + deal(1, "2024-05-01", "false", "Negotiation")}});
  EXPECT_THAT(judge("2024-06-03T13:00:00Z").err,
              HasSubstr("Opportunity 006R00000000001: StageName changed\n"));
}

TEST_F(Violations, a_waiver_taken_back_is_over) {
  two_late_deals();
  run({"violations", "snooze", "V2", "--until", "2024-06-07"});
  EXPECT_EQ(run({"violations", "unwaive", "W1"}).status, kExitUsage) << "it asks why";
  EXPECT_EQ(run({"violations", "unwaive", "W1", "--reason", "mended"}).out,
            "W1 of rules/late, Opportunity 006R00000000002 is over.\n");
  EXPECT_THAT(list().out, Not(HasSubstr("under W1")));
  EXPECT_THAT(run({"violations", "unwaive", "W1", "--reason", "again"}).err,
              HasSubstr("W1 has ended already"));
}

TEST_F(Violations, of_an_owner_a_record_or_a_policy_are_waived_by_name) {
  two_late_deals();
  EXPECT_THAT(
      run({"violations", "waive", "--owner", "ada marlowe", "--until", "2024-06-30", "--reason", "leave"})
          .out,
      HasSubstr("W1 waives owner 005R00000000001, through 30 Jun 2024: 2 open violations."));
  EXPECT_THAT(run({"violations", "waive", "--record", "Deal 2", "--policy", "late", "--until", "2024-06-30",
                   "--reason", "leave"})
                  .out,
              HasSubstr("W2 waives rules/late, Opportunity 006R00000000002, through 30 Jun 2024: 1 open"));
}

TEST_F(Violations, what_cannot_be_waived_is_told_with_a_remedy) {
  two_late_deals();
  const auto refused = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"violations", "waive"});
    const Ran ran = run(options);
    EXPECT_NE(ran.status, kExitDone);
    return ran.err;
  };
  EXPECT_THAT(refused({"V1", "--until", "2024-06-30"}), HasSubstr("a waiver needs a reason"));
  EXPECT_THAT(refused({"V1", "--reason", "x"}), HasSubstr("until when?"));
  EXPECT_THAT(refused({"V1", "--reason", "x", "--until", "2024-11-29"}),
              HasSubstr("180 days at most, to 2024-11-28"));
  EXPECT_THAT(refused({"V1", "--reason", "x", "--until", "StageNme"}), HasSubstr("did you mean StageName?"));
  EXPECT_THAT(refused({"V1", "--owner", "Ada", "--reason", "x", "--until", "2024-06-30"}),
              HasSubstr("leave out --record"));
  EXPECT_THAT(refused({"V9", "--reason", "x", "--until", "2024-06-30"}), HasSubstr("knows no violation V9"));
  EXPECT_THAT(refused({"--policy", "lat", "--reason", "x", "--until", "2024-06-30"}),
              HasSubstr("did you mean"));
  EXPECT_THAT(refused({"--reason", "x", "--until", "2024-06-30"}),
              HasSubstr("a waiver of everything is none"));
}

TEST_F(Violations, late_history_retracts_what_was_not_so) {
  two_late_deals();
  sync("2024-05-22T12:00:00Z",
       {{"Opportunity.csv", std::string(kHead) + deal(1, "2024-07-01") + deal(2, "2024-07-01")},
        {"OpportunityFieldHistory.csv",
         "Id,OpportunityId,Field,OldValue,NewValue,CreatedDate\n"
         "017R00000000001,006R00000000001,CloseDate,2024-05-01,2024-07-01,2024-05-15T09:00:00Z\n"
         "017R00000000002,006R00000000002,CloseDate,2024-05-02,2024-07-01,2024-05-21T09:00:00Z\n"}});
  EXPECT_THAT(judge("2024-05-22T13:00:00Z").err, StartsWith("1 resolved, 1 retracted.\n"));
  EXPECT_THAT(run({"violations", "show", "V1"}).out, HasSubstr("it was not violated when it was opened"));
  EXPECT_THAT(run({"violations", "show", "V2"}).out, HasSubstr("resolved"));
}

TEST_F(Violations, a_run_by_another_pack_leaves_them_as_they_are) {
  two_late_deals();
  const Ran other = run({"judge", "--pack", "sales-kickoff", "--as-of", "2024-05-21T13:00:00Z"});
  EXPECT_EQ(other.status, kExitDone) << other.err;
  EXPECT_THAT(list().out, HasSubstr("2 violations (2 high)."));
}

TEST_F(Violations, are_written_as_lines_for_programs) {
  two_late_deals();
  EXPECT_THAT(
      list({"--format", "jsonl", "--limit", "1"}).out,
      StartsWith(R"({"violation":"V1","state":"open","policy":"late","pack":"rules","severity":"high",)"));
  EXPECT_THAT(list({"--format", "csv"}).out,
              HasSubstr("\nV2,open,late,rules,high,Opportunity,006R00000000002,"));
}

TEST_F(Violations, time_does_not_run_backwards) {
  two_late_deals();
  const Ran earlier = judge("2024-05-19T13:00:00Z");
  EXPECT_EQ(earlier.status, kExitInput);
  EXPECT_THAT(earlier.err, HasSubstr("time runs backwards"));
}

// Three account moves of Ben's that were left undone for weeks.
void ignore_moves(const std::string& path) {
  Result<Ledger> ledger = Ledger::open(path, {.access = DatabaseAccess::kWrite});
  ASSERT_TRUE(ledger);
  int account = 0;
  for (const char* day : {"2024-03-01T09:00:00Z", "2024-03-08T09:00:00Z", "2024-04-01T09:00:00Z"}) {
    Result<LedgerTransaction> transaction = LedgerTransaction::begin(*ledger, *parse_instant(day));
    ASSERT_TRUE(transaction) << transaction.error().to_string();
    auto writer = RunWriter::begin(*ledger, *transaction, transaction->as_of(), {});
    ASSERT_TRUE(writer);
    const std::string key = fmt::format("001R{:011}", ++account);
    ASSERT_TRUE((*writer)->take({.pack = "commercial-sales",
                                 .policy = "roe-move-to-territory",
                                 .object = "Account",
                                 .record = key,
                                 .record_key = key,
                                 .owner = "005R00000000002",
                                 .owner_name = "Ben Okonjo",
                                 .has_verdict = true,
                                 .evidence = "{}"}));
    ASSERT_TRUE((*writer)->finish({}));
    ASSERT_TRUE(transaction->commit());
  }
}

TEST_F(Violations, those_that_one_person_ignores_again_and_again_are_a_violation_themselves) {
  sync("2024-02-01T12:00:00Z", {{"User.csv", std::string(kUsers)}});
  ignore_moves(ledger_);
  const Ran judged = run({"judge", "--pack", "commercial-sales", "--policy", "roe-repeatedly-ignored",
                          "--as-of", "2024-05-01T12:00:00Z"});
  EXPECT_THAT(judged.err, StartsWith("1 opened.\n")) << judged.err;
  EXPECT_THAT(list({"--policy", "roe-repeatedly-ignored"}).out,
              AllOf(HasSubstr("Ben Okonjo"), HasSubstr("were left undone")));
}

TEST_F(Violations, conditions_of_a_field_map_hold_for_the_ledger_too) {
  folder_.write("map.yaml",
                "objects:\n  Opportunity:\n    fields:\n      StageName: stage\n"
                "      IsClosed: {when: \"stage = 'Won'\"}\n");
  const std::string exports = folder_.write("Opportunity.csv",
                                            "Id,Name,CloseDate,stage\n006R00000000001,Open,2024-05-01,Talks\n"
                                            "006R00000000002,Done,2024-05-01,Won\n");
  const Ran ingested = run({"ingest", exports, "--fields", folder_.path_of("map.yaml")});
  ASSERT_EQ(ingested.status, kExitDone) << ingested.err;
  const Ran judged =
      run({"judge", "--pack", folder_.path_of("rules.yaml"), "--fields", folder_.path_of("map.yaml")});
  EXPECT_THAT(judged.err, StartsWith("1 opened."));
  EXPECT_THAT(list().out, AllOf(HasSubstr("Open"), Not(HasSubstr("Done"))));
}

}  // namespace
}  // namespace plumbline
