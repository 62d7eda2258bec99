// A quarter of planning, hour by hour: 1 February to 30 April 2022, 200 people in ten zones, violations that
// come and go. Every clock in America and Europe changes on the way.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

#include "messages/hours.h"
#include "tests/messages/message_world.h"
#include "tests/messages/reminder_world.h"

namespace plumbline {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr std::array kZones = {
    "America/Los_Angeles", "America/Denver", "America/New_York", "America/Sao_Paulo", "Europe/London",
    "Europe/Berlin",       "Asia/Kolkata",   "Asia/Tokyo",       "Australia/Sydney",  "Pacific/Auckland"};
constexpr int kPeople = 200;
constexpr int kOpen = 100;
constexpr int kChangesADay = 8;

std::string person_id(int number) { return fmt::format("005{:012}", number); }

class Quarter {
 public:
  Quarter() {
    world_.options.repeat = days{7};
    world_.options.escalate_after = 0;
    world_.begun_at = kBegin;
    for (int i = 0; i < kPeople; ++i)
      world_.add_person(person_id(i), fmt::format("Person {}", i),
                        kZones[static_cast<std::size_t>(i) % kZones.size()]);
    policy_ = world_.add_policy("next-step");
    for (int i = 0; i < kOpen; ++i) open(kBegin);
  }

  void run() {
    for (Instant now = kBegin; now < kEnd; now += hours{1}) {
      if (now.time_since_epoch() % hours{24} == hours{3}) change(now);
      const MessagePlan plan = world_.plan(now);
      check(plan, now);
      world_.remember(plan, now);
    }
  }

  const MessageWorld& world() const { return world_; }
  const std::vector<std::string>& faults() const { return faults_; }
  std::size_t messages() const { return messages_; }
  // A person's digests of one day are one.
  std::size_t most_a_day() const {
    std::size_t most = 0;
    for (const auto& [place, count] : a_day_) most = std::max(most, count);
    return most;
  }

  static constexpr Instant kBegin{std::chrono::sys_days{std::chrono::year{2022} / 2 / 1}};
  static constexpr Instant kEnd{std::chrono::sys_days{std::chrono::year{2022} / 5 / 1}};

 private:
  void open(Instant now) {
    const ViolationNumber number = ++last_;
    const int owner = static_cast<int>(random_() % kPeople);
    world_.open(number, policy_, fmt::format("006{:012}", number), person_id(owner), now);
    open_.push_back(number);
  }

  void change(Instant now) {
    for (int i = 0; i < kChangesADay; ++i) {
      const std::size_t at = random_() % open_.size();
      StandingViolation& mended = world_.violations.at(open_[at]).facts;
      mended.state = ViolationState::kResolved;
      mended.closed_at = now;
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(at));
      open(now);
    }
  }

  void check(const MessagePlan& plan, Instant now) {
    const Hours hours(world_.options, world_.calendar, world_.zone);
    for (const PlannedMessage& message : plan.messages) {
      ++messages_;
      const Person& person = world_.people.at(message.person);
      const LocalTime local = person.zone->local(now);
      ++a_day_[{message.recipient, local.day}];
      // Zones with half hours are met at half past nine, since this plans by the hour.
      if (local.since_midnight < hours_of(9) || local.since_midnight >= hours_of(10) ||
          !hours.works_on(&person, local.day))
        faults_.push_back(fmt::format("{} at {}", message.key, format_time(local.since_midnight)));
      for (const ViolationNumber number : message.told) {
        if (world_.violations.at(number).facts.state != ViolationState::kOpen)
          faults_.push_back(fmt::format("{} tells of V{}, which is mended", message.key, number));
      }
    }
  }

  static std::chrono::seconds hours_of(int count) { return hours{count}; }

  MessageWorld world_;
  std::mt19937 random_{20220201};
  std::uint32_t policy_ = 0;
  ViolationNumber last_ = 0;
  std::vector<ViolationNumber> open_;
  std::vector<std::string> faults_;
  std::size_t messages_ = 0;
  std::map<std::pair<std::string, Day>, std::size_t> a_day_;
};

// The days of a person's digests on which a violation stood: each a chance to tell it.
std::vector<Day> digest_days(const Quarter& quarter, const StandingViolation& violation,
                             const Person& person) {
  const Hours hours(quarter.world().options, quarter.world().calendar, TimeZone::utc());
  const Instant end = violation.state == ViolationState::kOpen ? Quarter::kEnd : violation.closed_at;
  std::vector<Day> found;
  for (Day day = person.zone->day_of(violation.opened_at); day <= person.zone->day_of(end); day += days{1}) {
    const Instant due = person.zone->to_instant(day, std::chrono::hours{9});
    // Planned at the next full hour.
    const Instant planned = std::chrono::ceil<std::chrono::hours>(due);
    if (!hours.works_on(&person, day) || due <= Quarter::kBegin || due < violation.opened_at) continue;
    if (planned < end && planned < Quarter::kEnd) found.push_back(day);
  }
  return found;
}

