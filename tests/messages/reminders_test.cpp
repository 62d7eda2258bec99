#include "messages/reminders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/plain_text.h"
#include "tests/messages/message_world.h"
#include "tests/messages/reminder_world.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kAnn = "005000000000001";
constexpr std::string_view kBo = "005000000000002";
constexpr std::string_view kMia = "005000000000003";

ReminderRows users(std::string_view ann_zone = "America/New_York") {
  return {.object = "User",
          .fields = {"Id", "Name", "Email", "TimeZoneSidKey", "ManagerId", "IsActive", "Team__c"},
          .rows = {{std::string(kAnn), "Ann Lee", "ann@example.com", std::string(ann_zone), std::string(kMia),
                    "true", "SMB"},
                   {std::string(kBo), "Bo Berg", "bo@example.com", "Europe/London", std::string(kMia), "true",
                    "MM Territory"},
                   {std::string(kMia), "Mia Chen", "mia@example.com", "Europe/London", "", "true", "ASM"}}};
}

// Bo has updated all five values on Tuesday; Ann two of them.
ReminderRows forecasts() {
  ReminderRows rows{.object = "ForecastSubmission",
                    .fields = {"UserId", "UserEmail", "Period", "Field", "Value", "UpdatedAt"},
                    .rows = {}};
  const auto add = [&](std::string_view user, std::string field) {
    rows.rows.push_back({std::string(user), "", "2022-Q1", std::move(field), "100", "2022-02-01T12:00:00Z"});
  };
  for (const char* const field : {"Renewal Loss Best Case", "Renewal Loss Commit", "Gross Net ARR Best Case",
                                  "Gross Net ARR Commit", "Net 50/50"})
    add(kBo, field);
  add(kAnn, "Net 50/50");
  add(kAnn, "Gross Net ARR Commit");
  return rows;
}

TEST(Reminders, the_forecast_is_asked_for_at_nine_and_three_of_ones_own_clock_of_those_who_lack_values) {
  ReminderWorld world("commercial-sales", {"forecast-weekly"});
  world.set({users(), forecasts()});
  EXPECT_THAT(world.planned(at("2022-02-02T08:00Z"), at("2022-02-02T13:59Z")), IsEmpty());
  EXPECT_THAT(world.planned(at("2022-02-02T13:59Z"), at("2022-02-02T14:00Z")),
              ElementsAre("2022-02-02T09:00 Ann: Update the forecast in Clari"));
  EXPECT_THAT(world.planned(at("2022-02-02T14:00Z"), at("2022-02-02T20:00Z")),
              ElementsAre("2022-02-02T15:00 Ann: Update the forecast in Clari"));
  EXPECT_THAT(world.planned(at("2022-02-02T20:00Z"), at("2022-02-09T13:00Z")), SizeIs(1)) << "Bo, next week";
}

TEST(Reminders, it_says_which_values_are_missing) {
  ReminderWorld world("commercial-sales", {"forecast-weekly"});
  world.options.reminder_links["forecast-weekly"] = "https://app.clari.com";
  world.set({users(), forecasts()});
  const MessagePlan plan = world.plan(at("2022-02-02T13:59Z"), at("2022-02-02T14:00Z"));
  ASSERT_THAT(plan.messages, SizeIs(1));
  EXPECT_EQ(plain_text(plan.messages[0].message, TimeZone::utc()),
            "Ann: Update the forecast in Clari\n"
            "The forecast is due today by 17:00. Not updated in Clari this week: Renewal Loss Best Case, "
            "Renewal Loss Commit, Gross Net ARR Best Case. Check the close dates behind them first.\n"
            "Open: https://app.clari.com\n"
            "A reminder, every week on Wednesday, at 09:00 and 15:00. See Close Date Conventions.\n" +
                plan.messages[0].message.id + " · sales-ops@example.com\n");
}

TEST(Reminders, the_manager_is_told_at_five_who_has_not_done_it) {
  ReminderWorld world("commercial-sales", {"forecast-weekly-summary"});
  world.set({users(), forecasts()});
  const MessagePlan plan = world.plan(at("2022-02-02T16:59Z"), at("2022-02-02T17:00Z"));
  ASSERT_THAT(plan.messages, SizeIs(1));
  const Message& message = plan.messages[0].message;
  EXPECT_EQ(plan.messages[0].recipient, "person:" + std::string(kMia));
  EXPECT_EQ(message.lead, "Of your team 1 has not updated the forecast in Clari this week.");
  ASSERT_THAT(message.sections, SizeIs(1));
  EXPECT_EQ(message.sections[0].items[0].title,
            "Ann Lee: Renewal Loss Best Case, Renewal Loss Commit, Gross Net ARR Best Case");
}

