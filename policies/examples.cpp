#include "policies/examples.h"

#include <fmt/format.h>

#include "policies/bound_pack.h"
#include "policies/example_world.h"
#include "policies/judge.h"
#include "policies/text_table.h"

namespace plumbline {
namespace {

std::string_view to_string(ExpectedVerdict verdict) {
  switch (verdict) {
    case ExpectedVerdict::kViolated:
      return "violated";
    case ExpectedVerdict::kPasses:
      return "not violated";
    case ExpectedVerdict::kUnknown:
      return "unknown";
  }
  return "";
}

struct Judgement {
  ExpectedVerdict verdict = ExpectedVerdict::kPasses;
  std::string because;
};

Judgement judge_example(const BoundPack& pack, const ExampleWorld& world, const Example& example,
                        const std::shared_ptr<const Schema>& schema, const DataNeeds& needs,
                        const ExampleVisit& visit) {
  const auto snapshot = world.build(schema, needs);
  const JudgeOptions options = options_at(example.as_of, example.zone);
  if (visit) {
    visit({.pack = pack,
           .policy = pack.policies[0],
           .snapshot = *snapshot,
           .record_id = world.subject_id(),
           .options = options});
  }
  std::optional<Verdict> found;
  const auto sink = [&](const Verdict& verdict) {
    if (verdict.record_id == world.subject_id()) found = verdict;
    return SinkAnswer::kMore;
  };
  const JudgeSummary summary = judge({&pack}, *snapshot, options, sink);
  if (!summary.not_judged.empty()) return {ExpectedVerdict::kUnknown, summary.not_judged[0].reason};
  if (!found) {
    const bool in_scope = !summary.policies.empty() && summary.policies[0].judged > 0;
    return {ExpectedVerdict::kPasses, in_scope ? "violated_when does not hold" : "judged_when does not hold"};
  }
  if (found->status == VerdictStatus::kUnknown) return {ExpectedVerdict::kUnknown, found->reason};
  return {ExpectedVerdict::kViolated, found->message};
}

bool is_tested_here(const Pack& pack, const Policy& policy) {
  return policy.enabled && policy.pack == pack.name;
}

void run_policy(const BoundPack& single, const std::shared_ptr<const Schema>& schema,
                Diagnostics& diagnostics, const ExampleVisit& visit, std::vector<ExampleOutcome>& outcomes) {
  const BoundPolicy& bound = single.policies[0];
  DataNeeds needs = bound.needs;
  needs.add_implied(*schema);
  for (const Example& example : bound.policy->examples) {
    const ExampleWorld world(*schema, bound.object, example, diagnostics);
    if (!world.sound()) continue;
    const Judgement got = judge_example(single, world, example, schema, needs, visit);
    outcomes.push_back(
        {.policy = bound.policy->id,
         .where = example.where,
         .passed = got.verdict == example.expected,
         .explanation = fmt::format("expected {}, got {}, because {}", to_string(example.expected),
                                    to_string(got.verdict), got.because)});
  }
}

}  // namespace

std::vector<ExampleOutcome> run_examples(const std::shared_ptr<const Pack>& pack, const Schema& schema,
                                         Diagnostics& diagnostics, const ExampleVisit& visit) {
  const auto shared_schema = std::make_shared<const Schema>(schema);
  const std::vector<DerivedField> derived;
  BoundPack bound = bind_pack(pack, *shared_schema, derived, diagnostics);
  std::vector<ExampleOutcome> outcomes;
  for (BoundPolicy& policy : bound.policies) {
    if (!is_tested_here(*pack, *policy.policy)) continue;
    BoundPack single;
    single.pack = pack;
    single.policies.push_back(std::move(policy));
    run_policy(single, shared_schema, diagnostics, visit, outcomes);
  }
  return outcomes;
}

void check_examples(const Pack& pack, const Schema& schema, Diagnostics& diagnostics) {
  for (const Policy& policy : pack.policies) {
    const auto object = is_tested_here(pack, policy) ? schema.find_object(policy.object) : std::nullopt;
    if (!object) continue;
    for (const Example& example : policy.examples) ExampleWorld(schema, *object, example, diagnostics);
  }
}

}  // namespace plumbline
