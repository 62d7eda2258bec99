// Random months of verdicts, held against a plain account of what each violation must have gone through.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <random>

#include "tests/violations/small_run.h"

namespace plumbline {
namespace {

using Part = SmallPolicy::Part;

constexpr int kRecords = 6;
constexpr int kPolicies = 3;
constexpr int kDays = 40;
constexpr int kSeeds = 60;

// One record and policy on one day.
enum class Fact : std::uint8_t { kViolated, kUnknown, kPassed, kOutOfScope, kGone };

// What the plain account holds of one violation.
struct Plain {
  bool open = false;
  bool unknown = false;
  std::string text;
};

class PlainAccount {
 public:
  void see(const std::string& place, Part part, Fact fact, const std::string& text) {
    const auto found = plain_.find(place);
    const bool known = found != plain_.end();
    if (part == Part::kLeftOut) return;
    if (part == Part::kSwitchedOff || part == Part::kRemoved) {
      if (known && found->second.open) close(place, found->second, TransitionKind::kLapsed);
      return;
    }
    if (part == Part::kNotJudged) {
      if (known && found->second.open && !found->second.unknown) doubt(place, found->second);
      return;
    }
    judged(place, fact, text);
  }

  // By place, so that the order in which a run tells them does not matter here.
  std::multimap<std::string, TransitionKind> take_told() { return std::exchange(told_, {}); }

 private:
  void judged(const std::string& place, Fact fact, const std::string& text) {
    const auto found = plain_.find(place);
    if (fact == Fact::kViolated) {
      if (found == plain_.end()) {
        told_.emplace(place, TransitionKind::kOpened);
        plain_[place] = {.open = true, .text = text};
      } else {
        violated_again(place, found->second, text);
      }
      return;
    }
    if (found == plain_.end() || !found->second.open) return;
    if (fact == Fact::kUnknown) {
      if (!found->second.unknown) doubt(place, found->second);
    } else {
      close(place, found->second,
            fact == Fact::kPassed ? TransitionKind::kResolved : TransitionKind::kLapsed);
    }
  }

  void violated_again(const std::string& place, Plain& plain, const std::string& text) {
    if (!plain.open) {
      told_.emplace(place, TransitionKind::kReopened);
    } else if (plain.unknown) {
      told_.emplace(place, TransitionKind::kKnown);
    } else if (plain.text != text) {
      told_.emplace(place, TransitionKind::kChanged);
    }
    plain = {.open = true, .text = text};
  }
  void close(const std::string& place, Plain& plain, TransitionKind kind) {
    told_.emplace(place, kind);
    plain.open = plain.unknown = false;
  }
  void doubt(const std::string& place, Plain& plain) {
    told_.emplace(place, TransitionKind::kUnknown);
    plain.unknown = true;
  }

  std::map<std::string, Plain> plain_;
  std::multimap<std::string, TransitionKind> told_;
};

class RandomMonths {
 public:
  explicit RandomMonths(unsigned seed) : random_(seed) {}

  void live() {
    for (int day = 0; day < kDays; ++day) {
      SmallRun run;
      for (int policy = 0; policy < kPolicies; ++policy) add_policy(run, fmt::format("p{}", policy));
      memory_.set_now(Instant{std::chrono::days{20'000 + day}});
      run.run(memory_, 1 + pick(4));
      std::multimap<std::string, TransitionKind> told;
      for (const auto& [kind, place, reason] : memory_.take_told()) told.emplace(place, kind);
      ASSERT_EQ(told, account_.take_told()) << "day " << day;
    }
  }

 private:
  std::size_t pick(std::size_t below) { return random_() % below; }

  void add_policy(SmallRun& run, const std::string& id) {
    constexpr std::array kParts{Part::kLeftOut, Part::kSwitchedOff, Part::kRemoved, Part::kNotJudged};
    const Part part = pick(5) == 0 ? kParts[pick(kParts.size())] : Part::kJudged;
    run.policies[id] = {.part = part, .reason = "why"};
    for (int record = 0; record < kRecords; ++record) {
      const std::string name = fmt::format("R{}", record);
      const auto fact = static_cast<Fact>(pick(5));
      const std::string text = fmt::format("text {}", pick(2));
      account_.see(name + "/" + id, part, fact, text);
      if (part == Part::kJudged) say(run, name, id, fact, text);
    }
  }

  static void say(SmallRun& run, const std::string& record, const std::string& policy, Fact fact,
                  const std::string& text) {
    if (fact == Fact::kViolated || fact == Fact::kUnknown) {
      run.verdicts.push_back(
          {.record = record,
           .policy = policy,
           .status = fact == Fact::kViolated ? VerdictStatus::kViolated : VerdictStatus::kUnknown,
           .text = text});
    } else if (fact != Fact::kPassed) {
      run.standings.said[record + "/" + policy] = {.kind = fact == Fact::kGone ? StandingKind::kGone
                                                                               : StandingKind::kOutOfScope};
    }
  }

  std::mt19937 random_;
  MemoryViolations memory_;
  PlainAccount account_;
};

TEST(LifecycleOracle, random_months_go_as_the_plain_account_has_them) {
  for (unsigned seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    RandomMonths(seed).live();
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace plumbline
