#include "policies/display.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace plumbline {
namespace {

using namespace std::string_view_literals;

std::string shown(const Value& value, std::string_view currency = "") {
  return display_value(value, TimeZone::utc(), currency);
}

TEST(Display, WholeNumbersHaveNoPoint) {
  EXPECT_EQ(shown(Value::of(0.0)), "0");
  EXPECT_EQ(shown(Value::of(-0.0)), "0");
  EXPECT_EQ(shown(Value::of(-12.0)), "-12");
  EXPECT_EQ(shown(Value::of(1e15)), "1000000000000000");
  EXPECT_EQ(shown(Value::of(1e22)), "10000000000000000000000");
}

TEST(Display, FractionsHaveTwoPlacesAtMost) {
  EXPECT_EQ(shown(Value::of(2.5)), "2.5");
  EXPECT_EQ(shown(Value::of(-0.25)), "-0.25");
  EXPECT_EQ(shown(Value::of(43.52891)), "43.53");
  EXPECT_EQ(shown(Value::of(10.001)), "10");
  EXPECT_EQ(shown(Value::of(7.049999)), "7.05");
  EXPECT_EQ(shown(Value::of(123456789012.375)), "123456789012.38");
}

TEST(Display, HalvesOfAHundredthRoundAsTheNumberItselfLies) {
  EXPECT_EQ(shown(Value::of(1.005)), "1");     // a little less, as doubles go
  EXPECT_EQ(shown(Value::of(1.115)), "1.11");  // likewise
  EXPECT_EQ(shown(Value::of(0.125)), "0.12");  // exactly: to the even digit
  EXPECT_EQ(shown(Value::of(0.375)), "0.38");
  EXPECT_EQ(shown(Value::of(0.005)), "0.01");  // a little more
}

TEST(Display, WhatRoundsToNothingHasNoSign) {
  EXPECT_EQ(shown(Value::of(-0.004)), "0");
  EXPECT_EQ(shown(Value::of(0.004)), "0");
}

TEST(Display, QuickAndExactRoundingAgree) {
  // Every 7919th of a millionth between -50 and 50, beside what printf makes of it.
  for (int millionths = -50'000'000; millionths < 50'000'000; millionths += 7919) {
    const double number = millionths / 1e6;
    char text[64];
    std::snprintf(text, sizeof(text), "%.2f", number);
    EXPECT_NEAR(std::stod(shown(Value::of(number))), std::stod(text), 1e-12) << number;
  }
}

TEST(Display, NumbersBeyondMeaningDoNotFail) {
  EXPECT_EQ(shown(Value::of(std::numeric_limits<double>::infinity())), "inf");
  EXPECT_EQ(shown(Value::of(std::nan(""))), "nan");
}

TEST(Display, MoneyHasItsCurrency) {
  EXPECT_EQ(shown(Value::of(Money{123450}), "EUR"), "EUR 1,234.50");
  EXPECT_EQ(shown(Value::of(Money{-100000000})), "-1,000,000");
}

TEST(Display, DaysAndMomentsAreWords) {
  EXPECT_EQ(shown(Value::of(*parse_day("2022-04-30"))), "30 Apr 2022");
  const TimeZone zone = TimeZone::find("America/New_York").value();
  EXPECT_EQ(display_value(Value::of(*parse_instant("2024-03-10T06:05:59Z")), zone, ""), "10 Mar 2024 01:05");
}

TEST(Display, TextLosesItsOuterBlanks) { EXPECT_EQ(shown(Value::of(" a b "sv)), "a b"); }

TEST(Display, AppendsBehindWhatIsThere) {
  std::string text = "Is won 0.00";
  append_display_value(text, Value::of(0.125), TimeZone::utc(), "");
  EXPECT_EQ(text, "Is won 0.000.12");
  append_display_value(text, Value::null(), TimeZone::utc(), "");
  EXPECT_EQ(text, "Is won 0.000.12none");
}

}  // namespace
}  // namespace plumbline
