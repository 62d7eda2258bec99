#include <limits>

#include "tests/policies/function_fixture.h"
#include "tests/policies/small_table.h"

namespace plumbline {
namespace {

class NumberFunctions : public FunctionTest {};

TEST_F(NumberFunctions, AbsDropsTheSign) {
  EXPECT_EQ(result("ABS", {number(-2.5)}), "2.5");
  EXPECT_EQ(result("ABS", {number(2.5)}), "2.5");
  EXPECT_EQ(result("ABS", {money("-0.50")}), "$0.50");
}

TEST_F(NumberFunctions, AbsHoldsForTheLargestAmount) {
  const Value least = Value::of(Money{-kMoneyMaxHundredths});
  EXPECT_EQ(result("ABS", {least}), "$10000000000000000.00");
}

TEST_F(NumberFunctions, MinAndMaxSkipNulls) {
  EXPECT_EQ(result("MIN", {number(3), null(), number(-1)}), "-1");
  EXPECT_EQ(result("MAX", {null(), number(3), number(-1)}), "3");
}

TEST_F(NumberFunctions, MinAndMaxOfNullsAloneAreNull) {
  EXPECT_EQ(result("MIN", {null(), null()}), "null");
  EXPECT_EQ(result("MAX", {null(), null()}), "null");
}

TEST_F(NumberFunctions, MinAndMaxOfAnUnknownAreUnknown) {
  EXPECT_EQ(result("MIN", {number(1), unknown("hidden")}), "unknown: hidden");
}

TEST_F(NumberFunctions, MinAndMaxCompareDatesAndDatetimes) {
  EXPECT_EQ(result("MIN", {day("2022-04-23"), day("2022-04-22")}), "2022-04-22");
  EXPECT_EQ(result("MAX", {at("2022-04-23T00:00:00Z"), at("2022-04-23T00:00:01Z")}), "2022-04-23T00:00:01Z");
}

TEST_F(NumberFunctions, MinAndMaxOfAmountsStayExact) {
  EXPECT_EQ(result("MAX", {money("9999999999999998.99"), money("9999999999999999.01")}),
            "$9999999999999999.01");
}

TEST_F(NumberFunctions, AmountsAndNumbersMixToNumbers) {
  EXPECT_EQ(result("MAX", {money("12.50"), number(12)}), "12.5");
  EXPECT_EQ(result("MIN", {money("12.50"), number(12)}), "12");
}

TEST_F(NumberFunctions, RoundTakesHalvesAwayFromZero) {
  EXPECT_EQ(result("ROUND", {number(2.5), number(0)}), "3");
  EXPECT_EQ(result("ROUND", {number(-2.5), number(0)}), "-3");
  EXPECT_EQ(result("ROUND", {number(2.4999), number(0)}), "2");
}

TEST_F(NumberFunctions, RoundSeesTheDecimalThatPeopleSee) {
  EXPECT_EQ(result("ROUND", {number(2.675), number(2)}), "2.68");
  EXPECT_EQ(result("ROUND", {number(1.005), number(2)}), "1.01");
  EXPECT_EQ(result("ROUND", {number(-1.005), number(2)}), "-1.01");
}

TEST_F(NumberFunctions, RoundCarriesOverNines) {
  EXPECT_EQ(result("ROUND", {number(9.996), number(2)}), "10");
  EXPECT_EQ(result("ROUND", {number(0.96), number(1)}), "1");
}

TEST_F(NumberFunctions, RoundToNegativePlacesGivesTensAndHundreds) {
  EXPECT_EQ(result("ROUND", {number(1250), number(-2)}), "1300");
  EXPECT_EQ(result("ROUND", {number(49), number(-2)}), "0");
  EXPECT_EQ(result("ROUND", {number(50), number(-2)}), "100");
  EXPECT_EQ(result("ROUND", {number(5), number(-2)}), "0");
}

TEST_F(NumberFunctions, RoundLeavesWhatHasFewerPlaces) {
  EXPECT_EQ(result("ROUND", {number(0.1), number(15)}), "0.1");
  EXPECT_EQ(result("ROUND", {number(1e300), number(2)}), fmt::format("{}", 1e300));
  EXPECT_EQ(result("ROUND", {number(0), number(2)}), "0");
}

TEST_F(NumberFunctions, RoundGivesNoMinusNought) {
  EXPECT_EQ(result("ROUND", {number(-0.4), number(0)}), "0");
}

TEST_F(NumberFunctions, RoundOfAmountsIsExact) {
  EXPECT_EQ(result("ROUND", {money("1.25"), number(1)}), "$1.30");
  EXPECT_EQ(result("ROUND", {money("-1.25"), number(1)}), "$-1.30");
  EXPECT_EQ(result("ROUND", {money("1.24"), number(1)}), "$1.20");
  EXPECT_EQ(result("ROUND", {money("1234567890123456.78"), number(0)}), "$1234567890123457.00");
  EXPECT_EQ(result("ROUND", {money("1.25"), number(5)}), "$1.25");
  EXPECT_EQ(result("ROUND", {money("1250.00"), number(-2)}), "$1300.00");
}

TEST_F(NumberFunctions, RoundOfAnAmountFarBelowThePlaceIsNought) {
  EXPECT_EQ(result("ROUND", {money("9999999999999999.99"), number(-16)}), "$10000000000000000.00");
  EXPECT_EQ(result("ROUND", {money("9999999999999999.99"), number(-17)}), "$0.00");
}

TEST_F(NumberFunctions, RoundWithoutUsablePlacesIsUnknown) {
  EXPECT_EQ(result("ROUND", {number(1), number(std::numeric_limits<double>::quiet_NaN())}),
            "unknown: the number of places to round to is no usable number");
  EXPECT_EQ(result("ROUND", {number(1), null()}), "null");
}

TEST_F(NumberFunctions, RoundOfWhatIsTooLargeIsUnknown) {
  EXPECT_EQ(result("ROUND", {number(1.7e308), number(-309)}), "0");
  EXPECT_EQ(result("ROUND", {number(std::numeric_limits<double>::infinity()), number(2)}),
            "unknown: the number is too large to be rounded");
}

// --- CONVERTED

constexpr const char* kId = "006000000000001";

class Currencies : public FunctionTest {
 protected:
  // One opportunity with the cells, beside CurrencyType rows (none: no such object in the data).
  void load(const std::vector<std::string>& fields, const std::vector<std::string>& cells,
            const TableRows& rates) {
    const auto schema = std::make_shared<const Schema>(Schema::standard());
    std::vector<std::unique_ptr<Table>> tables(schema->object_count());
    opportunity_ = schema->find_object("Opportunity").value();
    tables[opportunity_] = small_table(*schema, "Opportunity", fields, {cells});
    const std::size_t type = schema->find_object("CurrencyType").value();
    if (!rates.empty())
      tables[type] = small_table(*schema, "CurrencyType", {"IsoCode", "ConversionRate"}, rates);
    DataNeeds needs;
    for (const std::string& field : fields)
      needs.add_field(opportunity_, schema->object(opportunity_).find(field).value());
    needs.add_implied(*schema);
    snapshot_ = Snapshot::build(schema, std::move(tables), needs);
    fields_ = {
        {.object = opportunity_, .field = schema->object(opportunity_).find("Amount").value(), .row = 0}};
  }

