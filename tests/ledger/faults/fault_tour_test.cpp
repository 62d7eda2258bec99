#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "ledger/ledger.h"
#include "tests/ledger/faults/fault_tour.h"
#include "tests/ledger/faults/store_cycle.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// At every 23rd change; ledger_crash --disk takes each.
TEST(FaultTour, leaves_the_ledger_whole_before_or_after_each_step) {
  TempFolder folder;
  TourOptions options{.path = folder.path_of("a.ledger"), .steps = {}, .stride = 23};
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
}

// One entry, in a ledger that is set up as `settings` say.
Status log_something(const std::string& path, const std::string& settings, int entries) {
  constexpr Instant kNoon{std::chrono::seconds{1'717'243'200}};
  Result<Ledger> ledger = Ledger::open(path, {.access = DatabaseAccess::kCreate, .now = kNoon});
  if (!ledger) return fail(ledger.error());
  if (Status set = ledger->database().execute(settings); !set) return set;
  for (int entry = 0; entry < entries; ++entry) {
    Result<LedgerTransaction> transaction = LedgerTransaction::begin(*ledger, kNoon);
    if (!transaction) return fail(transaction.error());
    if (const auto number = transaction->log({.kind = "test", .body = ""}); !number)
      return fail(number.error());
    if (const auto done = transaction->commit(); !done) return fail(done.error());
  }
  return {};
}

TourReport tour_of(const std::string& settings, int entries) {
  TempFolder folder;
  const TourStep make = {.name = "make",
                         .run = [](const std::string& path) { return log_something(path, "", 1); },
                         .is_broken = false};
  const TourStep go_on = {.name = "go on", .run = [&](const std::string& path) {
                            return log_something(path, settings, entries);
                          }};
  return take_tour({.path = folder.path_of("a.ledger"), .steps = {make, go_on}});
}

TEST(FaultTour, finds_nothing_wrong_with_one_commit_that_is_synced) {
  EXPECT_THAT(tour_of("PRAGMA synchronous=FULL", 1).wrong, IsEmpty());
}

TEST(FaultTour, finds_what_is_told_before_it_is_synced) {
  EXPECT_THAT(tour_of("PRAGMA synchronous=OFF", 1).wrong,
              Contains(HasSubstr("the step said that it was done, and it is not")));
}

TEST(FaultTour, finds_steps_that_are_not_of_one_piece) {
  EXPECT_THAT(tour_of("", 2).wrong, Contains(HasSubstr("half a step is in the ledger")));
}

}  // namespace
}  // namespace plumbline
