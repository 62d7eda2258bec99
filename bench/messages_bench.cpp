// How long planning takes: a million open violations of 10,000 people into the digests of one morning, on one
// core; and the same after they were told. Prints figures; `messages_bench [VIOLATIONS [PEOPLE]]`.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/plan.h"

namespace plumbline {
namespace {

constexpr std::size_t kPolicies = 50;
constexpr Instant kWednesday{std::chrono::sys_days{std::chrono::year{2022} / 2 / 2} + std::chrono::hours{9}};

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::size_t peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) / 1024;
}

struct World {
  MessageOptions options;
  Calendar calendar;
  People people;
  std::vector<PolicyNote> policies;
  std::deque<std::string> texts;
  std::vector<StandingViolation> violations;
  std::vector<Told> told;

  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

void add_people(World& world, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    world.people.add({.id = fmt::format("005{:012}", i),
                      .name = fmt::format("Person {}", i),
                      .email = fmt::format("p{}@example.com", i),
                      .manager = fmt::format("005{:012}", i / 10),
                      .team = i % 3 == 0 ? "SMB" : "MM Territory"});
  }
}

void add_policies(World& world) {
  for (std::size_t i = 0; i < kPolicies; ++i) {
    world.policies.push_back({.pack = "bench",
                              .policy = fmt::format("policy-{}", i),
                              .title = fmt::format("Policy {}", i),
                              .object = "Opportunity"});
  }
}

void add_violations(World& world, std::size_t count) {
  const std::string_view message = world.keep("The close date 28 Jan 2022 has passed.");
  const std::string_view remedy = world.keep("Move it to the month in which it will close.");
  const std::size_t people = world.people.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t record = i / 2;
    const std::size_t owner = (record * 7919) % people;
    const std::string_view id = world.keep(fmt::format("006{:012}", record));
    StandingViolation& one = world.violations.emplace_back();
    one.number = static_cast<ViolationNumber>(i + 1);
    one.policy = static_cast<std::uint32_t>(i % kPolicies);
    one.severity = static_cast<Severity>(i % 3);
    one.record = one.record_key = id;
    one.record_name = id;
    one.owner = world.people.at(static_cast<PersonIndex>(owner)).id;
    one.message = message;
    one.remedy = remedy;
    one.amount = Money{static_cast<std::int64_t>((record * 104'729) % 10'000'000)};
    one.deadline = make_day(2022, 2, 1 + static_cast<unsigned>(record % 28));
    one.opened_at = kWednesday - std::chrono::hours{30};
  }
}

MessageState state_of(const World& world) {
  return {.options = &world.options,
          .people = &world.people,
          .calendar = &world.calendar,
          .policies = world.policies,
          .violations = world.violations,
          .told = world.told};
}

void report(const char* what, const MessagePlan& plan, double seconds) {
  std::size_t told = 0;
  std::size_t shown = 0;
  for (const PlannedMessage& message : plan.messages) {
    told += message.told.size();
    shown += message.shown;
  }
  fmt::print("{}: {:.2f} s, {} messages, {} violations told ({} in full), {} decisions\n", what, seconds,
             plan.messages.size(), told, shown, plan.decisions.size());
}

// As after everything was sent.
void remember(World& world, const MessagePlan& plan) {
  for (const PlannedMessage& message : plan.messages) {
    const std::string_view recipient = world.keep(message.recipient);
    for (const ViolationNumber number : message.told)
      world.told.push_back(
          {.number = number, .recipient = recipient, .first_at = kWednesday, .last_at = kWednesday});
  }
  std::ranges::sort(world.told, {}, [](const Told& one) { return std::pair(one.number, one.recipient); });
}

int run(std::size_t violations, std::size_t people) {
  World world;
  world.options.channels = {{.name = "direct", .service = "file", .reaches_people = true},
                            {.name = "ops", .service = "file"}};
  world.options.sales_operations.channel = "ops";
  world.options.contact = "sales-ops@example.com";
  add_people(world, people);
  add_policies(world);
  add_violations(world, violations);
  fmt::print("{} violations of {} people, one core; {} MB before planning\n", violations, people,
             peak_megabytes());
  MessagePlan plan;
  double seconds = seconds_of([&] { plan = plan_messages(state_of(world), kWednesday); });
  report("all are new", plan, seconds);
  fmt::print("at most {} MB\n", peak_megabytes());
  remember(world, plan);
  seconds = seconds_of([&] { plan = plan_messages(state_of(world), kWednesday + std::chrono::days{1}); });
  report("all were told a day ago", plan, seconds);
  seconds = seconds_of([&] { plan = plan_messages(state_of(world), kWednesday + std::chrono::days{7}); });
  report("all were told a week ago, and go to the managers as well", plan, seconds);
  return 0;
}

std::size_t number_of(std::string_view text, std::size_t otherwise) {
  std::size_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) {
  return plumbline::run(argc > 1 ? plumbline::number_of(argv[1], 1'000'000) : 1'000'000,
                        argc > 2 ? plumbline::number_of(argv[2], 10'000) : 10'000);
}
