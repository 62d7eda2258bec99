#include "violations/waivers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Instant kNow = *parse_instant("2024-06-01T12:00:00Z");

Waiver waiver_until(Instant until) {
  return {.number = 1,
          .pack = "essentials",
          .policy = "past-close-date",
          .object = "Opportunity",
          .record_key = "006R00000000001",
          .reason = "the customer signs next week",
          .author = "ada",
          .made_at = kNow,
          .until = until};
}

ViolationFacts violation() {
  return {.number = 12,
          .pack = "essentials",
          .policy = "past-close-date",
          .object = "Opportunity",
          .record = "006R00000000001AAA",
          .record_key = "006R00000000001",
          .owner = "005R00000000001AAA"};
}

TEST(Waivers, a_sound_one_has_no_faults) {
  EXPECT_THAT(waiver_faults(waiver_until(kNow + days{10})), IsEmpty());
}

TEST(Waivers, reason_author_and_scope_are_asked_for_all_at_once) {
  const Waiver wanted{.reason = " ", .author = "", .made_at = kNow, .until = kNow + days{1}};
  EXPECT_THAT(waiver_faults(wanted),
              ElementsAre(HasSubstr("reason"), HasSubstr("author"), HasSubstr("everything")));
}

TEST(Waivers, the_longest_is_180_days_and_no_second_more) {
  const Instant last = *parse_instant("2024-11-29T00:00:00Z");  // the end of the 180th day
  EXPECT_EQ(longest_end(WaiverKind::kWaiver, kNow), last);
  EXPECT_THAT(waiver_faults(waiver_until(last)), IsEmpty());
  EXPECT_THAT(waiver_faults(waiver_until(last + seconds{1})),
              ElementsAre("a waiver lasts 180 days at most, to 2024-11-28; name that day or an earlier one"));
}

TEST(Waivers, the_longest_snooze_is_14_days_and_no_second_more) {
  Waiver snooze = waiver_until(*parse_instant("2024-06-16T00:00:00Z"));
  snooze.kind = WaiverKind::kSnooze;
  EXPECT_THAT(waiver_faults(snooze), IsEmpty());
  snooze.until += seconds{1};
  EXPECT_THAT(waiver_faults(snooze), ElementsAre(HasSubstr("14 days at most, to 2024-06-15")));
}

TEST(Waivers, an_end_that_has_passed_is_refused_and_the_next_second_is_not) {
  EXPECT_THAT(waiver_faults(waiver_until(kNow)), ElementsAre(HasSubstr("has passed")));
  EXPECT_THAT(waiver_faults(waiver_until(kNow + seconds{1})), IsEmpty());
}

TEST(Waivers, only_one_of_a_record_ends_with_a_field) {
  Waiver wanted = waiver_until(kNow + days{10});
  wanted.until_field = "StageName";
  EXPECT_THAT(waiver_faults(wanted), IsEmpty());
  wanted.record_key.clear();
  EXPECT_THAT(waiver_faults(wanted), ElementsAre(HasSubstr("only a waiver of one record")));
}

TEST(Waivers, a_day_lasts_to_its_end) {
  EXPECT_EQ(end_of_day(*parse_day("2024-06-30")), *parse_instant("2024-07-01T00:00:00Z"));
}

TEST(Waivers, in_force_from_when_it_was_made_and_not_at_its_end) {
  Waiver waiver = waiver_until(kNow + days{1});
  EXPECT_FALSE(is_in_force(waiver, kNow - seconds{1}));
  EXPECT_TRUE(is_in_force(waiver, kNow));
  EXPECT_TRUE(is_in_force(waiver, kNow + days{1} - seconds{1}));
  EXPECT_FALSE(is_in_force(waiver, kNow + days{1}));
  waiver.ended_at = kNow + seconds{5};
  EXPECT_TRUE(is_in_force(waiver, kNow + seconds{4}));
  EXPECT_FALSE(is_in_force(waiver, kNow + seconds{5}));
}

