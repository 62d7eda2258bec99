#include "daemon/sources/service_clock.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

namespace plumbline {
namespace {

constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2024} / 6 / 3}};

TEST(ServiceClock, is_the_machines_where_no_sandbox_is_named) {
  boost::asio::io_context context;
  const FixedClock system(kNow);
  const ServiceClock clock(std::nullopt, system, context.get_executor());
  EXPECT_FALSE(clock.is_sandbox());
  EXPECT_EQ(clock.now(), kNow);
}

TEST(ServiceClock, reads_the_moment_of_a_sandbox) {
  EXPECT_EQ(told_moment(R"({"speed":1,"now": "2024-06-03T00:00:00Z"})"), kNow);
  for (const char* odd : {"", "{}", R"({"now":)", R"({"now":"soon"})", R"({"now":"2024)"})
    EXPECT_EQ(told_moment(odd), std::nullopt) << odd;
}

}  // namespace
}  // namespace plumbline
