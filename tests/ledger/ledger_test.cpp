#include "ledger/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/migrations.h"
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

}  // namespace
}  // namespace plumbline
