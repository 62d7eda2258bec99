#include "records/cell.h"

#include <gtest/gtest.h>

#include <string>

namespace plumbline {
namespace {

bool is_known(const CellValue& value) { return value.kind == CellKind::kKnown; }

std::string reason(std::string_view text, FieldType type, std::string_view format = {}) {
  const CellValue value = read_cell(text, type, format);
  EXPECT_EQ(value.kind, CellKind::kUnknown) << text;
  return std::string(value.reason);
}

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST(CellTest, ABlankCellIsNull) {
  for (const FieldType type : {FieldType::kText, FieldType::kNumber, FieldType::kMoney, FieldType::kDate,
                               FieldType::kDateTime, FieldType::kReference, FieldType::kMultiPicklist}) {
    EXPECT_EQ(read_cell("", type).kind, CellKind::kNull) << to_string(type);
    EXPECT_EQ(read_cell(" \t\u00A0", type).kind, CellKind::kNull) << to_string(type);
  }
}

TEST(CellTest, ABlankBooleanIsFalse) {
  const CellValue value = read_cell("  ", FieldType::kBoolean);
  EXPECT_TRUE(is_known(value));
  EXPECT_FALSE(value.boolean);
}

TEST(CellTest, BooleansAreTrueFalseOneAndZeroInAnyCase) {
  EXPECT_TRUE(read_cell("TRUE", FieldType::kBoolean).boolean);
  EXPECT_TRUE(read_cell(" true ", FieldType::kBoolean).boolean);
  EXPECT_TRUE(read_cell("1", FieldType::kBoolean).boolean);
  for (const std::string_view text : {"False", "0"}) {
    const CellValue value = read_cell(text, FieldType::kBoolean);
    EXPECT_TRUE(is_known(value));
    EXPECT_FALSE(value.boolean);
  }
}

TEST(CellTest, OtherWordsForTruthAreUnknown) {
  for (const std::string_view text : {"yes", "No", "Y", "2", "1.0", "wahr", "truee"}) {
    EXPECT_SAYS(reason(text, FieldType::kBoolean), "write true, false, 1 or 0");
  }
}

TEST(CellTest, NumbersMayHaveExponentsAndOuterBlanks) {
  EXPECT_EQ(read_cell("1.0E7", FieldType::kNumber).number, 1.0e7);
  EXPECT_EQ(read_cell(" -12.5 ", FieldType::kNumber).number, -12.5);
  EXPECT_EQ(read_cell("0", FieldType::kNumber).number, 0);
}

TEST(CellTest, InfinityAndNotANumberAreNoNumbers) {
  for (const std::string_view text :
       {"inf", "nan", "-infinity", "0x10", "12 pcs", "1.2.3", "abc", "+", "-"}) {
    EXPECT_SAYS(reason(text, FieldType::kNumber), "not a number");
  }
}

TEST(CellTest, ANumberBeyondRangeIsToldAsSuch) {
  EXPECT_SAYS(reason("1e999", FieldType::kNumber), "too large");
  EXPECT_SAYS(reason("1e999", FieldType::kMoney), "too large");
  EXPECT_SAYS(reason("99999999999999999999", FieldType::kMoney), "too large");
}

TEST(CellTest, MoneyIsExact) {
  EXPECT_EQ(read_cell("1000.01", FieldType::kMoney).money.hundredths, 100001);
  EXPECT_EQ(read_cell("1.0E7", FieldType::kMoney).money.hundredths, 1'000'000'000);
  EXPECT_EQ(read_cell("-0.5", FieldType::kMoney).money.hundredths, -50);
}

TEST(CellTest, FurtherPlacesOfMoneyAreRejectedNotRounded) {
  EXPECT_SAYS(reason("1000.005", FieldType::kMoney), "rejected, not rounded");
  EXPECT_TRUE(is_known(read_cell("1000.005", FieldType::kNumber)));
}

TEST(CellTest, EachSlipOfANumberHasItsOwnSentence) {
  for (const FieldType type : {FieldType::kNumber, FieldType::kMoney}) {
    for (const std::string_view text : {"$1234.50", "1234.50 €", "£5", "USD 1234", "12 EUR", "$1,234"}) {
      EXPECT_SAYS(reason(text, type), "currency sign");
    }
    for (const std::string_view text :
         {"1,234", "1,234,567.50", "-1,234", "1 234.50", "1'234", "1\u00A0234"}) {
      EXPECT_SAYS(reason(text, type), "thousands separator");
    }
    for (const std::string_view text : {"1234,50", "1.234,50", "0,5", "1234,5678"}) {
      EXPECT_SAYS(reason(text, type), "decimal comma");
    }
    EXPECT_SAYS(reason("12.5%", type), "percent sign");
    EXPECT_SAYS(reason("(1234.50)", type), "in brackets");
  }
}

TEST(CellTest, ADateIsAnIsoDay) {
  EXPECT_EQ(read_cell("2024-01-31", FieldType::kDate).day, make_day(2024, 1, 31));
  EXPECT_EQ(read_cell(" 2024-01-31 ", FieldType::kDate).day, make_day(2024, 1, 31));
}

TEST(CellTest, ADateTakesTheDayPartOfADatetimeAsItIsWritten) {
  EXPECT_EQ(read_cell("2024-01-31T00:00:00.000Z", FieldType::kDate).day, make_day(2024, 1, 31));
  EXPECT_EQ(read_cell("2024-01-31T23:30:00-05:00", FieldType::kDate).day, make_day(2024, 1, 31));
}

TEST(CellTest, ADateWrittenOtherwiseSaysHowToDeclareIt) {
  EXPECT_SAYS(reason("01/31/2024", FieldType::kDate), "declare how it is written in a field map");
  EXPECT_SAYS(reason("31.01.2024", FieldType::kDate), "declare how it is written in a field map");
  EXPECT_SAYS(reason("2024-02-30", FieldType::kDate), "no such day");
  EXPECT_SAYS(reason("45322", FieldType::kDate), "spreadsheet");
  EXPECT_SAYS(reason("soon", FieldType::kDate), "not a date");
}

TEST(CellTest, ADatetimeIsReadInBothFormsOfSalesforce) {
  const Instant expected = std::chrono::sys_days(std::chrono::year{2022} / 2 / 24) + std::chrono::hours{10};
  EXPECT_EQ(read_cell("2022-02-24T10:00:00.000Z", FieldType::kDateTime).instant, expected);
  EXPECT_EQ(read_cell("2022-02-24T10:00:00.000+0000", FieldType::kDateTime).instant, expected);
  EXPECT_EQ(read_cell("2022-02-24T11:00:00+01:00", FieldType::kDateTime).instant, expected);
}

TEST(CellTest, ADatetimeWithoutAZoneNeedsADeclaredFormat) {
  EXPECT_SAYS(reason("2022-02-24 10:00:00", FieldType::kDateTime), "%Y-%m-%d %H:%M:%S");
  const CellValue value = read_cell("2022-02-24 10:00:00", FieldType::kDateTime, "%Y-%m-%d %H:%M:%S");
  EXPECT_EQ(format_instant(value.instant), "2022-02-24T10:00:00Z");
}

TEST(CellTest, ADatetimeOfADateAloneNeedsADeclaredFormatAndIsMidnightUtc) {
  EXPECT_SAYS(reason("2022-02-24", FieldType::kDateTime), "midnight UTC");
  const CellValue value = read_cell("2022-02-24", FieldType::kDateTime, "%Y-%m-%d");
  EXPECT_EQ(format_instant(value.instant), "2022-02-24T00:00:00Z");
}

TEST(CellTest, IncompleteDatetimesSayWhatIsMissing) {
  EXPECT_SAYS(reason("2022-02-24T10:00:00", FieldType::kDateTime), "no zone");
  EXPECT_SAYS(reason("2022-02-30T10:00:00Z", FieldType::kDateTime), "no such day");
  EXPECT_SAYS(reason("yesterday", FieldType::kDateTime), "not a date and time");
}

TEST(CellTest, ADeclaredFormatReplacesIso) {
  EXPECT_EQ(read_cell("31/01/2024", FieldType::kDate, "%d/%m/%Y").day, make_day(2024, 1, 31));
  EXPECT_SAYS(reason("2024-01-31", FieldType::kDate, "%d/%m/%Y"), "does not match the format");
}

TEST(CellTest, TextIsTakenAsItStands) {
  EXPECT_TRUE(is_known(read_cell("  call Zoë  ", FieldType::kText)));
  EXPECT_TRUE(is_known(read_cell("DataFox;ZoomInfo", FieldType::kMultiPicklist)));
  EXPECT_TRUE(is_known(read_cell("not an id", FieldType::kReference)));
}

TEST(CellTest, TextThatIsNotUtf8IsUnknownAndSaysTheCure) {
  const std::string why = reason("Caf\xE9", FieldType::kText);
  EXPECT_SAYS(why, "UTF-8");
  EXPECT_SAYS(why, "Windows-1252");
}

struct FormatCase {
  std::string_view text;
  std::string_view format;
  std::string_view expected;  // an instant; empty where the text does not match
};

class FormatTest : public testing::TestWithParam<FormatCase> {};

TEST_P(FormatTest, ReadsAsExpected) {
  const auto parsed = parse_with_format(GetParam().text, GetParam().format);
  const std::string shown =
      parsed ? format_instant(Instant{parsed->day.time_since_epoch() + parsed->time}) : std::string{};
  EXPECT_EQ(shown, GetParam().expected) << GetParam().text << " by " << GetParam().format;
}

INSTANTIATE_TEST_SUITE_P(
    Formats, FormatTest,
    testing::Values(FormatCase{"1/5/2024", "%m/%d/%Y", "2024-01-05T00:00:00Z"},
                    FormatCase{"01/05/24", "%m/%d/%y", "2024-01-05T00:00:00Z"},
                    FormatCase{"01/05/70", "%m/%d/%y", "1970-01-05T00:00:00Z"},
                    FormatCase{"5 Jan 2024", "%d %b %Y", "2024-01-05T00:00:00Z"},
                    FormatCase{"5  SEPTEMBER 2024", "%d %b %Y", "2024-09-05T00:00:00Z"},
                    FormatCase{"20240105", "%Y%m%d", "2024-01-05T00:00:00Z"},
                    FormatCase{"1/5/2024, 3:07 PM", "%m/%d/%Y, %I:%M %p", "2024-01-05T15:07:00Z"},
                    FormatCase{"1/5/2024, 12:07 am", "%m/%d/%Y, %I:%M %p", "2024-01-05T00:07:00Z"},
                    FormatCase{"2024-01-05 23:59:59", "%Y-%m-%d %H:%M:%S", "2024-01-05T23:59:59Z"},
                    FormatCase{"2024%01%05", "%Y%%%m%%%d", "2024-01-05T00:00:00Z"},
                    FormatCase{"29/02/2023", "%d/%m/%Y", ""}, FormatCase{"13/01/2024", "%m/%d/%Y", ""},
                    FormatCase{"1/5/24", "%m/%d/%Y", ""}, FormatCase{"1/5/2024 x", "%m/%d/%Y", ""},
                    FormatCase{"1/5", "%m/%d/%Y", ""}, FormatCase{"5 Foo 2024", "%d %b %Y", ""},
                    FormatCase{"2024-01-05 24:00:00", "%Y-%m-%d %H:%M:%S", ""},
                    FormatCase{"01/05/1200", "%m/%d/%Y", ""}, FormatCase{"", "%m/%d/%Y", ""}));

TEST(FormatFaultTest, AFormatThatNamesAWholeDayIsFine) {
  EXPECT_EQ(date_format_fault("%d.%m.%y"), "");
  EXPECT_EQ(date_format_fault("%b %d, %Y %I:%M %p"), "");
}

TEST(FormatFaultTest, AnUnknownLetterIsAFault) {
  EXPECT_NE(date_format_fault("%Y-%m-%D").find("after % stands"), std::string_view::npos);
  EXPECT_NE(date_format_fault("%Y-%m-%d%").find("after % stands"), std::string_view::npos);
}

TEST(FormatFaultTest, AFormatWithoutAWholeDayIsAFault) {
  EXPECT_NE(date_format_fault("%m/%d").find("a date needs a year"), std::string_view::npos);
  EXPECT_NE(date_format_fault("YYYY-MM-DD").find("a date needs a year"), std::string_view::npos);
}

TEST(FormatFaultTest, HoursOfTwelveNeedTheirHalfOfTheDay) {
  EXPECT_NE(date_format_fault("%Y-%m-%d %I:%M").find("belong together"), std::string_view::npos);
}

}  // namespace
}  // namespace plumbline
