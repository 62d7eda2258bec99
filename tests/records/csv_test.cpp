#include "records/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/records/csv_testing.h"

namespace plumbline {
namespace {

using namespace csv_testing;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Cells> cells_of(const Seen& seen) {
  std::vector<Cells> cells;
  for (const SeenRow& row : seen.rows) cells.push_back(row.cells);
  return cells;
}

TEST(CsvTest, GivesTheCellsOfEachRow) {
  const Seen seen = read("Id,Name\n1,Ann\n2,Bob\n");
  EXPECT_THAT(seen.header, ElementsAre("Id", "Name"));
  EXPECT_THAT(cells_of(seen), ElementsAre(Cells{"1", "Ann"}, Cells{"2", "Bob"}));
  EXPECT_EQ(seen.error, "");
}

TEST(CsvTest, UnquotesCells) {
  const Seen seen = read("\"Id\",\"Name\"\n\"1\",\"a, \"\"b\"\"\"\n\"\",\"\"\"\"\n");
  EXPECT_THAT(seen.header, ElementsAre("Id", "Name"));
  EXPECT_THAT(cells_of(seen), ElementsAre(Cells{"1", "a, \"b\""}, Cells{"", "\""}));
}

TEST(CsvTest, KeepsLineEndsInsideQuotesAsTheyAre) {
  EXPECT_THAT(cells_of(read("A,B\n\"1\r\n2\n3\r4\",x\n")), ElementsAre(Cells{"1\r\n2\n3\r4", "x"}));
}

TEST(CsvTest, TakesEveryKindOfLineEnd) {
  for (const std::string_view text :
       {"A,B\n1,2\n3,4\n", "A,B\r\n1,2\r\n3,4\r\n", "A,B\r1,2\r3,4\r", "A,B\n1,2\r3,4\r\n"}) {
    const Seen seen = read(text);
    EXPECT_THAT(cells_of(seen), ElementsAre(Cells{"1", "2"}, Cells{"3", "4"})) << text;
    EXPECT_EQ(seen.rows.at(1).line, 3U) << text;
  }
}

TEST(CsvTest, NeedsNoLineEndAtTheEndOfTheFile) {
  EXPECT_THAT(cells_of(read("A,B\n1,2")), ElementsAre(Cells{"1", "2"}));
  EXPECT_THAT(cells_of(read("A,B\n1,\"2\"")), ElementsAre(Cells{"1", "2"}));
  EXPECT_THAT(cells_of(read("A,B\n1,")), ElementsAre(Cells{"1", ""}));
}

TEST(CsvTest, PlacesARowOnTheLineItStartsOn) {
  const Seen seen = read("A\n\"1\n2\r\n3\"\n\nx\n\"\r\"\ny\n");
  ASSERT_THAT(seen.rows, SizeIs(4));
  EXPECT_EQ(seen.rows[0].line, 2U);
  EXPECT_EQ(seen.rows[1].line, 6U);
  EXPECT_EQ(seen.rows[2].line, 7U);
  EXPECT_EQ(seen.rows[3].line, 9U);
  EXPECT_EQ(seen.rows[3].record, 4U);
}

TEST(CsvTest, SkipsEmptyLinesButNotEmptyCells) {
  const Seen seen = read("\n\r\nA\n\n1\n\"\"\n\n");
  EXPECT_THAT(cells_of(seen), ElementsAre(Cells{"1"}, Cells{""}));
  EXPECT_EQ(seen.empty_lines, 4U);
}

TEST(CsvTest, TakesAByteOrderMarkOffHoweverItIsSplit) {
  const std::string_view text = "\xEF\xBB\xBF\"Id\",B\n1,2\n";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    EXPECT_THAT(read_pieces(in_steps(text, step)).header, ElementsAre("Id", "B")) << step;
  }
}

TEST(CsvTest, KeepsHalfAByteOrderMarkAsText) {
  EXPECT_THAT(read("\xEF\xBB,B\n1,2\n").header, ElementsAre("\xEF\xBB", "B"));
}

TEST(CsvTest, FailsOnUtf16AndNamesTheRemedy) {
  using namespace std::string_view_literals;
  for (const std::string_view text : {"\xFF\xFEI\0d\0\n\0"sv, "\xFE\xFF\0I\0d\0\n"sv}) {
    EXPECT_EQ(read(text, named()).error,
              "exp.csv: the file is in UTF-16; save it as UTF-8 (\"CSV UTF-8\" in a spreadsheet)");
    EXPECT_EQ(read_pieces(in_steps(text, 1), named()), read(text, named()));
  }
}

TEST(CsvTest, TellsTheDelimiterFromTheHeader) {
  EXPECT_THAT(read("A;B;C\n1;2,5;3\n").rows.at(0).cells, ElementsAre("1", "2,5", "3"));
  EXPECT_THAT(read("A\tB\n1,1\t2\n").rows.at(0).cells, ElementsAre("1,1", "2"));
  EXPECT_THAT(read("A|B\n1|2\n").rows.at(0).cells, ElementsAre("1", "2"));
}

TEST(CsvTest, DoesNotCountDelimitersInsideQuotes) {
  EXPECT_THAT(read("\"a,b,c\";D\n1;2\n").header, ElementsAre("a,b,c", "D"));
}

TEST(CsvTest, ObeysAFixedDelimiter) {
  EXPECT_THAT(read("A;A^B\n1;2^3\n", {.file = "", .delimiter = '^'}).header, ElementsAre("A;A", "B"));
  EXPECT_THAT(read("A,B\n1,2\n", {.file = "", .delimiter = '"'}).error, HasSubstr("cannot be the delimiter"));
}

TEST(CsvTest, DropsNulBytesAndCountsThem) {
  using namespace std::string_view_literals;
  Collector sink;
  CsvParser parser({}, sink);
  ASSERT_TRUE(parser.feed("A,B\n1\0\0x,\"\0\"\"\"\r\0\n2,3\n\0"sv));
  ASSERT_TRUE(parser.finish());
  EXPECT_THAT(cells_of(sink.seen), ElementsAre(Cells{"1x", "\""}, Cells{"2", "3"}));
  EXPECT_EQ(sink.seen.rows.at(1).line, 3U);
  EXPECT_EQ(parser.stats().nul_bytes, 5U);
}

TEST(CsvTest, TakesAStrayQuoteInAnUnquotedCellAsText) {
  EXPECT_THAT(cells_of(read("A,B\n5\" pipe,2\n 6\",x\n\"q\",z\n")),
              ElementsAre(Cells{"5\" pipe", "2"}, Cells{" 6\"", "x"}, Cells{"q", "z"}));
}

TEST(CsvTest, RejectsTextAfterAClosingQuoteAndNamesTheColumn) {
  const Seen seen = read("A,B\n1,2\n3,\"a\"b\n5,6\n");
  EXPECT_THAT(cells_of(seen), ElementsAre(Cells{"1", "2"}, Cells{"5", "6"}));
  ASSERT_THAT(seen.rejects, SizeIs(1));
  EXPECT_EQ(
      seen.rejects[0],
      (SeenReject{3, 2, 2,
                  "has text after the closing quote of a cell; write a quote inside a quoted cell twice",
                  "3,\"a\"b"}));
}

TEST(CsvTest, RejectsARaggedRowAndNothingElse) {
  const Seen seen = read("A,B,C\n1,2\n1,2,3\n1,2,3,4\n4,5,6\n");
  EXPECT_THAT(cells_of(seen), ElementsAre(Cells{"1", "2", "3"}, Cells{"4", "5", "6"}));
  ASSERT_THAT(seen.rejects, SizeIs(2));
  EXPECT_EQ(seen.rejects[0],
            (SeenReject{2, 1, 0,
                        "has 2 cells, the header has 3; look for a line break in a cell without "
                        "quotes, or add the missing cells",
                        "1,2"}));
  EXPECT_EQ(seen.rejects[1],
            (SeenReject{4, 3, 0,
                        "has 4 cells, the header has 3; put cells that hold the delimiter in double quotes",
                        "1,2,3,4"}));
}

TEST(CsvTest, ShowsAtMostKMaxRawBytesOfARejectedRow) {
  const std::string text = "A,B\n" + std::string(1000, 'x') + "\n";
  for (const std::size_t step : {std::size_t{1}, std::size_t{100}, text.size()}) {
    const Seen seen = read_pieces(in_steps(text, step));
    ASSERT_THAT(seen.rejects, SizeIs(1));
    EXPECT_EQ(seen.rejects[0].raw, std::string(kMaxRawBytes, 'x'));
  }
}

TEST(CsvTest, TrimsHeaderNamesButNotCells) {
  const Seen seen = read(" Id , \t,\" Name \"\n 1 ,2,\" x \"\n");
  EXPECT_THAT(seen.header, ElementsAre("Id", "", "Name"));
  EXPECT_THAT(cells_of(seen), ElementsAre(Cells{" 1 ", "2", " x "}));
}

TEST(CsvTest, FailsOnANameGivenTwiceAndNamesBothColumns) {
  EXPECT_EQ(read("\nId,Amount, amount \n1,2,3\n", named()).error,
            "exp.csv:2: columns 2 and 3 are both named \"amount\"; rename or remove one of them");
}

TEST(CsvTest, AllowsManyEmptyNames) { EXPECT_THAT(read("A,,\n1,2,3\n").rows, SizeIs(1)); }

TEST(CsvTest, FailsOnAFileWithoutHeader) {
  for (const std::string_view text : {"", "\n\r\n", "\xEF\xBB\xBF"}) {
    EXPECT_EQ(read(text, named()).error,
              "exp.csv: the file is empty; export it again with a header line of column names");
  }
}

TEST(CsvTest, TakesAHeaderAlone) {
  for (const std::string_view text : {"A,B", "A,B\n", "A,B\r\n\n"}) {
    const Seen seen = read(text);
    EXPECT_THAT(seen.header, ElementsAre("A", "B"));
    EXPECT_THAT(seen.rows, IsEmpty());
    EXPECT_EQ(seen.error, "");
  }
}

TEST(CsvTest, FailsOnMoreThanKMaxColumns) {
  std::string text = "c1";
  for (std::size_t i = 2; i <= kMaxColumns; ++i) text += ",c" + std::to_string(i);
  EXPECT_EQ(read(text + "\n").error, "");
  for (const std::size_t step : {std::size_t{1}, std::size_t{1000}, std::size_t{100000}}) {
    EXPECT_THAT(read_pieces(in_steps(text + ",more\n", step)).error,
                HasSubstr("the header has 4097 columns, the most is 4096"));
  }
}

TEST(CsvTest, CountsTheCellsOfARowWithVeryMany) {
  const std::string text = "A,B\n" + std::string(100000, ',') + "\n1,2\n";
  for (const std::size_t step : {std::size_t{1}, std::size_t{7777}, text.size()}) {
    const Seen seen = read_pieces(in_steps(text, step));
    ASSERT_THAT(seen.rejects, SizeIs(1));
    EXPECT_THAT(seen.rejects[0].reason, HasSubstr("has 100001 cells"));
    EXPECT_THAT(seen.rows, SizeIs(1));
  }
}

TEST(CsvTest, FailsOnAQuoteNeverClosedAfterDeliveringTheRowsBefore) {
  const Seen seen = read("A,B\n1,2\n\"x\ny\",\"open\n3,4\n", named());
  EXPECT_THAT(cells_of(seen), ElementsAre(Cells{"1", "2"}));
  EXPECT_EQ(
      seen.error,
      "exp.csv:4: a quoted cell is never closed: 9 bytes follow its opening quote up to the end of the file; "
      "close it, and write a quote that is text twice");
}

TEST(CsvTest, SaysHowFarAnUnclosedQuoteReachesBeyondTheRecordLimit) {
  const std::string line = "some text, and more\r\n";
  std::string block;
  while (block.size() < (std::size_t{1} << 20)) block += line;
  Collector sink;
  CsvParser parser({}, sink);
  ASSERT_TRUE(parser.feed("A,B\n1,2\n3,\""));
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(parser.feed(block));
  EXPECT_THAT(sink.seen.rows, SizeIs(1));
  const Status status = parser.finish();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(status.error().where.value_or(SourceSpan{}).line, 3U);
  EXPECT_THAT(status.error().message, HasSubstr(std::to_string(40 * block.size()) + " bytes follow"));
  EXPECT_THAT(sink.seen.rejects, IsEmpty());
}

TEST(CsvTest, KeepsTheRowOfACellThatIsTooLong) {
  const std::string most(kMaxCellBytes, 'm');
  const std::string text = "A,B\n" + most + ",1\n" + most + "m,2\n\"" + most + "\"\"\",3\n4,5\n";
  for (const std::size_t step : {std::size_t{60000}, text.size()}) {
    Collector sink;
    CsvParser parser({}, sink);
    for (const std::string_view piece : in_steps(text, step)) ASSERT_TRUE(parser.feed(piece));
    ASSERT_TRUE(parser.finish());
    const std::string shown(kMaxRawBytes, 'm');
    EXPECT_EQ(cells_of(sink.seen), (std::vector<Cells>{{most, "1"}, {shown, "2"}, {shown, "3"}, {"4", "5"}}));
    EXPECT_EQ(sink.too_long, 2U);
    EXPECT_EQ(parser.stats().too_long_cells, 2U);
  }
}

TEST(CsvTest, RejectsARecordThatIsTooLongAndGoesOn) {
  const std::string most = "\"" + std::string(kMaxRecordBytes - 4, '\n') + "\",";
  const std::string text = "A,B\n" + most + "a\n" + most + "ab\n1,2\n";
  for (const std::size_t step : {std::size_t{1} << 16, text.size()}) {
    const Seen seen = read_pieces(in_steps(text, step));
    ASSERT_THAT(seen.rows, SizeIs(2));
    EXPECT_EQ(seen.rows[0].line, 2U);
    EXPECT_EQ(seen.rows[1].line, 2 * (kMaxRecordBytes - 4) + 4);
    EXPECT_EQ(seen.rows[1].record, 3U);
    ASSERT_THAT(seen.rejects, SizeIs(1));
    EXPECT_THAT(seen.rejects[0].reason, HasSubstr("is longer than 16 MiB"));
    EXPECT_EQ(seen.rejects[0].line, 2 + (kMaxRecordBytes - 4) + 1);
    EXPECT_EQ(seen.rejects[0].raw, most.substr(0, kMaxRawBytes));
  }
}

TEST(CsvTest, FailsOnAHeaderLineThatNeverEnds) {
  Collector sink;
  CsvParser parser({}, sink);
  const std::string block(std::size_t{1} << 20, 'x');
  Status fed;
  for (int i = 0; i < 17 && fed; ++i) fed = parser.feed(block);
  ASSERT_FALSE(fed);
  EXPECT_THAT(fed.error().message, HasSubstr("the header line is longer than 16 MiB"));
}

TEST(CsvTest, GivesWantedColumnsAloneInTheOrderAskedFor) {
  Collector sink(std::vector<std::uint32_t>{2, 0, 2});
  CsvParser parser({}, sink);
  ASSERT_TRUE(parser.feed("A,B,C\n1,2,3\n\"4\",\"5\"\"\",\"6\"\"\"\n"));
  ASSERT_TRUE(parser.finish());
  EXPECT_THAT(cells_of(sink.seen), ElementsAre(Cells{"3", "1", "3"}, Cells{"6\"", "4", "6\""}));
}

TEST(CsvTest, GivesPlacesEvenWhenNoColumnIsWanted) {
  Collector sink(std::vector<std::uint32_t>{});
  CsvParser parser({}, sink);
  ASSERT_TRUE(parser.feed("A,B\n1,2\n3,4\n"));
  ASSERT_TRUE(parser.finish());
  EXPECT_THAT(cells_of(sink.seen), ElementsAre(Cells{}, Cells{}));
}

TEST(CsvTest, FailsWhenAColumnIsWantedThatIsNotThere) {
  Collector sink(std::vector<std::uint32_t>{2});
  CsvParser parser({}, sink);
  const Status fed = parser.feed("A,B\n1,2\n");
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, ErrorCode::kInternal);
}

