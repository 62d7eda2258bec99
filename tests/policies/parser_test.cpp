#include "policies/language/parser.h"

#include <gtest/gtest.h>

#include <string>

namespace plumbline {
namespace {

std::string shape(const AstNode& node) {
  std::string inner;
  for (const Ast& child : node.children) inner += (inner.empty() ? "" : " ") + shape(*child);
  if (node.by) inner += " by " + shape(*node.by);
  if (node.where) inner += " where " + shape(*node.where);
  switch (node.kind) {
    case AstKind::kAnd:
      return "(and " + inner + ")";
    case AstKind::kOr:
      return "(or " + inner + ")";
    case AstKind::kNot:
      return "(not " + inner + ")";
    case AstKind::kCompare:
      return "(" + std::string(to_string(node.compare)) + " " + inner + ")";
    case AstKind::kArithmetic:
      return "(" + std::string(to_string(node.arithmetic)) + " " + inner + ")";
    case AstKind::kNegate:
      return "(neg " + inner + ")";
    case AstKind::kIn:
      return (node.negated ? "(not-in " : "(in ") + inner + ")";
    case AstKind::kCall:
      return "(" + node.text + (inner.empty() ? "" : " ") + inner + ")";
    case AstKind::kSelect:
      return "(select " + inner + " from " + node.text + ")";
    case AstKind::kPath: {
      std::string path;
      for (const std::string& step : node.steps) path += (path.empty() ? "" : ".") + step;
      return path;
    }
    case AstKind::kParameter:
      return ":" + node.text;
    case AstKind::kDateLiteral:
      return std::string(name_of(node.literal.kind)) +
             (takes_number(node.literal.kind) ? ":" + std::to_string(node.literal.n) : "");
    case AstKind::kNumber:
    case AstKind::kCurrency:
      return node.text;
    case AstKind::kText:
      return "'" + node.text + "'";
    case AstKind::kDate:
      return format_day(node.day);
    case AstKind::kDateTime:
      return format_instant(node.instant);
    case AstKind::kBoolean:
      return node.boolean ? "true" : "false";
    case AstKind::kNull:
      return "null";
    default:
      return "(" + inner + ")";
  }
}

std::string parsed(std::string_view text) {
  const auto ast = parse_expression(text);
  return ast ? shape(**ast) : ast.error().code;
}

TEST(Parser, ChainsOfOneOperatorNeedNoParentheses) {
  EXPECT_EQ(parsed("a = 1 AND b = 2 and c = 3"), "(and (= a 1) (= b 2) (= c 3))");
  EXPECT_EQ(parsed("a = 1 OR (b = 2 AND c = 3)"), "(or (= a 1) (and (= b 2) (= c 3)))");
}

TEST(Parser, NotTakesOneSimpleCondition) {
  EXPECT_EQ(parsed("NOT a = 1"), "(not (= a 1))");
  EXPECT_EQ(parsed("(NOT a = 1) AND b"), "(and (not (= a 1)) b)");
  EXPECT_EQ(parsed("NOT (a OR b)"), "(not (or a b))");
  EXPECT_EQ(parsed("NOT NOT a"), "PB014");
}

TEST(Parser, ArithmeticBindsAsInSchool) {
  EXPECT_EQ(parsed("a + b * -c - 1 > 0"), "(> (- (+ a (* b (neg c))) 1) 0)");
}

TEST(Parser, DateLiteralsAreKnownInAnyCaseAndTakeTheirNumber) {
  EXPECT_EQ(parsed("CloseDate = last_n_days:30"), "(= CloseDate LAST_N_DAYS:30)");
  EXPECT_EQ(parsed("CloseDate > TODAY + 30"), "(> CloseDate (+ TODAY 30))");
  EXPECT_EQ(parsed("CloseDate = LAST_N_DAYS: 30"), "PB016");
  EXPECT_EQ(parsed("CloseDate = LAST_N_DAYS:999999999999"), "PB016");
}

TEST(Parser, DatesDatetimesAndCurrencies) {
  EXPECT_EQ(parsed("a > 2022-04-30"), "(> a 2022-04-30)");
  EXPECT_EQ(parsed("a > 2022-04-30T09:00:00+02:00"), "(> a 2022-04-30T07:00:00Z)");
  EXPECT_EQ(parsed("Amount > EUR12.50"), "(> Amount EUR12.50)");
  EXPECT_EQ(parsed("2026-1"), "(- 2026 1)");
}

TEST(Parser, CallsTakeWhereAndBy) {
  EXPECT_EQ(parsed("COUNT(Tasks WHERE Subject = 'x') > 2"), "(> (COUNT Tasks where (= Subject 'x')) 2)");
  EXPECT_EQ(parsed("LATEST(Forecasts.Value BY UpdatedAt) > 2"),
            "(> (LATEST Forecasts.Value by UpdatedAt) 2)");
  EXPECT_EQ(parsed("TODAY() = CloseDate"), "(= (TODAY) CloseDate)");
  EXPECT_EQ(parsed("Id IN (SELECT AccountId FROM Opportunity WHERE IsWon)"),
            "(in Id (select AccountId where IsWon from Opportunity))");
}

TEST(Parser, WordsAreCaseInsensitiveAndSpaceIsFree) {
  EXPECT_EQ(parsed("a\n not  in\t('x' , 'y')"), "(not-in a 'x' 'y')");
  EXPECT_EQ(parsed("a<=1"), "(<= a 1)");
  EXPECT_EQ(parsed("a<>null"), "(!= a null)");
}

TEST(Parser, NestingIsBounded) {
  const std::string deep =
      std::string(kMaxConditionDepth + 10, '(') + "a" + std::string(kMaxConditionDepth + 10, ')');
  EXPECT_EQ(parsed(deep), "PB012");
  const std::string fine =
      std::string(kMaxConditionDepth / 2, '(') + "a" + std::string(kMaxConditionDepth / 2, ')');
  EXPECT_EQ(parsed(fine), "a");
  EXPECT_EQ(parsed(std::string(500, '-') + "1"), "PB012");
}

TEST(Parser, LengthIsBounded) { EXPECT_EQ(parsed(std::string(30'000, ' ') + "a"), "PB001"); }

TEST(Parser, FaultsPointAtTheirPlace) {
  const auto ast = parse_expression("Amount > 1 AND Name LIKES 'x'");
  ASSERT_FALSE(ast);
  EXPECT_EQ(ast.error().code, "PB011");
  EXPECT_EQ(ast.error().at, (TextRange{20, 25}));
}

}  // namespace
}  // namespace plumbline