TEST(QuarterOfDigests, whatever_stood_at_a_digest_was_told_once_in_each_repeat_interval_and_nothing_else) {
  Quarter quarter;
  quarter.run();
  EXPECT_THAT(quarter.faults(), testing::IsEmpty());
  EXPECT_EQ(quarter.most_a_day(), 1U);
  std::size_t told = 0;
  for (const auto& [number, violated] : quarter.world().violations) {
    const Person& person = quarter.world().people.at(quarter.world().people.find(violated.owner));
    std::vector<Day> expected;
    for (const Day day : digest_days(quarter, violated.facts, person)) {
      if (expected.empty() || day - expected.back() >= days{7}) expected.push_back(day);
    }
    std::vector<Day> came;
    const auto tellings = quarter.world().tellings().find({number, person_key(person)});
    if (tellings != quarter.world().tellings().end()) {
      for (const Instant at : tellings->second) came.push_back(person.zone->day_of(at));
    }
    ASSERT_EQ(came, expected) << "V" << number << " of " << person.name << " in " << person.zone->name();
    told += came.size();
  }
  EXPECT_GT(told, 800U);
}

TEST(QuarterOfWednesdays, reminders_go_to_those_missing_values_at_nine_and_three_and_to_managers_at_five) {
  ReminderWorld world("commercial-sales", {"forecast-weekly", "forecast-weekly-summary"});
  ReminderRows users{.object = "User",
                     .fields = {"Id", "Name", "Email", "TimeZoneSidKey", "ManagerId", "IsActive", "Team__c"},
                     .rows = {}};
  for (int i = 0; i < 20; ++i) {
    users.rows.push_back({person_id(i), fmt::format("Person {}", i), fmt::format("p{}@example.com", i),
                          kZones[static_cast<std::size_t>(i) % kZones.size()],
                          i < 10 ? "" : person_id(i - 10), "true", i < 10 ? "ASM" : "SMB"});
  }
  ReminderRows forecasts{.object = "ForecastSubmission",
                         .fields = {"UserId", "UserEmail", "Period", "Field", "Value", "UpdatedAt"},
                         .rows = {}};
  // Person 10 updates everything each Monday; the others never do.
  for (Day monday = make_day(2022, 1, 31); monday < make_day(2022, 5, 2); monday += days{7}) {
    for (const char* const field : {"Renewal Loss Best Case", "Renewal Loss Commit",
                                    "Gross Net ARR Best Case", "Gross Net ARR Commit", "Net 50/50"})
      forecasts.rows.push_back({person_id(10), "", "Q", field, "1", format_day(monday) + "T20:00:00Z"});
  }
  world.set({users, forecasts});
  std::map<std::string, std::set<std::string>> times;  // by recipient
  std::set<std::string> keys;
  // Half hours: Kolkata's clocks show nine at half past three.
  Instant after = Quarter::kBegin;
  for (Instant now = after + std::chrono::minutes{30}; now <= Quarter::kEnd;
       now += std::chrono::minutes{30}) {
    for (const PlannedMessage& message : world.plan(after, now).messages) {
      EXPECT_TRUE(keys.insert(message.key).second) << message.key;
      const LocalTime local = world.people.at(message.person).zone->local(now);
      EXPECT_EQ(std::chrono::weekday{local.day}, std::chrono::Wednesday);
      times[message.recipient].insert(
          fmt::format("{} {}", format_day(local.day), format_time(local.since_midnight)));
    }
    after = now;
  }
  std::set<std::string> all;
  std::set<std::string> summaries;
  for (Day day = make_day(2022, 2, 2); day <= make_day(2022, 4, 27); day += days{7}) {
    all.insert(format_day(day) + " 09:00");
    all.insert(format_day(day) + " 15:00");
    summaries.insert(format_day(day) + " 17:00");
  }
  EXPECT_FALSE(times.contains("person:" + person_id(10)));
  EXPECT_FALSE(times.contains("person:" + person_id(0))) << "whose only report is done";
  for (int i = 11; i < 20; ++i) EXPECT_EQ(times["person:" + person_id(i)], all) << i;
  for (int i = 1; i < 10; ++i) EXPECT_EQ(times["person:" + person_id(i)], summaries) << i;
}

}  // namespace
}  // namespace plumbline
