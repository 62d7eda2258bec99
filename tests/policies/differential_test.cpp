// The engine against the oracle: random conditions over random worlds, every visible row of every one, must
// come to the same truth, the same value and, where nothing is known, the same reason.
//
// PLUMBLINE_SEED=N runs that one seed alone, as a failure asks for; PLUMBLINE_PAIRS=N asks for more or fewer
// pairs of condition and row than usual.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "tests/policies/oracle/evaluate_all.h"
#include "tests/policies/oracle/row_judge.h"
#include "tests/policies/oracle/same_answer.h"
#include "tests/policies/random_pack.h"
#include "tests/policies/random_world.h"

namespace plumbline {
namespace {

// Builds that check everything are many times slower.
#ifdef NDEBUG
constexpr std::string_view kExtent = "as much as a release build does";
constexpr std::size_t kUsualPairs = 2'000'000;
constexpr std::size_t kUsualPackWorlds = 80;
#else
constexpr std::string_view kExtent = "less than a release build does";
constexpr std::size_t kUsualPairs = 60'000;
constexpr std::size_t kUsualPackWorlds = 6;
#endif

constexpr std::size_t kConditions = 24;  // in one run, by each of two packs' words
constexpr std::size_t kValues = 8;
constexpr std::size_t kFewRows = 450;  // above, a world gets fewer conditions
constexpr std::size_t kMostDifferences = 5;

std::optional<std::uint64_t> number_from(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? std::nullopt : std::optional<std::uint64_t>(std::strtoull(text, nullptr, 10));
}

// What the oracle said, kept beyond the call that said it: one list an expression, by row.
class Answers {
 public:
  Answers(std::size_t expressions, std::size_t rows)
      : values_(expressions, std::vector<std::optional<Value>>(rows)) {}

  void keep(std::size_t expression, RowIndex row, Value value) {
    if (!value.text.empty()) value.text = texts_.keep(std::string(value.text));
    values_[expression][row] = value;
    ++count_;
  }
  // Each is handed out once: a second time there is nothing.
  std::optional<Value> take(std::size_t expression, RowIndex row) {
    return std::exchange(values_[expression][row], std::nullopt);
  }
  std::size_t count() const { return count_; }

 private:
  std::vector<std::vector<std::optional<Value>>> values_;
  TextArena texts_;
  std::size_t count_ = 0;
};

// One world and what is asked of it, all from one seed.
class Trial {
 public:
  explicit Trial(std::uint64_t seed)
      : seed_(seed),
        world_(seed),
        random_(seed ^ 0xABCDEF),
        first_(random_, world_.now),
        second_(random_, world_.now) {
    moment_.now = world_.now;
    if (random_.chance(20))
      moment_.now_day = Day{std::chrono::floor<std::chrono::days>(world_.now).time_since_epoch()};
    if (random_.chance(30)) moment_.default_zone = TimeZone::find("America/Sao_Paulo").value();
    const std::size_t share = world_.rows() > kFewRows ? 4 : 1;
    for (PackWords* words : {&first_, &second_}) {
      ask_conditions(*words, kConditions / share);
      ask_values(*words, kValues / share);
    }
  }

  // How many pairs were compared. Differences are reported as failures, the first few of them.
  std::size_t run_together() const {
    return compare([this](const oracle::TakeAnswer& take) {
      oracle::evaluate_tested(*world_.snapshot, world_.object, moment_, asked_, take);
    });
  }
  std::size_t run_one_by_one() const {
    return compare([this](const oracle::TakeAnswer& take) {
      for (std::size_t i = 0; i < asked_.size(); ++i) {
        oracle::evaluate_tested(*world_.snapshot, world_.object, moment_, {&asked_[i], 1},
                                [&](std::size_t, RowIndex row, const Value& value) { take(i, row, value); });
      }
    });
  }

 private:
  void ask_conditions(PackWords& words, std::size_t count) {
    ExpressionWriter writer(random_, words.definitions(), world_.now);
    std::vector<std::string> earlier;
    for (std::size_t i = 0; i < count; ++i) {
      std::string text =
          writer.condition(world_.object, static_cast<int>(random_.below(kMaxRandomDepth + 1)));
      // Policies of one pack have much in common.
      if (!earlier.empty() && random_.chance(25))
        text = fmt::format("({}) AND ({})", random_.pick(earlier), text);
      if (ask(words.bind_condition(text, world_.object), words, text)) earlier.push_back(text);
    }
  }

