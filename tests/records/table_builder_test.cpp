#include "records/table_builder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/records/table_support.h"

namespace plumbline {
namespace {

constexpr std::string_view kId1 = "006000000000001";
constexpr std::string_view kId2 = "006000000000002";

class TableBuilderTest : public testing::Test {
 protected:
  TableBuilder builder(IdRule rule = IdRule::kSalesforce, std::string_view object = "Opportunity") {
    return {schema_, object_index(schema_, object), rule, rejects_};
  }
  void feed_opportunities(TableBuilder& into, const std::vector<std::string>& fields,
                          const std::vector<TextRow>& rows, std::string file = "opps.csv") {
    feed(into, schema_, "Opportunity", std::move(file), fields, rows);
  }
  const Column& column(const Table& table, std::string_view field) {
    return *table.column(field_index(schema_, "Opportunity", field));
  }

  Schema schema_ = Schema::standard();
  KeptRejects rejects_;
};

TEST_F(TableBuilderTest, EachColumnHasItsFieldsType) {
  TableBuilder into = builder();
  feed_opportunities(
      into, {"Id", "Name", "Amount", "CloseDate", "CreatedDate", "IsClosed", "Probability"},
      {{"006000000000001", "Deal", "1000.5", "2024-01-31", "2024-01-01T10:00:00Z", "TRUE", "10"}});
  const auto table = into.finish();
  ASSERT_EQ(table->rows(), 1U);
  EXPECT_EQ(table->id(0), kId1);
  EXPECT_EQ(column(*table, "Name").text(0), "Deal");
  EXPECT_EQ(column(*table, "Amount").money(0).hundredths, 100050);
  EXPECT_EQ(column(*table, "CloseDate").day(0), make_day(2024, 1, 31));
  EXPECT_EQ(format_instant(column(*table, "CreatedDate").instant(0)), "2024-01-01T10:00:00Z");
  EXPECT_TRUE(column(*table, "IsClosed").boolean(0));
  EXPECT_EQ(column(*table, "Probability").number(0), 10);
  EXPECT_TRUE(rejects_.all.empty());
}

TEST_F(TableBuilderTest, AColumnNobodyAskedForIsNotThere) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id"}, {{"006000000000001"}});
  EXPECT_EQ(into.finish()->column(field_index(schema_, "Opportunity", "Amount")), nullptr);
}

TEST_F(TableBuilderTest, BlankTextIsNullAndOtherTextKeepsItsBlanks) {
  TableBuilder into = builder();
  feed_opportunities(
      into, {"Id", "NextStep"},
      {{"006000000000001", " \u00A0 "}, {"006000000000002", " call "}, {"006000000000003", "(null)"}});
  const auto table = into.finish();
  const Column& steps = column(*table, "NextStep");
  EXPECT_EQ(steps.kind(0), CellKind::kNull);
  EXPECT_EQ(steps.text(1), " call ");
  EXPECT_EQ(steps.kind(2), CellKind::kNull);
}

TEST_F(TableBuilderTest, ANullBooleanIsFalse) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id", "IsWon"}, {{"006000000000001", "(null)"}});
  const auto table = into.finish();
  EXPECT_EQ(column(*table, "IsWon").kind(0), CellKind::kKnown);
  EXPECT_FALSE(column(*table, "IsWon").boolean(0));
}

TEST_F(TableBuilderTest, AnUnreadableCellIsUnknownAndNotedWithItsPlace) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id", "Amount"}, {{"006000000000001", "$5"}, {"006000000000002", "5"}});
  const auto table = into.finish();
  EXPECT_EQ(column(*table, "Amount").kind(0), CellKind::kUnknown);
  EXPECT_EQ(column(*table, "Amount").kind(1), CellKind::kKnown);
  EXPECT_EQ(into.rejected_cells(), 1U);
  EXPECT_EQ(into.rejected_rows(), 0U);
  ASSERT_EQ(rejects_.all.size(), 1U);
  EXPECT_EQ(rejects_.all[0].file, "opps.csv");
  EXPECT_EQ(rejects_.all[0].line, 2U);
  EXPECT_EQ(rejects_.all[0].column, "Amount");
  EXPECT_EQ(rejects_.all[0].raw, "$5");
}

