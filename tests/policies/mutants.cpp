// Would the examples and the shipped .test files notice a mistake in a policy? Each comparison, AND, OR, NOT
// and IN of every shipped pack's conditions and definitions is turned, one at a time, and the policies that
// it concerns are tested. A mutant is caught where a verdict is another than expected, or where it does not
// bind.
//
// Survivors must be explained in mutants_explained.txt: why the two conditions are the same, or why no record
// can tell them apart.
//
//   policy_mutants [PACK...]    all shipped packs where none is named; names of packs print their survivors
//   alone
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <thread>

#include "base/utf8.h"
#include "policies/bound_pack.h"
#include "policies/examples.h"
#include "policies/run_test.h"
#include "source_dir.h"
#include "tests/policies/mutations.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr double kLeastCaught = 0.95;  // of all mutants
constexpr std::string_view kReasonMark = "  # ";
const fs::path kHere = fs::path(PLUMBLINE_SOURCE_DIR) / "tests" / "policies";

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// A case of a .test file, made ready once.
struct ReadyCase {
  const TestCase* test = nullptr;
  std::unique_ptr<CaseWorld> world;
};

struct PackUnderTest {
  std::shared_ptr<const Pack> pack;
  Pack bare;  // without its policies: what every mutant begins as
  std::vector<ReadyCase> cases;
};

struct Mutant {
  const PackUnderTest* of = nullptr;
  std::vector<const Policy*> policies;   // concerned
  const SourceText* original = nullptr;  // of one of them, or of a definition
  std::string text;
  std::string label;
};

// ---- Making them

bool uses(const std::vector<std::string>& names, std::string_view definition) {
  return std::ranges::any_of(names, [&](const std::string& name) { return equal_folded(name, definition); });
}

// Definitions that a policy's verdicts depend on, directly or by way of others.
std::set<const Definition*> definitions_of(const Pack& pack, const Policy& policy) {
  std::set<const Definition*> used;
  std::vector<std::string> names = names_in(policy.violated_when.text);
  if (policy.judged_when) std::ranges::copy(names_in(policy.judged_when->text), std::back_inserter(names));
  for (bool grown = true; grown;) {
    grown = false;
    for (const Definition& definition : pack.definitions) {
      if (!uses(names, definition.name) || !used.insert(&definition).second) continue;
      std::ranges::copy(names_in(definition.text.text), std::back_inserter(names));
      grown = true;
    }
  }
  return used;
}

void add_mutants(const PackUnderTest& of, const std::vector<const Policy*>& policies,
                 const SourceText& original, const std::string& where, std::vector<Mutant>& mutants) {
  for (const Mutation& mutation : mutations_of(original.text)) {
    mutants.push_back({.of = &of,
                       .policies = policies,
                       .original = &original,
                       .text = mutation.text,
                       .label = where + mutation.marked});
  }
}

void add_mutants(const PackUnderTest& of, std::vector<Mutant>& mutants) {
  const Pack& pack = *of.pack;
  std::map<const Definition*, std::vector<const Policy*>> users;
  for (const Policy& policy : pack.policies) {
    if (!policy.enabled || policy.pack != pack.name) continue;
    const std::string where = pack.name + "/" + policy.id + ": ";
    if (policy.judged_when) add_mutants(of, {&policy}, *policy.judged_when, where + "judged_when: ", mutants);
    add_mutants(of, {&policy}, policy.violated_when, where + "violated_when: ", mutants);
    for (const Definition* definition : definitions_of(pack, policy)) users[definition].push_back(&policy);
  }
  for (const Definition& definition : pack.definitions) {
    if (const auto found = users.find(&definition); found != users.end()) {
      add_mutants(of, found->second, definition.text,
                  fmt::format("{}: define {}: ", pack.name, definition.name), mutants);
    }
  }
}

// ---- Testing them

std::shared_ptr<const Pack> mutated(const Mutant& mutant, const Policy& policy) {
  Pack pack = mutant.of->bare;
  for (std::size_t i = 0; i < pack.definitions.size(); ++i) {
    if (&mutant.of->pack->definitions[i].text == mutant.original) pack.definitions[i].text.text = mutant.text;
  }
  pack.policies.push_back(policy);
  Policy& own = pack.policies.back();
  if (&policy.violated_when == mutant.original) own.violated_when.text = mutant.text;
  if (policy.judged_when && &*policy.judged_when == mutant.original) own.judged_when->text = mutant.text;
  return std::make_shared<const Pack>(std::move(pack));
}

bool is_judged_in(const TestCase& test, const Pack& pack, const Policy& policy) {
  return test.policies.empty() || std::ranges::any_of(test.policies, [&](const PlacedText& name) {
           return find_policy(pack, name.text) == &policy;
         });
}

