#include "tests/policies/random_pack.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "tests/policies/random_cells.h"
#include "tests/policies/random_world.h"

namespace plumbline {

using std::string_view_literals::operator""sv;

namespace {

struct ParameterWord {
  enum class Shape : std::uint8_t { kScalar, kList, kMap } shape;
  ValueType type;
  std::string_view name;
};
using Shape = ParameterWord::Shape;

constexpr std::array kParameters = {
    ParameterWord{Shape::kScalar, ValueType::kText, "word"},
    ParameterWord{Shape::kScalar, ValueType::kNumber, "limit"},
    ParameterWord{Shape::kScalar, ValueType::kNumber, "small"},
    ParameterWord{Shape::kScalar, ValueType::kMoney, "limit"},
    ParameterWord{Shape::kScalar, ValueType::kDate, "start"},
    ParameterWord{Shape::kScalar, ValueType::kDateTime, "moment"},
    ParameterWord{Shape::kScalar, ValueType::kBoolean, "truth"},
    ParameterWord{Shape::kList, ValueType::kText, "stages"},
    ParameterWord{Shape::kList, ValueType::kText, "holes"},
    ParameterWord{Shape::kList, ValueType::kText, "nobody"},
    ParameterWord{Shape::kList, ValueType::kMultiPicklist, "stages"},
    ParameterWord{Shape::kList, ValueType::kNumber, "numbers"},
    ParameterWord{Shape::kList, ValueType::kMoney, "numbers"},
    ParameterWord{Shape::kList, ValueType::kNumericText, "numbers"},
    ParameterWord{Shape::kList, ValueType::kDate, "dates"},
    ParameterWord{Shape::kList, ValueType::kDateTime, "moments"},
    ParameterWord{Shape::kMap, ValueType::kNumber, "by_stage"},
    ParameterWord{Shape::kMap, ValueType::kText, "names"},
    ParameterWord{Shape::kMap, ValueType::kDate, "days_by"},
    ParameterWord{Shape::kMap, ValueType::kDateTime, "moments_by"},
    ParameterWord{Shape::kMap, ValueType::kBoolean, "truths"},
};

std::optional<std::string_view> parameter(Shape shape, ValueType type, RandomSource& random) {
  std::vector<std::string_view> names;
  for (const ParameterWord& word : kParameters) {
    if (word.shape == shape && word.type == type) names.push_back(word.name);
  }
  return names.empty() ? std::nullopt : std::optional(random.pick(names));
}

// Texts are quoted where YAML would read them as something else.
std::string parameters_yaml(RandomSource& random, Instant now) {
  const Day today{std::chrono::floor<std::chrono::days>(now).time_since_epoch()};
  const auto day = [&] { return format_day(random_day(random, today)); };
  const auto moment = [&] { return format_instant(random_instant(random, now)); };
  std::string text = R"(parameters:
  word: Renewal
  limit: 1000.01
  small: 3
  truth: true
  nothing: null
  stages: [1-discovery, Closed Won, acme, "A;B", "1"]
  holes: [Acme, null, "1.0"]
  nobody: []
  numbers: [0, 1, 2.5, 1000.01]
  by_stage: {1-Discovery: 5, acme: 7.5, "1": -1, A: 0.5}
  names: {acme: Acme, "1": One, renewal: ärger}
  truths: {acme: true, "1": false}
)";
  text += "  start: " + day() + "\n  moment: " + moment() + "\n";
  text += "  dates: [" + day();
  text += ", " + day() + "]\n  moments: [" + moment();
  text += ", " + moment() + "]\n  days_by: {acme: " + day();
  text += ", \"1\": " + day() + "}\n  moments_by: {acme: " + moment();
  return text + ", \"1\": null}\n";
}

std::string calendar_yaml(RandomSource& random) {
  constexpr std::array kWeekdays = {"monday"sv, "sunday"sv, "saturday"sv};
  constexpr std::array kZones = {"UTC"sv, "Asia/Tokyo"sv, "America/New_York"sv};
  std::string text = fmt::format("calendar:\n  fiscal_year_starts: {}\n", 1 + random.below(12));
  text += fmt::format("  fiscal_year_named_by: {}\n", random.chance(50) ? "end" : "start");
  text += fmt::format("  week_starts: {}\n", random.pick(kWeekdays));
  text += fmt::format("  zone: {}\n", random.pick(kZones));
  text += "  holidays: [2022-04-18, 2022-12-26, 2024-03-11, 2024-11-04]\n";
  return text + R"(  named:
    red-green: {days: [15-or-weekday-before, last-5-working-days]}
    paydays: {days: [1, last-day]}
)";
}

