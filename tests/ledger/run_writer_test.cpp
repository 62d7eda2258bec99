#include "ledger/run_writer.h"

#include <gmock/gmock.h>

#include "ledger/violation_history.h"
#include "tests/ledger/run_fixture.h"

namespace plumbline {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using RunWriterTest = RunFixture;

TEST_F(RunWriterTest, an_opened_violation_is_kept_with_its_transition_and_its_entry) {
  const std::int64_t run_number = run(kRunDay, {opened_of("R1"), opened_of("R2")});
  const Violation kept = whole(2);
  EXPECT_EQ(kept.facts.record_key, "R2");
  EXPECT_EQ(kept.facts.severity, Severity::kHigh);
  EXPECT_EQ(kept.facts.opened_at, kRunDay);
  EXPECT_EQ(kept.message, "It is late.");
  const Result<std::vector<ToldTransition>> history = read_violation_history(*ledger_, 2);
  ASSERT_TRUE(history && history->size() == 1);
  EXPECT_EQ(history->front().run, run_number);
  EXPECT_EQ(history->front().owner_name, "Ada");
  EXPECT_EQ(history->front().evidence, R"({"CloseDate":"2024-03-14"})");
  const std::vector<std::string> entries =
      ask("SELECT entry FROM audit_entry WHERE kind = 'violation.opened' ORDER BY seq");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_THAT(entries[1],
              HasSubstr(R"("violation":2,"run":1,"policy":"rules/late","object":"Opportunity","record":"R2",)"
                        R"("owner":"005A","severity":"high")"));
  EXPECT_EQ(entries[1].find("Ada"), std::string::npos) << "names stand beside the log";
  EXPECT_EQ(entries[1].find("010203"), std::string::npos) << "so does what evidence could be guessed by";
}

TEST_F(RunWriterTest, many_that_open_in_one_run_are_all_kept_in_their_order) {
  std::vector<std::string> keys;
  for (int i = 0; i < 150; ++i) keys.push_back("R" + std::to_string(i));
  std::vector<TransitionView> all;
  for (const std::string& key : keys) all.push_back(opened_of(key));
  run(kRunDay, all);
  EXPECT_THAT(ask("SELECT count(*) FROM violation v JOIN transition t ON t.violation = v.number "
                  "JOIN audit_entry e ON e.seq = t.audit_seq AND e.entry ->> '$.violation' = v.number "
                  "AND e.entry ->> '$.record' = v.record WHERE v.record = 'R' || (v.number - 1)"),
              ElementsAre("150"));
}

TEST_F(RunWriterTest, what_a_run_opens_it_may_change) {
  TransitionView later = of_known(TransitionKind::kChanged, 1, "R1");
  later.message = "It is later.";
  run(kRunDay, {opened_of("R1"), later, opened_of("R2")});
  EXPECT_EQ(whole(1).message, "It is later.");
  EXPECT_EQ(whole(2).message, "It is late.");
}

TEST_F(RunWriterTest, another_owner_is_told_apart_from_the_one_who_had_it_when_it_was_opened) {
  run(kRunDay, {opened_of("R1")});
  TransitionView changed = of_known(TransitionKind::kChanged, 1, "R1");
  changed.owner = "005B";
  changed.owner_name = "Ben";
  changed.message = "It is later.";
  run(kRunDay + days{1}, {changed});
  Violation kept = whole(1);
  EXPECT_EQ(kept.facts.owner, "005B");
  EXPECT_EQ(kept.facts.owner_name, "Ben");
  EXPECT_EQ(kept.first_owner, "005A");
  EXPECT_EQ(kept.message, "It is later.");
  EXPECT_EQ(kept.facts.opened_at, kRunDay);
  EXPECT_EQ(kept.changed_at, kRunDay + days{1});
}

TEST_F(RunWriterTest, closed_doubted_and_reopened_leave_the_row_as_they_say) {
  run(kRunDay, {opened_of("R1")});
  TransitionView doubt = of_known(TransitionKind::kUnknown, 1, "R1");
  doubt.has_verdict = false;
  doubt.reason = "there is no Task data";
  run(kRunDay + days{1}, {doubt});
  EXPECT_EQ(whole(1).unknown_since, kRunDay + days{1});
  EXPECT_EQ(whole(1).unknown_reason, "there is no Task data");
  TransitionView lapsed = of_known(TransitionKind::kLapsed, 1, "R1");
  lapsed.has_verdict = false;
  run(kRunDay + days{2}, {lapsed});
  EXPECT_EQ(whole(1).facts.state, ViolationState::kLapsed);
  EXPECT_EQ(whole(1).closed_at, kRunDay + days{2});
  EXPECT_FALSE(whole(1).unknown_since);
  EXPECT_EQ(whole(1).message, "It is late.");
  run(kRunDay + days{3}, {of_known(TransitionKind::kReopened, 1, "R1")});
  EXPECT_EQ(whole(1).facts.state, ViolationState::kOpen);
  EXPECT_EQ(whole(1).facts.opened_at, kRunDay + days{3});
  EXPECT_EQ(whole(1).times_opened, 2);
  EXPECT_FALSE(whole(1).closed_at);
}

TEST_F(RunWriterTest, a_run_that_is_given_up_leaves_nothing) {
  run(kRunDay, {opened_of("R1")});
  const std::vector<std::string> before = ask("SELECT entry FROM audit_entry ORDER BY seq");
  run(kRunDay + days{1}, {opened_of("R2"), of_known(TransitionKind::kChanged, 1, "R1")}, End::kGiveUp);
  EXPECT_EQ(ask("SELECT entry FROM audit_entry ORDER BY seq"), before);
  EXPECT_THAT(ask("SELECT id FROM run"), ElementsAre("1"));
  EXPECT_THAT(ask("SELECT number FROM violation"), ElementsAre("1"));
  EXPECT_THAT(ask("SELECT count(*) FROM transition"), ElementsAre("1"));
  run(kRunDay + days{1}, {opened_of("R2")});
  EXPECT_EQ(whole(2).facts.record_key, "R2");
}

TEST_F(RunWriterTest, the_run_has_as_many_of_each_kind_as_there_are_transitions) {
  run(kRunDay, {opened_of("R1"), opened_of("R2")}, End::kCommit,
      {.records = 9, .violated = 2, .unknown = 1, .not_judged = {{"rules/stale", "there is no Task data"}}});
  EXPECT_THAT(ask("SELECT opened || ' ' || changed || ' ' || records || ' ' || violated FROM run"),
              ElementsAre("2 0 9 2"));
  EXPECT_THAT(
      ask("SELECT entry FROM audit_entry e JOIN run r ON r.audit_seq = e.seq"),
      ElementsAre(HasSubstr(
          R"("run":1,"as_of":"2024-06-01T12:00:00Z","packs":[{"pack":"rules","hash":"abc"}],"records":9,)"
          R"("violated":2,"unknown":1,"opened":2,"changed":0,"resolved":0,"lapsed":0,"reopened":0,)"
          R"("retracted":0,"not_judged":[{"policy":"rules/stale","reason":"there is no Task data"}])")));
}

TEST_F(RunWriterTest, a_pack_is_kept_and_told_once_a_version) {
  run(kRunDay, {});
  run(kRunDay + days{1}, {});
  EXPECT_THAT(ask("SELECT text FROM pack"), ElementsAre("pack: rules\n"));
  EXPECT_THAT(ask("SELECT entry FROM audit_entry WHERE kind = 'pack.loaded'"),
              ElementsAre(HasSubstr(R"("pack":"rules","hash":"abc","policies":2)")));
}

TEST_F(RunWriterTest, what_is_kept_is_known_to_the_next_run) {
  TransitionView doubt = of_known(TransitionKind::kUnknown, 2, "R2");
  doubt.has_verdict = false;
  run(kRunDay, {opened_of("R1"), opened_of("R2")});
  run(kRunDay + days{1}, {doubt});
  std::vector<std::string> known;
  ASSERT_TRUE(read_known_violations(*ledger_, [&](const KnownViolation& violation) {
    known.push_back(violation_name(violation.number) + " " + std::string(violation.record_key) + " " +
                    std::string(to_string(violation.state)) + (violation.is_unknown ? " unknown" : ""));
    EXPECT_EQ(violation.digest, (VerdictDigest{1, 2, 3}));
  }));
  EXPECT_THAT(known, ElementsAre("V1 R1 open", "V2 R2 open unknown"));
}

TEST_F(RunWriterTest, filters_count_together) {
  TransitionView of_ben = opened_of("R2", "stale");
  of_ben.owner = "005000000000002AAA";
  of_ben.owner_name = "Ben";
  of_ben.severity = Severity::kLow;
  run(kRunDay, {opened_of("R1"), of_ben, opened_of("R3")});
  TransitionView resolved = of_known(TransitionKind::kResolved, 3, "R3");
  resolved.has_verdict = false;
  run(kRunDay + days{1}, {resolved});
  const auto found = [&](const ViolationFilter& filter) {
    std::string names;
    EXPECT_TRUE(scan_violations(
        *ledger_, filter, [&](const ViolationFacts& facts) { names += violation_name(facts.number) + " "; }));
    return names;
  };
  using States = ViolationFilter::States;
  EXPECT_EQ(found({}), "V1 V2 ");
  EXPECT_EQ(found({.states = States::kAll}), "V1 V2 V3 ");
  EXPECT_EQ(found({.states = States::kClosed}), "V3 ");
  EXPECT_EQ(found({.owner = "ben"}), "V2 ");
  EXPECT_EQ(found({.owner = "005000000000002"}), "V2 ");
  EXPECT_EQ(found({.owner = "005"}), "") << "the beginning of an id is none";
  EXPECT_EQ(found({.policy = "late"}), "V1 ");
  EXPECT_EQ(found({.policy = "rules/late"}), "V1 ");
  EXPECT_EQ(found({.object = "opportunity", .record = "R2"}), "V2 ");
  EXPECT_EQ(found({.record = "copper kettle", .at_least = Severity::kMedium}), "V1 ");
  EXPECT_EQ(found({.states = States::kAll, .owner = "ada"}), "V1 V3 ");
}

// An opportunity's CloseDate, as a sync would have noted it.
constexpr std::string_view kOpportunity =
    "INSERT INTO object(id, org, name, id_rule) VALUES(1, 1, 'Opportunity', 'salesforce');"
    "INSERT INTO field(id, org, object, name, type, is_column) VALUES(1, 1, 1, 'CloseDate', 'date', 1);";

std::string sync_at(int number, Instant at) {
  return fmt::format(
      "INSERT INTO sync(id, org, source, seen_at, written_at, complete) VALUES({}, 1, 'x', '{}', '{}', 0);",
      number, format_instant(at), format_instant(at));
}

std::string change_of(std::string_view record, Instant happened, Instant seen, int sync) {
  return fmt::format(
      "INSERT INTO change(org, field, record, old, new, happened_at, seen_at, sync) VALUES(1, 1, '{}', 'a', "
      "'b', {}, {}, {});",
      record, happened.time_since_epoch().count(), seen.time_since_epoch().count(), sync);
}

TEST_F(RunWriterTest, late_data_makes_doubtful_what_was_opened_before_it_was_known) {
  const Instant later = kRunDay + days{2};
  ASSERT_TRUE(ledger_->database().execute(std::string(kOpportunity) + sync_at(1, kRunDay)));
  run(kRunDay, {opened_of("R1"), opened_of("R2"), opened_of("R3"), opened_of("R4")});
  TransitionView resolved = of_known(TransitionKind::kResolved, 4, "R4");
  resolved.has_verdict = false;
  run(kRunDay + days{1}, {resolved});
  ASSERT_TRUE(ledger_->database().execute(
      sync_at(2, later) + change_of("R1", kRunDay - days{3}, later, 2) +  // happened before, seen after
      change_of("R2", kRunDay + days{1}, later, 2) +                      // happened after
      change_of("R4", kRunDay - std::chrono::seconds{1}, later, 2) +
      change_of("R9", kRunDay - days{3}, later, 2)));
  const auto doubted = [&](Instant closed_from) {
    std::string names;
    const auto found = read_doubted_violations(*ledger_, closed_from);
    EXPECT_TRUE(found) << found.error().to_string();
    for (const DoubtedViolation& violation : *found) {
      names += violation_name(violation.facts.number) + " ";
      EXPECT_THAT(violation.packs, HasSubstr("abc"));
    }
    return names;
  };
  EXPECT_EQ(doubted(kRunDay), "V1 V4 ");
  EXPECT_EQ(doubted(kRunDay + days{1}), "V1 ") << "closed ones only from then on";
  run(later, {});
  EXPECT_EQ(doubted(kRunDay), "") << "a run has looked at it";
}

}  // namespace
}  // namespace plumbline
