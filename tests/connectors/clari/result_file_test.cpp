#include "connectors/clari/result_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "connectors/clari/submission_rows.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ResultFileTest : public ::testing::Test {
 protected:
  Result<ResultFacts> read(std::string_view result) {
    folder.write("r.json", result);
    return write_submissions({.result = folder.path_of("r.json"),
                              .rows = folder.path_of("rows.csv"),
                              .forecast = "net_arr",
                              .period = "2027_Q1"});
  }
  std::vector<std::string> lines() const {
    std::ifstream file(folder.path_of("rows.csv"));
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);) all.push_back(line.substr(line.find(',') + 1));
    return all;
  }
  TempFolder folder;
};

TEST_F(ResultFileTest, entries_are_joined_with_lists_that_stand_behind_them) {
  const Result<ResultFacts> facts = read(
      R"({"entries":[{"timePeriodId":"2027_Q1","timeFrameId":"TF:1","userId":"1:a","fieldId":"f","forecastValue":0},
      {"timePeriodId":"2027_Q1","timeFrameId":"TF:1","userId":"2:b","fieldId":"q","quotaValue":5.25,"isUpdated":false},
      {"timePeriodId":"2027_Q1","timeFrameId":"TF:1","userId":"9:z","fieldId":"x","forecastValue":null}],
      "timePeriods":[{"timePeriodId":"2027_Q1"}],"timeFrames":[{"timeFrameId":"TF:1"}],
      "fields":[{"fieldId":"f","fieldName":"Net, Commit"},{"fieldId":"q","fieldName":"Quota"}],
      "users":[{"userId":"1:a","email":"a@x.example","crmId":"005000000000001"},
               {"userId":"2:b","email":"b@x.example","crmId":"not an id"}]})");
  ASSERT_TRUE(facts.has_value()) << facts.error().message;
  EXPECT_EQ(facts->entries, 3U);
  EXPECT_EQ(facts->users, 2U);
  EXPECT_EQ(facts->without_person, 1U);
  EXPECT_THAT(facts->value_names, ElementsAre("forecastValue", "quotaValue"));
  EXPECT_THAT(
      lines(),
      ElementsAre("UserId,UserEmail,Forecast,Period,Week,Field,Value,UpdatedAt,IsUpdated,QuotaValue",
                  "005000000000001,a@x.example,net_arr,2027_Q1,TF:1,\"Net, Commit\",0,,,",
                  ",b@x.example,net_arr,2027_Q1,TF:1,Quota,,,false,5.25", ",,net_arr,2027_Q1,TF:1,x,,,,"));
}

TEST_F(ResultFileTest, the_same_week_in_two_quarters_and_two_users_of_one_person_are_records_of_their_own) {
  EXPECT_NE(made_id({"f", "2026_Q4", "TF:1", "1:a", "x"}), made_id({"f", "2027_Q1", "TF:1", "1:a", "x"}));
  EXPECT_NE(made_id({"f", "2027_Q1", "TF:1", "1:a", "x"}), made_id({"f", "2027_Q1", "TF:1", "1:b", "x"}));
  EXPECT_NE(made_id({"ab", "c"}), made_id({"a", "bc"})) << "parts do not run together";
  EXPECT_EQ(made_id({"a"}).size(), 15U);
}

TEST_F(ResultFileTest, a_result_that_breaks_off_leaves_no_rows) {
  const Result<ResultFacts> facts = read(R"({"entries":[{"timePeriodId":"2027_Q1"},)");
  ASSERT_FALSE(facts.has_value());
  EXPECT_EQ(facts.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(std::filesystem::exists(folder.path_of("rows.csv")));
}

TEST_F(ResultFileTest, another_quarter_no_quarter_and_a_page_are_refused) {
  const Result<ResultFacts> other = read(R"({"entries":[],"timePeriods":[{"timePeriodId":"2026_Q4"}]})");
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, ErrorCode::kConflict);
  const Result<ResultFacts> mixed =
      read(R"({"entries":[{"timePeriodId":"2026_Q4"}],"timePeriods":[{"timePeriodId":"2027_Q1"}]})");
  ASSERT_FALSE(mixed.has_value());
  EXPECT_THAT(mixed.error().message, HasSubstr("is of 2026_Q4"));
  const Result<ResultFacts> none = read(R"({"entries":[]})");
  ASSERT_FALSE(none.has_value());
  EXPECT_THAT(none.error().message, HasSubstr("names no quarter"));
  const Result<ResultFacts> page = read("<html></html>");
  ASSERT_FALSE(page.has_value());
  EXPECT_THAT(page.error().message, HasSubstr("is not JSON"));
}

TEST_F(ResultFileTest, fifty_thousand_entries_are_as_many_rows) {
  std::string result = R"({"timePeriods":[{"timePeriodId":"2027_Q1"}],"entries":[)";
  for (int i = 0; i < 50'000; ++i)
    result += fmt::format(R"({}{{"timePeriodId":"2027_Q1","timeFrameId":"TF:{}","userId":"{}","fieldId":"f",)"
                          R"("forecastValue":{}}})",
                          i == 0 ? "" : ",", i % 14, i / 14, i);
  result += "]}";
  const Result<ResultFacts> facts = read(result);
  ASSERT_TRUE(facts.has_value()) << facts.error().message;
  EXPECT_EQ(facts->entries, 50'000U);
  EXPECT_EQ(lines().size(), 50'001U);
}

TEST(MoneyText, places_a_computer_made_are_rounded_and_nothing_else_is_touched) {
  EXPECT_EQ(money_text("1200.5"), "1200.5");
  EXPECT_EQ(money_text("0"), "0");
  EXPECT_EQ(money_text(""), "");
  EXPECT_EQ(money_text("123456.78999999999"), "123456.79");
  EXPECT_EQ(money_text("-0.125"), "-0.12");
  EXPECT_EQ(money_text("1.25E6"), "1250000.00");
  EXPECT_EQ(money_text("1.5 million"), "1.5 million");
}

TEST(MomentOfMs, milliseconds_are_cut_and_nonsense_is_blank) {
  EXPECT_EQ(moment_of_ms("1772431200999"), "2026-03-02T06:00:00Z");
  EXPECT_EQ(moment_of_ms(""), "");
  EXPECT_EQ(moment_of_ms("-1"), "");
  EXPECT_EQ(moment_of_ms("99999999999999999"), "");
  EXPECT_EQ(moment_of_ms("1.5"), "");
}

}  // namespace
}  // namespace plumbline
