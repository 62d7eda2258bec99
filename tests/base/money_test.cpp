#include "base/money.h"

#include <gtest/gtest.h>

#include <limits>

namespace plumbline {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(ParseMoney, ReadsPlainNotation) {
  EXPECT_EQ(parse_money("1000"), Money{100000});
  EXPECT_EQ(parse_money("12.50"), Money{1250});
  EXPECT_EQ(parse_money("-12.5"), Money{-1250});
  EXPECT_EQ(parse_money("0.01"), Money{1});
  EXPECT_EQ(parse_money("007"), Money{700});
}

TEST(ParseMoney, ReadsExponentNotation) {
  EXPECT_EQ(parse_money("1.0E7"), Money{1'000'000'000});
  EXPECT_EQ(parse_money("1.2345e2"), Money{12345});
  EXPECT_EQ(parse_money("1.2345e+4"), Money{1'234'500});
  EXPECT_EQ(parse_money("12500E-3"), Money{1250});
  EXPECT_EQ(parse_money("-5e0"), Money{-500});
}

TEST(ParseMoney, ReadsAPointWithDigitsOnOneSideOnly) {
  EXPECT_EQ(parse_money(".5"), Money{50});
  EXPECT_EQ(parse_money("5."), Money{500});
}

TEST(ParseMoney, DropsZerosBeyondHundredths) {
  EXPECT_EQ(parse_money("1000.000"), Money{100000});
  EXPECT_EQ(parse_money("0.10000000000000000000000000000000000"), Money{10});
}

TEST(ParseMoney, RefusesDigitsBeyondHundredths) {
  EXPECT_FALSE(parse_money("1000.005"));
  EXPECT_FALSE(parse_money("0.001"));
  EXPECT_FALSE(parse_money("1e-3"));
  EXPECT_FALSE(parse_money("0.10000000000000000000000000000000001"));
}

TEST(ParseMoney, RefusesWhatIsNoNumber) {
  for (const char* text :
       {"",      " ",    "$5", "1,000", "abc",   " 5 ",   "5 ", "-",     ".",   "-.",  "--5",   "+5",
        "1.2.3", "0x10", "1e", "1e+",   "1e+-2", "1e-+2", "e5", "1e5.0", "NaN", "inf", "1_000", "5%"}) {
    EXPECT_FALSE(parse_money(text)) << text;
  }
}

TEST(ParseMoney, KnowsTheLargestAmount) {
  EXPECT_EQ(parse_money("10000000000000000.00"), Money{kMoneyMaxHundredths});
  EXPECT_EQ(parse_money("-1e16"), Money{-kMoneyMaxHundredths});
  EXPECT_FALSE(parse_money("10000000000000000.01"));
  EXPECT_FALSE(parse_money("99999999999999999999999"));
}

TEST(ParseMoney, RefusesHugeExponentsWithoutWrappingAround) {
  for (const char* text :
       {"1e999", "1e18446744073709551616", "1e99999999999999999999999", "1e-99999999999999999999"}) {
    EXPECT_FALSE(parse_money(text)) << text;
  }
}

TEST(ParseMoney, ZeroIsZeroHoweverItIsWritten) {
  for (const char* text : {"0", "-0", "0.000", "0e999", "000e-999"})
    EXPECT_EQ(parse_money(text), Money{}) << text;
}

TEST(FormatMoney, AlwaysHasTwoPlaces) {
  EXPECT_EQ(format_money(Money{123450}), "1234.50");
  EXPECT_EQ(format_money(Money{5}), "0.05");
  EXPECT_EQ(format_money(Money{0}), "0.00");
}

TEST(FormatMoney, KeepsTheSignOfAmountsBelowOne) { EXPECT_EQ(format_money(Money{-50}), "-0.50"); }

TEST(FormatMoney, CanWriteTheSmallestNumber) {
  EXPECT_EQ(format_money(Money{std::numeric_limits<std::int64_t>::min()}), "-92233720368547758.08");
}

TEST(DisplayMoney, GroupsThousands) {
  EXPECT_EQ(display_money(Money{123456750}), "1,234,567.50");
  EXPECT_EQ(display_money(Money{99999}), "999.99");
  EXPECT_EQ(display_money(Money{-100000000}), "-1,000,000");
}

TEST(DisplayMoney, LeavesTheHundredthsOfWholeAmountsOut) {
  EXPECT_EQ(display_money(Money{123400}), "1,234");
  EXPECT_EQ(display_money(Money{0}), "0");
  EXPECT_EQ(display_money(Money{-50}), "-0.50");
}

TEST(DisplayMoney, GroupsDigitsOfEveryLength) {
  EXPECT_EQ(display_money(Money{12300}), "123");
  EXPECT_EQ(display_money(Money{12345600}), "123,456");
  EXPECT_EQ(display_money(Money{123456700}), "1,234,567");
  EXPECT_EQ(display_money(Money{std::numeric_limits<std::int64_t>::min()}), "-92,233,720,368,547,758.08");
}

TEST(DisplayMoney, AppendsBehindWhatIsThere) {
  std::string text = "EUR ";
  append_display_money(text, Money{123450});
  EXPECT_EQ(text, "EUR 1,234.50");
}

TEST(WriteMoney, StaysWithinItsRoom) {
  std::string room(kMoneyRoom, '?');
  const char* end = write_money(room.data(), Money{std::numeric_limits<std::int64_t>::min()});
  room.resize(static_cast<std::size_t>(end - room.data()));
  EXPECT_EQ(room, "-92233720368547758.08");
}

TEST(CompareMoneyNumber, OrdersOrdinaryAmounts) {
  EXPECT_EQ(compare_money_number(Money{1250}, 12.5), 0);
  EXPECT_EQ(compare_money_number(Money{1249}, 12.5), -1);
  EXPECT_EQ(compare_money_number(Money{1251}, 12.5), 1);
  EXPECT_EQ(compare_money_number(Money{-1251}, -12.5), -1);
  EXPECT_EQ(compare_money_number(Money{0}, -0.0), 0);
}

TEST(CompareMoneyNumber, SeesTheLastHundredthOfHugeAmounts) {
  // As doubles both amounts would be 1e16.
  EXPECT_EQ(compare_money_number(Money{kMoneyMaxHundredths}, 1e16), 0);
  EXPECT_EQ(compare_money_number(Money{kMoneyMaxHundredths - 1}, 1e16), -1);
  EXPECT_EQ(compare_money_number(Money{kMoneyMaxHundredths + 1}, 1e16), 1);
}

TEST(CompareMoneyNumber, DoesNotRoundTheNumber) {
  // The double nearest to 0.1 is a little more than a tenth, the one nearest to 0.7 a little less than seven.
  EXPECT_EQ(compare_money_number(Money{10}, 0.1), -1);
  EXPECT_EQ(compare_money_number(Money{70}, 0.7), 1);
}

TEST(CompareMoneyNumber, HandlesNumbersNoAmountCanReach) {
  EXPECT_EQ(compare_money_number(Money{kMoneyMaxHundredths}, 1e300), -1);
  EXPECT_EQ(compare_money_number(Money{-kMoneyMaxHundredths}, -1.7e308), 1);
  EXPECT_EQ(compare_money_number(Money{kMoneyMaxHundredths}, kInfinity), -1);
  EXPECT_EQ(compare_money_number(Money{-kMoneyMaxHundredths}, -kInfinity), 1);
}

TEST(CompareMoneyNumber, SeesTheSmallestNumberAboveZero) {
  EXPECT_EQ(compare_money_number(Money{0}, std::numeric_limits<double>::denorm_min()), -1);
}

}  // namespace
}  // namespace plumbline
