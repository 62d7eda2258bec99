#include "daemon/service/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace plumbline {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2024} / 6 / 3} + std::chrono::hours{9}};

SourceProgress source(std::string name = "salesforce:main") {
  return {.name = std::move(name), .every = minutes{5}};
}

TEST(Schedule, a_source_that_was_never_asked_is_due_at_once) {
  EXPECT_THAT(due_work({.sources = {source()}}, kNow).syncs, ElementsAre(0U));
}

TEST(Schedule, a_source_that_runs_is_not_started_again) {
  SourceProgress running = source();
  running.running = true;
  running.started_at = kNow - std::chrono::hours{5};
  EXPECT_THAT(due_work({.sources = {running}}, kNow).syncs, IsEmpty());
}

TEST(Schedule, a_source_comes_again_after_its_span_and_a_little_more) {
  SourceProgress asked = source();
  asked.started_at = kNow;
  const Instant due = due_at(asked, kNow);
  EXPECT_GE(due, kNow + minutes{5});
  EXPECT_LE(due, kNow + minutes{5} + seconds{30});
  EXPECT_EQ(due_work({.sources = {asked}}, kNow).look_again, due);
  EXPECT_THAT(due_work({.sources = {asked}}, due - seconds{1}).syncs, IsEmpty());
  EXPECT_THAT(due_work({.sources = {asked}}, due).syncs, ElementsAre(0U));
}

TEST(Schedule, the_jitter_differs_from_time_to_time) {
  std::set<Instant::rep> spans;
  for (int i = 0; i < 50; ++i) {
    SourceProgress asked = source();
    asked.started_at = kNow + seconds{i};
    spans.insert((due_at(asked, kNow + seconds{i}) - *asked.started_at).count());
  }
  EXPECT_GT(spans.size(), 10U);
}

TEST(Schedule, failures_make_it_wait_longer_up_to_a_bound) {
  SourceProgress failed = source();
  failed.started_at = kNow;
  failed.failures = 1;
  EXPECT_GE(due_at(failed, kNow), kNow + minutes{10});
  failed.failures = 40;
  EXPECT_LE(due_at(failed, kNow), kNow + kLongestBackoff * 11 / 10);
  failed.every = std::chrono::hours{6};
  EXPECT_GE(due_at(failed, kNow), kNow + std::chrono::hours{6}) << "its own span is longer";
}

TEST(Schedule, a_clock_set_back_does_not_stop_everything) {
  SourceProgress asked = source();
  asked.started_at = kNow + std::chrono::hours{24};
  EXPECT_THAT(due_work({.sources = {asked}}, kNow).syncs, ElementsAre(0U));
}

TEST(Schedule, records_are_judged_after_news_but_not_too_often) {
  ServiceProgress progress{.has_news = true, .judge_every = minutes{1}};
  EXPECT_TRUE(due_work(progress, kNow).judge);
  progress.judged_at = kNow - seconds{30};
  EXPECT_FALSE(due_work(progress, kNow).judge);
  EXPECT_EQ(due_work(progress, kNow).look_again, kNow + seconds{30});
  EXPECT_TRUE(due_work(progress, kNow + seconds{30}).judge);
}

TEST(Schedule, without_news_records_are_judged_when_the_hour_begins_alone) {
  ServiceProgress progress{.hour_at = kNow + minutes{10}};
  EXPECT_FALSE(due_work(progress, kNow).judge);
  EXPECT_EQ(due_work(progress, kNow).look_again, kNow + minutes{10});
  EXPECT_TRUE(due_work(progress, kNow + minutes{10}).judge);
}

TEST(Schedule, judging_never_overlaps_itself) {
  EXPECT_FALSE(due_work({.judging = true, .has_news = true}, kNow).judge);
}

TEST(Schedule, an_anchor_is_told_when_it_is_due_and_never_twice_at_a_time) {
  AnchorProgress anchor{.name = "webhook:auditor"};
  EXPECT_THAT(due_work({.anchors = {anchor}}, kNow).anchors, ElementsAre(0U)) << "it may be behind";
  anchor.running = true;
  EXPECT_THAT(due_work({.anchors = {anchor}}, kNow).anchors, IsEmpty());
  anchor.running = false;
  anchor.due = false;
  EXPECT_THAT(due_work({.anchors = {anchor}}, kNow).anchors, IsEmpty());
}

TEST(Schedule, an_anchor_that_failed_is_left_alone_for_longer_and_longer) {
  AnchorProgress anchor{.name = "webhook:auditor", .started_at = kNow, .failures = 1};
  const DueWork waits = due_work({.anchors = {anchor}}, kNow);
  EXPECT_THAT(waits.anchors, IsEmpty());
  EXPECT_EQ(waits.look_again, kNow + kAnchorPause);
  EXPECT_THAT(due_work({.anchors = {anchor}}, kNow + kAnchorPause).anchors, ElementsAre(0U));
  anchor.failures = 3;
  EXPECT_EQ(due_work({.anchors = {anchor}}, kNow).look_again, kNow + 4 * kAnchorPause);
  anchor.failures = 400;
  EXPECT_EQ(due_work({.anchors = {anchor}}, kNow).look_again, kNow + kLongestBackoff);
}

TEST(Schedule, an_anchor_that_failed_does_not_hold_up_sources_or_judging) {
  const AnchorProgress failed{.name = "webhook:auditor", .started_at = kNow, .failures = 5};
  const DueWork work = due_work({.sources = {source()}, .anchors = {failed}, .has_news = true}, kNow);
  EXPECT_THAT(work.syncs, ElementsAre(0U));
  EXPECT_TRUE(work.judge);
}

TEST(Schedule, the_next_hour_is_the_first_on_the_clock_of_any_owner) {
  const Instant now = kNow + minutes{5};
  const auto zone = [](const char* name) { return *TimeZone::find(name); };
  EXPECT_EQ(next_hour({}, now), kNow + std::chrono::hours{1});
  const std::vector<TimeZone> whole{zone("Europe/Berlin"), zone("America/New_York")};
  EXPECT_EQ(next_hour(whole, now), kNow + std::chrono::hours{1});
  // A quarter past is a whole hour in Kathmandu, half past in Kolkata.
  const std::vector<TimeZone> odd{zone("Europe/Berlin"), zone("Asia/Kolkata"), zone("Asia/Kathmandu")};
  EXPECT_EQ(next_hour(odd, now), kNow + minutes{15});
  EXPECT_EQ(next_hour(odd, kNow + minutes{15}), kNow + minutes{30});
}

TEST(Schedule, a_day_begins_with_an_hour_also_where_clocks_skip_midnight) {
  const TimeZone santiago = *TimeZone::find("America/Santiago");
  const Day day{std::chrono::year{2024} / 9 / 8};  // 23:59:59, and then 01:00
  const Instant begins = santiago.start_of_day(day);
  EXPECT_EQ(next_hour({&santiago, 1}, begins - minutes{10}), begins);
}

}  // namespace
}  // namespace plumbline
