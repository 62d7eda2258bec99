// Any bytes as a condition about opportunities: it is refused with a place inside it, or binds and gives the
// same answer twice for each of a few records.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policies/display.h"
#include "policies/example_world.h"
#include "policies/language/binder.h"
#include "policies/language/parser.h"
#include "policies/language/row_evaluator.h"

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

struct World {
  std::shared_ptr<const Schema> schema = std::make_shared<const Schema>(Schema::standard());
  std::size_t object = schema->find_object("Opportunity").value();
  Pack pack{};
  std::vector<ExampleWorld> records{};
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

std::string answers(const World& world, const BoundCondition& bound) {
  static const TimeZone zone = TimeZone::find("America/New_York").value_or(TimeZone::utc());
  TimeContext time{
      .now = parse_instant("2022-04-23T09:00:00Z").value(), .zone = zone, .calendar = &world.pack.calendar};
  time.today = zone.day_of(time.now);
  DataNeeds needs = bound.needs;
  needs.fields[world.object];
  needs.add_implied(*world.schema);
  std::string all;
  for (const ExampleWorld& record : world.records) {
    const auto snapshot = record.build(world.schema, needs);
    RowEvaluator evaluator(*snapshot);
    evaluator.start_record(0, time);
    const Value value = evaluator.value(*bound.root);
    all += display_value(value, zone, "EUR");
    if (value.is_unknown()) all += value.text;
    all += '\n';
  }
  return all;
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
  const std::vector<DerivedField> derived;
  const BindScope scope{.schema = *world.schema,
                        .pack = world.pack,
                        .derived = derived,
                        .constants = constants,
                        .diagnostics = diagnostics};
  const BoundCondition bound = bind_value(scope, text, world.object);
  if ((bound.root == nullptr) != diagnostics.has_errors()) std::abort();
  if (!ast && bound.root) std::abort();
  if (bound.root && answers(world, bound) != answers(world, bound)) std::abort();
  render_all(diagnostics, text.text);
  return 0;
}
