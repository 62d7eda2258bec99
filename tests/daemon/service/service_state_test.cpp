#include "daemon/service/service_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using ::testing::HasSubstr;

constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2024} / 6 / 3}};

ServiceCondition one_source(SourceCondition source) {
  ServiceCondition condition;
  condition.progress.sources.push_back({.name = "salesforce:main", .every = std::chrono::minutes{10}});
  condition.sources.push_back(std::move(source));
  return condition;
}

TEST(ServiceState, a_source_that_was_never_synced_is_not_ready) {
  EXPECT_THAT(why_not_ready(one_source({.failure = "login refused"}), kNow),
              HasSubstr("salesforce:main was never synced: login refused"));
}

TEST(ServiceState, one_failure_is_no_reason_but_a_long_one_is) {
  EXPECT_EQ(
      why_not_ready(one_source({.succeeded_at = kNow - std::chrono::minutes{20}, .failure = "x"}), kNow), "");
  EXPECT_THAT(
      why_not_ready(one_source({.succeeded_at = kNow - std::chrono::minutes{31}, .failure = "x"}), kNow),
      HasSubstr("was synced last at 2024-06-02T23:29:00Z: x"));
}

TEST(ServiceState, what_is_fresh_is_listed_and_what_is_not_is_a_reason) {
  ServiceCondition condition = one_source({.succeeded_at = kNow});
  condition.progress.sources.push_back({.name = "clari:main", .every = std::chrono::minutes{10}});
  condition.sources.push_back({.succeeded_at = kNow - std::chrono::minutes{20}, .failure = "x"});
  condition.progress.sources.push_back({.name = "exports:main", .every = std::chrono::minutes{10}});
  condition.sources.push_back({.succeeded_at = kNow - std::chrono::hours{2}});
  EXPECT_EQ(fresh_sources(condition, kNow),
            "salesforce:main is as of 2024-06-03T00:00:00Z\n"
            "clari:main is as of 2024-06-02T23:40:00Z; the newest sync failed: x\n");
  EXPECT_EQ(why_not_ready(condition, kNow), "exports:main was synced last at 2024-06-02T22:00:00Z\n");
}

TEST(ServiceState, the_status_line_names_what_fails) {
  EXPECT_EQ(status_line(one_source({.succeeded_at = kNow})), "1 of 1 sources synced");
  ServiceCondition failing = one_source({.failure = "x"});
  failing.open = 14;
  EXPECT_EQ(status_line(failing), "0 of 1 sources synced, salesforce:main failed, 14 violations open");
}

}  // namespace
}  // namespace plumbline
