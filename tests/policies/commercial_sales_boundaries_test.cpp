// Where the policies of the Commercial Sales handbook begin and end, swept over days, hours and cents and
// held against a calculation of the test's own.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <map>
#include <ostream>

#include "tests/policies/commercial_sales_fixture.h"

namespace plumbline {
namespace {

using std::chrono::days;
using std::chrono::hours;
using testing::IsEmpty;

using CommercialSalesBoundaries = CommercialSalesTest;

// Noon in UTC.
Instant noon_of(Day day) { return Instant{std::chrono::sys_days{day.time_since_epoch()} + hours{12}}; }

bool is_weekday(Day day) {
  const unsigned number = std::chrono::weekday{day}.iso_encoding();
  return number <= 5;
}

Day month_end(Day day) {
  const std::chrono::year_month_day date{day};
  return Day{std::chrono::sys_days{date.year() / date.month() / std::chrono::last}.time_since_epoch()};
}

// The Red/Green days of the day's month by counting, in order: the 15th or the weekday before it, and the
// month's last five weekdays.
std::vector<Day> meetings_of_month(Day day) {
  const Day last = month_end(day);
  const std::chrono::year_month_day date{day};
  Day middle{std::chrono::sys_days{date.year() / date.month() / 15}.time_since_epoch()};
  while (!is_weekday(middle)) middle -= days{1};
  std::vector<Day> meetings = {middle};
  std::vector<Day> at_the_end;
  for (Day each = last; at_the_end.size() < 5; each -= days{1}) {
    if (is_weekday(each)) at_the_end.insert(at_the_end.begin(), each);
  }
  meetings.insert(meetings.end(), at_the_end.begin(), at_the_end.end());
  return meetings;
}

struct TwoAmounts {
  std::string_view policy;
  std::string_view field;
  int smb;
  int mid_market;
  bool at_the_amount;  // whether exactly that amount is a violation already
};

void PrintTo(const TwoAmounts& amounts, std::ostream* out) { *out << amounts.policy; }

class ThresholdsBySegment : public CommercialSalesTest, public testing::WithParamInterface<TwoAmounts> {};

TEST_P(ThresholdsBySegment, AreMetToTheCent) {
  const TwoAmounts& amounts = GetParam();
  Rows accounts{"Account", {"Id", "Name", "Segment__c"}, {}};
  Rows deals{"Opportunity",
             {"Id",
              "Name",
              "AccountId",
              "CloseDate",
              "IsClosed",
              std::string(amounts.field),
              std::string(amounts.field == "Amount" ? "Net_ARR__c" : "Amount"),
              "Custom_Pitch_Deck_Link__c",
              "Why_Do_Anything__c",
              "Why_Us__c",
              "Why_Now__c",
              "Close_Plan__c",
              "Economic_Buyer__c",
              "Champion__c",
              "Identified_Pain__c",
              "Decision_Criteria__c",
              "Decision_Process__c",
              "Competitors__c",
              "Opportunity_Consult_Date__c",
              "Deal_Review_Date__c",
              "Red_Green__c"},
             {}};
  std::multiset<std::string> expected;
  int number = 0;
  const auto add = [&](std::string_view segment, int cents, bool found) {
    ++number;
    accounts.rows.push_back({id_of("001", number), "Quill", std::string(segment)});
    std::vector<std::string> deal = {id_of("006", number), "Ferry", id_of("001", number),
                                     "2022-04-30",         "false", fmt::format("{:.2f}", cents / 100.0)};
    deal.resize(deals.fields.size());
    deals.rows.push_back(std::move(deal));
    if (found) expected.insert(id_of("006", number));
  };
  for (const auto& [segment, amount] : {std::pair{"SMB", amounts.smb}, {"Mid-Market", amounts.mid_market}}) {
    add(segment, amount * 100 - 1, false);
    add(segment, amount * 100, amounts.at_the_amount);
    add(segment, amount * 100 + 1, true);
  }
  add("Large", 9'000'000, false);
  add("", 9'000'000, false);
  Judged judged(pack_, {accounts, deals}, amounts.policy);
  EXPECT_EQ(judged.found_at(noon_of(*parse_day("2022-04-29"))), expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, ThresholdsBySegment,
    testing::Values(TwoAmounts{"custom-deck-missing", "Amount", 5000, 10000, false},
                    TwoAmounts{"command-plan-overview-incomplete", "Amount", 5000, 10000, false},
                    TwoAmounts{"command-plan-incomplete", "Net_ARR__c", 10000, 20000, false},
                    TwoAmounts{"opportunity-consult-due", "Net_ARR__c", 10000, 20000, true},
                    TwoAmounts{"deal-review-due", "Net_ARR__c", 5000, 10000, true},
                    TwoAmounts{"red-green-missing", "Net_ARR__c", 2000, 7000, true}),
    [](const auto& param_info) {
      std::string name(param_info.param.policy);
      std::ranges::replace(name, '-', '_');
      return name;
    });

TEST_F(CommercialSalesBoundaries, ColorsAreAskedForFromTheFirstMeetingToTheMonthsEnd) {
  const Day first = *parse_day("2022-01-01");
  const Day end = *parse_day("2025-01-01");
  Rows deals{
      "Opportunity", {"Id", "Name", "AccountId", "CloseDate", "IsClosed", "Net_ARR__c", "Red_Green__c"}, {}};
  std::map<Day, std::string> closing_on;
  int number = 0;
  for (Day day = month_end(first); day < end; day = month_end(day + days{1})) {
    closing_on[day] = id_of("006", ++number);
    deals.rows.push_back(
        {closing_on[day], "Ferry", id_of("001", 1), format_day(day), "false", "2000", "Amber"});
  }
  Judged judged(pack_,
                {{"Account", {"Id", "Name", "Segment__c"}, {{id_of("001", 1), "Quill", "SMB"}}}, deals},
                "red-green-missing");
  for (Day day = first; day < end; day += days{1}) {
    std::multiset<std::string> expected;
    if (day >= meetings_of_month(day).front()) expected.insert(closing_on[month_end(day)]);
    EXPECT_EQ(judged.found_at(noon_of(day)), expected) << format_day(day);
  }
}

// Notes of every day of two months, judged on every day of the second.
TEST_F(CommercialSalesBoundaries, NotesAreAsNewAsTheLatestMeeting) {
  const Day first = *parse_day("2022-09-01");
  const Day second_month = *parse_day("2022-10-01");
  const Day last = *parse_day("2022-10-31");
  Rows deals{"Opportunity",
             {"Id", "Name", "AccountId", "CloseDate", "IsClosed", "Net_ARR__c", "Red_Green__c",
              "Manager_Notes__c", "CreatedDate"},
             {}};
  Rows changes{
      "OpportunityFieldHistory", {"Id", "OpportunityId", "Field", "OldValue", "NewValue", "CreatedDate"}, {}};
  int number = 0;
  for (Day day = first; day <= last; day += days{1}) {
    const std::string id = id_of("006", ++number);
    deals.rows.push_back({id, "Ferry", id_of("001", 1), "2022-10-31", "false", "9000", "Red", "Board in May",
                          "2022-01-10T09:00:00Z"});
    changes.rows.push_back(
        {id_of("017", number), id, "Manager_Notes__c", "", "Board in May", format_day(day) + "T09:00:00Z"});
  }
  Judged judged(
      pack_, {{"Account", {"Id", "Name", "Segment__c"}, {{id_of("001", 1), "Quill", "SMB"}}}, deals, changes},
      "red-green-notes-stale");
  const std::vector<Day> meetings = meetings_of_month(last);
  for (Day today = second_month; today <= last; today += days{1}) {
    std::multiset<std::string> expected;
    const auto held = std::ranges::upper_bound(meetings, today);
    number = 0;
    for (Day set_on = first; set_on <= last; set_on += days{1}) {
      ++number;
      // What is set later has not been set yet.
      const bool stale = held != meetings.begin() && (set_on > today || set_on < *std::prev(held));
      if (stale) expected.insert(id_of("006", number));
    }
    EXPECT_EQ(judged.found_at(noon_of(today)), expected) << format_day(today);
  }
}

// Three weeks by the hour, for users who are so many hours ahead of UTC and have given nothing.
TEST_F(CommercialSalesBoundaries, ForecastsAreAskedForFromWednesdayEveningToSundayNight) {
  const std::vector<std::pair<std::string_view, int>> zones = {
      {"UTC", 0}, {"America/New_York", -4}, {"Asia/Tokyo", 9}, {"Pacific/Kiritimati", 14}};
  Rows users{"User", {"Id", "Name", "IsActive", "Team__c", "TimeZoneSidKey"}, {}};
  int number = 0;
  for (const auto& [zone, ahead] : zones)
    users.rows.push_back({id_of("005", ++number), "Ada", "true", "SMB", std::string(zone)});
  const Rows none{"ForecastSubmission", {"UserId", "UserEmail", "Field", "Value", "UpdatedAt"}, {}};
  Judged judged(pack_, {users, none}, "forecast-not-submitted");
  const Instant monday = *parse_instant("2022-04-18T00:00:00Z");
  for (int hour = 0; hour < 3 * 7 * 24; ++hour) {
    std::multiset<std::string> expected;
    for (std::size_t i = 0; i < zones.size(); ++i) {
      const int into_the_week = (hour + zones[i].second + 7 * 24) % (7 * 24);
      if (into_the_week >= 2 * 24 + 17) expected.insert(id_of("005", static_cast<int>(i) + 1));
    }
    EXPECT_EQ(judged.found_at(monday + hours{hour}), expected) << hour;
    EXPECT_EQ(judged.found_at(monday + hours{hour} + std::chrono::seconds{3599}), expected) << hour;
  }
}

// A call every 30 hours is five or six in seven days.
TEST_F(CommercialSalesBoundaries, CallsOfTheDayAndTheSixBeforeItCount) {
  const Instant first = *parse_instant("2022-03-01T00:00:00Z");
  Rows calls{"Event", {"Id", "OwnerId", "Co_Selling__c", "StartDateTime"}, {}};
  std::vector<int> days_of_calls;
  for (int i = 0; i < 40; ++i) {
    const int hour = i < 20 ? 30 * i : 36 * i;  // and later one every 36 hours, with a gap between
    days_of_calls.push_back(hour / 24);
    calls.rows.push_back({id_of("00U", i), id_of("005", 1), "true", format_instant(first + hours{hour})});
  }
  Judged judged(
      pack_,
      {{"User", {"Id", "Name", "IsActive", "Team__c"}, {{id_of("005", 1), "Ada", "true", "ASM"}}}, calls},
      "co-selling-below-minimum");
  std::set<std::ptrdiff_t> counts;
  for (int day = 0; day < 70; ++day) {
    const auto held =
        std::ranges::count_if(days_of_calls, [&](int call) { return call >= day - 6 && call <= day; });
    counts.insert(held);
    for (const hours hour : {hours{0}, hours{23}}) {
      const auto verdicts = judged.at(first + days{day} + hour);
      EXPECT_EQ(verdicts.size(), held < 5 ? 1U : 0U) << day;
      if (!verdicts.empty()) {
        EXPECT_THAT(verdicts[0].message, testing::StartsWith(fmt::format("{} co-selling calls", held)));
      }
    }
  }
  EXPECT_TRUE(counts.contains(4) && counts.contains(5) && counts.contains(6));
}

// Reasons for every day of a year.
TEST_F(CommercialSalesBoundaries, ReasonsAreAskedForNinetyDays) {
  const Day first = *parse_day("2023-06-01");
  Rows deals{"Opportunity", {"Id", "Name", "IsClosed", "CloseDate", "Closed_Reason__c"}, {}};
  for (int i = 0; i < 366; ++i)
    deals.rows.push_back({id_of("006", i), "Ferry", "true", format_day(first + days{i}), ""});
  Judged judged(pack_, {deals}, "close-reason-missing");
  for (int today = 0; today < 366; today += 5) {
    std::multiset<std::string> expected;
    for (int i = std::max(0, today - 90); i <= today; ++i) expected.insert(id_of("006", i));
    EXPECT_EQ(judged.found_at(noon_of(first + days{today})), expected) << today;
  }
}

// Every second around the hour after the assignment, and around the end of 14 days.
TEST_F(CommercialSalesBoundaries, LeadsAreLateASecondAfterTheHourAndOpenASecondAfterTheFortnight) {
  const Instant assigned =
      *parse_instant("2022-10-20T08:00:00Z");  // the clock goes back within the fortnight
  const std::vector<Rows> data = {
      {"Lead",
       {"Id", "Name", "IsConverted", "MQL_At__c", "Assigned_At__c", "First_Action_At__c"},
       {{id_of("00Q", 1), "Kim", "false", "2022-10-19T08:00:00Z", "2022-10-20T08:00:00Z", ""}}}};
  Judged not_contacted(pack_, data, "lead-not-contacted");
  Judged open_to_ae(pack_, data, "lead-open-to-ae");
  for (int second = -2; second <= 2; ++second) {
    const std::chrono::seconds later{second};
    EXPECT_EQ(not_contacted.at(assigned + hours{1} + later).size(), second > 0 ? 1U : 0U) << second;
    EXPECT_EQ(open_to_ae.at(assigned + hours{14 * 24} + later).size(), second > 0 ? 1U : 0U) << second;
  }
}

TEST_F(CommercialSalesBoundaries, TheEleventhAccountOfTheFirstRankIsOneTooMany) {
  for (int count = 9; count <= 12; ++count) {
    Rows accounts{"Account", {"Id", "Name", "OwnerId", "Rank__c"}, {}};
    for (int i = 0; i < count; ++i)
      accounts.rows.push_back({id_of("001", i), "Quill", id_of("005", 1), i % 2 == 0 ? "1" : "1.0"});
    accounts.rows.push_back({id_of("001", 90), "Brindle", id_of("005", 1), "1.5"});
    Judged judged(pack_,
                  {{"User", {"Id", "Name", "IsActive", "Team__c"}, {{id_of("005", 1), "Ada", "true", "SMB"}}},
                   accounts},
                  "account-rank-1-over-ten");
    EXPECT_EQ(judged.at("2022-04-23T12:00:00Z").size(), count > 10 ? 1U : 0U) << count;
  }
}

// Amounts a few cents apart, and every pair of values that is there or not.
TEST_F(CommercialSalesBoundaries, DriftIsMoreThanAHundredthOrAnyOtherDifference) {
  const std::vector<std::string> amounts = {"", "0", "0.01", "0.02", "1000", "1000.01", "1000.02", "999.99"};
  const auto cents = [](const std::string& amount) { return std::lround(std::stod(amount) * 100); };
  Rows deals{"Opportunity",
             {"Id", "Name", "IsClosed", "Amount", "CloseDate", "StageName", "ForecastCategoryName"},
             {}};
  Rows clari{
      "ClariOpportunity", {"OpportunityId", "Amount", "CloseDate", "StageName", "ForecastCategoryName"}, {}};
  std::multiset<std::string> expected;
  int number = 0;
  for (const std::string& here : amounts) {
    for (const std::string& there : amounts) {
      const std::string id = id_of("006", ++number);
      deals.rows.push_back({id, "Ferry", "false", here, "2022-04-30", "2-Scoping", ""});
      clari.rows.push_back({id, there, "2022-04-30", "2-Scoping", ""});
      const bool one_sided = here.empty() != there.empty();
      const bool apart = !here.empty() && !there.empty() && std::abs(cents(here) - cents(there)) > 1;
      if (one_sided || apart) expected.insert(id);
    }
  }
  Judged judged(pack_, {deals, clari}, "clari-salesforce-drift");
  EXPECT_EQ(judged.found_at(*parse_instant("2022-04-23T12:00:00Z")), expected);
}

// --- what the data lacks accuses nobody

TEST_F(CommercialSalesBoundaries, WithoutClariAndEventsTheirPoliciesAreNotJudged) {
  const std::vector<Rows> data = {
      {"User",
       {"Id", "Name", "Email", "IsActive", "Team__c"},
       {{id_of("005", 1), "Ada", "ada@example.com", "true", "SMB"},
        {id_of("005", 2), "Max", "max@example.com", "true", "ASM"}}},
      {"Opportunity",
       {"Id", "Name", "OwnerId", "IsClosed", "Amount", "CloseDate", "StageName", "ForecastCategoryName"},
       {{id_of("006", 1), "Ferry", id_of("005", 1), "false", "100", "2022-04-30", "2-Scoping", "Commit"}}}};
  for (const auto& [policy, reason] :
       {std::pair{"forecast-not-submitted", "there is no ForecastSubmission data"},
        {"forecast-commit-over-best-case", "there is no ForecastSubmission data"},
        {"clari-salesforce-drift", "there is no ClariOpportunity data"},
        {"co-selling-below-minimum", "there is no Event data"}}) {
    Judged judged(pack_, data, policy);
    EXPECT_THAT(judged.at("2022-04-21T12:00:00Z"), IsEmpty()) << policy;
    ASSERT_EQ(judged.summary().not_judged.size(), 1U) << policy;
    EXPECT_EQ(judged.summary().not_judged[0].reason, reason);
  }
}

TEST_F(CommercialSalesBoundaries, NamesOfPeopleAndStagesAreNotNeededToJudge) {
  Judged reasons(pack_,
                 {{"Opportunity",
                   {"Id", "IsClosed", "CloseDate", "Closed_Reason__c"},
                   {{id_of("006", 1), "true", "2022-04-20", ""}}}},
                 "close-reason-missing");
  EXPECT_EQ(reasons.at("2022-04-21T12:00:00Z").size(), 1U);
  Judged leads(
      pack_,
      {{"Lead",
        {"Id", "OwnerId", "IsConverted", "MQL_At__c", "Assigned_At__c", "First_Action_At__c"},
        {{id_of("00Q", 1), id_of("00G", 1), "false", "2022-04-01T00:00:00Z", "2022-04-01T00:00:00Z", ""}}}},
      "lead-open-to-ae");
  EXPECT_EQ(leads.at("2022-04-21T12:00:00Z").size(), 1U);
}

}  // namespace
}  // namespace plumbline
