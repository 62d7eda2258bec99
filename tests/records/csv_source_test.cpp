// Rows judged as they pass must read like the same rows kept in a table, however odd the files are.
#include <algorithm>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/csv_item.h"
#include "records/data_folder.h"
#include "tests/records/table_support.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

// Cells by field, as text that tells type, null and unknown apart.
using Row = std::vector<std::string>;

struct Reading {
  std::vector<Row> rows;
  std::vector<bool> visible;
  std::vector<std::string> rejects;  // sorted: those of cells come later where rows pass
  std::vector<std::string> notices;
  std::string error;
  bool tidy = true;  // of one reading: what it gave holds
};

class CsvSourceTest : public ::testing::Test {
 protected:
  CsvSourceTest() {
    for (const std::string_view name : {"Id", "Name", "OwnerId", "AccountId", "StageName", "Amount",
                                        "CloseDate", "CreatedDate", "IsClosed", "IsDeleted", "Probability"}) {
      fields_.push_back(field_index(*schema_, "Opportunity", name));
    }
  }

  Reading read(Keeping keeping, unsigned threads = 1, Readings readings = Readings::kTwo) {
    Reading reading;
    auto schema = std::make_shared<Schema>(*schema_);
    const auto folder = open_folder({.paths = {folder_.path()}}, *schema);
    EXPECT_TRUE(folder.has_value());
    DataNeeds needs;
    for (const std::size_t field : fields_) needs.add_passing_field(opportunity_, field);
    for (const std::string_view lookup : {"OwnerId", "AccountId"})
      needs.passing_lookups.emplace(opportunity_, field_index(*schema, "Opportunity", lookup));
    needs.add(extra_);
    KeptRejects rejects;
    needs = needs_in(*folder, *schema, needs);
    Result<LoadedData> data =
        load(*folder, schema, needs, rejects, {.threads = threads, .keeping = keeping, .readings = readings});
    if (!data) {
      reading.error = data.error().to_string();
      return reading;
    }
    read_rows(*data, reading, rejects);
    reading.tidy = settle(*data);
    reading.notices = data->notices;
    for (const Reject& reject : rejects.all) {
      reading.rejects.push_back(fmt::format("{}:{} {} {} | {}", reject.file, reject.line, reject.column,
                                            reject.reason, reject.raw));
    }
    std::ranges::sort(reading.rejects);
    return reading;
  }

  void read_rows(const LoadedData& data, Reading& reading, KeptRejects& rejects) {
    const RecordSource& source = *data.sources.at(opportunity_);
    const std::unique_ptr<RecordReader> reader = source.open();
    for (std::size_t item = 0; item < source.items(); ++item) {
      const Status started = reader->start(item);
      if (!started) {
        reading.error = started.error().to_string();
        return;
      }
      while (*reader->next_chunk()) {
        reading.visible.resize(reading.rows.size() + reader->rows(), false);
        for (const ChunkRow row : reader->visible()) reading.visible[reading.rows.size() + row] = true;
        read_chunk(*reader, *data.snapshot, reading);
      }
      for (const Reject& reject : reader->take_rejects()) rejects.reject(reject);
    }
  }