  void ask_values(PackWords& words, std::size_t count) {
    constexpr std::array kTypes = {ValueType::kNumber,      ValueType::kMoney,   ValueType::kText,
                                   ValueType::kNumericText, ValueType::kId,      ValueType::kMultiPicklist,
                                   ValueType::kDate,        ValueType::kDateTime};
    ExpressionWriter writer(random_, words.definitions(), world_.now);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string text = writer.value(random_.pick(kTypes), world_.object, kMaxRandomDepth - 2);
      ask(words.bind_value(text, world_.object), words, text);
    }
  }

  bool ask(BoundCondition bound, const PackWords& words, std::string text) {
    if (!bound.root) return false;
    std::optional<TimeZone> zone;
    if (random_.chance(20)) zone = TimeZone::find("Pacific/Apia").value();
    asked_.push_back({.expression = bound.root.get(), .calendar = &words.pack().calendar, .zone = zone});
    bound_.push_back(std::move(bound));
    texts_.push_back(std::move(text));
    return true;
  }

  template <class Run>
  std::size_t compare(const Run& run) const {
    Answers expected(asked_.size(), world_.rows());
    oracle::evaluate_plainly(
        *world_.snapshot, world_.object, moment_, asked_,
        [&](std::size_t i, RowIndex row, const Value& value) { expected.keep(i, row, value); });
    std::size_t answered = 0;
    std::size_t different = 0;
    run([&](std::size_t i, RowIndex row, const Value& value) {
      ++answered;
      const auto right = expected.take(i, row);
      if (right && oracle::same_answer(*right, value)) return;
      if (++different <= kMostDifferences) report(i, row, right, value);
    });
    EXPECT_EQ(answered, expected.count()) << "PLUMBLINE_SEED=" << seed_ << ": rows left out";
    EXPECT_EQ(different, 0U) << "PLUMBLINE_SEED=" << seed_;
    return answered;
  }

  void report(std::size_t i, RowIndex row, const std::optional<Value>& right, const Value& wrong) const {
    const ObjectSchema& object = world_.snapshot->schema().object(world_.object);
    ADD_FAILURE() << fmt::format(
        "PLUMBLINE_SEED={} gives it again\n  {} row {} of {}, id {}\n  {}\n  oracle: {}\n  engine: {}", seed_,
        object.name, row, world_.rows(), world_.snapshot->table(world_.object)->id(row), texts_[i],
        right ? oracle::in_full(*right) : "(no such row, or told already)", oracle::in_full(wrong));
  }

