#include "ledger/bulk_insert.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/query.h"
#include "ledger/sqlite_database.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using testing::ElementsAre;

class BulkInsertTest : public testing::Test {
 protected:
  BulkInsertTest() {
    Result<std::unique_ptr<Database>> made =
        open_sqlite(folder_.path_of("a.db"), {.access = DatabaseAccess::kCreate});
    EXPECT_TRUE(made) << made.error().to_string();
    database_ = *std::move(made);
    EXPECT_TRUE(
        database_->execute("CREATE TABLE t(number INTEGER UNIQUE, org INTEGER, word TEXT, bytes BLOB, "
                           "at TEXT)"));
    Result<std::unique_ptr<BulkInsert>> insert = BulkInsert::prepare(
        *database_, {.table = "t", .shared = {"org", "at"}, .own = {"number", "word", "bytes"}});
    EXPECT_TRUE(insert) << insert.error().to_string();
    rows_ = *std::move(insert);
    rows_->share_integer(1, 7);
    rows_->share_text(2, "today");
  }

  Status add(std::int64_t number) {
    rows_->add_integer(number).add_text(fmt::format("word {}", number)).add_null();
    return rows_->end_row();
  }

  std::int64_t ask(std::string_view sql) {
    const Result<std::int64_t> answer = ask_integer(*database_, sql, {});
    EXPECT_TRUE(answer) << answer.error().to_string();
    return answer.value_or(-1);
  }

  TempFolder folder_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<BulkInsert> rows_;
};

TEST_F(BulkInsertTest, every_row_arrives_with_its_own_values_and_the_shared_ones) {
  const auto count = static_cast<std::int64_t>(BulkInsert::kRowsAtOnce * 2 + 3);
  for (std::int64_t number = 1; number <= count; ++number) ASSERT_TRUE(add(number));
  EXPECT_TRUE(rows_->waits());
  ASSERT_TRUE(rows_->flush());
  EXPECT_FALSE(rows_->waits());
  EXPECT_EQ(ask("SELECT count(*) FROM t WHERE word = 'word ' || number AND number = rowid AND org = 7 "
                "AND at = 'today' AND bytes IS NULL"),
            count);
}

TEST_F(BulkInsertTest, texts_and_blobs_keep_their_bytes_and_are_not_null_where_they_are_empty) {
  const std::array<std::uint8_t, 3> bytes{1, 0, 2};
  rows_->add_integer(1).add_text("").add_blob(bytes);
  ASSERT_TRUE(rows_->end_row());
  rows_->add_integer(2).add_text("a").add_blob({});
  ASSERT_TRUE(rows_->end_row());
  ASSERT_TRUE(rows_->flush());
  std::vector<std::string> found;
  ASSERT_TRUE(for_each_row(*database_, "SELECT quote(word) || ' ' || quote(bytes) FROM t ORDER BY number", {},
                           [&](const Statement& row) { found.emplace_back(row.text(0)); }));
  EXPECT_THAT(found, ElementsAre("'' X'010002'", "'a' X''"));
}

TEST_F(BulkInsertTest, what_is_forgotten_is_never_written) {
  ASSERT_TRUE(add(1));
  rows_->forget();
  ASSERT_TRUE(add(2));
  ASSERT_TRUE(rows_->flush());
  EXPECT_EQ(ask("SELECT sum(number) FROM t"), 2);
}

TEST_F(BulkInsertTest, a_row_that_cannot_be_written_is_told_when_it_is) {
  ASSERT_TRUE(add(1));
  ASSERT_TRUE(add(1));
  EXPECT_FALSE(rows_->flush());
  EXPECT_FALSE(rows_->waits());
}

}  // namespace
}  // namespace plumbline