using Verdicts = std::set<std::pair<std::string, CaseVerdict>>;

Verdicts expected_of(const TestCase& test, const Pack& pack, const Policy& policy) {
  Verdicts verdicts;
  for (const ExpectedLine& line : test.expect.verdicts) {
    if (find_policy(pack, line.policy.text) == &policy) verdicts.emplace(line.record.text, line.verdict);
  }
  return verdicts;
}

Verdicts verdicts_of(const BoundPack& bound, const ReadyCase& one,
                     const std::shared_ptr<const Schema>& schema) {
  Verdicts verdicts;
  const CaseJudgement judged = judge_case(bound, *one.world, *one.test, schema);
  for (const CaseLine& line : judged.lines) verdicts.emplace(line.record, line.verdict);
  if (!judged.summary.not_judged.empty()) verdicts.emplace("", CaseVerdict::kNotJudged);
  return verdicts;
}

bool differs_in_cases(const PackUnderTest& of, const Policy& policy, const BoundPack& bound,
                      const std::shared_ptr<const Schema>& schema) {
  return std::ranges::any_of(of.cases, [&](const ReadyCase& one) {
    if (!is_judged_in(*one.test, *of.pack, policy)) return false;
    return verdicts_of(bound, one, schema) != expected_of(*one.test, *of.pack, policy);
  });
}

enum class Fate : std::uint8_t { kSurvives, kCaught, kDoesNotBind };

Fate fate_of(const Mutant& mutant, const std::shared_ptr<const Schema>& schema) {
  for (const Policy* policy : mutant.policies) {
    const std::shared_ptr<const Pack> pack = mutated(mutant, *policy);
    Diagnostics diagnostics;
    const std::vector<ExampleOutcome> outcomes = run_examples(pack, *schema, diagnostics);
    if (diagnostics.has_errors()) return Fate::kDoesNotBind;
    if (!std::ranges::all_of(outcomes, &ExampleOutcome::passed)) return Fate::kCaught;
    if (differs_in_cases(*mutant.of, *policy, bind_pack(pack, *schema, {}, diagnostics), schema))
      return Fate::kCaught;
  }
  return Fate::kSurvives;
}

std::vector<Fate> test_all(const std::vector<Mutant>& mutants, const std::shared_ptr<const Schema>& schema) {
  std::vector<Fate> fates(mutants.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < mutants.size(); i = next++) fates[i] = fate_of(mutants[i], schema);
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < std::max(1U, std::thread::hardware_concurrency()); ++i) threads.emplace_back(work);
  work();
  threads.clear();
  return fates;
}

// The policies as they are must pass, or every mutant would count as caught.
bool pass_as_they_are(const PackUnderTest& of, const std::shared_ptr<const Schema>& schema) {
  bool pass = true;
  for (const Policy& policy : of.pack->policies) {
    if (!policy.enabled || policy.pack != of.pack->name) continue;
    const Mutant unchanged{.of = &of, .policies = {&policy}, .text = {}, .label = {}};
    if (fate_of(unchanged, schema) == Fate::kSurvives) continue;
    fmt::print("{}/{} fails as it is; see `plumbline policy test`\n", of.pack->name, policy.id);
    pass = false;
  }
  return pass;
}

// ---- What they are tested by

bool tell(const Diagnostics& diagnostics, const std::string& text) {
  if (!diagnostics.has_errors()) return true;
  fmt::print(stderr, "{}", render_all(diagnostics, text));
  return false;
}

std::vector<std::unique_ptr<TestFile>> read_test_files(bool& sound) {
  std::vector<std::unique_ptr<TestFile>> files;
  for (const auto& entry : fs::directory_iterator(kHere / "verdicts")) {
    if (entry.path().extension() != ".test") continue;
    Diagnostics diagnostics;
    const std::string text = text_of(entry.path());
    auto file = parse_test_file(text, entry.path().filename().string(), diagnostics);
    sound = tell(diagnostics, text) && sound;
    if (file) files.push_back(std::make_unique<TestFile>(*std::move(file)));
  }
  return files;
}