// As YAML block text, in which nothing needs an escape.
std::string block(int indent, std::string_view key, std::string_view text) {
  return fmt::format("{:{}}{}: |-\n{:{}}{}\n", "", indent, key, "", indent + 2, text);
}

// A pack must have a policy.
constexpr std::string_view kAnyPolicy = R"(policies:
  - id: none
    title: None
    on: Opportunity
    severity: low
    violated_when: "false"
    says: None.
    fix: None.
    section: Tests
    examples: [{given: {}, as_of: 2022-04-23, violated: true}, {given: {}, as_of: 2022-04-23, violated: false}]
)";

std::string faults_of(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& one : diagnostics.sorted()) text += one.code + " " + one.message + "\n";
  return text;
}

std::shared_ptr<const Pack> load_or_throw(const std::string& text) {
  Diagnostics diagnostics;
  auto pack = load_pack({.file = "random.yaml", .text = text}, diagnostics);
  if (!pack) throw std::logic_error("a random pack does not load: " + faults_of(diagnostics) + text);
  return std::make_shared<const Pack>(std::move(*pack));
}

enum class Wanted : std::uint8_t { kCondition, kValue };

BoundCondition bind_with(const Pack& pack, TextArena& constants, const std::string& text, std::size_t object,
                         Wanted wanted, std::string* faults) {
  Diagnostics diagnostics;
  const BindScope scope{.schema = *world_schema(),
                        .pack = pack,
                        .derived = world_derived_fields(),
                        .constants = constants,
                        .diagnostics = diagnostics};
  const SourceText source{.text = text, .file = nullptr};
  BoundCondition bound = wanted == Wanted::kCondition ? plumbline::bind_condition(scope, source, object)
                                                      : plumbline::bind_value(scope, source, object);
  if (diagnostics.has_errors()) bound.root = nullptr;
  if (faults != nullptr) *faults = faults_of(diagnostics);
  return bound;
}

constexpr int kPieceTries = 30;
constexpr int kPieceDepth = 3;

// Writes policies of which every piece binds.
class PolicyWriter {
 public:
  PolicyWriter(RandomSource& random, PackWords& words, Instant now)
      : random_(random), words_(words), writer_(random, words.definitions(), now) {}

  std::string policy(std::size_t object, std::size_t number) {
    std::string text = fmt::format("  - id: policy-{}\n    title: Policy\n    on: {}\n    section: Tests\n",
                                   number, world_schema()->object(object).name);
    constexpr std::array kSeverities = {"high"sv, "medium"sv, "low"sv};
    text += fmt::format("    severity: {}\n", random_.pick(kSeverities));
    if (random_.chance(20)) text += "    zone: Pacific/Apia\n";
    if (random_.chance(60)) text += block(4, "judged_when", condition(object, 2));
    text += block(4, "violated_when", condition(object, kMaxRandomDepth - 1));
    if (random_.chance(60)) {
      text += "    evidence:\n" + block(6, "one", value(object));
      text += block(6, "two", value(object));
    }
    text += block(4, "says", "It is {" + value(object) + "} {{so}}.");
    text += block(4, "fix", "Make it {" + value(object) + "}.");
    return text +
           "    examples:\n      - {given: {}, as_of: 2022-04-23, violated: true}\n"
           "      - {given: {}, as_of: 2022-04-23, violated: false}\n";
  }

