#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "records/record_source.h"
#include "tests/records/table_support.h"

namespace plumbline {
namespace {

// Arrays for the cells of one field.
struct Cells {
  std::vector<CellKind> kinds = std::vector<CellKind>(kChunkRows, CellKind::kUnknown);
  std::vector<std::int64_t> whole = std::vector<std::int64_t>(kChunkRows);
  std::vector<double> numbers = std::vector<double>(kChunkRows);
  std::vector<std::string_view> texts = std::vector<std::string_view>(kChunkRows);
  std::vector<std::uint32_t> codes = std::vector<std::uint32_t>(kChunkRows);

  CellSlots slots() {
    return {.kinds = kinds.data(),
            .whole = whole.data(),
            .numbers = numbers.data(),
            .texts = texts.data(),
            .codes = codes.data()};
  }
};

class TableSourceTest : public testing::Test {
 protected:
  std::unique_ptr<RecordReader> open(const DataNeeds& needs = {}) {
    snapshot_ = maker_.build(needs);
    source_ = table_source(*snapshot_, opportunity_);
    return source_->open();
  }
  std::size_t field(std::string_view name) const { return field_index(maker_.schema(), "Opportunity", name); }

  SnapshotMaker maker_;
  std::size_t opportunity_ = object_index(maker_.schema(), "Opportunity");
  std::shared_ptr<const Snapshot> snapshot_;
  std::unique_ptr<RecordSource> source_;
  Cells cells_;
  RowSet rows_ = RowSet::first(3);
};

TEST_F(TableSourceTest, AnItemIsOneChunkOfConsecutiveRows) {
  std::vector<TextRow> rows;
  for (std::size_t i = 0; i < kChunkRows + 5; ++i) rows.push_back({fmt::format("006{:012}", i)});
  maker_.add("Opportunity", {"Id"}, rows);
  const auto reader = open();
  ASSERT_EQ(source_->items(), 2U);
  ASSERT_TRUE(reader->start(1).has_value());
  ASSERT_TRUE(*reader->next_chunk());
  EXPECT_EQ(reader->rows(), 5U);
  EXPECT_EQ(reader->first_row(), kChunkRows);
  EXPECT_FALSE(*reader->next_chunk());
}

TEST_F(TableSourceTest, CellsOfEveryTypeComeAsTheColumnHasThem) {
  maker_.add("Opportunity", {"Id", "Amount", "CloseDate", "CreatedDate", "IsWon", "Probability"},
             {{"006000000000001", "12.50", "2024-01-31", "2024-01-31T00:00:10Z", "true", "40"},
              {"006000000000002", "", "", "", "", ""},
              {"006000000000003", "much", "soon", "then", "maybe", "half"}});
  const auto reader = open();
  ASSERT_TRUE(reader->start(0).has_value());
  ASSERT_TRUE(*reader->next_chunk());
  const Table& table = *snapshot_->table(opportunity_);
  for (const std::string_view name : {"Amount", "CloseDate", "CreatedDate", "Probability"}) {
    reader->read(field(name), rows_, cells_.slots());
    EXPECT_EQ(cells_.kinds[0], CellKind::kKnown) << name;
    EXPECT_EQ(cells_.kinds[1], CellKind::kNull) << name;
    EXPECT_EQ(cells_.kinds[2], CellKind::kUnknown) << name;
  }
  EXPECT_EQ(cells_.numbers[0], 40);
  reader->read(field("Amount"), rows_, cells_.slots());
  EXPECT_EQ(cells_.whole[0], 1250);
  reader->read(field("CloseDate"), rows_, cells_.slots());
  EXPECT_EQ(cells_.whole[0], table.column(field("CloseDate"))->day(0).time_since_epoch().count());
  reader->read(field("CreatedDate"), rows_, cells_.slots());
  EXPECT_EQ(cells_.whole[0], table.column(field("CreatedDate"))->instant(0).time_since_epoch().count());
  reader->read(field("IsWon"), rows_, cells_.slots());
  EXPECT_EQ(cells_.whole[0], 1);
  EXPECT_EQ(cells_.kinds[1], CellKind::kKnown) << "an empty box is not ticked";
}

TEST_F(TableSourceTest, TextsHaveCodesOfTheDictionary) {
  maker_.add("Opportunity", {"Id", "StageName"},
             {{"006000000000001", "Won"}, {"006000000000002", "Lost"}, {"006000000000003", "Won"}});
  const auto reader = open();
  ASSERT_TRUE(reader->start(0).has_value());
  ASSERT_TRUE(*reader->next_chunk());
  reader->read(field("StageName"), rows_, cells_.slots());
  EXPECT_EQ(cells_.texts[1], "Lost");
  EXPECT_EQ(cells_.codes[0], cells_.codes[2]);
  EXPECT_EQ(reader->dictionary(field("StageName")).text(cells_.codes[1]), "Lost");
}

TEST_F(TableSourceTest, OnlyTheRowsAskedForAreWritten) {
  maker_.add("Opportunity", {"Id", "Amount"},
             {{"006000000000001", "1"}, {"006000000000002", "2"}, {"006000000000003", "3"}});
  const auto reader = open();
  ASSERT_TRUE(reader->start(0).has_value());
  ASSERT_TRUE(*reader->next_chunk());
  reader->read(field("Amount"), RowSet::one(1), cells_.slots());
  EXPECT_EQ(cells_.kinds[0], CellKind::kUnknown);
  EXPECT_EQ(cells_.whole[1], 200);
  EXPECT_EQ(cells_.kinds[2], CellKind::kUnknown);
}

TEST_F(TableSourceTest, AFieldThatTheTableLacksIsUnknownAndNothingIsDeleted) {
  maker_.add("Opportunity", {"Id"}, {{"006000000000001"}, {"006000000000002"}, {"006000000000003"}});
  const auto reader = open();
  ASSERT_TRUE(reader->start(0).has_value());
  ASSERT_TRUE(*reader->next_chunk());
  reader->read(field("IsDeleted"), rows_, cells_.slots());
  EXPECT_EQ(cells_.kinds[2], CellKind::kKnown);
  EXPECT_EQ(cells_.whole[2], 0);
  reader->read(field("Amount"), rows_, cells_.slots());
  EXPECT_EQ(cells_.kinds[2], CellKind::kUnknown);
}

TEST_F(TableSourceTest, LookupsLeadWhereTheSnapshotSays) {
  maker_.add("Account", {"Id"}, {{"001000000000001"}, {"001000000000002"}});
  maker_.add("Opportunity", {"Id", "AccountId"},
             {{"006000000000001", "001000000000002"},
              {"006000000000002", ""},
              {"006000000000003", "001999999999999"}});
  DataNeeds needs;
  needs.passing_lookups.emplace(opportunity_, field("AccountId"));
  const auto reader = open(needs);
  ASSERT_TRUE(reader->start(0).has_value());
  ASSERT_TRUE(*reader->next_chunk());
  std::vector<RowIndex> targets(kChunkRows);
  reader->read_targets(field("AccountId"), rows_, targets.data());
  EXPECT_EQ(targets[0], 1U);
  EXPECT_EQ(targets[1], kNoRow);
  EXPECT_EQ(targets[2], kMissingRow);
}

}  // namespace
}  // namespace plumbline