std::unique_ptr<PackUnderTest> read_pack(const std::string& name, const Schema& schema,
                                         const std::vector<std::unique_ptr<TestFile>>& files, bool& sound) {
  auto of = std::make_unique<PackUnderTest>();
  Diagnostics diagnostics;
  const auto text = shipped_pack(name);
  auto pack = text ? load_pack(*text, diagnostics) : std::nullopt;
  sound = tell(diagnostics, text ? text->text : "") && pack && sound;
  if (!pack) return nullptr;
  of->bare = *pack;
  of->bare.policies.clear();
  of->pack = std::make_shared<const Pack>(*std::move(pack));
  for (const auto& file : files) {
    for (const TestCase& test : file->cases) {
      if (!test.pack || test.pack->text != name || test.condition) continue;
      if (test.expect.kind != Expectation::Kind::kVerdicts) continue;
      auto world = std::make_unique<CaseWorld>(schema, test, diagnostics);
      of->cases.push_back({.test = &test, .world = std::move(world)});
    }
    sound = tell(diagnostics, file->text) && sound;
  }
  return of;
}

// Label -> reason.
std::map<std::string, std::string> read_explained(bool& sound) {
  std::map<std::string, std::string> explained;
  std::ifstream file(kHere / "mutants_explained.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t mark = line.rfind(kReasonMark);
    if (mark == std::string::npos || trim(line.substr(mark + kReasonMark.size())).empty()) {
      fmt::print(stderr, "mutants_explained.txt: no reason behind `{}`: {}\n", trim(kReasonMark), line);
      sound = false;
      continue;
    }
    explained.emplace(line.substr(0, mark), line.substr(mark + kReasonMark.size()));
  }
  return explained;
}

// ---- The report

struct Count {
  std::size_t mutants = 0;
  std::size_t caught = 0;
  std::size_t unbound = 0;  // of those caught
};

bool report(const std::vector<Mutant>& mutants, const std::vector<Fate>& fates,
            const std::set<std::string>& packs, bool sound) {
  std::map<std::string, std::string> explained = read_explained(sound);
  std::map<std::string, Count> counts;
  std::size_t unexplained = 0;
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    Count& count = counts[mutants[i].of->pack->name];
    ++count.mutants;
    count.unbound += fates[i] == Fate::kDoesNotBind ? 1 : 0;
    count.caught += fates[i] != Fate::kSurvives ? 1 : 0;
    if (fates[i] != Fate::kSurvives) continue;
    const auto known = explained.find(mutants[i].label);
    unexplained += known == explained.end() ? 1 : 0;
    if (known == explained.end()) fmt::print("survives: {}\n", mutants[i].label);
    if (known != explained.end()) explained.erase(known);
  }
  for (const auto& [label, reason] : explained) {
    const std::string pack = label.substr(0, label.find_first_of("/:"));
    if (!packs.contains(pack)) continue;
    fmt::print("no longer survives; remove it from mutants_explained.txt: {}\n", label);
    sound = false;
  }
  for (const auto& [pack, count] : counts) {
    const double share = static_cast<double>(count.caught) / static_cast<double>(count.mutants);
    const bool enough = share >= kLeastCaught;
    fmt::print("{}: {} of {} mutants caught ({:.1f} %{}), {} of them by binding\n", pack, count.caught,
               count.mutants, 100 * share,
               enough ? "" : fmt::format(", at least {:.0f} % must be", 100 * kLeastCaught), count.unbound);
    sound = sound && enough;
  }
  if (unexplained > 0) {
    fmt::print(
        "{} unexplained: add an example or a case to tests/policies/verdicts that tells it apart, or a "
        "line to tests/policies/mutants_explained.txt with `{}` and why none can\n",
        unexplained == 1 ? "1 survivor is" : fmt::format("{} survivors are", unexplained), trim(kReasonMark));
  }
  return sound && unexplained == 0;
}

int run(std::vector<std::string> names) {
  const std::vector<std::string> shipped = shipped_pack_names();
  for (const std::string& name : names) {
    if (std::ranges::find(shipped, name) != shipped.end()) continue;
    fmt::print(stderr, "there is no shipped pack {}; there are {}\n", name, fmt::join(shipped, ", "));
    return 2;
  }
  if (names.empty()) names = shipped;
  const auto schema = std::make_shared<const Schema>(Schema::standard());
  bool sound = true;
  const auto files = read_test_files(sound);
  std::vector<std::unique_ptr<PackUnderTest>> packs;
  std::vector<Mutant> mutants;
  for (const std::string& name : names) {
    packs.push_back(read_pack(name, *schema, files, sound));
    if (packs.back()) add_mutants(*packs.back(), mutants);
    sound = sound && packs.back() && pass_as_they_are(*packs.back(), schema);
  }
  if (!sound) return 2;
  const std::vector<Fate> fates = test_all(mutants, schema);
  return report(mutants, fates, {names.begin(), names.end()}, sound) ? 0 : 1;
}

}  // namespace
}  // namespace plumbline

int main(int count, char** words) { return plumbline::run({words + 1, words + count}); }
