// The map of cell ends says what the list of them says, with either set of instructions.
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "records/csv_scan.h"

namespace plumbline {
namespace {

struct Found {
  std::vector<std::uint32_t> ends;  // of cells
  std::vector<std::uint32_t> record_ends;
  std::vector<std::uint64_t> cells;
  std::vector<std::uint64_t> quoted_lines;
  std::vector<bool> doubled;
  std::vector<bool> flawed;
  friend bool operator==(const Found&, const Found&) = default;
};

Found listed(const std::string& text) {
  CsvIndex index;
  CsvScanner scanner(',');
  scanner.scan(text, 0, index);
  Found found;
  found.ends.assign(index.ends.begin(), index.ends.begin() + static_cast<std::ptrdiff_t>(index.end_count));
  for (const CsvRecordEnd& record : index.records) {
    found.record_ends.push_back(record.end);
    found.cells.push_back(record.cells);
    found.quoted_lines.push_back(record.quoted_lines);
    found.doubled.push_back(record.doubled_quotes);
    found.flawed.push_back(record.flaw_column != 0);
  }
  return found;
}

Found mapped(const std::string& text, CsvInstructions instructions) {
  CsvMap map;
  CsvScanner scanner(',', instructions);
  scanner.map(text, map);
  Found found;
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    if ((map.ends[i / 64] >> (i % 64) & 1) != 0) found.ends.push_back(i);
  }
  for (const CsvMappedRecord& record : map.records) {
    found.record_ends.push_back(record.end);
    found.cells.push_back(record.cells);
    found.quoted_lines.push_back(record.quoted_lines);
    found.doubled.push_back(record.doubled_quotes);
    found.flawed.push_back(record.flawed);
  }
  return found;
}

TEST(CsvMapTest, SaysWhatTheListSays) {
  std::mt19937 random(11);
  const std::vector<std::string> pieces = {
      "a",  "long text of a cell", ",",    ",",  ",",        "\n", "\r\n",
      "\"", "\"q, \n\"",           "\"\"", "\r", "\xC3\xBC", ","};
  std::size_t records = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string text;
    for (std::size_t i = random() % 120; i > 0; --i) text += pieces[random() % pieces.size()];
    const Found expected = listed(text);
    records += expected.record_ends.size();
    ASSERT_EQ(mapped(text, CsvInstructions::kBest), expected) << testing::PrintToString(text);
    ASSERT_EQ(mapped(text, CsvInstructions::kBaseline), expected) << testing::PrintToString(text);
  }
  EXPECT_GT(records, 10'000U);
}

TEST(CsvMapTest, ATextWithoutItsLastLineEndLacksItsLastRecord) {
  const Found found = mapped("a,b\nc,d", CsvInstructions::kBest);
  EXPECT_EQ(found.record_ends, (std::vector<std::uint32_t>{3}));
  EXPECT_EQ(found.ends, (std::vector<std::uint32_t>{1, 3, 5}));
}

TEST(CsvMapTest, ANulIsSeenWhereverItStands) {
  for (const CsvInstructions instructions : {CsvInstructions::kBest, CsvInstructions::kBaseline}) {
    for (const std::string& text : {std::string(150, 'x') + "\n", "a\"b," + std::string(150, 'x') + "\n"}) {
      CsvMap map;
      CsvScanner(',', instructions).map(text, map);
      EXPECT_FALSE(map.has_nul);
      for (std::size_t at = 4; at < text.size(); ++at) {
        std::string with_nul = text;
        with_nul[at] = '\0';
        CsvScanner(',', instructions).map(with_nul, map);
        EXPECT_TRUE(map.has_nul) << "at " << at;
      }
    }
  }
}

}  // namespace
}  // namespace plumbline