class RefusingSink : public Collector {
 public:
  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string>) override {
    return fail(ErrorCode::kCancelled, "not today");
  }
};

TEST(CsvTest, AnswersWithTheSinksErrorFromThenOn) {
  RefusingSink sink;
  CsvParser parser({}, sink);
  EXPECT_TRUE(parser.feed("A,B"));
  EXPECT_EQ(parser.feed("\n1,2\n").error().message, "not today");
  EXPECT_EQ(parser.feed("3,4\n").error().message, "not today");
  EXPECT_EQ(parser.finish().error().code, ErrorCode::kCancelled);
  EXPECT_THAT(sink.seen.rows, IsEmpty());
}

TEST(CsvTest, DeliversInBatches) {
  std::string text = "A,B\n";
  for (int i = 0; i < 5000; ++i) text += "1,2\n";
  Collector sink;
  CsvParser parser({}, sink);
  ASSERT_TRUE(parser.feed(text));
  EXPECT_THAT(sink.seen.rows, SizeIs(5000));
  EXPECT_EQ(sink.batches, 5U);
  EXPECT_EQ(sink.largest_batch, 1024U);
}

TEST(CsvTest, CountsBytesRowsAndRejects) {
  Collector sink;
  CsvParser parser({}, sink);
  ASSERT_TRUE(parser.feed("A,B\n1,2\n\n3\n4,5"));
  ASSERT_TRUE(parser.finish());
  EXPECT_EQ(parser.stats().bytes, 14U);
  EXPECT_EQ(parser.stats().rows, 2U);
  EXPECT_EQ(parser.stats().rejects, 1U);
  EXPECT_EQ(parser.stats().empty_lines, 1U);
}

}  // namespace
}  // namespace plumbline
