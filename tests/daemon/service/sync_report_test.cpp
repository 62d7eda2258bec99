#include "daemon/service/sync_report.h"

#include <gtest/gtest.h>

namespace plumbline {
namespace {

TEST(SyncReport, tells_what_came_and_what_to_look_at) {
  SourceReport report{.calls = 12, .bytes = 4'000, .alarms = {"Opportunity.NextStep is hidden"}};
  report.delivered = {.rows = 9, .added = 1, .changed = 2, .unchanged = 5, .deleted = 1, .notices = {"odd"}};
  EXPECT_EQ(
      sync_report({.source = "salesforce:main", .report = report, .time = std::chrono::milliseconds{3'420}}),
      "salesforce:main: 9 rows (1 added, 2 changed, 1 deleted, 5 as they were), 12 requests, 3.4 s\n"
      "  note: odd\n"
      "  alarm: Opportunity.NextStep is hidden\n");
}

TEST(SyncReport, tells_why_a_source_failed) {
  const SyncOutcome outcome{.source = "salesforce:main",
                            .report = fail(ErrorCode::kAuth, "the login was refused"),
                            .time = std::chrono::milliseconds{500}};
  EXPECT_EQ(sync_report(outcome), "salesforce:main: failed after 0.5 s: the login was refused\n");
}

}  // namespace
}  // namespace plumbline
