#include <fmt/format.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/ledger/faults/fault_tour.h"
#include "tests/ledger/faults/store_cycle.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

// Of every eleventh change; ledger_crash --disk takes each.
TEST(FaultTour, leaves_the_ledger_whole_before_or_after_each_step) {
  TempFolder folder;
  TourOptions options{.path = folder.path_of("a.ledger"), .steps = {}, .stride = 11};
  for (const CycleStep& step : store_cycle()) {
    options.steps.push_back({.name = std::string(step.name), .run = step.run});
  }
  const TourReport report = take_tour(options);
  for (const std::string& wrong : report.wrong) ADD_FAILURE() << wrong;
  fmt::print(
      "{} faults at some of {} changes of the disk ({} syncs): {} refused, {} done all the same, {} done and "
      "not told\n",
      report.faults, report.changes, report.syncs, report.refused, report.done, report.undecided);
  EXPECT_GT(report.refused, 0);
  EXPECT_GT(report.done, 0);
  EXPECT_GT(report.undecided, 0);
}

}  // namespace
}  // namespace plumbline