TEST_F(TableBuilderTest, ACellBeyondTheBoundIsUnknown) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id", "NextStep", "Amount"}, {{"006000000000001", "(long)", "(long)"}});
  const auto table = into.finish();
  EXPECT_EQ(column(*table, "NextStep").kind(0), CellKind::kUnknown);
  EXPECT_EQ(column(*table, "Amount").kind(0), CellKind::kUnknown);
  ASSERT_EQ(rejects_.all.size(), 2U);
  EXPECT_NE(rejects_.all[0].reason.find("longer than 1 MiB"), std::string::npos);
}

TEST_F(TableBuilderTest, TheRawTextOfARejectIsBoundedBetweenCharacters) {
  std::string amount;
  while (amount.size() < 2 * kMaxRawBytes) amount += "€";
  TableBuilder into = builder();
  feed_opportunities(into, {"Id", "Amount"}, {{"006000000000001", amount}});
  ASSERT_EQ(rejects_.all.size(), 1U);
  EXPECT_EQ(rejects_.all[0].raw.size(), kMaxRawBytes / 3 * 3);
}

TEST_F(TableBuilderTest, ADeclaredFormatIsNamedWhereACellDoesNotMatchIt) {
  TableBuilder into = builder();
  feed(into, schema_, "Opportunity", "opps.csv", {"Id", "CloseDate"},
       {{"006000000000001", "31/01/2024"}, {"006000000000002", "2024-01-31"}}, "%d/%m/%Y");
  const auto table = into.finish();
  EXPECT_EQ(column(*table, "CloseDate").day(0), make_day(2024, 1, 31));
  ASSERT_EQ(rejects_.all.size(), 1U);
  EXPECT_NE(rejects_.all[0].reason.find("(%d/%m/%Y)"), std::string::npos);
}

TEST_F(TableBuilderTest, ABlankIdRejectsTheRow) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id", "Name"}, {{" ", "Deal"}, {"006000000000002", "Other"}});
  const auto table = into.finish();
  EXPECT_EQ(table->rows(), 1U);
  EXPECT_EQ(into.rejected_rows(), 1U);
  ASSERT_EQ(rejects_.all.size(), 1U);
  EXPECT_EQ(rejects_.all[0].column, "");
  EXPECT_NE(rejects_.all[0].reason.find("Id is blank"), std::string::npos);
  EXPECT_EQ(rejects_.all[0].raw, " ,Deal");
}

TEST_F(TableBuilderTest, AnIdOfAnotherLengthRejectsTheRowAndSaysItsLength) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id"}, {{"0060000"}, {"00600000000000-"}});
  EXPECT_EQ(into.finish()->rows(), 0U);
  EXPECT_EQ(into.rejected_rows(), 2U);
  EXPECT_NE(rejects_.all[0].reason.find("Id has 7 characters"), std::string::npos);
  EXPECT_NE(rejects_.all[0].reason.find("15 or 18"), std::string::npos);
  EXPECT_NE(rejects_.all[1].reason.find("other than letters and digits"), std::string::npos);
}

TEST_F(TableBuilderTest, OwnKeysMayBeAnyText) {
  TableBuilder into = builder(IdRule::kAnyText);
  feed_opportunities(into, {"Id"}, {{"1C1I7A6R"}, {"Acme Corporation "}, {""}});
  const auto table = into.finish();
  EXPECT_EQ(table->rows(), 2U);
  EXPECT_EQ(table->find("Acme Corporation"), 1U);
  EXPECT_EQ(into.rejected_rows(), 1U);
}

TEST_F(TableBuilderTest, LongOwnKeysWithOneBeginningStayApart) {
  TableBuilder into = builder(IdRule::kAnyText);
  feed_opportunities(into, {"Id"}, {{"CUSTOMERNUMBER0012"}, {"CUSTOMERNUMBER0013"}});
  const auto table = into.finish();
  EXPECT_EQ(into.replaced_rows(), 0U);
  EXPECT_EQ(table->find("CUSTOMERNUMBER0013"), 1U);
}

