#include "records/sample_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "records/describe.h"

namespace plumbline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class SampleFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "plumbline-sample-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data()) == nullptr ? "" : pattern;
    ASSERT_FALSE(folder_.empty());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Result<FileSample> sample(const std::string& name, const std::string& text) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return sample_file(path, name);
  }

  std::string folder_;
};

TEST_F(SampleFile, KeepsDifferentValuesAndCountsThem) {
  const auto found = sample("x.csv",
                            "\xEF\xBB\xBF"
                            "a; b ;;\r\n1;x;;\r\n 1 ;;;9\r\n2;y;;\r\n");
  ASSERT_TRUE(found) << found.error().to_string();
  ASSERT_EQ(found->columns.size(), 2U);  // a column without a name cannot be spoken of
  EXPECT_EQ(found->rows, 3U);
  EXPECT_TRUE(found->whole);
  EXPECT_EQ(found->columns[0].name, "a");
  ASSERT_EQ(found->columns[0].values.size(), 2U);
  EXPECT_EQ(found->columns[0].values[0].times, 2U);
  EXPECT_TRUE(found->columns[0].repeats);
  EXPECT_EQ(found->columns[1].name, "b");
  EXPECT_EQ(found->columns[1].filled, 2U);
  EXPECT_FALSE(found->columns[1].repeats);
}

TEST_F(SampleFile, StopsAtItsBounds) {
  std::string text = "id,long\n";
  for (std::size_t row = 0; row < kSampledRows + 5; ++row) text += std::to_string(row) + ",\n";
  const auto found = sample("x.csv", text + "z," + std::string(2 * kSampledValueBytes, 'y') + "\n");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->rows, kSampledRows);
  EXPECT_FALSE(found->whole);
  EXPECT_EQ(found->columns[0].values.size(), kSampledValues);
  EXPECT_TRUE(found->columns[0].more_values);
  const auto cut = sample("y.csv", "a\n" + std::string(2 * kSampledValueBytes, 'y') + "\n");
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->columns[0].values[0].text.size(), kSampledValueBytes);
}

TEST_F(SampleFile, ReadsJsonLikewise) {
  const auto found = sample("x.json", R"([{"Id": "1", "Stage": "Won"}, {"Id": "2", "Stage": null}])");
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_EQ(found->rows, 2U);
  EXPECT_EQ(found->columns[1].filled, 1U);
}

TEST_F(SampleFile, TellsAHeaderThatHasANameTwice) {
  const auto found = sample("x.csv", "Name,name\n1,2\n");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().to_string(), HasSubstr("both named"));
}

TEST(AddSample, PutsValuesOfOneColumnTogether) {
  FileSample sample{.columns = {{.name = "Stage", .values = {{"Won", 2}}, .filled = 2}}, .rows = 2};
  add_sample(sample, {.columns = {{.name = "STAGE", .values = {{"Won", 1}, {"Lost", 1}}, .filled = 2},
                                  {.name = "Other"}},
                      .rows = 3,
                      .whole = false});
  ASSERT_EQ(sample.columns.size(), 2U);
  EXPECT_EQ(sample.columns[0].values.size(), 2U);
  EXPECT_EQ(sample.columns[0].values[0].times, 3U);
  EXPECT_TRUE(sample.columns[0].repeats);
  EXPECT_EQ(sample.rows, 5U);
  EXPECT_FALSE(sample.whole);
}

TEST(CanBeNamed, IsNotWhatAFieldMapCouldNotSay) {
  EXPECT_TRUE(can_be_named("Close \"Date\": #1\nUTC"));
  EXPECT_FALSE(can_be_named("Abschlu\xDF"));
  EXPECT_FALSE(can_be_named("Close Date\u00A0"));
  EXPECT_FALSE(can_be_named(""));
}

constexpr std::string_view kDescribe = R"({"name": "Opportunity", "childRelationships": [{"name": "no"}],
  "fields": [{"name": "StageName", "label": "Stage", "type": "picklist", "length": 255,
              "picklistValues": [{"active": true, "value": "Won"}, {"active": false, "value": "Old"}]},
             {"name": "OwnerId", "label": "Owner", "type": "reference", "referenceTo": ["User", "Group"]},
             {"name": "", "type": "string"}, {"name": "NoType"}]})";

TEST(ReadDescribe, FindsFieldsLabelsTypesAndActiveValues) {
  const auto found = read_describe(kDescribe);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name, "Opportunity");
  ASSERT_EQ(found[0].columns.size(), 2U);
  EXPECT_EQ(found[0].columns[0].label, "Stage");
  ASSERT_EQ(found[0].columns[0].values.size(), 1U);
  EXPECT_EQ(found[0].columns[0].values[0].text, "Won");
  EXPECT_EQ(found[0].columns[1].told_type, FieldType::kReference);
  EXPECT_THAT(found[0].columns[1].told_objects, testing::ElementsAre("User", "Group"));
}

TEST(ReadDescribe, LooksIntoWhatToolsPutAroundIt) {
  EXPECT_EQ(read_describe("{\"status\": 0, \"result\": " + std::string(kDescribe) + "}").size(), 1U);
  EXPECT_EQ(read_describe("[" + std::string(kDescribe) + "," + std::string(kDescribe) + "]").size(), 2U);
}

TEST(ReadDescribe, FindsNothingElsewhere) {
  EXPECT_THAT(read_describe(""), IsEmpty());
  EXPECT_THAT(read_describe("{\"name\": \"x\", \"fields\": [1, [2]]}"), IsEmpty());
  EXPECT_THAT(read_describe(R"({"records": [{"Name": "Acme", "type": "x"}]})"), IsEmpty());
  EXPECT_THAT(read_describe(kDescribe.substr(0, kDescribe.size() - 1)), IsEmpty());
  EXPECT_THAT(read_describe(std::string(100'000, '[')), IsEmpty());
}

}  // namespace
}  // namespace plumbline
