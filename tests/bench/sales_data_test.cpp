#include "bench/sales_data.h"

#include <gmock/gmock.h>

#include <array>
#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <sstream>

#include "base/crypto.h"
#include "bench/sales_opportunity.h"
#include "records/record_id.h"
#include "tests/records/csv_testing.h"
#include "tests/records/temp_folder.h"

namespace plumbline::bench {
namespace {

using csv_testing::Seen;
using csv_testing::SeenRow;
using ::testing::Contains;
using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

constexpr std::array kFiles = {
    "User.csv",  "Account.csv", "Opportunity.csv",        "OpportunityFieldHistory.csv", "Task.csv",
    "Event.csv", "Lead.csv",    "ForecastSubmission.csv", "ClariOpportunity.csv"};
constexpr std::size_t kFilesWithIds = 7;      // the first of them
constexpr std::size_t kFilesOfFirstMade = 5;  // those that were there before the others

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

SalesFolder small() {
  return {.sizes = {.opportunities = 2'000, .accounts = 500, .users = 60}, .files = SalesFiles::kAll};
}

// The files one behind the other.
std::string folder_text(const SalesFolder& what, std::span<const char* const> names = kFiles) {
  const TempFolder folder;
  EXPECT_TRUE(write_sales_folder(folder.path(), what));
  std::string text;
  for (const char* name : names) text += text_of(folder.path_of(name));
  return text;
}

std::vector<std::string> column(const Seen& seen, std::string_view name) {
  const auto at = std::find(seen.header.begin(), seen.header.end(), name) - seen.header.begin();
  std::vector<std::string> cells;
  for (const SeenRow& row : seen.rows) cells.push_back(row.cells[static_cast<std::size_t>(at)]);
  return cells;
}

std::vector<std::string> filled(std::vector<std::string> cells) {
  std::erase(cells, "");
  return cells;
}

// Figures can be compared only where they are of the same bytes. Where the data is meant to change, this
// changes together with kSalesDataVersion.
TEST(SalesData, is_the_same_to_the_byte_wherever_it_is_made) {
  EXPECT_EQ(sha256_hex(folder_text(small(), std::span(kFiles).first(kFilesOfFirstMade))),
            "56cdd71ac233a22c95d24dc3383ddd93fcb79761ea7e9f6ecdec79770a38e271");
  EXPECT_EQ(sha256_hex(folder_text(small(), std::span(kFiles).subspan(kFilesOfFirstMade))),
            "5ac3114e8f72f053a6ec71dd2b555d4a72e94e3add5182860212e517f607616f");
}

TEST(SalesData, of_another_seed_is_other_data) {
  SalesFolder other = small();
  other.sizes.seed = 2;
  EXPECT_NE(sha256_hex(folder_text(other)), sha256_hex(folder_text(small())));
}

TEST(SalesData, has_two_open_opportunities_in_five) {
  const SalesSizes sizes;
  Opportunity opportunity;
  constexpr std::size_t kSample = 20'000;
  std::size_t open = 0;
  for (std::size_t i = 0; i < kSample; ++i) {
    make_opportunity(sizes, i, opportunity);
    if (opportunity.open) ++open;
  }
  EXPECT_NEAR(static_cast<double>(open) / kSample, 0.4, 0.01);
}

TEST(SalesData, quotes_everywhere_mean_the_same_cells) {
  SalesFolder everywhere = small();
  everywhere.quotes = CsvQuotes::kEverywhere;
  const TempFolder folder;
  ASSERT_TRUE(write_sales_folder(folder.path(), small()));
  const Seen plain = csv_testing::read(text_of(folder.path_of("Opportunity.csv")));
  ASSERT_TRUE(write_sales_folder(folder.path(), everywhere));
  const std::string quoted = text_of(folder.path_of("Opportunity.csv"));
  EXPECT_TRUE(quoted.starts_with("\"Id\",\"Name\","));
  const Seen seen = csv_testing::read(quoted);
  ASSERT_EQ(seen.rows.size(), plain.rows.size());
  for (std::size_t i = 0; i < seen.rows.size(); ++i) ASSERT_EQ(seen.rows[i].cells, plain.rows[i].cells);
}

class SalesFilesTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(write_sales_folder(folder_.path(), small())); }

  Seen read(const std::string& name) const { return csv_testing::read(text_of(folder_.path_of(name))); }

 private:
  TempFolder folder_;
};

TEST_F(SalesFilesTest, are_read_without_a_reject) {
  for (const char* name : kFiles) {
    const Seen seen = read(name);
    EXPECT_THAT(seen.rejects, IsEmpty()) << name;
    EXPECT_EQ(seen.error, "") << name;
  }
  EXPECT_THAT(read("Opportunity.csv").rows, SizeIs(small().sizes.opportunities));
  EXPECT_THAT(read("Account.csv").rows, SizeIs(small().sizes.accounts));
}

TEST_F(SalesFilesTest, name_no_id_twice) {
  for (const char* name : std::span(kFiles).first(kFilesWithIds)) {
    const std::vector<std::string> ids = column(read(name), "Id");
    EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), ids.size()) << name;
    EXPECT_THAT(ids, Each(SizeIs(18))) << name;
  }
}

