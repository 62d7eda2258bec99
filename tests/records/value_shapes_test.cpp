#include "records/value_shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SampledColumn column(const std::vector<std::string>& texts) {
  SampledColumn made{.name = "x"};
  for (const std::string& text : texts) made.values.push_back({.text = text, .times = 1});
  made.filled = texts.size();
  return made;
}

TEST(FitValues, FindsTheFormatOfDates) {
  EXPECT_EQ(fit_values(column({"2024-01-31"}), FieldType::kDate).format, "");
  EXPECT_EQ(fit_values(column({"31.01.2024", "1.2.2024"}), FieldType::kDate).format, "%d.%m.%Y");
  EXPECT_EQ(fit_values(column({"01/02/2024", "31/01/2024"}), FieldType::kDate).format, "%d/%m/%Y");
  EXPECT_EQ(fit_values(column({"01/02/2024", "01/31/2024"}), FieldType::kDate).format, "%m/%d/%Y");
  EXPECT_EQ(fit_values(column({"31-Jan-24"}), FieldType::kDate).format, "%d-%b-%y");
  EXPECT_EQ(fit_values(column({"1/31/2024, 3:07 PM"}), FieldType::kDateTime).format, "%m/%d/%Y, %I:%M %p");
  EXPECT_EQ(fit_values(column({"2024-01-31"}), FieldType::kDateTime).format, "%Y-%m-%d");
  EXPECT_EQ(fit_values(column({"2024-01-31T09:00:00.000Z"}), FieldType::kDateTime).format, "");
}

TEST(FitValues, SaysWhereDayAndMonthCouldBeEither) {
  const ValueFit fit = fit_values(column({"01/02/2024", "03/04/2024"}), FieldType::kDate);
  EXPECT_EQ(fit.kind, ValueFit::Kind::kAmbiguous);
  EXPECT_EQ(fit.format, "%d/%m/%Y");
  EXPECT_EQ(fit.other_format, "%m/%d/%Y");
}

TEST(FitValues, BearsAFewCellsThatCannotBeRead) {
  std::vector<std::string> texts(40, "31.01.2024");
  texts.emplace_back("soon");
  const ValueFit fit = fit_values(column(texts), FieldType::kDate);
  EXPECT_EQ(fit.kind, ValueFit::Kind::kFits);
  EXPECT_EQ(fit.bad, "soon");
  EXPECT_EQ(fit.bad_cells, 1U);
  EXPECT_EQ(fit_values(column({"soon", "31.01.2024"}), FieldType::kDate).kind, ValueFit::Kind::kUnreadable);
}

TEST(FitValues, KnowsWordsForYesAndNo) {
  const ValueFit fit = fit_values(column({"Nein", "Ja"}), FieldType::kBoolean);
  EXPECT_EQ(fit.kind, ValueFit::Kind::kTruths);
  EXPECT_THAT(fit.yes, ElementsAre("Ja"));
  EXPECT_EQ(fit_values(column({"true", "0"}), FieldType::kBoolean).kind, ValueFit::Kind::kFits);
  EXPECT_EQ(fit_values(column({"Ja", "perhaps"}), FieldType::kBoolean).kind, ValueFit::Kind::kUnreadable);
}

TEST(FitValues, TakesNoNumbersWithCommas) {
  EXPECT_EQ(fit_values(column({"1.250,50"}), FieldType::kMoney).kind, ValueFit::Kind::kUnreadable);
  EXPECT_EQ(fit_values(column({"12.000", "900"}), FieldType::kMoney).kind, ValueFit::Kind::kThousands);
  EXPECT_EQ(fit_values(column({"12.000", "9.5"}), FieldType::kMoney).kind, ValueFit::Kind::kFits);
  EXPECT_EQ(fit_values(column({"1250.50"}), FieldType::kMoney).kind, ValueFit::Kind::kFits);
  EXPECT_EQ(fit_values(column({}), FieldType::kMoney).kind, ValueFit::Kind::kNothing);
}

TEST(ObjectOfIds, IsToldByTheFirstThreeCharacters) {
  EXPECT_EQ(object_of_ids(column({"006Ec00000AieKFIAZ", "006Ec00000AieKG"})), "Opportunity");
  EXPECT_EQ(object_of_ids(column({"005Ec000004oBPNIA2", "00GEc000004oBPNIA2"})),
            "User");  // a queue owns, too
  EXPECT_EQ(object_of_ids(column({"006Ec00000AieKFIAZ", "001Ec00000GGw3iIAD"})), "");
  EXPECT_EQ(object_of_ids(column({"a0DEc00000AieKFIAZ"})), "other");
  EXPECT_EQ(object_of_ids(column({"Congratulations"})), "");  // 15 letters
}

TEST(ClosedStages, AreToldByWhatTheySay) {
  const auto stages = [](const std::vector<std::string>& texts) {
    return closed_stages(column(texts).values);
  };
  EXPECT_THAT(stages({"Prospecting", "Won", "Lost"}).closed, ElementsAre("Won", "Lost"));
  EXPECT_THAT(stages({"7-Closing", "8-Closed Lost", "9-CLOSED WON"}).won, ElementsAre("9-CLOSED WON"));
  EXPECT_THAT(stages({"Angebot", "Gewonnen", "Verloren"}).closed, ElementsAre("Gewonnen", "Verloren"));
  EXPECT_THAT(stages({"Wonderful", "Losthwithiel"}).closed, IsEmpty());
}

}  // namespace
}  // namespace plumbline