  void read_chunk(RecordReader& reader, const Snapshot& snapshot, Reading& reading) const {
    const RowSet all = RowSet::first(reader.rows());
    const std::size_t first = reading.rows.size();
    reading.rows.resize(first + reader.rows());
    std::vector<CellKind> kinds(kChunkRows);
    std::vector<std::int64_t> whole(kChunkRows);
    std::vector<double> numbers(kChunkRows);
    std::vector<std::string_view> texts(kChunkRows);
    std::vector<std::uint32_t> codes(kChunkRows);
    for (const std::size_t field : fields_) {
      const FieldType type = snapshot.schema().object(opportunity_).fields[field].type;
      reader.read(field, all,
                  {.kinds = kinds.data(),
                   .whole = whole.data(),
                   .numbers = numbers.data(),
                   .texts = texts.data(),
                   .codes = codes.data()});
      for (const ChunkRow row : all) {
        std::string& cell = reading.rows[first + row].emplace_back();
        if (kinds[row] != CellKind::kKnown) {
          cell = kinds[row] == CellKind::kNull ? "<null>" : "<unknown>";
        } else if (is_text_like(type)) {
          cell = "'" + std::string(texts[row]);
          if (codes[row] != kNoCode) {
            EXPECT_EQ(reader.dictionary(field).text(codes[row]), texts[row]);
          }
        } else {
          cell = type == FieldType::kNumber ? fmt::format("{}", numbers[row]) : fmt::format("{}", whole[row]);
        }
      }
    }
    std::vector<RowIndex> targets(kChunkRows);
    for (const std::string_view lookup : {"OwnerId", "AccountId"}) {
      reader.read_targets(field_index(snapshot.schema(), "Opportunity", lookup), all, targets.data());
      for (const ChunkRow row : all) reading.rows[first + row].push_back(fmt::format("->{}", targets[row]));
    }
  }

  void expect_same(const Reading& passed, const Reading& kept) {
    ASSERT_EQ(passed.error, kept.error);
    ASSERT_EQ(passed.rows, kept.rows);
    ASSERT_EQ(passed.visible, kept.visible);
    ASSERT_EQ(passed.rejects, kept.rejects);
    ASSERT_EQ(passed.notices, kept.notices);
  }
  void expect_both_same() {
    const Reading kept = read(Keeping::kEverything);
    ASSERT_NO_FATAL_FAILURE(expect_same(read(Keeping::kNeeded), kept));
    ASSERT_NO_FATAL_FAILURE(expect_same(read(Keeping::kNeeded, 3), kept));
    const Reading once = read(Keeping::kNeeded, 1, Readings::kOneWherePossible);
    if (once.tidy) {
      ASSERT_NO_FATAL_FAILURE(expect_same(once, kept));
    }
  }
  bool is_tidy() { return read(Keeping::kNeeded, 1, Readings::kOneWherePossible).tidy; }

  std::shared_ptr<const Schema> schema_ = std::make_shared<const Schema>(Schema::standard());
  std::size_t opportunity_ = object_index(*schema_, "Opportunity");
  std::vector<std::size_t> fields_;
  DataNeeds extra_;
  TempFolder folder_;
};

constexpr std::string_view kUsers =
    "Id,Name,TimeZoneSidKey\n005000000000001,Ada,UTC\n005000000000002AAA,Ben,\n005000000000003,Cy,UTC\n";
constexpr std::string_view kAccounts = "Id,Name\n001000000000001,Acme\n001000000000002AAA,Brindle\n";

TEST_F(CsvSourceTest, CellsOfEveryKindReadAsTheyWouldBeKept) {
  folder_.write("User.csv", std::string(kUsers));
  folder_.write("Account.csv", std::string(kAccounts));
  folder_.write(
      "Opportunity.csv",
      "Id,Name,OwnerId,AccountId,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsDeleted,Probability,Rest\n"
      "006000000000001,\"a \"\"b\"\", c\nd\",005000000000001,001000000000002, Won ,1.0E3,2024-01-31,"
      "2024-01-31T10:00:00.000+0000,TRUE,false,40,x\r\n"
      " 006000000000002AAA ,,00G000000000001,,,,,,,true,,x\n"
      "006000000000003,  ,005000000000009,001000000000009,\"\",1.005,31.1.2024,soon,maybe,0,half,x\n"
      "\n"
      "006000000000004,\xC3\x28,\" 005000000000002 "
      "\",\"001000000000001\",S,\"12.50\",\"2024-02-30\",,1,1,1e2,x\n"
      "006000000000005,no end,,,,-0.01,2024-02-29,2024-02-29T23:59:59Z,no,no,,\xC2\xA0");
  ASSERT_NO_FATAL_FAILURE(expect_both_same());
  EXPECT_THAT(read(Keeping::kNeeded).notices, Contains(HasSubstr("an owner who is not in User")));
}

