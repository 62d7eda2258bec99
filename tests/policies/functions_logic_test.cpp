#include "tests/policies/function_fixture.h"

namespace plumbline {
namespace {

class LogicFunctions : public FunctionTest {};

TEST_F(LogicFunctions, NullEmptyAndWhiteSpaceAreBlank) {
  EXPECT_EQ(result("ISBLANK", {null()}), "true");
  EXPECT_EQ(result("ISBLANK", {text("")}), "true");
  EXPECT_EQ(result("ISBLANK", {text(" \t\n")}), "true");
  EXPECT_EQ(result("ISBLANK", {text("\u00A0\u2003")}), "true");
  EXPECT_EQ(result("ISBLANK", {text(" x ")}), "false");
}

TEST_F(LogicFunctions, NoughtAndFalseAreNotBlank) {
  EXPECT_EQ(result("ISBLANK", {number(0)}), "false");
  EXPECT_EQ(result("ISBLANK", {truth(false)}), "false");
  EXPECT_EQ(result("ISBLANK", {day("1970-01-01")}), "false");
}

TEST_F(LogicFunctions, WhetherAnUnknownIsBlankIsUnknown) {
  EXPECT_EQ(result("ISBLANK", {unknown("hidden")}), "unknown: hidden");
}

TEST_F(LogicFunctions, BlankValueSubstitutesOnlyBlanks) {
  EXPECT_EQ(result("BLANKVALUE", {text("  "), text("none")}), "'none'");
  EXPECT_EQ(result("BLANKVALUE", {null(), number(3)}), "3");
  EXPECT_EQ(result("BLANKVALUE", {number(0), number(3)}), "0");
}

TEST_F(LogicFunctions, BlankValueLooksAtTheSubstituteOnlyWhenNeeded) {
  EXPECT_EQ(result("BLANKVALUE", {text("x"), unknown("hidden")}), "'x'");
  EXPECT_EQ(result("BLANKVALUE", {null(), unknown("hidden")}), "unknown: hidden");
  EXPECT_EQ(result("BLANKVALUE", {unknown("hidden"), text("x")}), "unknown: hidden");
}

TEST_F(LogicFunctions, IfTakesTheElseForFalseAndNull) {
  EXPECT_EQ(result("IF", {truth(true), number(1), number(2)}), "1");
  EXPECT_EQ(result("IF", {truth(false), number(1), number(2)}), "2");
  EXPECT_EQ(result("IF", {null(), number(1), number(2)}), "2");
}

TEST_F(LogicFunctions, IfIsUnknownWhereItsConditionIs) {
  EXPECT_EQ(result("IF", {unknown("hidden"), number(1), number(1)}), "unknown: hidden");
}

TEST_F(LogicFunctions, IfDoesNotLookAtTheValueNotTaken) {
  EXPECT_EQ(result("IF", {truth(true), number(1), unknown("hidden")}), "1");
  EXPECT_EQ(result("IF", {truth(false), unknown("hidden"), null()}), "null");
  EXPECT_EQ(result("IF", {truth(true), unknown("hidden"), number(2)}), "unknown: hidden");
}

TEST_F(LogicFunctions, MoneyBesideANumberBecomesANumber) {
  EXPECT_EQ(result("IF", {truth(true), money("12.50"), number(0)}), "12.5");
  EXPECT_EQ(result("BLANKVALUE", {money("12.50"), number(0)}), "12.5");
  EXPECT_EQ(result("FIRST_KNOWN", {money("12.50"), null(ValueType::kNumber)}), "12.5");
  EXPECT_EQ(result("CASE", {text("a"), text("a"), money("12.50"), number(0)}), "12.5");
}

TEST_F(LogicFunctions, MoneyBesideMoneyStaysMoney) {
  EXPECT_EQ(result("IF", {truth(true), money("12.50"), null()}), "$12.50");
  EXPECT_EQ(result("CASE", {number(1), number(1), money("12.50"), number(2), money("1"), null()}), "$12.50");
}

TEST_F(LogicFunctions, CaseTakesTheFirstThatEquals) {
  const auto plan = [this](const Value& segment) {
    return result("CASE", {segment, text("SMB"), number(5), text("Large"), number(9), text("SMB"), number(7),
                           number(0)});
  };
  EXPECT_EQ(plan(text("SMB")), "5");
  EXPECT_EQ(plan(text("Large")), "9");
  EXPECT_EQ(plan(text("Huge")), "0");
}

TEST_F(LogicFunctions, CaseIgnoresCaseAndOuterBlanks) {
  EXPECT_EQ(result("CASE", {text(" smb "), text("SMB"), number(5), number(0)}), "5");
  EXPECT_EQ(result("CASE", {text("\u00C9t\u00E9"), text("\u00E9T\u00C9"), number(5), number(0)}), "5");
}

TEST_F(LogicFunctions, InCaseNullEqualsNullAndBlankText) {
  EXPECT_EQ(result("CASE", {null(), null(), number(1), number(0)}), "1");
  EXPECT_EQ(result("CASE", {null(), text(" "), number(1), number(0)}), "1");
  EXPECT_EQ(result("CASE", {null(), text("x"), number(1), number(0)}), "0");
  EXPECT_EQ(result("CASE", {text("x"), null(), number(1), number(0)}), "0");
}

TEST_F(LogicFunctions, CaseComparesNumbersHoweverTheyAreWritten) {
  const Value rank = Value::of(std::string_view("1.0"), ValueType::kNumericText);
  EXPECT_EQ(result("CASE", {rank, text("1"), text("first"), text("other")}), "'first'");
  EXPECT_EQ(result("CASE", {rank, number(1), text("first"), text("other")}), "'first'");
  EXPECT_EQ(result("CASE", {text("1.0"), text("1"), text("first"), text("other")}), "'other'");
  EXPECT_EQ(result("CASE", {money("5.00"), number(5), text("five"), text("other")}), "'five'");
}

TEST_F(LogicFunctions, CaseComparesIdsByTheirFirstFifteenCharacters) {
  const Value id = Value::of(std::string_view("0061a00000AbCdEAAV"), ValueType::kId);
  EXPECT_EQ(result("CASE", {id, text("0061a00000AbCdE"), number(1), number(0)}), "1");
  EXPECT_EQ(result("CASE", {id, text("0061A00000ABCDE"), number(1), number(0)}), "0");
}

TEST_F(LogicFunctions, CaseComparesMultiPicklistsAsSets) {
  const Value sources = Value::of(std::string_view("DataFox;ZoomInfo"), ValueType::kMultiPicklist);
  EXPECT_EQ(result("CASE", {sources, text("zoominfo;datafox"), number(1), number(0)}), "1");
  EXPECT_EQ(result("CASE", {sources, text("DataFox"), number(1), number(0)}), "0");
}

TEST_F(LogicFunctions, CaseComparesADatetimeWithADateByItsLocalDay) {
  const Value late = at("2022-04-23T02:00:00Z");
  EXPECT_EQ(result("CASE", {late, day("2022-04-22"), number(1), number(0)}), "0");
  set_zone("America/New_York");
  EXPECT_EQ(result("CASE", {late, day("2022-04-22"), number(1), number(0)}), "1");
}

TEST_F(LogicFunctions, CaseIsUnknownOnceAnUnknownCouldHaveMatched) {
  EXPECT_EQ(result("CASE", {text("b"), unknown("hidden"), number(1), text("b"), number(2), number(0)}),
            "unknown: hidden");
  EXPECT_EQ(result("CASE", {text("a"), text("a"), number(1), unknown("hidden"), number(2), number(0)}), "1");
  EXPECT_EQ(result("CASE", {unknown("no x"), text("a"), number(1), number(0)}), "unknown: no x");
}

TEST_F(LogicFunctions, CaseDoesNotLookAtResultsNotTaken) {
  EXPECT_EQ(
      result("CASE", {text("b"), text("a"), unknown("hidden"), text("b"), number(2), unknown("hidden")}),
      "2");
}

TEST_F(LogicFunctions, FirstKnownSkipsNullsAndUnknowns) {
  EXPECT_EQ(result("FIRST_KNOWN", {unknown("hidden"), null(), number(3), number(4)}), "3");
  EXPECT_EQ(result("FIRST_KNOWN", {truth(false), truth(true)}), "false");
}

TEST_F(LogicFunctions, FirstKnownIsNullWhereNoneIsLeft) {
  EXPECT_EQ(result("FIRST_KNOWN", {unknown("hidden")}), "null");
  EXPECT_EQ(result("FIRST_KNOWN", {null(), unknown("hidden")}), "null");
}

TEST_F(LogicFunctions, OnlyAnUnknownIsNotKnown) {
  EXPECT_EQ(result("IS_KNOWN", {unknown("hidden")}), "false");
  EXPECT_EQ(result("IS_KNOWN", {null()}), "true");
  EXPECT_EQ(result("IS_KNOWN", {truth(false)}), "true");
}

TEST(ValueTypes, AreNamedAsMessagesSayThem) {
  EXPECT_EQ(to_string(ValueType::kNull), "null");
  EXPECT_EQ(to_string(ValueType::kBoolean), "true or false");
  EXPECT_EQ(to_string(ValueType::kNumber), "a number");
  EXPECT_EQ(to_string(ValueType::kMoney), "an amount of money");
  EXPECT_EQ(to_string(ValueType::kNumericText), "text");
  EXPECT_EQ(to_string(ValueType::kMultiPicklist), "a multi-select picklist");
  EXPECT_EQ(to_string(ValueType::kId), "a record id");
  EXPECT_EQ(to_string(ValueType::kDate), "a date");
  EXPECT_EQ(to_string(ValueType::kDateTime), "a date and time");
}

TEST(Values, OfANullAreNullUntilSet) {
  EXPECT_TRUE(Value{}.is_null());
  EXPECT_TRUE(Value::null(ValueType::kMoney).is_null());
  EXPECT_EQ(Value::null(ValueType::kMoney).type, ValueType::kMoney);
  EXPECT_TRUE(Value::unknown("why").is_unknown());
  EXPECT_EQ(Value::unknown("why").text, "why");
}

}  // namespace
}  // namespace plumbline
