#include "connectors/http/retry_after.h"

#include <gtest/gtest.h>

namespace plumbline {
namespace {

using std::chrono::seconds;

std::optional<seconds> after(std::string value) {
  const Instant now = *parse_instant("2024-02-29T12:00:00Z");
  return retry_after({.status = 503, .headers = {{"Retry-After", std::move(value)}}}, now);
}

TEST(RetryAfter, is_a_number_of_seconds) {
  EXPECT_EQ(after("120"), seconds(120));
  EXPECT_EQ(after("0"), seconds(0));
}

TEST(RetryAfter, is_a_date_in_any_of_the_three_forms) {
  EXPECT_EQ(after("Thu, 29 Feb 2024 12:00:30 GMT"), seconds(30));
  EXPECT_EQ(after("Thursday, 29-Feb-24 12:00:30 GMT"), seconds(30));
  EXPECT_EQ(after("Thu Feb 29 12:00:30 2024"), seconds(30));
  EXPECT_EQ(after("Thu, 29 Feb 2024 11:00:00 GMT"), seconds(0));
}

TEST(RetryAfter, is_a_day_at_most) {
  EXPECT_EQ(after("99999999999999999999999"), kLongestRetryAfter);
  EXPECT_EQ(after("100000"), kLongestRetryAfter);
  EXPECT_EQ(after("Thu, 28 Feb 2030 12:00:00 GMT"), kLongestRetryAfter);
}

TEST(RetryAfter, is_nothing_where_it_cannot_be_read) {
  for (const std::string_view value : {"", "soon", "-5", "1.5"})
    EXPECT_EQ(after(std::string(value)), std::nullopt) << value;
  EXPECT_EQ(retry_after({.status = 503}, Instant{}), std::nullopt);
}

}  // namespace
}  // namespace plumbline