  std::uint64_t seed_;
  RandomWorld world_;
  RandomSource random_;
  PackWords first_;  // two packs, two calendars
  PackWords second_;
  oracle::RunMoment moment_{};
  std::vector<BoundCondition> bound_;
  std::vector<oracle::Asked> asked_;
  std::vector<std::string> texts_;
};

// Runs seeds from 1 on, or the one asked for, until there were pairs enough.
template <class RunSeed>
void run_seeds(std::string_view what, std::size_t pairs, const RunSeed& run_seed) {
  const auto only = number_from("PLUMBLINE_SEED");
  if (only) {
    fmt::print("{}: seed {} alone, {} pairs\n", what, *only, run_seed(*only));
    return;
  }
  std::size_t done = 0;
  std::uint64_t seed = 0;
  while (done < pairs && !testing::Test::HasFailure()) done += run_seed(++seed);
  fmt::print("{}: seeds 1 to {}, {} pairs of expression and row, {}\n", what, seed, done, kExtent);
}

TEST(Differential, EveryRowOfEveryExpressionOfSeveralPacksTogether) {
  const std::size_t pairs = number_from("PLUMBLINE_PAIRS").value_or(kUsualPairs);
  run_seeds("together", pairs, [](std::uint64_t seed) { return Trial(seed).run_together(); });
}

TEST(Differential, EveryRowOfEveryExpressionByItself) {
  const std::size_t pairs = number_from("PLUMBLINE_PAIRS").value_or(kUsualPairs) / 10;
  run_seeds("one by one", pairs, [](std::uint64_t seed) { return Trial(seed).run_one_by_one(); });
}

// --- whole packs

std::string in_full(const EvidenceValue& value) {
  struct Show {
    std::string operator()(NullValue) const { return "null"; }
    std::string operator()(UnknownValue) const { return "unknown"; }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(double number) const { return oracle::in_full(Value::of(number)); }
    std::string operator()(Money money) const { return oracle::in_full(Value::of(money)); }
    std::string operator()(Day day) const { return oracle::in_full(Value::of(day)); }
    std::string operator()(Instant instant) const { return oracle::in_full(Value::of(instant)); }
    std::string operator()(const std::string& text) const { return "'" + text + "'"; }
  };
  return std::visit(Show{}, value);
}

std::string in_full(const Verdict& verdict) {
  std::string text = fmt::format(
      "{} {}/{} {} {} {} {} '{}' owner {} '{}' at {}\n  says {}\n  fix {}\n  source {}\n  reason {}\n",
      verdict.status == VerdictStatus::kUnknown ? "unknown" : "violated", verdict.pack, verdict.policy,
      verdict.pack_hash, to_string(verdict.severity), verdict.object, verdict.record_id, verdict.record_name,
      verdict.owner_id, verdict.owner_name, format_instant(verdict.as_of), verdict.message, verdict.remedy,
      verdict.source, verdict.reason);
  for (const EvidenceItem& item : verdict.evidence)
    text += fmt::format("  {} = {}\n", item.name, in_full(item.value));
  return text;
}

// A run of judging as one list of texts: every verdict, then every line of the summary.
template <class Judge>
std::vector<std::string> told_by(const Judge& run) {
  std::vector<std::string> lines;
  const JudgeSummary summary = run([&](const Verdict& verdict) {
    lines.push_back(in_full(verdict));
    return SinkAnswer::kMore;
  });
  for (const PolicyCount& count : summary.policies) {
    lines.push_back(fmt::format("{}/{} {}: judged {}, violated {}, unknown {}: {}", count.pack, count.policy,
                                to_string(count.severity), count.judged, count.violated, count.unknown,
                                count.example_reason));
  }
  for (const NotJudged& policy : summary.not_judged)
    lines.push_back(fmt::format("{}/{} not judged: {}", policy.pack, policy.policy, policy.reason));
  lines.insert(lines.end(), summary.notices.begin(), summary.notices.end());
  lines.push_back(fmt::format("{} records", summary.records));
  return lines;
}

void expect_same(const std::vector<std::string>& expected, const std::vector<std::string>& told,
                 const std::string& what) {
  EXPECT_EQ(expected.size(), told.size()) << what;
  std::size_t different = 0;
  for (std::size_t i = 0; i < std::min(expected.size(), told.size()); ++i) {
    if (expected[i] == told[i] || ++different > kMostDifferences) continue;
    ADD_FAILURE() << what << ", line " << i << "\n  oracle: " << expected[i] << "\n  engine: " << told[i];
  }
}

// How many verdicts the oracle gave.
std::size_t judge_packs(std::uint64_t seed) {
  const RandomWorld world(seed);
  RandomSource random(seed ^ 0x123456);
  constexpr std::size_t kPolicies = 6;
  const BoundPack first = random_pack(random, world.now, world.object, kPolicies, "first");
  const BoundPack second = random_pack(random, world.now, world.object, kPolicies, "second");
  const std::vector<const BoundPack*> packs = {&first, &second};
  JudgeOptions options{.now = world.now};
  if (random.chance(20))
    options.now_day = Day{std::chrono::floor<std::chrono::days>(world.now).time_since_epoch()};
  if (random.chance(30)) options.default_zone = TimeZone::find("Asia/Kathmandu").value();
  if (random.chance(50)) options.unknowns = JudgeOptions::Unknowns::kHandOn;
  const auto expected = told_by(
      [&](const EachVerdict::Take& sink) { return oracle::judge(packs, *world.snapshot, options, sink); });
  for (const unsigned threads : {1U, 4U}) {
    options.threads = threads;
    const auto told =
        told_by([&](const EachVerdict::Take& sink) { return judge(packs, *world.snapshot, options, sink); });
    expect_same(expected, told, fmt::format("PLUMBLINE_SEED={}, {} threads", seed, threads));
  }
  return expected.size();
}

TEST(Differential, WholePacksGiveTheSameVerdictsWhateverTheThreads) {
  const auto only = number_from("PLUMBLINE_SEED");
  std::size_t lines = 0;
  for (std::uint64_t seed = only.value_or(1); seed <= only.value_or(kUsualPackWorlds) && !HasFailure();
       ++seed)
    lines += judge_packs(seed);
  fmt::print("packs: {} lines of verdicts and summaries, {}\n", lines, kExtent);
}

// --- the comparison itself

TEST(Differential, AnyDifferenceOfTwoAnswersIsSeen) {
  TextArena texts;
  const std::vector<Value> values = {Value::null(),
                                     Value::unknown("a"),
                                     Value::unknown("b"),
                                     Value::of(true),
                                     Value::of(false),
                                     Value::of(1.0),
                                     Value::of(0.0),
                                     Value::of(-0.0),
                                     Value::of(Money{100}),
                                     Value::of(Money{1}),
                                     Value::of(kFirstDay),
                                     Value::of(kLastDay),
                                     Value::of(Instant{}),
                                     Value::of(texts.keep("x")),
                                     Value::of(texts.keep("X"))};
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < values.size(); ++j)
      EXPECT_EQ(oracle::same_answer(values[i], values[j]), i == j) << i << " " << j;
  }
}

}  // namespace
}  // namespace plumbline