TEST_F(CsvSourceTest, RowsThatAreNoneAreLeftOutOfTheSecondReading) {
  folder_.write(
      "Opportunity.csv",
      "Id,Name\n006000000000001,a\n,blank id\nshort,x\n006000000000002,b,c\n\n006000000000003,\"q\"q\n"
      "006000000000004,d\n");
  ASSERT_NO_FATAL_FAILURE(expect_both_same());
  EXPECT_EQ(read(Keeping::kNeeded).rows.size(), 2U);
}

TEST_F(CsvSourceTest, ALaterRowOfTheSameIdReplacesTheEarlierAcrossFiles) {
  folder_.write("User.csv", std::string(kUsers));
  folder_.write("Opportunity1.csv",
                "Id,Name,OwnerId\n006000000000001,a,005000000000009\n006000000000002,b,005000000000001\n");
  folder_.write("Opportunity2.csv",
                "OwnerId;Name;Id\n005000000000001;c;006000000000001AAA\n;d;006000000000003\n");
  ASSERT_NO_FATAL_FAILURE(expect_both_same());
  EXPECT_EQ(read(Keeping::kNeeded).visible, (std::vector{false, true, true, true}));
}

TEST_F(CsvSourceTest, AColumnThatIsKeptBesidesIsReadFromThere) {
  folder_.write("Opportunity.csv", "Id,Name,Amount\n006000000000001,a,1\n006000000000001,b,much\n");
  extra_.add_field(opportunity_, field_index(*schema_, "Opportunity", "Amount"));
  extra_.add_field(opportunity_, field_index(*schema_, "Opportunity", "Id"));
  ASSERT_NO_FATAL_FAILURE(expect_both_same());
}

TEST_F(CsvSourceTest, BytesBeforeTheFirstRowDoNotShiftIt) {
  using namespace std::string_literals;
  folder_.write("Opportunity.csv", "\xEF\xBB\xBF\n\nI\0d,\"Na\0me\"\r\n0060\0"s +
                                       "00000000001,a\0b\r\n\0\0"s + "006000000000002,c\r\n"s);
  ASSERT_NO_FATAL_FAILURE(expect_both_same());
  EXPECT_EQ(read(Keeping::kNeeded).rows.size(), 2U);
}

// A header that opens a quote for one delimiter and none for another holds rows back while it is told.
TEST_F(CsvSourceTest, RowsHeldBackWithTheHeaderAreFound) {
  folder_.write("Opportunity.csv",
                "Id,Name;\"x,CloseDate\n006000000000001,a,2024-01-31\n006000000000002,b,2024-01-31\n");
  ASSERT_NO_FATAL_FAILURE(expect_both_same());
  EXPECT_EQ(read(Keeping::kNeeded).rows.size(), 2U);
}

TEST_F(CsvSourceTest, RecordsLargerThanAnItemAreItemsOfTheirOwn) {
  std::string text = "Id,Name,Description\n";
  for (int i = 0; i < 8; ++i) {
    text += fmt::format("00600000000000{},n{},\"{}\"\n", i, i, std::string(kItemBytes * 2, 'x'));
    text += fmt::format("00600000000010{},m{},\n", i, i);
  }
  text += "006000000000200,too long,\"" + std::string(kMaxRecordBytes, 'y') + "\"\n006000000000201,last,z\n";
  folder_.write("Opportunity.csv", text);
  ASSERT_NO_FATAL_FAILURE(expect_both_same());
  EXPECT_EQ(read(Keeping::kNeeded).rows.size(), 17U);
}