  std::string converted(std::string_view amount, const std::string& code, const TableRows& rates) {
    load({"Id", "CurrencyIsoCode"}, {kId, code}, rates);
    return result("CONVERTED", {money(amount)});
  }

  std::size_t opportunity_ = 0;
};

const TableRows kRates = {{"USD", "1"}, {"EUR", "0.8"}, {"JPY", "1.6"}};

TEST_F(Currencies, AnAmountIsDividedByItsRate) {
  EXPECT_EQ(converted("1000", "EUR", kRates), "$1250.00");
  EXPECT_EQ(converted("1000", "USD", kRates), "$1000.00");
  EXPECT_EQ(converted("-1000", "EUR", kRates), "$-1250.00");
}

TEST_F(Currencies, HalvesOfAHundredthGoAwayFromZeroThoughTheRateHasNoBinaryForm) {
  EXPECT_EQ(converted("0.04", "JPY", kRates), "$0.03");  // 0.025
  EXPECT_EQ(converted("-0.04", "JPY", kRates), "$-0.03");
  EXPECT_EQ(converted("0.12", "JPY", kRates), "$0.08");  // 0.075
}

TEST_F(Currencies, LargeAmountsConvertExactly) {
  EXPECT_EQ(converted("8000000000000000.00", "EUR", {{"EUR", "0.8"}}), "$10000000000000000.00");
  EXPECT_EQ(converted("7999999999999999.96", "EUR", {{"EUR", "0.8"}}), "$9999999999999999.95");
}

TEST_F(Currencies, ACodeIsFoundInAnyCase) { EXPECT_EQ(converted("1000", "eur", kRates), "$1250.00"); }

TEST_F(Currencies, ARowWithoutACodeHasItsFaceValue) {
  EXPECT_EQ(converted("1000", "", kRates), "$1000.00");
  EXPECT_EQ(converted("1000", "", {}), "$1000.00");
}

TEST_F(Currencies, AnOrganisationWithoutCurrencyCodesHasFaceValues) {
  load({"Id"}, {kId}, {});
  EXPECT_EQ(result("CONVERTED", {money("1000")}), "$1000.00");
}

TEST_F(Currencies, ACodeWithoutARateIsUnknown) {
  EXPECT_EQ(converted("1000", "GBP", kRates),
            "unknown: Amount is in GBP, and no CurrencyType row tells its rate");
}

TEST_F(Currencies, AnyCodeIsUnknownWithoutCurrencyTypes) {
  EXPECT_EQ(converted("1000", "USD", {}),
            "unknown: Amount is in USD, and no CurrencyType row tells its rate");
}

TEST_F(Currencies, AnAmountTooLargeOnceConvertedIsUnknown) {
  EXPECT_EQ(converted("8000000000000000.01", "EUR", {{"EUR", "0.8"}}),
            "unknown: Amount cannot be converted with the rate 0.8 of EUR");
  EXPECT_EQ(converted("1000000000000000", "EUR", {{"EUR", "0.001"}}),
            "unknown: Amount cannot be converted with the rate 0.001 of EUR");
}

TEST_F(Currencies, ATinyRateDividesAsAnyOther) {
  EXPECT_EQ(converted("0.01", "BTC", {{"BTC", "0.000012345678901234567"}}), "$810.00");
}

TEST_F(Currencies, ARateThatIsNoRateIsUnknown) {
  EXPECT_EQ(converted("1", "EUR", {{"EUR", "1e-30"}}),
            "unknown: Amount cannot be converted with the rate 1e-30 of EUR");
}

TEST_F(Currencies, ACodeThatCannotBeReadIsUnknown) {
  EXPECT_EQ(converted("1000", "\xFF\xFE", kRates), "unknown: the record's CurrencyIsoCode could not be read");
}

TEST_F(Currencies, ANullAmountStaysNull) {
  load({"Id", "CurrencyIsoCode"}, {kId, "EUR"}, kRates);
  EXPECT_EQ(result("CONVERTED", {null()}), "null");
}

}  // namespace
}  // namespace plumbline