TEST_F(SalesFilesTest, refer_to_records_that_are_there) {
  const Seen opportunities = read("Opportunity.csv");
  const std::vector<std::string> accounts = column(read("Account.csv"), "Id");
  const std::vector<std::string> users = column(read("User.csv"), "Id");
  const std::set<std::string> known_accounts(accounts.begin(), accounts.end());
  const std::set<std::string> known_users(users.begin(), users.end());
  for (const std::string& id : filled(column(opportunities, "AccountId")))
    ASSERT_THAT(known_accounts, Contains(id));
  for (const std::string& id : filled(column(opportunities, "OwnerId")))
    ASSERT_THAT(known_users, Contains(id));
  for (const char* name : {"Account.csv", "Event.csv", "Lead.csv"}) {
    for (const std::string& id : filled(column(read(name), "OwnerId")))
      ASSERT_THAT(known_users, Contains(id));
  }
  for (const std::string& id : filled(column(read("ForecastSubmission.csv"), "UserId")))
    ASSERT_THAT(known_users, Contains(id));
  for (const std::string& id : filled(column(read("Event.csv"), "WhatId")))
    ASSERT_THAT(known_accounts, Contains(id));
  const std::vector<std::string> deals = column(opportunities, "Id");
  const std::set<std::string> known_deals(deals.begin(), deals.end());
  for (const std::string& id : column(read("ClariOpportunity.csv"), "OpportunityId"))
    ASSERT_THAT(known_deals, Contains(id));
}

TEST_F(SalesFilesTest, hold_what_makes_a_reader_stumble) {
  const Seen seen = read("Opportunity.csv");
  std::string cells;
  for (const std::string& cell : column(seen, "NextStep")) (cells += cell) += "|";
  for (const std::string& cell : column(seen, "Next_Steps_History__c")) (cells += cell) += "|";
  for (const char* text : {",", "\"", "\n", "\r\n", "ü", "見", "🚀", "\u00A0"}) {
    EXPECT_NE(cells.find(text), std::string::npos) << text;
  }
  EXPECT_THAT(column(seen, "IsClosed"), IsSupersetOf({"true", "false", "1", "0", "TRUE", ""}));
  EXPECT_THAT(column(seen, "OwnerId"), Contains(""));
}

TEST(SalesData, has_ids_that_differ_in_the_case_of_letters_alone) {
  std::set<std::string> folded;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < 5'000; ++i) {
    std::string id;
    add_opportunity_id(i, id);
    id.resize(15);
    ids.insert(id);
    for (char& letter : id) letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    folded.insert(id);
  }
  EXPECT_THAT(ids, SizeIs(5'000));
  EXPECT_LT(folded.size(), 5'000U);
}

// id_key cuts 18 characters to 15 only where the rest is what Salesforce would have put there.
TEST(SalesData, ends_ids_in_three_characters_that_repeat_their_case) {
  for (std::size_t i = 0; i < 5'000; i += 37) {
    std::string id;
    add_opportunity_id(i, id);
    EXPECT_EQ(id_key(id, IdRule::kAnyText), id.substr(0, 15)) << id;
  }
}

}  // namespace
}  // namespace plumbline::bench
