// That the random worlds and conditions are worth comparing evaluators on.
#include "tests/policies/random_expression.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>

#include "tests/policies/oracle/evaluate_all.h"
#include "tests/policies/random_pack.h"
#include "tests/policies/random_world.h"

namespace plumbline {
namespace {

constexpr std::size_t kWorlds = 80;
constexpr std::size_t kConditionsInWorld = 60;

// What a set of bound conditions holds.
class Coverage {
 public:
  void add(const BoundExpr& expression) {
    kinds.insert(expression.kind);
    if (expression.function != nullptr) functions.insert(expression.function->name);
    for (const Bound& child : expression.children) add(*child);
    if (!expression.aggregate) return;
    const BoundAggregate& aggregate = *expression.aggregate;
    if (expression.kind == BoundKind::kAggregate) aggregates.insert(aggregate.kind);
    deepest_frame = std::max(deepest_frame, aggregate.frame);
    for (const Bound* part : {&aggregate.where, &aggregate.value, &aggregate.by}) {
      if (*part) add(**part);
    }
  }

  std::set<BoundKind> kinds;
  std::set<AggregateKind> aggregates;
  std::set<std::string_view> functions;
  std::size_t deepest_frame = 0;
};

struct Sample {
  Coverage coverage;
  std::size_t written = 0;
  std::size_t bound = 0;
  std::map<std::string, std::size_t> faults;
  std::array<std::size_t, 3> truths{};  // false, true, unknown
  std::size_t pairs = 0;
};

void take_sample(std::uint64_t seed, Sample& sample) {
  const RandomWorld world(seed, {.rows = 25});
  RandomSource random(seed + 1);
  PackWords words(random, world.now);
  ExpressionWriter writer(random, words.definitions(), world.now);
  std::vector<BoundCondition> conditions;
  std::vector<oracle::Asked> asked;
  for (std::size_t i = 0; i < kConditionsInWorld; ++i) {
    const std::string text =
        writer.condition(world.object, static_cast<int>(random.below(kMaxRandomDepth + 1)));
    std::string faults;
    BoundCondition bound = words.bind_condition(text, world.object, &faults);
    ++sample.written;
    if (!bound.root) {
      ++sample.faults[faults.substr(0, faults.find('\n')) + "   in   " + text.substr(0, 300)];
      continue;
    }
    ++sample.bound;
    sample.coverage.add(*bound.root);
    asked.push_back({.expression = bound.root.get(), .calendar = &words.pack().calendar});
    conditions.push_back(std::move(bound));
  }
  oracle::evaluate_plainly(
      *world.snapshot, world.object, {.now = world.now}, asked,
      [&](std::size_t, RowIndex, const Value& value) {
        ++sample.pairs;
        ++sample.truths[value.is_unknown() ? 2 : value.is_known() && value.boolean ? 1 : 0];
      });
}

const Sample& sample() {
  static const Sample kSample = [] {
    Sample made;
    for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) take_sample(seed, made);
    return made;
  }();
  return kSample;
}

TEST(RandomExpression, NearlyAllBind) {
  EXPECT_GE(sample().bound * 10, sample().written * 9) << [] {
    std::string text;
    for (const auto& [fault, count] : sample().faults) text += fmt::format("{}  {}\n", count, fault);
    return text;
  }();
}

TEST(RandomExpression, EveryKindOfExpressionOccurs) {
  for (std::size_t kind = 0; kind < static_cast<std::size_t>(BoundKind::kFaulty); ++kind) {
    EXPECT_TRUE(sample().coverage.kinds.contains(static_cast<BoundKind>(kind))) << "BoundKind " << kind;
  }
}

TEST(RandomExpression, EveryAggregateOccursAndSomeStandInOthers) {
  for (std::size_t kind = 0; kind <= static_cast<std::size_t>(AggregateKind::kMissing); ++kind) {
    EXPECT_TRUE(sample().coverage.aggregates.contains(static_cast<AggregateKind>(kind)))
        << "AggregateKind " << kind;
  }
  EXPECT_GE(sample().coverage.deepest_frame, 2U);
}

TEST(RandomExpression, EveryFunctionOccurs) {
  for (const FunctionDescriptor& function : functions()) {
    EXPECT_TRUE(sample().coverage.functions.contains(function.name)) << function.name;
  }
}

TEST(RandomExpression, EachTruthIsATenthOfTheAnswersAtLeast) {
  constexpr std::array kNames = {"false", "true", "unknown"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    EXPECT_GE(sample().truths[i] * 10, sample().pairs) << kNames[i] << ": " << sample().truths[i];
  }
}

TEST(RandomExpression, TheSameSeedWritesTheSameText) {
  const auto write = [](std::uint64_t seed) {
    RandomSource random(seed);
    PackWords words(random, parse_instant("2022-04-23T09:00:00Z").value());
    ExpressionWriter writer(random, words.definitions(), parse_instant("2022-04-23T09:00:00Z").value());
    return words.head() + writer.condition(0, kMaxRandomDepth);
  };
  EXPECT_EQ(write(5), write(5));
  EXPECT_NE(write(5), write(6));
}

}  // namespace
}  // namespace plumbline
