#include "ledger/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using ::testing::HasSubstr;

std::string oldest(std::string_view span, std::string_view now) {
  const Result<RetentionSpan> read = parse_retention_span(span);
  return read ? format_instant(oldest_kept(*read, *parse_instant(now))) : read.error().message;
}

TEST(Retention, counts_back_in_days_months_and_years) {
  EXPECT_EQ(oldest("90 days", "2024-06-01T12:00:00Z"), "2024-03-03T12:00:00Z");
  EXPECT_EQ(oldest("18 months", "2024-06-01T12:00:00Z"), "2022-12-01T12:00:00Z");
  EXPECT_EQ(oldest("1 Year", "2024-06-01T12:00:00Z"), "2023-06-01T12:00:00Z");
  EXPECT_EQ(oldest(" 1day ", "2024-06-01T12:00:00Z"), "2024-05-31T12:00:00Z");
}

TEST(Retention, takes_the_last_day_of_a_shorter_month) {
  EXPECT_EQ(oldest("1 month", "2023-03-31T23:59:59Z"), "2023-02-28T23:59:59Z");
  EXPECT_EQ(oldest("4 years", "2024-02-29T00:00:00Z"), "2020-02-29T00:00:00Z");
  EXPECT_EQ(oldest("1 year", "2024-02-29T00:00:00Z"), "2023-02-28T00:00:00Z");
}

TEST(Retention, refuses_what_is_no_length_of_time) {
  for (const std::string_view text :
       {"", "days", "3", "3 weeks", "-3 days", "3.5 months", "forever", "3 days or so"}) {
    EXPECT_THAT(oldest(text, "2024-06-01T12:00:00Z"), HasSubstr("such as 18 months")) << text;
  }
  EXPECT_THAT(oldest("0 days", "2024-06-01T12:00:00Z"), HasSubstr("write 1 day to 100 years"));
  EXPECT_THAT(oldest("101 years", "2024-06-01T12:00:00Z"), HasSubstr("write 1 day to 100 years"));
  EXPECT_THAT(oldest("99999999999 years", "2024-06-01T12:00:00Z"), HasSubstr("such as 18 months"));
}

TEST(Retention, reads_what_it_writes) {
  for (const std::string_view text : {"1 day", "90 days", "1 month", "18 months", "100 years"}) {
    const Result<RetentionSpan> span = parse_retention_span(text);
    ASSERT_TRUE(span) << text;
    EXPECT_EQ(to_string(*span), text);
  }
}

}  // namespace
}  // namespace plumbline
