#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "records/csv_passing.h"
#include "records/id_memo.h"
#include "records/passing_ids.h"
#include "records/reject_turns.h"
#include "tests/records/table_support.h"

namespace plumbline {
namespace {

TEST(PassingIdsTest, TellsAllRowsOfEveryIdThatComesAgain) {
  PassingIds ids;
  for (RowIndex row = 0; row < 20'000; ++row) ids.add(fmt::format("006{:012}", row % 19'990), row);
  std::vector<RowIndex> expected;
  for (RowIndex row = 0; row < 10; ++row) expected.push_back(row);
  for (RowIndex row = 19'990; row < 20'000; ++row) expected.push_back(row);
  EXPECT_EQ(ids.take_repeated(), expected);
  EXPECT_TRUE(ids.take_repeated().empty());
}

TEST(PassingIdsTest, AnIdThatComesThreeTimesIsToldThreeTimes) {
  PassingIds ids;
  for (RowIndex row = 0; row < 3; ++row) ids.add("006000000000001", row);
  ids.add("006000000000002", 3);
  EXPECT_EQ(ids.take_repeated(), (std::vector<RowIndex>{0, 1, 2}));
}

TEST(IdMemoTest, AnswersLikeTheTable) {
  const Schema schema = Schema::standard();
  std::vector<TextRow> rows;
  for (int i = 0; i < 3'000; ++i) rows.push_back({fmt::format("005{:012}{}", i, i % 3 == 0 ? "" : "AAA")});
  const auto table = make_table(schema, "User", {"Id"}, rows, IdRule::kSalesforce);
  IdMemo memo(*table);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 3'100; ++i) {
      const std::string id = fmt::format("005{:012}AAA", i);
      ASSERT_EQ(memo.find(id), table->find(id)) << id;
      ASSERT_EQ(memo.find(id.substr(0, 15)), table->find(id)) << id;
    }
  }
}

class Order : public RejectSink {
 public:
  void reject(const Reject& reject) override { reasons.push_back(reject.reason); }
  std::vector<std::string> reasons;
};

Reject because(std::string reason) { return {.file = "a.csv", .column = {}, .reason = std::move(reason)}; }

TEST(RejectTurnsTest, RejectsOfALaterReadingWaitForThoseOfAnEarlier) {
  Order order;
  RejectTurns turns(order, 3);
  {
    RejectTurn third(turns, 2);
    third.reject(because("third"));
    {
      RejectTurn second(turns, 1);
      second.reject(because("second"));
      RejectTurn first(turns, 0);
      first.reject(because("first"));
      EXPECT_EQ(order.reasons, (std::vector<std::string>{"first"}));
    }
    third.reject(because("at once"));
  }
  EXPECT_EQ(order.reasons, (std::vector<std::string>{"first", "second", "third", "at once"}));
}

}  // namespace
}  // namespace plumbline