TEST_F(CsvSourceTest, AFileThatChangesBetweenTheReadingsIsNamed) {
  folder_.write("Opportunity.csv", "Id,Name\n006000000000001,a\n");
  auto schema = std::make_shared<Schema>(*schema_);
  const auto folder = open_folder({.paths = {folder_.path()}}, *schema);
  DataNeeds needs;
  needs.add_passing_field(opportunity_, fields_[0]);
  KeptRejects rejects;
  const Result<LoadedData> data = load(*folder, schema, needs_in(*folder, *schema, needs), rejects);
  ASSERT_TRUE(data.has_value());
  folder_.write("Opportunity.csv", "Id,Name\n006000000000001,a\n006000000000002,b\n");
  const auto reader = data->sources.at(opportunity_)->open();
  const Status started = reader->start(0);
  ASSERT_FALSE(started.has_value());
  EXPECT_THAT(started.error().to_string(), HasSubstr("Opportunity.csv: was changed while it was read"));
}

TEST_F(CsvSourceTest, ATidyFileReadOnceGivesWhatTwoReadingsGive) {
  folder_.write("User.csv", std::string(kUsers));
  std::string text = "\xEF\xBB\xBFName,Id,OwnerId,IsDeleted,CloseDate,Amount\r\n";
  for (int i = 0; i < 9000; ++i) {
    text += fmt::format("\"two\nlines, {}\",006{:012},{},{},{},{}\r\n",
                        std::string(static_cast<std::size_t>(i) % 60, 'x'), i,
                        i % 7 == 0 ? "005000000000009" : "005000000000002AAA", i % 5 == 0 ? "true" : "",
                        i % 11 == 0 ? "soon" : "2024-01-31", i % 13);
    if (i % 500 == 0) text += "\n";
  }
  text += "last,006999999999999,,,,";
  folder_.write("Opportunity.csv", text);
  ASSERT_NO_FATAL_FAILURE(expect_both_same());
  EXPECT_TRUE(is_tidy());
}

TEST_F(CsvSourceTest, WhatMakesAFileUntidyIsFoundOut) {
  using namespace std::string_literals;
  const std::string head = "Id,Name\n006000000000001,a\n";
  const auto tidy = [&](const std::string& text) {
    folder_.write("Opportunity.csv", text);
    return is_tidy();
  };
  EXPECT_TRUE(tidy(head));
  EXPECT_FALSE(tidy(head + "006000000000001AAA,twice\n"));
  EXPECT_FALSE(tidy(head + "006000000000002,b,c\n"));
  EXPECT_FALSE(tidy(head + "006000000000002,\"b\"c\n"));
  EXPECT_FALSE(tidy(head + ",no id\n"));
  EXPECT_FALSE(tidy(head + "short,id\n"));
  EXPECT_FALSE(tidy(head + "006000000000002,b\0\n"s));
  EXPECT_FALSE(tidy(head + "006000000000002,\"never closed\n"));
  EXPECT_FALSE(tidy(head + "006000000000002,\"" + std::string(kMaxRecordBytes, 'y') + "\"\n"));
}

TEST_F(CsvSourceTest, ALineEndOfTwoBytesIsNotPartedBetweenPieces) {
  const std::string head = "Id,Name\r\n";
  for (std::size_t shift = 0; shift < 4; ++shift) {
    const std::size_t filled = head.size() + 16 + shift;
    std::string text =
        head + "006000000000001," + std::string(kItemBytes - filled + head.size(), 'n') + "\r\n";
    text += "006000000000002,soon\r\n006000000000003,end";
    folder_.write("Opportunity.csv", text);
    ASSERT_NO_FATAL_FAILURE(expect_both_same()) << shift;
    EXPECT_TRUE(is_tidy());
  }
}

TEST_F(CsvSourceTest, AnObjectThatIsLookedUpIsReadTwice) {
  folder_.write("Opportunity.csv", "Id,Name\n006000000000001,a\n006000000000001,b\n");
  extra_.add_field(opportunity_, field_index(*schema_, "Opportunity", "Id"));
  ASSERT_NO_FATAL_FAILURE(expect_both_same());
  EXPECT_TRUE(is_tidy());  // nothing was read once
}