 private:
  std::string condition(std::size_t object, int depth) {
    for (int attempt = 0; attempt < kPieceTries; ++attempt) {
      std::string text = writer_.condition(object, depth);
      if (words_.bind_condition(text, object).root) return text;
    }
    return "true";
  }
  std::string value(std::size_t object) {
    constexpr std::array kTypes = {ValueType::kText,   ValueType::kNumber, ValueType::kMoney,
                                   ValueType::kDate,   ValueType::kId,     ValueType::kDateTime,
                                   ValueType::kBoolean};
    for (int attempt = 0; attempt < kPieceTries; ++attempt) {
      std::string text = writer_.value(random_.pick(kTypes), object, kPieceDepth);
      if (words_.bind_value(text, object).root) return text;
    }
    return "1";
  }

  RandomSource& random_;
  PackWords& words_;
  ExpressionWriter writer_;
};

}  // namespace

std::optional<std::string_view> ParameterWords::scalar(ValueType type, RandomSource& random) {
  return parameter(Shape::kScalar, type, random);
}
std::optional<std::string_view> ParameterWords::list(ValueType type, RandomSource& random) {
  return parameter(Shape::kList, type, random);
}
std::optional<std::string_view> ParameterWords::map(ValueType type, RandomSource& random) {
  return parameter(Shape::kMap, type, random);
}

PackWords::PackWords(RandomSource& random, Instant now) {
  head_ = "title: Random\nsource: {document: Random tests}\n";
  if (random.chance(25)) head_ += "amounts: converted\n";
  head_ += parameters_yaml(random, now);
  head_ += calendar_yaml(random);
  load({});
  constexpr std::array kTypes = {ValueType::kBoolean, ValueType::kBoolean, ValueType::kNumber,
                                 ValueType::kMoney,   ValueType::kText,    ValueType::kDate};
  constexpr std::array kObjects = {"Opportunity"sv, "Opportunity"sv, "Account"sv,
                                   "User"sv,        "Task"sv,        "Lead"sv};
  std::string definitions;
  for (std::size_t i = 0; i < kObjects.size() * 2; ++i) {
    DefinedWord word{.name = fmt::format("known_as_{}", i),
                     .object = world_schema()->find_object(kObjects[i % kObjects.size()]).value(),
                     .type = random.pick(kTypes)};
    ExpressionWriter writer(random, definitions_, now);
    const std::string text = writer.definition(word.type, word.object, 2);
    const BoundCondition bound = bind_value(text, word.object);
    if (!bound.root || bound.root->type != word.type) continue;
    word.for_selects = !text.contains('$');
    definitions += block(2, word.name, text);
    definitions_.push_back(std::move(word));
    load(definitions);
  }
  if (!definitions.empty()) head_ += "define:\n" + definitions;
}

void PackWords::load(const std::string& definitions) {
  std::string text = "pack: words\n" + head_;
  if (!definitions.empty()) text += "define:\n" + definitions;
  pack_ = load_or_throw(text.append(kAnyPolicy));
}

BoundCondition PackWords::bind_condition(const std::string& text, std::size_t object, std::string* faults) {
  return bind_with(*pack_, constants_, text, object, Wanted::kCondition, faults);
}

BoundCondition PackWords::bind_value(const std::string& text, std::size_t object, std::string* faults) {
  return bind_with(*pack_, constants_, text, object, Wanted::kValue, faults);
}

BoundPack random_pack(RandomSource& random, Instant now, std::size_t object, std::size_t policies,
                      std::string_view name) {
  PackWords words(random, now);
  PolicyWriter writer(random, words, now);
  std::string text = fmt::format("pack: {}\n{}policies:\n", name, words.head());
  for (std::size_t i = 0; i < policies; ++i) text += writer.policy(object, i);
  constexpr std::array kOthers = {"Account"sv, "User"sv, "ClariOpportunity"sv};
  for (std::size_t i = 0; i < 2; ++i)
    text += writer.policy(world_schema()->find_object(random.pick(kOthers)).value(), policies + i);
  Diagnostics diagnostics;
  BoundPack bound = bind_pack(load_or_throw(text), *world_schema(), world_derived_fields(), diagnostics);
  if (diagnostics.has_errors())
    throw std::logic_error("a random pack does not bind: " + faults_of(diagnostics) + text);
  return bound;
}

}  // namespace plumbline
