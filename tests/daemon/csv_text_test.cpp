#include "daemon/cli/csv_text.h"

#include <gtest/gtest.h>

#include <vector>

namespace plumbline {
namespace {

TEST(CsvCell, LeavesPlainTextAsItIs) {
  EXPECT_EQ(csv_cell(""), "");
  EXPECT_EQ(csv_cell("Copper Kettle - Fleet telematics"), "Copper Kettle - Fleet telematics");
}

TEST(CsvCell, QuotesAtEveryPlaceOfATextOfEveryLength) {
  const std::vector<std::pair<std::string, std::string>> odd = {
      {",", ","}, {"\"", "\"\""}, {"\n", "\n"}, {"\"\"", "\"\"\"\""}};
  for (const auto& [raw, quoted] : odd) {
    for (std::size_t length = 0; length < 70; ++length) {
      for (std::size_t at = 0; at <= length; ++at) {
        const std::string before(at, 'a');
        const std::string after(length - at, 'z');
        EXPECT_EQ(csv_cell(before + raw + after), '"' + before + quoted + after + '"');
      }
    }
  }
}

TEST(CsvCell, QuotesABlankAtEitherEnd) {
  EXPECT_EQ(csv_cell(" a"), "\" a\"");
  EXPECT_EQ(csv_cell("a "), "\"a \"");
  EXPECT_EQ(csv_cell("a b"), "a b");
}

TEST(CsvCell, DisarmsFormulas) {
  EXPECT_EQ(csv_cell("=SUM(A1)"), "'=SUM(A1)");
  EXPECT_EQ(csv_cell("-1"), "'-1");
  EXPECT_EQ(csv_cell("\tx"), "'\tx");
  EXPECT_EQ(csv_cell("=A1,\"b\""), "\"'=A1,\"\"b\"\"\"");
  EXPECT_EQ(csv_cell("= "), "\"'= \"");
  EXPECT_EQ(csv_cell("\r"), "\"'\r\"");
}

TEST(CsvCell, NeedsNoMoreRoomThanItSays) {
  for (const std::size_t length : {0U, 1U, 7U, 8U, 15U, 16U, 33U}) {
    for (const char byte : {'"', '=', ' ', 'a'}) {
      std::vector<char> room(csv_cell_room(length));
      const char* end = write_csv_cell(room.data(), std::string(length, byte));
      EXPECT_LE(end, room.data() + room.size());
    }
  }
}

}  // namespace
}  // namespace plumbline
