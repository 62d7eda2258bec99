// What holds for every row of the table, and for its page in docs/.
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.h"
#include "policies/functions/function.h"
#include "source_dir.h"

namespace plumbline {
namespace {

std::string read_page(const std::string& name) {
  std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/docs/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Third-level headings, in order.
std::vector<std::string> headings(const std::string& page) {
  constexpr std::string_view kMark = "\n### ";
  std::vector<std::string> found;
  for (std::size_t at = page.find(kMark); at != std::string::npos; at = page.find(kMark, at + 1)) {
    const std::size_t begin = at + kMark.size();
    found.push_back(page.substr(begin, page.find('\n', begin) - begin));
  }
  return found;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const FunctionDescriptor& row : functions()) all.emplace_back(row.name);
  return all;
}

TEST(FunctionTable, HoldsEveryFunctionOfTheLanguage) {
  EXPECT_THAT(names(),
              testing::UnorderedElementsAre(
                  "CALENDAR_MONTH", "CALENDAR_QUARTER", "CALENDAR_YEAR", "DAY_IN_MONTH", "DAY_IN_WEEK",
                  "DAY_IN_YEAR", "DAY_ONLY", "FISCAL_MONTH", "FISCAL_QUARTER", "FISCAL_YEAR", "HOUR_IN_DAY",
                  "WEEK_IN_MONTH", "WEEK_IN_YEAR", "convertTimezone", "ISBLANK", "BLANKVALUE", "CASE", "IF",
                  "LEN", "TRIM", "LOWER", "UPPER", "CONTAINS", "BEGINS", "REGEX", "ABS", "MIN", "MAX",
                  "ROUND", "ADDMONTHS", "DATEVALUE", "WEEKDAY", "TODAY", "NOW", "PRIORVALUE", "MONTH_END",
                  "WEEK_FRIDAY", "DAYS_SINCE", "DAYS_UNTIL", "HOURS_SINCE", "BUSINESS_DAYS_SINCE",
                  "BUSINESS_DAYS_BETWEEN", "FISCAL_YEAR_START", "FISCAL_QUARTER_START", "CALENDAR_DAY",
                  "SET_AT", "CHANGES", "PUSHES", "KEEPS_PRIOR", "WORD_COUNT", "CONTAINS_DATE", "CONTAINS_LOG",
                  "NORMALIZED", "BLANK_FIELDS", "FIRST_KNOWN", "IS_KNOWN", "CONVERTED"));
}

TEST(FunctionTable, NamesEachFunctionOnceWhateverTheCase) {
  std::set<std::string> seen;
  for (const std::string& name : names()) EXPECT_TRUE(seen.insert(lower(name)).second) << name;
}

TEST(FunctionTable, FindsAFunctionInAnyCase) {
  ASSERT_NE(find_function("month_end"), nullptr);
  EXPECT_EQ(find_function("Month_End")->name, "MONTH_END");
  EXPECT_EQ(find_function("CONVERTTIMEZONE")->name, "convertTimezone");
  EXPECT_EQ(find_function("MONTHEND"), nullptr);
}

TEST(FunctionTable, SaysOfEachHowItIsUsedAndWhatItMeans) {
  for (const FunctionDescriptor& row : functions()) {
    EXPECT_TRUE(row.usage.starts_with(std::string(row.name) + "(")) << row.name;
    EXPECT_TRUE(row.usage.ends_with(")")) << row.name;
    EXPECT_TRUE(row.help.ends_with(".")) << row.name;
    EXPECT_NE(row.evaluate, nullptr) << row.name;
  }
}

TEST(FunctionTable, CountsArgumentsWithinThoseListed) {
  for (const FunctionDescriptor& row : functions()) {
    EXPECT_LE(row.required, row.arguments.size()) << row.name;
    EXPECT_LE(row.repeats, row.arguments.size()) << row.name;
  }
}

TEST(FunctionTable, TypesEveryArgument) {
  for (const FunctionDescriptor& row : functions()) {
    for (const auto argument : row.arguments) EXPECT_NE(argument & kAnyArg, 0) << row.name;
  }
}

TEST(FunctionTable, ReadsHistoryOfFieldsAlone) {
  for (const FunctionDescriptor& row : functions()) {
    if (row.reads_history) {
      EXPECT_NE(row.arguments.front() & kFieldArg, 0) << row.name;
    }
  }
}

TEST(FunctionPage, HasAHeadingForEachFunctionInTheTablesOrder) {
  EXPECT_EQ(headings(read_page("functions.md")), names());
}

TEST(FunctionPage, ShowsTheUsageOfEach) {
  const std::string page = read_page("functions.md");
  for (const FunctionDescriptor& row : functions()) {
    EXPECT_THAT(page,
                testing::HasSubstr("\n### " + std::string(row.name) + "\n`" + std::string(row.usage) + "`"))
        << row.name;
  }
}

TEST(FunctionPage, OfAddingOneShowsTheRowAsItIs) {
  const FunctionDescriptor* row = find_function("MONTH_END");
  ASSERT_NE(row, nullptr);
  EXPECT_THAT(read_page("adding-a-function.md"), testing::HasSubstr("\"" + std::string(row->help) + "\""));
}

}  // namespace
}  // namespace plumbline