TEST_F(TableBuilderTest, ARowIsFoundByEitherFormOfItsId) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id"}, {{"006R00000024gDtIAI"}});
  const auto table = into.finish();
  EXPECT_EQ(table->find("006R00000024gDt"), 0U);
  EXPECT_EQ(table->find("006R00000024gdt"), kMissingRow);
  EXPECT_EQ(table->id(0), "006R00000024gDtIAI");
}

TEST_F(TableBuilderTest, ALaterRowReplacesTheEarlierOfTheSameId) {
  TableBuilder into = builder();
  feed_opportunities(
      into, {"Id", "Name"},
      {{"006R00000024gDt", "Old"}, {"006000000000002", "Other"}, {"006R00000024gDtIAI", "New"}});
  const auto table = into.finish();
  EXPECT_FALSE(table->current(0));
  EXPECT_TRUE(table->visible(2));
  EXPECT_EQ(table->find("006R00000024gDt"), 2U);
  EXPECT_EQ(into.replaced_rows(), 1U);
  EXPECT_EQ(into.rejected_rows(), 0U);
  ASSERT_EQ(rejects_.all.size(), 1U);
  EXPECT_EQ(rejects_.all[0].line, 2U);
  EXPECT_EQ(rejects_.all[0].reason,
            "record 006R00000024gDtIAI appears again at line 4; the later row replaces the one at line 2");
}

TEST_F(TableBuilderTest, AReplacementInAnotherFileNamesBothFiles) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id"}, {{"006000000000001"}}, "a.csv");
  feed_opportunities(into, {"Id"}, {{"006000000000002"}, {"006000000000001"}}, "b.csv");
  ASSERT_EQ(rejects_.all.size(), 1U);
  EXPECT_EQ(rejects_.all[0].file, "a.csv");
  EXPECT_NE(rejects_.all[0].reason.find("line 3 of b.csv"), std::string::npos);
}

TEST_F(TableBuilderTest, ADeletedRowIsNeitherVisibleNorFound) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id", "IsDeleted"}, {{"006000000000001", "true"}, {"006000000000002", ""}});
  const auto table = into.finish();
  EXPECT_TRUE(table->deleted(0));
  EXPECT_TRUE(table->current(0));
  EXPECT_FALSE(table->visible(0));
  EXPECT_EQ(table->find(kId1), kMissingRow);
  EXPECT_EQ(table->find(kId2), 1U);
}

TEST_F(TableBuilderTest, ARecordWhoseLaterRowIsDeletedIsGone) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id", "IsDeleted"}, {{"006000000000001", "0"}, {"006000000000001", "1"}});
  EXPECT_EQ(into.finish()->find(kId1), kMissingRow);
}

TEST_F(TableBuilderTest, AFieldASourceLacksIsUnknownForItsRows) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id", "Name"}, {{"006000000000001", "Deal"}}, "a.csv");
  feed_opportunities(into, {"Id", "Amount"}, {{"006000000000002", "5"}}, "b.csv");
  const auto table = into.finish();
  EXPECT_EQ(column(*table, "Amount").kind(0), CellKind::kUnknown);
  EXPECT_EQ(column(*table, "Amount").kind(1), CellKind::kKnown);
  EXPECT_EQ(column(*table, "Name").kind(1), CellKind::kUnknown);
  EXPECT_EQ(column(*table, "Name").size(), 2U);
}

TEST_F(TableBuilderTest, AnIsDeletedColumnASourceLacksIsFalse) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id"}, {{"006000000000001"}}, "a.csv");
  feed_opportunities(into, {"Id", "IsDeleted"}, {{"006000000000002", "true"}}, "b.csv");
  feed_opportunities(into, {"Id"}, {{"006000000000003"}}, "c.csv");
  const auto table = into.finish();
  for (const RowIndex row : {0U, 2U}) {
    EXPECT_EQ(column(*table, "IsDeleted").kind(row), CellKind::kKnown);
    EXPECT_FALSE(column(*table, "IsDeleted").boolean(row));
    EXPECT_TRUE(table->visible(row));
  }
  EXPECT_FALSE(table->visible(1));
}

TEST_F(TableBuilderTest, RowsOfASourceWithoutIdsAreTaken) {
  TableBuilder into = builder(IdRule::kSalesforce, "Milestone");
  feed(into, schema_, "Milestone", "milestones.csv", {"UserEmail", "Milestone"},
       {{"a@example.com", "Workshop"}, {"a@example.com", "Workshop"}});
  const auto table = into.finish();
  EXPECT_EQ(table->rows(), 2U);
  EXPECT_EQ(table->id(1), "");
  EXPECT_EQ(table->find("x"), kMissingRow);
}