TEST(Waivers, every_part_of_a_scope_must_fit) {
  const ViolationFacts facts = violation();
  Waiver waiver = waiver_until(kNow + days{1});
  EXPECT_TRUE(covers(waiver, facts));
  waiver.owner = "005R00000000001";  // 15 characters of the same id
  EXPECT_TRUE(covers(waiver, facts));
  for (std::string Waiver::* part :
       {&Waiver::pack, &Waiver::policy, &Waiver::object, &Waiver::record_key, &Waiver::owner}) {
    Waiver other = waiver;
    other.*part = "another";
    EXPECT_FALSE(covers(other, facts));
  }
  EXPECT_FALSE(covers({.until = kNow + days{1}}, facts)) << "a waiver of nothing is one of nothing";
}

TEST(Waivers, of_several_the_one_counts_that_lasts_longest) {
  Waiver of_record = waiver_until(kNow + days{3});
  Waiver of_owner{.number = 2,
                  .owner = "005R00000000001",
                  .reason = "on leave",
                  .author = "ben",
                  .made_at = kNow,
                  .until = kNow + days{9}};
  Waiver over = waiver_until(kNow + days{90});
  over.number = 3;
  over.ended_at = kNow;
  const WaiverBook book({of_record, of_owner, over}, kNow);
  ASSERT_NE(book.of(violation()), nullptr);
  EXPECT_EQ(book.of(violation())->number, 2);
  const WaiverBook later({of_record, of_owner, over}, kNow + days{9});
  EXPECT_EQ(later.of(violation()), nullptr);
}

TEST(Waivers, notice_is_given_a_week_before_and_not_a_second_earlier) {
  const Waiver waiver = waiver_until(kNow + days{30});
  const Instant first = waiver.until - kWaiverNotice;
  EXPECT_THAT(WaiverBook({waiver}, first - seconds{1}).ending_soon(), IsEmpty());
  EXPECT_EQ(WaiverBook({waiver}, first).ending_soon().size(), 1U);
  EXPECT_EQ(WaiverBook({waiver}, waiver.until - seconds{1}).ending_soon().size(), 1U);
  EXPECT_THAT(WaiverBook({waiver}, waiver.until).ending_soon(), IsEmpty());
}

TEST(Waivers, end_by_time_or_by_a_change_whichever_comes_first) {
  Waiver by_time = waiver_until(kNow + days{2});
  Waiver by_change = waiver_until(kNow + days{9});
  by_change.number = 2;
  by_change.until_field = "StageName";
  const std::vector<Waiver> waivers{by_time, by_change};
  const auto ends = [&](Instant now, bool changed) {
    std::vector<std::string> told;
    for (const WaiverEnd& end : due_ends(waivers, now, [&](const Waiver&) { return changed; }))
      told.push_back(waiver_name(end.number) + " " + end.why);
    return told;
  };
  EXPECT_THAT(ends(by_time.until - seconds{1}, false), IsEmpty());
  EXPECT_THAT(ends(by_time.until, false), ElementsAre("W1 its time was over"));
  EXPECT_THAT(ends(kNow + days{1}, true), ElementsAre("W2 StageName changed"));
  EXPECT_THAT(ends(by_change.until, true), ElementsAre("W1 its time was over", "W2 its time was over"));
}

TEST(Waivers, what_has_ended_does_not_end_again) {
  Waiver waiver = waiver_until(kNow + days{2});
  waiver.ended_at = kNow + days{1};
  EXPECT_THAT(due_ends({&waiver, 1}, kNow + days{3}, [](const Waiver&) { return true; }), IsEmpty());
}

TEST(Waivers, names_are_read_with_and_without_their_letter) {
  EXPECT_EQ(parse_waiver_name("W3"), 3);
  EXPECT_EQ(parse_waiver_name("w3"), 3);
  EXPECT_EQ(parse_waiver_name("3"), 3);
  for (const char* wrong : {"", "W", "W0", "W-3", "W3x", "V3"})
    EXPECT_FALSE(parse_waiver_name(wrong)) << wrong;
  EXPECT_EQ(parse_violation_name("V12"), 12);
  EXPECT_EQ(violation_name(12), "V12");
}

}  // namespace
}  // namespace plumbline