TEST(Reminders, of_data_too_old_everybody_is_asked_and_nobody_named) {
  ReminderWorld world("commercial-sales", {"forecast-weekly", "forecast-weekly-summary"});
  world.set({users(), forecasts()});
  world.data_times["ForecastSubmission"] = at("2022-02-01T06:30Z");
  const MessagePlan plan = world.plan(at("2022-02-02T08:59Z"), at("2022-02-02T17:00Z"));
  ASSERT_THAT(plan.messages, SizeIs(3));
  for (const PlannedMessage& planned : plan.messages) {
    EXPECT_THAT(planned.message.sections, IsEmpty());
    EXPECT_THAT(planned.message.lead, HasSubstr("too old to tell"));
    EXPECT_THAT(planned.message.lead, Not(HasSubstr("Renewal")));
    EXPECT_EQ(planned.message.data_as_of, at("2022-02-01T06:30Z"));
  }
  EXPECT_THAT(plan.messages[2].message.lead, HasSubstr("nobody is named"));
}

TEST(Reminders, who_moves_west_is_not_reminded_twice_of_one_time) {
  ReminderWorld world("commercial-sales", {"forecast-weekly"});
  world.set({users("America/New_York"), forecasts()});
  EXPECT_THAT(world.planned(at("2022-02-02T13:00Z"), at("2022-02-02T14:00Z")), SizeIs(1));
  world.set({users("America/Los_Angeles"), forecasts()});
  EXPECT_THAT(world.planned(at("2022-02-02T14:00Z"), at("2022-02-02T17:00Z")), IsEmpty());
  EXPECT_THAT(world.planned(at("2022-02-02T17:00Z"), at("2022-02-02T23:00Z")),
              ElementsAre("2022-02-02T15:00 Ann: Update the forecast in Clari"));
}

TEST(Reminders, who_moves_east_past_a_time_gets_it_late_where_the_window_reaches_back) {
  ReminderWorld world("commercial-sales", {"forecast-weekly"});
  world.set({users("Europe/London"), forecasts()});
  const MessagePlan plan = world.plan(at("2022-02-01T13:30Z"), at("2022-02-02T13:30Z"));
  ASSERT_THAT(plan.messages, SizeIs(1));
  EXPECT_TRUE(plan.messages[0].is_late);
  EXPECT_THAT(plan.messages[0].message.lead, HasSubstr("This comes late: it was due at 09:00."));
}

TEST(Reminders, of_several_times_slept_through_the_last_one_comes) {
  ReminderWorld world("commercial-sales", {"forecast-weekly"});
  world.set({users("Europe/London"), forecasts()});
  const MessagePlan plan = world.plan(at("2022-02-02T08:00Z"), at("2022-02-02T15:40Z"));
  ASSERT_THAT(plan.messages, SizeIs(1));
  EXPECT_THAT(plan.messages[0].key, HasSubstr("2022-02-02T15:00"));
  ASSERT_THAT(plan.decisions, SizeIs(2));
  EXPECT_EQ(plan.decisions[0].outcome, Outcome::kMerged);
}

TEST(Reminders, what_is_pointless_the_next_day_is_left_out_and_said_so) {
  ReminderWorld world("commercial-sales", {"forecast-weekly"});
  world.set({users("Europe/London"), forecasts()});
  const MessagePlan plan = world.plan(at("2022-02-02T08:00Z"), at("2022-02-03T09:00Z"));
  EXPECT_THAT(plan.messages, IsEmpty());
  EXPECT_EQ(plan.decisions.back().outcome, Outcome::kSuppressed);
  EXPECT_THAT(plan.decisions.back().reason, HasSubstr("that day is over"));
}

TEST(Reminders, one_that_is_set_to_be_skipped_is_not_sent_late) {
  ReminderWorld world("commercial-sales", {"forecast-weekly"});
  world.options.late_by_reminder["forecast-weekly"] = LateReminder::kSkip;
  world.set({users("Europe/London"), forecasts()});
  EXPECT_THAT(world.planned(at("2022-02-02T08:00Z"), at("2022-02-02T10:00Z")), IsEmpty());
}