TEST_F(TableBuilderTest, OfTwoColumnsForOneFieldTheFirstCounts) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id", "Name", "Name"}, {{"006000000000001", "First", "Second"}});
  const auto table = into.finish();
  EXPECT_EQ(column(*table, "Name").text(0), "First");
  EXPECT_EQ(column(*table, "Name").size(), 1U);
}

TEST_F(TableBuilderTest, AReferenceOfWrongShapeIsKept) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id", "AccountId"}, {{"006000000000001", " Acme "}});
  const auto table = into.finish();
  EXPECT_EQ(column(*table, "AccountId").text(0), "Acme");
  EXPECT_TRUE(rejects_.all.empty());
}

TEST(RowMaskTest, BitsAreSetClearedAndCounted) {
  RowMask mask;
  EXPECT_FALSE(mask.any());
  mask.set(3);
  mask.set(200);
  EXPECT_TRUE(mask.test(200));
  EXPECT_FALSE(mask.test(201));
  EXPECT_FALSE(mask.test(100'000));
  EXPECT_EQ(mask.count(), 2U);
  mask.clear(200);
  mask.clear(100'000);
  EXPECT_FALSE(mask.test(200));
  EXPECT_EQ(mask.count(), 1U);
}

// A file whose ids are looked at and not kept, as load has it for rows that nothing finds by their ids.
class NamelessRowsTest : public TableBuilderTest {
 protected:
  void feed_changes(TableBuilder& into, const std::vector<TextRow>& rows) {
    const auto field = [&](std::string_view name) {
      return field_index(schema_, "OpportunityFieldHistory", name);
    };
    into.begin_source("changes.csv", {{.field = field("Id"), .column = "Id", .kept = false},
                                      {.field = field("Field"), .column = "Field"},
                                      {.field = field("CreatedDate"), .column = "CreatedDate"}});
    std::vector<RawCell> cells;
    std::vector<RowPlace> places;
    for (const TextRow& row : rows) {
      for (const std::string& cell : row) cells.push_back(to_cell(cell));
      places.push_back({.line = places.size() + 2, .record = places.size() + 1});
    }
    into.add_rows({.columns = 3, .cells = cells, .places = places});
  }
  TableBuilder changes() {
    TableBuilder into = builder(IdRule::kSalesforce, "OpportunityFieldHistory");
    into.expect_no_repeats();
    return into;
  }
};

TEST_F(NamelessRowsTest, RepeatedIdsAreFoundInEitherForm) {
  TableBuilder differing = changes();
  feed_changes(differing, {{"017000000000001", "Amount", ""}, {"017000000000002", "Amount", ""}});
  EXPECT_FALSE(differing.found_repeats());
  TableBuilder repeating = changes();
  feed_changes(repeating, {{"017000000000001", "Amount", ""},
                           {"017000000000002", "Amount", ""},
                           {" 017000000000001AAA ", "Amount", ""}});
  EXPECT_TRUE(repeating.found_repeats());
}

TEST_F(NamelessRowsTest, OnlyChosenRowsAreKept) {
  TableBuilder into = changes();
  into.choose_rows(field_index(schema_, "OpportunityFieldHistory", "Field"), {"CloseDate", "Step__c"});
  feed_changes(into, {{"017000000000001", "Amount", "2024-01-01T00:00:00Z"},
                      {"017000000000002", " closedate ", "2024-01-02T00:00:00Z"},
                      {"017000000000003", "(null)", "2024-01-03T00:00:00Z"},
                      {"017000000000004", "(long)", "2024-01-04T00:00:00Z"},
                      {"017000000000005", "Step__c", "2024-01-05T00:00:00Z"}});
  EXPECT_EQ(into.passed_over_rows(), 3U);
  EXPECT_FALSE(into.found_repeats());
  const auto table = into.finish();
  ASSERT_EQ(table->rows(), 2U);
  const Column& times = *table->column(field_index(schema_, "OpportunityFieldHistory", "CreatedDate"));
  EXPECT_EQ(format_instant(times.instant(0)), "2024-01-02T00:00:00Z");
  EXPECT_EQ(format_instant(times.instant(1)), "2024-01-05T00:00:00Z");
  EXPECT_EQ(rejects_.all.size(), 1U) << "the name that is too long could not be read";
}

TEST_F(NamelessRowsTest, RowsThatAreNotChosenAreRejectedAndRepeatLikeOthers) {
  TableBuilder into = changes();
  into.choose_rows(field_index(schema_, "OpportunityFieldHistory", "Field"), {"CloseDate"});
  feed_changes(into, {{"no id", "Amount", ""},
                      {"017000000000001", "Amount", "soon"},
                      {"017000000000001", "CloseDate", "2024-01-05T00:00:00Z"}});
  EXPECT_EQ(into.rejected_rows(), 1U);
  EXPECT_EQ(into.rejected_cells(), 1U);
  ASSERT_EQ(rejects_.all.size(), 2U);
  EXPECT_EQ(rejects_.all[0].line, 2U);
  EXPECT_EQ(rejects_.all[1].line, 3U);
  EXPECT_EQ(rejects_.all[1].column, "CreatedDate");
  EXPECT_TRUE(into.found_repeats());
}

TEST_F(TableBuilderTest, ReplacedRowsAreToldBeforeWhatIsWrongWithLaterOnes) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Id", "Amount"},
                     {{"006000000000001", "1"},
                      {"006000000000001", "much"},
                      {"006000000000001", "3"},
                      {"006000000000002", "more"}});
  std::vector<std::pair<std::uint64_t, bool>> told;
  for (const Reject& reject : rejects_.all) told.emplace_back(reject.line, reject.column.empty());
  const std::vector<std::pair<std::uint64_t, bool>> expected = {{3, false}, {2, true}, {3, true}, {5, false}};
  EXPECT_EQ(told, expected);
}

TEST_F(TableBuilderTest, FaultsOfOneBatchAreToldInTheOrderOfItsRowsAndColumns) {
  TableBuilder into = builder();
  feed_opportunities(into, {"Amount", "Id", "CloseDate"},
                     {{"much", "006000000000001", "soon"},
                      {"1", "", "2024-01-05"},
                      {"2", "006000000000002", "later"},
                      {"", "006000000000003", "2024-01-06"}});
  std::vector<std::pair<std::uint64_t, std::string>> told;
  for (const Reject& reject : rejects_.all) told.emplace_back(reject.line, reject.column);
  const std::vector<std::pair<std::uint64_t, std::string>> expected = {
      {2, "Amount"}, {2, "CloseDate"}, {3, ""}, {4, "CloseDate"}};
  EXPECT_EQ(told, expected);
  EXPECT_EQ(into.rejected_rows(), 1U);
  EXPECT_EQ(into.rejected_cells(), 3U);
  const std::span<const std::uint32_t> taken = into.taken();
  EXPECT_EQ(std::vector<std::uint32_t>(taken.begin(), taken.end()), (std::vector<std::uint32_t>{0, 2, 3}));
  const auto table = into.finish();
  const Column& dates = *table->column(field_index(schema_, "Opportunity", "CloseDate"));
  ASSERT_EQ(dates.size(), 3U);
  EXPECT_EQ(dates.kind(1), CellKind::kUnknown);
  EXPECT_EQ(format_day(dates.day(2)), "2024-01-06");
}

TEST(DictionaryTest, OneTextHasOneCode) {
  Dictionary dictionary;
  const std::uint32_t a = dictionary.intern("a");
  const std::uint32_t b = dictionary.intern("b");
  EXPECT_NE(a, b);
  EXPECT_EQ(dictionary.intern("a"), a);
  EXPECT_EQ(dictionary.size(), 2U);
}

TEST(DictionaryTest, WhatIsAddedHasACodeOfItsOwn) {
  Dictionary dictionary;
  const std::uint32_t interned = dictionary.intern("a");
  EXPECT_NE(dictionary.add("a"), interned);
  EXPECT_EQ(dictionary.find("a"), interned);
  dictionary.stop_interning();
  EXPECT_EQ(dictionary.text(dictionary.add("b")), "b");
  EXPECT_EQ(dictionary.text(interned), "a");
}

TEST(ColumnTest, TextsThatHardlyRepeatAreKeptWithoutLookingForEqualOnes) {
  constexpr std::size_t kRows = 40'000;
  Column names(FieldType::kText);
  for (std::size_t row = 0; row < kRows; ++row) {
    if (row % 3 == 0) {
      names.append_null();
    } else {
      names.append_text("deal number " + std::to_string(row));
    }
  }
  names.append_text("deal number 1");
  EXPECT_NE(names.code(kRows), names.code(1)) << "where all texts differ, nobody looks for one that does not";
  EXPECT_EQ(names.text(kRows), names.text(1));
  for (std::size_t row = 1; row < kRows; row += 3)
    ASSERT_EQ(names.text(row), "deal number " + std::to_string(row));
}

TEST(ColumnTest, TextsThatRepeatHaveOneCodeEach) {
  constexpr std::size_t kRows = 40'000;
  Column stages(FieldType::kText);
  for (std::size_t row = 0; row < kRows; ++row) stages.append_text("stage " + std::to_string(row % 9));
  EXPECT_EQ(stages.dictionary().size(), 9U);
  EXPECT_EQ(stages.code(kRows - 1), stages.code((kRows - 1) % 9));
}

TEST(ColumnTest, LongTextsMayDifferWhereShortOnesRepeat) {
  constexpr std::size_t kRows = 80'000;
  Column values(FieldType::kText);
  const auto text = [](std::size_t row) {
    return row % 2 == 0 ? "2024-01-" + std::to_string(10 + row % 20)
                        : "a note that is longer, number " + std::to_string(row);
  };
  for (std::size_t row = 0; row < kRows; ++row) values.append_text(text(row));
  values.append_text(text(1));
  EXPECT_EQ(values.code(kRows - 20), values.code(0));
  EXPECT_NE(values.code(kRows), values.code(1));
  for (std::size_t row = 0; row < kRows; ++row) ASSERT_EQ(values.text(row), text(row));
}

TEST(ColumnTest, IdsStayWhereTheyAreHoweverManyCome) {
  constexpr std::size_t kIds = 150'000;  // some in blocks of their own, some in large pages
  const auto id = [](std::size_t row) { return fmt::format("006{:015}", row); };
  Column column(FieldType::kId);
  column.append_text("short");
  const std::string_view first = column.text(0);
  for (std::size_t row = 1; row < kIds; ++row) column.append_text(id(row));
  EXPECT_EQ(column.text(0).data(), first.data());
  EXPECT_EQ(column.text(0), "short");
  for (std::size_t row = 1; row < kIds; row += 997) ASSERT_EQ(column.text(row), id(row));
  EXPECT_EQ(column.text(kIds - 1), id(kIds - 1));
}

TEST(ColumnTest, ReferencesHaveNoCodes) {
  Column references(FieldType::kReference);
  for (const std::string_view text : {"001000000000001AAA", "001000000000001", "a key longer than any id"})
    references.append_text(text);
  references.append_null();
  EXPECT_EQ(references.dictionary().size(), 0U);
  EXPECT_EQ(references.code(0), kNoCode);
  EXPECT_EQ(references.text(0), "001000000000001AAA");
  EXPECT_EQ(references.text(1), "001000000000001");
  EXPECT_EQ(references.text(2), "a key longer than any id");
  EXPECT_EQ(references.kind(3), CellKind::kNull);
}

TEST(DictionaryTest, TextsSurviveGrowingAndMoving) {
  constexpr std::uint32_t kTexts = 20'000;
  Dictionary dictionary;
  const std::string_view first = dictionary.text(dictionary.intern("first"));
  for (std::uint32_t i = 0; i < kTexts; ++i) dictionary.intern("text number " + std::to_string(i));
  const std::string large(100'000, 'x');
  const std::uint32_t code = dictionary.intern(large);
  const Dictionary moved = std::move(dictionary);
  EXPECT_EQ(first, "first");
  EXPECT_EQ(moved.text(code), large);
  EXPECT_EQ(moved.text(kTexts), "text number " + std::to_string(kTexts - 1));
}

}  // namespace
}  // namespace plumbline
