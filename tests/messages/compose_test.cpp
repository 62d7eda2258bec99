// What a message looks like to whoever gets it.
#include "messages/compose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/plain_text.h"
#include "tests/messages/message_world.h"

namespace plumbline {
namespace {

using ::testing::SizeIs;

TEST(ComposedDigest, says_who_what_how_much_and_by_when_and_how_to_put_it_right) {
  MessageWorld world;
  world.options.digest_items = 2;
  world.data_times["Opportunity"] = at("2022-02-02T08:55Z");
  world.add_person("005000000000001", "Ann Lee", "Europe/London");
  const auto steps = world.add_policy("next-steps-missing");
  const auto deck = world.add_policy("custom-deck-missing");
  world.policies[steps].title = "Next step is missing";
  world.policies[deck].title = "No pitch deck";
  for (ViolationNumber number = 1; number <= 5; ++number) {
    auto& made = world.open(number, number <= 2 ? steps : deck, number % 2 == 0 ? "Birch" : "Acme",
                            "005000000000001", at("2022-02-01T10:00Z"));
    made.facts.severity = number <= 2 ? Severity::kHigh : Severity::kLow;
    made.facts.amount = Money{number % 2 == 0 ? 7'000'000 : 5'000'000};
    made.facts.deadline = make_day(2022, 2, number % 2 == 0 ? 10 : 28);
    made.currency = "USD";
    made.message = "The next step is missing.";
    made.remedy = "Write what happens next, and when.";
  }
  const MessagePlan plan = world.plan(at("2022-02-02T09:00Z"));
  ASSERT_THAT(plan.messages, SizeIs(1));
  const Message& message = plan.messages[0].message;
  EXPECT_EQ(
      plain_text(message, TimeZone::utc()),
      "Ann, 5 things to put right on 2 records worth USD 120,000, the first by 10 Feb 2022\n"
      "The most important come first.\n"
      "  - Birch · Amount USD 70,000 · Close date 10 Feb 2022 · high · V2\n"
      "    The next step is missing.\n"
      "    -> Write what happens next, and when.\n"
      "  - Acme · Amount USD 50,000 · Close date 28 Feb 2022 · high · V1\n"
      "    The next step is missing.\n"
      "    -> Write what happens next, and when.\n"
      "\n"
      "And 3 more\n"
      "  3 × No pitch deck.\n"
      "\n"
      "Sent on working days at 09:00. Not now? Answer sales-ops@example.com with its number, such as V2: it "
      "can be snoozed for up to 14 days.\n" +
          message.id + " · data of Wed 2 Feb 2022, 08:55 · sales-ops@example.com\n");
}

TEST(ComposedDigest, of_one_thing_is_called_by_its_record) {
  MessageWorld world;
  world.add_person("ann", "Ann Lee", "Europe/London");
  auto& made = world.open(7, world.add_policy("past-due"), "Acme", "ann", at("2022-02-01T10:00Z"));
  made.facts.amount = Money{123'450};
  made.facts.deadline = make_day(2022, 1, 28);
  const MessagePlan plan = world.plan(at("2022-02-02T09:00Z"));
  ASSERT_THAT(plan.messages, SizeIs(1));
  EXPECT_EQ(plan.messages[0].message.headline,
            "Ann, one thing to put right: Acme, 1,234.50, was due 28 Jan 2022");
}

TEST(ComposedDigest, amounts_in_several_currencies_are_not_added_up) {
  MessageWorld world;
  world.add_person("ann", "Ann Lee", "Europe/London");
  const auto policy = world.add_policy("past-due");
  world.open(1, policy, "Acme", "ann", at("2022-02-01T10:00Z")).currency = "EUR";
  world.open(2, policy, "Birch", "ann", at("2022-02-01T10:00Z")).currency = "USD";
  for (auto& [number, violated] : world.violations) violated.facts.amount = Money{100'000};
  EXPECT_EQ(world.plan(at("2022-02-02T09:00Z")).messages.at(0).message.headline,
            "Ann, 2 things to put right on 2 records");
}

TEST(ComposedDigest, the_same_state_gives_the_same_bytes_whatever_it_was_asked_before) {
  MessageWorld world;
  world.add_person("ann", "Ann Lee", "Europe/London");
  const auto policy = world.add_policy("past-due");
  for (ViolationNumber number = 1; number <= 30; ++number)
    world.open(number, policy, "R" + std::to_string(number), "ann", at("2022-02-01T10:00Z"));
  const MessagePlan first = world.plan(at("2022-02-02T09:00Z"));
  world.plan(at("2022-02-02T10:00Z"));
  const MessagePlan second = world.plan(at("2022-02-02T09:00Z"));
  ASSERT_EQ(first.messages.size(), second.messages.size());
  EXPECT_EQ(first.decisions, second.decisions);
  EXPECT_EQ(plain_text(first.messages[0].message, TimeZone::utc()),
            plain_text(second.messages[0].message, TimeZone::utc()));
  EXPECT_EQ(first.messages[0].told, second.messages[0].told);
}

TEST(ShortId, is_an_m_and_six_characters_and_the_same_for_the_same_key) {
  EXPECT_THAT(short_id("digest/person:1/2022-02-02T09:00"), SizeIs(7));
  EXPECT_EQ(short_id("a"), short_id("a"));
  EXPECT_NE(short_id("a"), short_id("b"));
}

}  // namespace
}  // namespace plumbline