TEST(Reminders, whoever_is_on_leave_gets_none) {
  ReminderWorld world("commercial-sales", {"forecast-weekly"});
  world.set({users(),
             forecasts(),
             {.object = "Absence",
              .fields = {"UserEmail", "From", "Until"},
              .rows = {{"ann@example.com", "2022-02-01", "2022-02-02"}}}});
  // Absences are no need of these reminders; whoever has them adds them.
  world.people.at(world.people.find(kAnn)).leaves = {
      {.from = *parse_day("2022-02-01"), .until = *parse_day("2022-02-02")}};
  const MessagePlan plan = world.plan(at("2022-02-02T13:59Z"), at("2022-02-02T14:00Z"));
  EXPECT_THAT(plan.messages, IsEmpty());
  ASSERT_THAT(plan.decisions, SizeIs(1));
  EXPECT_THAT(plan.decisions[0].reason, HasSubstr("on leave until 2 Feb 2022"));
}

TEST(Reminders, clocks_that_change_change_nothing_of_nine_o_clock) {
  ReminderWorld world("commercial-sales", {"forecast-weekly"});
  world.set({users(), forecasts()});
  // New York changed on 13 March 2022, London on the 27th.
  for (const auto& [after, ann] : {std::pair("2022-03-09T13:59Z", "2022-03-09T14:00Z"),
                                   std::pair("2022-03-16T12:59Z", "2022-03-16T13:00Z")})
    EXPECT_THAT(world.planned(at(after), at(ann)), ElementsAre(HasSubstr("T09:00 Ann"))) << ann;
  for (const auto& [after, bo] : {std::pair("2022-03-23T08:59Z", "2022-03-23T09:00Z"),
                                  std::pair("2022-03-30T07:59Z", "2022-03-30T08:00Z")})
    EXPECT_THAT(world.planned(at(after), at(bo)), ElementsAre(HasSubstr("T09:00 Bo"))) << bo;
}

ReminderRows opportunities() {
  return {.object = "Opportunity",
          .fields = {"Id", "Name", "OwnerId", "StageName", "Amount", "CloseDate", "IsClosed", "NextStep",
                     "Next_Steps_Date__c"},
          .rows = {{"006000000000001", "Acme", std::string(kAnn), "2-Scoping", "5000", "2022-02-28", "false",
                    "Call Kim", "2022-02-02"},
                   {"006000000000002", "Birch", std::string(kAnn), "4-Proposal", "9000", "2022-03-31",
                    "false", "Send it", "2022-02-02"},
                   {"006000000000003", "Cedar", std::string(kAnn), "4-Proposal", "7000", "2022-03-31",
                    "false", "Later", "2022-02-03"},
                   {"006000000000004", "Dune", std::string(kBo), "4-Proposal", "7000", "2022-03-31", "false",
                    "Ask", "2022-02-02"}}};
}

TEST(Reminders, the_morning_lists_ones_own_next_steps_in_order_with_their_worth) {
  ReminderWorld world("commercial-sales", {"next-steps-morning"});
  world.set({users(), opportunities()});
  const MessagePlan plan = world.plan(at("2022-02-02T08:59Z"), at("2022-02-02T14:00Z"));
  ASSERT_THAT(plan.messages, SizeIs(2));
  const Message& ann = plan.messages[1].message;
  EXPECT_EQ(ann.lead, "Today 2 of your next steps fall due, on opportunities worth 14,000.");
  ASSERT_THAT(ann.sections, SizeIs(1));
  ASSERT_THAT(ann.sections[0].items, SizeIs(2));
  EXPECT_EQ(ann.sections[0].items[0].title, "Birch (4-Proposal, 9,000, closes 31 Mar 2022): Send it");
  EXPECT_EQ(ann.sections[0].items[1].title, "Acme (2-Scoping, 5,000, closes 28 Feb 2022): Call Kim");
}

TEST(Reminders, the_same_window_twice_gives_nothing_the_second_time_and_the_same_bytes_anew) {
  ReminderWorld world("commercial-sales", {"next-steps-morning"});
  world.set({users(), opportunities()});
  const auto first = world.planned(at("2022-02-02T08:59Z"), at("2022-02-02T14:00Z"));
  EXPECT_THAT(world.planned(at("2022-02-02T08:59Z"), at("2022-02-02T14:00Z")), IsEmpty());
  world.keys.clear();
  EXPECT_EQ(world.planned(at("2022-02-02T08:59Z"), at("2022-02-02T14:00Z")), first);
}

