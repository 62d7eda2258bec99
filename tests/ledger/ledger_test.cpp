#include "ledger/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.h"
#include "ledger/migrations.h"
#include "ledger/query.h"
#include "tests/ledger/audit/log_fixture.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;

constexpr Instant kNoon{std::chrono::seconds{1'717'243'200}};

TEST(Ledger, a_new_one_is_made_and_opened_again) {
  TempFolder folder;
  const std::string path = folder.path_of("a.ledger");
  {
    const Result<Ledger> made = Ledger::open(path, {.access = DatabaseAccess::kCreate, .now = kNoon});
    ASSERT_TRUE(made) << made.error().to_string();
    EXPECT_EQ(made->organisation_name(), "default");
  }
  const Result<Ledger> again = Ledger::open(path, {.access = DatabaseAccess::kRead});
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(again->organisation(), 1);
}

TEST(Ledger, refuses_to_be_written_before_what_it_has) {
  TempFolder folder;
  Result<Ledger> ledger =
      Ledger::open(folder.path_of("a.ledger"), {.access = DatabaseAccess::kCreate, .now = kNoon});
  ASSERT_TRUE(ledger) << ledger.error().to_string();
  {
    Result<LedgerTransaction> first = LedgerTransaction::begin(*ledger, kNoon);
    ASSERT_TRUE(first) << first.error().to_string();
    ASSERT_TRUE(first->commit());
  }
  const Result<LedgerTransaction> second = LedgerTransaction::begin(*ledger, kNoon - std::chrono::hours{1});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("1 h 0 min later"));
}

TEST(Ledger, says_that_there_is_none) {
  TempFolder folder;
  const Result<Ledger> none = Ledger::open(folder.path_of("none.ledger"), {.access = DatabaseAccess::kRead});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

class CreatedLedger : public LogFixture {
 protected:
  Ledger open_by(const std::string& program) const {
    return must(Ledger::open(path(), {.access = DatabaseAccess::kCreate,
                                      .organisation = "Northern Sales",
                                      .now = kLogStart,
                                      .program = program}));
  }
  static std::vector<std::string> kinds(const Ledger& ledger) {
    std::vector<std::string> found;
    must(for_each_row(ledger.database(), "SELECT kind || ' ' || at FROM audit_entry ORDER BY seq", {},
                      [&](const Statement& row) { found.emplace_back(row.text(0)); }));
    return found;
  }
};

TEST_F(CreatedLedger, the_first_entry_of_a_log_says_who_began_it_with_which_key) {
  {
    Ledger ledger = open_by("plumbline 1.2.3");
    EXPECT_THAT(kinds(ledger), testing::IsEmpty()) << "it comes with the first thing there is to tell";
    add(ledger, 1, minute(3));
    add(ledger, 1, minute(4));
    const NoteKey key = must(read_public_keys(public_key_path(path()))).at(0);
    std::string entry;
    must(for_each_row(ledger.database(), "SELECT entry FROM audit_entry WHERE seq = 0", {},
                      [&](const Statement& row) { entry = row.text(0); }));
    EXPECT_EQ(entry, fmt::format(R"({{"seq":0,"at":"2024-06-01T12:03:00Z","kind":"ledger.created","program":)"
                                 R"("plumbline 1.2.3","organisation":"Northern Sales","key_sha256":"{}"}})",
                                 to_hex(Sha256().add(key.key).finish())));
  }
  Ledger again = open_by("plumbline 1.3.0");
  add(again, 1, minute(5));
  EXPECT_THAT(
      kinds(again),
      testing::ElementsAre("ledger.created 2024-06-01T12:03:00Z", "violation.opened 2024-06-01T12:03:00Z",
                           "violation.opened 2024-06-01T12:04:00Z", "violation.opened 2024-06-01T12:05:00Z"));
  EXPECT_EQ(faults(), "");
}

TEST_F(CreatedLedger, a_transaction_that_is_given_up_leaves_it_to_the_next) {
  Ledger ledger = open_by("plumbline 1.2.3");
  {
    LedgerTransaction given_up = must(LedgerTransaction::begin(ledger, minute(1)));
    add_one(given_up, 0);
  }
  EXPECT_THAT(kinds(ledger), testing::IsEmpty());
  add(ledger, 1, minute(2));
  EXPECT_THAT(kinds(ledger), testing::ElementsAre("ledger.created 2024-06-01T12:02:00Z",
                                                  "violation.opened 2024-06-01T12:02:00Z"));
}

TEST_F(CreatedLedger, a_log_that_began_without_goes_on_without) {
  {
    Ledger ledger = open_by("");
    add(ledger, 1, minute(1));
  }
  Ledger ledger = open_by("plumbline 1.2.3");
  add(ledger, 1, minute(2));
  EXPECT_THAT(kinds(ledger), testing::ElementsAre("violation.opened 2024-06-01T12:01:00Z",
                                                  "violation.opened 2024-06-01T12:02:00Z"));
}

}  // namespace
}  // namespace plumbline
