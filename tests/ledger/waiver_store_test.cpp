#include "ledger/waiver_store.h"

#include <gmock/gmock.h>

#include "tests/ledger/run_fixture.h"

namespace plumbline {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;

class WaiverStoreTest : public RunFixture {
 protected:
  Waiver made(const Waiver& wanted) {
    Result<LedgerTransaction> transaction = LedgerTransaction::begin(*ledger_, wanted.made_at);
    EXPECT_TRUE(transaction);
    const Result<WaiverNumber> number = add_waiver(*ledger_, *transaction, wanted);
    EXPECT_TRUE(number) << number.error().to_string();
    EXPECT_TRUE(transaction->commit());
    Waiver waiver = wanted;
    waiver.number = number.value_or(0);
    return waiver;
  }
  Waiver stored(WaiverNumber number) {
    const Result<std::vector<Waiver>> all = read_waivers(*ledger_);
    EXPECT_TRUE(all) << all.error().to_string();
    return all->at(static_cast<std::size_t>(number - 1));
  }

  const Waiver wanted_{.kind = WaiverKind::kSnooze,
                       .pack = "rules",
                       .policy = "late",
                       .object = "Opportunity",
                       .record_key = "R1",
                       .reason = "not 'now'",
                       .author = "ada",
                       .made_at = kRunDay,
                       .until = kRunDay + days{3},
                       .until_field = "StageName"};
};

TEST_F(WaiverStoreTest, what_is_made_is_read_back_whole) {
  const Waiver waiver = made(wanted_);
  EXPECT_EQ(waiver.number, 1);
  const Waiver read = stored(1);
  EXPECT_EQ(read.kind, WaiverKind::kSnooze);
  EXPECT_EQ(read.pack + read.policy + read.object + read.record_key + read.owner, "ruleslateOpportunityR1");
  EXPECT_EQ(read.reason, "not 'now'");
  EXPECT_EQ(read.until, wanted_.until);
  EXPECT_EQ(read.until_field, "StageName");
  EXPECT_FALSE(read.ended_at);
  EXPECT_EQ(made(wanted_).number, 2);
}

TEST_F(WaiverStoreTest, the_log_tells_the_scope_and_keeps_author_and_reason_apart) {
  made(wanted_);
  const std::vector<std::string> entries = ask("SELECT entry FROM audit_entry WHERE kind = 'waiver.made'");
  EXPECT_THAT(entries, ElementsAre(HasSubstr(
                           R"("waiver":1,"waiver_kind":"snooze","policy":"rules/late","object":"Opportunity",)"
                           R"("record":"R1","until":"2024-06-04T12:00:00Z","until_field":"StageName")")));
  EXPECT_EQ(entries[0].find("ada"), std::string::npos);
  EXPECT_THAT(ask("SELECT personal FROM audit_entry WHERE kind = 'waiver.made'"),
              ElementsAre(R"({"author":"ada","reason":"not 'now'"})"));
}

TEST_F(WaiverStoreTest, an_end_and_a_withdrawal_each_have_their_entry) {
  const Waiver first = made(wanted_);
  const Waiver second = made(wanted_);
  Result<LedgerTransaction> transaction = LedgerTransaction::begin(*ledger_, kRunDay + days{1});
  ASSERT_TRUE(transaction);
  ASSERT_TRUE(end_waiver(*ledger_, *transaction, first, "StageName changed"));
  ASSERT_TRUE(withdraw_waiver(*ledger_, *transaction, second, {.author = "ben", .reason = "signed"}));
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(stored(1).ended_at, kRunDay + days{1});
  EXPECT_EQ(stored(1).ended_why, "StageName changed");
  EXPECT_EQ(stored(2).ended_why, "ben took it back: signed");
  EXPECT_THAT(ask("SELECT kind FROM audit_entry WHERE kind LIKE 'waiver.%' ORDER BY seq"),
              ElementsAre("waiver.made", "waiver.made", "waiver.ended", "waiver.withdrawn"));
}

TEST_F(WaiverStoreTest, a_change_of_the_field_counts_from_the_second_after_it_was_made) {
  const Waiver waiver = made(wanted_);
  ASSERT_TRUE(ledger_->database().execute(
      "INSERT INTO object(id, org, name, id_rule) VALUES(1, 1, 'Opportunity', 'salesforce');"
      "INSERT INTO field(id, org, object, name, type, is_column, first_sync) VALUES(1, 1, 1, 'StageName', "
      "'text', 1, 1), (2, 1, 1, 'Amount', 'money', 1, 1);"));
  const auto note = [&](int field, Instant happened) {
    ASSERT_TRUE(
        ledger_->database().execute(fmt::format("INSERT INTO change(org, field, record, old, new, "
                                                "happened_at, seen_at, sync) VALUES(1, {}, 'R1', 'a', "
                                                "'b', {}, 0, 1);",
                                                field, happened.time_since_epoch().count())));
  };
  note(2, kRunDay + days{1});
  note(1, kRunDay);
  EXPECT_FALSE(*has_field_changed(*ledger_, waiver));
  note(1, kRunDay + std::chrono::seconds{1});
  EXPECT_TRUE(*has_field_changed(*ledger_, waiver));
  EXPECT_THAT(*field_names_in(*ledger_, "opportunity"), ElementsAre("Amount", "StageName"));
}

}  // namespace
}  // namespace plumbline
