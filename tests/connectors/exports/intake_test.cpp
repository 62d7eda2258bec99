#include "connectors/exports/intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/connectors/exports/gzip_text.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Format = DeliveredFile::Format;

class IntakeTest : public ::testing::Test {
 protected:
  Result<TakenIn> take(std::string_view text, std::optional<Format> format = std::nullopt,
                       std::size_t piece_bytes = 5, std::uint64_t most_bytes = 1 << 20) {
    Result<Intake> intake = Intake::open(folder.path_of("x"), format, most_bytes);
    EXPECT_TRUE(intake.has_value());
    while (!text.empty()) {
      const std::string_view piece = text.substr(0, piece_bytes);
      text.remove_prefix(piece.size());
      if (Status pushed = intake->push(piece); !pushed) return fail(pushed.error());
    }
    return intake->finish();
  }
  static std::string text_of(const std::filesystem::path& path) {
    std::stringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  TempFolder folder;
};

TEST_F(IntakeTest, csv_is_counted_hashed_and_kept_as_it_came) {
  const std::string text = "Id,\"User \"\"E\"\" Mail\"\n1,\"a\nb\"\n2,c\n";
  const Result<TakenIn> taken = take(text);
  ASSERT_TRUE(taken.has_value()) << taken.error().message;
  EXPECT_EQ(taken->facts.rows, 2U);
  EXPECT_THAT(taken->facts.columns, ElementsAre("Id", "User \"E\" Mail"));
  EXPECT_EQ(taken->sha256, sha256_hex(text));
  EXPECT_EQ(taken->bytes, text.size());
  EXPECT_EQ(text_of(taken->path), text);
  EXPECT_EQ(taken->path.extension(), ".csv");
}

TEST_F(IntakeTest, a_packed_file_is_kept_and_hashed_unpacked) {
  const std::string text = "Id,A\n1,2\n";
  const Result<TakenIn> taken = take(gzip_text(text), std::nullopt, 1);
  ASSERT_TRUE(taken.has_value()) << taken.error().message;
  EXPECT_EQ(taken->sha256, sha256_hex(text));
  EXPECT_EQ(text_of(taken->path), text);
}

TEST_F(IntakeTest, an_unpacked_size_counts_toward_the_bound) {
  const Result<TakenIn> taken =
      take(gzip_text("Id,A\n" + std::string(100'000, '1')), std::nullopt, 100, 50'000);
  ASSERT_FALSE(taken.has_value());
  EXPECT_THAT(taken.error().message, HasSubstr("50000 bytes of most_bytes"));
}

TEST_F(IntakeTest, records_of_json_are_counted_in_lists_and_pages) {
  const Result<TakenIn> list = take(R"([{"Id":"1","A":{"B":2}},{"Id":"2","C":null,"D":[{"x":1},{"x":2}]}])");
  ASSERT_TRUE(list.has_value()) << list.error().message;
  EXPECT_EQ(list->facts.rows, 2U);
  EXPECT_THAT(list->facts.columns, ElementsAre("C", "Id"));
  const Result<TakenIn> page = take(R"({"totalSize":1,"done":true,"records":[{"Id":"1"}]})");
  ASSERT_TRUE(page.has_value()) << page.error().message;
  EXPECT_EQ(page->facts.rows, 1U);
}

TEST_F(IntakeTest, one_page_of_several_is_no_file) {
  const Result<TakenIn> page = take(R"({"done":false,"nextRecordsUrl":"/x","records":[{"Id":"1"}]})");
  ASSERT_FALSE(page.has_value());
  EXPECT_THAT(page.error().message, HasSubstr("one page of several"));
}

struct Bad {
  std::string_view text;
  std::optional<Format> format;
  std::string_view says;
};

TEST_F(IntakeTest, whatever_is_no_export_is_told_for_what_it_is) {
  const std::vector<Bad> all = {
      {"", {}, "the file is empty"},
      {"\xEF\xBB\xBF <!doctype HTML><p>Sign in", {}, "a page for a browser"},
      {"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", {}, "signed in advance may have"},
      {R"({"error":"unauthorized"})", Format::kCsv, "JSON where CSV was expected"},
      {R"({"error":"unauthorized"})", {}, "no list of records"},
      {"Id,A\n1,2\n", Format::kJson, "no JSON, as it was expected"},
      {R"([{"Id":"1"},)", {}, "breaks off"},
      {"Id,Id\n1,2\n", {}, "cannot be read as CSV"},
      {"Id,A\n1,\"2\n", {}, "cannot be read as CSV"},
  };
  for (const Bad& bad : all) {
    const Result<TakenIn> taken = take(bad.text, bad.format);
    ASSERT_FALSE(taken.has_value()) << bad.text;
    EXPECT_THAT(taken.error().message, HasSubstr(std::string(bad.says))) << bad.text;
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "nothing is left behind";
}

}  // namespace
}  // namespace plumbline
