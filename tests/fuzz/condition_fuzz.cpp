// Any bytes as a condition about opportunities: it is refused with a place inside it, or binds, and then the
// engine and the oracle say the same of each of a few records.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policies/example_world.h"
#include "policies/language/binder.h"
#include "policies/language/parser.h"
#include "tests/policies/oracle/evaluate_all.h"
#include "tests/policies/oracle/same_answer.h"
#include "tests/policies/random_world.h"

namespace {

using namespace plumbline;

constexpr std::string_view kPack = R"(pack: fuzz
extends: essentials
parameters:
  stages: [1-Discovery, 2-Scoping]
  limits: {SMB: 5000, Large: 20000}
  start: 2022-02-01
  word: Renewal
define:
  # uses of the parameters above, which must be used: :stages :limits :start :word
  active: StageName IN :stages
)";

ExampleCell cell(std::string field, std::string text) {
  return {.field = std::move(field), .text = std::move(text)};
}

// A record with all about it, and one with nothing.
Example full_example() {
  Example example;
  example.given = {cell("Name", "Acme Renewal"),
                   cell("Amount", "1234.50"),
                   cell("CloseDate", "2022-04-30"),
                   cell("StageName", "1-Discovery"),
                   cell("NextStep", "4/20 call; 4/22 mail"),
                   cell("IsWon", "true"),
                   cell("CreatedDate", "2022-01-01T09:00:00Z"),
                   cell("Owner.Name", "Ada"),
                   cell("Owner.Team__c", "SMB"),
                   cell("Account.Segment__c", "Large"),
                   cell("Account.Rank__c", "1.5"),
                   cell("Clari.Amount", "1000"),
                   cell("CurrencyIsoCode", "EUR")};
  example.related = {{"Tasks", {{cell("Subject", "Call"), cell("ActivityDate", "2022-04-20")}, {}}},
                     {"Account.Opportunities", {{cell("Amount", "5")}}},
                     {"CurrencyType", {{cell("IsoCode", "EUR"), cell("ConversionRate", "0.9")}}}};
  example.history = {{cell("Field", "CloseDate"), cell("OldValue", "2022-03-31"),
                      cell("NewValue", "2022-04-30"), cell("CreatedDate", "2022-03-30T09:00:00Z")}};
  return example;
}

// Small, so that many inputs a second are tried; with rows to join, and flaws.
constexpr std::uint64_t kRandomSeed = 2;
constexpr std::size_t kRandomRows = 9;

struct World {
  std::shared_ptr<const Schema> schema = world_schema();
  std::size_t object = schema->find_object("Opportunity").value();
  Pack pack{};
  std::vector<ExampleWorld> records{};
  RandomWorld random{kRandomSeed, {.object = "Opportunity", .rows = kRandomRows}};
  Diagnostics diagnostics{};
};

World make_world() {
  World world;
  auto pack = load_pack({.file = "fuzz.yaml", .text = std::string(kPack)}, world.diagnostics);
  if (!pack) std::abort();
  world.pack = std::move(*pack);
  world.records.emplace_back(*world.schema, world.object, full_example(), world.diagnostics);
  world.records.emplace_back(*world.schema, world.object, Example{}, world.diagnostics);
  if (world.diagnostics.has_errors()) std::abort();
  return world;
}

// One line a row and expression, in whichever order they are told.
std::map<RowIndex, std::string> answers(const Snapshot& snapshot, const World& world,
                                        const BoundCondition& bound,
                                        decltype(oracle::evaluate_plainly)& run) {
  const oracle::RunMoment moment{
      .now = parse_instant("2022-04-23T09:00:00Z").value(),
      .default_zone = TimeZone::find("America/New_York").value_or(TimeZone::utc())};
  const oracle::Asked asked{.expression = bound.root.get(), .calendar = &world.pack.calendar};
  std::map<RowIndex, std::string> lines;
  run(snapshot, world.object, moment, {&asked, 1},
      [&](std::size_t, RowIndex row, const Value& value) { lines[row] += oracle::in_full(value); });
  return lines;
}

void check_answers(const Snapshot& snapshot, const World& world, const BoundCondition& bound) {
  const auto right = answers(snapshot, world, bound, oracle::evaluate_plainly);
  const auto told = answers(snapshot, world, bound, oracle::evaluate_tested);
  if (told == right) return;
  for (const auto& [row, line] : right) {
    const auto place = told.find(row);
    std::fprintf(stderr, "row %u\n  oracle: %s\n  engine: %s\n", row, line.c_str(),
                 place == told.end() ? "(nothing)" : place->second.c_str());
  }
  std::abort();
}

void check_answers(const World& world, const BoundCondition& bound) {
  DataNeeds needs = bound.needs;
  needs.passing[world.object];  // as bind_pack has it: the records judged are described, whatever is read of
                                // them
  needs.add_implied(*world.schema);
  for (const ExampleWorld& record : world.records)
    check_answers(*record.build(world.schema, needs), world, bound);
  check_answers(*world.random.snapshot, world, bound);
}

void check_fault(const SyntaxFault& fault, std::size_t size) {
  if (fault.code.empty() || fault.message.empty() || fault.at.begin > fault.at.end || fault.at.begin > size)
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world = make_world();
  const SourceText text{.text = std::string(reinterpret_cast<const char*>(data), size), .file = nullptr};
  const auto ast = parse_expression(text.text);
  if (!ast) check_fault(ast.error(), size);

  TextArena constants;
  Diagnostics diagnostics;
  const BindScope scope{.schema = *world.schema,
                        .pack = world.pack,
                        .derived = world_derived_fields(),
                        .constants = constants,
                        .diagnostics = diagnostics};
  const BoundCondition bound = bind_value(scope, text, world.object);
  if ((bound.root == nullptr) != diagnostics.has_errors()) std::abort();
  if (!ast && bound.root) std::abort();
  if (bound.root) check_answers(world, bound);
  render_all(diagnostics, text.text);
  return 0;
}
