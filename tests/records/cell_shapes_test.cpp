#include "records/cell_shapes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "records/cell.h"

namespace plumbline {
namespace {

class Dice {
 public:
  std::size_t below(std::size_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state_ >> 33) % bound;
  }

 private:
  std::uint64_t state_ = 7;
};

// The text itself, and what one or two slips make of it.
std::vector<std::string> with_slips(const std::string& text, Dice& dice) {
  constexpr std::string_view kBytes = "0123456789--..::TZtz+ eE\x80\xFF/";
  std::vector<std::string> texts = {text};
  for (int i = 0; i < 12; ++i) {
    std::string slip = texts[dice.below(texts.size())];
    const std::size_t at = dice.below(slip.size());
    const char byte = kBytes[dice.below(kBytes.size())];
    switch (dice.below(3)) {
      case 0:
        slip[at] = byte;
        break;
      case 1:
        slip.insert(at, 1, byte);
        break;
      default:
        if (slip.size() > 1) slip.erase(at, 1);
        break;
    }
    texts.push_back(slip);
  }
  return texts;
}

// As the exact size in memory, so that a sanitizer sees a read beyond the end.
std::vector<char> exactly(std::string_view text) { return {text.begin(), text.end()}; }

std::optional<double> general_number(std::string_view text) {
  double value = 0;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string number_text(Dice& dice) {
  const char* const sign = dice.below(4) == 0 ? "-" : "";
  const std::size_t whole = dice.below(dice.below(2) == 0 ? 1000 : 2'000'000'000);
  switch (dice.below(5)) {
    case 0:
      return fmt::format("{}{}", sign, whole);
    case 1:
      return fmt::format("{}{}.{:02}", sign, whole, dice.below(100));
    case 2:
      return fmt::format("{}{}.{}E{}", sign, dice.below(10), dice.below(1'000'000), dice.below(30));
    case 3:
      return fmt::format("{}{}e-{}", sign, whole, dice.below(30));
    default:
      return fmt::format("{}{}.{}", sign, whole, dice.below(2'000'000'000));
  }
}

constexpr int kRounds = 20'000;

TEST(CellShapesTest, EveryDayOfTheRangeIsReadAsItsNumber) {
  for (Day day = kFirstDay; day <= kLastDay; day += std::chrono::days{1}) {
    ASSERT_EQ(cell_shapes::read_day(format_day(day)), day) << format_day(day);
  }
}

TEST(CellShapesTest, DaysThatDoNotExistAreLeftToTheGeneralReader) {
  for (const std::string_view text : {"2023-02-29", "2100-02-29", "2024-02-30", "2024-04-31", "2024-13-01",
                                      "2024-00-01", "2024-01-00", "2024-01-32", "1699-12-31", "4001-01-01"}) {
    EXPECT_FALSE(cell_shapes::read_day(text)) << text;
  }
}

TEST(CellShapesTest, ADayIsReadOnlyWhereTheGeneralReaderGivesTheSame) {
  Dice dice;
  int read = 0;
  for (int i = 0; i < kRounds; ++i) {
    const std::string day =
        fmt::format("{}-{:02}-{:02}", 1690 + dice.below(2320), dice.below(14), dice.below(33));
    for (const std::string& text : with_slips(day, dice)) {
      const auto bytes = exactly(text);
      const auto found = cell_shapes::read_day({bytes.data(), bytes.size()});
      if (!found || text.size() > 10) continue;
      ++read;
      ASSERT_EQ(found, parse_day(text)) << text;
    }
  }
  EXPECT_GT(read, kRounds / 2);
}

TEST(CellShapesTest, AMomentIsReadOnlyWhereTheGeneralReaderGivesTheSame) {
  Dice dice;
  int read = 0;
  for (int i = 0; i < kRounds; ++i) {
    constexpr std::string_view kTails[] = {"Z", ".000Z", ".999+0000", ".5Z", "+00:00", "-0500", ".123+0100"};
    const std::string moment = fmt::format("{}-{:02}-{:02}T{:02}:{:02}:{:02}{}", 1999 + dice.below(30),
                                           1 + dice.below(12), 1 + dice.below(30), dice.below(25),
                                           dice.below(61), dice.below(61), kTails[dice.below(7)]);
    for (const std::string& text : with_slips(moment, dice)) {
      const auto bytes = exactly(text);
      const auto found = cell_shapes::read_instant({bytes.data(), bytes.size()});
      if (!found) continue;
      ++read;
      ASSERT_EQ(found, parse_instant(text)) << text;
      ASSERT_EQ(cell_shapes::read_day(text), parse_day(text.substr(0, 10))) << text;
    }
  }
  EXPECT_GT(read, kRounds / 4);
}

TEST(CellShapesTest, TheFormsSalesforceWritesAreRead) {
  for (const std::string_view text :
       {"2022-04-23T09:00:00.000Z", "2022-04-23T09:00:00.000+0000", "2022-04-23T09:00:00Z"}) {
    EXPECT_TRUE(cell_shapes::read_instant(text)) << text;
  }
  for (const std::string_view text : {"0", "-12.5", "1000.00", "1.0E7", "250000", "999999999.99"}) {
    EXPECT_TRUE(cell_shapes::read_number(text)) << text;
    EXPECT_TRUE(cell_shapes::read_money(text)) << text;
  }
}

TEST(CellShapesTest, ANumberIsReadOnlyWhereTheGeneralReaderGivesTheSameBits) {
  Dice dice;
  int read = 0;
  for (int i = 0; i < kRounds; ++i) {
    for (const std::string& text : with_slips(number_text(dice), dice)) {
      const auto bytes = exactly(text);
      const auto found = cell_shapes::read_number({bytes.data(), bytes.size()});
      if (!found) continue;
      ++read;
      const auto expected = general_number(text);
      ASSERT_TRUE(expected) << text;
      ASSERT_EQ(std::bit_cast<std::uint64_t>(*found), std::bit_cast<std::uint64_t>(*expected)) << text;
    }
  }
  EXPECT_GT(read, kRounds);
}

TEST(CellShapesTest, MoneyIsReadOnlyWhereTheGeneralReaderGivesTheSame) {
  Dice dice;
  int read = 0;
  for (int i = 0; i < kRounds; ++i) {
    for (const std::string& text : with_slips(number_text(dice), dice)) {
      const auto bytes = exactly(text);
      const auto found = cell_shapes::read_money({bytes.data(), bytes.size()});
      if (!found) continue;
      ++read;
      ASSERT_EQ(found, parse_money(text)) << text;
    }
  }
  EXPECT_GT(read, kRounds);
}

TEST(CellShapesTest, OnlyTrueAndFalseAreBooleans) {
  EXPECT_EQ(cell_shapes::read_boolean("true"), true);
  EXPECT_EQ(cell_shapes::read_boolean("TrUe"), true);
  EXPECT_EQ(cell_shapes::read_boolean("false"), false);
  EXPECT_EQ(cell_shapes::read_boolean("FALSE"), false);
  for (const std::string_view text :
       {"", "tru", "truf", "falsy", "1", "0", "True ", "\x54RU\x05", "\xF4rue"}) {
    EXPECT_FALSE(cell_shapes::read_boolean(text)) << text;
  }
}

TEST(CellShapesTest, NegativeZeroKeepsItsSignAsANumberAndHasNoneAsMoney) {
  EXPECT_TRUE(std::signbit(*cell_shapes::read_number("-0.0")));
  EXPECT_EQ(cell_shapes::read_money("-0.0"), Money{});
}

}  // namespace
}  // namespace plumbline