// Thousands of rows of odd cells, some of them no rows at all, in several items.
class OddFile {
 public:
  explicit OddFile(std::uint32_t seed) : random_(seed) {}

  std::string text(std::size_t rows) {
    const std::string_view line_end = std::vector<std::string_view>{"\n", "\r\n", "\r"}[below(3)];
    std::string out =
        "Name,Id,OwnerId,Amount,CloseDate,CreatedDate,IsClosed,IsDeleted,Probability,StageName,Long";
    out += line_end;
    for (std::size_t i = 0; i < rows; ++i) {
      out += row(i);
      out += below(40) == 0 ? "\n" : line_end;
    }
    return out;
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  std::string one_of(std::initializer_list<std::string_view> choices) {
    return std::string(*(choices.begin() + below(choices.size())));
  }
  std::string row(std::size_t number) {
    if (below(60) == 0) return one_of({"", "short", "a,b", ",,,,,,,,,,", "\"x\"y,,,,,,,,,,"});
    const std::size_t id = below(30) == 0 ? below(number + 1) : number;
    std::string cells =
        one_of({"plain", "\"a,b\"", "\"a\"\"b\"", "\"two\nlines\"", "", "  ", "\xC3\xBC", "\xFF"});
    cells += fmt::format(",006{:012}{}", id, below(4) == 0 ? "AAA" : "");
    cells += "," + one_of({"005000000000001", "005000000000002", "005000000000009", "", "00G000000000001"});
    cells += "," + one_of({"1", "1.50", "1.0E3", "\"2\"", "", "much", "1.005"});
    cells += "," + one_of({"2024-01-31", "2024-02-30", "", "31.1.2024", "\"2024-01-31\""});
    cells += "," + one_of({"2024-01-31T10:00:00Z", "2024-01-31T10:00:00.000+0100", "", "then"});
    cells +=
        "," + one_of({"true", "FALSE", "1", "0", "", "maybe"}) + "," + one_of({"false", "", "true", "0"});
    cells += "," + one_of({"10", "1e2", "", "x"}) + "," + one_of({"Won", "Lost", "\"Won\"", ""});
    return cells + "," + std::string(below(300), 'z');
  }

  std::mt19937 random_;
};

TEST_F(CsvSourceTest, OddFilesReadTheSameEitherWay) {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    TempFolder folder;
    folder_.write("User.csv", std::string(kUsers));
    folder_.write("Opportunity.csv", OddFile(seed).text(6000));
    ASSERT_NO_FATAL_FAILURE(expect_both_same()) << "seed " << seed;
  }
}

TEST_F(CsvSourceTest, RejectsComeInOneOrderWhateverTheThreads) {
  folder_.write("User.csv", std::string(kUsers));
  folder_.write("Account.csv", OddFile(7).text(500));
  folder_.write("Opportunity.csv", OddFile(8).text(9000));
  extra_.add_field(object_index(*schema_, "Account"), field_index(*schema_, "Account", "Name"));
  const auto order = [&](unsigned threads) {
    auto schema = std::make_shared<Schema>(*schema_);
    const auto folder = open_folder({.paths = {folder_.path()}}, *schema);
    DataNeeds needs = extra_;
    needs.add_passing_field(opportunity_, fields_[0]);
    KeptRejects rejects;
    EXPECT_TRUE(load(*folder, schema, needs_in(*folder, *schema, needs), rejects, {.threads = threads}));
    std::vector<std::string> all;
    for (const Reject& reject : rejects.all)
      all.push_back(fmt::format("{}:{} {}", reject.file, reject.line, reject.reason));
    return all;
  };
  const std::vector<std::string> expected = order(1);
  EXPECT_GT(expected.size(), 100U);
  for (int round = 0; round < 5; ++round) EXPECT_EQ(order(4), expected);
}

}  // namespace
}  // namespace plumbline