TEST(Reminders, open_violations_are_told_to_the_manager_by_policy) {
  ReminderWorld world("commercial-sales", {"pipeline-weekly"});
  ReminderRows violations{.object = "Violation",
                          .fields = {"PolicyId", "OwnerId", "OpenedAt", "ResolvedAt", "WaivedUntil"},
                          .rows = {{"next-steps-missing", std::string(kAnn), "2022-01-10T10:00:00Z", "", ""},
                                   {"next-steps-missing", std::string(kBo), "2022-02-04T10:00:00Z", "", ""},
                                   {"close-date-past-due", std::string(kBo), "2022-01-10T10:00:00Z",
                                    "2022-02-04T10:00:00Z", ""}}};
  world.set({users(), violations});
  const MessagePlan plan = world.plan(at("2022-02-07T08:59Z"), at("2022-02-07T09:00Z"));
  ASSERT_THAT(plan.messages, SizeIs(1));
  const Message& message = plan.messages[0].message;
  EXPECT_EQ(message.lead, "Mia Chen, your team has 2 open violations; a week ago it had 2.");
  ASSERT_THAT(message.sections, SizeIs(1));
  EXPECT_EQ(message.sections[0].items[0].title, "close-date-past-due: 0 open now, 1 week ago");
  EXPECT_EQ(message.sections[0].items[1].title, "next-steps-missing: 2 open now, 1 week ago");
}

TEST(Reminders, what_the_data_lacks_wholly_is_said) {
  ReminderWorld world("commercial-sales", {"next-steps-morning"});
  world.set({users()});
  const MessagePlan plan = world.plan(at("2022-02-02T08:59Z"), at("2022-02-02T14:00Z"));
  EXPECT_THAT(plan.messages, IsEmpty());
  ASSERT_THAT(plan.decisions, SizeIs(1));
  EXPECT_EQ(plan.decisions[0].reason, "next-steps-morning: there is no Opportunity data");
}

TEST(Reminders, a_date_of_each_record_is_met_a_week_before_by_the_person_and_the_manager) {
  ReminderWorld world("onboarding", {"onboarding-plan-soon"});
  world.set(
      {{.object = "User",
        .fields = {"Id", "Name", "Email", "TimeZoneSidKey", "ManagerId", "IsActive", "Sales_Role__c",
                   "Start_Date__c"},
        .rows = {{std::string(kAnn), "Ann Lee", "ann@example.com", "Europe/London", std::string(kMia), "true",
                  "AE", "2022-01-03"},
                 {std::string(kMia), "Mia Chen", "mia@example.com", "Europe/London", "", "true", "", ""}}},
       {.object = "Milestone", .fields = {"UserEmail", "Milestone", "CompletedAt"}, .rows = {}}});
  // 90 days after 3 January are the 3rd of April.
  EXPECT_THAT(world.planned(at("2022-03-26T00:00Z"), at("2022-03-27T07:59Z")), IsEmpty());
  EXPECT_THAT(world.planned(at("2022-03-27T07:59Z"), at("2022-03-27T08:00Z")),
              ElementsAre("2022-03-27T09:00 Ann: Territory and account plan due",
                          "2022-03-27T09:00 Mia: Territory and account plan due"));
}

TEST(Reminders, every_second_monday_between_two_days_is_counted_from_the_first) {
  ReminderWorld world("sales-kickoff", {"kickoff-status-biweekly"});
  std::vector<Day> days;
  const Reminder& reminder = world.pack().reminders.at(0);
  for (Day day = make_day(2022, 11, 1); day < make_day(2023, 1, 31); day += std::chrono::days{1}) {
    if (falls_on(reminder, world.pack().calendar, make_day(2022, 11, 1), make_day(2023, 1, 31), day))
      days.push_back(day);
  }
  EXPECT_THAT(days, ElementsAre(make_day(2022, 11, 14), make_day(2022, 11, 28), make_day(2022, 12, 12),
                                make_day(2022, 12, 26), make_day(2023, 1, 9), make_day(2023, 1, 23)));
}

TEST(Reminders, red_and_green_days_are_those_of_the_pack) {
  ReminderWorld world("commercial-sales", {"red-green-meeting", "red-green-lookback"});
  std::vector<std::string> all;
  std::vector<std::string> first;
  for (Day day = make_day(2022, 4, 1); day < make_day(2022, 5, 1); day += std::chrono::days{1}) {
    for (const Reminder& reminder : world.pack().reminders) {
      if (!falls_on(reminder, world.pack().calendar, std::nullopt, std::nullopt, day)) continue;
      (reminder.id == "red-green-lookback" ? first : all).push_back(format_day(day));
    }
  }
  EXPECT_THAT(
      all, ElementsAre("2022-04-15", "2022-04-25", "2022-04-26", "2022-04-27", "2022-04-28", "2022-04-29"));
  EXPECT_THAT(first, ElementsAre("2022-04-15"));
}

}  // namespace
}  // namespace plumbline
